"""What a robot asks of its office: each is a job, so that its loop waits neither for a disk nor for a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from centre.office import Office
from centre.patience import PatientActs
from robot.ports import Job


@dataclass(frozen=True, slots=True)
class GivenRating:
    """A rating on the robot's screen; `door` and `service` are what a visit without a number was about."""

    visit: int
    level: int
    reasons: tuple[str, ...] = ()
    door: str = ""
    service: str = ""


class Errands(Protocol):
    """The office as a robot acts on it. When a job's outcome is ok, the office that the robot reads from knows it.

    `open_visit` is at once: a LetanError when there can be no visit now. `look` once a tick takes in what has come, and
    says what is wrong since.
    """

    def open_visit(self) -> int: ...

    def issue(self, visit: int, door: str, service: str) -> Job: ...

    def rate(self, rating: GivenRating) -> Job: ...

    def call_staff(self, visit: int) -> Job: ...

    def take_call_back(self, call: int) -> Job: ...

    def answer_robot_call(self, call: int) -> Job: ...

    def look(self) -> Sequence[str]: ...

    def close(self) -> None: ...


class OwnErrands:
    """Errands to an office in the same process: done at once, or in their order while its database is locked."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._acts = PatientActs(office.clock)

    def open_visit(self) -> int:
        """The id of a new visit."""
        return self._office.open_visit()

    def issue(self, visit: int, door: str, service: str) -> Job:
        """The number of a visit, at a door, for a matter."""
        return self._acts.do(lambda: self._office.issue(visit, door, service))

    def rate(self, rating: GivenRating) -> Job:
        """A rating; a second one of a visit changes nothing."""
        r = rating
        return self._acts.do(lambda: self._office.rate(r.visit, r.level, r.reasons, door=r.door, service=r.service))

    def call_staff(self, visit: int) -> Job:
        """Somebody of the staff is wanted."""
        return self._acts.do(lambda: self._office.staff.call_staff(visit))

    def take_call_back(self, call: int) -> Job:
        """Nobody needs to come any more."""
        return self._acts.do(lambda: self._office.staff.close(call, cancelled=True))

    def answer_robot_call(self, call: int) -> Job:
        """The robot is at the counter that called it."""
        return self._acts.do(lambda: self._office.staff.answer_robot_call(call))

    def look(self) -> Sequence[str]:
        """Do what has to wait for others."""
        self._acts.look()
        return ()

    def close(self) -> None:
        """Nothing of its own is open."""
