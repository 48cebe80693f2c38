import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slam.localization import LocalizationConfig
from slam.particle_set import heaviest_cluster, kld_resample
from slam.resampling import effective_number, kld_bound, low_variance_draw, occupied_bins
from slam.rng import stream_key, uniform

weights = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=40).map(lambda w: np.array(w) / np.sum(w))


@settings(deadline=None)  # the first call compiles the kernel
@given(weights, st.integers(1, 60), st.floats(0.0, 1.0, exclude_max=True))
def test_each_particle_is_drawn_as_often_as_its_weight_says_give_or_take_one(w, count, start):
    drawn = np.bincount(low_variance_draw(w, count, start), minlength=len(w))
    assert drawn.sum() == count
    assert (np.abs(drawn - count * w) < 1.0 + 1e-6).all()


def test_the_draw_is_unbiased_over_many_starts():
    w = np.array([0.05, 0.5, 0.15, 0.3])
    key = stream_key(1, 1)
    drawn = np.zeros(4)
    for k in range(20_000):
        drawn += np.bincount(low_variance_draw(w, 3, uniform(key, k)), minlength=4)
    assert drawn / drawn.sum() == pytest.approx(w, abs=0.005)


@settings(deadline=None)  # the first call compiles the kernel
@given(weights)
def test_the_effective_number_lies_between_one_and_all(w):
    assert 1.0 - 1e-9 <= effective_number(w) <= len(w) + 1e-9


def test_equal_weights_count_fully():
    assert effective_number(np.full(25, 0.04)) == pytest.approx(25.0)


def test_the_kld_bound_is_the_published_figure_and_grows_with_the_bins():
    # Fox 2003: k - 1 = 2 e n approximates the chi-square quantile; 2.33 is its 0.99
    assert kld_bound(1, 0.05, 2.33) == 0.0
    assert kld_bound(101, 0.05, 2.33) == pytest.approx(1358.5, rel=0.01)
    assert kld_bound(20, 0.05, 2.33) < kld_bound(40, 0.05, 2.33)


def test_bins_without_weight_do_not_count():
    poses = np.array([[0.1, 0.1, 0.0], [0.12, 0.1, 0.0], [5.0, 5.0, 1.0], [9.0, 9.0, 1.0]])
    assert occupied_bins(poses, np.array([0.4, 0.4, 0.2, 0.0]), 0.25, 0.2) == 2


def test_the_heaviest_cluster_wins_over_the_heaviest_particle():
    rng = np.random.default_rng(1)
    crowd = rng.normal([2.0, 3.0, np.pi], 0.02, (50, 3))
    poses = np.vstack([crowd, [[8.0, 8.0, 0.0]]])
    w = np.append(np.full(50, 0.016), 0.2)
    mean, std_xy, std_theta = heaviest_cluster(poses, w, 0.25, 0.17)
    assert mean[:2] == pytest.approx([2.0, 3.0], abs=0.02)
    assert abs(abs(mean[2]) - np.pi) < 0.02
    assert 0.01 < std_xy < 0.06
    assert std_theta < 0.04


@pytest.mark.parametrize(("width", "low", "high"), [(0.01, 150, 250), (3.0, 2000, 2000)])
def test_a_narrow_cloud_keeps_few_particles_and_a_wide_one_many(width, low, high):
    poses = np.random.default_rng(1).normal(0.0, width, (3000, 3))
    drawn = kld_resample(poses, np.full(3000, 1 / 3000), LocalizationConfig(), stream_key(1, 1))
    assert low <= len(drawn) <= high
