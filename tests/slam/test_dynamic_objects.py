import numpy as np
import pytest

from slam.map_builder import MapBuilder
from slam.map_state import finish
from slam.rbpf import MapperConfig
from slam.testing import TOUR, Drive, Sensors, box, hall_walls

POLES = np.array(box(10.0, 6.0, 10.1, 6.1) + box(6.0, 8.0, 6.15, 8.15))


def off_walls(grid, walls):
    """How far (m) each wall cell of a map is from a true wall, and where it is, (C,), (C, 2)."""
    rows, cols = np.nonzero(grid.cells == 100)
    cells = np.stack([cols, rows], axis=1) * grid.resolution + [grid.origin.x, grid.origin.y] + 0.5 * grid.resolution
    along = walls[:, 2:] - walls[:, :2]
    share = ((cells[:, None] - walls[:, :2]) * along).sum(-1) / (along**2).sum(1)
    nearest = walls[:, :2] + np.clip(share, 0.0, 1.0)[:, :, None] * along
    return np.hypot(*(cells[:, None] - nearest).transpose(2, 0, 1)).min(axis=1), cells


def mapped(walls, people):
    """The map that the filter has at the end of a drive, and the one that the map_state keeps."""
    drive = Drive(walls, TOUR, people=people, sensors=Sensors(beams=180))
    builder = MapBuilder(start=drive.start, config=MapperConfig.fixed(2))
    for _, observation in drive:
        builder.update(observation)
    return builder.grid(), finish(builder.mapper).grid()


@pytest.mark.parametrize("people", [20, 40])
def test_most_of_what_people_left_in_the_map_is_taken_out(people):
    before, after = (off_walls(grid, hall_walls())[0] for grid in mapped(hall_walls(), people))
    assert np.count_nonzero(before > 0.15) > 50
    assert np.count_nonzero(after > 0.15) < 0.5 * np.count_nonzero(before > 0.15)


def test_thin_poles_and_all_walls_stay():
    walls = np.concatenate([hall_walls(), POLES])
    before, after = mapped(walls, 0)
    assert np.count_nonzero(after.cells == 100) > 0.95 * np.count_nonzero(before.cells == 100)
    away, cells = off_walls(after, POLES)
    for pole in POLES[::4]:
        near = np.hypot(*(cells - pole[:2]).T) < 0.25
        assert np.count_nonzero(near & (away < 0.1)) >= 2
