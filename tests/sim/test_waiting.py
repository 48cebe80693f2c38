"""People who wait keep apart, in the order in which they came, and out of the way of doors and robot."""

import itertools
import math

import pytest

from sim.waiting import WaitingLine


@pytest.mark.parametrize("door", ["", "1", "3", "8"])
def test_there_is_room_to_wait_apart_from_each_other_and_out_of_the_way(hall, site, door):
    line, people = hall.line(door), range(4 if door else 40)
    places = [line.join(who) for who in people]
    assert None not in places
    for a, b in itertools.combinations(places, 2):
        assert math.dist(a, b) > 0.7
    for x, y in places:
        assert site.floor.is_free(x, y)
        assert math.hypot(x - site.floor.entrance.x, y - site.floor.entrance.y) > 1.2
        assert math.hypot(x - site.floor.reception.x, y - site.floor.reception.y) > 1.2


def test_who_came_first_is_first_and_a_place_that_is_left_is_taken_by_the_next():
    line = WaitingLine([(0.0, 0.0), (1.0, 0.0)])
    assert [line.join(who) for who in "abc"] == [(0.0, 0.0), (1.0, 0.0), None]
    assert [line.is_first(who) for who in "abc"] == [True, False, False]
    assert line.join("b") == (1.0, 0.0), "who waits already keeps their place"
    line.leave("a")
    assert line.is_first("b")
    assert line.join("d") == (0.0, 0.0)
    line.leave("nobody")


def test_those_of_two_lines_keep_apart_too(hall):
    places = [hall.line(door).join(f"{door} {k}") for k in range(4) for door in ("4", "5")]
    for a, b in itertools.combinations([place for place in places if place], 2):
        assert math.dist(a, b) > 0.55
