"""How claims become outputs: the same claim goes on, a new one replaces, no claim stops."""

from __future__ import annotations

import math
from dataclasses import dataclass

from behaviours.claims import Intent, PageClaim
from behaviours.context import Spoken
from letan.events import PageShown
from robot.events import Record
from robot.pages import PageName
from robot.ports import Ears, Job, Music, Screen, Voice
from robot.types import Modes, Pose, ScreenState, Track


@dataclass(frozen=True, slots=True)
class _Shown:
    """What makes a state of the screen another one."""

    claim: PageClaim
    language: str
    modes: Modes
    gaze: float


class Outputs:
    """Voice, ears, music and screen, and what each of them does now."""

    def __init__(self, screen: Screen, voice: Voice, ears: Ears, music: Music, record: Record) -> None:
        self._screen = screen
        self._voice = voice
        self._ears = ears
        self._music = music
        self._record = record
        self._speech: Job | None = None
        self._speech_key = ""
        self._shown: _Shown | None = None
        self._serial = 0

    @property
    def spoken(self) -> Spoken:
        """The utterance claimed last, and how it ended."""
        return Spoken(self._speech_key, self._speech.outcome if self._speech is not None else None)

    def listen(self) -> None:
        """Listen while it says nothing: it would hear itself."""
        self._ears.listen(self._speech is None or self._speech.outcome is not None)

    def play(self, intent: Intent) -> None:
        """Quiet music, or none."""
        if intent.music:
            self._music.play()
        else:
            self._music.stop()

    def say(self, intent: Intent, language: str) -> None:
        """Begin, go on with, or break off an utterance."""
        key = intent.speech.key if intent.speech else ""
        if key == self._speech_key:
            return
        if self._speech is not None and self._speech.outcome is None:
            self._speech.cancel()
        self._speech_key = key
        self._speech = None
        if intent.speech is not None:
            self._speech = self._voice.say(intent.speech.text, language)

    def show(self, intent: Intent, language: str, modes: Modes, pose: Pose, person: Track | None) -> None:
        """The claimed page, with a face that looks at `person` from the robot's `pose`.

        A new state only when something changed, so that the pipe to the screen stays quiet.
        """
        if intent.page is None:
            return
        wanted = _Shown(intent.page, language, modes, _gaze(pose, person))
        if wanted == self._shown:
            return
        page: PageName = wanted.claim.page
        if self._shown is None or page != self._shown.claim.page:
            self._record(PageShown(page))
        self._shown = wanted
        self._serial += 1
        claim = wanted.claim
        self._screen.show(
            ScreenState(page, claim.content, wanted.language, claim.expression, wanted.gaze, wanted.modes, self._serial)
        )


def _gaze(pose: Pose, person: Track | None) -> float:
    """Where the face looks: -1 to its left, 1 to its right."""
    if person is None:
        return 0.0
    local = pose.between(Pose(person.x, person.y, 0.0))
    return round(max(-1.0, min(1.0, math.atan2(local.y, local.x))), 1)
