"""One virtual display and one screen process for all tests of the touch screen."""

import pytest

from hmi.gallery import WallClock, load_samples, load_screen_texts
from hmi.screen import TkScreen
from hmi.xvfb import Xvfb


@pytest.fixture(scope="session")
def display():
    with Xvfb() as server:
        yield server.display


@pytest.fixture(scope="session")
def texts():
    return load_screen_texts()


@pytest.fixture(scope="session")
def samples():
    return load_samples()


@pytest.fixture(scope="session")
def screen(display, texts):
    shown = TkScreen(texts, WallClock(), display)
    assert shown.wait(20)
    yield shown
    shown.close()
