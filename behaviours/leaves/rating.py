"""The leaf that asks for a rating where somebody was just served."""

from __future__ import annotations

from py_trees.common import Status

from behaviours.leaves.base import FAILURE, SUCCESS, NoParameters, RobotLeaf, leaf


@leaf("ask_rating", endings={SUCCESS, FAILURE}, claims={"page"})
class AskRating(RobotLeaf):
    """Open the rating page for the ticket that was served last; the conversation then goes on by itself."""

    p: NoParameters

    def update(self) -> Status:
        """Fails when it was asked or answered already, or nobody is due."""
        if not self.desk.begin_rating(self.world.stamp):
            return self.fail("no rating is due")
        self.show_visit()
        return SUCCESS
