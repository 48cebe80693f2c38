"""The devices at the command line: which parts are there, one spoken sentence, and what to do about the rest."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from centre.site import Site, load_site
from centre.texts import load_texts
from hmi.voice.recogniser import open_ears
from hmi.voice.speaker import open_voice
from letan.commands.office import SITE, SiteOption
from letan.devices import RealDevices, open_devices
from robot.drivers.sound import missing_device
from robot.ports import Job, Outcome
from robot.types import Texts

SENTENCE = "speech.greet"
SPEAKING = 60.0  # s that a sentence may take
ASKING = 5.0  # s that a printer may take for its first answer

voice_app = typer.Typer(help="The robot's voice and ears.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One part: `trouble` in words, "" if it works, and what to do then."""

    part: str
    trouble: str
    advice: str


@voice_app.callback()
def _voice() -> None:
    """The robot's voice and ears."""


@voice_app.command("check")
def voice_check(
    site: SiteOption = SITE,
    language: Annotated[str, typer.Option(help="The language to speak; the site's first by default.")] = "",
) -> None:
    """Say which parts of voice and ears are there, and speak one sentence.

    Example: letan voice check --language en
    """
    place, texts = _read(site)
    language = language or place.languages[0]
    if language not in texts:
        raise typer.BadParameter(f"the site speaks {', '.join(texts)}", param_hint="--language")
    voice, ears = open_voice(place.place.devices.voices), open_ears(place.folder / place.place.devices.vosk_model)
    spoken = _wait(voice.say(texts[language][SENTENCE], language))
    findings = [
        Diagnosis("voice", voice.status() or spoken.reason, _SOUND),
        Diagnosis("ears", ears.status(), _EARS),
    ]
    voice.close()
    ears.close()
    _report(findings)


def doctor(site: SiteOption = SITE) -> None:
    """Look at every device of the robot and say what to do about those that don't work.

    Example: letan doctor --site sites/cua_nam
    """
    place, texts = _read(site)
    findings = [
        Diagnosis("loudspeaker", missing_device(output=True), _SOUND),
        Diagnosis("microphone", missing_device(output=False), _SOUND),
        Diagnosis("speech synthesiser", _missing_program("espeak-ng"), "Install it: sudo apt install espeak-ng"),
    ]
    devices = open_devices(place, texts)
    try:
        _until(lambda: "not asked yet" not in devices.printer.status(), ASKING)
        findings += _of(devices)
    finally:
        devices.close()
    _report(findings)


_SOUND = "Plug in a sound device, or choose one as default (`wpctl status`, `pactl info`), then look again."
_EARS = "Unpack a Vosk model of the language where `vosk_model` in the site's site.yaml says; plug in a microphone."
_PRINTER = "Look at its cable, cover and paper; its address is `printer` in the site's site.yaml."


def _of(devices: RealDevices) -> list[Diagnosis]:
    return [
        Diagnosis("voice", devices.voice.status(), _SOUND),
        Diagnosis("ears", devices.ears.status(), _EARS),
        Diagnosis("music", devices.music.status(), _SOUND),
        Diagnosis("printer", devices.printer.status(), _PRINTER),
    ]


def _missing_program(name: str) -> str:
    return "" if shutil.which(name) else f"{name} is not installed"


def _read(folder: Path) -> tuple[Site, Texts]:
    site = load_site(folder)
    return site, load_texts(folder, site.languages)


def _wait(job: Job) -> Outcome:
    _until(lambda: job.outcome is not None, SPEAKING)
    return job.outcome or Outcome(False, f"speaking took longer than {SPEAKING:g} s")


def _until(condition: Callable[[], bool], limit: float) -> None:
    deadline = time.monotonic() + limit
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def _report(findings: list[Diagnosis]) -> None:
    """A table of parts; exit code 1 when one does not work."""
    table = Table("part", "state", "what to do")
    for finding in findings:
        works = not finding.trouble
        table.add_row(
            finding.part,
            "[green]works[/]" if works else f"[red]{escape(finding.trouble)}[/]",
            "" if works else finding.advice,
        )
    Console().print(table)
    if any(finding.trouble for finding in findings):
        raise typer.Exit(1)
