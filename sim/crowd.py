"""The bodies of people: where they want to walk, whom they avoid, and the two legs that a lidar sees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from navigation.costmap import Costmap
from robot.types import FloatArray, Pose
from sim.solid import kept_out

RADIUS = 0.22  # m, of a person's body
LEG = 0.06  # m, radius of a leg
FASTEST = 1.5  # m/s to which anybody is pushed who does not want to run
BEHIND = -0.3  # cosine to the heading beyond which something is behind somebody's back
TOUCHED = 5.0  # s that somebody minds the robot after they have touched it
REMEMBERS = 2.0  # s that somebody minds the robot after they have seen it
FELT = 0.002  # m of air below which a touch is felt
HEARS = 1.6  # m within which somebody who is asked feels meant
WILLING = 0.8  # share of those who step aside when they are asked
ASIDE = 0.6  # m/s of somebody who steps aside


@njit(cache=True)
def _push_of_bodies(i: int, state: FloatArray, robot: FloatArray, sees: bool) -> tuple[float, float]:
    """What the others push person `i` with (m/s^2): away, and a little to the right of each other.

    The robot pushes whoever sees it.
    """
    ax = ay = 0.0
    count = state.shape[0]
    for j in range(count + 1 if sees else count):
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
    sees: NDArray[np.bool_],
    robot: FloatArray,
    distance: FloatArray,
    origin: FloatArray,
    resolution: float,
    dt: float,
) -> None:
    """New velocities by social forces (Helbing and Molnar 1995), in place.

    `state`: (P, 4) x, y, vx, vy; `wish`: (P, 2) velocity wanted (m/s); `robot`: x, y, vx, vy, radius; walls push by
    the gradient of `distance` (m). Whoever sees the robot does not walk into it: they slide along it.
    """
    count = state.shape[0]
    for i in range(count):
        if not moving[i]:
            state[i, 2] = 0.0
            state[i, 3] = 0.0
            continue
        px, py = _push_of_bodies(i, state, robot, sees[i])
        wx, wy = _push_of_walls(state[i, 0], state[i, 1], distance, origin, resolution)
        state[i, 2] += ((wish[i, 0] - state[i, 2]) / 0.4 + px + wx) * dt
        state[i, 3] += ((wish[i, 1] - state[i, 3]) / 0.4 + py + wy) * dt
        speed = math.hypot(state[i, 2], state[i, 3])
        most = max(FASTEST, math.hypot(wish[i, 0], wish[i, 1]))
        if speed > most:
            state[i, 2] *= most / speed
            state[i, 3] *= most / speed
        if sees[i]:
            _stop_towards(state, i, robot, 0.06)


@njit(cache=True)
def _stop_towards(state: FloatArray, i: int, robot: FloatArray, air: float) -> None:
    """Take away what of a person's velocity leads into the robot when there is less than `air` (m) between them."""
    nx, ny = robot[0] - state[i, 0], robot[1] - state[i, 1]
    away = math.hypot(nx, ny)
    if 1e-6 < away < RADIUS + robot[4] + air:
        towards = (state[i, 2] * nx + state[i, 3] * ny) / away
        if towards > 0.0:
            state[i, 2] -= towards * nx / away
            state[i, 3] -= towards * ny / away


@njit(cache=True)
def _move(
    state: FloatArray,
    moving: NDArray[np.bool_],
    robot: FloatArray,
    segments: FloatArray,
    dt: float,
    came: FloatArray,
    touched: NDArray[np.bool_],
) -> None:
    """Move everybody by their velocity, as far as other bodies, the robot and walls let them, in place.

    `came`: (P, 2) the velocity (m/s) with which they came, before anything stopped them; `touched`: who ran into the
    robot, or was hit by it.
    """
    count = state.shape[0]
    for i in range(count):
        came[i, 0], came[i, 1] = state[i, 2], state[i, 3]
        touched[i] = False
        if not moving[i]:
            continue
        x, y = state[i, 0] + state[i, 2] * dt, state[i, 1] + state[i, 3] * dt
        for j in range(count):
            if j != i:
                dx, dy = x - state[j, 0], y - state[j, 1]
                away = math.hypot(dx, dy)
                if 1e-6 < away < 2.0 * RADIUS:
                    back = min(2.0 * RADIUS - away, 0.5 * RADIUS)  # who was set down into another gets out by and by
                    x, y = x + back * dx / away, y + back * dy / away
        dx, dy = x - robot[0], y - robot[1]
        away = math.hypot(dx, dy)
        if 1e-6 < away < RADIUS + robot[4] + FELT:
            back = max(0.0, RADIUS + robot[4] - away)
            x, y = x + back * dx / away, y + back * dy / away
            _stop_towards(state, i, robot, 0.01)
            touched[i] = True
        state[i, 0], state[i, 1] = kept_out(state[i, 0], state[i, 1], x, y, RADIUS, segments)


