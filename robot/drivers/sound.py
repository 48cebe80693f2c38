"""The sound card through PortAudio: one stream out or in, each fed by a callback, without the library's chatter."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

_PORTAUDIO = threading.Lock()  # PortAudio's calls that open and close are not made for several threads
_BLOCK = 512  # frames a callback


class Stream:
    """An open stream; `is_active` turns False when its callback ended it or the device went away."""

    def __init__(self, library: Any, stream: Any) -> None:  # noqa: ANN401 - PyAudio has no types
        self._library = library
        self._stream = stream

    @property
    def is_active(self) -> bool:
        """True while the device takes or gives sound."""
        try:
            return bool(self._stream.is_active())
        except OSError:
            return False

    def close(self) -> None:
        """Fall silent at once and give the device back."""
        with _PORTAUDIO, silence():
            with contextlib.suppress(OSError):
                self._stream.close()
            self._library.terminate()


def open_speaker(rate: int, fill: Callable[[int], tuple[bytes, bool]]) -> Stream:
    """Sound out, 16-bit mono at `rate` Hz: `fill(frames)` gives samples and whether more follow; OSError in words."""

    def callback(_: bytes | None, frames: int, *__: object) -> tuple[bytes, int]:
        samples, more = fill(frames)
        return samples, 0 if more else 1  # paContinue, paComplete

    return _open("loudspeaker", rate, output=True, stream_callback=callback)


def open_microphone(rate: int, take: Callable[[bytes], None]) -> Stream:
    """Sound in, 16-bit mono at `rate` Hz, handed to `take` block by block; OSError in words."""

    def callback(samples: bytes | None, *_: object) -> tuple[None, int]:
        take(samples or b"")
        return None, 0

    return _open("microphone", rate, input=True, stream_callback=callback)


def missing_device(output: bool) -> str:
    """Why there is no loudspeaker (or microphone), "" if there is one."""
    try:
        with _PORTAUDIO, silence():
            library = _library()
            try:
                library.get_default_output_device_info() if output else library.get_default_input_device_info()
            finally:
                library.terminate()
    except OSError as error:
        return _why("loudspeaker" if output else "microphone", error)
    return ""


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """File descriptor 2 leads nowhere meanwhile: PortAudio and ALSA write some hundred lines without a sound card."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _open(name: str, rate: int, **how: object) -> Stream:
    try:
        with _PORTAUDIO, silence():
            library = _library()
            try:
                return Stream(library, library.open(rate, 1, INT16, frames_per_buffer=_BLOCK, **how))
            except BaseException:
                library.terminate()
                raise
    except (OSError, ValueError) as error:
        raise OSError(_why(name, error)) from None


INT16 = 8  # PortAudio: paInt16


def _library() -> Any:  # noqa: ANN401
    try:
        import pyaudio
    except ImportError as error:
        raise OSError(f"PyAudio is not installed ({error})") from None
    return pyaudio.PyAudio()


def _why(name: str, error: Exception) -> str:
    words = str(error.args[-1] if error.args else error)
    return f"there is no {name}: {words}"
