"""`letan doctor`: which devices of the robot work, and what to do about the rest."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape

from letan.commands.options import SITE, JsonOption, SiteOption
from letan.commands.tables import wrapped_table
from letan.setup import read_site

if TYPE_CHECKING:
    from letan.devices import RealDevices

ASKING = 5.0  # s that a printer may take for its first answer
SOUND = "Plug in a sound device, or choose one as default (`wpctl status`, `pactl info`), then look again."
EARS = "Unpack a Vosk model of the language where `vosk_model` in the site's site.yaml says; plug in a microphone."
PRINTER = "Look at its cable, cover and paper; its address is `printer` in the site's site.yaml."
SYNTHESISER = "Install it: sudo apt install espeak-ng"


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    """One part: `trouble` in words, "" if it works, and what to do then."""

    part: str
    trouble: str
    advice: str


def doctor(site: SiteOption = SITE, as_json: JsonOption = False) -> None:
    """Look at every device of the robot and say what to do about those that don't work.

    The exit code is 1 when one does not. With --json each line has "part", "trouble" ("" when it works) and "advice".

    Example: letan doctor --site sites/cua_nam
    """
    from letan.devices import open_devices  # with what speaks, listens and prints, which --help does not need
    from robot.drivers.sound import missing_device

    place, texts = read_site(site)
    findings = [
        DeviceCheck("loudspeaker", missing_device(output=True), SOUND),
        DeviceCheck("microphone", missing_device(output=False), SOUND),
        DeviceCheck("speech synthesiser", _missing_program("espeak-ng"), SYNTHESISER),
    ]
    devices = open_devices(place, texts)
    try:
        until(lambda: "not asked yet" not in devices.printer.status(), ASKING)
        findings += _of(devices)
    finally:
        devices.close()
    report(findings, as_json)


def _of(devices: RealDevices) -> list[DeviceCheck]:
    return [
        DeviceCheck("voice", devices.voice.status(), SOUND),
        DeviceCheck("ears", devices.ears.status(), EARS),
        DeviceCheck("music", devices.music.status(), SOUND),
        DeviceCheck("printer", devices.printer.status(), PRINTER),
    ]


def _missing_program(name: str) -> str:
    return "" if shutil.which(name) else f"{name} is not installed"


def until(condition: Callable[[], bool], limit: float) -> None:
    """Wait until `condition` holds, at most `limit` seconds."""
    deadline = time.monotonic() + limit
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def report(findings: list[DeviceCheck], as_json: bool = False) -> None:
    """A table of parts, or a JSON object each; exit code 1 when one does not work."""
    if as_json:
        for finding in findings:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
    else:
        _show(findings)
    if any(finding.trouble for finding in findings):
        raise typer.Exit(1)


def _show(findings: list[DeviceCheck]) -> None:
    table = wrapped_table("part", "state", "what to do")
    for finding in findings:
        works = not finding.trouble
        table.add_row(
            finding.part,
            "[green]works[/]" if works else f"[red]{escape(finding.trouble)}[/]",
            "" if works else finding.advice,
        )
    Console().print(table)
