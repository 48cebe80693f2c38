import json
import signal
import threading
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from letan import drivers, map_loop, plugins
from letan.commands.main import main
from letan.map_run import MapOptions, map_log, map_robot
from letan.mapping_run import tour_driver
from logs.carmen import CarmenLog
from logs.trajectory_io import TrajectoryFormat
from robot.gate import ObservationGate
from robot.types import LetanError
from slam.map_io import load_map
from slam.testing import Drive, Sensors, hall_walls

DRIVE = Drive(hall_walls(), ((2.0, 2.0), (6.0, 3.2), (7.0, 5.0)), sensors=Sensors(beams=180))
HOME = Path(drivers.__file__).resolve().parent.parent


class Replay:
    """A robot that somebody pushes through the hall; `ends` is called when nothing more will come."""

    def __init__(self, ends):
        self._observations, self._ends = (observation for _, observation in DRIVE), ends
        self.closed = False

    def sense(self):
        observation = next(self._observations, None)
        if observation is None:
            self._ends()
        return observation

    def act(self, command):
        raise AssertionError("nobody asked for it to be driven")

    def close(self):
        self.closed = True


class Hurried:
    """A clock that never waits and remembers how long it should have."""

    def __init__(self):
        self.seconds = 0.0

    def now(self):
        return self.seconds

    def sleep_until(self, deadline):
        self.seconds = deadline


@pytest.fixture
def plug(monkeypatch):
    """Registers drivers as installed packages do, by name and object."""
    made = {}

    def do(**named):
        made.update(named)
        entries = [EntryPoint(name, f"{__name__}:{name}", drivers.GROUP) for name in made]
        monkeypatch.setattr(plugins, "entry_points", lambda group: entries if group == drivers.GROUP else [])
        monkeypatch.setattr(EntryPoint, "load", lambda entry: made[entry.name])

    monkeypatch.setattr(map_loop, "RealClock", Hurried)
    return do


def over():
    raise EOFError


def test_a_robot_of_another_package_is_mapped_until_it_has_no_more_to_tell(plug, tmp_path, site):
    robots = []

    def factory(site, argument):
        robots.append((argument, Replay(over)))
        return robots[-1][1]

    plug(pushed=factory)
    summary = map_robot("pushed:/dev/ttyUSB0", tmp_path, MapOptions(particles=1))
    assert robots[0][0] == "/dev/ttyUSB0"
    assert robots[0][1].closed
    assert summary.complete
    begins = np.loadtxt(tmp_path / "trajectory.txt")[0]
    dock = site.floor.dock
    assert begins[1:] == pytest.approx((dock.x, dock.y, dock.theta), abs=1e-5)
    assert load_map(tmp_path / "map.yaml").cells.shape == (summary.height, summary.width)


def test_ctrl_c_ends_a_live_robot_with_its_map_written_and_status_0(plug, tmp_path, monkeypatch, capsys):
    def press():
        signal.raise_signal(signal.SIGINT)

    class Endless(Replay):
        def sense(self):
            return super().sense() or self.stay()

        def stay(self):
            return next(observation for _, observation in DRIVE)

    before = signal.getsignal(signal.SIGINT)
    plug(pushed=lambda site, argument: Endless(press))
    monkeypatch.setattr("sys.argv", ["letan", "map", "--robot", "pushed", "--out", str(tmp_path), "--particles", "1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "stopped before its end" in capsys.readouterr().out
    assert json.loads((tmp_path / "summary.json").read_text())["complete"] is False
    assert signal.getsignal(signal.SIGINT) is before


def test_the_simulated_robot_drives_its_own_tour_from_dock_to_dock(plug, tmp_path, site):
    scenario = tmp_path / "round.yaml"
    scenario.write_text(
        "scenario: round\nabout: A short round.\nkind: mapping\nstart: '06:30'\nclose: '06:30'\nlatest: '06:40'\n"
        "tour:\n  - [2.8, 1.6]\n  - [6.6, 1.9]\n  - [2.8, 1.6]\n"
    )
    plug(sim=tour_driver)
    summary = map_robot(f"sim:{scenario}", tmp_path / "out", MapOptions(particles=2))
    assert summary.complete
    track = np.loadtxt(tmp_path / "out" / "trajectory.txt")
    assert np.hypot(track[-1, 1] - site.floor.dock.x, track[-1, 2] - site.floor.dock.y) < 0.1
    assert track[:, 1].max() > 6.0


def test_the_simulated_robot_is_declared_as_a_driver():
    declared = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["entry-points"]["letan.drivers"]
    assert EntryPoint("sim", declared["sim"], "letan.drivers").load() is tour_driver


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", r"no driver `nobody` \(installed: broken, unplugged\)"),
        ("unplugged", "the driver unplugged finds no robot: .*ttyUSB7"),
        ("broken", r"the driver broken \(.*\) can't be loaded: no module such"),
    ],
)
def test_a_robot_that_is_not_there_is_one_message(plug, tmp_path, monkeypatch, name, words):
    def unplugged(site, argument):
        raise FileNotFoundError(2, "No such file or directory", "/dev/ttyUSB7")

    plug(unplugged=unplugged, broken=None)
    load = EntryPoint.load

    def failing(entry):
        if entry.name == "broken":
            raise ImportError("no module such")
        return load(entry)

    monkeypatch.setattr(EntryPoint, "load", failing)
    with pytest.raises(LetanError, match=words):
        map_robot(name, tmp_path)


