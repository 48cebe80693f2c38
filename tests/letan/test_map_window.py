import time

import numpy as np
import pytest
from PIL import ImageGrab

from hmi.xvfb import Xvfb
from letan import map_window
from letan.commands.main import main
from letan.map_window import SIDE, MapWatch, MapWindow
from robot.types import GridMap, Pose
from slam.map_builder import MapBuilder
from slam.map_io import FREE_COLOUR, PATH_COLOUR, WALL_COLOUR, coarser
from slam.rbpf import MapperConfig
from slam.testing import Drive, Sensors, hall_walls

DRIVE = Drive(hall_walls(), ((2.0, 2.0), (6.0, 3.2), (7.0, 5.0)), sensors=Sensors(beams=180))


@pytest.fixture(scope="module")
def display():
    with Xvfb() as server:
        yield server.display


def share(picture, colour):
    return float(np.mean(np.all(np.asarray(picture.convert("RGB"))[:SIDE, :SIDE] == colour, axis=2)))


def wait_for(true):
    until = time.monotonic() + 30.0
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_window_shows_the_map_and_the_path_as_they_grow(display, monkeypatch):
    monkeypatch.setattr(map_window, "PERIOD", 0.0)
    builder = MapBuilder(config=MapperConfig(particles=1))
    watch = MapWatch(builder, "test", display)

    def seen(colour):
        watch.draw(0.0)
        return share(ImageGrab.grab(xdisplay=display), colour)

    free = 0.05
    for k, (_, observation) in enumerate(DRIVE):
        watch.look(observation, builder.update(observation))
        if k in (1, 200):
            wait_for(lambda: seen(FREE_COLOUR) > free)  # noqa: B023 (called at once)
            free = 1.02 * seen(FREE_COLOUR)
    wait_for(lambda: seen(PATH_COLOUR) > 0.0002 and seen(WALL_COLOUR) > 0.001)
    watch.close()
    assert not watch.is_open


def test_without_a_display_there_is_simply_no_window(capfd):
    window = MapWindow("test", ":4711")
    wait_for(lambda: not window.is_open)
    window.show(map_window.MapView(b"", ""))
    window.close()
    assert capfd.readouterr().err == ""


def test_the_window_that_somebody_closes_does_not_disturb_the_mapping(display):
    builder = MapBuilder(config=MapperConfig(particles=1))
    watch = MapWatch(builder, "test", display)
    watch.close()
    for _, observation in DRIVE:
        watch.look(observation, builder.update(observation))
    assert builder.mapper.updates > 20


def test_to_watch_needs_a_display(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("sys.argv", ["letan", "map", "x.log", "--out", str(tmp_path), "--watch"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "--watch needs a display" in capsys.readouterr().err


def test_a_coarser_map_loses_no_wall():
    cells = np.full((1000, 700), -1, np.int8)
    cells[100:200, 100:200] = 0
    cells[150, 150] = 100
    small = coarser(GridMap(cells, 0.05, Pose(-1.0, -2.0, 0.0)), 300)
    assert small.cells.shape == (250, 175)
    assert (small.resolution, small.origin) == (0.2, Pose(-1.0, -2.0, 0.0))
    assert small.cells[37, 37] == 100
    assert (small.cells == 0).sum() == 25 * 25 - 1
    assert (small.cells == 100).sum() == 1
