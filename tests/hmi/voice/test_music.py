import time
from collections.abc import Iterator

import numpy as np
import pytest

from hmi.voice.music import LOUDNESS, RATE, NoMusic, SpeakerMusic, compose, open_music

HZ = 22050
SILENT = 1e-4  # of full scale: the dither of the server's resampler is below it


@pytest.fixture(scope="module")
def piece() -> np.ndarray:
    return compose()


@pytest.fixture
def music(sound_card: None) -> Iterator[SpeakerMusic]:
    made = open_music()
    assert isinstance(made, SpeakerMusic), made.status()
    yield made
    made.close()


def test_the_piece_is_the_same_every_time_and_another_with_another_seed(piece: np.ndarray) -> None:
    assert np.array_equal(piece, compose())
    assert not np.array_equal(piece, compose(2))


def test_the_piece_is_a_quiet_minute_without_a_hole(piece: np.ndarray) -> None:
    assert len(piece) == 60 * RATE
    assert np.abs(piece).max() == pytest.approx(LOUDNESS)
    seconds = np.sqrt(np.mean(piece.reshape(60, RATE).astype(float) ** 2, axis=1))
    assert seconds.min() > 0.01
    assert abs(float(piece.mean())) < 1e-3


def test_the_loop_has_no_click(piece: np.ndarray) -> None:
    jumps = np.abs(np.diff(np.concatenate([piece[-RATE:], piece[:RATE]])))
    seam = jumps[RATE - 10 : RATE + 10]
    assert seam.max() <= np.abs(np.diff(piece)).max()
    assert np.abs(np.diff(piece)).max() < 0.05, "nor has anything else"


def test_music_is_heard_until_it_is_stopped_and_fades_at_both_ends(music: SpeakerMusic, listener, measure) -> None:
    begun = listener.now()
    for _ in range(5):
        music.play()
    listener.wait_for(lambda samples: np.abs(samples[begun:]).max(initial=0) > LOUDNESS / 4)
    listener.wait_until(begun + 3 * HZ)
    for _ in range(5):
        music.stop()
    stopped = listener.now()
    listener.wait_until(stopped + 3 * HZ)
    samples = listener.samples()
    onset = int(np.flatnonzero(np.abs(samples) > SILENT)[0])
    assert measure(samples[onset : onset + HZ // 10]) < 0.5 * measure(samples[onset + HZ : onset + 2 * HZ])
    assert np.abs(samples).max() <= 1.1 * LOUDNESS
    assert np.abs(np.diff(samples)).max() < 0.05, "no click"
    assert measure(samples[stopped + 2 * HZ :]) < SILENT
    assert music.status() == ""


def test_music_comes_back(music: SpeakerMusic, listener) -> None:
    music.play()
    listener.wait_for(lambda samples: np.abs(samples[-HZ // 2 :]).max() > LOUDNESS / 4)
    music.stop()
    listener.wait_for(lambda samples: np.abs(samples[-HZ // 2 :]).max() < SILENT)
    music.play()
    listener.wait_for(lambda samples: np.abs(samples[-HZ // 2 :]).max() > LOUDNESS / 4)


def test_closing_ends_the_music_at_once(sound_card: None, piece: np.ndarray) -> None:
    music = SpeakerMusic(piece)
    music.play()
    music.close()
    assert not music._worker.is_alive()


def test_without_a_sound_card_there_is_no_music_and_a_reason(no_sound_card: None) -> None:
    music = open_music()
    assert isinstance(music, NoMusic)
    assert "there is no loudspeaker" in music.status()
    music.play()
    music.stop()
    music.close()


def test_a_sound_card_that_went_away_is_named_and_tried_again(
    music: SpeakerMusic, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    music.play()
    deadline = time.monotonic() + 20
    while not music.status():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert "loudspeaker" in music.status()
