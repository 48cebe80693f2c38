"""Bodies are solid: who and what blocks whom, and whom a contact is put down to."""

import math

import numpy as np
import pytest

from robot.types import Command, Pose
from sim.person import RADIUS
from sim.robot import SimRobot
from sim.world import World

NORTH, SOUTH, WEST = math.pi / 2, -math.pi / 2, math.pi
START = Pose(6.5, 6.4, NORTH)  # with three metres of free floor before it


@pytest.fixture
def world(site):
    return World(site.floor, site.robot, 1)


@pytest.fixture
def told(world):
    contacts = []
    world.on_contact = contacts.append
    return contacts


def drive(world, seconds, speed=0.0, start=START):
    """Drive straight on, without any safety."""
    world.robot.pose = start
    world.command = Command(speed, 0.0)
    for _ in range(round(seconds / 0.05)):
        world.step()


def gap(world, body):
    x, y = world.crowd.place(body)
    return math.hypot(x - world.robot.pose.x, y - world.robot.pose.y) - RADIUS - world.model.body_radius


def stand(world, x, y, heading, attentive=True):
    body = world.crowd.enter(x, y, 1.2, attentive)
    body.heading = heading
    return body


@pytest.mark.parametrize(("heading", "attentive"), [(NORTH, True), (NORTH, False), (SOUTH, False)])
def test_a_robot_driven_at_somebody_who_does_not_see_it_hits_them_and_does_not_move_them(
    world, told, heading, attentive
):
    body = stand(world, 6.5, 8.0, heading, attentive)
    at_contact = []
    world.on_contact = lambda contact: (told.append(contact), at_contact.append(world.crowd.place(body)))
    drive(world, 6.0, 0.6)
    assert [(contact.kind, contact.by) for contact in told] == [("person", "robot")]
    assert at_contact == [pytest.approx((6.5, 8.0))]
    assert told[0].robot_speed == pytest.approx(0.6, abs=0.02)
    assert told[0].person_speed == 0.0
    assert told[0].place == pytest.approx((6.5, 8.0 - RADIUS), abs=0.03)
    assert gap(world, body) > -1e-6
    assert world.crowd.place(body) != (6.5, 8.0), "who has been hit goes out of its way"


def test_somebody_who_sees_the_robot_come_steps_back(world, told):
    body = stand(world, 6.5, 8.0, SOUTH)
    drive(world, 4.0, 0.4)
    assert told == []
    assert world.crowd.place(body) != pytest.approx((6.5, 8.0), abs=0.2)


def test_a_robot_driven_at_a_wall_stops_there_with_its_wheels(world, told, site):
    robot = SimRobot(world, 1)
    drive(world, 8.0, 0.7, Pose(1.5, 1.03, WEST))
    assert world.robot.pose.x == pytest.approx(site.robot.body_radius, abs=0.01)
    assert [(contact.kind, contact.by, contact.robot_speed) for contact in told] == [("wall", "robot", 0.7)]
    assert robot.sense().bumper
    before = robot.sense().odometry.pose
    drive(world, 1.0, 0.7, world.robot.pose)
    assert robot.sense().odometry.pose.distance(before) < 0.01


@pytest.mark.parametrize(
    ("degrees", "zones"),
    [
        (180, {"front"}),
        (230, {"front", "right"}),
        (270, {"right"}),
        (0, {"rear"}),
        (-45, {"rear", "right"}),
        (90, {"left"}),
    ],
)
def test_the_bumper_tells_which_parts_of_it_are_touched(world, degrees, zones):
    world.robot.pose = Pose(world.model.body_radius + 0.003, 1.03, math.radians(degrees))  # the wall is to the west
    world.step()
    assert set(SimRobot(world, 1).sense().bumper_zones) == zones


