"""The one loop of every mapping run: observations from a log or a robot go into the map until they or we end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence

from letan.loop import PERIOD
from letan.part_guard import in_words
from letan.stopping import listening
from robot.clock import RealClock
from robot.gate import ObservationGate
from robot.ports import Clock, Robot, SelfDriving
from robot.types import LetanError, Observation, Pose
from slam.map_builder import MapBuilder

log = logging.getLogger("letan.map")
GIVE_UP = 40  # times in a row that a driver may raise
OnObservation = Callable[[Observation, Pose], None]


def build(
    observations: Iterable[Observation | None], builder: MapBuilder, name: str, lookers: Sequence[OnObservation] = ()
) -> int:
    """Map all `observations`; the lookers hear of each with its pose in `map`. The number of the signal that cut them
    short, or 0.

    The first Ctrl-C lets the turn end, so that what was mapped is whole; a second one breaks off. LetanError for
    observations that make no map, with the `name` of where they come from; errors of their reader name it themselves.
    """
    with listening() as stop:
        for observation in observations:
            if observation is not None:
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


def drive(robot: Robot, gate: ObservationGate, clock: Clock | None = None) -> Iterator[Observation | None]:
    """What a robot senses and `gate` lets through, 20 times a second, until it says that nothing more will come.

    None stands for a turn in which nothing could be used. One that drives itself keeps its own time; any other is
    pushed or steered by somebody. A driver that raises again and again ends the drive with a word; what was mapped is
    kept.
    """
    clock = clock or RealClock()
    failures = 0
    deadline = clock.now()
    paced = not isinstance(robot, SelfDriving)
    while True:
        observation: Observation | None = None
        try:
            observation = gate.check(robot.sense())
            failures = 0
        except EOFError:
            return
        except LetanError:
            raise
        except Exception as error:
            failures += 1
            if failures == GIVE_UP:
                log.warning("the drive ends here, the robot tells nothing more: %s", in_words(error))
                return
        yield observation
        if paced:
            deadline = max(deadline + PERIOD, clock.now())
            clock.sleep_until(deadline)
