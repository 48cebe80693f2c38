"""Nobody teleports: people sit down, get up and come along on foot; strangers do what they are there for."""

import math

import numpy as np
import pytest

from robot.types import Command, Pose
from sim.passers import Bystander, Companion, Onlooker, Stroller, Toucher, run_across
from sim.walker import Walker

QUICK = 2.2  # m/s that nobody exceeds


def live(hall, walkers, seconds, each=lambda: None):
    """Let the world and its people live; nobody may move farther in a step than they can walk."""
    world = hall.world
    before = {}
    for _ in range(round(seconds / 0.1)):
        for walker in walkers:
            if not walker.gone:
                walker.step()
        for _ in range(2):
            world.step()
            for walker in walkers:
                place = walker.place
                last = before.get(walker, place)
                assert math.hypot(place[0] - last[0], place[1] - last[1]) <= QUICK * 0.05 + 1e-6
                before[walker] = place
        hall.clock.seconds += 0.1
        each()


class Sitter(Walker):
    """Sits down, sits a while, gets up and walks off."""

    def __init__(self, hall, seat, start):
        self.seat = seat
        self.sat = False
        super().__init__(hall, start, np.random.default_rng(1), "adult")

    def life(self):
        self.sat = yield from self.sit_down(self.seat)
        yield from self.pause(2.0)
        if self.sat:
            yield from self.get_up(self.seat)
        yield from self.walk_to(9.8, 2.0)


@pytest.mark.parametrize("door", ["1", "3", "6"])
def test_people_walk_to_their_seat_sit_and_get_up_again_without_a_jump(hall, site, door):
    for number, seat in enumerate(site.floor.doors[door].seats):
        sitter = Sitter(hall, seat, (9.8, 1.5 + 0.01 * number))
        sat = []
        live(hall, [sitter], 75.0, lambda sitter=sitter, sat=sat: sat.append(sitter.body.sitting and sitter.place))
        assert sitter.sat
        there = [place for place in sat if place]
        assert there[0] == pytest.approx((seat.x, seat.y), abs=0.01)
        assert sitter.is_at(9.8, 2.0, 0.5)
        hall.world.crowd.leave(sitter.body)


def test_who_sits_gets_up_only_when_the_robot_has_left_the_room_before_the_seat(hall, site):
    seat = site.floor.doors["3"].seats[1]
    sitter = Sitter(hall, seat, (9.8, 1.5))
    while not sitter.body.sitting:
        live(hall, [sitter], 0.1)
    hall.world.robot.pose = seat.compose(Pose(0.8, 0.0, 0.0))
    live(hall, [sitter], 20.0)
    assert sitter.body.sitting
    hall.world.robot.pose = Pose(12.0, 5.0, 0.0)
    live(hall, [sitter], 5.0)
    assert not sitter.body.sitting


def test_those_who_stroll_walk_about_and_leave(hall):
    rng = np.random.default_rng(3)
    strollers = [Stroller(hall, np.random.default_rng(rng.integers(2**63))) for _ in range(3)]
    seen = []
    live(hall, strollers, 60.0, lambda: seen.append(strollers[0].place))
    assert np.ptp([x for x, _ in seen]) + np.ptp([y for _, y in seen]) > 4.0
    for stroller in strollers:
        stroller._until = 0.0
    live(hall, strollers, 120.0)
    assert all(stroller.gone for stroller in strollers)


def test_a_companion_stays_with_whom_they_came(hall):
    leader = Stroller(hall, np.random.default_rng(5))
    companion = Companion(hall, leader, np.random.default_rng(6))
    apart = []
    live(hall, [leader, companion], 60.0, lambda: apart.append(math.dist(leader.place, companion.place)))
    assert np.median(apart) < 1.3


def test_people_who_block_stand_where_they_are_told_until_their_time_is_over(hall):
    body = Bystander(hall, (9.8, 5.0), 20.0, np.random.default_rng(1))
    live(hall, [body], 15.0)
    assert body.is_at(9.8, 5.0, 0.45)
    live(hall, [body], 45.0)
    assert not body.is_at(9.8, 5.0, 1.0)


def test_a_crowd_round_the_robot_closes_it_in(hall):
    hall.world.robot.pose = Pose(9.8, 5.5, 0.0)
    crowd = [Onlooker(hall, k * math.pi / 3, 60.0, np.random.default_rng(k)) for k in range(6)]
    live(hall, crowd, 45.0)
    near = sum(walker.is_at(9.8, 5.5, 1.3) for walker in crowd)
    assert near >= 5


def test_who_comes_to_touch_presses_the_bumper_and_the_robot_is_not_to_blame(hall):
    told, pressed = [], []
    hall.world.on_contact = told.append
    hall.world.robot.pose = Pose(9.8, 5.5, 0.0)
    live(hall, [Toucher(hall, np.random.default_rng(1))], 40.0, lambda: pressed.append(hall.world.touching))
    assert {(contact.kind, contact.by) for contact in told} == {("person", "person")}
    assert any(pressed)


def test_a_child_runs_across_before_a_driving_robot_and_is_hit_when_nothing_brakes(hall):
    world = hall.world
    told = []
    world.on_contact = told.append
    world.robot.pose = Pose(3.0, 6.2, 0.0)
    world.command = Command(0.7, 0.0)
    coming, runners = run_across(hall, np.random.default_rng(2)), []
    for _ in range(80):
        if not runners:
            try:
                next(coming)
            except StopIteration as found:
                runners.append(found.value)
        for runner in runners:
            runner.step()
        world.step()
        world.step()
        hall.clock.seconds += 0.1
    assert runners[0].body.kind == "child"
    assert told, "without brakes they meet"


class Phone(Walker):
    """Walks straight through the hall and looks at a telephone."""

    def life(self):
        self.on_phone = True
        yield from self.walk_to(9.8, 8.0, 40.0)


def test_who_looks_at_a_telephone_runs_into_the_robot_once_and_then_goes_round_it(hall):
    told = []
    hall.world.on_contact = told.append
    hall.world.robot.pose = Pose(9.8, 5.0, 0.0)
    walker = Phone(hall, (9.8, 2.0), np.random.default_rng(1), "adult")
    live(hall, [walker], 20.0)
    assert [(contact.by, contact.kind) for contact in told] == [("person", "person")]
    assert walker.gone
    assert walker.is_at(9.8, 8.0, 0.4)
