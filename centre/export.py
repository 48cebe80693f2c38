"""Ratings for a spreadsheet, coarsened so that no row can be told to be somebody's: weeks and doors of enough."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import Path

from centre.groups import grouped
from centre.label import Label
from centre.ratings import Rating
from robot.types import LetanError

COLUMNS = ("period", "doors", "service", "level", "level_name", "reasons")
OFFICE = "office"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass(frozen=True, slots=True)
class ExportWords:
    """The words of the file in one language: `headers` by column, and what several small doors are called together."""

    language: str
    headers: Mapping[str, str]  # those of COLUMNS, and of "office" where there are several
    other_doors: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file in their order."""
        return tuple(column for column in (OFFICE, *COLUMNS) if column in self.headers)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One rating as it leaves the office."""

    period: str  # whole weeks, such as 2026-11-23/2026-11-29
    doors: str
    service: str  # "" where fewer than the least group had it
    level: int
    level_name: str
    reasons: str
    office: str = ""

    def cells(self, columns: Iterable[str]) -> tuple[str, ...]:
        """As text, in the order of the columns."""
        return tuple(str(getattr(self, column)).replace("\N{NO-BREAK SPACE}", " ") for column in columns)


def coarsened(ratings: Iterable[Rating], label: Label, words: ExportWords) -> Iterator[ExportRow]:
    """Rows of ratings that come in order of time: at least the office's `least_group` share period and doors.

    Weeks with too few ratings are joined with their neighbours; what stays too few at the end is left out. Within a
    period the rows are ordered by what they say, not by time.
    """
    least = label.least_group
    ready: list[Rating] = []  # a period with enough ratings, which what follows may still join
    open_: list[Rating] = []
    for rating in ratings:
        if open_ and _week(rating.day) != _week(open_[-1].day) and len(open_) >= least:
            yield from _period(ready, label, words)
            ready, open_ = open_, []
        open_.append(rating)
    if len(open_) >= least:
        yield from _period(ready, label, words)
        ready, open_ = open_, []
    if len(ready + open_) >= least:
        yield from _period(ready + open_, label, words)


def _period(ratings: list[Rating], label: Label, words: ExportWords) -> Iterator[ExportRow]:
    """The rows of one period, ordered by doors, level and reasons."""
    if not ratings:
        return
    language = words.language
    name = f"{_week(ratings[0].day)}/{_week(ratings[-1].day) + dt.timedelta(days=6)}"
    groups = grouped(Counter(rating.door for rating in ratings), label.least_group)
    by_door = {door: doors for doors in groups for door in doors}
    services = Counter((by_door[rating.door], rating.service) for rating in ratings)
    rows: dict[tuple[str, ...], Counter[ExportRow]] = defaultdict(Counter)  # many say the same
    for (door, level, service, reasons), count in Counter(map(_said, ratings)).items():
        doors = by_door[door]
        matter = _service(service if services[doors, service] >= label.least_group else "", label, language)
        named = label.levels.get(str(level), {}).get(language, "")
        told = ", ".join(label.reasons[r][language] if r in label.reasons else r for r in reasons)
        rows[doors][ExportRow(name, _doors(doors, label, words), matter, level, named, told)] += count
    for doors in sorted(rows):
        for row in sorted(rows[doors], key=lambda row: (-row.level, row.service, row.reasons)):
            yield from repeat(row, rows[doors][row])


def _said(rating: Rating) -> tuple[str, int, str, tuple[str, ...]]:
    return rating.door, rating.level, rating.service, rating.reasons


@lru_cache(64)
def _week(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def _doors(doors: tuple[str, ...], label: Label, words: ExportWords) -> str:
    if len(doors) > 1:
        return f"{words.other_doors} ({', '.join(doors)})"
    known = label.doors.get(doors[0])
    return f"{doors[0]} {known[words.language]}" if known else doors[0]


def _service(service: str, label: Label, language: str) -> str:
    return label.services.get(service, {}).get(language, service)


def csv_lines(rows: Iterable[ExportRow], words: ExportWords, separator: str = ";") -> Iterator[bytes]:
    """A CSV for Excel, line by line: UTF-8 with BOM, CRLF, no cell that starts a formula (CWE-1236)."""
    yield b"\xef\xbb\xbf"
    yield _line(tuple(words.headers[column] for column in words.columns), separator)
    for row in rows:
        yield _line(row.cells(words.columns), separator)


@lru_cache(4096)  # rows of one period are much alike
def _line(cells: tuple[str, ...], separator: str) -> bytes:
    out = io.StringIO(newline="")
    guarded = [guard(cell) for cell in cells]
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerow(guarded)
    return out.getvalue().encode("utf-8")


def write_xlsx(path: Path, rows: Iterable[ExportRow], words: ExportWords) -> None:
    """An Excel file in constant memory; text stays text, whatever it starts with. LetanError without openpyxl."""
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
    except ModuleNotFoundError as error:
        raise LetanError("an Excel file needs the package openpyxl: install letan[office], or write .csv") from error

    book = Workbook(write_only=True)
    sheet = book.create_sheet("letan")
    sheet.freeze_panes = "A2"

    def text(value: str, bold: bool = False) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value="".join(c for c in value if c >= " "))
        cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        return cell

    sheet.append([text(words.headers[column], bold=True) for column in words.columns])
    try:
        for row in rows:
            told = zip(words.columns, row.cells(words.columns), strict=True)
            sheet.append([row.level if column == "level" else text(cell) for column, cell in told])
    finally:
        sheet.close()
    book.save(path)


def guard(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote in front of = + - @ and control signs, full width too."""
    text = unicodedata.normalize("NFKC", cell)
    if text.startswith(_DANGEROUS) or text.lstrip().startswith(_DANGEROUS):
        return "'" + cell
    return cell
