"""The one loop of every mapping run: observations from a log or a robot go into the map until they or we end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from letan.loop import PERIOD
from letan.stopping import listening
from robot.clock import RealClock
from robot.ports import Clock, Robot, SelfDriving
from robot.types import LetanError, Observation, Pose
from slam.map_builder import MapBuilder

OnObservation = Callable[[Observation, Pose], None]


def build(
    observations: Iterable[Observation], builder: MapBuilder, name: str, lookers: Sequence[OnObservation] = ()
) -> int:
    """Map all `observations`; the lookers hear of each with its pose in `map`. The number of the signal that cut them
    short, or 0.

    The first Ctrl-C lets the turn end, so that what was mapped is whole; a second one breaks off. LetanError for
    observations that make no map, with the `name` of where they come from; errors of their reader name it themselves.
    """
    with listening() as stop:
        for observation in observations:
            pose = _mapped(builder, observation, name)
            for look in lookers:
                look(observation, pose)
            if stop:
                break
        return stop.number


def _mapped(builder: MapBuilder, observation: Observation, name: str) -> Pose:
    try:
        return builder.update(observation)
    except LetanError as error:
        raise LetanError(f"{name}: {error}") from error


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
