"""What is wrong in a file and where, and what libyaml complains of in a designer's words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from robot.types import LetanError
from text.yaml_hints import slip_behind


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a file, and where; lines and columns count from 1, line 0 is the file as a whole."""

    path: Path
    line: int
    column: int
    words: str

    def __str__(self) -> str:
        path = from_here(self.path)
        return f"{path}:{self.line}:{self.column}: {self.words}" if self.line else f"{path}: {self.words}"


def from_here(path: Path) -> Path:
    """A path as somebody in the working directory would write it: short when it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


class FileError(LetanError):
    """Files that can't be used; its text has one problem a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(map(str, self.problems)))


_HINTS = {  # by a part of libyaml's complaint
    "mapping values are not allowed": "a second `:` in one line; put the text in quotes, or the key on its own line",
    "did not find expected key": "this does not line up with the lines above: check the indentation",
    "did not find expected '-'": "expected `- ` as in the lines above: check the indentation",
    "could not find expected ':'": "expected `:` after the key above",
    "did not find expected <document start>": "this does not go on with what stands above: check the line before",
    "found another document": "a file is one document: `---` may stand in its first line only",
}
_OPENED = {  # those that are about where something began
    "did not find expected ','": "this `[` or `{` is not closed, or a comma is missing after it",
    "unexpected end of stream": "this quotation mark is not closed",
}


def not_yaml(path: Path, text: str, error: yaml.YAMLError) -> Problem:
    """libyaml's complaint in a designer's words."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _odd_letter(path, text, error)
    mark, words = error.problem_mark or error.context_mark, str(error.problem or error.context)
    if mark:
        key_line = (error.context_mark or mark).line
        slip = slip_behind(words, text.splitlines(), mark.line, mark.column, key_line)
        if slip is not None:
            return Problem(path, slip.line + 1, slip.column + 1, slip.words)
    if mark and "cannot start any token" in words:
        letter = "".join(text.splitlines()[mark.line : mark.line + 1])[mark.column : mark.column + 1]
        words = "a tab can't indent: use spaces" if letter == "\t" else f"{letter!r} can't begin a value: use quotes"
    elif opened := next((hint for start, hint in _OPENED.items() if start in words), ""):
        mark, words = error.context_mark or mark, opened
    else:
        words = next((hint for start, hint in _HINTS.items() if start in words), words)
    return Problem(path, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0, f"not YAML: {words}")


def _odd_letter(path: Path, text: str, error: yaml.YAMLError) -> Problem:
    """A control character or half a surrogate pair, which YAML forbids."""
    for number, line in enumerate(text.split("\n"), 1):
        for column, letter in enumerate(line, 1):
            is_control = unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\r\x85"
            if is_control or letter in "\ufffe\uffff":
                return Problem(path, number, column, f"not YAML: the character {letter!r} may not stand here")
    return Problem(path, 0, 0, f"not YAML: {' '.join(str(error).split())}")
