"""The ears: the microphone through a Vosk recogniser on a worker thread, offline."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import unicodedata
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from robot.clock import RealClock
from robot.drivers.sound import Stream, missing_device, open_microphone, silence
from robot.ports import Clock, Ears
from robot.types import Utterance

RATE = 16000  # Hz that the models are trained for
QUEUED = 200  # blocks of 32 ms that may wait for the recogniser; later ones are lost
AGAIN = 5.0  # s until the next try after the microphone failed
_MODEL_FILES = ("am/final.mdl", "final.mdl")


def open_ears(model_folder: Path, clock: Clock | None = None) -> Ears:
    """Ears with the Vosk model in `model_folder`, open from the start, or `NoEars` with the reason."""
    # Vosk itself downloads or ends the program when a model is missing: look first
    if not any((model_folder / name).is_file() for name in _MODEL_FILES):
        return NoEars(f"there is no Vosk model in {model_folder}: download one and name its folder in the site file")
    trouble = missing_device(output=False)
    if trouble:
        return NoEars(trouble)
    try:
        with silence():
            import vosk

            vosk.SetLogLevel(-1)
            model = vosk.Model(model_path=str(model_folder))
    except ImportError as error:
        return NoEars(f"Vosk is not installed ({error})")
    except Exception:  # a bare one is all that Vosk raises
        return NoEars(f"the Vosk model in {model_folder} cannot be read: download it anew")
    return VoskEars(model, clock or RealClock())


class VoskEars:
    """Listens while the ear is open; what was said into an ear that closed is forgotten."""

    def __init__(self, model: Any, clock: Clock) -> None:  # noqa: ANN401 - Vosk has no types
        self._model = model
        self._clock = clock
        self._wanted = threading.Event()
        self._closed = threading.Event()
        self._session = 0  # counts up when the ear closes
        self._heard: deque[Utterance] = deque()
        self._guard = threading.Lock()
        self._trouble = ""
        self._wanted.set()
        self._worker = threading.Thread(target=self._work, name="ears", daemon=True)
        self._worker.start()

    def listen(self, on: bool) -> None:
        """Open or close the ear: a closed one gives the microphone back."""
        with self._guard:
            if on:
                self._wanted.set()
            elif self._wanted.is_set():
                self._wanted.clear()
                self._heard.clear()
                self._session += 1

    def poll(self) -> Sequence[Utterance]:
        """Utterances that ended since the last poll."""
        with self._guard:
            heard = list(self._heard)
            self._heard.clear()
            return heard

    def status(self) -> str:
        """The last trouble in words, "" if there was none."""
        return self._trouble

    def close(self) -> None:
        """Close the ear for good."""
        self.listen(False)
        self._closed.set()
        self._wanted.set()  # wakes the worker
        self._worker.join(5.0)

    def _work(self) -> None:
        while self._wanted.wait() and not self._closed.is_set():
            session, blocks = self._session, queue.Queue[bytes](QUEUED)
            try:
                stream = open_microphone(RATE, lambda block, to=blocks: _put(to, block))  # type: ignore[misc]
            except OSError as error:
                self._fail(str(error))
                continue
            self._trouble = ""
            try:
                self._follow(stream, session, blocks)
            finally:
                stream.close()
            if session == self._session:
                self._fail("the microphone stopped")

    def _fail(self, trouble: str) -> None:
        self._trouble = trouble
        self._closed.wait(AGAIN)

    def _follow(self, stream: Stream, session: int, blocks: queue.Queue[bytes]) -> None:
        """Recognise until the ear closes or the microphone ends."""
        import vosk

        recogniser = vosk.KaldiRecognizer(self._model, RATE)
        recogniser.SetWords(True)
        while session == self._session:
            try:
                block = blocks.get(timeout=0.1)
            except queue.Empty:
                if not stream.is_active:
                    return
                continue
            if recogniser.AcceptWaveform(block):
                utterance = understood(recogniser.Result(), self._clock.now())
                with self._guard:
                    if utterance is not None and session == self._session:
                        self._heard.append(utterance)


def _put(blocks: queue.Queue[bytes], block: bytes) -> None:
    with contextlib.suppress(queue.Full):
        blocks.put_nowait(block)


def understood(result: str, stamp: float) -> Utterance | None:
    """Vosk's JSON as an utterance with the mean confidence of its words, None when nothing was said."""
    data = json.loads(result)
    words = [word for word in data.get("result", ()) if word["word"] != "[unk]"]
    text = unicodedata.normalize("NFC", " ".join(word["word"] for word in words))
    if not text:
        return None
    return Utterance(stamp, text, sum(float(word["conf"]) for word in words) / len(words))


class NoEars:
    """No ears, and why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def listen(self, on: bool) -> None:
        """Stay deaf."""

    def poll(self) -> Sequence[Utterance]:
        """Nothing."""
        return ()

    def status(self) -> str:
        """Why there are none."""
        return self._reason

    def close(self) -> None:
        """Nothing to release."""
