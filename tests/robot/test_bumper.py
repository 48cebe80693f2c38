"""What a touch of the bumper means."""

import math

import numpy as np
import pytest

from robot.bumper import BumperProtocol, bearing_of
from robot.types import Command, Observation, Odometry, Pose

NOWHERE = np.zeros((0, 2))
RADIUS = 0.225
STAND = Command()


def told(now, pressed=False, linear=0.0, zones=(), x=0.0):
    return Observation(now, Odometry(now, Pose(x, 0.0, 0.0), linear), None, pressed, bumper_zones=zones)


def live(bumper, start, seconds, points=NOWHERE, **facts):
    """What it says after each turn."""
    said = []
    for k in range(round(seconds / 0.05)):
        bumper.update(told(start + 0.05 * k, **facts), points)
        said.append(bumper.state)
    return said


def touch(bumper, start, points=NOWHERE, **facts):
    """Half a second of a touch; the second after it."""
    live(bumper, start, 0.5, points, pressed=True, **facts)
    return start + 0.5


@pytest.fixture
def bumper():
    made = BumperProtocol(RADIUS)
    assert set(live(made, 0.0, 1.0)) == {"free"}
    return made


@pytest.mark.parametrize(
    ("speed", "state"), [(0.5, "hit"), (-0.2, "hit"), (0.11, "hit"), (0.1, "touched"), (0.0, "touched")]
)
def test_a_touch_while_driving_is_a_hit_and_one_while_creeping_or_standing_is_not(bumper, speed, state):
    live(bumper, 1.0, 0.5, linear=speed)
    assert live(bumper, 1.5, 0.5, pressed=True)[0] == state  # the touch itself has stopped it


def test_how_fast_it_was_long_before_a_touch_does_not_matter(bumper):
    live(bumper, 1.0, 0.5, linear=0.5)
    live(bumper, 1.5, 0.4)
    assert live(bumper, 1.9, 0.1, pressed=True)[-1] == "touched"


def test_after_a_hit_nothing_but_a_person_helps(bumper):
    live(bumper, 1.0, 0.5, linear=0.5)
    touch(bumper, 1.5)
    assert set(live(bumper, 2.0, 60.0)) == {"hit"}
    bumper.confirmed(told(62.0), NOWHERE)
    assert bumper.state == "leaving"


def test_once_the_bumper_has_been_free_for_two_seconds_it_leaves(bumper):
    now = touch(bumper, 1.0)
    said = live(bumper, now, 3.0)
    assert said.index("leaving") == 40
    assert set(said[:40]) == {"touched"}


def test_somebody_who_goes_on_leaning_holds_it_and_after_ten_seconds_it_is_no_nudge(bumper):
    said = live(bumper, 1.0, 20.0, pressed=True)
    assert said.index("hit") == 201
    assert set(said[:201]) == {"touched"}
    assert set(live(bumper, 21.0, 5.0)) == {"hit"}


@pytest.mark.parametrize(
    ("facts", "side"),
    [
        ({"zones": ("front",)}, 1.0), ({"zones": ("rear",)}, -1.0),
        ({"zones": ("front", "right")}, 1.0), ({"zones": ("rear", "left")}, -1.0),
        ({"zones": ("front", "rear")}, -1.0), ({}, -1.0), ({"linear": 0.0}, -1.0),
    ],
)  # fmt: skip
def test_the_zone_tells_where_it_was_touched_and_else_the_last_motion(bumper, facts, side):
    live(bumper, 1.0, 0.5, linear=-0.05)
    touch(bumper, 1.5, **facts)
    assert bumper.way_out == Command(pytest.approx(-0.08 * side))


@pytest.mark.parametrize(
    ("zones", "degrees"),
    [
        (("front",), 0), (("left",), 90), (("rear",), 180), (("right",), -90), (("front", "left"), 45),
        (("left", "rear"), 135), (("front", "left", "right"), 0), ((), None), (("left", "right"), None),
    ],
)  # fmt: skip
def test_the_parts_of_a_bumper_tell_a_direction(zones, degrees):
    bearing = bearing_of(zones)
    assert (bearing and math.degrees(bearing)) == (degrees and pytest.approx(degrees))


@pytest.mark.parametrize(("zone", "turn"), [("left", -0.4), ("right", 0.4)])
def test_what_is_beside_it_is_left_on_an_arc(bumper, zone, turn):
    now = touch(bumper, 1.0, zones=(zone,))
    live(bumper, now, 2.1)
    assert bumper.leave(told(now + 2.1), Command(0.3)) == Command(0.08, turn)


def test_what_it_slides_past_while_it_brakes_is_where_the_bumper_says_it_is_now(bumper):
    live(bumper, 1.0, 0.5, linear=0.5)
    live(bumper, 1.5, 0.1, pressed=True, zones=("front", "right"))
    live(bumper, 1.6, 0.1, pressed=True, zones=("right", "rear"))
    bumper.confirmed(told(4.0), NOWHERE)
    assert bumper.way_out == Command(0.08)


@pytest.mark.parametrize("wanted", [-0.3, -0.02])
def test_who_wants_to_drive_away_from_the_touch_does_so_as_it_wants(bumper, wanted):
    now = touch(bumper, 1.0, zones=("front",))
    live(bumper, now, 2.1)
    assert bumper.leave(told(now + 2.1), Command(wanted, 0.2)) == Command(wanted, 0.2)
    assert bumper.leave(told(now + 2.1), Command(-wanted, 0.2)) == Command(-0.08)


