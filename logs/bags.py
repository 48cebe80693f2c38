"""Reads drives from ROS bags: laser scans, odometry and where the lidar sits become observations."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from logs.bag_decoding import Recorded
from logs.bag_files import BagFile, open_bag
from logs.frames import Frames, Mounting, is_odom, planar
from logs.merging import Merger
from logs.ros_messages import ODOMETRY, SCAN, TRANSFORMS, base_of, frame_of, links_of, odometry_of, scan_of
from robot.types import IDENTITY, LetanError, Observation, Odometry, Pose

BASES = ("base_footprint", "base_link", "base")  # REP 105 and 120


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics to read; those not named are chosen: the only one of its type, else the one with most messages.

    `odometry` may name a topic of nav_msgs/Odometry or of tf.
    """

    scan: str | None = None
    odometry: str | None = None


@dataclass(slots=True)
class _Plan:
    """What is read from a bag. `base` is the frame that odometry moves, `by_tf` whether tf tells of it."""

    scan: str
    odometry: str | None
    by_tf: bool
    base: str = ""
    mounting: Mounting = field(default_factory=Mounting)
    notes: Counter[str] = field(default_factory=Counter)


class BagLog:
    """A drive in a bag, read from the file each time it is iterated over.

    `warnings` counts what could not be used, by reason; `progress` is the share read so far (0-1). LetanError names
    the bag, and the topics it has when none can be used.
    """

    def __init__(self, path: Path, kind: str, topics: Topics | None = None) -> None:
        self.path = path
        self._kind = kind
        self._topics = topics or Topics()
        self.warnings: Counter[str] = Counter()
        self.progress = 0.0

    @property
    def has_odometry(self) -> bool:
        """Whether anything in the bag tells of the wheels."""
        return self._plan.odometry is not None

    def lidar(self) -> Pose:
        """The lidar's pose in the frame that odometry moves, from the transforms of tf."""
        return self._plan.mounting.pose

    def __iter__(self) -> Iterator[Observation]:
        plan = self._plan
        self.warnings.clear()
        self.warnings.update(plan.notes)
        merger, scans = Merger(self.warnings), 0
        with open_bag(self.path, self._kind) as bag:
            for recorded in self._messages(bag, [plan.scan, *([plan.odometry] if plan.odometry else [])]):
                self.progress = recorded.share
                for observation in self._taken_in(recorded, merger):
                    scans += observation.scan is not None
                    yield observation
        for observation in merger.rest():
            scans += 1
            yield observation
        if not scans:
            why = ", ".join(f"{count} x {words}" for words, count in self.warnings.items())
            raise LetanError(f"{self.path}: none of the scans of {plan.scan} could be used ({why})")

    def _messages(self, bag: BagFile, names: Collection[str]) -> Iterator[Recorded]:
        """What can be had of the messages: damage ends the bag with a warning."""
        try:
            yield from bag.messages(names)
        except LetanError as error:
            raise LetanError(f"{self.path}: {error}") from None
        except Exception:  # what a parser makes of damaged bytes is not to be foreseen
            self.warnings["bag is cut off or damaged"] += 1

    def _taken_in(self, recorded: Recorded, merger: Merger) -> Iterator[Observation]:
        plan = self._plan
        if recorded.message is None:
            self.warnings[f"broken message on {recorded.topic}"] += 1
            return
        try:
            if recorded.topic != plan.scan:
                for odometry in self._odometries(recorded):
                    yield from merger.add_odometry(odometry)
                return
            scan = scan_of(recorded.message, recorded.stamp, plan.mounting.upside_down)
        except (ValueError, AttributeError):  # the second from a type of our name with other fields
            self.warnings[f"message on {recorded.topic} with figures no robot has"] += 1
            return
        if plan.odometry is None:
            yield Observation(scan.stamp, Odometry(scan.stamp, IDENTITY), scan)
        else:
            yield from merger.add_scan(scan)

    def _odometries(self, recorded: Recorded) -> list[Odometry]:
        if not self._plan.by_tf:
            return [odometry_of(recorded.message, recorded.stamp)]
        links = links_of(recorded.message, recorded.stamp)
        moved = [link for link in links if is_odom(link.parent) and link.child == self._plan.base]
        return [Odometry(link.stamp, planar(link.matrix)) for link in moved]

    @cached_property
    def _plan(self) -> _Plan:
        with open_bag(self.path, self._kind) as bag:
            notes: Counter[str] = Counter()
            scan = self._choose(bag, self._topics.scan, (SCAN,), notes)
            if scan is None:
                raise LetanError(f"{self.path}: has no scans ({SCAN}); {_listed(bag)}")
            plan = _Plan(scan, None, False, notes=notes)
            self._find_odometry(bag, plan)
            self._find_mounting(bag, plan)
            return plan

    def _choose(self, bag: BagFile, wanted: str | None, types: tuple[str, ...], notes: Counter[str]) -> str | None:
        """The topic that was asked for, else that with most messages of the first of `types`; None for none."""
        if wanted:
            found = [topic for topic in bag.topics if topic[0].lstrip("/") == wanted.lstrip("/")]
            if not found:
                raise LetanError(f"{self.path}: has no topic {wanted}; {_listed(bag)}")
            if found[0][1] not in types:
                raise LetanError(f"{self.path}: the topic {wanted} holds {found[0][1]}, not {types[0]}")
            return found[0][0]
        fitting = [topic for topic in bag.topics if topic[1] == types[0] and topic[2]]
        best = max(fitting, key=lambda topic: topic[2], default=None)
        if best is not None and len(fitting) > 1:
            notes[f"topics of {types[0]}, of which {best[0]} was read"] = len(fitting)
        return best[0] if best else None

    def _find_odometry(self, bag: BagFile, plan: _Plan) -> None:
        """Topic and frame: an Odometry topic, else tf, else none."""
        told = self._choose(bag, self._topics.odometry, (ODOMETRY, *TRANSFORMS), plan.notes)
        tf = _transforms(bag)
        if told is not None and told not in tf:
            first = next((r.message for r in self._messages(bag, [told]) if r.message is not None), None)
            plan.odometry, plan.base = told, "" if first is None else base_of(first)
            return
        for recorded in self._messages(bag, [told] if told else tf):
            for link in links_of(recorded.message, recorded.stamp) if recorded.message else ():
                if is_odom(link.parent):
                    plan.odometry, plan.base, plan.by_tf = recorded.topic, link.child, True
                    return
        if told is not None:
            raise LetanError(f"{self.path}: the topic {told} has no transform from a frame odom")
        plan.notes["no odometry: scans alone"] = 1

    def _find_mounting(self, bag: BagFile, plan: _Plan) -> None:
        scans = self._messages(bag, [plan.scan])
        laser = next((frame_of(recorded.message) for recorded in scans if recorded.message is not None), None)
        if laser is None:
            raise LetanError(f"{self.path}: none of the messages of {plan.scan} can be read")
        found = self._mounting(bag, laser, plan.base)
        if found is None:
            words = f"no transforms from {plan.base or 'base'} to {laser}: the lidar is taken to sit at the base"
            plan.notes[words] = 1
            return
        if not found.is_level:
            lean = math.degrees(found.lean)
            raise LetanError(
                f"{self.path}: the lidar of {plan.scan} ({laser}) leans by {lean:.0f} degrees; "
                "choose one that looks along the floor with --scan-topic"
            )
        plan.mounting = found

    def _mounting(self, bag: BagFile, laser: str, base: str) -> Mounting | None:
        frames = Frames()
        bases = [base] if base else BASES
        for recorded in self._messages(bag, _transforms(bag)):
            links = list(links_of(recorded.message, recorded.stamp)) if recorded.message else []
            if sum(frames.add(link.parent, link.child, link.matrix) for link in links):
                found = next(filter(None, (frames.mounting(name, laser) for name in bases)), None)
                if found is not None:
                    return found
        return next(filter(None, (frames.mounting(name, laser) for name in (base, *BASES))), None)


def _transforms(bag: BagFile) -> list[str]:
    return [name for name, type_, _ in bag.topics if type_ in TRANSFORMS]


def _listed(bag: BagFile) -> str:
    if not bag.topics:
        return "nothing in it can be read"
    return "its topics: " + ", ".join(f"{name} ({type_})" for name, type_, _ in bag.topics)
