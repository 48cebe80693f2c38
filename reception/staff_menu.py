"""The staff's page behind a code: who has it open, what they have ordered, and what they should know."""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping, Sequence
from typing import Literal

from reception.events import StaffOrder, StaffPageUsed
from robot.events import Record
from robot.types import Touch

PAGE = "staff_pin"
CLOSES = 60.0  # s after the last touch
TRIES, SHUT = 5, 60.0  # wrong codes in a row, and the seconds that follow without any
CLEANING = 30.0  # s in which the screen may be wiped
Order = Literal["", "stop", "charge", "refill"]  # the tree does them; each stays until it is taken back or done
ORDERS: tuple[Order, ...] = ("stop", "charge", "refill")


class StaffMenu:
    """Opened by a long press on the face. `order` is what the trees read, `notes` what the page tells, by subject."""

    def __init__(self, code: str, record: Record) -> None:
        self._code = code
        self._record = record
        self.is_open = False
        self.is_unlocked = False
        self.may_move = False  # asked for in this tick
        self.is_reporting = False  # likewise
        self.has_reported = False
        self.order: Order = ""
        self.entered = ""
        self.notes: dict[str, str] = {}
        self._touched = -math.inf
        self._wrong = 0
        self._shut_until = -math.inf
        self._cleaning_until = -math.inf

    def attend(self, stamp: float, touches: Sequence[Touch]) -> list[Touch]:
        """Take in this tick's touches; returns those that are not the staff's."""
        self.may_move = False
        self.is_reporting = False
        rest = []
        for touch in touches:
            if stamp < self._cleaning_until:
                continue
            if touch.action == "staff":
                self._open(stamp)
            elif touch.page == PAGE:
                self._take(stamp, touch)
            else:
                rest.append(touch)
        if self.is_open and stamp > max(self._touched, self._cleaning_until) + CLOSES:
            self._close("left alone")
        return rest

    def offered(self, is_stopped: bool) -> tuple[str, ...]:
        """What may be chosen; moving on comes first where the robot waits for a person's word."""
        return (("resume",) if is_stopped else ()) + (*ORDERS, "clean", "report")

    def take_order(self, order: Literal["stop", "go", "charge", "refill"]) -> None:
        """What staff order from elsewhere; after a hit or the button somebody on the spot must say "go" too."""
        self._order("" if order == "go" else order)

    def seconds_left(self, stamp: float) -> Mapping[str, int]:
        """Whole seconds until the page closes, the code may be tried again, the screen can be touched again."""
        ends = {"closes": self._touched + CLOSES, "shut": self._shut_until, "cleaning": self._cleaning_until}
        return {what: math.ceil(end - stamp - 1e-6) if end > stamp else 0 for what, end in ends.items()}

    def done(self) -> None:
        """What was ordered has been done."""
        self._order("")

    @property
    def code_length(self) -> int:
        """How many keys the code has."""
        return len(self._code)

    def _open(self, stamp: float) -> None:
        if not self.is_open:
            self._record(StaffPageUsed("opened"))
        self.is_open = True
        self._touched = stamp

    def _close(self, why: str) -> None:
        self.is_open = False
        self.is_unlocked = False
        self.has_reported = False
        self.entered = ""
        self._record(StaffPageUsed("closed", why))

    def _take(self, stamp: float, touch: Touch) -> None:
        if not self.is_open:  # a double tap on a page that has just gone
            return
        self._touched = stamp
        if touch.action == "cancel":
            self._close("by hand")
        elif touch.action == "erase":
            self.entered = self.entered[:-1]
        elif touch.action == "key" and not self.is_unlocked and stamp >= self._shut_until:
            self._key(stamp, touch.value)
        elif touch.action == "menu" and self.is_unlocked:
            self._choose(stamp, touch.value)

    def _key(self, stamp: float, digit: str) -> None:
        self.entered += digit
        if len(self.entered) < len(self._code):
            return
        if hmac.compare_digest(self.entered, self._code):
            self.is_unlocked = True
            self._wrong = 0
            self._record(StaffPageUsed("unlocked"))
            return
        self.entered = ""
        self._wrong = self._wrong + 1
        self._record(StaffPageUsed("wrong code"))
        if self._wrong >= TRIES:
            self._wrong = 0
            self._shut_until = stamp + SHUT

    def _choose(self, stamp: float, what: str) -> None:
        order = next((each for each in ORDERS if each == what), None)
        if order is not None:
            self._order("" if order == self.order else order)
        elif what == "clean":
            self._cleaning_until = stamp + CLEANING
        elif what == "resume":
            self.may_move = True
        elif what == "report":
            self.is_reporting = True
            self.has_reported = True
        if order is not None or what == "resume":
            self._close("by a choice")

    def _order(self, order: Order) -> None:
        if order != self.order:
            self.order = order
            self._record(StaffOrder(order))
