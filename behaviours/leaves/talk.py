"""Leaves for the voice and music."""

from __future__ import annotations

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import TextKey
from behaviours.leaves.base import RUNNING, SUCCESS, NoParameters, Parameters, RobotLeaf, leaf


class SayParameters(Parameters):
    """What to say."""

    text: TextKey = Field(description="a key of the site's texts", examples=["speech.here"])


@leaf("say", SayParameters, short="text", endings={RUNNING, SUCCESS}, claims={"voice"})
class Say(RobotLeaf):
    """Say a text in the visit's language and wait until it is said."""

    p: SayParameters

    def update(self) -> Status:
        """Speech that fails does not hold up the rest."""
        return SUCCESS if self.speak(self.p.text, **self.desk.wording.values()) else RUNNING


@leaf("play_music", endings={RUNNING}, claims={"music"})
class PlayMusic(RobotLeaf):
    """Play quiet music for as long as this runs, but never beside a visit about a death."""

    p: NoParameters

    def update(self) -> Status:
        """Never ends by itself."""
        if not self.desk.is_grave():
            self.intent.play(self)
        return RUNNING
