"""Leading somebody, and going round with drinks: what the robot says, and when a round counts."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from py_trees.common import Status

from behaviours.claims import Intent
from behaviours.language.words import vocabulary
from navigation.goals import PEOPLE, Goal, Progress
from reception.visits import Visit
from robot.types import Pose, Track, wrap


@pytest.fixture
def tick(site):
    """Tick a leaf in a hall where one citizen follows a metre behind; what it said last comes back with its status."""
    visit = Visit(1, 0.0, door="7", guide="wanted")
    wording = SimpleNamespace(values=dict, text=lambda key: key, door_name=str)
    desk = SimpleNamespace(site=site, visit=visit, wording=wording)
    desk.hall = SimpleNamespace(waiting=lambda door: desk.queue)
    desk.queue = 0
    world = SimpleNamespace(stamp=0.0, person=None, where=SimpleNamespace(pose=Pose(9.7, 12.4, 0.0)), tray_items=8)
    world.people, world.spoken = (Track(1, 8.7, 12.4, 0.0, 0.0, still=9.0),), SimpleNamespace(key="", outcome=None)
    world.person = world.people[0]
    goal = Goal(site.floor.doors["7"].arrive, reach=0.35, face=False, top_speed=0.5)
    world.progress = Progress("driving", goal, 9.0, 9.0)

    def tick(leaf, **progress):
        world.stamp, world.progress = world.stamp + 0.1, replace(world.progress, **progress)
        leaf.run = SimpleNamespace(context=SimpleNamespace(world=world, intent=Intent(), desk=desk), ticked=None)
        status = leaf.step()
        said = leaf.context.intent.speech
        return status, said.text if said else ""

    tick.desk, tick.world = desk, world
    return tick


def make(name):
    word = vocabulary()[name]
    return word.make(name, "main.yaml:1", None, word.parameters())


def test_who_stands_in_the_way_is_asked_to_let_it_pass_until_it_gets_on(tick):
    leaf = make("follow_me")
    assert tick(leaf) == (Status.RUNNING, "speech.follow_me")
    assert tick(leaf, state="waiting", reason=PEOPLE, blocked_for=2.0)[1] == "speech.follow_me"  # they may see it
    assert tick(leaf, blocked_for=4.5, wants_way=True)[1] == "speech.make_way"
    on = tick(leaf, reason="", state="driving", wants_way=False)
    assert on[1] == "speech.make_way"  # words are not broken off half-way
    assert tick(leaf, blocked_for=0.1)[1] == "speech.follow_me"


def test_nobody_is_asked_when_something_else_is_in_the_way(tick):
    leaf = make("follow_me")
    assert tick(leaf, state="waiting", reason="something in the way", blocked_for=9.0)[1] == "speech.follow_me"


def test_at_the_door_it_waits_for_who_is_near_but_not_for_ever(tick):
    """They sat down a little away: the number is theirs, the next one is waiting at the reception."""
    leaf = make("follow_me")
    ends, told = Pose(9.7, 12.4, 0.0), []
    tick.desk.guided = told.append
    tick.world.people = (replace(tick.world.people[0], x=ends.x - 1.7),)
    statuses = [tick(leaf, state="arrived", remaining=0.0)[0] for _ in range(130)]
    assert statuses[:90] == [Status.RUNNING] * 90
    assert Status.SUCCESS in statuses
    assert told[0] == "done"


def behind(tick, metres):
    """The follower stands so far behind the robot."""
    pose = tick.world.where.pose
    tick.world.people = (replace(tick.world.people[0], x=pose.x - metres),)


def test_it_is_slower_the_farther_the_other_is_behind_and_fast_again_when_they_have_caught_up(tick):
    leaf, speeds = make("follow_me"), []
    for metres in (1.0, 2.0, 3.0, 2.4, 1.7, 1.5):
        behind(tick, metres)
        tick(leaf)
        speeds.append(round(leaf.context.intent.wheels.top_speed / leaf.p.speed, 2))
    assert speeds == [1.0, 0.65, 0.4, 0.4, 0.65, 1.0]


def test_who_falls_behind_is_waited_for_then_looked_for_where_they_were_and_given_up_in_the_end(tick):
    leaf, told = make("follow_me"), []
    tick.desk.guided = told.append
    behind(tick, 2.0)
    tick(leaf)
    tick.world.people = ()
    wheels = []
    for _ in range(650):
        status, said = tick(leaf)
        if status is Status.FAILURE:
            break
        wheels.append(leaf.context.intent.wheels)
        if len(wheels) > 30:
            assert said == "speech.follow_wait"
        if len(wheels) == 200:  # it is there
            tick.world.progress = replace(tick.world.progress, goal=wheels[-1], state="arrived")
    assert wheels[40] is None, "it stands at first"
    back = [goal for goal in wheels if goal is not None and goal.pose.x < 8.0]
    assert back[0].pose.x == pytest.approx(7.7)
    assert wheels[-1] is None, "it waits there"
    assert told == ["alone"]
    assert 32.0 < tick.world.stamp < 36.0, "the time on the way back does not count as patience"


def test_who_comes_back_is_led_on(tick):
    leaf = make("follow_me")
    tick(leaf)
    behind(tick, 9.0)
    for _ in range(60):
        assert tick(leaf)[0] is Status.RUNNING
    assert leaf.context.intent.wheels is None
    behind(tick, 1.2)
    assert tick(leaf) == (Status.RUNNING, "speech.follow_me")
    assert leaf.context.intent.wheels.pose == tick.desk.site.floor.doors["7"].arrive


def test_a_round_with_drinks_on_which_nobody_waits_is_none(tick):
    leaf = make("offer_drinks")
    assert tick(leaf)[0] is Status.FAILURE
    tick.desk.queue = 1
    assert tick(leaf)[0] is Status.RUNNING


@pytest.fixture
def help_word(tick):
    word = vocabulary()["call_when_stuck"]
    tick.desk.alarms = []
    tick.desk.alarm = tick.desk.alarms.append
    tick.world.is_stuck = False
    parameters = word.parameters.model_construct(ask="speech.make_way", help="speech.held")
    return word.make("call_when_stuck", "main.yaml:1", None, parameters)


def test_who_drives_without_a_word_of_its_own_asks_to_be_let_past_and_then_calls_the_staff_once(tick, help_word):
    assert tick(help_word)[1] == ""
    assert tick(help_word, wants_way=True)[1] == "speech.make_way"
    assert tick(help_word, wants_way=False)[1] == "speech.make_way"  # words are not broken off half-way
    tick.world.spoken = SimpleNamespace(key=help_word.context.intent.speech.key, outcome="said")
    tick(help_word)
    assert tick(help_word)[1] == ""
    tick.world.is_stuck = True
    for _ in range(5):
        assert tick(help_word, wants_way=True) == (Status.RUNNING, "speech.held")
    assert tick.desk.alarms == ["speech.held"]
    tick.world.is_stuck = False
    tick(help_word)
    tick.world.is_stuck = True
    tick(help_word)
    assert len(tick.desk.alarms) == 2, "once each time"


def test_the_staff_are_called_also_where_somebody_else_speaks(tick, help_word):
    tick.world.is_stuck = True
    leaf, other = help_word, make("follow_me")
    intent = Intent()
    intent.say("other", "speech.follow_me", other)
    leaf.run = SimpleNamespace(context=SimpleNamespace(world=tick.world, intent=intent, desk=tick.desk), ticked=None)
    assert leaf.step() is Status.RUNNING
    assert tick.desk.alarms == ["speech.held"]
    assert intent.speech.text == "speech.follow_me"
    assert intent.conflicts == []


@pytest.fixture
def half_blind(tick):
    """A robot whose lidar does not see behind it, with its follower gone from sight there."""
    site = tick.desk.site
    lidar = replace(site.robot.lidar, field_of_view=math.radians(270.0))
    tick.desk.site = replace(site, robot=replace(site.robot, lidar=lidar))
    tick.world.legs = np.zeros((0, 2))
    leaf = make("follow_me")
    tick(leaf)
    tick.world.people = ()
    return leaf


def goals(tick, leaf, seconds):
    """Where it wants to go in each tick, None for standing; a goal that is a turn on the spot is met after a second."""
    wanted = []
    for _ in range(round(seconds * 10)):
        last = wanted[-10:]
        turned = len(last) == 10 and last[0] is not None and all(goal == last[0] for goal in last)
        if turned and last[0].pose.x == tick.world.where.pose.x:
            tick(leaf, goal=last[0], state="arrived")
        else:
            tick(leaf, state="driving")
        wanted.append(leaf.context.intent.wheels)
    return wanted


def test_who_does_not_see_behind_looks_over_its_shoulder_and_leads_on_who_stands_there(tick, half_blind):
    here, door = tick.world.where.pose, tick.desk.site.floor.doors["7"].arrive
    tick.world.legs = np.array([[here.x - 0.9, here.y + 0.1]])
    wanted = goals(tick, half_blind, 15.0)
    assert {goal.pose for goal in wanted[:35]} == {door}, "it leads on for a while"
    turns = [k for k, goal in enumerate(wanted) if goal is not None and goal.pose.x == here.x]
    assert abs(wrap(wanted[turns[0]].pose.theta - here.theta)) > math.radians(90.0)
    assert wanted[turns[9] + 3].pose == door
    assert len({goal.pose for goal in wanted if goal is not None}) == 2
    assert max(turns) > 90, "and looks again"


@pytest.mark.parametrize("legs", [[], [(0.9, 0.1)]])
def test_nobody_behind_it_is_waited_for_as_ever(tick, half_blind, legs):
    here = tick.world.where.pose
    tick.world.legs = np.array([(here.x + x, here.y + y) for x, y in legs]).reshape(-1, 2)
    goals(tick, half_blind, 6.0)
    said = [tick(half_blind)[1] for _ in range(40)]
    assert said[-1] == "speech.follow_wait"


def test_who_sees_all_round_does_not_turn_for_it(tick):
    leaf = make("follow_me")
    tick(leaf)
    tick.world.people = ()
    here = tick.world.where.pose
    assert all(goal is None or goal.pose.x != here.x for goal in goals(tick, leaf, 10.0))
