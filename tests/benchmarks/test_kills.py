"""The office is killed while counters work: nothing acknowledged is lost, nothing happens twice."""

from dataclasses import replace

import pytest

from centre.office import Office
from robot.clock import RealClock


@pytest.fixture(scope="module")
def kills(benchmark_module):
    return benchmark_module("kills")


def test_nothing_acknowledged_is_lost_or_doubled_by_three_kills(kills, site, tmp_path):
    answers = kills.Answers()
    for life, seconds in enumerate((0.3, 0.05, 0.7)):
        kills.one_life(tmp_path / "o.db", answers, seconds, str(life))
        assert kills.complaints(site, tmp_path / "o.db", answers) == []
    assert answers.count > 10


def test_what_is_lost_or_doubled_would_be_complained_of(kills, site, tmp_path):
    office = Office(site, RealClock(), tmp_path / "o.db")
    visit = office.open_visit()
    number = office.issue(visit, "1").number
    office.call_next("1", "1-1")
    office.close()
    answers = kills.Answers([(visit, number)], [number])
    assert kills.complaints(site, tmp_path / "o.db", answers) == []
    for wrong, complaint in (
        (replace(answers, issued=[(visit, "A 099")]), "lost: A 099 of visit"),
        (replace(answers, finished=[number]), "lost: A 001 finished"),
        (replace(answers, rated=[visit]), "lost: the rating"),
        (replace(answers, called=[number, number]), "twice: A 001 called"),
    ):
        assert [told for told in kills.complaints(site, tmp_path / "o.db", wrong) if told.startswith(complaint)]
