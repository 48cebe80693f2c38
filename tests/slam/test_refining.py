import numpy as np
import pytest

from robot.types import IDENTITY
from slam.loop_closure import ClosureConfig, find_closures
from slam.poses import between_all, compose_all
from slam.refining import RefineConfig, carried, key_scans, refine
from slam.submaps import ScanView, cut
from slam.testing import TOUR, Drive, Sensors, box, hall_walls

VIEW = ScanView(IDENTITY, 0.05, 12.0)


def recorded(walls, waypoints, every=6):
    """True poses (K, 3) and end points of a drive, one scan in `every`."""
    drive = Drive(walls, waypoints, sensors=Sensors(beams=120))
    pairs = [(pose, o.scan) for pose, o in drive if o.scan is not None][::every]
    poses = np.array([[p.x, p.y, p.theta] for p, _ in pairs])
    return poses, [scan.points().astype(np.float32) for _, scan in pairs]


def bent(poses, turn, stretch):
    """The drive as wheels would tell it that turn by `turn` rad and stretch by `stretch` a step."""
    steps = between_all(poses[:-1], poses[1:])
    steps[:, :2] *= 1.0 + stretch
    steps[:, 2] += turn
    result = [poses[:1]]
    for step in steps:
        result.append(compose_all(result[-1], step[None]))
    return np.concatenate(result)


@pytest.fixture(scope="module")
def lap():
    """Once round the hall and on over the frame where it began."""
    return recorded(hall_walls(), (*TOUR, *TOUR[1:4]))


def off(poses, truth):
    return np.hypot(*(poses - truth)[:, :2].T)


def across(poses, truth):
    """How far (m) scans of the second time round lie from where those of the first time say, (20,)."""
    second = np.arange(len(truth) - 20, len(truth))
    first = np.argmin(np.hypot(*(truth[second, None, :2] - truth[None, :80, :2]).T), axis=0)
    seen, told = between_all(truth[first], truth[second]), between_all(poses[first], poses[second])
    return off(told, seen)


@pytest.mark.parametrize("turn", [-0.0015, 0.0012, 0.002])
def test_a_lap_bent_by_metres_closes_to_centimetres(lap, turn):
    truth, points = lap
    drifted = bent(truth, turn, 0.0)
    assert np.median(across(drifted, truth)) > 1.0
    refined = refine(drifted, points, VIEW)
    assert refined.loops == 1
    assert len(refined.edges) > 0
    assert np.median(across(refined.poses, truth)) < 0.1
    assert np.median(off(refined.poses, truth)) < 0.35 * np.median(off(drifted, truth))
    assert refined.poses[0] == pytest.approx(truth[0])


def test_a_true_lap_is_left_where_it_is_and_its_closures_confirm_it(lap):
    truth, points = lap
    refined = refine(truth, points, VIEW)
    assert off(refined.poses, truth).max() < 0.03
    assert refined.loops == 1


def test_the_same_lap_gives_the_same_bytes(lap):
    truth, points = lap
    drifted = bent(truth, 0.0012, 0.01)
    first, again = refine(drifted, points, VIEW), refine(drifted, points, VIEW)
    assert first.poses.tobytes() == again.poses.tobytes()
    assert first.maps.grid(0).cells.tobytes() == again.maps.grid(0).cells.tobytes()


def test_a_long_row_of_equal_rooms_is_not_folded_onto_itself():
    walls = np.array(
        [(0.0, 0.0, 120.0, 0.0), (0.0, 6.0, 120.0, 6.0)]
        + [wall for k in range(12) for wall in box(10.0 * k + 4.0, 4.0, 10.0 * k + 5.0, 6.0)]
    )
    truth, points = recorded(walls, ((3.0, 2.0), (110.0, 2.0)))
    refined = refine(truth, points, VIEW)
    assert off(refined.poses, truth).max() < 0.2
    assert refined.loops == 0


def test_matches_that_rest_on_little_common_ground_are_not_believed(lap):
    truth, points = lap
    away = truth + [60.0, 0.0, 0.0] * (np.arange(len(truth)) > len(truth) // 2)[:, None]
    submaps = cut(away, points, VIEW, 8.0)
    assert find_closures(submaps, ClosureConfig(drift_xy=0.0)) == []


def test_submaps_share_the_drive_among_them_without_a_gap(lap):
    truth, points = lap
    submaps = cut(truth, points, VIEW, 8.0)
    assert [s.first for s in submaps[1:]] == [s.last for s in submaps[:-1]]
    assert (submaps[0].first, submaps[-1].last) == (0, len(truth))
    lengths = [np.hypot(*np.diff(s.poses[:, :2], axis=0).T).sum() for s in submaps]
    assert 5.0 < np.median(lengths) < 10.0


def test_a_submap_knows_its_own_cloud_and_not_one_turned_away(lap):
    truth, points = lap
    submap = cut(truth, points, VIEW, 8.0)[2]
    overlap, fit = submap.judge(submap.cloud, submap.pose)
    assert overlap > 0.95
    assert fit > 0.95
    assert submap.judge(submap.cloud, submap.pose + np.array([0.5, 0.5, 0.7]))[1] < 0.8


def test_what_lies_between_key_scans_is_carried_along(lap):
    truth, _ = lap
    keys = key_scans(truth, RefineConfig())
    assert keys[0] == 0
    assert (np.diff(keys) > 0).all()
    moved = compose_all(np.tile([[3.0, -2.0, 1.0]], (len(keys), 1)), truth[keys])
    whole = compose_all(np.tile([[3.0, -2.0, 1.0]], (len(truth), 1)), truth)
    assert off(carried(truth, keys, moved), whole).max() < 1e-9


def test_a_single_scan_is_a_trajectory_too():
    refined = refine(np.array([[1.0, 2.0, 0.0]]), [np.array([[2.0, 0.0], [0.0, 2.0]], np.float32)], VIEW)
    assert (refined.loops, len(refined.edges)) == (0, 0)
    assert refined.poses.tolist() == [[1.0, 2.0, 0.0]]
    grid = refined.maps.grid(0)
    rows, cols = np.nonzero(grid.cells == 100)
    x, y = grid.origin.x + (cols + 0.5) * grid.resolution, grid.origin.y + (rows + 0.5) * grid.resolution
    assert np.column_stack([x, y]) == pytest.approx(np.array([[3.0, 2.0], [1.0, 4.0]]), abs=0.03)
