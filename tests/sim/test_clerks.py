"""Doors at which a person outside the simulation calls: the hall follows what their office says."""

from types import SimpleNamespace

from sim.staff import called_by_somebody


def test_who_is_called_by_a_person_goes_and_who_was_served_leaves():
    states = {"A 001": "waiting", "A 002": "waiting"}
    hall = SimpleNamespace(called={}, finished=set(), counters=SimpleNamespace(states=lambda door: states))
    door = called_by_somebody(hall, "1")
    next(door)
    assert (hall.called, hall.finished) == ({}, set())
    states["A 001"] = "called"
    next(door)
    assert (hall.called, hall.finished) == ({"A 001": "1"}, set())
    states |= {"A 001": "finished", "A 002": "no_show"}
    next(door)
    assert hall.finished == {"A 001", "A 002"}
