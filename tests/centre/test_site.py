"""The shipped site is whole, and a broken one says where."""

import json
import shutil
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from centre.site import Site, load_site
from robot.types import LetanError
from text.yaml12 import read_yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "sites" / "cua_nam"
SITE = load_site(FOLDER)
INTENTS = {
    json.loads(line)["intent"]
    for line in (ROOT / "perception" / "data" / "intents.jsonl").read_text(encoding="utf-8").splitlines()
}


def texts(data: Any) -> Iterator[dict[str, str]]:
    if isinstance(data, dict):
        if {"vi", "en"} & data.keys():
            yield data
        else:
            for value in data.values():
                yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


def files() -> list[Path]:
    return sorted([*FOLDER.glob("*.yaml"), *FOLDER.glob("procedures/*.yaml")])


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_every_intent_leads_to_a_procedure_a_door_or_an_action(intent: str) -> None:
    request = SITE.request(intent)
    assert request is not None
    assert request.action or request.door in SITE.doors or request.procedures
    assert all(procedure in SITE.procedures for procedure in request.procedures)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_text_stands_in_both_languages_and_in_nfc(path: Path) -> None:
    for text in texts(read_yaml(path).data):
        assert text.keys() == {"vi", "en"}
        assert all(text.values())
    raw = path.read_text(encoding="utf-8")
    assert raw == unicodedata.normalize("NFC", raw)


@pytest.mark.parametrize(
    ("field", "most"),
    [("name", 50), ("short", 24), ("detail", 34), ("time_note", 44), ("fee_note", 100), ("note", 90), ("source", 46)],
)
def test_texts_of_procedures_fit_their_place_on_the_screen(field: str, most: int) -> None:
    for procedure in SITE.procedures.values():
        assert all(len(words) <= most for words in getattr(procedure, field).values())


def test_icons_are_those_that_the_screen_can_draw() -> None:
    names = """mic search back next home bell staff globe text low contrast speaker doc papers check close help clock
        coin ticket door route walk pause family stamp house shop heart book idcard tray cup candy chair lock sign will
        loop redo warn note"""
    drawn = {name.strip() for name in names.split(" ")}
    used = {door.icon for door in SITE.doors.values()} | {p.icon for p in SITE.procedures.values()}
    used |= {request.icon for request in SITE.requests.requests.values()}
    used |= {reason.icon for reason in SITE.ratings.reasons.values()}
    assert used <= drawn


def test_lines_of_the_board_fit_one_line() -> None:
    for line in (*SITE.notices.announcements, *SITE.notices.instructions):
        assert all(len(words) <= 26 for words in line.values())


def test_there_are_at_least_25_procedures_and_a_dozen_answers_to_small_talk() -> None:
    assert len(SITE.procedures) >= 25
    assert len(SITE.small_talk) >= 12
    assert all(SITE.procedures_at(door) for door in SITE.doors)


def test_a_fact_is_dated_when_it_is_shown_and_only_then() -> None:
    for name, procedure in SITE.procedures.items():
        shown = procedure.papers_confirmed or procedure.time != "unconfirmed" or procedure.fee != "unconfirmed"
        assert (procedure.checked != "unconfirmed") == (shown or bool(procedure.note)), name


def test_a_fee_that_some_need_not_pay_has_its_exemption_beside_it() -> None:
    assert "Miễn" in SITE.procedures["con_nuoi"].fee_note["vi"]
    assert "miễn" in SITE.procedures["khai_sinh"].note["vi"]


