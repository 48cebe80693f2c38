"""One turn of the wheel, 20 times a second: sense, localise, track, listen, tick, navigate, limit, act."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from behaviours.claims import ConflictLog, Intent
from behaviours.context import Context, Snapshot
from behaviours.language.running import TreeRunner
from letan.events import (
    Found,
    SafetyFree,
    SafetyStop,
    SensorTrouble,
    Touched,
    TwoClaims,
    Understood,
    Unsure,
)
from letan.outputs import Outputs
from letan.part_guard import PartGuard, in_words
from navigation.docking import believable
from navigation.navigator import Navigator
from navigation.standstill import Standstill
from perception.attention import Attention, Audience
from perception.people import PeopleTracker
from perception.requests import Understander
from reception.desk import Desk
from robot.events import Record
from robot.gate import ObservationGate
from robot.ports import Clock, Ears, Music, Printer, Robot, Screen, Voice
from robot.safety import Safety
from robot.types import Command, Localization, Observation, Pose, Texts, Touch, Track, Understanding
from slam.temporary_map import TemporaryMap

PERIOD = 0.05  # s


class Locating(Protocol):
    """Says where the robot is, and what has moved there; `slam.localization.Localizer` does."""

    @property
    def temporary_map(self) -> TemporaryMap | None: ...

    def update(self, observation: Observation) -> Localization: ...


class HasStatus(Protocol):
    """Says what is wrong with it, "" when all is well."""

    def status(self) -> str: ...


@dataclass(frozen=True)
class Makers:
    """How parts are made anew after an error in them; the localizer from the last sure pose, or from none."""

    localizer: Callable[[Pose | None], Locating]
    tracker: Callable[[], PeopleTracker]
    navigator: Callable[[], Navigator]


@dataclass
class Parts:
    """Everything a robot is put together from; `letan.app` fills it."""

    robot: Robot
    clock: Clock
    gate: ObservationGate
    localizer: Locating
    tracker: PeopleTracker
    requests: Understander
    ears: Ears
    screen: Screen
    voice: Voice
    music: Music
    printer: Printer
    desk: Desk
    texts: Texts
    tree: TreeRunner
    navigator: Navigator
    safety: Safety
    dock: Pose
    makers: Makers
    record: Record

    @property
    def devices(self) -> dict[str, HasStatus]:
        """Those that say how they are, by name."""
        return {"printer": self.printer, "voice": self.voice, "ears": self.ears, "music": self.music}


@dataclass
class Loop:
    """Owns no global state and no policy: the last values of each part.

    Nothing leaves `turn`: an error in a part means zero speed in that turn, one event, and the part is made anew or
    left out; sense, safety and act need none of the others.
    """

    parts: Parts
    observation: Observation | None = None
    where: Localization | None = None
    people: tuple[Track, ...] = ()
    touches: list[Touch] = field(default_factory=list)
    turns: int = 0

    def __post_init__(self) -> None:
        p = self.parts
        needed: dict[str, Callable[[], None] | None] = {
            "loop": None,
            "tick": None,
            "robot": None,
            "safety": None,
            "desk": None,
            "localizer": self._remake_localizer,
            "tracker": self._remake_tracker,
            "navigator": self._remake_navigator,
            "tree": p.tree.restart,
        }
        self._guard = PartGuard(needed, p.record)
        self._outputs = Outputs(p.screen, p.voice, p.ears, p.music, p.record)
        self._attention = Attention()
        self._conflicts = ConflictLog()
        self._standstill = Standstill()
        self._held = ""
        self._troubles: tuple[str, ...] = ()
        self._due = p.clock.now()
        self._sensed = self._due  # when the last observation came, s

    def turn(self) -> None:
        """One period: everything of the design's loop, in its order."""
        p, guard = self.parts, self._guard
        guard.begin(p.clock.now())
        observation: Observation | None = None
        with guard.part("robot"):
            observation = p.gate.check(p.robot.sense())
            self._record_troubles()
        command = Command()
        with guard.part("loop"):
            if observation is not None:
                self.observation = observation
                self._sensed = guard.now
                command = self._turned(observation)
            elif self.observation is not None:  # who senses nothing still talks, and calls for help
                blind = replace(self.observation, stamp=self.observation.stamp + guard.now - self._sensed, scan=None)
                command = Command(lamp=self._turned(blind).lamp, hard=True)
        with guard.part("robot"):
            p.robot.act(command)
        self.turns += 1
        self._due = max(self._due + PERIOD, p.clock.now())
        p.clock.sleep_until(self._due)

    def _turned(self, observation: Observation) -> Command:
        """What the wheels are told, from an observation that can be used."""
        p, guard = self.parts, self._guard
        with guard.part("localizer"):
            self._locate(observation)
        where = self.where
        with guard.part("tracker"):
            if observation.scan is not None and where is not None:
                self.people = p.tracker.update(observation.scan, where.pose, p.localizer.temporary_map)
        if guard.may("screen"):
            with guard.part("screen"):
                self.touches.extend(p.screen.poll())
        self._attention.drives(observation.stamp, observation.odometry.linear)
        command = Command()
        if where is not None:
            if self.turns % 2 == 0:
                with guard.part("tick"):
                    self._tick(observation, where)
            with guard.part("navigator"):
                if observation.scan is not None:
                    p.navigator.see(observation.scan, where.pose)
                if observation.bumper:
                    p.navigator.bump(observation.stamp, where.pose, self.people, observation.bumper_zones)
                speeds = observation.odometry.linear, observation.odometry.angular
                command = p.navigator.step(observation.stamp, where, self.people, speeds)
        limited = Command()
        with guard.part("safety"):
            limited = self._limited(command, observation)
        return Command(lamp=limited.lamp, hard=True) if guard.has_failed else limited

    def use_texts(self, texts: Texts) -> None:
        """Speak and write in these words from now on."""
        self.parts.texts.update(texts)  # which the desk and the printer read
        self.parts.screen.use(texts)

    def _locate(self, observation: Observation) -> None:
        """Note when the robot loses itself and when it has found itself elsewhere."""
        before, where = self.where, self.parts.localizer.update(observation)
        if observation.charging:
            where = believable(self.parts.dock, where)
        pose = where.pose
        if not all(map(math.isfinite, (pose.x, pose.y, pose.theta))):
            raise ArithmeticError("a pose that is no number")
        self.where = where
        if before is not None and where.unsure and not before.unsure:
            self.parts.record(Unsure(round(where.health, 2)))
        if before is not None and where.jumps > before.jumps:
            self.parts.record(Found((round(pose.x, 2), round(pose.y, 2), round(math.degrees(pose.theta)))))

    def _remake_localizer(self) -> None:
        known = self.where is not None and not self.where.unsure
        self.parts.localizer = self.parts.makers.localizer(self.where.pose if known and self.where else None)

    def _remake_tracker(self) -> None:
        self.parts.tracker = self.parts.makers.tracker()
        self.people = ()

    def _remake_navigator(self) -> None:
        self.parts.navigator = self.parts.makers.navigator()

    def _record_troubles(self) -> None:
        """Say once what of the sensors' figures is kept out, and once that all is well again."""
        troubles = self.parts.gate.troubles
        if troubles != self._troubles:
            self._troubles = troubles
            self.parts.record(SensorTrouble(", ".join(troubles)))

    def _limited(self, command: Command, observation: Observation) -> Command:
        p = self.parts
        command = p.safety.limit(command, observation, self.where, self.people, p.navigator.is_docking)
        held = p.safety.stop
        if held != self._held:
            self._held = held
            p.record(SafetyStop(held) if held else SafetyFree())
        return command

    def _tick(self, observation: Observation, where: Localization) -> None:
        """10 Hz: what was touched and said, the tree, and its claims put into effect."""
        p, guard, now = self.parts, self._guard, observation.stamp
        touches, self.touches = tuple(self.touches), []
        heard = self._heard(touches)
        audience = self._attention.update(now, where.pose, self.people, bool(touches))
        with guard.part("desk"):
            p.desk.attend(now, audience.person, touches, heard, self.people)
            if p.desk.staff.may_move:
                p.safety.confirm(observation)
        intent = Intent()
        with guard.part("tree"):
            p.tree.tick(Context(self._snapshot(observation, where, audience, touches), intent, p.desk))
            for actuator, winner, loser in self._conflicts.note(intent):
                p.record(TwoClaims(actuator, winner, loser))
            p.navigator.drive(
                intent.wheels if p.screen.is_alive else None
            )  # who can't be told to stop had better stand
            self._apply(intent, where.pose, audience.person)

    def _heard(self, touches: tuple[Touch, ...]) -> list[Understanding]:
        """What was said, understood; touches and words are told to the log."""
        p, guard = self.parts, self._guard
        heard: list[Understanding] = []
        if guard.may("ears"):
            with guard.part("ears"):
                heard = [p.requests.understand(utterance.text) for utterance in p.ears.poll()]
        for touch in touches:
            is_key = touch.action == "key"  # of a code, or of what somebody types: nobody else's business
            p.record(Touched(touch.page, touch.action, "" if is_key else touch.value))
        for understood in heard:
            p.record(Understood(understood.accepted, tuple(name for name, _ in understood.ranked[:3])))
        return heard

    def _apply(self, intent: Intent, pose: Pose, person: Track | None) -> None:
        """Put the claims into effect, each output by itself."""
        guard, outputs, desk = self._guard, self._outputs, self.parts.desk
        effects: dict[str, Callable[[], None]] = {
            "voice": lambda: outputs.say(intent, desk.language),
            "ears": outputs.listen,
            "music": lambda: outputs.play(intent),
            "screen": lambda: outputs.show(intent, desk.language, desk.modes, pose, person),
        }
        for name, do in effects.items():
            if guard.may(name):
                with guard.part(name):
                    do()

    def _snapshot(
        self, observation: Observation, where: Localization, audience: Audience, touches: tuple[Touch, ...]
    ) -> Snapshot:
        p, person = self.parts, audience.person
        is_new = person is not None and not p.desk.is_dismissed(person, observation.stamp)
        return Snapshot(
            stamp=observation.stamp,
            wall=p.clock.wall(),
            where=where,
            battery=observation.battery,
            charging=observation.charging,
            docked=where.pose.distance(p.dock) < 0.12,
            emergency_stop=observation.emergency_stop,
            stopped=p.safety.stopped,
            held=_seconds_since(p.safety.stop_since, observation.stamp),
            blind=_seconds_since(p.safety.lidar.since, observation.stamp),
            touched=p.safety.stop == "touched",
            standstill=self._standstill.update(observation.stamp, where.pose, p.navigator.progress),
            tray_items=observation.tray_items,
            people=self.people,
            legs=p.navigator.near_legs(where.pose),
            person=person,
            came_up=audience.came_up and is_new,
            person_gone=audience.gone,
            touches=touches,
            progress=p.navigator.progress,
            spoken=self._outputs.spoken,
            visit=p.desk.visit,
            office_open=p.desk.is_open(),
            troubles={name: _trouble_of(part) for name, part in p.devices.items()},
        )


def _seconds_since(began: float | None, now: float) -> float:
    """How long something has been so, in s; 0 when it is not."""
    return 0.0 if began is None else max(0.0, now - began)


def _trouble_of(part: HasStatus) -> str:
    """What is wrong with a device, in words; "" when it is well."""
    try:
        return part.status()
    except Exception as error:
        return in_words(error)
