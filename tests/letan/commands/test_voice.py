from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from letan.commands.voice import doctor, voice_app

SITE = str(Path(__file__).parents[2] / "sites" / "cua_nam")
app = typer.Typer()
app.command()(doctor)
app.add_typer(voice_app, name="voice")


def test_the_doctor_names_every_part_what_is_wrong_and_what_to_do(no_sound_card: None) -> None:
    result = CliRunner().invoke(app, ["doctor", "--site", SITE], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    for words in (
        "loudspeaker",
        "microphone",
        "voice",
        "ears",
        "music",
        "printer",
        "there is no Vosk model",
        "Plug in",
    ):
        assert words in result.output


def test_voice_check_speaks_and_says_what_is_missing(listener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["voice", "check", "--site", SITE], env={"COLUMNS": "200"})
    assert result.exit_code == 1, "the Vietnamese model is no package"
    assert "works" in result.output
    assert "there is no Vosk model" in result.output
    listener.wait_for(lambda samples: abs(samples).max() > 0.1)


def test_voice_check_names_the_languages_there_are() -> None:
    result = CliRunner().invoke(app, ["voice", "check", "--site", SITE, "--language", "fr"], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert "vi, en" in result.output
