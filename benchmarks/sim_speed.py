"""How fast the simulated world is: `python benchmarks/sim_speed.py [--people 40] [--seconds 60] [--json]`.

A hall of 20 x 15 m with four boxes, people who walk straight from place to place, and a robot among them that turns
about; a step is 0.1 s: two steps of physics and one scan. Steps a second of CPU time, the median of five parts. Where
navground (PyPI) is installed, the same hall there: with two steps of physics and one scan as here, and with one.
"""

from __future__ import annotations

import argparse
import importlib
import math
import statistics
import time
from collections.abc import Callable

import numpy as np
from figures import HELP, print_json

from centre.floor import Furniture
from letan.setup import open_setup
from robot.types import Command, Pose
from sim.robot import SimRobot
from sim.world import World

SIZE = (20.0, 15.0)
BOXES = ((0.0, 0.0, *SIZE), (4.0, 4.0, 6.0, 4.6), (13.0, 4.0, 15.0, 4.6), (4.0, 10.0, 6.0, 10.6), (9.5, 7.0, 10.5, 8.0))
PARTS = 5


def hall(people: int, seed: int) -> tuple[World, Callable[[], tuple[float, float]]]:
    """A world with so many people, and where there is room in it."""
    site = open_setup("cua_nam").site
    furniture = tuple(Furniture(name=f"box {k}", box=list(box)) for k, box in enumerate(BOXES))
    floor = site.floor.model_copy(update={"size": SIZE, "walls": (), "furniture": furniture, "doors": {}})
    world = World(floor, site.robot, seed)
    rng = np.random.default_rng(seed)

    def free() -> tuple[float, float]:
        while True:
            x, y = float(rng.uniform(0.5, SIZE[0] - 0.5)), float(rng.uniform(0.5, SIZE[1] - 0.5))
            if world.crowd.walls.clearance(x, y) > 0.5:
                return x, y

    for _ in range(people):
        world.crowd.enter(*free(), 1.0)
    world.robot.pose = Pose(*free(), 0.0)
    return world, free


def steps_per_second(people: int, seconds: float, seed: int = 1) -> float:
    """Steps of 0.1 s a second of CPU time, the median of the parts."""
    world, free = hall(people, seed)
    robot, command = SimRobot(world, seed), Command(0.2, 0.3)

    def run(steps: int) -> float:
        began = time.process_time()
        for _ in range(steps):
            resting = np.flatnonzero(world.crowd.people["way"] >= world.crowd.people["way_end"])
            for slot in resting.tolist():
                world.crowd.send(slot, np.array([free()]))
            for _ in range(2):
                robot.sense()
                robot.act(command)
        return steps / (time.process_time() - began)

    run(20)  # compiles
    return statistics.median(run(math.ceil(seconds / 0.1 / PARTS)) for _ in range(PARTS))


def navground_steps_per_second(people: int, seconds: float, physics: int, seed: int = 1) -> float | None:
    """The same hall in navground, where it is installed: ORCA, discs for people, one lidar; so many steps in 0.1 s."""
    try:
        core, sim = importlib.import_module("navground.core"), importlib.import_module("navground.sim")
    except ImportError:
        return None
    hall_world, free = hall(0, seed)
    world, lidar = sim.World(), sim.StateEstimation.make_type("Lidar")
    for x0, y0, x1, y1 in hall_world.segments.tolist():
        world.add_wall(sim.Wall((x0, y0), (x1, y1)))
    lidar.resolution = 360
    lidar.range = 12.0
    lidar.start_angle = -math.pi
    lidar.field_of_view = 2 * math.pi
    for _ in range(people + 1):
        behavior, task = core.Behavior.make_type("ORCA"), sim.Task.make_type("Waypoints")
        behavior.optimal_speed = 1.0
        task.waypoints = [free() for _ in range(8)]
        task.loop = True
        task.tolerance = 0.3
        sees = sim.StateEstimation.make_type("Bounded")
        sees.range = 3.0
        kinematics = core.kinematics.OmnidirectionalKinematics(1.5, 2.0)
        agent = sim.Agent(radius=0.22, behavior=behavior, kinematics=kinematics, task=task, state_estimations=[sees])
        agent.pose = core.Pose2(free(), 0.0)
        world.add_agent(agent)
    told = core.SensingState()
    lidar.prepare_state(told)

    def run(steps: int) -> float:
        began = time.process_time()
        for _ in range(steps):
            for _ in range(physics):
                world.update(0.1 / physics)
            lidar.update(world.agents[0], world, told)
        return steps / (time.process_time() - began)

    run(20)
    return statistics.median(run(math.ceil(seconds / 0.1 / PARTS)) for _ in range(PARTS))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=100.0, help="simulated seconds")
    parser.add_argument("--json", action="store_true", help=HELP)
    asked = parser.parse_args()
    figures = {f"people_{count}": steps_per_second(count, asked.seconds) for count in (0, 10, asked.people)}
    for name, steps in figures.items():
        print(f"{name.replace('_', ' '):>12}: {steps:7.0f} steps of 0.1 s a CPU second")
    for physics in (2, 1):
        peer = navground_steps_per_second(asked.people, asked.seconds, physics)
        if peer is None:
            print("navground is not installed: no peer")
            break
        figures[f"navground_{physics}"] = peer
        print(f"   navground: {peer:7.0f}, with {asked.people} people and {physics} step(s) of physics in 0.1 s")
    if asked.json:
        print_json(figures)


if __name__ == "__main__":
    main()