def test_a_robot_without_a_usable_scan_and_a_format_that_needs_a_log_are_refused(plug, tmp_path):
    class Blind(Replay):
        def sense(self):
            raise EOFError

    plug(blind=lambda site, argument: Blind(over))
    with pytest.raises(LetanError, match="blind: the robot gave no scan"):
        map_robot("blind", tmp_path)
    with pytest.raises(LetanError, match="--format carmen"):
        map_robot("blind", tmp_path, MapOptions(formats=(TrajectoryFormat.CARMEN,)))


@pytest.mark.parametrize("arguments", [[], ["a.log", "--robot", "sim"]])
def test_a_log_or_a_robot_is_mapped_and_not_both(tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.setattr("sys.argv", ["letan", "map", *arguments, "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "either a log or a robot" in capsys.readouterr().err


def carmen(path, scans):
    beams = " ".join(f"{3.0 + 0.005 * k:.3f}" for k in range(180))
    path.write_text("".join(f"FLASER 180 {beams} {k / 20} 0 0 {k / 20} 0 0 {k}.0 h {k}.0\n" for k in range(scans)))
    return path


def test_ctrl_c_keeps_the_map_of_a_log_so_far_and_ends_with_status_130(tmp_path, monkeypatch):
    real = CarmenLog.__iter__

    def interrupted(log):
        for k, observation in enumerate(real(log)):
            if k == 20:
                signal.raise_signal(signal.SIGINT)
            yield observation

    monkeypatch.setattr(CarmenLog, "__iter__", interrupted)
    log, out = carmen(tmp_path / "long.log", 60), tmp_path / "out"
    monkeypatch.setattr("sys.argv", ["letan", "map", str(log), "--out", str(out), "--particles", "1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
    assert len(np.loadtxt(out / "trajectory.txt")) == 21


def test_away_from_the_main_thread_mapping_works_without_ctrl_c(tmp_path):
    log, found = carmen(tmp_path / "room.log", 5), []
    thread = threading.Thread(target=lambda: found.append(map_log(log, tmp_path / "out", MapOptions(particles=1))))
    thread.start()
    thread.join()
    assert found[0].complete


def test_a_driver_that_raises_again_and_again_ends_the_drive_and_one_that_raises_now_and_then_does_not(model):
    class Shaky(Replay):
        turns = 0

        def sense(self):
            self.turns += 1
            if self.turns % 3 == 0 or self.turns > 100:
                raise ValueError("for the test")
            return super().sense()

    robot = Shaky(over)
    told = list(map_loop.drive(robot, ObservationGate(model), Hurried()))
    assert len([each for each in told if each is not None]) > 40
    assert robot.turns == 100 + map_loop.GIVE_UP - (100 % 3 == 0)


def test_a_robot_is_asked_twenty_times_a_second(model):
    clock, replay = Hurried(), Replay(over)
    count = sum(1 for _ in map_loop.drive(replay, ObservationGate(model), clock))
    assert clock.seconds == pytest.approx(0.05 * count)
