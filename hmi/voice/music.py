"""Quiet music while driving: a minute of soft pentatonic bells over slow chords, made once, looped without a seam."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from robot.drivers.sound import Stream, missing_device, open_speaker
from robot.ports import Music

RATE = 22050  # Hz
BEAT = 0.75  # s
BARS, BEATS = 20, 4  # 60 s
LOUDNESS = 0.16  # of full scale, at its loudest: people talk over it without raising their voices
FADE = 0.8  # s
AGAIN = 5.0  # s until the next try after the loudspeaker failed

_PENTATONIC = (0, 2, 4, 7, 9)  # semitones of the major pentatonic scale, as in much Vietnamese folk music
_CHORDS = ((0, 7, 16), (-3, 4, 12), (-5, 2, 11), (-7, 5, 9))  # I, vi, V, IV around the tonic, semitones
_TONIC = 261.63  # Hz, middle C


def compose(seed: int = 1) -> NDArray[np.float32]:
    """The piece, (samples,) within ±LOUDNESS at RATE; its end rings on into its beginning. Same seed, same samples."""
    rng = np.random.default_rng(seed)
    piece = np.zeros(round(BARS * BEATS * BEAT * RATE))
    step = 5  # on the ladder of two octaves
    for bar in range(BARS):
        start = bar * BEATS * BEAT
        for tone in _CHORDS[bar % len(_CHORDS)]:
            _add(piece, start, _pad(_pitch(tone - 12), BEATS * BEAT * 1.3), 0.16)
        for beat in range(BEATS):
            if beat == 0 or rng.random() < 0.6:
                step = int(np.clip(step + rng.integers(-2, 3), 0, 9))
                tone = 12 * (step // 5) + _PENTATONIC[step % 5]
                _add(piece, start + beat * BEAT, _bell(_pitch(tone), 2.4), 0.5 if beat == 0 else 0.35)
    return np.asarray(piece * (LOUDNESS / np.abs(piece).max()), np.float32)


def _pitch(semitones: float) -> float:
    return float(_TONIC * 2.0 ** (semitones / 12.0))


def _bell(pitch: float, length: float) -> NDArray[np.float64]:
    """A struck tone: 20 ms of attack, partials that die away the faster the higher."""
    t = np.arange(round(length * RATE)) / RATE
    partials = sum(np.sin(2 * np.pi * pitch * k * t) * np.exp(-t * (1.2 + 1.3 * k)) / k**2 for k in (1, 2, 3))
    return np.asarray(partials * np.minimum(t / 0.02, 1.0) * np.minimum((length - t) / 0.2, 1.0))


def _pad(pitch: float, length: float) -> NDArray[np.float64]:
    """A held tone that swells and fades, a little out of tune with itself."""
    t = np.arange(round(length * RATE)) / RATE
    tone = np.sin(2 * np.pi * pitch * t) + np.sin(2 * np.pi * pitch * 1.003 * t)
    return np.asarray(tone * np.sin(np.pi * t / length) ** 2)


def _add(piece: NDArray[np.float64], start: float, tone: NDArray[np.float64], volume: float) -> None:
    """Mix a tone in at `start` s; what is beyond the end goes to the beginning."""
    places = (round(start * RATE) + np.arange(len(tone))) % len(piece)
    piece[places] += volume * tone


def open_music() -> Music:
    """Music through the loudspeaker, or `NoMusic` with the reason."""
    trouble = missing_device(output=True)
    return NoMusic(trouble) if trouble else SpeakerMusic(compose())


class SpeakerMusic:
    """Plays `piece` (±1 at RATE) in a loop, with a fade at both ends; the device is held only while it plays."""

    def __init__(self, piece: NDArray[np.float32]) -> None:
        self._piece = piece
        self._at = 0
        self._gain = 0.0
        self._wanted = threading.Event()
        self._closed = threading.Event()
        self._trouble = ""
        self._worker = threading.Thread(target=self._work, name="music", daemon=True)
        self._worker.start()

    def play(self) -> None:
        """Play on."""
        self._wanted.set()

    def stop(self) -> None:
        """Fade out."""
        self._wanted.clear()

    def status(self) -> str:
        """The last trouble in words, "" if there was none."""
        return self._trouble

    def close(self) -> None:
        """Fall silent."""
        self._closed.set()
        self._wanted.set()  # wakes the worker
        self._worker.join(2.0)

    def _work(self) -> None:
        while self._wanted.wait() and not self._closed.is_set():
            try:
                stream = open_speaker(RATE, self._fill)
            except OSError as error:
                self._trouble = str(error)
                self._closed.wait(AGAIN)
                continue
            self._trouble = ""
            self._watch(stream)
            if self._gain > 0.0 and not self._closed.is_set():  # it ended although music is wanted
                self._trouble = "the loudspeaker stopped in the middle of the music"
                self._gain = 0.0
                self._closed.wait(AGAIN)

    def _watch(self, stream: Stream) -> None:
        try:
            while stream.is_active and not self._closed.wait(0.02):
                pass
        finally:
            stream.close()

    def _fill(self, frames: int) -> tuple[bytes, bool]:
        """The next samples under a gain that moves to 1 while music is wanted, else to 0, where the stream ends."""
        step = 1.0 / (FADE * RATE)
        wanted = self._wanted.is_set()
        ramp = self._gain + (step if wanted else -step) * np.arange(1, frames + 1)
        gain = np.clip(ramp, 0.0, 1.0)
        samples = np.take(self._piece, np.arange(self._at, self._at + frames), mode="wrap") * gain
        self._at = (self._at + frames) % len(self._piece)
        self._gain = float(gain[-1])
        return (samples * 32767).astype("<i2").tobytes(), wanted or self._gain > 0.0


class NoMusic:
    """No music, and why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def play(self) -> None:
        """Stay silent."""

    def stop(self) -> None:
        """Stay silent."""

    def status(self) -> str:
        """Why there is none."""
        return self._reason

    def close(self) -> None:
        """Nothing to release."""
