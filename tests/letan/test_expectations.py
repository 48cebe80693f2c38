"""Each expectation of a scenario can fail, and says in words what did."""

from dataclasses import replace

import pytest

from letan.figures import figures
from robot.events import Entry
from sim.driving import Driving
from sim.errors import Errors
from sim.events import CitizenAsked, CitizenIn, CitizenToDoor, Contact
from sim.scenario import Expect

WELL = figures([], Errors(), Driving(), True, 1.0)


def test_a_run_in_which_nothing_happened_holds_everything():
    assert WELL.problems(Expect(gave_up=0, without_number=0, contacts_shared=0, stuck=1.0, driven_blind=0.0)) == []


@pytest.mark.parametrize(
    ("expect", "found", "words"),
    [
        ({"gave_up": 2}, {"gave_up": 3}, "3 citizens gave up waiting for the robot, at most 2"),
        ({"without_number": 0}, {"without_ticket": 1}, "1 citizens left the screen without a number, at most 0"),
        ({"contacts_shared": 1}, {"contacts_shared": 2}, "2 contacts that robot and person share, at most 1"),
        ({"contacts_by_people": 0}, {"contacts_by_people": 4}, "4 contacts by people, at most 0"),
        ({"no_contact": False, "contacts_wall": 2}, {"contacts_wall": 43}, "43 contacts with things, at most 2"),
        ({"stuck": 60.0}, {"longest_stuck": 75.5}, "75.5 s stuck, at most 60"),
        ({"intimate": 2.0}, {"intimate_s": 3.1}, "3.1 s of coming too near to people, at most 2"),
        ({"driven_blind": 0.3}, {"driven_blind": 3.25}, "3.25 m driven blind, at most 0.3"),
        ({"time_to_help": 300.0}, {"time_to_help": 412.5}, "412.5 s until nine of ten were heard, at most 300"),
        ({"staff_called": True}, {"staff_calls": 0}, "the staff were not called"),
        ({"staff_called": False}, {"staff_calls": 1}, "the staff were called"),
        ({}, {"contacts_wall": 1}, "0 contacts with people by the robot, 1 with walls"),
    ],
)
def test_what_does_not_hold_is_said(expect, found, words):
    expected = Expect.model_validate({"every_ticket_once": False, **expect})
    assert replace(WELL, **found).problems(expected) == [words]


def test_contacts_are_told_apart_by_who_closed_in():
    def contact(kind, by):
        return Entry(1.0, Contact(kind, (0.0, 0.0), by, 0.3, 0.5))

    told = figures(
        [
            contact("person", "robot"),
            contact("person", "shared"),
            contact("person", "person"),
            contact("glass", "robot"),
        ],
        *(Errors(), Driving(), True, 1.0),
    )
    assert (told.contacts_by_robot, told.contacts_shared, told.contacts_by_people, told.contacts_wall) == (1, 1, 1, 1)


def test_who_is_never_heard_waits_for_the_whole_run():
    entries = [Entry(10.0 * k, CitizenIn(f"c{k}", "khai_sinh")) for k in range(20)]
    entries += [Entry(10.0 * k + 30.0, CitizenAsked(f"c{k}")) for k in range(10)]
    entries += [Entry(10.0 * k + 60.0, CitizenToDoor(f"c{k}", "A 001")) for k in range(10, 19)]
    told = figures(entries, Errors(), Driving(), True, 900.0).time_to_help
    assert told == pytest.approx(60.0)
    fewer = [entry for entry in entries if getattr(entry.event, "who", "") not in ("c11", "c12")]
    unheard = [*fewer, Entry(0.0, CitizenIn("x", "khai_sinh")), Entry(0.0, CitizenIn("y", "khai_sinh"))]
    assert figures(unheard, Errors(), Driving(), True, 900.0).time_to_help > 300.0
