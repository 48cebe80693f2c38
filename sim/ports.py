"""The simulated sides of voice, ears, music, printer and screen: outcomes come at seeded, simulated times.

A real one may stand `beside` each: then people hear, see and hold what it does, and its outcomes count.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from robot.ports import Clock, Ears, Job, Music, Outcome, Printer, Screen, TicketSlip, Voice
from robot.types import ScreenState, Texts, Touch, Utterance

SYLLABLE = 0.21  # s of speech a syllable; a written Vietnamese word is one


class SimJob:
    """A job whose outcome becomes visible at a simulated time."""

    def __init__(self, clock: Clock, duration: float, outcome: Outcome | None = None) -> None:
        self._clock = clock
        self._due = clock.now() + duration
        self._end = outcome or Outcome(True)
        self._cancelled = False

    @property
    def outcome(self) -> Outcome | None:
        """None while it runs."""
        if self._cancelled:
            return Outcome(False, "cancelled")
        return self._end if self._clock.now() >= self._due else None

    def cancel(self) -> None:
        """End it now."""
        self._cancelled = self._cancelled or self._clock.now() < self._due


class SimVoice:
    """Speaks at a speed by syllables; `on_say` hears every utterance."""

    def __init__(
        self,
        clock: Clock,
        seed: int,
        on_say: Callable[[str, str], None] = lambda *_: None,
        beside: Voice | None = None,
    ) -> None:
        self._beside = beside
        self._clock = clock
        self._rng = np.random.default_rng([seed, 2])
        self._on_say = on_say
        self._job: SimJob | None = None

    def say(self, text: str, language: str) -> Job:
        """Start an utterance; an earlier one falls silent."""
        if self._beside is not None:
            self._on_say(text, language)
            return self._beside.say(text, language)
        if self._job is not None:
            self._job.cancel()
        duration = 0.4 + len(text.split()) * SYLLABLE * float(self._rng.uniform(0.9, 1.1))
        self._job = SimJob(self._clock, duration)
        self._on_say(text, language)
        return self._job

    def status(self) -> str:
        """As the real one is, if there is one."""
        return _status(self._beside)

    def close(self) -> None:
        """Nothing of its own is open."""


class SimEars:
    """Hears what simulated people say, once the recogniser has finished with it."""

    def __init__(self, clock: Clock, beside: Ears | None = None) -> None:
        self._clock = clock
        self._beside = beside
        self._on = True
        self._coming: deque[Utterance] = deque()

    def listen(self, on: bool) -> None:
        """Open or close the ears."""
        self._on = on
        if self._beside is not None:
            self._beside.listen(on)

    def speak(self, text: str, delay: float) -> None:
        """Somebody says `text`; it is understood as text after `delay` s."""
        self._coming.append(Utterance(self._clock.now() + delay, text))

    def poll(self) -> Sequence[Utterance]:
        """Utterances that ended since the last poll."""
        now, heard = self._clock.now(), []
        while self._coming and self._coming[0].stamp <= now:
            heard.append(self._coming.popleft())
        if not self._on:
            heard = []
        return heard if self._beside is None else [*heard, *self._beside.poll()]

    def status(self) -> str:
        """As the real one is, if there is one."""
        return _status(self._beside)

    def close(self) -> None:
        """Nothing of its own is open."""


class SimMusic:
    """Knows whether it plays."""

    playing = False

    def __init__(self, beside: Music | None = None) -> None:
        self._beside = beside

    def play(self) -> None:
        """Play on."""
        self.playing = True
        if self._beside is not None:
            self._beside.play()

    def stop(self) -> None:
        """Fall silent."""
        self.playing = False
        if self._beside is not None:
            self._beside.stop()

    def status(self) -> str:
        """As the real one is, if there is one."""
        return _status(self._beside)

    def close(self) -> None:
        """Nothing of its own is open."""


class SimPrinter:
    """Takes 2-4 s a ticket; `slips` are those that came out."""

    def __init__(self, clock: Clock, seed: int, beside: Printer | None = None) -> None:
        self._clock = clock
        self._beside = beside
        self._rng = np.random.default_rng([seed, 3])
        self.slips: list[TicketSlip] = []
        self.trouble = ""

    def print(self, slip: TicketSlip) -> Job:
        """Start printing."""
        duration = float(self._rng.uniform(2.0, 4.0))
        if self.trouble:
            return SimJob(self._clock, duration, Outcome(False, self.trouble))
        self.slips.append(slip)
        return SimJob(self._clock, duration) if self._beside is None else self._beside.print(slip)

    def status(self) -> str:
        """The trouble, if any."""
        return self.trouble or _status(self._beside)

    def close(self) -> None:
        """Nothing of its own is open."""


class SimScreen:
    """The screen as simulated people see and touch it; a real one beside it shows the same and may be touched too."""

    def __init__(self, beside: Screen | None = None) -> None:
        self.state: ScreenState | None = None
        self.fullest: dict[str, ScreenState] = {}  # of each page the state with the most on it, for its picture
        self.fingers = 0  # touches on the real screen
        self._touches: list[Touch] = []
        self._beside = beside

    @property
    def is_alive(self) -> bool:
        """Whether the real screen beside it lives, if there is one."""
        return self._beside is None or self._beside.is_alive

    def show(self, state: ScreenState) -> None:
        """What everybody sees from now on."""
        self.state = state
        fullest = self.fullest.get(state.page)
        if fullest is None or len(repr(state.content)) > len(repr(fullest.content)):
            self.fullest[state.page] = state
        if self._beside is not None:
            self._beside.show(state)

    def use(self, texts: Texts) -> None:
        """Other words from now on."""
        if self._beside is not None:
            self._beside.use(texts)

    def touch(self, stamp: float, action: str, value: str = "") -> None:
        """A simulated finger."""
        if self.state is not None:
            self._touches.append(Touch(stamp, self.state.page, action, value))

    def poll(self) -> Sequence[Touch]:
        """Touches since the last poll."""
        touches, self._touches = self._touches, []
        if self._beside is not None:
            real = self._beside.poll()
            self.fingers += len(real)
            touches += real
        return touches

    def close(self) -> None:
        """Close the real screen, if any."""
        if self._beside is not None:
            self._beside.close()


def _status(part: Voice | Ears | Music | Printer | None) -> str:
    return part.status() if part is not None else ""
