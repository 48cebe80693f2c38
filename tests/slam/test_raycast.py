"""The simulated lidar measures the same whether it looks at all segments or at the near ones first."""

import math

import numpy as np
import pytest

from slam import raycast
from slam.raycast import _beam_directions, _cast_segment, cast

NO_DISCS = np.zeros((0, 3))


def scattered(seed, count):
    """Segments of 0.1 to 3 m all over 30 x 30 m, some through the very place of the lidar."""
    rng = np.random.default_rng(seed)
    begins, angles, lengths = rng.uniform(-15, 15, (count, 2)), rng.uniform(-4, 4, count), rng.uniform(0.1, 3.0, count)
    begins[0] = -0.5 * np.array([math.cos(angles[0]), math.sin(angles[0])])
    return np.column_stack((begins, begins + lengths[:, None] * np.column_stack((np.cos(angles), np.sin(angles)))))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("view", [2.0 * math.pi, 1.5 * math.pi])
def test_near_ones_first_gives_the_ranges_of_all_looked_at(seed, view):
    segments = scattered(seed, raycast.MANY + 40 * (seed + 1))
    count, theta = 300 + seed, 0.7 * seed
    found, plain = np.empty(count), np.full(count, 12.0)
    cast(0.1, -0.2, theta, -0.5 * view, view / count, 12.0, segments, NO_DISCS, found)
    beams = _beam_directions(theta - 0.5 * view, view / count, count)
    for segment in segments:
        _cast_segment(0.1, -0.2, theta, -0.5 * view, view / count, segment, plain, view > 6.0, beams)
    assert found == pytest.approx(plain, abs=1e-9)
    assert (found < 12.0).mean() > 0.6


def test_a_beam_ends_at_the_nearest_wall_and_nowhere_without_one():
    ranges = np.empty(4)
    walls = np.array([[2.0, -1.0, 2.0, 1.0], [1.0, -1.0, 1.0, 1.0], [-1.0, 3.0, 1.0, 3.0]])
    cast(0.0, 0.0, 0.0, 0.0, 0.5 * math.pi, 9.0, walls, NO_DISCS, ranges)
    assert ranges == pytest.approx([1.0, 3.0, 9.0, 9.0])
