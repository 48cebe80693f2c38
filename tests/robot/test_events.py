"""The catalogue of events: what is written can be read again, and nothing has two meanings."""

from typing import Annotated

import pytest

from robot.events import CATALOGUE, Entry, Event, event, read_entry


@pytest.fixture
def seen():
    @event("test_seen")
    class Seen(Event):
        """Something was seen."""

        at: Annotated[tuple[float, ...], "m in map"]
        why: Annotated[str, "in words"] = ""

    yield Seen
    del CATALOGUE["test_seen"]


def test_an_entry_is_one_line_with_sorted_keys_and_can_be_read_again(seen):
    entry = Entry(1.5, seen((1.0, 2.0), "người"))
    assert entry.line() == '{"at": [1.0, 2.0], "event": "test_seen", "t": 1.5, "why": "người"}'
    assert read_entry(entry.line()) == entry


def test_two_kinds_of_events_do_not_bear_one_name(seen):
    with pytest.raises(ValueError, match="two kinds of events are called `test_seen`"):

        @event("test_seen")
        class Other(Event):
            """Something else."""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[]", "has a time"),
        ('{"event": "test_seen"}', "has a time"),
        ('{"t": 1, "event": "nothing"}', "no kind of event `nothing`"),
        ('{"t": 1}', "no kind of event `None`"),
        ('{"t": 1, "event": "test_seen", "odd": 1}', "odd"),
        ("{", "Expecting"),
    ],
)
def test_a_line_that_is_no_event_is_said_to_be_none(seen, line, words):
    with pytest.raises(ValueError, match=words):
        read_entry(line)


def test_what_json_has_no_words_for_is_null_and_odd_letters_are_written(seen):
    assert (
        Entry(1.0, seen((float("nan"), 1.0))).line() == '{"at": [null, 1.0], "event": "test_seen", "t": 1.0, "why": ""}'
    )
