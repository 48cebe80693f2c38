"""Every mistake in a tree file is named with its place, what was expected and the nearest name."""

import re
from pathlib import Path

import pytest

from behaviours.language.reader import check_tree, read_tree
from text.problems import FileError

CORPUS = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
EXPECTED = re.compile(r"# (?:(\w+\.yaml):)?(\d+):(\d+) (.+)")


def expected_in(path):
    """What the comments at the top of a broken tree promise."""
    found = [EXPECTED.fullmatch(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted((match[1] or path.name, int(match[2]), int(match[3]), match[4]) for match in found if match)


def problems_of(path, around):
    try:
        check_tree(path, around)
    except FileError as error:
        return sorted((each.path.name, each.line, each.column, each.words) for each in error.problems)
    return []


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_broken_tree_has_exactly_the_problems_that_it_says(path, around):
    assert problems_of(path, around) == expected_in(path)


def test_the_corpus_is_worth_its_name():
    assert sum(bool(expected_in(path)) for path in CORPUS) >= 60


def test_all_mistakes_of_all_files_come_in_one_pass(write, around):
    write("tree: other\nabout: Other.\nroot:\n  wiat: 5 s\n", "other")
    body = "root:\n  first_of:\n    - hodl\n    - wait: 5\n    - tree: other\n      when: zz\n"
    with pytest.raises(FileError) as caught:
        read_tree(write("tree: main\nabout: A test.\n" + body), around)
    assert [problem.line for problem in caught.value.problems] == [5, 6, 8, 4]
    assert str(caught.value).count("other.yaml:4:3: unknown word `wiat`") == 1
