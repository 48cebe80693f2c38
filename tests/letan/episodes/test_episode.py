"""Episodes drive with the real parts through a solid world, in which the opposite of every zero can happen."""

import json
import math
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from letan import plugins
from letan.controllers import GROUP
from letan.episodes import Protection
from letan.episodes.casts import GAP, KINDS
from letan.episodes.sweep import EpisodesAsked, run_all
from navigation.straight import Straight
from robot.types import LetanError, Pose
from sim.person import PERSON
from sim.solid import airs


@pytest.fixture
def installed(monkeypatch):
    ours = {"mppi": "navigation.mppi:Mppi", "dwa": "navigation.dwa:Dwa", "straight": "navigation.straight:Straight"}
    entries = [EntryPoint(name, value, GROUP) for name, value in ours.items()]
    monkeypatch.setattr(plugins, "entry_points", lambda group: entries)


def test_the_same_seed_gives_the_same_episode_and_another_one_another(episode):
    first, again, other = (episode("walkers", seed, people=3).run() for seed in (1000, 1000, 1001))
    assert first == again
    assert first != other
    assert first.success


def test_a_robot_without_safety_that_drives_straight_on_meets_people_and_walls_and_with_it_nobody(episode):
    blind = [episode("still", seed, 8, Straight, [Protection.SAFETY]).run() for seed in (1000, 1001, 1002)]
    careful = [episode("still", seed, 8, Straight).run() for seed in (1000, 1001, 1002)]
    assert any(contact.by == "robot" and contact.kind == "person" for each in blind for contact in each.contacts)
    assert not any(contact.by == "robot" for each in careful for contact in each.contacts)
    assert not all(each.success for each in blind)


def test_without_asking_nobody_is_asked(episode):
    asked = [episode("ring", 1000, 8, without=out).run().asked for out in ((), (Protection.ASKING,))]
    assert asked[0] > 0
    assert asked[1] == 0


def test_a_gap_is_as_wide_as_it_says(episode):
    scene = episode("gap").scene
    middle = scene.half_way
    built = np.vstack([thing.solid for name, thing in scene.world.things.items() if name.startswith("wall on")])
    assert airs(middle.x, middle.y, GAP / 2 - 0.01, built, np.zeros(0, PERSON), 1.0).min() == pytest.approx(0.01)


def test_glass_is_solid_and_the_lidar_looks_through_it(episode):
    hall = episode("glass")
    x0, y0, x1, y1 = hall.world.things["pane"].solid[0]
    pane = Pose(0.5 * (x0 + x1), 0.5 * (y0 + y1), math.atan2(x1 - x0, -(y1 - y0)))
    hall.world.robot.pose = pane.compose(Pose(-0.5, 0.0, 0.0))
    scan = hall.robot.sense().scan
    assert np.nanmin(scan.ranges[np.abs(scan.angles) < 0.3]) > 0.6
    at = hall.world.robot.pose
    assert airs(at.x, at.y, 0.1, hall.world.segments, np.zeros(0, PERSON), 1.0).min() < 0.41


@pytest.mark.parametrize("kind", ["covered", "frozen", "silent", "blank"])
def test_a_lidar_that_sees_nothing_stops_the_robot_and_then_it_goes_on(episode, kind):
    """Five walkers, and eight seconds without sight."""
    result = episode(kind, people=5).run()
    assert result.success
    assert result.stalled * result.seconds > 6.0


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_set_up_with_as_many_people_as_asked_and_goes_on(episode, kind):
    hall = episode(kind, people=KINDS[kind].people)
    hall.navigator.drive(hall.goal)
    for _ in range(40):
        hall.step()
    assert len(hall.world.crowd.bodies) - KINDS[kind].people in (0, 1)  # a child comes and goes
    assert hall.world.time == pytest.approx(2.0)


def test_results_come_in_the_order_of_the_seeds(installed):
    asked = EpisodesAsked("walkers", 0, "mppi", "cua_nam")
    assert [result.seed for result in run_all(asked, [1003, 1001], 1)] == [1003, 1001]


@pytest.mark.parametrize(
    ("kind", "controller", "told"),
    [("walker", "mppi", "no kind `walker`; did you mean `walkers`"), ("child", "orc", "no controller `orc`")],
)
def test_what_there_is_not_is_told(installed, kind, controller, told):
    with pytest.raises(LetanError, match=told):
        EpisodesAsked(kind, None, controller, "cua_nam").checked()


def test_the_last_line_of_the_command_sums_up_in_one_object(installed, letan):
    code, out, _ = letan("sim", "episodes", "--people", "0", "--seeds", "2", "--first", "1000", "--jobs", "1", "--json")
    told = json.loads(out.splitlines()[-1])
    assert code == 0
    assert (told["kind"], told["people"], told["n"], told["success"]) == ("walkers", 0, 2, 1.0)
    needed = {"spl", "contacts_by_robot", "contacts_by_people", "contacts_shared", "contacts_wall", "stuck"}
    assert needed | {"intimate_by_robot", "jerk", "success_low", "success_high", "seconds"} <= told.keys()
    assert told["spl"] > 0.9


def test_the_exit_code_is_1_when_it_does_not_get_through(installed, letan):
    code, out, _ = letan(
        "sim", "episodes", "--people", "0", "--seeds", "4", "--first", "1000", "--jobs", "1",
        "--controller", "straight", "--without", "safety",
    )  # fmt: skip
    assert code == 1, "walls lie between some of the places"
    assert "seed 100" in out
