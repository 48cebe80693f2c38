import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hmi.printer import EscposPrinter, NoPrinter, PicturePrinter, connect, open_printer, words_of
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
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hmi.printer.LIMIT", 0.3)
    fake = printer_with(answers)
    printer = EscposPrinter(fake.address, texts, limit=0.4)
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
    outcome = print_once(PicturePrinter(tmp_path / "file", texts), slip)
    assert not outcome.ok
    assert "cannot be written" in outcome.reason


def test_no_printer_says_so(slip: TicketSlip, texts: Texts) -> None:
    printer = open_printer("none", texts)
    assert isinstance(printer, NoPrinter)
    assert printer.status()
    assert print_once(printer, slip) == Outcome(False, printer.status())


@pytest.mark.parametrize("address", ["lpt1", "usb:zz:1", "usb:1", "tcp:host", "tcp:host:x", "file:"])
def test_an_address_that_cannot_be_right_is_named(texts: Texts, address: str) -> None:
    with pytest.raises(LetanError, match="expected none, usb:VENDOR:PRODUCT"):
        open_printer(address, texts)


def until(holds: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if holds():
            return True
        threading.Event().wait(0.01)
    return False


class Late(dict[bytes, bytes]):
    """Answers that come once `told`."""

    def __init__(self) -> None:
        super().__init__(WELL)
        self.told = threading.Event()

    def get(self, key: bytes, default: object = None) -> bytes:  # type: ignore[override]
        self.told.wait(20)
        return self[key]


def test_an_address_says_where_the_printer_is_and_none_keeps_the_robot_waiting() -> None:
    usb, net = connect("usb:04b8:0e15")(), connect("tcp:::1:9100")()
    assert (usb.usb_args, usb.timeout) == ({"idVendor": 0x04B8, "idProduct": 0x0E15}, 3000)
    assert (net.host, net.port, net.timeout) == ("::1", 9100, 3.0)


def test_what_is_no_file_is_not_taken_for_one(texts: Texts) -> None:
    with pytest.raises(LetanError, match="`lpt:/dev/null` is no printer"):
        open_printer("lpt:/dev/null", texts)
    assert isinstance(open_printer("", texts), NoPrinter)


def test_paper_that_is_nearly_out_is_printed_on(
    slip: TicketSlip, texts: Texts, printer_with: Callable[[dict[bytes, bytes]], FakePrinter]
) -> None:
    fake = printer_with(WELL | {ASK_PAPER: b"\x1e"})
    assert print_once(open_printer(fake.address, texts), slip).ok


def test_an_idle_printer_is_looked_after(
    texts: Texts, printer_with: Callable[[dict[bytes, bytes]], FakePrinter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hmi.printer.LOOK_EVERY", 0.05)
    fake = printer_with(WELL)
    printer = EscposPrinter(fake.address, texts)
    assert until(lambda: printer.status() == "")
    fake.answers = {ASK_ONLINE: b"\x16", ASK_PAPER: b"\x72"}
    assert until(lambda: "out of paper" in printer.status())
    fake.answers = WELL
    assert until(lambda: printer.status() == "")
    printer.close()
    assert fake.printed == b""


def test_looking_after_a_device_file_does_not_touch_it(
    slip: TicketSlip, texts: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hmi.printer.LOOK_EVERY", 0.01)
    path = tmp_path / "lp0"
    path.write_text("as it was")
    printer = EscposPrinter(f"file:{path}", texts)
    assert until(lambda: printer.status() == "")
    threading.Event().wait(0.1)
    assert path.read_text() == "as it was"
    assert print_once(printer, slip).ok
    assert path.read_bytes().count(b"\x1dV") == 1


def test_what_was_given_up_is_not_printed_when_the_printer_answers_at_last(
    slip: TicketSlip, texts: Texts, printer_with: Callable[[dict[bytes, bytes]], FakePrinter]
) -> None:
    late = Late()
    fake = printer_with(late)
    printer = EscposPrinter(fake.address, texts, limit=0.2)
    outcome = print_once(printer, slip)
    assert outcome == Outcome(False, f"the printer at {fake.address} did not answer within 0.2 s")
    late.told.set()
    fake.close()
    assert fake.printed == b""


def test_closing_drops_what_waits_and_ends_the_worker(
    slip: TicketSlip, texts: Texts, printer_with: Callable[[dict[bytes, bytes]], FakePrinter]
) -> None:
    late = Late()
    fake = printer_with(late)
    printer = EscposPrinter(fake.address, texts, limit=0.3)
    waiting = [printer.print(slip) for _ in range(3)]
    printer.close()
    late.told.set()
    assert [job.outcome for job in waiting] == [Outcome(False, "cancelled")] * 3
    assert not any(thread.name == "printer" for thread in threading.enumerate())


def test_a_cancelled_job_says_nothing_about_the_printer(
    slip: TicketSlip, texts: Texts, printer_with: Callable[[dict[bytes, bytes]], FakePrinter]
) -> None:
    late = Late()
    late.told.set()
    fake = printer_with(late)
    printer = EscposPrinter(fake.address, texts, limit=20.0)
    assert until(lambda: printer.status() == "")
    late.told.clear()
    cancelled = printer.print(slip)
    cancelled.cancel()
    late.told.set()
    assert outcome_of(printer.print(slip)).ok
    assert printer.status() == ""
    printer.close()
    assert cancelled.outcome == Outcome(False, "cancelled")


def test_neither_a_printer_nor_its_jobs_keep_the_program_from_ending(
    slip: TicketSlip, texts: Texts, printer_with: Callable[[dict[bytes, bytes]], FakePrinter]
) -> None:
    late = Late()
    printer = EscposPrinter(printer_with(late).address, texts, limit=20.0)
    assert until(lambda: any(thread.name == "printer job" for thread in threading.enumerate()))
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("printer"))
    late.told.set()
    printer.close()


@pytest.mark.parametrize(
    ("said", "told"), [("USB\n no such device \n", "no such device"), ("", "RuntimeError"), ("busy", "busy")]
)
def test_of_what_a_driver_says_the_last_line_is_told(
    texts: Texts, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    def fails() -> None:
        raise RuntimeError(said)

    monkeypatch.setattr("hmi.printer.connect", lambda address: fails)
    printer = EscposPrinter("usb:1:1", texts)
    assert until(lambda: printer.status() == f"the printer at usb:1:1 cannot be reached: {told}")
    printer.close()


def test_a_picture_keeps_of_its_number_what_a_file_name_may_have(
    slip: TicketSlip, texts: Texts, tmp_path: Path
) -> None:
    assert print_once(PicturePrinter(tmp_path / "a" / "b", texts), replace(slip, number="A-0_1 7/.")).ok
    assert print_once(PicturePrinter(tmp_path / "a" / "b", texts), replace(slip, number="B 1")).ok
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["A-0_17.png", "B1.png"]
    assert PicturePrinter(tmp_path, texts).status() == ""


def test_a_slip_in_a_language_without_words_speaks_the_first_of_the_site(slip: TicketSlip, texts: Texts) -> None:
    assert words_of(texts, replace(slip, language="xx")) == next(iter(texts.values()))
    assert words_of(texts, replace(slip, language="en")) == texts["en"]
