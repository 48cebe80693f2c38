"""The log of events: written as they happen, read again as what they were, and described in the docs."""

import logging
from datetime import datetime
from pathlib import Path

from letan.eventlog import EventLog
from letan.events import RobotSaid, Touched, catalogue
from robot.clock import SimClock
from robot.events import CATALOGUE, read_entry

DOCS = Path(__file__).resolve().parents[2] / "docs" / "events.md"


def test_the_catalogue_in_the_docs_is_that_of_the_types():
    assert DOCS.read_text(encoding="utf-8") == catalogue()


def test_every_kind_of_event_says_what_happened_and_what_its_fields_are():
    for kind in CATALOGUE.values():
        assert kind.__doc__.endswith("."), kind
        assert f"| `{kind.name}` |" in catalogue()


def test_an_event_stands_in_the_file_as_soon_as_it_has_happened(tmp_path):
    log = EventLog(SimClock(datetime(2026, 11, 23, 8, 0)), tmp_path / "events.jsonl")
    log.record(RobotSaid("Xin chào.", "vi"))
    (line,) = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert read_entry(line) == log.entries[0]
    log.record(Touched("welcome", "speak"))
    assert [entry.event.page for entry in log.of(Touched)] == ["welcome"]
    log.close()


def test_a_full_disk_ends_the_file_with_a_word_and_the_run_goes_on(caplog):
    log = EventLog(SimClock(datetime(2026, 11, 23, 8, 0)), Path("/dev/full"))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            log.record(RobotSaid("Xin chào.", "vi"))
    assert [record.message.split(",")[0] for record in caplog.records] == ["/dev/full ends here"]
    assert len(log.of(RobotSaid)) == 3
    log.close()


def test_letters_that_cannot_be_written_do_not_end_the_log(tmp_path):
    log = EventLog(SimClock(datetime(2026, 11, 23, 8, 0)), tmp_path / "events.jsonl")
    log.record(RobotSaid("\ud800", "vi"))
    log.close()
    assert len((tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()) == 1
