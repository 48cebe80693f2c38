import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hmi.printer import EscposPrinter, NoPrinter, PicturePrinter, open_printer
from hmi.ticket import draw
from robot.ports import Job, Outcome, Printer, TicketSlip
from robot.types import LetanError, Texts

ASK_ONLINE, ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x04"
WELL = {ASK_ONLINE: b"\x16", ASK_PAPER: b"\x12"}


class FakePrinter:
    """An ESC/POS printer on TCP: answers status requests as told, keeps what it is to print."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self.answers, self.printed = answers, b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp:127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            with line:
                while data := line.recv(65536):
                    if data in (ASK_ONLINE, ASK_PAPER):
                        line.sendall(self.answers.get(data, b""))
                    else:
                        self.printed += data

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


@pytest.fixture
def printer_with() -> Iterator[Callable[[dict[bytes, bytes]], FakePrinter]]:
    made: list[FakePrinter] = []

    def make(answers: dict[bytes, bytes]) -> FakePrinter:
        made.append(FakePrinter(answers))
        return made[-1]

    yield make
    for fake in made:
        fake.close()


def outcome_of(job: Job) -> Outcome:
    for _ in range(3000):
        if job.outcome is not None:
            return job.outcome
        threading.Event().wait(0.01)
    raise AssertionError("the job never ended")


def print_once(printer: Printer, slip: TicketSlip) -> Outcome:
    try:
        return outcome_of(printer.print(slip))
    finally:
        printer.close()


def rasters(data: bytes) -> np.ndarray:
    """The picture in the `GS v 0` commands of an ESC/POS stream: True where it is black."""
    parts, at = [], 0
    while (at := data.find(b"\x1dv0\x00", at)) >= 0:
        row_bytes, rows = (
            int.from_bytes(data[at + 4 : at + 6], "little"),
            int.from_bytes(data[at + 6 : at + 8], "little"),
        )
        raw = np.frombuffer(data[at + 8 : at + 8 + row_bytes * rows], np.uint8).reshape(rows, row_bytes)
        parts.append(np.unpackbits(raw, axis=1).astype(bool))
        at += 8 + row_bytes * rows
    return np.vstack(parts)


@pytest.mark.parametrize("width", [576, 384])
def test_the_printer_receives_the_very_dots_of_the_ticket(
    slip: TicketSlip, texts: Texts, printer_with: Callable[[dict[bytes, bytes]], FakePrinter], width: int
) -> None:
    fake = printer_with(WELL)
    assert print_once(open_printer(fake.address, texts, width), slip) == Outcome(True)
    fake.close()
    assert np.array_equal(rasters(fake.printed), ~np.asarray(draw(slip, texts["vi"], width)))
    assert fake.printed.count(b"\x1dV") == 1, "one cut, so one ticket"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({ASK_ONLINE: b"\x1e", ASK_PAPER: b"\x12"}, "cover"),
        ({ASK_ONLINE: b"\x16", ASK_PAPER: b"\x72"}, "out of paper"),
        ({ASK_ONLINE: b"\x1e", ASK_PAPER: b"\x72"}, "out of paper"),
        ({}, "answer|timed out"),
    ],
    ids=["cover open", "paper out", "offline for want of paper", "answers nothing"],
)
def test_a_printer_in_trouble_gets_nothing_to_print_and_says_why(
    slip: TicketSlip,
    texts: Texts,
    printer_with: Callable[[dict[bytes, bytes]], FakePrinter],
    answers: dict[bytes, bytes],
    words: str,
) -> None:
    fake = printer_with(answers)
    printer = EscposPrinter(fake.address, texts, limit=0.5)
    outcome = print_once(printer, slip)
    assert not outcome.ok
    assert any(word in outcome.reason for word in words.split("|")), outcome.reason
    assert printer.status() == outcome.reason
    assert fake.printed == b""


def test_a_refused_connection_is_a_reason_and_not_an_exception(slip: TicketSlip, texts: Texts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp:127.0.0.1:{server.getsockname()[1]}"
    printer = open_printer(address, texts)
    outcome = print_once(printer, slip)
    assert not outcome.ok
    assert "cannot be reached" in outcome.reason
    assert printer.status() == outcome.reason


def test_a_usb_printer_that_is_not_there_is_a_reason(slip: TicketSlip, texts: Texts) -> None:
    assert not print_once(open_printer("usb:0fff:0fff", texts), slip).ok


def test_a_cancelled_ticket_is_not_printed(
    slip: TicketSlip, texts: Texts, printer_with: Callable[[dict[bytes, bytes]], FakePrinter]
) -> None:
    fake = printer_with(WELL)
    printer = open_printer(fake.address, texts)
    first, second = printer.print(slip), printer.print(slip)
    second.cancel()
    assert outcome_of(first).ok
    printer.close()
    fake.close()
    assert second.outcome == Outcome(False, "cancelled")
    assert fake.printed.count(b"\x1dV") == 1


def test_a_device_file_gets_the_same_dots(slip: TicketSlip, texts: Texts, tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    assert print_once(open_printer(f"file:{path}", texts), slip).ok
    assert np.array_equal(rasters(path.read_bytes()), ~np.asarray(draw(slip, texts["vi"])))


def test_a_device_file_that_is_unplugged_is_not_created(slip: TicketSlip, texts: Texts) -> None:
    outcome = print_once(open_printer("file:/dev/letan-no-such-printer", texts), slip)
    assert "not plugged in" in outcome.reason
    assert not Path("/dev/letan-no-such-printer").exists()


def test_pictures_are_named_by_the_number_and_labelled_in_the_slips_language(
    slip: TicketSlip, texts: Texts, tmp_path: Path
) -> None:
    printer = PicturePrinter(tmp_path / "tickets", texts)
    assert print_once(printer, slip) == Outcome(True)
    with Image.open(tmp_path / "tickets" / "A017.png") as picture:
        assert np.array_equal(np.asarray(picture), np.asarray(draw(slip, texts["vi"])))


def test_a_folder_that_cannot_be_written_is_a_reason(slip: TicketSlip, texts: Texts, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in print_once(PicturePrinter(tmp_path / "file", texts), slip).reason


def test_no_printer_says_so(slip: TicketSlip, texts: Texts) -> None:
    printer = open_printer("none", texts)
    assert isinstance(printer, NoPrinter)
    assert printer.status()
    assert print_once(printer, slip) == Outcome(False, printer.status())


@pytest.mark.parametrize("address", ["lpt1", "usb:zz:1", "usb:1", "tcp:host", "tcp:host:x", "file:"])
def test_an_address_that_cannot_be_right_is_named(texts: Texts, address: str) -> None:
    with pytest.raises(LetanError, match="expected none, usb:VENDOR:PRODUCT"):
        open_printer(address, texts)
