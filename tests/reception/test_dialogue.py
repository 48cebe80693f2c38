"""What a touch or a sentence changes in a visit."""

from dataclasses import replace

import pytest

from centre.site import Site
from reception.dialogue import respond, shelf_size
from reception.meaning import meaning
from reception.visits import Visit, offer_rating, with_ticket
from robot.pages import PageName
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


def test_only_so_many_letters_are_typed_and_the_last_can_be_erased(site: Site) -> None:
    visit = go(
        site, replace(START, page="search"), *(f"search.key={letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    )
    assert visit.typed == "abcdefghijklmnopqrstuvwx"
    assert go(site, visit, "search.erase", "search.erase").typed == "abcdefghijklmnopqrstuv"
    assert go(site, visit, "search.key=").typed == visit.typed


def test_the_way_back_is_twenty_pages_long_and_is_gone_step_by_step(site: Site) -> None:
    visit = go(site, START, *["welcome.fields", "ask_fields.search", "search.fields", "ask_fields.start"] * 6)
    assert visit.back == ("welcome", "ask_fields", "search", "ask_fields") * 5
    visit = go(site, replace(visit, listening=True), "welcome.back")
    assert (visit.page, visit.listening) == ("ask_fields", False)
    assert visit.back == (("welcome", "ask_fields", "search", "ask_fields") * 5)[:-1]
    assert go(site, visit, "ask_fields.back", "search.back").page == "ask_fields"


def test_a_shelf_holds_eight_procedures_or_four_in_large_text(site: Site) -> None:
    assert shelf_size(START) == 8
    assert shelf_size(replace(START, modes=Modes(large_text=True))) == 4


def test_more_goes_one_shelf_on_and_stays_where_there_is_but_one(site: Site) -> None:
    visit = replace(START, page="services", field="1", modes=Modes(large_text=True))
    assert go(site, visit, "services.more").shelf == 1
    assert go(site, visit, "services.more", "services.more").shelf == 2
    small = next(door for door in site.doors if len(site.procedures_at(door)) <= 8)
    assert go(site, replace(START, page="services", field=small), "services.more").shelf == 0
    assert go(site, replace(START, page="services"), "services.more").shelf == 0


def test_a_door_may_be_chosen_instead_of_a_procedure(site: Site) -> None:
    asked = replace(START, page="which_one", procedure="ket_hon", request="can_cuoc")
    visit = go(site, asked, "which_one.service=door:4")
    assert (visit.page, visit.door, visit.procedure, visit.request) == ("procedure", "4", "", "")
    for nonsense in ("door:99", "gate:4", "4"):
        assert go(site, asked, f"which_one.service={nonsense}") == replace(asked, touched=1.0)


@pytest.mark.parametrize(
    ("text", "door", "procedure"),
    [("lấy số giúp tôi", "1", "ket_hon"), ("lấy số cửa số một", "1", "ket_hon"), ("lấy số cửa số ba", "3", "")],
)
def test_a_number_is_taken_for_what_was_chosen_unless_another_door_is_named(
    site: Site, text: str, door: str, procedure: str
) -> None:
    visit = hear(site, replace(START, page="procedure", door="1", procedure="ket_hon"), text, "lay_so")
    assert (visit.door, visit.procedure, visit.stage) == (door, procedure, "issue")


@pytest.mark.parametrize("text", ["", "asdf qwer", "cảm ơn em nhé"])
def test_what_was_heard_ends_listening(site: Site, text: str) -> None:
    listening = go(site, START, "welcome.speak")
    assert listening.listening
    assert not hear(site, listening, text).listening


def test_who_asks_to_rate_is_asked_also_after_a_refusal(site: Site) -> None:
    visit = hear(site, replace(START, skipped_rating=True), "đánh giá", "danh_gia")
    assert (visit.page, visit.stage, visit.offered_rating) == ("rating", "rate", "screen")


def test_back_from_a_rating_that_was_asked_for_is_no_answer(site: Site) -> None:
    visit = go(site, hear(site, START, "đánh giá", "danh_gia"), "rating.rate=2", "reasons.back")
    assert (visit.page, visit.back, visit.wants_rating) == ("rating", ("welcome",), True)
    visit = go(site, visit, "rating.back")
    assert (visit.page, visit.wants_rating, visit.skipped_rating) == ("welcome", False, False)


@pytest.mark.parametrize("page", ["rating", "reasons"])
def test_back_from_a_rating_that_was_offered_skips_it(site: Site, page: PageName) -> None:
    visit = go(site, replace(offer_rating(START), page=page), f"{page}.back")
    assert (visit.page, visit.message, visit.skipped_rating) == ("message", "thanks", True)


def test_back_asks_for_no_rating(site: Site) -> None:
    assert not go(site, START, "welcome.fields", "ask_fields.back").wants_rating
    assert not go(site, START, "welcome.back").skipped_rating


def test_home_shows_the_first_shelf_and_stops_listening(site: Site) -> None:
    visit = go(site, replace(START, page="services", field="1", shelf=1, listening=True), "services.home")
    assert (visit.page, visit.shelf, visit.listening) == ("welcome", 0, False)


def test_only_a_level_of_the_scale_rates_and_only_once(site: Site) -> None:
    offered = replace(offer_rating(START), touched=1.0)
    for level in ("0", "6", "good"):
        assert go(site, offered, f"rating.rate={level}") == offered
    rated = replace(offered, rated=True, rating=5)
    assert go(site, rated, "rating.rate=1") == rated
    assert not go(site, START, "welcome.send").rated


@pytest.mark.parametrize(("level", "page"), [(3, "reasons"), (4, "message")])
def test_reasons_are_asked_for_below_the_level_of_the_site(site: Site, level: int, page: str) -> None:
    assert site.ratings.ask_below == 4
    assert go(site, offer_rating(START), f"rating.rate={level}").page == page


@pytest.mark.parametrize("name", ["large_text", "low", "high_contrast"])
def test_each_switch_of_easy_view_goes_on_and_off_and_no_other_with_it(site: Site, name: str) -> None:
    visit = go(site, START, "welcome.easy_view", f"easy_view.set={name}")
    assert visit.draft == replace(Modes(), **{name: True})
    assert go(site, visit, f"easy_view.set={name}").draft == Modes()


def test_volume_goes_by_single_steps_and_nonsense_changes_no_switch(site: Site) -> None:
    visit = go(site, START, "welcome.easy_view")
    assert go(site, visit, "easy_view.volume=-").draft.volume == Modes().volume - 1
    for nonsense in ("volume=0", "rate=1", "set=contrast"):
        assert go(site, visit, f"easy_view.{nonsense}").draft == Modes()
