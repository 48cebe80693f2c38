"""The one loop of every mapping run: observations from a log or a robot go into the map until they or we end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from letan.loop import PERIOD
from robot.clock import RealClock
from robot.ports import Clock, Robot, SelfDriving
from robot.types import Observation, Pose
from slam.map_builder import MapBuilder

OnObservation = Callable[[Observation, Pose], None]


def build(observations: Iterable[Observation], builder: MapBuilder, lookers: Sequence[OnObservation] = ()) -> bool:
    """Map all `observations`; the lookers hear of each with its pose in `map`. False when Ctrl-C cut them short.

    The first Ctrl-C lets the turn end, so that what was mapped is whole; a second one breaks off.
    """
    with _ctrl_c() as pressed:
        for observation in observations:
            pose = builder.update(observation)
            for look in lookers:
                look(observation, pose)
            if pressed.is_set():
                return False
    return True


def drive(robot: Robot, clock: Clock | None = None) -> Iterator[Observation]:
    """What a robot senses, 20 times a second, until it says that nothing more will come.

    One that drives itself keeps its own time; any other is pushed or steered by somebody.
    """
    clock = clock or RealClock()
    deadline = clock.now()
    paced = not isinstance(robot, SelfDriving)
    while True:
        try:
            observation = robot.sense()
        except EOFError:
            return
        yield observation
        if paced:
            deadline = max(deadline + PERIOD, clock.now())
            clock.sleep_until(deadline)


@contextmanager
def _ctrl_c() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; only the main thread can hear of it."""
    pressed = threading.Event()

    def on_press(_number: int, _frame: FrameType | None) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    if threading.current_thread() is not threading.main_thread():
        yield pressed
        return
    before = signal.signal(signal.SIGINT, on_press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
