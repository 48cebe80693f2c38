"""The bodies of people: where they want to walk, whom they avoid, and the two legs that a lidar sees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from navigation.costmap import Costmap
from robot.types import PERSON_RADIUS, FloatArray

RADIUS = PERSON_RADIUS
LEG = 0.06  # m, radius of a leg


@njit(cache=True)
def _push_of_bodies(i: int, state: FloatArray, robot: FloatArray) -> tuple[float, float]:
    """What the others and the robot push person `i` with (m/s^2): away, and a little to the right of each other."""
    ax = ay = 0.0
    count = state.shape[0]
    for j in range(count + 1):
        if j == i:
            continue
        if j < count:
            ox, oy, other = state[j, 0], state[j, 1], RADIUS
        else:
            ox, oy, other = robot[0], robot[1], robot[4]
        dx, dy = state[i, 0] - ox, state[i, 1] - oy
        away = math.hypot(dx, dy)
        if away > 1.6 or away < 1e-6:
            continue
        push = 2.2 * math.exp(-(away - RADIUS - other) / 0.18)
        side = 0.35 * push  # so that two don't block each other for ever
        ax += push * dx / away - side * dy / away
        ay += push * dy / away + side * dx / away
    return ax, ay


@njit(cache=True)
def _push_of_walls(
    x: float, y: float, distance: FloatArray, origin: FloatArray, resolution: float
) -> tuple[float, float]:
    """The walls' push (m/s^2), up the gradient of the distance to them."""
    col, row = int((x - origin[0]) / resolution), int((y - origin[1]) / resolution)
    rows, cols = distance.shape
    if not (1 <= row < rows - 1 and 1 <= col < cols - 1):
        return 0.0, 0.0
    wall = distance[row, col] - RADIUS
    if wall >= 0.5:
        return 0.0, 0.0
    push = 2.0 * math.exp(-wall / 0.12) / (2 * resolution)
    across = distance[row, col + 1] - distance[row, col - 1]
    along = distance[row + 1, col] - distance[row - 1, col]
    return push * across, push * along


@njit(cache=True)
def _forces(
    state: FloatArray,
    wish: FloatArray,
    moving: NDArray[np.bool_],
    robot: FloatArray,
    distance: FloatArray,
    origin: FloatArray,
    resolution: float,
    dt: float,
) -> None:
    """One step of social forces (Helbing and Molnar 1995), in place.

    `state`: (P, 4) x, y, vx, vy; `wish`: (P, 2) velocity wanted (m/s); `robot`: x, y, vx, vy, radius; walls push by
    the gradient of `distance` (m).
    """
    count = state.shape[0]
    for i in range(count):
        if not moving[i]:
            state[i, 2] = 0.0
            state[i, 3] = 0.0
            continue
        px, py = _push_of_bodies(i, state, robot)
        wx, wy = _push_of_walls(state[i, 0], state[i, 1], distance, origin, resolution)
        ax = (wish[i, 0] - state[i, 2]) / 0.4 + px + wx
        ay = (wish[i, 1] - state[i, 3]) / 0.4 + py + wy
        state[i, 2] += ax * dt
        state[i, 3] += ay * dt
        speed = math.hypot(state[i, 2], state[i, 3])
        if speed > 1.5:
            state[i, 2] *= 1.5 / speed
            state[i, 3] *= 1.5 / speed
        nx, ny = robot[0] - state[i, 0], robot[1] - state[i, 1]
        away = math.hypot(nx, ny)
        if away < RADIUS + robot[4] + 0.06:  # nobody walks into a robot that they see: they slide along it
            towards = (state[i, 2] * nx + state[i, 3] * ny) / max(away, 1e-6)
            if towards > 0.0:
                state[i, 2] -= towards * nx / away
                state[i, 3] -= towards * ny / away
        x, y = state[i, 0] + state[i, 2] * dt, state[i, 1] + state[i, 3] * dt
        state[i, 0], state[i, 1] = x, y