PERSON = np.array([[0.4, 0.1]])
BESIDE = np.array([[0.2, 0.5], [-0.4, 0.1], [0.7, 0.0]])  # a wall beside it, and others behind and farther ahead


def test_whoever_was_seen_and_has_gone_need_not_be_left(bumper):
    now = touch(bumper, 1.0, PERSON, zones=("front",))
    said = live(bumper, now, 3.0, BESIDE)
    assert said[39:41] == ["touched", "free"]


@pytest.mark.parametrize(("then", "later"), [(PERSON, PERSON), (BESIDE, BESIDE)])
def test_who_is_still_there_and_what_no_lidar_sees_is_left(bumper, then, later):
    now = touch(bumper, 1.0, then, zones=("front",))
    assert live(bumper, now, 3.0, later)[-1] == "leaving"


@pytest.mark.parametrize(("nearest", "side"), [((0.2, 0.1), 1.0), ((-0.2, 0.1), -1.0)])
def test_who_stood_looks_for_the_nearest_return(bumper, nearest, side):
    live(bumper, 1.0, 0.5, linear=-0.05 * side)
    live(bumper, 1.5, 4.0)
    touch(bumper, 5.5, np.array([[-side, 0.5], nearest, [-side, -0.5]]))
    assert math.copysign(1.0, bumper.way_out.linear) == -side


def test_who_sees_nothing_near_takes_it_for_a_touch_before_it(bumper):
    touch(bumper, 1.0)
    assert bumper.bearing == 0.0


def left(bumper, now, until, pressed=False):
    """Drive away from a touch, as the safety layer lets it; where it ended and what it is then."""
    x = 0.0
    while now < until and bumper.state == "leaving":
        speed = bumper.leave(told(now, x=x), STAND).linear
        x += 0.05 * speed
        now += 0.05
        bumper.update(told(now, pressed, speed, x=x), NOWHERE)
    return x, bumper.state, now


def test_it_moves_away_from_the_touch_by_a_hand_and_is_free(bumper):
    now = touch(bumper, 1.0, zones=("front",))
    live(bumper, now, 2.1)
    x, state, _ = left(bumper, now + 2.1, 60.0)
    assert (x, state) == (pytest.approx(-0.2, abs=0.01), "free")


def test_it_does_not_leave_before_it_wants_to_drive(bumper):
    now = touch(bumper, 1.0)
    assert live(bumper, now, 60.0)[-1] == "leaving"


def test_where_there_is_no_room_to_leave_it_gives_up_after_five_seconds(bumper):
    now = touch(bumper, 1.0)
    live(bumper, now, 2.1)
    bumper.leave(told(3.6), STAND)
    said = live(bumper, 3.6, 6.0)
    assert said[99:102] == ["leaving", "leaving", "free"]


def test_a_bumper_that_stays_pressed_when_it_has_left_is_a_hit(bumper):
    live(bumper, 1.0, 0.5, linear=0.5)
    live(bumper, 1.5, 5.0, pressed=True)
    bumper.confirmed(told(6.5, True), NOWHERE)
    assert left(bumper, 6.5, 60.0, pressed=True)[1] == "hit"


@pytest.mark.parametrize(("apart", "state"), [(25.0, "hit"), (35.0, "touched")])
def test_the_third_touch_in_a_minute_needs_a_person(bumper, apart, state):
    for k in range(2):
        now = touch(bumper, 1.0 + apart * k)
        live(bumper, now, 2.1)
        assert left(bumper, now + 2.1, now + 8.0)[1] == "free"
    assert live(bumper, 1.0 + 2 * apart, 0.1, pressed=True)[-1] == state


def test_a_touch_while_it_leaves_is_a_touch_on_the_other_side(bumper):
    now = touch(bumper, 1.0, zones=("front",))
    live(bumper, now, 2.1)
    for k in range(10):
        bumper.leave(told(3.6 + 0.05 * k), STAND)
        bumper.update(told(3.6 + 0.05 * k, linear=-0.08), NOWHERE)
    assert live(bumper, 4.1, 0.1, pressed=True)[-1] == "touched"
    assert bumper.way_out == Command(0.08)


def test_after_a_persons_word_former_touches_do_not_count(bumper):
    for k in range(3):
        live(bumper, touch(bumper, 1.0 + 5.0 * k), 0.2)
    assert bumper.state == "hit"
    bumper.confirmed(told(20.0), NOWHERE)
    assert left(bumper, 20.0, 60.0)[1] == "free"
    assert live(bumper, 40.0, 0.1, pressed=True)[-1] == "touched"


def test_who_is_confirmed_while_touched_from_the_start_moves_away_first():
    bumper = BumperProtocol(RADIUS)
    bumper.confirmed(told(0.0, True), np.array([[-0.3, 0.0]]))
    assert (bumper.state, bumper.way_out) == ("leaving", Command(0.08))


def test_a_persons_word_changes_nothing_when_nothing_is_touched(bumper):
    bumper.confirmed(told(2.0), NOWHERE)
    assert bumper.state == "free"
