"""How people walk: they look ahead and turn aside in time, follow at a distance, and are stopped by what is solid.

The anticipation velocity model (Xu, Chraibi, Seyfried 2021): the direction turns sideways from whoever will be near in
a second, the speed is what the free room ahead allows (Tordeux, Chraibi, Seyfried 2016).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray
from sim.person import KINDS, SHAPES, People, Person
from sim.reactions import react, sees_robot
from sim.solid import kept_out

SIGHT = 3.0  # m within which others matter
LOOK_AHEAD = 1.0  # s for which the others' motion is foreseen
EVADING = 3.0  # how much somebody ahead turns one's direction
EVADING_FADES = 0.15  # m
TIME_GAP = 0.66  # s that people keep to whom they follow
REACTION = 0.3  # s in which speed and direction follow the wish
NEGLIGIBLE = 6.0  # lengths over which something fades until it is not looked at
PUSH = 0.6  # m/s at which one who is touched gives way
PUSH_FADES = 0.12  # m
WALL_FADES = 0.12  # m
FAR_FROM_WALLS = 0.4  # m on the grid beyond which no segment can be near
UNTANGLING = 0.6  # m/s at which two who overlap get apart
SETTLING = 0.5  # m/s of somebody who sits down or gets up
ROBOT_AIR = 0.12  # m that people leave to the robot
FASTEST = 1.5  # m/s to which anybody is pushed who does not want to run
AT_POINT = 0.45  # m within which a point of the way is reached
THERE = 0.12  # m within which the last one is
FELT = 0.002  # m of air below which a touch is felt
TOUCHED = 20.0  # s that somebody minds the robot after they have touched it
STRIDES = np.array([SHAPES[kind].stride for kind in KINDS])


@njit(cache=True)
def _wish(person: Person, way: FloatArray) -> tuple[float, float]:
    """The velocity (m/s) along the way ((L, 2) m); points are dropped as they are reached."""
    if person.aside > 0.0 and person.aside_in <= 0.0:
        return person.aside_velocity[0], person.aside_velocity[1]
    if person.way >= person.way_end:
        return 0.0, 0.0
    x, y = person.state[0], person.state[1]
    last = person.way_end - 1
    while person.way < last and math.hypot(way[person.way, 0] - x, way[person.way, 1] - y) < AT_POINT:
        person.way += 1
    dx, dy = way[person.way, 0] - x, way[person.way, 1] - y
    away = math.hypot(dx, dy)
    if person.way == last and away < THERE:
        person.way = person.way_end
        return 0.0, 0.0
    speed = person.speed if person.way < last else min(person.speed, away / 0.5)
    return speed * dx / max(away, 1e-6), speed * dy / max(away, 1e-6)


@njit(cache=True)
def _gather(people: People, robot: FloatArray) -> FloatArray:
    """Everybody, and last the robot: (P + 1, 6) x, y, vx, vy, radius (m), speed (m/s)."""
    count = people.shape[0]
    bodies = np.empty((count + 1, 6))
    for i in range(count):
        person = people[i]
        bodies[i, 0], bodies[i, 1] = person.state[0], person.state[1]
        bodies[i, 2], bodies[i, 3] = person.state[2], person.state[3]
        bodies[i, 4] = person.radius
    bodies[count, :4] = robot[:4]
    bodies[count, 4] = robot[4] + ROBOT_AIR
    for i in range(count + 1):
        bodies[i, 5] = math.hypot(bodies[i, 2], bodies[i, 3])
    return bodies


@njit(cache=True)
def _find_near(i: int, others: int, bodies: FloatArray, near: NDArray[np.int64]) -> int:
    """Write which of the first `others` bodies are in sight of person `i` into `near`; returns how many."""
    count = 0
    x, y = bodies[i, 0], bodies[i, 1]
    for j in range(others):
        dx, dy = bodies[j, 0] - x, bodies[j, 1] - y
        if dx * dx + dy * dy < SIGHT * SIGHT and j != i:
            near[count] = j
            count += 1
    return count


@njit(cache=True)
def _direction(
    i: int, near: NDArray[np.int64], bodies: FloatArray, ex: float, ey: float, wall: tuple[float, float, float]
) -> tuple[float, float]:
    """Where person `i` turns who wants to go along the unit vector ex, ey."""
    x, y, vx, vy, radius = bodies[i, 0], bodies[i, 1], bodies[i, 2], bodies[i, 3], bodies[i, 4]
    tx, ty = ex, ey
    for j in near:
        dx, dy = bodies[j, 0] - x, bodies[j, 1] - y
        if ex * dx + ey * dy <= 0.0:
            continue
        away = max(math.hypot(dx, dy), 1e-6)
        rvx, rvy = bodies[j, 2] - vx, bodies[j, 3] - vy
        gap = away + min(0.0, (rvx * dx + rvy * dy) / away * LOOK_AHEAD) - radius - bodies[j, 4]
        if gap > NEGLIGIBLE * EVADING_FADES:
            continue
        along = (ex * bodies[j, 2] + ey * bodies[j, 3]) / bodies[j, 5] if bodies[j, 5] > 0.1 else 0.0
        turn = EVADING * (1.5 - 0.5 * along) * math.exp(-max(gap, 0.0) / EVADING_FADES)
        # to the side on which the other will not be; straight ahead: to the right
        lateral = ex * (dy + rvy * LOOK_AHEAD) - ey * (dx + rvx * LOOK_AHEAD)
        lateral = ex * dy - ey * dx if abs(lateral) < 0.02 else lateral
        side = -1.0 if lateral >= -0.02 else 1.0
        tx -= side * turn * ey
        ty += side * turn * ex
    beside = 1.5 * math.exp(-max(wall[2] - radius, 0.0) / WALL_FADES)
    tx += beside * wall[0]
    ty += beside * wall[1]
    length = max(math.hypot(tx, ty), 1e-9)
    return tx / length, ty / length


@njit(cache=True)
def _room(i: int, near: NDArray[np.int64], bodies: FloatArray, ex: float, ey: float) -> float:
    """How far (m) person `i` may go along the unit vector ex, ey before they meet the first body as it stands now."""
    room = SIGHT
    for j in near:
        dx, dy = bodies[j, 0] - bodies[i, 0], bodies[j, 1] - bodies[i, 1]
        along, across, both = ex * dx + ey * dy, ex * dy - ey * dx, bodies[i, 4] + bodies[j, 4]
        if along > 0.0 and abs(across) < both:
            room = min(room, along - math.sqrt(both * both - across * across))
    return max(room, 0.0)


@njit(cache=True)
def _push(i: int, near: NDArray[np.int64], bodies: FloatArray) -> tuple[float, float]:
    """The velocity (m/s) with which person `i` gives way to bodies that are, or will soon be, too near."""
    px = py = 0.0
    robot = bodies.shape[0] - 1
    for j in near:
        dx, dy = bodies[i, 0] - bodies[j, 0], bodies[i, 1] - bodies[j, 1]
        away = max(math.hypot(dx, dy), 1e-6)
        gap = away - bodies[i, 4] - bodies[j, 4]
        if j == robot:  # who sees the robot come steps back in time
            gap -= max(0.0, (bodies[j, 2] * dx + bodies[j, 3] * dy) / away) * LOOK_AHEAD
        if gap < NEGLIGIBLE * PUSH_FADES:
            push = PUSH * math.exp(-max(gap, -0.05) / PUSH_FADES)
            px += push * (dx - 0.3 * dy) / away
            py += push * (dy + 0.3 * dx) / away
    return px, py


@njit(cache=True)
def _wall(
    x: float, y: float, distance: FloatArray, origin: FloatArray, resolution: float
) -> tuple[float, float, float]:
    """The direction away from the nearest wall, and the distance (m) to it, on a grid of `distance` (m)."""
    col, row = int((x - origin[0]) / resolution), int((y - origin[1]) / resolution)
    rows, cols = distance.shape
    if not (1 <= row < rows - 1 and 1 <= col < cols - 1):
        return 0.0, 0.0, 0.0
    across = (distance[row, col + 1] - distance[row, col - 1]) / (2.0 * resolution)
    along = (distance[row + 1, col] - distance[row - 1, col]) / (2.0 * resolution)
    return across, along, float(distance[row, col])


@njit(cache=True)
def _to_seat(person: Person, dt: float) -> tuple[float, float]:
    """The velocity (m/s) of somebody who sits, or is about to sit down or to get up."""
    if not person.settling:
        return 0.0, 0.0
    dx, dy = person.seat[0] - person.state[0], person.seat[1] - person.state[1]
    away = max(math.hypot(dx, dy), 1e-9)
    speed = min(SETTLING, away / dt)
    return speed * dx / away, speed * dy / away


@njit(cache=True)
def _want(
    people: People,
    ways: FloatArray,
    robot: FloatArray,
    distance: FloatArray,
    origin: FloatArray,
    resolution: float,
    dt: float,
) -> None:
    """The velocity with which everybody would go on, in `came`."""
    bodies = _gather(people, robot)
    sight = np.empty(people.shape[0] + 1, dtype=np.int64)
    for i in range(people.shape[0]):
        person = people[i]
        if person.sitting or person.settling:
            person.came[0], person.came[1] = _to_seat(person, dt)
            continue
        minds = sees_robot(person, robot)
        wx, wy = _wish(person, ways[i])
        wx, wy, others = react(person, robot, minds, wx, wy, people.shape[0], dt)
        near = sight[: _find_near(i, others, bodies, sight)]
        speed = math.hypot(wx, wy)
        if speed > 1e-3:
            wall = _wall(person.state[0], person.state[1], distance, origin, resolution)
            ex, ey = _direction(i, near, bodies, wx / speed, wy / speed, wall)
            allowed = min(speed, _room(i, near, bodies, ex, ey) / TIME_GAP)
            wx, wy = allowed * ex, allowed * ey
        px, py = _push(i, near, bodies)
        share = min(1.0, dt / REACTION)
        vx = person.state[2] + share * (wx + px - person.state[2])
        vy = person.state[3] + share * (wy + py - person.state[3])
        most, fast = max(FASTEST, speed), math.hypot(vx, vy)
        if fast > most:
            vx, vy = vx * most / fast, vy * most / fast
        person.came[0], person.came[1] = vx, vy


@njit(cache=True)
def _go(
    people: People,
    robot: FloatArray,
    distance: FloatArray,
    origin: FloatArray,
    resolution: float,
    segments: FloatArray,
    dt: float,
) -> None:
    """Move everybody by the velocity in `came`, as far as other bodies, the robot and walls let them."""
    for i in range(people.shape[0]):
        person = people[i]
        person.state[2], person.state[3] = person.came[0], person.came[1]
        if person.sitting:
            continue
        x, y = person.state[0] + person.came[0] * dt, person.state[1] + person.came[1] * dt
        if person.settling:  # past knees and along the bench, but not into the robot
            person.state[0], person.state[1] = _stopped_by_robot(person, robot, x, y)
            person.settling = math.hypot(x - person.seat[0], y - person.seat[1]) > 1e-3
            person.sitting = person.sits and not person.settling
            continue
        for j in range(people.shape[0]):
            ox, oy, both = people[j].state[0], people[j].state[1], person.radius + people[j].radius
            dx, dy = x - ox, y - oy
            if j == i or dx * dx + dy * dy >= both * both:
                continue
            # who was set down into another gets out by and by
            both = min(both, math.hypot(person.state[0] - ox, person.state[1] - oy) + UNTANGLING * dt)
            away = max(math.hypot(dx, dy), 1e-6)
            back = max(0.0, both - away)
            x, y = x + back * dx / away, y + back * dy / away
        x, y = _stopped_by_robot(person, robot, x, y)
        if _wall(x, y, distance, origin, resolution)[2] > person.radius + FAR_FROM_WALLS:
            person.state[0], person.state[1] = x, y
            continue
        person.state[0], person.state[1] = kept_out(person.state[0], person.state[1], x, y, person.radius, segments)


@njit(cache=True)
def _stopped_by_robot(person: Person, robot: FloatArray, x: float, y: float) -> tuple[float, float]:
    """Where somebody ends up who wants to x, y (m): not in the robot; who touches it knows."""
    dx, dy = x - robot[0], y - robot[1]
    away, both = math.hypot(dx, dy), person.radius + robot[4]
    if not 1e-6 < away < both + FELT:
        return x, y
    person.noticed = TOUCHED
    towards = -(person.state[2] * dx + person.state[3] * dy) / away
    if towards > 0.0:
        person.state[2] += towards * dx / away
        person.state[3] += towards * dy / away
    back = max(0.0, both - away)
    return x + back * dx / away, y + back * dy / away


@njit(cache=True)
def walk(
    people: People,
    ways: FloatArray,
    robot: FloatArray,
    distance: FloatArray,
    origin: FloatArray,
    resolution: float,
    segments: FloatArray,
    strides: FloatArray,
    dt: float,
) -> None:
    """Everybody's next `dt` seconds, in place.

    `ways`: (P, L, 2) points to walk to; `robot`: x, y, vx, vy, radius, heading; `distance`: (rows, cols) m to the
    nearest wall, from `origin` (m) in cells of `resolution` (m); `segments`: (S, 4) what is solid.
    """
    _want(people, ways, robot, distance, origin, resolution, dt)
    _go(people, robot, distance, origin, resolution, segments, dt)
    for i in range(people.shape[0]):
        person = people[i]
        person.noticed = max(0.0, person.noticed - dt)
        person.calm = max(0.0, person.calm - dt)
        if person.aside_in > 0.0:
            person.aside_in = max(0.0, person.aside_in - dt)
        else:
            person.aside = max(0.0, person.aside - dt)
        speed = math.hypot(person.state[2], person.state[3])
        person.phase += speed * dt * 2.0 * math.pi / strides[person.kind]
        if speed > 0.15 and person.way < person.way_end:  # who only steps back goes on looking where they looked
            person.heading = math.atan2(person.state[3], person.state[2])