def broken(tmp_path: Path, file: str, old: str, new: str) -> str:
    folder = tmp_path / "site"
    shutil.copytree(FOLDER, folder)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LetanError) as caught:
        load_site(folder)
    return str(caught.value).replace(str(folder) + "/", "")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("doors.yaml", "letter: B", "leter: B", "unknown key `leter`; did you mean `letter`?"),
        ("doors.yaml", "letter: B", "letter: A", "two doors share this letter"),
        ("doors.yaml", "counters: 2", "counters: many", "not `many`"),
        ("floor.yaml", "dock: [2.8, 0.5, 90]", "dock: [2.8, 0.5]", "a pose is [x, y, heading in degrees]"),
        ("floor.yaml", "places: {}", "places: {window: [4.0, 10.5]}", "a pose is [x, y, heading in degrees]"),
        ("floor.yaml", "places: {}", "places: {dock 2: [4.0, 10.5, 90]}", "should match pattern"),
        ("floor.yaml", "places: {}", "places: {drinks: [4.0, 10.5, 90]}", "a place of the robot's own"),
        ("floor.yaml", "places: {}", "places: {window: [40.0, 10.5, 90]}", "outside the hall"),
        ("floor.yaml", "places: {}", "places: {pillar: [7.5, 7.3, 90]}", "the robot needs"),
        ("floor.yaml", "station: [0.0, 2.6, 1.6, 4.6]", "station: [1.6, 2.6, 0.0, 4.6]", "a box has left < right"),
        ("robot.yaml", "dropout: 0.01", "dropout: 1.5", "expected at most 1, not `1.5`"),
        ("requests.yaml", "{procedures: [ket_hon]}", "{procedures: [ket_hn]}", "did you mean `ket_hon`?"),
        ("requests.yaml", "{procedures: [ket_hon]}", "{door: '9'}", "needs a `name`"),
        ("requests.yaml", "action: come,", "action: comes,", "did you mean `come`?"),
        ("site.yaml", "lookup: https://dich", "lookup: javascript://dich", "leads to https"),
        ("site.yaml", "lookup: https://dichvucong.gov.vn", "lookup: https://evil.example", "leads to https"),
        ("site.yaml", '"08:00", "11:30"', '"8:00", "11:30"', "String should match pattern"),
        ("site.yaml", "{day}/{month}", "{dya}/{month}", "do not fit"),
        ("ratings.yaml", "  cho_lau: {name: {vi: Chờ lâu, en", "  cho_lau: {name: {en", "the text in `vi` is missing"),
        ("ratings.yaml", '"5": {', '"6": {', "without a gap"),
        ("procedures/7_cu_tru.yaml", 'door: "7"', 'door: "77"', "there is no door `77`"),
        ("procedures/7_cu_tru.yaml", "thuong_tru:", "khai_sinh:", "stands in two files"),
        ("procedures/7_cu_tru.yaml", "tam_tru:", "thuong_tru:", "stands here twice"),
        ("procedures/7_cu_tru.yaml", "name: {vi: Đăng ký tạm trú,", "name: {fr: x, vi: y,", "does not speak `fr`"),
    ],
)
def test_a_broken_site_file_is_named_with_line_and_column(
    tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    words = broken(tmp_path, file, old, new)
    named = [line for line in words.splitlines() if expected in line]
    assert named
    assert all(line.startswith(f"{file}:") and all(n.isdigit() for n in line.split(":")[1:3]) for line in named)


def test_problems_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(FOLDER, folder)
    (folder / "robot.yaml").unlink()
    (folder / "notices.yaml").write_text("announcements: []\n", encoding="utf-8")
    with pytest.raises(LetanError) as caught:
        load_site(folder)
    assert "robot.yaml: cannot be read" in str(caught.value)
    assert "notices.yaml:1:1: `instructions` is missing" in str(caught.value)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LetanError, match="no such folder"):
        load_site(tmp_path / "nowhere")


def test_the_site_opens_by_its_hours(site: Site) -> None:
    assert site.place.is_open(datetime(2026, 11, 23, 8, 0))
    assert not site.place.is_open(datetime(2026, 11, 23, 11, 30))
    assert not site.place.is_open(datetime(2026, 11, 22, 9, 0))  # a Sunday


@pytest.mark.parametrize(
    "name", ["khai_sinh", "lt_khai_sinh", "ket_hon", "khai_tu", "ct_ban_sao", "ct_chu_ky", "thuong_tru"]
)
def test_legal_times_in_days_say_that_they_are_working_days(name: str) -> None:
    one = SITE.procedures[name]
    assert isinstance(one.time, dict)
    for words in (one.time, one.time_note, one.note if name == "ct_ban_sao" else {}):
        for language, working in (("vi", "ngày làm việc"), ("en", "working day")):
            said = words.get(language, "")
            counted = any(character.isdigit() for character in said)
            assert working in said or not counted


def test_nothing_is_said_of_the_opening_hours_that_nobody_confirmed() -> None:
    said = [
        line for path in (FOLDER / "notices.yaml", FOLDER / "small_talk.yaml") for line in texts(read_yaml(path).data)
    ]
    assert said
    assert not any(character.isdigit() for line in said for words in line.values() for character in words)
