"""What a counter can do with a number, by the word that stands in addresses, on buttons and in commands."""

from __future__ import annotations

from centre.office import Office
from centre.tickets import NEXT, Step, Ticket
from robot.types import LetanError

ACTS: dict[str, Step] = {
    "call": "called",
    "recall": "recalled",
    "start": "started",
    "finish": "finished",
    "no-show": "no_show",
    "hold": "held",
    "return": "returned",
    "transfer": "transferred",
    "not-yet": "deferred",
    "here": "arrived",
}


class NotPossibleError(LetanError):
    """What was asked for can't be done with this number now; the words say why."""


def act_on(office: Office, number: str, word: str, counter: str = "", door: str = "") -> Ticket:
    """Do it. NotPossibleError, with the number's state, when that can't be; `door` is where a transfer leads."""
    before = office.ticket(number)
    step = ACTS[word]
    if before is None:
        raise NotPossibleError(f"there is no number {number[:20]} today")
    done = office.transfer(number, door, counter) if step == "transferred" else office.mark(step, number, counter)
    if done is None:
        if before.state in NEXT[step]:
            raise NotPossibleError(f"{before.number} waits at door {before.door} already")
        raise NotPossibleError(f"{before.number} is {before.state}; for `{word}` it must be {' or '.join(NEXT[step])}")
    return done
