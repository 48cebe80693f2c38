import os
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from hmi.voice.speaker import NoVoice, SpeakerVoice, cache_folder, open_voice
from hmi.voice.synthesis import Synthesiser, sounds
from robot.ports import Job, Outcome

VOICES = {"vi": "vi", "en": "en-us"}
LONG = "Mời ông bà ngồi chờ gọi số, em sẽ báo khi đến lượt. " * 4
HZ = 22050
SILENT = 1e-3  # of full scale


@pytest.fixture
def voice(sound_card: None, tmp_path: Path) -> Iterator[SpeakerVoice]:
    made = open_voice(VOICES, tmp_path)
    assert isinstance(made, SpeakerVoice), made.status()
    yield made
    made.close()


@pytest.fixture
def synthesiser(tmp_path: Path) -> Iterator[Synthesiser]:
    made = Synthesiser(VOICES | {"xx": "no-such-voice"}, tmp_path)
    yield made
    made.close()


def outcome_of(job: Job, limit: float = 30.0) -> Outcome:
    deadline = time.monotonic() + limit
    while job.outcome is None:
        assert time.monotonic() < deadline, "the job never ended"
        time.sleep(0.01)
    return job.outcome


def heard(samples: np.ndarray) -> bool:
    return bool(np.abs(samples[-HZ // 4 :]).max() > 0.05)


def test_what_is_said_is_heard_to_its_end(voice: SpeakerVoice, listener, tmp_path: Path, measure: Callable) -> None:
    assert outcome_of(voice.say("Mời số A 017 đến Cửa 1 ạ.", "vi")) == Outcome(True)
    end = listener.now()
    listener.wait_until(end + HZ)
    samples = listener.samples()
    said = max(tmp_path.glob("*.wav"), key=lambda path: path.stat().st_size)
    with wave.open(str(said), "rb") as file:
        spoken = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768.0
    energy = np.sum(samples**2)
    assert energy == pytest.approx(np.sum(spoken**2), rel=0.1), "all of it, once, as loud as it was made"
    assert measure(samples[end + HZ // 2 :]) < SILENT
    assert voice.status() == ""


def test_a_cancelled_utterance_is_silent_within_a_fifth_of_a_second(
    voice: SpeakerVoice, listener, measure: Callable
) -> None:
    job = voice.say(LONG, "vi")
    listener.wait_for(lambda samples: measure(samples) > 0.02)  # well into the sentence
    cancelled = listener.now()
    job.cancel()
    listener.wait_until(cancelled + HZ)
    samples = listener.samples()
    assert measure(samples[:cancelled]) > 0.01
    assert measure(samples[cancelled + HZ // 5 :]) < SILENT
    assert job.outcome == Outcome(False, "cancelled")


def test_a_new_utterance_silences_the_old_one(voice: SpeakerVoice, listener, measure: Callable) -> None:
    first = voice.say(LONG, "vi")
    listener.wait_for(heard)
    second = voice.say("Vâng ạ.", "vi")
    assert first.outcome == Outcome(False, "cancelled")
    assert outcome_of(second) == Outcome(True)
    end = listener.now()
    listener.wait_until(end + HZ)
    assert measure(listener.samples()[end + HZ // 2 :]) < SILENT


def test_of_many_utterances_at_once_only_the_last_is_said(voice: SpeakerVoice) -> None:
    jobs = [voice.say(f"câu {count}", "vi") for count in range(20)]
    assert outcome_of(jobs[-1]) == Outcome(True)
    assert [job.outcome for job in jobs[:-1]] == [Outcome(False, "cancelled")] * 19


def test_nothing_to_say_is_said_at_once(voice: SpeakerVoice) -> None:
    assert outcome_of(voice.say("  ", "vi")) == Outcome(True)


def test_a_language_without_a_voice_is_a_reason(voice: SpeakerVoice) -> None:
    outcome = outcome_of(voice.say("bonjour", "fr"))
    assert "no voice is named for the language `fr`" in outcome.reason
    assert voice.status() == outcome.reason


def test_the_same_words_are_synthesised_once(synthesiser: Synthesiser, tmp_path: Path) -> None:
    first = synthesiser.speak("Xin chào 17", "vi")
    made = first.stat().st_ino
    assert synthesiser.speak("Xin chào mười bảy", "vi") == first
    assert first.stat().st_ino == made
    assert sounds(first)
    assert [path.suffix for path in tmp_path.iterdir()] == [".wav"]


def test_a_spoiled_file_in_the_cache_is_made_anew(synthesiser: Synthesiser) -> None:
    path = synthesiser.speak("Xin chào", "vi")
    path.write_bytes(b"RIFF spoiled")
    assert sounds(synthesiser.speak("Xin chào", "vi"))


def test_a_voice_that_espeak_does_not_know_is_a_reason(synthesiser: Synthesiser) -> None:
    with pytest.raises(OSError, match="no-such-voice"):
        synthesiser.speak("a", "xx")
    assert sounds(synthesiser.speak("a", "vi")), "the helper goes on"


def test_a_helper_that_hangs_is_killed_and_tried_once_more(tmp_path: Path) -> None:
    slow = Synthesiser(VOICES, tmp_path, limit=0.0)  # no helper answers in no time
    with pytest.raises(OSError, match="no answer within 0 s"):
        slow.speak("Xin chào", "vi")
    slow.close()
    assert not list(tmp_path.glob("*.wav"))


def test_a_helper_that_died_is_replaced(synthesiser: Synthesiser) -> None:
    synthesiser.speak("một", "vi")
    assert synthesiser._helper is not None
    synthesiser._helper._process.kill()
    synthesiser._helper._process.join()
    assert sounds(synthesiser.speak("hai", "vi"))


def test_without_a_sound_card_the_voice_says_why_and_raises_nothing(no_sound_card: None, tmp_path: Path) -> None:
    voice = open_voice(VOICES, tmp_path)
    assert isinstance(voice, NoVoice)
    assert "there is no loudspeaker" in voice.status()
    assert voice.say("Xin chào", "vi").outcome == Outcome(False, voice.status())
    voice.close()


def test_without_any_voice_that_works_it_says_why(sound_card: None, tmp_path: Path) -> None:
    voice = open_voice({"vi": "no-such-voice"}, tmp_path)
    assert isinstance(voice, NoVoice)
    assert "no-such-voice" in voice.status()


def test_a_sound_card_that_goes_away_is_a_reason(
    voice: SpeakerVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    outcome = outcome_of(voice.say("Xin chào", "vi"))
    assert "loudspeaker" in outcome.reason
    assert voice.status() == outcome.reason


def test_nothing_of_portaudios_chatter_is_seen(
    no_sound_card: None, tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    open_voice(VOICES, tmp_path).close()
    os.write(2, b"mine\n")
    assert capfd.readouterr().err == "mine\n"


def test_the_cache_follows_the_desktops_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "letan" / "voice"
