"""Calls between people and the robot: a citizen calls staff, a counter calls the robot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol, get_args

from centre.stored_event import Kind, StoredEvent, Value

_STEPS = {"staff_called": 1, "staff_accepted": 2, "staff_coming": 3}
Reply = Literal["now", "soon", "counter", "words"]  # we come at once, in two minutes, come to us; or words of their own
RobotOrder = Literal["stop", "go", "charge", "refill"]


class Write(Protocol):
    """How one event is committed."""

    def __call__(
        self, kind: Kind, *, visit: int | None = None, door: str = "", data: dict[str, Value] | None = None
    ) -> StoredEvent: ...


@dataclass(frozen=True, slots=True)
class StaffCall:
    """A citizen's call for staff: `step` 1 called, 2 accepted, 3 coming."""

    id: int
    visit: int
    step: int
    called: datetime
    accepted: datetime | None = None
    who: str = ""
    door: str = ""
    reply: Reply | Literal[""] = ""  # the last answer in words
    words: str = ""  # staff's own
    reply_door: str = ""
    replies: int = 0


@dataclass(frozen=True, slots=True)
class RobotCall:
    """A counter's call for the robot."""

    id: int
    door: str
    called: datetime


class StaffDesk:
    """Open calls of both kinds."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._staff: dict[int, StaffCall] = {}
        self._robot: dict[int, RobotCall] = {}
        self.order: RobotOrder = "go"  # what the robot was told last
        self.announced: StoredEvent | None = None  # the newest announcement

    @property
    def staff_calls(self) -> tuple[StaffCall, ...]:
        """Open calls for staff, the oldest first."""
        return tuple(self._staff.values())

    @property
    def robot_calls(self) -> tuple[RobotCall, ...]:
        """Open calls for the robot, the oldest first."""
        return tuple(self._robot.values())

    def of_visit(self, visit: int) -> StaffCall | None:
        """The open call of a visit."""
        return next((call for call in self._staff.values() if call.visit == visit), None)

    def call_staff(self, visit: int) -> StaffCall:
        """Call staff for a visit; a second call while one is open is the same call."""
        found = self.of_visit(visit)
        if found is None:
            event = self._write("staff_called", visit=visit)
            found = self._staff[event.seq]
        return found

    def accept(self, call: int, who: str, door: str) -> None:
        """Somebody (a role, never a name) at a door takes the call."""
        if call in self._staff:
            self._write("staff_accepted", door=door, data={"call": call, "who": who})

    def reply(self, call: int, reply: Reply, door: str, words: str = "") -> None:
        """Answer a citizen's call; the robot shows and says it. `words` are staff's own, for the reply "words"."""
        if call in self._staff:
            data: dict[str, Value] = {"call": call, "reply": reply}
            self._write("staff_replied", door=door, data=data | ({"text": words} if words else {}))

    def announce(self, words: str, door: str = "") -> None:
        """Have something said to the whole hall."""
        self._write("announced", door=door, data={"text": words})

    def order_robot(self, order: RobotOrder, door: str = "") -> None:
        """Tell the robot to stop, to go on, to charge, or to have its tray filled."""
        self._write("robot_ordered", door=door, data={"order": order})

    def coming(self, call: int) -> None:
        """They are on their way."""
        if call in self._staff:
            self._write("staff_coming", data={"call": call})

    def close(self, call: int, cancelled: bool = False) -> None:
        """The call is done, or was taken back."""
        if call in self._staff:
            self._write("staff_cancelled" if cancelled else "staff_done", data={"call": call})

    def call_robot(self, door: str) -> RobotCall:
        """A counter calls the robot; a second call of the same counter is the same call."""
        for open_call in self._robot.values():
            if open_call.door == door:
                return open_call
        event = self._write("robot_called", door=door)
        return self._robot[event.seq]

    def answer_robot_call(self, call: int) -> None:
        """The robot has come."""
        if call in self._robot:
            self._write("robot_answered", door=self._robot[call].door, data={"call": call})

    def forget(self) -> None:
        """A new day begins: what was open at night is open no more."""
        self._staff.clear()
        self._robot.clear()
        self.order = "go"
        self.announced = None

    def apply(self, event: StoredEvent) -> None:
        """Take over one event."""
        call = event.data.get("call")
        if event.kind == "staff_called" and event.visit is not None:
            self._staff[event.seq] = StaffCall(event.seq, event.visit, 1, event.stamp)
        elif event.kind == "robot_called":
            self._robot[event.seq] = RobotCall(event.seq, event.door, event.stamp)
        elif event.kind == "robot_ordered":
            self.order = order_of(event)
        elif event.kind == "announced":
            self.announced = event
        elif isinstance(call, int) and call in self._staff:
            self._advance(self._staff[call], event)
        elif event.kind == "robot_answered" and isinstance(call, int):
            self._robot.pop(call, None)

    def _advance(self, call: StaffCall, event: StoredEvent) -> None:
        if event.kind == "staff_replied":
            self._staff[call.id] = _replied(call, event)
        elif event.kind not in _STEPS:
            del self._staff[call.id]
        elif event.kind == "staff_accepted":
            who = str(event.data["who"])
            self._staff[call.id] = replace(call, step=2, accepted=event.stamp, who=who, door=event.door)
        else:
            self._staff[call.id] = replace(call, step=_STEPS[event.kind])


def order_of(event: StoredEvent) -> RobotOrder:
    """What an order says; one of a later version is taken for `stop`, which is the safe one."""
    return next((order for order in get_args(RobotOrder) if order == event.data["order"]), "stop")


def _replied(call: StaffCall, event: StoredEvent) -> StaffCall:
    replies: tuple[Reply, ...] = get_args(Reply)
    reply = next((each for each in replies if each == event.data["reply"]), replies[0])
    words = str(event.data.get("text", ""))
    step = max(call.step, 3) if reply == "now" else max(call.step, 2)
    return replace(
        call,
        step=step,
        accepted=call.accepted or event.stamp,
        door=call.door or event.door,
        reply=reply,
        words=words,
        reply_door=event.door,
        replies=call.replies + 1,
    )
