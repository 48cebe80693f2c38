"""Leaves that issue and print the number; each begins by asking whether it is already done."""

from __future__ import annotations

from py_trees.common import Status

from behaviours.leaves.base import FAILURE, RUNNING, SUCCESS, NoParameters, RobotLeaf, leaf

A_MOMENT = 1.0  # s that need no word


@leaf("issue_ticket", endings={RUNNING, SUCCESS, FAILURE}, claims={"wheels", "page", "voice"})
class IssueTicket(RobotLeaf):
    """Issue the visit's number: stored before it is shown, once only."""

    p: NoParameters

    def update(self) -> Status:
        """Fails, with the reason, when the office can't store it; the citizen hears of it when that takes a moment."""
        self.intent.stand(self)
        problem = self.desk.issue(self.world.stamp)
        self.show_visit()
        if problem is None:
            if self.has_lasted(A_MOMENT):
                self.speak("speech.one_moment")
            return RUNNING
        return self.fail(problem) if problem else SUCCESS


@leaf("print_ticket", endings={SUCCESS}, claims={"wheels", "page"})
class PrintTicket(RobotLeaf):
    """Start printing the visit's number, once only; the screen has it anyway."""

    p: NoParameters

    def update(self) -> Status:
        """Does not wait for the printer: the paper's outcome shows on the ticket page."""
        self.intent.stand(self)
        self.desk.print_ticket()
        self.show_visit()
        return SUCCESS
