"""Leaves of the staff: their page behind a code, and what they order there."""

from __future__ import annotations

from py_trees.common import Status

from behaviours.leaves.base import RUNNING, SUCCESS, NoParameters, RobotLeaf, leaf
from robot.pages import MessageContent, StaffPinContent


@leaf("staff_page", endings={RUNNING}, claims={"wheels", "page"})
class StaffPage(RobotLeaf):
    """Stand still and show the staff's page: the code, the menu, and what is wrong."""

    p: NoParameters

    def update(self) -> Status:
        """Never ends by itself; stand it under `when: staff.present`."""
        self.intent.stand(self)
        menu, left = self.desk.staff, self.desk.staff.seconds_left(self.world.stamp)
        if left["cleaning"]:
            words = self.desk.wording.text("staff.cleaning_left", seconds=str(left["cleaning"]))
            message = MessageContent(self.desk.wording.text("staff.cleaning"), words, "redo")
            self.intent.show("message", message, self, "sleeping")
            return RUNNING
        status = self.desk.wording.text(
            "staff.shut" if left["shut"] else "staff.status",
            seconds=str(left["shut"] or left["closes"]),
            battery=str(round(self.world.battery * 100)),
        )
        wrong = menu.notes | {part: words for part, words in self.world.troubles.items() if words}
        if menu.is_reporting:
            self.desk.report_fault(wrong)
        offered = menu.offered(self.world.stopped)
        chosen = (menu.order,) if menu.order else ()
        entered = menu.code_length if menu.is_unlocked else len(menu.entered)
        told = wrong | ({"report": ""} if menu.has_reported else {}) if menu.is_unlocked else {}
        notes = tuple(self.desk.wording.text(f"staff.note.{subject}", trouble=words) for subject, words in told.items())
        content = StaffPinContent(entered, menu.code_length, menu.is_unlocked, status, offered, chosen, notes)
        self.intent.show("staff_pin", content, self)
        return RUNNING


@leaf("order_done", endings={SUCCESS})
class OrderDone(RobotLeaf):
    """Tell the staff's page that what was ordered there has been done."""

    p: NoParameters

    def update(self) -> Status:
        """Always succeeds."""
        self.desk.staff.done()
        return SUCCESS
