"""How long a robot that wants to drive has stood about, over one goal and the next."""

import pytest

from navigation.goals import Goal, LookAround, Progress
from navigation.standstill import AWAY, MOVED, PAUSE, Standstill
from robot.types import Pose

GOALS = [Goal(Pose(5.0, 0.0, 0.0)), Goal(Pose(0.0, 5.0, 0.0))]
HERE = Pose(0.0, 0.0, 0.0)


@pytest.fixture
def live():
    """Seconds of the same, and what it says at their end."""
    standstill, now = Standstill(), 0.0

    def live(seconds, progress, pose=HERE):
        nonlocal now
        said = 0.0
        for _ in range(round(seconds / 0.1)):
            now += 0.1
            said = standstill.update(now, pose, progress)
        return said

    return live


@pytest.mark.parametrize("state", ["driving", "waiting", "failed"])
def test_it_counts_whatever_keeps_it_there(live, state):
    assert live(40.0, Progress(state, GOALS[0])) == pytest.approx(40.0, abs=0.2)


def test_another_goal_and_a_short_pause_between_make_no_difference(live):
    live(10.0, Progress("driving", GOALS[0]))
    live(PAUSE - 1.0, Progress())
    assert live(15.0, Progress("waiting", GOALS[1])) == pytest.approx(25.0 + PAUSE - 1.0, abs=0.2)


@pytest.mark.parametrize("progress", [Progress(), Progress("arrived", GOALS[0])])
def test_who_wants_nothing_or_is_there_does_not_stand_about(live, progress):
    assert live(60.0, progress) < PAUSE
    live(1.0, Progress("driving", GOALS[0]))
    assert live(PAUSE + 60.0, progress) == 0.0


def test_who_looks_around_gets_nowhere_however_it_turns_and_hops(live):
    live(20.0, Progress("driving", LookAround()))
    assert live(20.0, Progress("driving", LookAround()), Pose(2.0, 0.0, 0.0)) == pytest.approx(40.0, abs=0.2)
    assert live(AWAY + 0.1, Progress("driving", GOALS[0]), Pose(4.0, 0.0, 0.0)) == pytest.approx(0.0, abs=0.2)


def test_moving_ends_it_and_pushing_does_not(live):
    live(20.0, Progress("driving", GOALS[0]))
    assert live(1.0, Progress("driving", GOALS[0]), Pose(0.9 * MOVED, 0.0, 2.0)) > 20.0
    assert live(AWAY - 0.1, Progress("driving", GOALS[0]), Pose(1.1 * MOVED, 0.0, 0.0)) > 20.0
    assert live(0.2, Progress("driving", GOALS[0]), Pose(1.1 * MOVED, 0.0, 0.0)) < 0.2


def test_wheels_that_slip_for_a_moment_do_not_end_it(live):
    for _ in range(20):
        live(1.0, Progress("driving", GOALS[0]))
        said = live(1.0, Progress("driving", GOALS[0]), Pose(0.8, 0.0, 0.0))
    assert said == pytest.approx(40.0, abs=0.2)