@dataclass
class Body:
    """One person's body: a slot in the crowd's arrays, a path to walk and a way to stand."""

    slot: int
    serial: int
    path: FloatArray | None = None
    speed: float = 1.0
    heading: float = 0.0
    sitting: bool = False
    phase: float = 0.0
    attentive: bool = True  # False: looks at a telephone, and learns of the robot by touching it
    noticed: float = 0.0  # s that somebody who saw or touched the robot still minds it
    aside_in: float = 0.0  # s until somebody who was asked begins to step aside
    aside: float = 0.0  # s that they still step aside
    aside_velocity: tuple[float, float] = (0.0, 0.0)


class Crowd:
    """All bodies in the hall, moved together; `state` is (P, 4) x, y (m), vx, vy (m/s).

    `segments` ((S, 4) m) are solid; `walls` are what people plan their ways round and keep off.
    """

    def __init__(self, walls: Costmap, segments: FloatArray) -> None:
        self.walls = walls
        self.segments = segments
        self.bodies: list[Body] = []
        self.state: FloatArray = np.zeros((0, 4))
        self.came: FloatArray = np.zeros((0, 2))  # (P, 2) m/s, before anything stopped them in the last step
        self._entered = 0

    def enter(self, x: float, y: float, speed: float, attentive: bool = True) -> Body:
        """A new body at a place (m) that likes to walk at `speed` (m/s); who is not attentive sees no robot."""
        body = Body(len(self.bodies), self._entered, speed=speed, attentive=attentive)
        self._entered += 1
        self.bodies.append(body)
        self.state = np.vstack([self.state, [[x, y, 0.0, 0.0]]])
        self.came = np.vstack([self.came, [[0.0, 0.0]]])
        return body

    def leave(self, body: Body) -> None:
        """Take a body away; the slots behind it move up."""
        self.state = np.delete(self.state, body.slot, axis=0)
        self.came = np.delete(self.came, body.slot, axis=0)
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

    @property
    def discs(self) -> FloatArray:
        """The solid bodies: (P, 3) x, y, radius (m)."""
        return np.column_stack([self.state[:, :2], np.full(len(self.bodies), RADIUS)])

    def step(self, dt: float, robot: FloatArray) -> None:
        """Move everybody by `dt` seconds; `robot`: x, y, vx, vy, radius."""
        if not self.bodies:
            return
        count = len(self.bodies)
        wish = np.zeros((count, 2))
        moving = np.zeros(count, dtype=np.bool_)
        sees = np.zeros(count, dtype=np.bool_)
        touched = np.zeros(count, dtype=np.bool_)
        for body in self.bodies:
            moving[body.slot] = not body.sitting
            sees[body.slot] = self._sees(body, robot)
            wish[body.slot] = self._wish(body)
        walls = self.walls
        _forces(self.state, wish, moving, sees, robot, walls.static, np.array(walls.origin), walls.resolution, dt)
        _move(self.state, moving, robot, self.segments, dt, self.came, touched)
        for body in self.bodies:
            self._live(body, dt, bool(touched[body.slot]))

    def _live(self, body: Body, dt: float, touched: bool) -> None:
        """The clocks of one body, and where it faces."""
        body.noticed = TOUCHED if touched else max(0.0, body.noticed - dt)
        if body.aside_in > 0.0:
            body.aside_in = max(0.0, body.aside_in - dt)
        else:
            body.aside = max(0.0, body.aside - dt)
        vx, vy = self.state[body.slot, 2], self.state[body.slot, 3]
        speed = math.hypot(vx, vy)
        if speed > 0.15:
            body.heading = math.atan2(vy, vx)
        body.phase += speed * dt * 2 * math.pi / 1.3  # a double step of 1.3 m

    def _sees(self, body: Body, robot: FloatArray) -> bool:
        """Whether somebody minds the robot: it is not behind them, or just was not, or they have touched it."""
        if (body.aside > 0.0 and body.aside_in <= 0.0) or body.noticed > 0.0:
            return True
        dx, dy = robot[0] - self.state[body.slot, 0], robot[1] - self.state[body.slot, 1]
        ahead = dx * math.cos(body.heading) + dy * math.sin(body.heading)
        if not body.attentive or ahead <= BEHIND * math.hypot(dx, dy):
            return False
        body.noticed = REMEMBERS
        return True

    def ask(self, pose: Pose, rng: np.random.Generator) -> int:
        """The robot at `pose` asks to be let past: most of those before it step aside, each after a moment.

        Returns how many will.
        """
        c, s = math.cos(pose.theta), math.sin(pose.theta)
        willing = 0
        for body in self.bodies:
            dx, dy = self.state[body.slot, 0] - pose.x, self.state[body.slot, 1] - pose.y
            along, across = c * dx + s * dy, c * dy - s * dx
            before = math.hypot(dx, dy) < HEARS and along > 0.5 * abs(across)
            if before and not body.sitting and not body.aside and rng.random() < WILLING:
                side = ASIDE if across >= 0.0 else -ASIDE
                body.aside_in = float(rng.uniform(0.4, 1.2))
                body.aside = 1.5
                body.aside_velocity = -s * side, c * side
                willing += 1
        return willing

    def _wish(self, body: Body) -> tuple[float, float]:
        """The velocity along the path; waypoints are dropped as they are reached."""
        if body.aside > 0.0 and body.aside_in <= 0.0:
            return body.aside_velocity
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
