"""What episodes amount to: shares with their confidence, ways, contacts, and how smoothly the robot drove."""

import math

import numpy as np
import pytest

from letan.episodes.metrics import EpisodeResult, Watching, summary, wilson
from robot.types import Pose
from sim.events import Contact

NOBODY = np.zeros((0, 3))


def result(success=True, path=10.0, contacts=(), **other):
    fixed = {"seed": 0, "arrived": success, "seconds": 20.0, "shortest": 9.0, "intimate_by_robot": 0.0, "jerk": 1.0}
    fixed |= {"stalled": 0.0, "asked": 0, "stops": 0, "reason": ""}
    return EpisodeResult(**(fixed | {"success": success, "path": path, "contacts": tuple(contacts)} | other))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (95, 100, 0.8882, 0.9785), (24, 24, 0.862, 1.0)],
)
def test_a_share_is_told_with_wilsons_interval(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=1e-3)


def test_a_way_counts_by_how_much_longer_it_was_and_only_if_the_robot_came_through():
    figures = summary([result(path=9.0), result(path=18.0), result(False, path=9.0), result(path=4.0)])
    assert figures["success"] == 0.75
    assert figures["spl"] == pytest.approx((1.0 + 0.5 + 0.0 + 1.0) / 4)
    assert figures["stuck"] == 1


def test_contacts_are_told_apart_by_whom_they_are_and_what_is_no_person_is_a_wall():
    def met(kind, by):
        return Contact(kind, (0.0, 0.0), by, 0.1, 0.1)

    one = [met("person", "robot"), met("person", "person"), met("wall", "robot")]
    two = [met("person", "shared"), met("furniture", "robot"), met("person", "person")]
    figures = summary([result(contacts=one), result(contacts=two)])
    told = [figures[f"contacts_{by}"] for by in ("by_robot", "shared", "by_people", "wall")]
    assert told == [1, 1, 2, 2]


def drive(speeds, people=NOBODY, dt=0.05):
    watching, x = Watching(0.225), 0.0
    for speed in speeds:
        x += speed * dt
        watching.look(dt, Pose(x, 0.0, 0.0), speed, people)
    return watching


def test_the_jerk_is_that_of_the_speeds_between_the_first_motion_and_the_last():
    ramp = np.concatenate((np.arange(0.0, 0.7, 0.025), np.full(60, 0.7), np.arange(0.7, 0.0, -0.025)))
    calm = drive(np.concatenate((np.zeros(200), ramp, np.zeros(200)))).jerk
    assert calm == pytest.approx(drive(np.concatenate((np.zeros(4), ramp, np.zeros(4)))).jerk, rel=0.1)
    assert 0.0 < calm < 0.5
    shaken = 0.4 + 0.1 * np.sign(np.sin(np.arange(400)))
    assert drive(shaken).jerk > 10.0
    assert drive(np.zeros(100)).jerk == 0.0


def test_the_way_and_the_standing_are_counted():
    watching = drive(np.concatenate((np.full(100, 0.5), np.zeros(20))))
    assert watching.path == pytest.approx(99 * 0.025, abs=1e-9)  # its first place is where it begins
    assert watching.still == pytest.approx(1.0)


@pytest.mark.parametrize(("place", "near"), [((2.5, 0.0), True), ((0.0, 0.0), False), ((2.5, 2.0), False)])
def test_whoever_the_robot_drives_close_to_counts_and_whom_it_leaves_does_not(place, near):
    watching = drive(np.full(60, 0.6), np.array([[*place, 0.22]]))
    assert (watching.intimate > 0.2) == near
    assert math.isfinite(watching.intimate)
