"""The controller `orca`: reciprocal collision avoidance (van den Berg et al. 2011) by the package pyrvo, as a peer."""

from __future__ import annotations

import math

import numpy as np

from navigation.controller import PERIOD, Situation
from navigation.following import Point, ahead_on, is_open
from navigation.obstacles import Obstacles
from robot.model import RobotModel
from robot.types import PERSON_RADIUS, Command, FloatArray, LetanError, Pose, wrap

AHEAD = 1.1  # m on the path to the point that it would like to go to
NEIGHBOURS = 4.0  # m
MOST = 20  # neighbours that count
HORIZON = 3.0  # s for people
HORIZON_OF_WALLS = 1.0  # s
WALLS_WITHIN = 1.2  # m
HALF_WALL = 0.05  # m, half the side of the squares that walls are made of


class Orca:
    """Everybody is believed to give way by half; what stands is made of small squares."""

    def __init__(self, model: RobotModel, seed: int = 0) -> None:
        del seed  # nothing in it is left to chance
        try:
            import pyrvo
        except ImportError as error:
            raise LetanError("the controller orca needs the package pyrvo, which is not installed") from error
        self._make = pyrvo.RVOSimulator
        self.model = model

    def begin(self) -> None:
        """It remembers nothing."""

    def choose(self, situation: Situation) -> Command:
        """The velocity that is nearest to the wanted one and meets nobody, as a base can drive it that has to turn."""
        s, pose, reach = situation, situation.pose, self.model.radius
        simulator = self._make(PERIOD, NEIGHBOURS, MOST, HORIZON, HORIZON_OF_WALLS, reach, s.top_speed)
        ahead = pose.compose(Pose(s.speeds[0], 0.0, 0.0))
        me = simulator.add_agent((pose.x, pose.y))
        simulator.set_agent_velocity(me, (ahead.x - pose.x, ahead.y - pose.y))
        simulator.set_agent_pref_velocity(me, self._wanted(s))
        for x, y, vx, vy in s.people.tolist():
            person = simulator.add_agent((x, y))
            simulator.set_agent_radius(person, PERSON_RADIUS)
            simulator.set_agent_velocity(person, (vx, vy))
            simulator.set_agent_pref_velocity(person, (vx, vy))
        for x, y in walls_near(s.obstacles).tolist():
            corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
            simulator.add_obstacle([(x + HALF_WALL * dx, y + HALF_WALL * dy) for dx, dy in corners])
        simulator.process_obstacles()
        simulator.do_step()
        chosen = simulator.get_agent_velocity(me)
        speed, off = math.hypot(chosen.x, chosen.y), wrap(math.atan2(chosen.y, chosen.x) - pose.theta)
        if speed < 0.01:
            return Command()
        turn = max(-self.model.turn_speed, min(self.model.turn_speed, 2.0 * off))
        return Command(speed * max(0.0, math.cos(off)), turn)

    def _wanted(self, s: Situation) -> Point:
        """Along the path as fast as it may (m/s)."""

        def sees(pose: Pose, point: Point) -> bool:
            return is_open(pose, point, s.costmap.clearance, self.model.radius)

        _, target = ahead_on(s.path, s.pose, AHEAD, sees)
        dx, dy = target[0] - s.pose.x, target[1] - s.pose.y
        away = max(math.hypot(dx, dy), 1e-6)
        return s.top_speed * dx / away, s.top_speed * dy / away


def walls_near(obstacles: Obstacles) -> FloatArray:
    """Where something stands near the robot: (N, 2) m, one place a decimetre."""
    reach = int(WALLS_WITHIN / obstacles.resolution)
    first = max(0, obstacles.half - reach)
    near = obstacles.field[first : obstacles.half + reach + 1, first : obstacles.half + reach + 1]
    rows, cols = np.nonzero(near <= 0.5 * obstacles.resolution)
    places = np.column_stack((cols, rows)) + first - obstacles.half
    coarse = np.unique(places // 2, axis=0) * 2 + 0.5
    found: FloatArray = coarse * obstacles.resolution + np.array([obstacles.x, obstacles.y])
    return found
