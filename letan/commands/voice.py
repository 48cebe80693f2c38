"""`letan voice`: the robot's voice and ears, tried at the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from letan.commands.doctor import EARS, SOUND, DeviceCheck, report, until
from letan.commands.options import SITE, SiteOption
from letan.setup import read_site
from robot.ports import Job, Outcome

SENTENCE = "speech.greet"
SPEAKING = 60.0  # s that a sentence may take

app = typer.Typer(no_args_is_help=True)


@app.callback()
def voice() -> None:
    """The robot's voice and ears.

    Example: letan voice check
    """


@app.command("check")
def check(
    site: SiteOption = SITE,
    language: Annotated[str, typer.Option(help="The language to speak; the site's first by default.")] = "",
) -> None:
    """Say which parts of voice and ears are there, and speak one sentence.

    Example: letan voice check --language en
    """
    from hmi.voice.recogniser import open_ears  # heavier than --help
    from hmi.voice.speaker import open_voice

    place, texts = read_site(site)
    language = language or place.languages[0]
    if language not in texts:
        raise typer.BadParameter(f"the site speaks {', '.join(texts)}", param_hint="--language")
    voice, ears = open_voice(place.place.devices.voices), open_ears(place.folder / place.place.devices.vosk_model)
    spoken = _wait(voice.say(texts[language][SENTENCE], language))
    findings = [
        DeviceCheck("voice", voice.status() or spoken.reason, SOUND),
        DeviceCheck("ears", ears.status(), EARS),
    ]
    voice.close()
    ears.close()
    report(findings)


def _wait(job: Job) -> Outcome:
    until(lambda: job.outcome is not None, SPEAKING)
    return job.outcome or Outcome(False, f"speaking took longer than {SPEAKING:g} s")
