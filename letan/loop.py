"""One turn of the wheel, 20 times a second: sense, localise, track, listen, tick, navigate, limit, act."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

from behaviours.claims import ConflictLog, Intent, PageClaim
from behaviours.context import Context, Snapshot, Spoken
from behaviours.language.running import TreeRunner
from letan.events import Found, PageShown, SafetyFree, SafetyStop, Touched, TwoClaims, Understood, Unsure
from navigation.navigator import Navigator
from perception.people import PeopleTracker
from perception.requests import Understander
from reception.desk import Desk
from robot.events import Record
from robot.ports import Clock, Ears, Job, Music, Printer, Robot, Screen, Voice
from robot.safety import Safety
from robot.types import Command, Localization, Observation, Pose, ScreenState, Texts, Touch, Track

PERIOD = 0.05  # s
STEP_UP = 1.5  # s by which somebody may have stopped before the robot did
NEAR, FRONT = 1.35, math.radians(55)  # m and rad within which a standing person is in front of the screen


class Locating(Protocol):
    """Says where the robot is; `slam.localization.Localizer` does."""

    def update(self, observation: Observation) -> Localization: ...


class HasStatus(Protocol):
    """Says what is wrong with it, "" when all is well."""

    def status(self) -> str: ...


@dataclass
class Parts:
    """Everything a robot is put together from; `letan.app` fills it."""

    robot: Robot
    clock: Clock
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
    record: Record

    @property
    def devices(self) -> dict[str, HasStatus]:
        """Those that say how they are, by name."""
        return {"printer": self.printer, "voice": self.voice, "ears": self.ears, "music": self.music}


@dataclass
class Loop:
    """Owns no global state: the last values of each part, and the outputs that are held until the next claim."""

    parts: Parts
    observation: Observation | None = None
    where: Localization | None = None
    people: tuple[Track, ...] = ()
    touches: list[Touch] = field(default_factory=list)
    turns: int = 0
    _speech: Job | None = None
    _speech_key: str = ""
    _page: tuple[PageClaim | None, str, object] = (None, "", None)
    _serial: int = 0
    _gaze: float = 0.0
    _conflicts: ConflictLog = field(default_factory=ConflictLog)
    _held: str = ""
    _moved: float = 0.0

    def turn(self) -> None:
        """One period: everything of the design's loop, in its order."""
        p = self.parts
        self.observation = observation = p.robot.sense()
        before, self.where = self.where, p.localizer.update(observation)
        self._record_place(before, self.where)
        if observation.scan is not None:
            p.navigator.see(observation.scan, self.where.pose)
            self.people = p.tracker.update(observation.scan, self.where.pose)
        self.touches.extend(p.screen.poll())
        if abs(observation.odometry.linear) > 0.02:
            self._moved = observation.stamp
        if self.turns % 2 == 0:
            self._tick(observation, self.where)
        speeds = observation.odometry.linear, observation.odometry.angular
        command = p.navigator.step(observation.stamp, self.where, self.people, speeds)
        p.robot.act(self._limited(command, observation))
        self.turns += 1
        p.clock.sleep_until(observation.stamp + PERIOD)

    def use_texts(self, texts: Texts) -> None:
        """Speak and write in these words from now on."""
        self.parts.texts.update(texts)  # which the desk and the printer read
        self.parts.screen.use(texts)

    def _record_place(self, before: Localization | None, where: Localization) -> None:
        """Note when the robot loses itself and when it has found itself elsewhere."""
        if before is not None and where.unsure and not before.unsure:
            self.parts.record(Unsure(round(where.health, 2)))
        if before is not None and where.jumps > before.jumps:
            pose = where.pose
            self.parts.record(Found((round(pose.x, 2), round(pose.y, 2), round(math.degrees(pose.theta)))))

    def _limited(self, command: Command, observation: Observation) -> Command:
        p = self.parts
        command = p.safety.limit(command, observation, self.where, self.people, p.navigator.is_docking)
        held = p.safety.reason if p.safety.reason not in ("", "people ahead", "obstacle") else ""
        if held != self._held:
            self._held = held
            p.record(SafetyStop(held) if held else SafetyFree())
        return command

    def _tick(self, observation: Observation, where: Localization) -> None:
        """10 Hz: what was touched and said, the tree, and its claims put into effect."""
        p, intent = self.parts, Intent()
        touches, self.touches = tuple(self.touches), []
        for touch in touches:
            is_key = touch.action == "key"  # of a code, or of what somebody types: nobody else's business
            p.record(Touched(touch.page, touch.action, "" if is_key else touch.value))
        heard = [p.requests.understand(utterance.text) for utterance in p.ears.poll()]
        for understood in heard:
            p.record(Understood(understood.accepted, tuple(name for name, _ in understood.ranked[:3])))
        person = self._before_screen(where)
        p.desk.attend(observation.stamp, person, touches, heard, self.people)
        world = self._world(observation, where, person, touches)
        if p.desk.staff.may_move:
            p.safety.confirm(observation)
        p.tree.tick(Context(world, intent, p.desk))
        for actuator, winner, loser in self._conflicts.note(intent):
            p.record(TwoClaims(actuator, winner, loser))
        self._apply(intent, person)

    def _world(
        self, observation: Observation, where: Localization, person: Track | None, touches: tuple[Touch, ...]
    ) -> Snapshot:
        p = self.parts
        return Snapshot(
            stamp=observation.stamp,
            wall=p.clock.wall(),
            where=where,
            battery=observation.battery,
            charging=observation.charging,
            docked=where.pose.distance(p.dock) < 0.12,
            emergency_stop=observation.emergency_stop,
            stopped=p.safety.stopped,
            tray_items=observation.tray_items,
            people=self.people,
            person=person,
            came_up=self._came_up(person, observation.stamp),
            touches=touches,
            progress=p.navigator.progress,
            spoken=Spoken(self._speech_key, self._speech.outcome if self._speech is not None else None),
            visit=p.desk.visit,
            office_open=p.desk.is_open(),
            troubles={name: part.status() for name, part in p.devices.items()},
        )

    def _before_screen(self, where: Localization) -> Track | None:
        """The nearest person who stands within reach of the screen."""
        best: Track | None = None
        least = NEAR
        for person in self.people:
            local = where.pose.between(Pose(person.x, person.y, 0.0))
            away = math.hypot(local.x, local.y)
            if away < least and abs(math.atan2(local.y, local.x)) < FRONT and person.speed < 0.6:
                best, least = person, away
        return best

    def _came_up(self, person: Track | None, now: float) -> bool:
        """Whether a person stopped before the screen after the robot had: it did not drive up to them itself."""
        if person is None or person.still < 0.4 or self.parts.desk.is_dismissed(person, now):
            return False
        return person.still < now - self._moved + STEP_UP

    def _apply(self, intent: Intent, person: Track | None) -> None:
        """The same claim goes on, a new one replaces, no claim stops."""
        p = self.parts
        p.navigator.drive(intent.wheels if p.screen.is_alive else None)  # who can't be told to stop had better stand
        self._say(intent)
        p.ears.listen(self._speech is None or self._speech.outcome is not None)  # it would hear itself
        if intent.music:
            p.music.play()
        else:
            p.music.stop()
        self._show(intent.page, person)

    def _say(self, intent: Intent) -> None:
        key = intent.speech.key if intent.speech else ""
        if key == self._speech_key:
            return
        if self._speech is not None and self._speech.outcome is None:
            self._speech.cancel()
        self._speech_key, self._speech = key, None
        if intent.speech is not None:
            self._speech = self.parts.voice.say(intent.speech.text, self.parts.desk.language)

    def _show(self, claim: PageClaim | None, person: Track | None) -> None:
        """A new state only when something changed, so that the pipe to the screen stays quiet."""
        p, where = self.parts, self.where
        assert where is not None
        gaze = 0.0
        if person is not None:
            local = where.pose.between(Pose(person.x, person.y, 0.0))
            gaze = round(max(-1.0, min(1.0, math.atan2(local.y, local.x))), 1)
        state = (claim, p.desk.language, p.desk.modes)
        if claim is None or (state == self._page and gaze == self._gaze):
            return
        if self._page[0] is None or claim.page != self._page[0].page:
            p.record(PageShown(claim.page))
        self._page, self._gaze = state, gaze
        self._serial += 1
        p.screen.show(
            ScreenState(claim.page, claim.content, p.desk.language, claim.expression, gaze, p.desk.modes, self._serial)
        )
