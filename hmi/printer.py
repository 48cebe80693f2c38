"""The ticket printer: ESC/POS over USB, network or a device file; pictures in a folder; or none."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from escpos.escpos import Escpos
from escpos.exceptions import Error as EscposError
from escpos.printer import File, Network, Usb
from PIL import Image

from hmi.jobs import Task
from hmi.ticket import WIDTHS, clamp_width, draw
from robot.ports import Job, Outcome, Printer, TicketSlip
from robot.types import LetanError, Texts

LIMIT = 3.0  # s that a printer may take to answer and swallow a slip
LOOK_EVERY = 5.0  # s between two looks at an idle printer
PROFILE = "TM-T20II"  # 576 dots wide; with the default profile python-escpos prints warnings to standard output


def open_printer(address: str, texts: Texts, width: int = WIDTHS[0]) -> Printer:
    """The printer at `none`, `usb:VENDOR:PRODUCT`, `tcp:HOST:PORT` or `file:PATH`; `width` in dots."""
    if address in ("", "none"):
        return NoPrinter("no printer is named in the site file")
    return EscposPrinter(address, texts, width)


def connect(address: str) -> Callable[[], Escpos]:
    """What opens the printer at `address`; a LetanError says which forms an address has."""
    kind, _, rest = address.partition(":")
    try:
        if kind == "usb":
            vendor, product = (int(part, 16) for part in rest.split(":"))
            return lambda: Usb(vendor, product, timeout=round(LIMIT * 1000), profile=PROFILE)
        if kind == "tcp":
            host, _, port = rest.rpartition(":")
            number = int(port)
            return lambda: _Network(host, number, timeout=LIMIT, profile=PROFILE)
    except ValueError:
        pass
    if kind == "file" and rest:
        return lambda: File(rest, profile=PROFILE)
    raise LetanError(f"`{address}` is no printer: expected none, usb:VENDOR:PRODUCT, tcp:HOST:PORT or file:PATH")


class _Network(Network):  # type: ignore[misc]
    """python-escpos leaves its socket open when the connection is refused."""

    def open(self, raise_not_found: bool = True) -> None:
        self.device = socket.create_connection((self.host, self.port), self.timeout)


class EscposPrinter:
    """An ESC/POS printer on a worker thread that also looks after it while it is idle.

    Nothing is ever printed twice: a printer without paper keeps a job and prints it after the refill.
    """

    def __init__(self, address: str, texts: Texts, width: int = WIDTHS[0], limit: float = LIMIT) -> None:
        self._address = address
        self._texts = texts
        self._limit = limit
        self._width = clamp_width(width)
        self._connect = connect(address)
        self._is_file = address.startswith("file:")
        self._trouble = "the printer was not asked yet"
        self._jobs: queue.Queue[tuple[Task, TicketSlip] | None] = queue.Queue()
        self._worker = threading.Thread(target=self._work, name="printer", daemon=True)
        self._worker.start()

    def print(self, slip: TicketSlip) -> Job:
        """Start printing; the outcome comes within the limit (s) once it is this slip's turn."""
        task = Task()
        self._jobs.put((task, slip))
        return task

    def status(self) -> str:
        """What the printer said last."""
        return self._trouble

    def close(self) -> None:
        """Let the job at hand end, drop the others."""
        with contextlib.suppress(queue.Empty):
            while job := self._jobs.get_nowait():
                job[0].cancel()
        self._jobs.put(None)
        self._worker.join(self._limit + 1.0)

    def _work(self) -> None:
        self._within_limit(Task(), None)
        while True:
            try:
                job = self._jobs.get(timeout=LOOK_EVERY)
            except queue.Empty:
                self._within_limit(Task(), None)
                continue
            if job is None:
                return
            self._within_limit(*job)

    def _within_limit(self, task: Task, slip: TicketSlip | None) -> None:
        """One job on a thread of its own: a driver that hangs cannot take the worker with it."""
        if task.outcome is not None:  # cancelled before its turn came
            return
        threading.Thread(target=self._run, args=(task, slip), name="printer job", daemon=True).start()
        if not task.ended.wait(self._limit):
            task.finish(Outcome(False, f"the printer at {self._address} did not answer within {self._limit:g} s"))
        if task.outcome is not None and task.outcome.reason != "cancelled":
            self._trouble = task.outcome.reason

    def _run(self, task: Task, slip: TicketSlip | None) -> None:
        picture = draw(slip, words_of(self._texts, slip), self._width) if slip else None
        try:
            trouble = self._missing_file() if self._is_file else ""
            if not trouble and (picture or not self._is_file):  # opening a file empties it
                trouble = self._talk(picture, task)
            task.finish(Outcome(not trouble, trouble))
        except (EscposError, OSError, RuntimeError, ValueError) as error:
            task.finish(Outcome(False, f"the printer at {self._address} cannot be reached: {_first_line(error)}"))

    def _missing_file(self) -> str:
        path = self._address.partition(":")[2]
        missing = path.startswith("/dev/") and not Path(path).exists()  # opening would create a plain file there
        return f"the printer at {path} is not plugged in" if missing else ""

    def _talk(self, picture: Image.Image | None, task: Task) -> str:
        """The trouble in words, "" if the printer is well and has swallowed the picture."""
        printer = self._connect()
        printer.open()
        try:
            if not self._is_file:  # a device file answers nothing
                online, paper = printer.is_online(), printer.paper_status()
                if paper == 0:
                    return "the printer is out of paper"
                if not online:
                    return "the printer is offline: is its cover open?"
            if picture is not None and task.outcome is None:
                printer.image(picture)
                printer.cut()
            return ""
        finally:
            printer.close()


class PicturePrinter:
    """Draws every slip into `folder` as NUMBER.png (without blanks) instead of printing it."""

    def __init__(self, folder: Path, texts: Texts, width: int = WIDTHS[0]) -> None:
        self._folder = folder
        self._texts = texts
        self._width = width

    def print(self, slip: TicketSlip) -> Job:
        """Draw it at once."""
        name = "".join(letter for letter in slip.number if letter.isalnum() or letter in "-_")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draw(slip, words_of(self._texts, slip), self._width).save(self._folder / f"{name}.png")
        except OSError as error:
            return Task(Outcome(False, f"{self._folder}: cannot be written: {error.strerror}"))
        return Task(Outcome(True))

    def status(self) -> str:
        """Always well."""
        return ""

    def close(self) -> None:
        """Nothing to release."""


class NoPrinter:
    """No printer, and why: every job fails with the reason."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def print(self, slip: TicketSlip) -> Job:
        """Fail at once."""
        return Task(Outcome(False, self._reason))

    def status(self) -> str:
        """Why there is none."""
        return self._reason

    def close(self) -> None:
        """Nothing to release."""


def words_of(texts: Texts, slip: TicketSlip) -> dict[str, str]:
    """The printer's words in the slip's language, else in the site's first."""
    return texts.get(slip.language) or next(iter(texts.values()))


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[-1].strip()
