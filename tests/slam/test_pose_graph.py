import math

import numpy as np
import pytest

from robot.types import Pose
from slam.pose_graph import Edges, chain, errors, optimize, squared_errors
from slam.pose_graph import _jacobians as jacobians
from slam.poses import between_all, compose_all, wrap_all

FIRM = np.diag([900.0, 900.0, 1e4])


def circle(count):
    """Poses around a circle of ten metres, (count, 3)."""
    turn = np.linspace(0.0, 2.0 * math.pi, count, endpoint=False)
    return np.stack([10.0 * np.cos(turn), 10.0 * np.sin(turn), wrap_all(turn + math.pi / 2)], axis=1)


def driven(truth, seed):
    """What wheels make of it: the chain of noisy steps and the poses it leads to."""
    steps = chain(truth, 0.02, 0.01)
    noise = np.random.default_rng(seed).normal(0.0, [0.02, 0.02, 0.01], (len(steps), 3))
    steps = Edges(steps.nodes, compose_all(steps.measured, noise), steps.information, steps.doubtful)
    poses = [truth[:1]]
    for step in steps.measured:
        poses.append(compose_all(poses[-1], step[None]))
    return steps, np.concatenate(poses)


def closures(truth, pairs):
    nodes = np.array(pairs)
    measured = between_all(truth[nodes[:, 0]], truth[nodes[:, 1]])
    return Edges(nodes, measured, np.tile(FIRM, (len(nodes), 1, 1)), np.ones(len(nodes), bool))


def test_many_poses_compose_and_part_like_single_ones():
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-5, 5, (2, 50, 3))
    a[:, 2], b[:, 2] = wrap_all(a[:, 2]), wrap_all(b[:, 2])
    for x, y, together, seen in zip(a, b, compose_all(a, b), between_all(a, b), strict=True):
        one, other = Pose(*x), Pose(*y)
        for found, pose in ((together, one.compose(other)), (seen, one.between(other))):
            assert found[:2] == pytest.approx([pose.x, pose.y])
            assert math.cos(found[2] - pose.theta) == pytest.approx(1.0)


def test_jacobians_are_the_slopes_of_the_errors():
    rng = np.random.default_rng(2)
    poses, edges = rng.uniform(-2, 2, (2, 3)), chain(rng.uniform(-2, 2, (2, 3)), 1.0, 1.0)
    for node, slopes in enumerate(jacobians(poses, edges)):
        for k in range(3):
            moved = poses.copy()
            moved[node, k] += 1e-6
            assert (errors(moved, edges) - errors(poses, edges))[0] / 1e-6 == pytest.approx(slopes[0, :, k], abs=1e-4)


def test_what_is_measured_without_error_is_found_from_anywhere_near():
    truth = circle(60)
    edges = chain(truth, 0.02, 0.01) + closures(truth, [(0, 59)])
    bent = truth + np.random.default_rng(3).normal(0.0, 0.1, truth.shape) * (np.arange(60) > 0)[:, None]
    assert optimize(bent, edges) == pytest.approx(truth, abs=1e-3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_closing_loops_takes_most_of_the_drift_and_leaves_the_first_pose(seed):
    truth = circle(600)
    steps, poses = driven(truth, seed)
    closed = optimize(poses, steps + closures(truth, [(0, 599), (100, 400), (50, 300), (200, 500)]))
    off_before, off_after = (np.hypot(*(p - truth)[:, :2].T).mean() for p in (poses, closed))
    assert off_after < 0.25 * off_before
    assert closed[0] == pytest.approx(poses[0], abs=1e-6)


def test_wrong_closures_lose_their_say():
    truth = circle(300)
    steps, poses = driven(truth, 5)
    right = closures(truth, [(0, 299), (20, 180), (60, 240), (100, 280), (10, 150), (40, 200)])
    wrong = closures(truth, [(5, 160), (70, 220)])
    wrong.measured[:, :2] += 4.0
    alone, all_of_them = optimize(poses, steps + right), optimize(poses, steps + right + wrong)
    assert np.hypot(*(alone - all_of_them)[:, :2].T).max() < 0.2
    assert squared_errors(all_of_them, wrong).min() > 100.0 > squared_errors(all_of_them, right).max()


def test_without_edges_nothing_moves():
    poses = np.array([[1.0, 2.0, 0.5]])
    assert optimize(poses, chain(poses, 0.1, 0.1) + Edges.none()) == pytest.approx(poses)
