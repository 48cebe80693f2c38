"""The robot's voice: one utterance at a time, synthesised into a cached file and played with a flag that stops it."""

from __future__ import annotations

import os
import threading
import wave
from collections.abc import Mapping
from pathlib import Path

from hmi.jobs import Task
from hmi.voice.synthesis import Synthesiser
from robot.drivers.sound import missing_device, open_speaker
from robot.ports import Job, Outcome, Voice

STUCK = 2.0  # s beyond the utterance's length after which the loudspeaker counts as dead


def open_voice(voices: Mapping[str, str], cache: Path | None = None) -> Voice:
    """A voice with espeak-ng's `voices` by language, or `NoVoice` with the reason; `cache` holds spoken files."""
    trouble = missing_device(output=True)
    if trouble:
        return NoVoice(trouble)
    synthesiser = Synthesiser(voices, cache or cache_folder())
    synthesiser.prune()
    complaints: list[str] = []
    for language in voices:
        try:
            synthesiser.speak("a", language)
        except OSError as error:
            complaints.append(f"{language}: {error}")
    if len(complaints) == len(voices):
        synthesiser.close()
        return NoVoice("; ".join(complaints) or "no voices are named in the site file")
    return SpeakerVoice(synthesiser, "; ".join(complaints))


def cache_folder() -> Path:
    """Where spoken files are kept (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "letan" / "voice"


class SpeakerVoice:
    """Speech through the loudspeaker, on a worker thread; the newest utterance wins."""

    def __init__(self, synthesiser: Synthesiser, trouble: str = "") -> None:
        self._synthesiser = synthesiser
        self._trouble = trouble
        self._turn = threading.Condition()
        self._next: tuple[Task, str, str] | None = None
        self._current = Task(Outcome(True))
        self._closed = False
        self._worker = threading.Thread(target=self._work, name="voice", daemon=True)
        self._worker.start()

    def say(self, text: str, language: str) -> Job:
        """Start an utterance; an earlier one falls silent."""
        with self._turn:
            self._current.cancel()
            self._current = Task()
            self._next = (self._current, text, language)
            self._turn.notify()
            return self._current

    def status(self) -> str:
        """The last trouble in words, "" if there was none."""
        return self._trouble

    def close(self) -> None:
        """Fall silent and end the helper."""
        with self._turn:
            self._current.cancel()
            self._next = None
            self._closed = True
            self._turn.notify()
        self._worker.join(2 * STUCK)

    def _work(self) -> None:
        while job := self._wait():
            task, text, language = job
            if task.outcome is not None:
                continue
            try:
                if text.strip():
                    _play(self._synthesiser.speak(text, language), task)
                task.finish(Outcome(True))
                self._trouble = ""
            except OSError as error:
                self._trouble = str(error)
                task.finish(Outcome(False, self._trouble))
        self._synthesiser.close()

    def _wait(self) -> tuple[Task, str, str] | None:
        with self._turn:
            self._turn.wait_for(lambda: self._next or self._closed)
            job, self._next = self._next, None
            return job


def _play(path: Path, task: Task) -> None:
    """Play a file until its end or the task's; OSError when the loudspeaker does not take it."""
    with wave.open(str(path), "rb") as file:
        rate, samples = file.getframerate(), memoryview(file.readframes(file.getnframes()))
    if task.outcome is not None:
        return
    at = 0

    def fill(frames: int) -> tuple[bytes, bool]:
        nonlocal at
        if task.ended.is_set():
            return bytes(2 * frames), False
        block = bytes(samples[at : at + 2 * frames])
        at += len(block)
        return block.ljust(2 * frames, b"\0"), at < len(samples)

    stream = open_speaker(rate, fill)
    try:
        waits = round((len(samples) / 2 / rate + STUCK) / 0.01)
        while stream.is_active and waits and not task.ended.wait(0.01):
            waits -= 1
    finally:
        stream.close()
    if not task.ended.is_set() and at < len(samples):
        raise OSError("the loudspeaker stopped in the middle of an utterance")


class NoVoice:
    """No voice, and why: every utterance fails with the reason."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def say(self, text: str, language: str) -> Job:
        """Fail at once."""
        return Task(Outcome(False, self._reason))

    def status(self) -> str:
        """Why there is none."""
        return self._reason

    def close(self) -> None:
        """Nothing to release."""
