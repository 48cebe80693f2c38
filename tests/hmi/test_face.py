import itertools
import tkinter as tk

import pytest

from hmi import fonts
from hmi.face import Eye, Mood
from hmi.items import Text
from hmi.pages import make
from hmi.render import Renderer
from hmi.theme import load_theme
from robot.types import Modes, ScreenState


def dark(eye):
    image = eye.draw(1.0, load_theme().palette)
    return sum(image.getchannel("A").histogram()[128:])


def test_every_expression_has_a_pair_of_eyes_of_its_own():
    pairs = {
        tuple(Eye(104, name, side).draw(1.0, load_theme().palette).tobytes() for side in (0, 1))
        for name in load_theme().face.expressions
    }
    assert len(pairs) == len(load_theme().face.expressions)


def test_a_neutral_eye_is_an_ellipse_of_the_given_size():
    shape = load_theme().face.eye
    assert dark(Eye(200, "neutral", 0)) == pytest.approx(3.1416 * shape.rx * 200 * shape.ry * 200, rel=0.02)


def test_a_blink_closes_the_eye_step_by_step():
    areas = [dark(Eye(104, "neutral", 0, open_)) for open_ in load_theme().face.blink.heights]
    assert areas == sorted(areas, reverse=True)
    assert areas[-1] < areas[0] / 5


def test_eyes_blink_within_the_seconds_of_the_theme_and_not_while_listening():
    mood, closed = Mood(), []
    for step in range(3000):
        now = step / 100
        if mood.open_(now, "neutral") < 0.3:
            closed.append(now)
        assert mood.open_(now, "listening") == 1.0
    starts = [now for i, now in enumerate(closed) if not i or now - closed[i - 1] > 1]
    shortest, longest = load_theme().face.blink.every_s
    assert starts
    assert all(shortest - 0.1 <= b - a <= longest + 0.5 for a, b in itertools.pairwise(starts))


def test_a_glance_takes_its_time_and_arrives():
    mood, ms = Mood(), load_theme().face.gaze.ms
    mood.look_at(1.0, 10.0)
    assert mood.glance(10.0) == 0.0
    assert 0 < mood.glance(10.0 + ms / 2000) < 1
    assert mood.glance(10.0 + ms / 1000) == 1.0


@pytest.fixture(scope="module")
def renderer(display):
    fonts.register()
    root = tk.Tk(screenName=display)
    root.withdraw()
    yield Renderer(tk.Canvas(root), 1.0)
    root.destroy()


@pytest.mark.parametrize("modes", [Modes(), Modes(large_text=True), Modes(low=True)], ids=["plain", "large", "low"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_words_as_tk_draws_them_fit_their_places(renderer, samples, texts, language, modes):
    for state in samples.values():
        page = make(ScreenState(state.page, state.content, language, modes=modes), texts)
        for item in page.items:
            if isinstance(item, Text):
                wide = renderer.font(item.size, item.bold).measure(item.text)
                assert wide <= item.room * 1.02 + 2, item
                left = item.x - {"w": 0, "c": wide / 2, "e": wide}[item.align]
                assert left >= 0, item
                assert left + wide <= 1920, item
