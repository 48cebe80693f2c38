"""Claims of one tick: each actuator goes to the highest claimant in the tree; nothing is held over to the next tick."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from navigation.goals import Goal, LookAround
from robot.pages import Expression, PageContent, PageName

log = logging.getLogger("letan.claims")


Actuator = Literal["wheels", "page", "voice", "music"]


class Claimant(Protocol):
    """Who claims: a node with its place in the YAML."""

    @property
    def source(self) -> object: ...

    @property
    def has_ended(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class PageClaim:
    """A page for the citizens' screen with the face to it."""

    page: PageName
    content: PageContent
    expression: Expression = "neutral"


@dataclass(frozen=True, slots=True)
class SpeechClaim:
    """Something to say: a text key with its values; `key` tells one utterance from the next of the same words."""

    key: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Intent:
    """What the tree wants in this tick. The first claim of an actuator wins, as the tree is walked from the top.

    A claim ends with its leaf: what a leaf claimed in the tick in which it ended is free for the next one.
    """

    wheels: Goal | LookAround | None = None
    page: PageClaim | None = None
    speech: SpeechClaim | None = None
    music: bool = False
    holders: dict[Actuator, Claimant] = field(default_factory=dict)
    conflicts: list[tuple[Actuator, str, str]] = field(default_factory=list)

    def _take(self, actuator: Actuator, by: Claimant) -> bool:
        holder = self.holders.get(actuator)
        if holder is None or holder is by or holder.has_ended:
            self.holders[actuator] = by
            return True
        self.conflicts.append((actuator, str(holder.source), str(by.source)))
        return False

    def drive(self, goal: Goal | LookAround, by: Claimant) -> bool:
        """Claim the wheels for a goal; False when somebody higher in the tree has them."""
        if self._take("wheels", by):
            self.wheels = goal
        return self.wheels == goal

    def stand(self, by: Claimant) -> bool:
        """Claim the wheels for standing still."""
        return self._take("wheels", by)

    def show(self, page: PageName, content: PageContent, by: Claimant, expression: Expression = "neutral") -> bool:
        """Claim the screen for a page."""
        if not self._take("page", by):
            return False
        self.page = PageClaim(page, content, expression)
        return True

    def say(self, key: str, text: str, by: Claimant, values: Mapping[str, str] | None = None) -> bool:
        """Claim the voice; the same `key` goes on, another begins anew."""
        if not self._take("voice", by):
            return False
        self.speech = SpeechClaim(key, text, values or {})
        return True

    def play(self, by: Claimant) -> bool:
        """Claim quiet music."""
        if not self._take("music", by):
            return False
        self.music = True
        return True

    def is_free(self, actuator: Actuator) -> bool:
        """True when nobody has claimed it so far in this tick."""
        return actuator not in self.holders


class ConflictLog:
    """Says each pair of lines that claim one actuator once, when it begins, not at every tick."""

    def __init__(self) -> None:
        self._present: set[tuple[Actuator, str, str]] = set()

    def note(self, intent: Intent) -> list[tuple[Actuator, str, str]]:
        """The conflicts that are new in this tick: actuator, winner's and loser's place."""
        now = set(intent.conflicts)
        fresh = [conflict for conflict in intent.conflicts if conflict not in self._present]
        self._present = now
        for actuator, winner, loser in dict.fromkeys(fresh):
            log.info("%s: claimed by %s and %s; the first keeps it", actuator, winner, loser)
        return list(dict.fromkeys(fresh))
