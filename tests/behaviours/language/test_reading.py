"""A correct tree is read straight through; what fails is diagnosed, in one place."""

from pathlib import Path

import pytest

from behaviours.language.diagnosis import Diagnosis
from behaviours.language.reader import check_tree
from text.problems import FileError

TREES = sorted((Path(__file__).resolve().parents[3] / "trees").glob("*.yaml"))


@pytest.fixture
def undiagnosed(monkeypatch):
    """A diagnosis at which the test ends."""

    def refuse(self, data, loc):
        raise AssertionError(f"diagnosed: {data}")

    monkeypatch.setattr(Diagnosis, "node", refuse)
    monkeypatch.setattr(Diagnosis, "interrupt", refuse)


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
def test_no_node_of_a_shipped_tree_is_diagnosed(path, undiagnosed, shipped):
    assert check_tree(path, shipped).name == path.stem


@pytest.mark.parametrize(
    "text",
    [
        "root: hodl",
        "root:\n  wait_for: a\n  hold:",
        "root:\n  first_of: []",
        "root:\n  timeout: 5 s",
        "root:\n  repeat: 3",
        "root:\n  together: [{wait_for: a}, {wait_for: b}]\n  until: one",
        "interrupts: [{when: a}]\nroot: {wait_for: a}",
    ],
)
def test_a_node_in_no_form_of_its_word_is_diagnosed(text, undiagnosed, write, around):
    with pytest.raises(AssertionError, match="diagnosed"):
        check_tree(write(f"tree: main\nabout: A test.\n{text}\n"), around)


def test_a_word_that_lacks_a_parameter_needs_no_diagnosis_of_its_form(undiagnosed, write, around):
    with pytest.raises(FileError, match="`after` is missing"):
        check_tree(write("tree: main\nabout: A test.\nroot:\n  timeout: {do: {wait_for: a}}\n"), around)
