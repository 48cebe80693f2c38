import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from robot.types import IDENTITY, Pose
from slam.distance import FAR, MASK, SHIFT, TILE, UNIT, DistanceField, distance_cells, freeze, interpolate
from slam.distance_update import add_wall
from slam.mapping import HIT
from slam.particle_maps import ParticleMaps
from slam.testing import hall_map, hall_walls
from slam.tiles import writable


def names_in(tables):
    return np.bincount(tables.ravel()[tables.ravel() > 0], minlength=1)


def assert_no_leak(maps):
    counts = maps.pool.tiles.counts
    named = np.zeros(len(counts), int)
    found = names_in(maps.tables)
    named[: len(found)] = found
    assert (np.maximum(counts[1:], 0) == named[1:]).all()
    free, tile = 0, -counts[0]
    while tile:
        free, tile = free + 1, -counts[tile]
    assert free == maps.pool.tiles.free[0] == np.count_nonzero(named[1:] == 0)


def write(maps, particle, row, col):
    """A wall in one cell of one particle's map."""
    maps.pool.reserve(16)
    tile = writable(maps.pool.tiles, maps.tables[particle], row >> SHIFT, col >> SHIFT)
    maps.pool.tiles.evidence[tile, row & MASK, col & MASK] = HIT
    add_wall(maps.pool.tiles, maps.tables[particle], row, col)


@pytest.fixture
def maps():
    maps = ParticleMaps(8, 0.05, Pose(0.0, 0.0, 0.0))
    maps.cover(np.zeros((8, 3)), 3.0)
    return maps


def live(maps, seed, rounds):
    """Write somewhere and resample, so many times; yields after each."""
    rng, side = np.random.default_rng(seed), maps.tables.shape[1] * TILE
    for k in range(rounds):
        row, col = rng.integers(12, side - 12, 2)
        write(maps, rng.integers(8), row, col)
        maps.choose(np.sort(rng.integers(0, 8, 8)))
        yield k


def test_counts_never_leak_over_ten_thousand_resamplings(maps):
    for k in live(maps, 1, 10_000):
        if k % 500 == 0:
            assert_no_leak(maps)
    assert_no_leak(maps)
    assert len(maps.pool.tiles.counts) < 8 * maps.tables[0].size + 1024  # the pool never grows beyond what can be named


def test_a_write_is_seen_by_its_own_particle_only(maps):
    write(maps, 0, 40, 40)
    maps.choose(np.zeros(8, np.int64))
    write(maps, 3, 50, 50)
    shared = [maps.grid(i).cells for i in (0, 1, 7)]
    assert all((cells == shared[0]).all() for cells in shared)
    assert np.count_nonzero(maps.grid(3).cells == 100) == 2
    assert np.count_nonzero(shared[0] == 100) == 1


def test_children_share_tiles_until_they_write(maps):
    write(maps, 0, 40, 40)
    maps.choose(np.zeros(8, np.int64))
    before = maps.pool.used
    write(maps, 5, 41, 41)
    assert 0 < maps.pool.used - before <= 4


def test_growing_the_tables_keeps_every_cell_in_its_place(maps):
    write(maps, 0, 40, 40)
    old = maps.grid(0)
    maps.cover(np.array([[-7.0, 9.0, 0.0]]), 3.0)
    new = maps.grid(0)
    assert new.origin.distance(old.origin) < 1e-9
    assert (new.cells == old.cells).all()


def test_an_empty_map_is_one_unknown_cell(maps):
    assert maps.grid(0).cells.tolist() == [[-1]]


def dense(maps, tiles):
    blocks = tiles[maps.tables[0]]
    rows, cols = blocks.shape[:2]
    return blocks.swapaxes(1, 2).reshape(rows * TILE, cols * TILE)


def test_distances_stay_exact_while_walls_come_and_go():
    maps = ParticleMaps(1, 0.05, Pose(0.0, 0.0, 0.0))
    maps.cover(np.zeros((1, 3)), 2.5)
    rng = np.random.default_rng(3)
    for _ in range(60):
        pose = np.append(rng.uniform(-0.4, 0.4, 2), rng.uniform(-3, 3))
        angles = np.linspace(-np.pi, np.pi, 90, endpoint=False)
        ranges = rng.choice([0.8, 1.2, 1.6], 90) + rng.normal(0, 0.05, 90)
        points = np.column_stack([ranges * np.cos(angles), ranges * np.sin(angles)])
        maps.write(pose[None], IDENTITY, points, 5.0)
    evidence = dense(maps, maps.pool.tiles.evidence)
    assert np.count_nonzero(evidence > 0) > 50
    exact = np.rint(np.minimum(distance_transform_edt(evidence <= 0) * UNIT, FAR))
    assert (dense(maps, maps.pool.tiles.distance) == exact).all()
    scratch = maps.rays_for(points, IDENTITY, 5.0)
    assert not scratch.marks.any()  # left as it was found
    assert scratch.used[0] == 0


