"""A hall with people's things in it, but no office and no robot's mind."""

import pytest

from robot.clock import SimClock
from sim.hall import Hall
from sim.ports import SimEars, SimScreen
from sim.scenario import load_scenario
from sim.world import World


@pytest.fixture
def world(site):
    return World(site.floor, site.robot, 1)


@pytest.fixture
def hall(site, world):
    scenario = load_scenario("short")
    clock = SimClock(scenario.begins)
    return Hall(site, scenario, world, clock, SimScreen(), SimEars(clock), None, lambda event: None)
