"""One slip of the hand in a shipped tree, a space, a colon or an indentation, gets one message at its line."""

import random
import re
from pathlib import Path

import pytest

from behaviours.language.reader import check_tree
from behaviours.language.reading import Trial
from text.problems import FileError

TREES = Path(__file__).resolve().parents[2] / "trees"
PATHS = sorted(TREES.glob("*.yaml"))
SLIPS = {
    "dash": lambda line: line.replace("- ", "-", 1),
    "space after a colon": lambda line: line.replace(": ", ":", 1),
    "colon": lambda line: re.sub(r":\s*$", "", line),
    "one further": lambda line: f" {line}",
    "two further": lambda line: f"  {line}",
    "one less": lambda line: re.sub("^ ", "", line),
    "two less": lambda line: re.sub("^  ", "", line),
}
OTHERS = re.compile(r"this `- ` does not line up with that of line (\d+)")  # told at one of two, naming the other


def slips(kind):
    """(path, its text with the slip, the line of the slip)."""
    dice = random.Random(kind)
    for path in PATHS:
        lines = path.read_text(encoding="utf-8").splitlines()
        for at in dice.sample(range(len(lines)), min(12, len(lines))):
            line = SLIPS[kind](lines[at])
            if line != lines[at] and line.strip() and not line.lstrip().startswith("#"):
                yield path, "\n".join([*lines[:at], line, *lines[at + 1 :]]) + "\n", at + 1


@pytest.mark.parametrize("kind", SLIPS)
def test_one_slip_is_one_message_at_its_line(kind, shipped, tmp_path):
    told = 0
    for path, text, line in slips(kind):
        copy = tmp_path / path.name
        copy.write_text(text, encoding="utf-8")
        try:
            check_tree(copy, shipped, Trial(TREES, {path.stem: copy}))
        except FileError as error:
            (problem,) = error.problems
            other = OTHERS.search(problem.words)
            places = {problem.line, int(other[1])} if other else {problem.line}
            assert min(abs(place - line) for place in places) <= 1, f"line {line} of {path.name}: {problem}"
            told += 1
    assert told >= 10