def test_each_cell_is_written_once_a_scan_and_ends_win_over_passes():
    maps = ParticleMaps(1, 0.1, Pose(0.0, 0.0, 0.0))
    points = np.array([[1.1, 0.0], [2.1, 0.0], [1.1, 0.0]])  # the second beam passes through the first's end
    for _ in range(2):
        maps.write(np.zeros((1, 3)), IDENTITY, points, 9.0)
    grid = maps.grid(0)
    row = grid.cells[0]
    assert np.nonzero(row == 100)[0].tolist() == [11, 21]
    assert (row[:10] == 0).all()


@pytest.fixture(scope="module")
def frozen():
    grid = hall_map(hall_walls())
    return grid, freeze(distance_cells(grid), grid)


def test_frozen_tiles_hold_the_distance_transform(frozen):
    grid, distance = frozen
    assert isinstance(distance, DistanceField)
    rng = np.random.default_rng(2)
    exact = distance_cells(grid)
    for row, col in rng.integers(0, 300, (300, 2)):
        found, _, _ = interpolate(distance.table, distance.tiles, col + 0.5, row + 0.5)
        assert found == pytest.approx(min(exact[row, col], FAR / UNIT), abs=0.5 / UNIT + 1e-9)


def test_slopes_are_those_of_the_interpolated_surface(frozen):
    _, distance = frozen
    rng = np.random.default_rng(4)
    for u, v in rng.uniform(5, 300, (300, 2)):
        step = 1e-6
        here, slope_u, slope_v = interpolate(distance.table, distance.tiles, u, v)
        along_u = interpolate(distance.table, distance.tiles, u + step, v)[0]
        along_v = interpolate(distance.table, distance.tiles, u, v + step)[0]
        assert (along_u - here) / step == pytest.approx(slope_u, abs=1e-3)
        assert (along_v - here) / step == pytest.approx(slope_v, abs=1e-3)


@pytest.mark.parametrize(("u", "v"), [(-50.0, 3.0), (3.0, -0.2), (1e6, 3.0), (3.0, 1e6)])
def test_outside_the_table_everything_is_far(frozen, u, v):
    _, distance = frozen
    assert interpolate(distance.table, distance.tiles, u, v)[0] == FAR / UNIT


def test_particles_of_one_heading_share_their_rays_and_get_the_map_they_would_get_alone():
    rng = np.random.default_rng(5)
    angles = np.linspace(-np.pi, np.pi, 120, endpoint=False)
    ranges = rng.uniform(0.6, 2.4, 120)
    points = np.column_stack([ranges * np.cos(angles), ranges * np.sin(angles)])
    poses = np.array([[0.30, 0.20, 1.0], [0.30, 0.20, -2.0], [0.30, 0.20, 1.0]])
    together = ParticleMaps(3, 0.05, Pose(0.0, 0.0, 0.0))
    together.write(poses, IDENTITY, points, 5.0)
    for i, pose in enumerate(poses):
        alone = ParticleMaps(1, 0.05, Pose(0.0, 0.0, 0.0))
        alone.write(pose[None], IDENTITY, points, 5.0)
        assert (alone.grid(0).cells == together.grid(i).cells).all()


def test_a_trimmed_pool_keeps_its_maps_and_can_be_written_again(maps):
    assert len(list(live(maps, 7, 60))) == 60
    before, held = [maps.grid(i).cells for i in range(8)], maps.pool.nbytes
    maps.pool.trim()
    assert maps.pool.nbytes < held
    assert_no_leak(maps)
    assert all((maps.grid(i).cells == cells).all() for i, cells in enumerate(before))
    write(maps, 3, 50, 50)
    assert_no_leak(maps)
    assert all((maps.grid(i).cells == cells).all() for i, cells in enumerate(before) if i != 3)
