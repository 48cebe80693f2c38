"""A finding, and the codes that it may have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from behaviours.language.nodes import Source
from text.problems import Problem

CODES = {
    "T001": "a parameter is never used",
    "T002": "a variable is never used",
    "T003": "a variable is set but never read",
    "T004": "a variable is read but never set",
    "T005": "an output is never set",
    "T006": "a node is never reached",
    "T007": "a node is never reached, because a wider condition stands above it",
    "T008": "two nodes of a `together` claim the same thing",
    "T009": "a node that takes only what is free stands too high",
    "T010": "a condition is always so",
    "T011": "a condition is never so",
    "T012": "`until` is so already when `when` begins",
    "T013": "no tree uses this tree",
    "T014": "a word changes nothing",
    "T015": "a timeout is never reached, because an outer one is not longer",
    "T016": "a text is empty in a language",
    "T017": "a list of nodes has only one",
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One code at one place."""

    problem: Problem
    code: str

    def __str__(self) -> str:
        place = self.problem
        return f"{place.path}:{place.line}:{place.column}: {self.code} {place.words}"


def found(code: str, at: Source, words: str) -> Finding:
    """A finding at a place of a tree file."""
    assert code in CODES
    return Finding(Problem(Path(at.file), at.line, at.column, words), code)
