import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.types import Pose, wrap
from slam.motion import MotionNoise, sample_motion, wrap_angle
from slam.rng import normal_pair, stream_key, uniform

metres = st.floats(-100.0, 100.0)
angles = st.floats(-math.pi, math.pi, exclude_max=True)
poses = st.builds(Pose, metres, metres, angles)
compiled = settings(deadline=None)  # the first call of a kernel compiles it


def same(a: Pose, b: Pose) -> bool:
    return a.distance(b) < 1e-9 and abs(wrap(a.theta - b.theta)) < 1e-9


@given(poses, poses)
def test_between_undoes_compose(a, b):
    assert same(a.between(a.compose(b)), b)


@given(poses)
def test_a_pose_and_its_inverse_cancel(a):
    assert same(a.compose(a.inverse()), Pose(0.0, 0.0, 0.0))


@given(poses, poses, poses)
def test_composition_does_not_care_where_the_brackets_stand(a, b, c):
    assert same(a.compose(b).compose(c), a.compose(b.compose(c)))


@compiled
@given(st.floats(-1e4, 1e4))
def test_a_wrapped_angle_points_the_same_way_within_half_a_turn(angle):
    wrapped = wrap_angle(angle)
    assert -math.pi <= wrapped <= math.pi
    assert math.isclose(math.cos(wrapped), math.cos(angle), abs_tol=1e-9)
    assert wrapped == wrap(angle)


@compiled
@given(poses, poses)
def test_motion_without_noise_is_composition(pose, step):
    particles = np.array([[pose.x, pose.y, pose.theta]])
    sample_motion(particles, np.array([step.x, step.y, step.theta]), np.zeros(6), stream_key(1, 1))
    assert same(Pose(*particles[0].tolist()), pose.compose(step))


def test_motion_noise_has_the_spread_it_names():
    noise = MotionNoise(0.1, 0.0, 0.2, 0.0, 0.0, 0.0)
    particles = np.zeros((20_000, 3))
    sample_motion(particles, np.array([1.0, 0.0, 0.5]), noise.as_array(), stream_key(1, 1))
    assert particles[:, 0].mean() == pytest.approx(1.0, abs=0.01)
    assert particles[:, 0].std() == pytest.approx(0.2, rel=0.05)
    assert particles[:, 2].std() == pytest.approx(0.05, rel=0.05)


def test_random_numbers_are_uniform_and_normal():
    key = stream_key(7, 3)
    flat = np.array([uniform(key, i) for i in range(5000)])
    bell = np.array([normal_pair(key, i) for i in range(5000)])
    assert flat.min() >= 0.0
    assert flat.max() < 1.0
    assert flat.mean() == pytest.approx(0.5, abs=0.02)
    assert bell.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.05)
    assert bell.std(axis=0) == pytest.approx([1.0, 1.0], abs=0.05)
    assert abs(np.corrcoef(bell.T)[0, 1]) < 0.05


def test_keys_of_other_seeds_steps_and_purposes_differ():
    keys = {int(stream_key(s, t, p)) for s in range(8) for t in range(8) for p in range(4)}
    assert len(keys) == 8 * 8 * 4
