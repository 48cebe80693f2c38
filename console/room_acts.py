"""What staff can do about the robot and the people before it, from any page of theirs."""

from __future__ import annotations

from typing import get_args

from centre.acts import NotPossibleError
from centre.office import Office
from centre.staff import Reply, RobotOrder

MOST_WORDS = 160  # letters of an announcement: what is said in ten seconds and fits the robot's page
MOST_REPLY = 70  # letters of an answer to somebody before the robot: what fits beside the steps, also in low reach


def do_in_room(office: Office, do: str, words: str, door: str) -> None:
    """An order for the robot, `come`, `say N`, `say`, or `reply CALL HOW`. NotPossibleError where that can't be.

    `words` are somebody's own, `door` whose counter acts.
    """
    act, _, about = do.partition(" ")
    order: RobotOrder | None = next((each for each in get_args(RobotOrder) if each == act), None)
    if order is not None:
        office.staff.order_robot(order, door)
    elif act == "come":
        _come(office, door)
    elif act == "say":
        office.staff.announce(_said(office, about, words), door)
    elif act == "reply":
        _reply(office, about, words, door)
    else:
        raise NotPossibleError(f"there is no act `{act}`")


def _come(office: Office, door: str) -> None:
    if door not in office.site.doors:
        raise NotPossibleError(f"there is no door `{door}`")
    office.staff.call_robot(door)


def _reply(office: Office, about: str, words: str, door: str) -> None:
    call, _, how = about.partition(" ")
    reply: Reply | None = next((each for each in get_args(Reply) if each == how), None)
    is_open = any(str(each.id) == call for each in office.staff.staff_calls)
    if reply is None or not is_open:
        raise NotPossibleError("nobody waits for this answer any more")
    if reply == "counter" and door not in office.site.doors:
        raise NotPossibleError("which counter? this computer belongs to none")
    office.staff.reply(int(call), reply, door, plain(words, MOST_REPLY) if reply == "words" else "")


def _said(office: Office, about: str, words: str) -> str:
    lines = office.site.notices.to_say
    if about.isdecimal() and int(about) < len(lines):
        return lines[int(about)][office.site.languages[0]]
    return plain(words)


def plain(words: str, most: int = MOST_WORDS) -> str:
    """Words of somebody's own in one line. NotPossibleError when there are none, or too many."""
    told = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    if not told or len(told) > most:
        raise NotPossibleError(f"say something, in at most {most} letters")
    return told
