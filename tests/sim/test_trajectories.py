"""Recorded people are read as the data sets write them, and walk in a hall that is as solid as for all others."""

import json
import math

import numpy as np
import pytest

from robot.types import LetanError, Pose
from sim.trajectories import Replay, in_hall, read_trajectories

ACROSS = [(frame, 7, 0.4 * k, 2.0) for k, frame in enumerate(range(780, 900, 6))]  # 1 m/s along x


def written(tmp_path, form):
    """Somebody who walks 1 m/s along x, and somebody who comes 0.8 s later, in one of the three forms."""
    other = [(frame + 12, 9, 3.0, 0.2 * k) for k, (frame, *_) in enumerate(ACROSS)]
    rows = sorted(ACROSS + other)
    path = tmp_path / f"people.{form}"
    if form == "txt":
        lines = [f"{frame}.0\t{person}.0\t{x}\t{y}" for frame, person, x, y in rows]
    elif form == "obsmat":
        lines = [f"{frame} {person} {x} 0.0 {y} 1.0 0.0 0.0" for frame, person, x, y in rows]
    else:
        lines = [json.dumps({"scene": {"id": 0, "p": 7, "s": 780, "e": 894, "fps": 2.5, "tag": 0}})]
        lines += [json.dumps({"track": {"f": f, "p": p, "x": x, "y": y}}) for f, p, x, y in rows]
        lines.append(json.dumps({"track": {"f": 900, "p": 7, "x": 9.0, "y": 9.0, "prediction_number": 0}}))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("form", ["txt", "obsmat", "ndjson"])
def test_all_three_forms_tell_the_same_ways_in_seconds_and_metres(tmp_path, form):
    first, second = read_trajectories(written(tmp_path, form))
    assert first.times == pytest.approx(0.4 * np.arange(20))
    assert first.at(1.0) == pytest.approx((1.0, 2.0))
    assert second.times[0] == pytest.approx(0.8)
    assert first.at(99.0) == pytest.approx((7.6, 2.0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2 3\n", r"people.txt:1: expected frame, person, x, y"),
        ("1 2 3 4\n6 2 x 4\n", r"people.txt:2: expected numbers"),
        ("1 2 nan 4\n", r"people.txt:1: expected numbers"),
        ("1 2 3 4\n", "nobody in it walks"),
        ("", "nobody in it walks"),
    ],
)
def test_what_is_wrong_with_a_record_is_told_with_its_line(tmp_path, text, words):
    path = tmp_path / "people.txt"
    path.write_text(text)
    with pytest.raises(LetanError, match=words):
        read_trajectories(path)


def test_a_record_that_is_no_json_is_told_with_its_line(tmp_path):
    path = tmp_path / "people.ndjson"
    path.write_text('{"track": {"f": 1, "p": 1, "x": 0, "y": 0}}\n{"trick": 1}\n')
    with pytest.raises(LetanError, match=r"people.ndjson:2: expected a TrajNet\+\+ scene or track"):
        read_trajectories(path)


def test_in_a_free_hall_they_walk_as_recorded_and_leave_at_the_end(tmp_path, world):
    ways = read_trajectories(written(tmp_path, "txt"))
    origin = Pose(6.0, 4.0, 0.0)
    replay, off = Replay(world.crowd, ways, origin), []
    while not replay.is_over:
        replay.step(world.time)
        world.step()
        if 1.0 < world.time < 7.0:
            x, y = ways[0].at(world.time)
            off.append(math.dist(world.crowd.place(world.crowd.bodies[0]), (6.0 + x, 4.0 + y)))
    assert max(off) < 0.4
    assert not world.crowd.bodies
    assert world.time == pytest.approx(0.8 + 19 * 0.4, abs=0.2)


def test_whom_the_robot_stops_goes_on_from_there(tmp_path, world):
    ways = read_trajectories(written(tmp_path, "txt"))[:1]
    world.robot.pose = Pose(9.0, 6.0, 0.0)  # on the way
    replay, nearest = Replay(world.crowd, ways, Pose(6.0, 4.0, 0.0)), math.inf
    while not replay.is_over:
        replay.step(world.time)
        world.step()
        if world.crowd.bodies:
            body = world.crowd.bodies[0]
            nearest = min(nearest, math.dist(world.crowd.place(body), (9.0, 6.0)) - body.radius)
    assert nearest > world.model.body_radius - 0.03


def test_without_a_place_of_its_own_the_middle_of_the_record_is_the_middle_of_the_hall(tmp_path):
    origin = in_hall(read_trajectories(written(tmp_path, "txt")), (20.0, 15.0))
    assert (origin.x, origin.y) == pytest.approx((10.0 - 3.8, 7.5 - 1.9))
