"""What a touch or a sentence changes in a visit."""

from dataclasses import replace

import pytest

from centre.site import Site
from reception.dialogue import respond
from reception.meaning import meaning
from reception.visits import Visit, offer_rating, with_ticket
from robot.types import Modes, Touch, Understanding

START = Visit(1, 0.0)


def go(site: Site, visit: Visit, *steps: str) -> Visit:
    """Touches written `page.action` or `page.action=value`, or sentences written `"text" request`."""
    for step in steps:
        page, _, rest = step.partition(".")
        action, _, value = rest.partition("=")
        visit = respond(visit, Touch(1.0, page, action, value), site)
    return visit


def hear(site: Site, visit: Visit, text: str, accepted: str | None = None, *guesses: tuple[str, float]) -> Visit:
    ranked = ((accepted, 0.9),) if accepted else guesses
    return respond(visit, Understanding(text, ranked, accepted), site)


def test_by_touch_from_the_welcome_to_a_wanted_number(site: Site) -> None:
    visit = go(site, START, "welcome.fields", "ask_fields.field=1", "services.service=ket_hon")
    assert (visit.page, visit.procedure, visit.door, visit.stage) == ("procedure", "ket_hon", "1", "ask")
    visit = go(site, visit, "procedure.ticket")
    assert visit.stage == "issue"
    assert visit.back == ("welcome", "ask_fields", "services")


def test_a_number_for_a_door_without_a_procedure(site: Site) -> None:
    visit = go(site, START, "welcome.take_number", "doors.door=7")
    assert (visit.door, visit.procedure, visit.stage) == ("7", "", "issue")


def test_the_way_alone_needs_no_number(site: Site) -> None:
    visit = go(site, START, "welcome.show_way", "doors.door=4")
    assert (visit.door, visit.stage, visit.wants_ticket) == ("4", "guide", False)
    assert replace(visit, guide="done").stage == "done"


def test_the_stages_of_a_whole_visit_come_in_order(site: Site) -> None:
    visit = go(site, START, "welcome.take_number", "doors.door=1")
    stages = [visit.stage]
    visit = with_ticket(visit, "A 001")
    stages.append(visit.stage)
    visit = replace(visit, paper="printed")
    stages.append(visit.stage)
    visit = go(site, visit, "ticket.guide")
    stages.append(visit.stage)
    visit = replace(visit, guide="done")
    stages.append(visit.stage)
    visit = replace(visit, served=True)
    stages.append(visit.stage)
    visit = go(site, offer_rating(visit), "rating.rate=5")
    stages.append(visit.stage)
    assert stages == ["issue", "print", "offer_guide", "guide", "wait", "rate", "done"]
    assert visit.rated


def test_a_touch_repeated_or_late_changes_nothing_more(site: Site) -> None:
    visit = go(site, START, "welcome.fields", "welcome.fields", "ask_fields.field=1", "ask_fields.field=2")
    assert (visit.page, visit.field, visit.back) == ("services", "1", ("welcome", "ask_fields"))


def test_who_has_a_number_and_asks_again_sees_it_again(site: Site) -> None:
    visit = replace(with_ticket(replace(START, door="1", wants_ticket=True), "A 001"), paper="printed")
    visit = go(site, visit, "ticket.home", "welcome.take_number", "doors.door=2")
    assert (visit.page, visit.ticket, visit.stage) == ("ticket", "A 001", "offer_guide")


def test_back_goes_the_way_one_came_and_home_forgets_what_was_entered(site: Site) -> None:
    visit = go(site, START, "welcome.fields", "ask_fields.search", "search.key=k", "search.key=h", "search.back")
    assert (visit.page, visit.typed) == ("ask_fields", "kh")
    visit = go(site, visit, "ask_fields.home")
    assert (visit.page, visit.typed, visit.back) == ("welcome", "", ())
    assert go(site, visit, "welcome.back").page == "welcome"


def test_a_sure_request_with_one_procedure_opens_it(site: Site) -> None:
    visit = hear(site, START, "tôi muốn đăng ký kết hôn", "ket_hon")
    assert (visit.page, visit.procedure) == ("procedure", "ket_hon")


