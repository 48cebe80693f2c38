"""What simulated staff press at their counters, passed on to the office."""

from __future__ import annotations

from centre.office import Office
from centre.patience import PatientActs
from centre.store import BusyError


class OfficeCounters:
    """The counters' side of an office; while others have its database locked nobody is called, the rest comes later."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._acts = PatientActs(office.clock)

    def waiting(self, door: str) -> int:
        """How many wait at a door."""
        return len(self.office.tickets(door, "waiting"))

    def states(self, door: str) -> dict[str, str]:
        """The state of each of today's numbers at a door."""
        return {ticket.number: ticket.state for ticket in self.office.tickets(door)}

    def issue(self, door: str, procedure: str) -> str:
        """Give somebody a number by hand; "" when that can't be just now."""
        try:
            return self.office.issue(self.office.open_visit(), door, procedure).number
        except BusyError:
            return ""

    def call_next(self, door: str) -> str | None:
        """Call the next number; None when nobody waits, or that can't be just now."""
        self._acts.look()
        try:
            ticket = self.office.call_next(door)
        except BusyError:
            return None
        return ticket.number if ticket else None

    def start(self, number: str) -> None:
        """The holder has come."""
        self._acts.do(lambda: self.office.mark("started", number))

    def finish(self, number: str) -> None:
        """The holder has been served."""
        self._acts.do(lambda: self.office.mark("finished", number))

    def no_show(self, number: str) -> None:
        """Nobody came."""
        self._acts.do(lambda: self.office.mark("no_show", number))

    def rate_by_phone(self, number: str, level: int, reasons: tuple[str, ...]) -> None:
        """A rating through the code on the paper ticket."""
        ticket = self.office.ticket(number)
        if ticket is not None:
            visit = ticket.visit
            self._acts.do(lambda: self.office.rate(visit, level, reasons))

    def call_robot(self, door: str) -> None:
        """The staff of a door want the robot."""
        self._acts.do(lambda: self.office.staff.call_robot(door))

    def staff_wanted(self) -> bool:
        """Whether somebody has called the staff."""
        return bool(self.office.staff.staff_calls)

    def help_out(self) -> None:
        """One step for each open call of the staff: taken, on the way, there."""
        self._acts.do(self._help_out)

    def _help_out(self) -> None:
        staff = self.office.staff
        door = next(iter(self.office.site.doors))
        for call in staff.staff_calls:
            if call.step == 1:
                staff.accept(call.id, "", door)
            elif call.step == 2:
                staff.coming(call.id)
            else:
                staff.close(call.id)
