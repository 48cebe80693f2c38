"""What a robot tells its office of itself: put together from the loop, sent by a worker, the newest only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from centre.robot_status import MOST_PEOPLE, MOST_POINTS, RobotStatus
from letan.loop import Loop
from letan.office_client import OfficeClient
from navigation.goals import Goal
from robot.types import FloatArray, LetanError

ROBOT = "robot-1"
LEAST = 0.5  # s of real time between two messages
WORDS = 200  # letters of a trouble that are told


def status_of(loop: Loop, robot: str, page: str) -> RobotStatus | None:
    """How a robot is just now; `page` is what its screen shows. None before it has sensed anything."""
    p, observation, where = loop.parts, loop.observation, loop.where
    if observation is None:
        return None
    progress = p.navigator.progress
    goal = progress.goal.pose if isinstance(progress.goal, Goal) else None
    visit = p.desk.visit
    guest = next((t for t in loop.people if visit is not None and t.id == visit.person), None)
    return RobotStatus(
        robot=robot,
        stamp=p.clock.wall().astimezone(),
        pose=None if where is None else (round(where.pose.x, 2), round(where.pose.y, 2), round(where.pose.theta, 3)),
        is_unsure=where is None or where.unsure,
        health=0.0 if where is None else min(max(round(where.health, 2), 0.0), 1.0),
        linear=round(observation.odometry.linear, 2),
        angular=round(observation.odometry.angular, 2),
        battery=min(max(round(observation.battery, 3), 0.0), 1.0),
        charging=observation.charging,
        emergency_stop=observation.emergency_stop,
        held=p.safety.stop,
        needs_help=progress.reason[:WORDS] if progress.needs_help else "",
        page=page,
        order=p.desk.staff.order,
        goal=(round(goal.x, 2), round(goal.y, 2)) if goal else None,
        way=_thinned(p.navigator.path),
        people=tuple((round(t.x, 2), round(t.y, 2)) for t in loop.people[:MOST_PEOPLE]),
        guest=(round(guest.x, 2), round(guest.y, 2)) if guest else None,
        tray_items=observation.tray_items,
        devices={name: device.status()[:WORDS] for name, device in p.devices.items()},
    )


def _thinned(path: FloatArray) -> tuple[tuple[float, float], ...]:
    """A path of at most MOST_POINTS points, its end among them."""
    step = max(1, -(-len(path) // (MOST_POINTS - 1)))
    points = [*path[::step], *path[-1:]]
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)


class StatusSender:
    """Sends the newest status, twice a second at most; whoever gives one never waits, and an office away misses it."""

    def __init__(self, client: OfficeClient, every: float = LEAST) -> None:
        self._client = client
        self._every = every
        self._newest: RobotStatus | None = None
        self._there = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._send, name="status", daemon=True)
        self._thread.start()

    @property
    def wants_one(self) -> bool:
        """Whether the last one has gone, so that putting the next together is worth while."""
        return not self._there.is_set()

    def offer(self, status: RobotStatus) -> None:
        """The newest status."""
        self._newest = status
        self._there.set()

    def close(self) -> None:
        """No more."""
        self._over.set()
        self._there.set()
        self._thread.join(5)

    def _send(self) -> None:
        while self._there.wait() and not self._over.is_set():
            status = self._newest
            if status is not None:
                with suppress(LetanError):  # the next one will be newer
                    self._client.post(f"robots/{status.robot}", status.model_dump(mode="json"))
            self._over.wait(self._every)
            self._there.clear()


def reporting(loop: Loop, sender: StatusSender, page: Callable[[], str], robot: str = ROBOT) -> Callable[[], None]:
    """What is to be called now and then, from the loop's own thread."""

    def report() -> None:
        if sender.wants_one:
            status = status_of(loop, robot, page())
            if status is not None:
                sender.offer(status)

    return report