def test_a_sure_request_with_several_procedures_is_asked_back(site: Site) -> None:
    visit = hear(site, START, "mở cửa hàng", "ho_kinh_doanh")
    assert (visit.page, visit.choices) == ("which_one", ("hkd_thanh_lap", "hkd_thay_doi", "hkd_tam_ngung"))


def test_a_request_without_a_procedure_leads_to_the_staff_of_its_door(site: Site) -> None:
    visit = hear(site, START, "làm căn cước", "can_cuoc")
    assert (visit.page, visit.request, visit.door) == ("procedure", "can_cuoc", "7")


def test_an_unsure_request_is_asked_back_with_at_most_three_buttons(site: Site) -> None:
    guesses = (("khai_sinh", 0.5), ("trich_luc", 0.45), ("ket_hon", 0.4), ("tam_tru", 0.35))
    visit = hear(site, START, "giấy tờ cho con", None, *guesses)
    assert (visit.page, visit.heard) == ("which_one", "giấy tờ cho con")
    assert visit.choices == ("khai_sinh", "trich_luc", "ket_hon")
    assert go(site, visit, "which_one.none").page == "ask_fields"
    assert go(site, visit, "which_one.again").listening
    assert go(site, visit, "which_one.service=trich_luc").procedure == "trich_luc"


@pytest.mark.parametrize("text", ["", "   "])
def test_silence_changes_no_page(site: Site, text: str) -> None:
    assert hear(site, replace(START, listening=True), text).page == "welcome"


def test_nonsense_is_politely_not_understood(site: Site) -> None:
    visit = hear(site, START, "asdf qwer", None, ("khai_sinh", 0.03))
    assert (visit.page, visit.message) == ("message", "unclear")


@pytest.mark.parametrize(
    ("request_id", "field", "value"),
    [
        ("gap_can_bo", "wants_staff", True),
        ("goi_den", "wish", "come"),
        ("nuoc_uong", "wish", "drink"),
        ("nhac", "wish", "music"),
        ("dung_lai", "wish", "stop"),
        ("danh_gia", "page", "rating"),
        ("dan_duong", "page", "doors"),
        ("lay_so", "page", "doors"),
        ("oos", "message", "decline"),
    ],
)
def test_what_the_robot_does_itself(site: Site, request_id: str, field: str, value: object) -> None:
    assert getattr(hear(site, START, "…", request_id), field) == value


def test_a_named_door_is_led_to_at_once(site: Site) -> None:
    for text in ("đưa tôi đến cửa số ba", "dan toi den cua so ba", "take me to door three"):
        visit = hear(site, START, text, "dan_duong")
        assert (visit.door, visit.stage) == ("3", "guide")


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("chuyển sang tiếng Anh", "vi", "en"),
        ("English please", "vi", "en"),
        ("nói tiếng Việt đi", "vi", "vi"),
        ("tôi không nói được tiếng Việt, đổi ngôn ngữ", "vi", "en"),
        ("đổi ngôn ngữ", "en", "vi"),
    ],
)
def test_the_language_that_is_named_is_spoken(site: Site, text: str, before: str, after: str) -> None:
    assert hear(site, replace(START, language=before), text, "ngon_ngu").language == after


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("xin chào", "chao"),
        ("cảm ơn em nhé", "cam_on"),
        ("cam on em", "cam_on"),
        ("thủ tục ly hôn thế nào", "elsewhere:0"),
        ("làm hộ chiếu ở đâu", "elsewhere:2"),
    ],
)
def test_small_talk_and_what_is_done_elsewhere_are_answered(site: Site, text: str, answer: str) -> None:
    visit = hear(site, START, text, "khai_sinh")
    assert (visit.page, visit.message) == ("message", answer)
    assert "{" not in site.answer(answer)["vi"]


def test_a_greeting_before_a_request_does_not_hide_it(site: Site) -> None:
    assert hear(site, START, "chào em bác muốn đăng ký kết hôn", "ket_hon").procedure == "ket_hon"


