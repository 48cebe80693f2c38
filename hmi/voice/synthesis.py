"""Text to WAV files by pyttsx3 in a helper process, which may hang or die, with a cache on disk."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import signal
import wave
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from hmi.voice.spoken_text import reader

LIMIT = 5.0  # s for one utterance, the start of the helper included
WORDS_A_MINUTE = 160
CACHED = 2000  # utterances; the eldest beyond go when the robot starts


class Synthesiser:
    """Speaks into files with the voices of espeak-ng, `voices` by language; not for several threads at once."""

    def __init__(self, voices: Mapping[str, str], folder: Path, limit: float = LIMIT) -> None:
        self._voices = voices
        self._folder = folder
        self._limit = limit
        self._helper: _Helper | None = None

    def speak(self, text: str, language: str) -> Path:
        """The WAV file of `text`; OSError says in words why there is none."""
        voice = self._voices.get(language)
        if voice is None:
            raise OSError(f"no voice is named for the language `{language}`")
        said = reader(language).read(text)
        name = hashlib.sha256(f"{voice}\n{WORDS_A_MINUTE}\n{said}".encode()).hexdigest()[:32]
        path = self._folder / f"{name}.wav"
        if sounds(path):
            os.utime(path)
            return path
        self._folder.mkdir(parents=True, exist_ok=True)
        trouble = ""
        for _ in range(2):  # about one file in a hundred comes out empty
            trouble = self._make(said, voice, path)
            if not trouble:
                return path
        raise OSError(trouble)

    def prune(self) -> None:
        """Forget the utterances that were not used for longest."""
        with contextlib.suppress(OSError):
            files = sorted(self._folder.glob("*.wav"), key=lambda path: path.stat().st_mtime)
            for path in files[: max(0, len(files) - CACHED)]:
                path.unlink()

    def close(self) -> None:
        """End the helper."""
        if self._helper is not None:
            self._helper.kill()
        self._helper = None

    def _make(self, said: str, voice: str, path: Path) -> str:
        if self._helper is None:
            self._helper = _Helper()
        draft = path.with_suffix(".part")
        trouble = self._helper.ask(said, voice, str(draft), self._limit)
        if trouble is None:
            self.close()
            return f"the speech synthesiser gave no answer within {self._limit:g} s"
        if not trouble and not sounds(draft):
            trouble = f"the speech synthesiser made no sound with the voice `{voice}`"
        if not trouble:
            draft.replace(path)
        return trouble


class _Helper:
    """The process that holds pyttsx3."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")  # the parent has threads: never fork
        self._line, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs,), name="letan voice", daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, said: str, voice: str, path: str, limit: float) -> str | None:
        """The helper's complaint ("" is none), or None when it died or took longer than `limit` s."""
        try:
            self._line.send((said, voice, path))
            return str(self._line.recv()) if self._line.poll(limit) else None
        except (EOFError, OSError):
            return None

    def kill(self) -> None:
        """End the process and wait for it."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._line.close()


def _serve(line: Connection) -> None:
    """The helper's whole life: requests in, complaints out, until the robot is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the robot ends it
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    complaints: list[str] = []
    engine: Any = None
    with contextlib.suppress(EOFError, OSError):
        while True:
            said, voice, path = line.recv()
            complaints.clear()
            try:
                engine = engine or _engine(complaints)
                engine.setProperty("voice", voice)
                engine.save_to_file(said, path)
                engine.runAndWait()
            except Exception as error:  # whatever a driver raises is a complaint, not the end of the helper
                complaints.append(f"the speech synthesiser cannot work: {type(error).__name__}: {error}")
            line.send(complaints[0] if complaints else "")


def _engine(complaints: list[str]) -> Any:  # noqa: ANN401 - pyttsx3 has no types
    import pyttsx3

    engine = pyttsx3.init("espeak")
    engine.connect("error", lambda name, exception: complaints.append(f"the voice cannot be used: {exception}"))
    engine.setProperty("rate", WORDS_A_MINUTE)
    return engine


def sounds(path: Path) -> bool:
    """True for a WAV file, 16-bit mono, that holds sound."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() > 0 and file.getsampwidth() == 2 and file.getnchannels() == 1
    except (OSError, EOFError, wave.Error):
        return False
