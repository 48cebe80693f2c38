import gzip
import itertools
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from centre.site import load_site
from letan import map_run
from letan.commands.main import main
from letan.map_run import MapOptions, map_log, map_robot
from letan.setup import SITES
from logs.carmen import CarmenLog
from logs.trajectory_io import TrajectoryFormat
from robot.types import LetanError
from slam.map_io import load_map
from slam.testing import Drive, hall_walls

TWO = MapOptions(particles=2)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A short drive through the synthetic hall as a CARMEN log, with one broken line."""
    path = tmp_path_factory.mktemp("log") / "hall.log"
    drive = Drive(hall_walls(), ((2.0, 2.0), (7.0, 3.5), (9.0, 6.0)))
    lines = ["FLASER 180 cut off"]
    for _, observation in drive:
        if observation.scan is not None:
            ranges = np.nan_to_num(observation.scan.ranges[90:270], posinf=81.91)
            pose, stamp = observation.odometry.pose, f"{observation.stamp:.6f}"
            where = f"{pose.x:.6f} {pose.y:.6f} {pose.theta:.6f}"
            beams = " ".join(f"{r:.3f}" for r in ranges)
            lines.append(f"FLASER 180 {beams} {where} {where} {stamp} host {stamp}")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_everything_that_is_promised_is_written(log, tmp_path):
    summary = map_log(log, tmp_path / "out", TWO)
    out = tmp_path / "out"
    assert {p.name for p in out.iterdir()} == {
        "map.pgm",
        "map.yaml",
        "map.png",
        "trajectory.txt",
        "summary.json",
        "state.npz",
        ".letan-run",
    }
    written = json.loads((out / "summary.json").read_text())
    assert written["particles"] == 2
    assert written["updates"] == summary.updates > 20
    assert written["warnings"] == {"broken FLASER line": 1}
    assert {"cpu_seconds", "ms_per_update", "map_bytes", "loops_closed"} <= written.keys()
    assert load_map(out / "map.yaml").cells.shape == (summary.height, summary.width)


def test_the_trajectory_has_a_line_for_every_scan_of_the_log(log, tmp_path):
    map_log(log, tmp_path, MapOptions(particles=1))
    lines = np.loadtxt(tmp_path / "trajectory.txt")
    stamps = [o.scan.stamp for o in CarmenLog(log) if o.scan is not None]
    assert lines[:, 0].tolist() == pytest.approx(stamps)
    assert np.isfinite(lines).all()


def test_two_runs_write_the_same_bytes(log, tmp_path):
    for name in ("a", "b"):
        map_log(log, tmp_path / name, MapOptions(seed=3, particles=3))
    for file in ("map.pgm", "map.yaml", "map.png", "trajectory.txt", "state.npz"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize("particles", [0, -3, 100_000])
def test_a_senseless_number_of_particles_is_refused(log, tmp_path, particles):
    with pytest.raises(LetanError, match="--particles"):
        map_log(log, tmp_path, MapOptions(particles=particles))


def test_a_log_whose_scans_are_empty_is_refused(tmp_path):
    path = tmp_path / "blind.log"
    path.write_text("FLASER 2 81.91 81.91 0 0 0 0 0 0 1.0 host 1.0\n")
    with pytest.raises(LetanError, match="none of its scans"):
        map_log(path, tmp_path / "out")


def test_a_folder_that_cannot_be_written_is_named(log, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(LetanError, match="taken is a file"):
        map_log(log, taken, MapOptions(particles=1))


def room_log(path, xs):
    """Scans a second apart from the middle of a half round room, with odometry at `xs`, whatever the scans say."""
    beams = " ".join(f"{3.0 + 0.005 * k:.3f}" for k in range(180))
    path.write_text("".join(f"FLASER 180 {beams} {x} 0 0 {x} 0 0 {k}.0 host {k}.0\n" for k, x in enumerate(xs)))
    return path


def test_poses_out_of_this_world_are_left_out_and_counted(tmp_path):
    summary = map_log(room_log(tmp_path / "far.log", ["1e300", 0, "1e8", "nan", "2e8"]), tmp_path / "out", TWO)
    assert (summary.scans, summary.warnings) == (1, {"FLASER line with figures no robot has": 4})


def test_over_a_jump_of_odometry_the_scan_is_matched_as_if_the_robot_stood(tmp_path):
    summary = map_log(room_log(tmp_path / "jump.log", [0, 900_000, 0, -900_000]), tmp_path / "out", TWO)
    assert (summary.scans, summary.updates, summary.warnings) == (4, 4, {"odometry jumped": 3})
    assert np.abs(np.loadtxt(tmp_path / "out" / "trajectory.txt")[:, 1:]).max() < 0.05
    assert max(summary.width, summary.height) * summary.resolution < 12.0


def test_a_jump_before_the_first_scan_that_can_be_used_is_not_followed_either(tmp_path):
    log = room_log(tmp_path / "late.log", [900_000, 900_000])
    log.write_text("FLASER 2 81.91 81.91 0 0 0 0 0 0 -1.0 host -1.0\n" + log.read_text())
    summary = map_log(log, tmp_path / "out", TWO)
    assert summary.warnings == {"odometry jumped": 1, "scan with too few beams": 1}
    assert np.abs(np.loadtxt(tmp_path / "out" / "trajectory.txt")[:, 1:]).max() < 0.05


def test_a_map_wider_than_any_building_is_refused_by_the_name_of_its_log(tmp_path):
    log = tmp_path / "motorway.log"
    room_log(log, [15 * k for k in range(60)])
    with pytest.raises(LetanError, match=r"motorway\.log: the map would be wider than 500 m"):
        map_log(log, tmp_path / "out", MapOptions(particles=1))


@pytest.mark.parametrize("content", [None, b"", bytes(range(256)) * 50, b"\x1f\x8b" + bytes(range(256))])
def test_what_is_no_log_ends_the_command_with_its_name_and_status_2(tmp_path, monkeypatch, capsys, content):
    path = tmp_path / "nothing.log"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    assert run_command(monkeypatch, path, tmp_path / "out") == 2
    assert "nothing.log" in capsys.readouterr().err


@pytest.mark.parametrize("out", ["taken", "taken/below"])
def test_a_folder_that_cannot_be_made_ends_the_command_with_its_name_and_status_2(tmp_path, monkeypatch, capsys, out):
    (tmp_path / "taken").write_text("a file")
    assert run_command(monkeypatch, room_log(tmp_path / "room.log", [0, 0]), tmp_path / out) == 2
    assert "taken is a file" in capsys.readouterr().err


def run_command(monkeypatch, log, out):
    monkeypatch.setattr("sys.argv", ["letan", "map", str(log), "--out", str(out), "--particles", "1"])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_the_first_minutes_of_the_intel_log_agree_with_its_reference(tmp_path):
    data = os.environ.get("LETAN_DATA")
    if not data or not (Path(data) / "slam" / "intel.log.gz").exists():
        pytest.skip("LETAN_DATA does not name a folder with slam/intel.log.gz")
    folder = Path(data) / "slam"
    head = tmp_path / "head.log"
    with gzip.open(folder / "intel.log.gz", "rt") as log:
        head.write_text("".join(itertools.islice(log, 2000)))
    map_log(head, tmp_path / "out", MapOptions(particles=2))
    track = np.loadtxt(tmp_path / "out" / "trajectory.txt")
    errors = relation_errors(track, np.loadtxt(folder / "intel.clean.relations"))
    assert len(errors) > 50
    assert np.mean(errors) < 0.05


def relation_errors(track, relations):
    """Translational errors (m) of the relations whose two stamps have a scan within 20 ms (Kümmerle et al. 2009)."""
    track = track[np.argsort(track[:, 0])]
    errors = []
    for relation in relations:
        ends = [int(np.argmin(np.abs(track[:, 0] - stamp))) for stamp in relation[:2]]
        if max(abs(track[i, 0] - stamp) for i, stamp in zip(ends, relation[:2], strict=True)) > 0.02:
            continue
        a, b = (np.array([*track[i, 1:3]]) for i in ends)
        turn = track[ends[0], 3]
        back = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        errors.append(float(np.hypot(*(back @ (b - a) - relation[2:4]))))
    return errors


def test_a_folder_with_somebody_elses_files_is_refused_before_anything_is_mapped(tmp_path, monkeypatch, capsys):
    log = room_log(tmp_path / "room.log", [0, 0])
    assert run_command(monkeypatch, log, tmp_path) == 2
    assert "is not empty and holds no earlier run" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["room.log"]


def test_a_later_map_takes_the_place_of_an_earlier_one_with_all_its_files(tmp_path):
    log, out = room_log(tmp_path / "room.log", [0, 0, 0]), tmp_path / "out"
    map_log(log, out, MapOptions(particles=2, formats=(TrajectoryFormat.TUM,)))
    assert (out / "trajectory.tum").exists()
    map_log(log, out, MapOptions(particles=2, resume=out / "state.npz"))
    assert not (out / "trajectory.tum").exists()
    assert (out / "state.npz").exists()


@pytest.fixture
def other_site(tmp_path):
    """Another site, and a scenario that maps it by a short round from its dock."""
    folder = tmp_path / "sites" / "ward"
    shutil.copytree(SITES / "cua_nam", folder)
    scenario = tmp_path / "round.yaml"
    scenario.write_text(
        f"scenario: round\nabout: A short round.\nsite: {folder}\nkind: mapping\nstart: '06:30'\nclose: '06:30'\n"
        "latest: '06:40'\ntour:\n  - [2.8, 1.6]\n"
    )
    return folder, scenario


def test_a_simulated_robot_is_in_the_site_of_its_scenario(other_site, tmp_path, monkeypatch):
    folder, scenario = other_site
    opened = []
    monkeypatch.setattr(map_run, "load_site", lambda path: opened.append(path) or load_site(path))
    map_robot(f"sim:{scenario}", tmp_path / "a", TWO)
    map_robot(f"sim:{scenario}", tmp_path / "b", TWO, site=str(folder))
    assert opened == [folder, folder]
    with pytest.raises(LetanError, match=r"--site is cua_nam, but the robot sim:.* is in the site .*ward"):
        map_robot(f"sim:{scenario}", tmp_path / "c", TWO, site="cua_nam")
    assert not (tmp_path / "c").exists()