@dataclass
class Body:
    """One person's body: a slot in the crowd's arrays, a path to walk and a way to stand."""

    slot: int
    path: FloatArray | None = None
    speed: float = 1.0
    heading: float = 0.0
    sitting: bool = False
    phase: float = 0.0


class Crowd:
    """All bodies in the hall, moved together; `state` is (P, 4) x, y (m), vx, vy (m/s)."""

    def __init__(self, walls: Costmap) -> None:
        self.walls = walls
        self.bodies: list[Body] = []
        self.state: FloatArray = np.zeros((0, 4))

    def enter(self, x: float, y: float, speed: float) -> Body:
        """A new body at a place (m) that likes to walk at `speed` (m/s)."""
        body = Body(len(self.bodies), speed=speed)
        self.bodies.append(body)
        self.state = np.vstack([self.state, [[x, y, 0.0, 0.0]]])
        return body

    def leave(self, body: Body) -> None:
        """Take a body away; the slots behind it move up."""
        self.state = np.delete(self.state, body.slot, axis=0)
        self.bodies.remove(body)
        for other in self.bodies:
            if other.slot > body.slot:
                other.slot -= 1

    def place(self, body: Body) -> tuple[float, float]:
        """Where a body is (m)."""
        return float(self.state[body.slot, 0]), float(self.state[body.slot, 1])

    def put(self, body: Body, x: float, y: float, heading: float) -> None:
        """Set a body down, as on a seat."""
        self.state[body.slot] = (x, y, 0.0, 0.0)
        body.heading, body.path = heading, None

    def step(self, dt: float, robot: FloatArray) -> None:
        """Move everybody by `dt` seconds; `robot`: x, y, vx, vy, radius."""
        if not self.bodies:
            return
        wish = np.zeros((len(self.bodies), 2))
        moving = np.zeros(len(self.bodies), dtype=np.bool_)
        for body in self.bodies:
            moving[body.slot] = not body.sitting
            wish[body.slot] = self._wish(body)
        walls = self.walls
        _forces(self.state, wish, moving, robot, walls.static, np.array(walls.origin), walls.resolution, dt)
        for body in self.bodies:
            vx, vy = self.state[body.slot, 2], self.state[body.slot, 3]
            speed = math.hypot(vx, vy)
            if speed > 0.15:
                body.heading = math.atan2(vy, vx)
            body.phase += speed * dt * 2 * math.pi / 1.3  # a double step of 1.3 m

    def _wish(self, body: Body) -> tuple[float, float]:
        """The velocity along the path; waypoints are dropped as they are reached."""
        if body.path is None:
            return 0.0, 0.0
        x, y = self.place(body)
        while len(body.path) > 1 and math.hypot(body.path[0, 0] - x, body.path[0, 1] - y) < 0.45:
            body.path = body.path[1:]
        dx, dy = body.path[0, 0] - x, body.path[0, 1] - y
        away = math.hypot(dx, dy)
        if len(body.path) == 1 and away < 0.12:
            body.path = None
            return 0.0, 0.0
        speed = body.speed if len(body.path) > 1 else min(body.speed, away / 0.5)
        return speed * dx / max(away, 1e-6), speed * dy / max(away, 1e-6)

    def legs(self) -> FloatArray:
        """What a lidar at shin height sees of everybody: (2 P, 3) x, y, radius (m)."""
        discs = np.empty((2 * len(self.bodies), 3))
        for body in self.bodies:
            x, y = self.place(body)
            swing = 0.0 if body.sitting else 0.2 * math.sin(body.phase)
            ahead = 0.25 if body.sitting else 0.0  # a sitting person's shins are before the seat
            c, s = math.cos(body.heading), math.sin(body.heading)
            for k, side in ((0, 0.1), (1, -0.1)):
                along = ahead + (swing if k == 0 else -swing)
                discs[2 * body.slot + k] = (x + along * c - side * s, y + along * s + side * c, LEG)
        return discs
