"""Writes text out as it is said: numbers, ticket codes, dates, times, money, abbreviations."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from pydantic import Field

from text.validation import validate
from text.yaml12 import Model, read_yaml

DATA = Path(__file__).parent / "data"
_SPELLED = re.compile(r"(?<!\w)[B-DF-HJ-NP-TV-XZĐ]{2,6}(?!\w)")  # capitals without a vowel are no word


class NumberWords(Model):
    """The words that Vietnamese numbers are built from."""

    ten: str
    tens: str
    after_tens: dict[int, str]
    five_after_ten: str
    hundred: str
    odd: str
    thousand: str
    million: str
    billion: str
    minus: str
    point: str
    percent: str
    to: str
    over: str
    day: str
    month: str
    year: str
    hour: str
    minute: str
    currency: str


class SpeechWords(Model):
    """One language's words for speech; without `numbers` they are left to the synthesiser."""

    letters: dict[str, str]
    digits: tuple[str, ...] = Field(min_length=10, max_length=10)
    joined: dict[str, str]
    abbreviations: dict[str, str]
    numbers: NumberWords | None = None


class Reader:
    """Reads in one language."""

    def __init__(self, words: SpeechWords) -> None:
        self._words = words
        names = "|".join(re.escape(name) for name in sorted(words.abbreviations, key=len, reverse=True))
        self._abbreviations = re.compile(rf"(?<!\w)(?:{names})(?!\w)") if names else None

    def read(self, text: str) -> str:
        """`text` as it is said, in NFC, with single blanks."""
        text = unicodedata.normalize("NFC", text)
        text = re.sub(r"(?<!\w)([A-ZĐ]) ?(\d{2,4})(?![\w.,]*\d)", self._code, text)
        if self._words.numbers is not None:
            text = _Numbers(self._words.digits, self._words.numbers).replace(text)
        if self._abbreviations is not None:
            text = self._abbreviations.sub(lambda found: self._words.abbreviations[found[0]], text)
        text = _SPELLED.sub(lambda found: " ".join(map(self._letter, found[0])), text)
        for mark, said in self._words.joined.items():
            text = re.sub(rf"(?<=[^\W\d]){re.escape(mark)}(?=[^\W\d])", said, text)
        return " ".join(text.split())

    def _code(self, found: re.Match[str]) -> str:
        return f"{self._letter(found[1])} {spell(found[2], self._words.digits)}"

    def _letter(self, letter: str) -> str:
        return self._words.letters.get(letter, letter)


def spell(digits: str, words: tuple[str, ...]) -> str:
    """Digit by digit."""
    return " ".join(words[int(digit)] for digit in digits)


class _Numbers:
    """Vietnamese numbers, dates, times, money and shares in a text."""

    def __init__(self, digits: tuple[str, ...], words: NumberWords) -> None:
        self._digits = digits
        self._w = words

    def replace(self, text: str) -> str:
        """Every number written out; the longer patterns first."""
        w = self._w
        text = re.sub(rf"(?:\b{w.day} )?\b(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})\b", self._date, text, flags=re.IGNORECASE)
        text = re.sub(rf"\b{w.day} (\d{{1,2}})/(\d{{1,2}})\b", self._date, text, flags=re.IGNORECASE)
        text = re.sub(r"(?<=\d)([hg%]?)\s?[-–]\s?(?=\d)", rf"\1 {w.to} ", text)
        text = re.sub(r"\b(\d{1,2})(?::|[hg])(\d{2})\b", self._time, text)
        text = re.sub(r"\b(\d{1,2})h\b", rf"\1 {w.hour}", text)
        text = re.sub(r"(?<=\d)/(?=\d)", f" {w.over} ", text)
        text = re.sub(r"(?<=\d)\s?(?:₫|đ|VNĐ|VND)(?!\w)", f" {w.currency}", text)
        text = re.sub(r"(?<=\d)\s?%", f" {w.percent}", text)
        text = re.sub(r"(?<!\w)[-−](?=\d)", f"{w.minus} ", text)
        return re.sub(r"\d{1,3}(?:\.\d{3})+(?!\d)(?:,\d+)?|\d+(?:,\d+)?", self._number, text)

    def _date(self, found: re.Match[str]) -> str:
        day, month, *year = (number(int(part), self._digits, self._w) for part in found.groups())
        said = f"{self._w.day} {day} {self._w.month} {month}"
        return f"{said} {self._w.year} {year[0]}" if year else said

    def _time(self, found: re.Match[str]) -> str:
        hour, minute = int(found[1]), int(found[2])
        said = f"{number(hour, self._digits, self._w)} {self._w.hour}"
        return f"{said} {number(minute, self._digits, self._w)} {self._w.minute}" if minute else said

    def _number(self, found: re.Match[str]) -> str:
        whole, _, part = found[0].replace(".", "").partition(",")
        grouped = "." in found[0]
        if not grouped and (len(whole) > 7 or (len(whole) > 1 and whole[0] == "0")):  # a telephone or a file number
            said = spell(whole, self._digits)
        else:
            said = number(int(whole), self._digits, self._w)
        # as one number while it is short, else digit by digit
        short = part and part[0] != "0" and len(part) <= 2
        rest = number(int(part), self._digits, self._w) if short else spell(part, self._digits)
        said = f"{said} {self._w.point} {rest}" if part else said
        before = found.string[: found.start()][-1:]
        after = found.string[found.end() :][:1]
        return f"{' ' if before.isalpha() else ''}{said}{' ' if after.isalpha() else ''}"


def number(value: int, digits: tuple[str, ...], w: NumberWords) -> str:
    """A Vietnamese whole number in words."""
    if value < 0:
        return f"{w.minus} {number(-value, digits, w)}"
    billions, rest = divmod(value, 10**9)
    said = [f"{number(billions, digits, w)} {w.billion}"] if billions else []
    for size, name in ((10**6, w.million), (1000, w.thousand), (1, "")):
        group, rest = divmod(rest, size)
        if group or (not said and size == 1):
            said.append(f"{_group(group, bool(said), digits, w)} {name}".rstrip())
    return " ".join(said)


def _group(value: int, later: bool, digits: tuple[str, ...], w: NumberWords) -> str:
    """0-999; a `later` group says its hundreds also when there are none."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    said = [digits[hundreds], w.hundred] if hundreds or later else []
    if tens == 1:
        said += [w.ten] + ([w.five_after_ten if ones == 5 else digits[ones]] if ones else [])
    elif tens:
        said += [digits[tens], w.tens] + ([w.after_tens.get(ones, digits[ones])] if ones else [])
    elif ones or not said:
        said += [w.odd, digits[ones]] if said else [digits[ones]]
    return " ".join(said)


@cache
def reader(language: str) -> Reader:
    """The reader of a language that has a file `data/speech_<language>.yaml`, else one that changes next to nothing."""
    path = DATA / f"speech_{language}.yaml"
    if not path.is_file():
        return Reader(SpeechWords(letters={}, digits=tuple("0123456789"), joined={}, abbreviations={}))
    return Reader(validate(read_yaml(path), SpeechWords))
