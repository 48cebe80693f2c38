"""The environment of gymnasium: what it promises its users, and that its rewards tell good driving from bad."""

import math
import warnings

import numpy as np
import pytest

from robot.types import LetanError

gymnasium = pytest.importorskip("gymnasium")
from letan.gym_env import GoalEnv  # noqa: E402 (needs gymnasium)


@pytest.fixture(scope="module")
def env():
    return GoalEnv("walkers", people=2)


def straight(seen):
    distance, bearing = seen["goal"]
    return np.array([0.7 * max(0.0, math.cos(bearing)) ** 3 * min(1.0, distance), np.clip(bearing, -1, 1)], np.float32)


def test_gymnasiums_own_checks_pass(env):
    from gymnasium.utils.env_checker import check_env

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like rendering and bounds of its own taste
        check_env(env, skip_render_check=True)


def test_the_same_seed_brings_the_same_hall_and_another_one_another(env):
    first, again, other = (env.reset(seed=seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(first["scan"], again["scan"])
    assert not np.array_equal(first["goal"], other["goal"])


def test_getting_nearer_is_rewarded_metre_by_metre():
    env = GoalEnv("walkers", people=0)
    seen, _ = env.reset(seed=5)
    began, earned = float(seen["goal"][0]), 0.0
    for _ in range(60):
        seen, reward, over, _, _ = env.step(straight(seen))
        assert not over
        earned += reward
    assert earned == pytest.approx(began - float(seen["goal"][0]), abs=0.05)


def drive(env, seed):
    seen, _ = env.reset(seed=seed)
    while True:
        seen, reward, over, late, info = env.step(straight(seen))
        if over or late:
            return reward, info["result"]


def test_who_drives_into_a_wall_is_told_so_and_the_safety_layer_keeps_from_it():
    ends = {
        safety: [drive(GoalEnv("walkers", people=0, safety=safety), seed) for seed in range(4)]
        for safety in (False, True)
    }
    assert any(reward < -5.0 and result.contacts for reward, result in ends[False])
    assert not any(result.contacts for _, result in ends[True])


def test_a_kind_that_there_is_not_is_told_with_the_nearest():
    with pytest.raises(LetanError, match="did you mean `walkers`"):
        GoalEnv("walker")
