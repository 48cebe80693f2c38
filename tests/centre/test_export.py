"""An export: safe in a spreadsheet, whole, and no row of it can be told to be somebody's."""

import csv
import datetime as dt
import io
import random
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from centre.export import ExportRow, ExportWords, coarsened, csv_lines, guard, write_xlsx
from centre.groups import grouped
from centre.label import label_of
from centre.ratings import Rating
from centre.site import Site
from centre.texts import export_words

MONDAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def words() -> ExportWords:
    return export_words("vi")


def given(day: int, door: str = "1", level: int = 5, service: str = "ket_hon", *reasons: str) -> Rating:
    return Rating(MONDAY + dt.timedelta(days=day), level, door, service, reasons)


def as_csv(rows: list[ExportRow], words: ExportWords, separator: str = ";") -> list[list[str]]:
    raw = b"".join(csv_lines(rows, words, separator))
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=separator))


def test_the_csv_opens_in_a_vietnamese_spreadsheet(site: Site, words: ExportWords) -> None:
    why = ("cho_lau", "di_lai")
    ratings = [given(0, level=2 if i == 3 else 4) for i in range(4)]
    ratings.append(given(4, "1", 2, "ket_hon", *why))
    rows = list(coarsened(ratings, label_of(site), words))
    raw = b"".join(csv_lines(rows, words))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 6
    told = as_csv(rows, words)
    assert told[0] == ["Kỳ", "Cửa", "Việc", "Mức", "Mức hài lòng", "Lý do"]
    reasons = "Chờ lâu, Phải đi lại nhiều lần"
    assert told[-1] == ["2026-11-23/2026-11-29", "1 Hộ tịch", "Kết hôn", "2", "Không hài lòng", reasons]
    assert [row[3] for row in told[1:]] == ["4", "4", "4", "2", "2"], "ordered by what is said, not by time"


def test_the_separator_may_be_a_comma(site: Site, words: ExportWords) -> None:
    rows = list(coarsened([given(0)] * 5, label_of(site), words))
    assert b"".join(csv_lines(rows, words, ",")).splitlines()[1].startswith(b"2026-11-23/2026-11-29,1 ")


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\x00x", "  =1", "\xa0=1", "＝1+1", "＋1", "－1", "＠x", " \n=1"],
)
def test_no_cell_starts_a_formula(cell: str) -> None:
    assert guard(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=b", "Kết hôn", "2026-11-23", "5", "3 - 4"])
def test_harmless_cells_stay_as_they_are(cell: str) -> None:
    assert guard(cell) == cell


def test_a_formula_in_old_data_is_text_in_both_files(site: Site, words: ExportWords, tmp_path: Path) -> None:
    evil = [given(0, "=cmd|' /C calc'!A0", 5, "=1+1", "@x")] * 5
    rows = list(coarsened(evil, label_of(site), words))
    assert not any(cell.startswith(("=", "@")) for row in as_csv(rows, words) for cell in row)
    write_xlsx(tmp_path / "x.xlsx", rows, words)
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    cells = next(iter(sheet.iter_rows(min_row=2)))
    assert [cell.data_type for cell in cells] == ["s", "s", "s", "n", "s", "s"]
    assert cells[1].value == "=cmd|' /C calc'!A0"


def test_both_files_say_the_same(site: Site, words: ExportWords, tmp_path: Path) -> None:
    ratings = [given(i % 5, str(1 + i % 3), 1 + i % 5) for i in range(60)]
    ratings.sort(key=lambda rating: rating.day)
    rows = list(coarsened(ratings, label_of(site), words))
    write_xlsx(tmp_path / "x.xlsx", rows, words)
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    xlsx = [[str(value if value is not None else "") for value in row] for row in sheet.iter_rows(values_only=True)]
    assert xlsx == as_csv(rows, words)
    assert len(xlsx) == 61


def test_at_least_five_share_week_and_doors_and_what_is_named_of_their_matter(site: Site, words: ExportWords) -> None:
    random_, services = random.Random(3), ("ket_hon", "khai_sinh")
    for days in (3, 20, 200):
        ratings = [
            given(random_.randrange(days), random_.choice("11111234"), 1 + i % 5, random_.choice(services))
            for i in range(150)
        ]
        ratings.sort(key=lambda rating: rating.day)
        rows = list(coarsened(ratings, label_of(site), words))
        assert len(rows) == 150
        assert min(Counter((row.period, row.doors) for row in rows).values()) >= site.ratings.least_group
        named = Counter((row.period, row.doors, row.service) for row in rows if row.service)
        assert not named or min(named.values()) >= site.ratings.least_group
        assert Counter(row.level for row in rows) == Counter(rating.level for rating in ratings)


def test_weeks_with_too_few_join_their_neighbours_and_too_few_at_all_are_left_out(
    site: Site, words: ExportWords
) -> None:
    joined = [given(0)] * 5 + [given(7)] * 2 + [given(14)]
    assert {row.period for row in coarsened(joined, label_of(site), words)} == {"2026-11-23/2026-12-13"}
    assert list(coarsened([given(0)] * 4, label_of(site), words)) == []


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ({"1": 9, "2": 8}, [("1",), ("2",)]),
        ({"1": 9, "2": 2, "3": 8}, [("1",), ("2", "3")]),
        ({"1": 9, "2": 2, "3": 3, "4": 8}, [("1",), ("2", "3"), ("4",)]),
        ({"1": 2, "2": 1}, [("1", "2")]),
        ({"1": 9, "2": 0}, [("1",)]),
        ({}, []),
    ],
)
def test_small_groups_are_merged_so_that_the_total_does_not_give_them_away(
    counts: dict[str, int], groups: list[tuple[str, ...]]
) -> None:
    assert grouped(counts, 5) == groups
