import os
import signal
import subprocess
import time

import pytest
from PIL import Image, ImageChops

from hmi.gallery import WallClock, load_samples
from hmi.pages import make
from hmi.screen import TkScreen
from hmi.theme import load_theme
from robot.types import Modes, ScreenState

MODES = [Modes(), Modes(large_text=True), Modes(low=True), Modes(high_contrast=True)]


def in_mode(state, language="vi", modes=None, gaze=0.0):
    return ScreenState(state.page, state.content, language, state.expression, gaze, modes or Modes())


def touches_within(screen, seconds):
    end, found = time.monotonic() + seconds, []
    while time.monotonic() < end and not found:
        found += screen.poll()
        time.sleep(0.01)
    return found


def click(display, *steps):
    subprocess.run(["xdotool", *map(str, steps)], env={**os.environ, "DISPLAY": display}, check=True)


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("name", sorted(load_samples()))
def test_every_page_is_painted_in_both_languages_and_all_modes(screen, samples, name):
    started = screen.restarts
    for language in ("vi", "en"):
        for modes in MODES:
            screen.show(in_mode(samples[name], language, modes))
            assert screen.wait(10)
    assert screen.restarts == started


def test_a_photograph_shows_the_page_in_the_colours_of_the_theme(screen, samples, tmp_path):
    screen.photograph(samples["welcome"], tmp_path / "welcome.png")
    with Image.open(tmp_path / "welcome.png") as image:
        assert image.size == (1920, 1080)
        found = [
            "#{:02X}{:02X}{:02X}".format(*image.convert("RGB").getpixel(at)) for at in ((20, 20), (30, 600), (80, 700))
        ]
    assert found == [load_theme().palette[name] for name in ("celadon", "sheet", "lotus")]


def test_two_photographs_of_one_state_are_the_same(screen, samples, tmp_path):
    for name in "ab":
        screen.photograph(samples["board"], tmp_path / f"{name}.png")
        screen.photograph(samples["rating"], tmp_path / "other.png")
    with Image.open(tmp_path / "a.png") as a, Image.open(tmp_path / "b.png") as b:
        assert ImageChops.difference(a.convert("RGB"), b.convert("RGB")).getbbox() is None


@pytest.mark.parametrize(
    ("name", "action", "value"),
    [("ask_fields", "field", "3"), ("rating", "rate", "5"), ("ticket", "guide", ""), ("welcome", "call_staff", "")],
)
def test_a_click_on_a_tile_gives_its_touch(screen, display, samples, texts, name, action, value):
    screen.show(samples[name])
    assert screen.wait(10)
    page = make(samples[name], texts)
    target = next(t for t in page.targets if (t.action, t.value) == (action, value))
    x, y = (round(c) for c in target.area.centre)
    click(display, "mousemove", x, y, "click", 1)
    (touch,) = touches_within(screen, 5)
    assert (touch.page, touch.action, touch.value) == (name, action, value)


def test_a_finger_that_leaves_the_tile_does_nothing(screen, display, samples, texts):
    screen.show(samples["welcome"])
    assert screen.wait(10)
    click(display, "mousemove", 200, 700, "mousedown", 1, "mousemove", 960, 300, "mouseup", 1)
    click(display, "mousemove", 700, 700, "click", 1)
    (touch,) = touches_within(screen, 5)
    assert touch.action == "fields"


def test_other_words_are_drawn_at_once_and_by_a_window_that_starts_anew(screen, samples, texts, tmp_path):
    def drawn(name):
        screen.photograph(samples["welcome"], tmp_path / f"{name}.png")
        return (tmp_path / f"{name}.png").read_bytes()

    before = drawn("before")
    screen.use({language: {**words, "screen.welcome.title": "Hello!"} for language, words in texts.items()})
    after = drawn("after")
    assert after != before
    os.kill(screen.pid, signal.SIGKILL)
    assert wait_for(lambda: not screen.is_alive, 2)
    assert drawn("anew") == after


def test_a_long_press_on_the_face_asks_for_the_staffs_page_and_starts_nothing(screen, display, samples):
    screen.show(samples["board"])  # where a touch anywhere starts a visit
    assert screen.wait(10)
    click(display, "mousemove", 960, 100, "mousedown", 1)
    (touch,) = touches_within(screen, 8)
    click(display, "mouseup", 1, "mousemove", 960, 600, "click", 1)
    (next_touch,) = touches_within(screen, 5)
    assert (touch.action, next_touch.action) == ("staff", "start")