def test_every_ambiguous_phrase_of_the_site_is_asked_back(site: Site) -> None:
    for phrase in site.requests.ambiguous:
        assert len(meaning(Understanding(phrase.say, (), "khai_sinh"), site).choices) >= 2


def test_a_low_rating_asks_for_reasons_and_counts_once(site: Site) -> None:
    visit = go(site, offer_rating(START), "rating.rate=2", "reasons.reason=cho_lau", "reasons.reason=thai_do")
    assert (visit.page, visit.rated, visit.stage) == ("reasons", False, "rate")
    visit = go(site, visit, "reasons.reason=cho_lau", "reasons.reason=nonsense", "reasons.send")
    assert (visit.rated, visit.rating, visit.reasons, visit.message) == (True, 2, ("thai_do",), "thanks")
    assert go(site, visit, "rating.rate=5").rating == 2
    assert hear(site, visit, "đánh giá", "danh_gia").page == "message"


def test_reasons_may_be_skipped_and_so_may_the_rating(site: Site) -> None:
    visit = go(site, offer_rating(START), "rating.rate=1", "reasons.reason=cho_lau", "reasons.skip")
    assert (visit.rated, visit.rating, visit.reasons) == (True, 1, ())
    visit = go(site, offer_rating(START), "rating.skip")
    assert (visit.rated, visit.skipped_rating, visit.stage) == (False, True, "done")


def test_a_said_reason_is_chosen(site: Site) -> None:
    visit = go(site, offer_rating(START), "rating.rate=2")
    assert hear(site, visit, "tôi phải chờ lâu quá").reasons == ("cho_lau",)


def test_switches_of_easy_view_apply_when_done_and_end_with_reset(site: Site) -> None:
    visit = go(site, START, "welcome.easy_view", "easy_view.set=low", "easy_view.volume=+", "easy_view.rate=slow")
    assert visit.modes == Modes()
    assert visit.draft == Modes(low=True, volume=5, rate="slow")
    visit = go(site, visit, "easy_view.done")
    assert (visit.page, visit.modes) == ("welcome", Modes(low=True, volume=5, rate="slow"))
    assert go(site, visit, "welcome.easy_view", "easy_view.reset", "easy_view.done").modes == Modes()


def test_the_volume_stays_between_0_and_6(site: Site) -> None:
    up = go(site, START, "welcome.easy_view", *["easy_view.volume=+"] * 9)
    assert up.draft.volume == 6
    assert go(site, up, *["easy_view.volume=-"] * 9).draft.volume == 0


def test_more_turns_the_shelf_round_and_large_text_has_smaller_shelves(site: Site) -> None:
    visit = go(site, START, "welcome.fields", "ask_fields.field=1", "services.more")
    assert visit.shelf == 1
    assert go(site, visit, "services.more").shelf == 0
    large = replace(visit, modes=Modes(large_text=True))
    assert go(site, large, "services.more", "services.more").shelf == 3


def test_the_walk_can_pause_go_on_and_be_left(site: Site) -> None:
    visit = replace(with_ticket(replace(START, door="1", wants_ticket=True), "A 001"), paper="printed", guide="wanted")
    assert go(site, visit, "follow_me.pause").stage == "guide"
    assert go(site, visit, "follow_me.pause", "follow_me.resume").guide == "wanted"
    assert go(site, visit, "follow_me.alone").stage == "wait"
    assert go(site, replace(visit, guide="done"), "follow_me.resume").guide == "done"


def test_staff_are_wanted_until_taken_back(site: Site) -> None:
    visit = go(site, START, "welcome.call_staff")
    assert visit.wants_staff
    assert not go(site, visit, "call_staff.cancel").wants_staff


@pytest.mark.parametrize("step", ["welcome.unknown", "services.service=none", "doors.door=99", "ask_fields.field=x"])
def test_touches_that_mean_nothing_change_nothing(site: Site, step: str) -> None:
    visit = replace(START, page=step.partition(".")[0], touched=1.0)
    assert go(site, visit, step) == visit
