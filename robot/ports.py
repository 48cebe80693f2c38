"""The edges with the world: one small protocol each, with one real and one simulated side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from robot.types import Command, Observation, Pose, ScreenState, Texts, Touch, Utterance


class Clock(Protocol):
    """The only source of time. `now` is monotonic seconds; `wall` the office's local time.

    `uptime` is monotonic seconds that count while the machine sleeps, too; `is_vouched` when a time server vouches for
    `wall`.
    """

    def now(self) -> float: ...

    def wall(self) -> datetime: ...

    def uptime(self) -> float: ...

    def is_vouched(self) -> bool: ...

    def sleep_until(self, deadline: float) -> None: ...


class Robot(Protocol):
    """The narrow waist: a driver zeroes its wheels by itself when no command came for 0.3 s.

    `sense` raises EOFError when nothing more will come: a replay is over, the robot was switched off.
    """

    def sense(self) -> Observation: ...

    def act(self, command: Command) -> None: ...

    def close(self) -> None: ...


@runtime_checkable
class SelfDriving(Robot, Protocol):
    """A robot that drives its own tour, in its own time, while it is mapped: each turn it hears where it is in `map`.

    `progress` is the share of the tour behind it (0-1); `sense` raises EOFError when it is over.
    """

    @property
    def progress(self) -> float: ...

    def steer(self, observation: Observation, pose: Pose) -> None: ...


class Screen(Protocol):
    """The citizens' touch screen. `show` never blocks, `use` brings other words; not `is_alive` while it restarts."""

    def show(self, state: ScreenState) -> None: ...

    def use(self, texts: Texts) -> None: ...

    def poll(self) -> Sequence[Touch]: ...

    @property
    def is_alive(self) -> bool: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job on a worker ended: `reason` says in words what went wrong, "" when nothing did."""

    ok: bool
    reason: str = ""


class Job(Protocol):
    """Work that may block, on a worker: `outcome` is None while it runs."""

    @property
    def outcome(self) -> Outcome | None: ...

    def cancel(self) -> None: ...


class Voice(Protocol):
    """Speech out. One utterance at a time; a new `say` or `Job.cancel` silences the old within 0.1 s."""

    def say(self, text: str, language: str) -> Job: ...

    def status(self) -> str: ...

    def close(self) -> None: ...


class Ears(Protocol):
    """Speech in: utterances that ended since the last poll."""

    def listen(self, on: bool) -> None: ...

    def poll(self) -> Sequence[Utterance]: ...

    def status(self) -> str: ...

    def close(self) -> None: ...


class Music(Protocol):
    """Quiet music: `play` goes on until `stop`; both may be called again and again."""

    def play(self) -> None: ...

    def stop(self) -> None: ...

    def status(self) -> str: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class TicketSlip:
    """What is printed: every line already in words; the number is issued and stored before.

    `language` chooses the printer's own labels ("" is the site's first); `ahead` counts those in front (0 is left out).
    """

    serial: int
    centre: str
    number: str
    door: str
    door_name: str
    service: str
    wait: str
    issued: str
    qr: str
    notes: tuple[str, ...] = ()
    language: str = ""
    ahead: int = 0


class Printer(Protocol):
    """The ticket printer. `print` starts a job; `status` is "" when all is well, else the trouble in words."""

    def print(self, slip: TicketSlip) -> Job: ...

    def status(self) -> str: ...

    def close(self) -> None: ...
