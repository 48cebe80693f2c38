"""What the screen and the slip are told."""

from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centre.office import Office
from centre.site import Site, load_site
from reception.dialogue import _ANYWHERE, _ON_PAGE, respond
from reception.presenter import _BUILDERS, Presenter
from reception.visits import Visit, new_visit, with_ticket
from robot import pages
from robot.clock import SimClock
from robot.pages import PageName
from robot.types import Modes, Touch, Understanding

SITE = load_site(Path(__file__).parents[2] / "sites" / "cua_nam")


@pytest.fixture
def presenter(site: Site, office: Office) -> Presenter:
    return Presenter(site, office)


def opened(office: Office) -> Visit:
    return new_visit(office.open_visit(), 0.0, "vi")


def with_number(office: Office, **facts: str) -> Visit:
    visit = replace(opened(office), wants_ticket=True, **facts)  # type: ignore[arg-type]
    return with_ticket(visit, office.issue(visit.id, visit.door, visit.service).number)


VISIT_PAGES = [page.name for page in pages.PAGES.values() if page.owner != "robot"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("page", VISIT_PAGES)
def test_every_page_of_a_visit_is_built_in_both_languages(
    presenter: Presenter, office: Office, language: str, page: str
) -> None:
    visit = with_number(office, door="1", procedure="ket_hon")
    visit = replace(visit, page=page, field="2", typed="k", choices=("ket_hon", "door:1", "gap_can_bo"))
    visit = replace(visit, language=language, message="elsewhere:1")
    assert isinstance(presenter.page(visit), pages.PAGES[page].content)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_touched_or_said_there_is_a_page_for_it(data: st.DataObject) -> None:
    with closing(Office(SITE, SimClock(datetime(2026, 11, 23, 8, 0)))) as office:  # an example may be given up midway
        touch_or_say_anything(data, office)


def touch_or_say_anything(data: st.DataObject, office: Office) -> None:
    presenter, visit = Presenter(SITE, office), opened(office)
    values = ["", "1", "9", "5", "k", "+", "low", "slow", "ket_hon", "can_cuoc", "ho_kinh_doanh", "door:2", "cho_lau"]
    names = sorted({action for _, action in _ON_PAGE} | set(_ANYWHERE))
    for _ in range(25):
        if data.draw(st.integers(0, 5)) == 0:
            words = data.draw(st.sampled_from(["xin chào", "cửa số hai", "ly hôn", "công chứng giấy tờ", "xyz", "="]))
            accepted = data.draw(st.sampled_from([None, *SITE.requests.requests]))
            visit = respond(visit, Understanding(words, (("khai_sinh", 0.5),), accepted), SITE)
        else:
            page = data.draw(st.sampled_from([visit.page, "follow_me", "call_staff", "drinks", "board"]))
            touch = Touch(1.0, page, data.draw(st.sampled_from(names)), data.draw(st.sampled_from(values)))
            visit = respond(visit, touch, SITE)
        if visit.stage == "issue":
            visit = with_ticket(visit, office.issue(visit.id, visit.door, visit.service).number)
        if visit.rated:
            office.rate(visit.id, visit.rating, visit.reasons)
        assert isinstance(presenter.page(visit), pages.PAGES[visit.page].content)
    assert len(office.tickets()) <= 1
    assert len([e for e in office.events(date(2026, 11, 23), date(2026, 11, 23)) if e.kind == "rated"]) <= 1


def test_the_board_shows_calls_waits_notices_and_the_code(presenter: Presenter, office: Office) -> None:
    with_number(office, door="1")
    office.call_next("1")
    board = presenter.board("vi")
    assert board.calls == (pages.CalledNumber("A 001", "1", "Hộ tịch"),)
    assert [wait.door for wait in board.doors] == list("12345678")
    assert board.doors[1].words == "Mời vào ngay"
    assert board.qr == "https://dichvucong.gov.vn"
    assert presenter.driving("en").call == pages.CalledNumber("A 001", "1", "Civil status")


def test_the_welcome_tells_the_time_and_the_day(presenter: Presenter, clock: SimClock) -> None:
    visit = new_visit(1, 0.0, "vi")
    assert presenter.page(visit) == pages.WelcomeContent("08:00", "Thứ Hai, 23/11/2026")
    assert presenter.page(replace(visit, language="en")).date == "Monday, 23/11/2026"


def test_a_confirmed_procedure_shows_papers_time_fee_exemption_source_and_date(
    presenter: Presenter, office: Office
) -> None:
    content = presenter.page(replace(opened(office), procedure="khai_sinh", door="1", page="procedure"))
    assert isinstance(content, pages.ProcedureContent)
    assert len(content.papers) == 3
    assert (content.time, content.fee, content.checked) == ("Trong ngày làm việc", "Miễn phí", "22/11/2026")
    assert "miễn" in content.note
    assert content.qr.startswith("https://dichvucong.gov.vn")


@pytest.mark.parametrize(("language", "words"), [("vi", "Chờ phường xác nhận"), ("en", "Awaiting the ward")])
def test_what_nobody_confirmed_is_said_to_wait_for_the_ward(
    presenter: Presenter, office: Office, language: str, words: str
) -> None:
    visit = replace(opened(office), procedure="gpxd", door="3", page="procedure", language=language)
    content = presenter.page(visit)
    assert isinstance(content, pages.ProcedureContent)
    assert all(paper.detail.startswith(words) for paper in content.papers)
    assert content.time.startswith(words)
    assert content.fee.startswith(words)
    assert content.checked.startswith(words)


def test_a_request_without_a_procedure_sends_to_the_staff_of_its_door(presenter: Presenter, office: Office) -> None:
    content = presenter.page(replace(opened(office), request="can_cuoc", door="7", page="procedure"))
    assert isinstance(content, pages.ProcedureContent)
    assert content.name == "Thẻ căn cước"
    assert content.papers[0].title == "Mời hỏi cán bộ, Cửa 7"
    assert content.fee == "Chờ phường xác nhận"


@pytest.mark.parametrize("typed", ["ket h", "KẾT H", "hon", "kết hôn"])
def test_search_finds_with_and_without_marks(presenter: Presenter, typed: str) -> None:
    assert "ket_hon" in [tile.id for tile in presenter.search(typed, "vi")]


def test_search_shows_at_most_eight_and_nothing_for_nothing(presenter: Presenter) -> None:
    assert len(presenter.search("d", "vi")) <= 8
    assert presenter.search("", "vi") == ()
    assert presenter.search("zzz", "vi") == ()


def test_services_come_eight_a_page_and_four_in_large_text(presenter: Presenter, office: Office) -> None:
    visit = replace(opened(office), field="1", page="services")
    first = presenter.page(visit)
    last = presenter.page(replace(visit, shelf=1))
    large = presenter.page(replace(visit, modes=Modes(large_text=True)))
    assert isinstance(first, pages.ServicesContent)
    assert isinstance(last, pages.ServicesContent)
    assert isinstance(large, pages.ServicesContent)
    assert (len(first.services), len(last.services), len(large.services)) == (8, 7, 4)
    assert first.has_more


def test_tiles_of_choices_carry_time_and_fee(presenter: Presenter) -> None:
    tile = presenter.tile("ct_chu_ky", "vi")
    assert (tile.name, tile.time, tile.fee) == (
        "Chứng\u00a0thực chữ\u00a0ký",
        "Trong ngày làm việc",
        "10.000 đồng một việc",
    )
    assert presenter.tile("door:3", "vi").name == "Việc khác"
    assert presenter.tile("gap_can_bo", "en").name == "See the staff"


def test_ticket_and_slip_tell_the_same(presenter: Presenter, office: Office) -> None:
    for _ in range(4):
        with_number(office, door="1")
    office.call_next("1")
    office.call_next("1")
    visit = with_number(office, door="1", procedure="khai_sinh")
    ticket, slip = presenter.page(visit), presenter.slip(visit)
    assert isinstance(ticket, pages.TicketContent)
    assert (ticket.number, ticket.ahead, ticket.door_name) == ("A 005", 2, "Hộ tịch")
    assert slip.number == ticket.number
    assert slip.wait == f"{ticket.wait_low}–{ticket.wait_high} phút"
    assert slip.issued == "08:00, 23/11/2026"
    assert slip.notes == ("Tờ khai đăng ký khai sinh", "Giấy chứng sinh", "Căn cước hoặc VNeID")
    assert slip.qr == ticket.qr == "https://dichvucong.gov.vn/#A005"


def test_the_slip_names_no_papers_that_nobody_confirmed(presenter: Presenter, office: Office) -> None:
    assert presenter.slip(with_number(office, door="3", procedure="gpxd")).notes == ()


def test_the_staff_page_shows_each_step_with_its_time(presenter: Presenter, office: Office, clock: SimClock) -> None:
    visit = opened(office)
    call = office.staff.call_staff(visit.id)
    clock.seconds += 120
    office.staff.accept(call.id, "Cán bộ", "2")
    content = presenter.page(visit, "call_staff")
    assert content == pages.CallStaffContent(2, "08:00", "08:02", "Cán bộ", "2")


def test_no_happy_face_where_somebody_has_died(presenter: Presenter, office: Office) -> None:
    visit = replace(opened(office), page="ticket")
    assert presenter.expression(replace(visit, procedure="khai_sinh")) == "happy"
    assert presenter.expression(replace(visit, procedure="khai_tu")) == "neutral"


def test_the_pages_of_visits_are_those_that_the_presenter_builds() -> None:
    assert set(_BUILDERS) == {name for name, page in pages.PAGES.items() if page.owner != "robot"}


@pytest.mark.parametrize("page", VISIT_PAGES)
def test_drawing_a_page_writes_nothing_and_waits_for_nobody(
    site: Site, clock: SimClock, tmp_path: Path, page: PageName
) -> None:
    office = Office(site, clock, tmp_path / "o.db")
    presenter, visit = Presenter(site, office), with_number(office, door="1", procedure="ket_hon")
    visit = replace(visit, page=page, field="2", typed="k", choices=("ket_hon", "door:1"), message="elsewhere:1")
    other = apsw.Connection(str(tmp_path / "o.db"))
    other.execute("BEGIN IMMEDIATE")  # who would write now has to wait and then fails
    seen: list[str] = []
    office._journal._db._db.set_exec_trace(lambda cursor, sql, values: seen.append(sql) or True)
    for _ in range(3):
        assert isinstance(presenter.page(visit), pages.PAGES[page].content)
        presenter.board("vi")
        presenter.driving("vi")
        presenter.slip(visit)
    assert not [words for words in seen if not words.startswith("SELECT")]
    other.close()
    office.close()


def test_a_ticket_page_of_a_visit_without_a_number_is_refused_not_issued(presenter: Presenter, office: Office) -> None:
    with pytest.raises(LookupError, match="has no ticket"):
        presenter.page(replace(opened(office), door="1", page="ticket"))
    assert office.tickets() == ()