def test_a_robot_that_is_blocked_drives_off_again_backwards(world, told):
    drive(world, 4.0, 0.7, Pose(1.5, 1.03, WEST))
    drive(world, 2.0, -0.3, world.robot.pose)
    assert world.robot.pose.x > 0.6
    assert not world.touching
    assert len(told) == 1


def test_a_counter_is_furniture_and_solid(world, told, site):
    left, bottom, _, top = site.floor.furniture[0].box
    middle, radius = (bottom + top) / 2, site.robot.body_radius
    drive(world, 4.0, 0.5, Pose(left - radius - 0.5, middle, 0.0))
    assert world.robot.pose.x == pytest.approx(left - radius, abs=0.01)
    assert [contact.kind for contact in told] == ["furniture"]


def test_who_walks_into_the_standing_robot_is_blocked_and_it_is_put_down_to_them_once(world, told):
    body = stand(world, 6.5, 9.0, SOUTH, attentive=False)
    body.path = np.array([[6.5, 4.0]])
    drive(world, 2.6)
    assert [(contact.kind, contact.by, contact.robot_speed) for contact in told] == [("person", "person", 0.0)]
    assert told[0].person_speed > 0.8
    assert world.robot.pose == START
    drive(world, 6.0)
    assert world.crowd.place(body)[1] < 6.0, "who has run into the robot walks round it"
    assert len(told) == 1


def test_who_looks_walks_round_the_standing_robot(world, told):
    body = stand(world, 6.5, 9.0, SOUTH)
    body.path = np.array([[6.5, 4.0]])
    drive(world, 6.0)
    assert told == []
    assert world.crowd.place(body)[1] < 6.0


def test_a_contact_of_two_who_both_close_in_is_shared_when_the_person_is_the_faster(world, told):
    body = stand(world, 6.5, 9.0, SOUTH, attentive=False)
    body.path = np.array([[6.5, 4.0]])
    drive(world, 3.0, 0.3)
    assert told[0].by == "shared"
    assert 0.0 < told[0].robot_speed < told[0].person_speed


def test_who_runs_into_a_robot_that_leaves_is_the_one_who_closed_in(world, told):
    body = stand(world, 6.5, 5.4, NORTH, attentive=False)
    body.path = np.array([[6.5, 9.0]])
    drive(world, 2.0, 0.2)
    assert [(contact.by, contact.robot_speed) for contact in told] == [("person", 0.0)]


def test_people_do_not_walk_through_a_wall_or_through_each_other(world):
    through = stand(world, 1.0, 1.0, WEST)
    through.path = np.array([[-1.0, 1.0]])
    still, meets = stand(world, 8.0, 6.0, 0.0), stand(world, 6.6, 6.0, 0.0)
    meets.path = np.array([[10.0, 6.0]])
    closest = 9.0
    for _ in range(120):
        world.step()
        (ax, ay), (bx, by) = world.crowd.place(still), world.crowd.place(meets)
        closest = min(closest, math.hypot(ax - bx, ay - by))
    assert world.crowd.place(through)[0] >= RADIUS - 1e-6
    assert closest > 2 * RADIUS - 0.02


def test_most_of_those_who_are_asked_step_aside_after_a_moment(world, told):
    rng = np.random.default_rng(1)
    willing = 0
    for _ in range(200):
        body = stand(world, 6.5, 7.2, NORTH, attentive=False)
        willing += world.crowd.ask(START, rng)
        world.crowd.leave(body)
    assert 140 < willing < 180
    behind = stand(world, 6.5, 5.6, NORTH)
    assert world.crowd.ask(START, rng) == 0
    world.crowd.leave(behind)
    body = stand(world, 6.5, 7.2, NORTH, attentive=False)
    while not world.crowd.ask(START, rng):
        pass
    world.robot.pose = START
    for _ in range(6):
        world.step()
    assert world.crowd.place(body) == pytest.approx((6.5, 7.2)), "nobody moves before they have understood"
    for _ in range(60):
        world.step()
    assert abs(world.crowd.place(body)[0] - 6.5) > 0.5
