"""Words come from entry points alone, ours like those of other packages."""

from importlib.metadata import EntryPoint

import pytest

from behaviours.language import words
from robot.types import LetanError


@pytest.mark.parametrize("installed", [[], [EntryPoint("waving", "waving", words.GROUP)]])
def test_without_an_installation_the_vocabulary_says_what_to_run(installed, monkeypatch):
    monkeypatch.setattr(words, "entry_points", lambda group: installed)
    with pytest.raises(LetanError, match=r"the words of the trees are not installed .*: run scripts/setup"):
        words.vocabulary.__wrapped__()


def test_our_words_are_registered_as_those_of_a_plugin():
    ours = [entry for entry in words.entry_points(group=words.GROUP) if entry.value.startswith("behaviours.")]
    assert sorted(entry.name for entry in ours) == ["language", "leaves"]
    assert {"sequence", "retry", "tree", "set", "wait", "go_to"} <= words.vocabulary().keys()