def test_a_pressed_tile_sinks_and_comes_back(screen, display, samples, tmp_path):
    state = samples["welcome"]
    click(display, "mousemove", 5, 5)
    screen.photograph(state, tmp_path / "rest.png")
    click(display, "mousemove", 200, 700, "mousedown", 1)
    screen.photograph(state, tmp_path / "down.png")
    click(display, "mousemove", 5, 5, "mouseup", 1)
    screen.photograph(state, tmp_path / "after.png")
    rest, down, after = (Image.open(tmp_path / f"{name}.png").convert("RGB") for name in ("rest", "down", "after"))
    left, top, right, bottom = ImageChops.difference(rest, down).getbbox()
    assert (left, top, right) == (64, 488, 488)
    assert bottom <= 904
    assert ImageChops.difference(rest, after).getbbox() is None


def test_large_text_turns_its_pages_inside_the_window(screen, display, samples, texts):
    state = in_mode(samples["ask_fields"], modes=Modes(large_text=True))
    screen.show(state)
    assert screen.wait(10)
    more = next(t for t in make(state, texts).targets if t.action == "_turn")
    field = next(t for t in make(state, texts, 1).targets if t.value == "6")
    click(display, "mousemove", *map(round, more.area.centre), "click", 1)
    click(display, "mousemove", *map(round, field.area.centre), "click", 1)
    assert [t.value for t in touches_within(screen, 5)] == ["6"]


def test_three_hundred_page_changes_leave_nothing_behind(screen, samples):
    def tour(count):
        states = list(samples.values())
        for i in range(count):
            screen.show(states[i % len(states)])
            assert screen.wait(10)

    tour(2 * len(samples))
    before = screen.counts()
    tour(300 // len(samples) * len(samples))
    assert screen.counts() == before


def test_tooltips_of_the_staff_menu_go_with_it(screen, samples):
    screen.show(samples["welcome"])
    before = screen.counts()[3]
    screen.show(samples["staff_menu"])
    assert screen.counts()[3] > before
    screen.show(samples["welcome"])
    assert screen.counts()[3] == before


def test_a_killed_window_is_back_within_five_seconds_and_shows_the_newest_state(screen, display, samples, texts):
    screen.show(samples["rating"])
    assert screen.wait(10)
    os.kill(screen.pid, signal.SIGKILL)
    assert wait_for(lambda: not screen.is_alive, 2)
    assert wait_for(lambda: screen.is_alive, 5)
    assert screen.wait(5)
    target = next(t for t in make(samples["rating"], texts).targets if t.value == "4")
    click(display, "mousemove", *map(round, target.area.centre), "click", 1)
    assert [t.value for t in touches_within(screen, 5)] == ["4"]


def test_a_frozen_window_is_replaced_and_showing_never_waits(screen, samples):
    assert screen.wait(10)
    old = screen.pid
    os.kill(old, signal.SIGSTOP)
    longest = 0.0
    for i in range(400):
        begin = time.monotonic()
        screen.show(list(samples.values())[i % len(samples)])
        longest = max(longest, time.monotonic() - begin)
        if screen.pid != old:
            break
        time.sleep(0.01)
    assert wait_for(lambda: screen.is_alive and screen.pid != old, 8)
    assert longest < 1.0


def test_a_smaller_window_scales_the_whole_drawing(display, texts, samples, tmp_path):
    small = TkScreen(texts, WallClock(), display, fullscreen=False, size=(960, 540))
    try:
        small.photograph(samples["procedure"], tmp_path / "small.png")
    finally:
        small.close()
    with Image.open(tmp_path / "small.png") as image:
        assert image.size == (960, 540)
        pixel = "#{:02X}{:02X}{:02X}".format(*image.convert("RGB").getpixel((575, 410)))
    assert pixel == load_theme().palette["jade"]


def test_a_screen_without_a_display_says_so_and_does_not_fail(texts):
    lost = TkScreen(texts, WallClock(), ":9753")
    try:
        assert wait_for(lambda: "display" in lost.status() and not lost.is_alive, 10)
        assert not lost.poll()
    finally:
        lost.close()
