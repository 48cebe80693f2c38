"""What a check of a site accepts a robot can serve, and a map of another plan is told."""

from dataclasses import replace

import numpy as np
import pytest

from centre.floor import Furniture
from centre.floor_checks import check_floor
from letan.site_review import review_map
from navigation.costmap import Costmap
from navigation.planner import Planner
from robot.types import Pose
from sim.world import rasterise
from slam.map_io import load_map
from text.yaml12 import read_yaml


@pytest.fixture(scope="module")
def document(site):
    return read_yaml(site.folder / "floor.yaml")


def cluttered(floor, rng):
    """The plan with some more furniture anywhere."""
    more = []
    for k in range(rng.integers(1, 5)):
        x, y = rng.uniform(0.0, floor.size[0] - 3.0), rng.uniform(0.0, floor.size[1] - 3.0)
        width, depth = rng.uniform(0.2, 1.4, 2)
        more.append(Furniture(name=f"box {k}", box=[float(x), float(y), float(x + width), float(y + depth)]))
    return floor.model_copy(update={"furniture": (*floor.furniture, *more)})


def test_every_door_of_a_plan_that_is_accepted_is_reached_from_dock_and_reception(site, document):
    rng = np.random.default_rng(5)
    zones = {zone.name: zone.polygon for zone in site.floor.keep_out}
    accepted = 0
    for _ in range(60):
        floor = cluttered(site.floor, rng)
        if check_floor(floor, site.robot, document):
            continue
        accepted += 1
        costmap = Costmap(rasterise(floor.segments, floor.size), keep_out=zones)
        planner = Planner(costmap, site.robot.radius, 0.5)
        for start in (floor.dock, floor.reception):
            for door, place in floor.doors.items():
                goal = (place.arrive.x, place.arrive.y)
                assert planner.plan((start.x, start.y), goal) is not None, (door, floor.furniture[-6:])
    assert accepted >= 10


def test_the_shipped_map_is_that_of_its_plan_and_no_other(site):
    grid = load_map(site.folder / "map" / "map.yaml")
    assert review_map(site, grid).trouble == ""
    moved = replace(grid, origin=Pose(grid.origin.x + 0.6, grid.origin.y, 0.0))
    assert "the map is not that of this floor plan" in review_map(site, moved).trouble
    another = replace(site, floor=site.floor.model_copy(update={"size": (24.0, 15.0), "walls": site.floor.walls[1:]}))
    assert review_map(another, grid).trouble
    empty = replace(grid, cells=np.zeros_like(grid.cells))
    assert review_map(site, empty).explained == 0.0
