from dataclasses import replace

import numpy as np
import pytest

from robot.types import LetanError, Pose
from slam.map_builder import MapBuilder
from slam.map_state import MapState, finish
from slam.rbpf import Mapper, MapperConfig
from slam.testing import TOUR, Drive, Sensors, box, hall_walls

FEW = MapperConfig.fixed(3)


@pytest.fixture(scope="module")
def tour():
    return list(Drive(hall_walls(), TOUR, people=2, sensors=Sensors(beams=180)))


def mapped(pairs, start, map_state=None):
    builder = MapBuilder(start=start, config=FEW, map_state=map_state)
    for _, observation in pairs:
        builder.update(observation)
    return builder


@pytest.fixture(scope="module")
def half(tour, tmp_path_factory):
    """The first half of the tour, mapped and saved."""
    path = tmp_path_factory.mktemp("map_state") / "state.npz"
    map_state = finish(mapped(tour[: len(tour) // 2], tour[0][0]).mapper)
    map_state.save(path)
    return map_state, path


def worst(pairs, trajectory):
    """How far (m) the trajectory is from the truth at most; stamps shifted as the pairs tell."""
    truth = {observation.scan.stamp: pose for pose, observation in pairs if observation.scan is not None}
    return max(truth[stamp].distance(pose) for stamp, pose in trajectory if stamp in truth)


def test_a_saved_survey_is_the_same_when_read(half):
    map_state, path = half
    read = MapState.load(path)
    assert read.trajectory == map_state.trajectory
    assert read.poses.tobytes() == map_state.poses.tobytes()
    assert read.grid().cells.tobytes() == map_state.grid().cells.tobytes()
    assert read.edges.nodes.tobytes() == map_state.edges.nodes.tobytes()
    where = np.random.default_rng(1).uniform(0, 15, (500, 2))
    for mine, theirs in zip(map_state.maps.read(0, where), read.maps.read(0, where), strict=True):
        assert (mine == theirs).all()


def test_mapping_goes_on_where_it_ended(tour, half):
    rest = tour[len(tour) // 2 :]
    map_state = finish(mapped(rest, Pose(9.0, 9.0, 2.0), MapState.load(half[1])).mapper)
    assert len(map_state.trajectory) == sum(o.scan is not None for _, o in tour)
    assert worst(tour, map_state.trajectory) < 0.06
    whole = finish(mapped(tour, tour[0][0]).mapper).grid()
    assert map_state.grid().cells.shape == pytest.approx(whole.cells.shape, abs=4)


def test_a_robot_that_has_not_moved_since_knows_where_it_is(tour, half):
    """Its first scan, taken where the last drive ended, is too near to be mapped."""
    map_state = MapState.load(half[1])
    truth, last = next((p, o) for p, o in reversed(tour[: len(tour) // 2]) if o.scan is not None)
    again = replace(last, odometry=replace(last.odometry, pose=Pose(0.0, 0.0, 0.0)))
    builder = MapBuilder(config=FEW, map_state=map_state)
    assert builder.update(again).distance(truth) < 0.06
    assert not builder.is_waiting


def test_another_drive_begins_anywhere_in_the_map_with_wheels_at_zero(tour, half):
    """The robot was switched off and carried back: its odometry begins anew."""
    later = list(Drive(hall_walls(), TOUR[1:4], seed=8, sensors=Sensors(beams=180)))
    later = [(p, replace(o, scan=o.scan and replace(o.scan, stamp=o.scan.stamp + 1e4))) for p, o in later]
    later = [(p, replace(o, odometry=replace(o.odometry, stamp=o.odometry.stamp + 1e4))) for p, o in later]
    map_state = finish(mapped(later, Pose(0.0, 0.0, 0.0), MapState.load(half[1])).mapper)
    assert worst(later, map_state.trajectory) < 0.08


def test_scans_that_say_nothing_are_waited_out_and_kept_in_the_trajectory(tour, half):
    blind = [
        (p, replace(o, scan=o.scan and replace(o.scan, ranges=np.full_like(o.scan.ranges, np.nan))))
        for p, o in tour[len(tour) // 2 : len(tour) // 2 + 20]
    ]
    builder = mapped(blind, tour[0][0], MapState.load(half[1]))
    assert builder.is_waiting
    rest = tour[len(tour) // 2 + 20 :]
    for _, observation in rest:
        builder.update(observation)
    assert not builder.is_waiting
    map_state = finish(builder.mapper)
    assert len(map_state.trajectory) == sum(o.scan is not None for _, o in tour)
    assert worst(tour, map_state.trajectory) < 0.08


def test_a_drive_through_another_house_is_refused(half):
    other = list(Drive(np.array(box(0.0, 0.0, 3.0, 30.0)), ((1.0, 2.0), (1.0, 20.0))))
    with pytest.raises(LetanError, match="saved map"):
        mapped(other[:200], Pose(0.0, 0.0, 0.0), MapState.load(half[1]))


@pytest.mark.parametrize("spoil", ["cut off", "text", "other arrays", "missing", "another format", "mixed up"])
def test_a_file_that_is_no_survey_is_refused_with_its_name(half, tmp_path, spoil):
    path = tmp_path / "state.npz"
    whole = half[1].read_bytes()
    if spoil == "cut off":
        path.write_bytes(whole[: len(whole) // 2])
    elif spoil == "text":
        path.write_text("a map")
    elif spoil == "other arrays":
        np.savez(path, a=np.zeros(3))
    elif spoil in ("another format", "mixed up"):
        with np.load(half[1]) as file:
            arrays = dict(file)
        arrays |= {"format": 99} if spoil == "another format" else {"table": arrays["table"] * 3}
        np.savez(path, **arrays)
    with pytest.raises(LetanError, match=r"state\.npz"):
        MapState.load(path)


def test_a_survey_that_cannot_be_written_says_so(half, tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        half[0].save(tmp_path / "nowhere" / "state.npz")


def test_without_a_scan_there_is_nothing_to_finish():
    with pytest.raises(LetanError, match="no scan"):
        finish(Mapper())
