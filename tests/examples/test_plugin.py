"""The example of a plugin: built, installed beside Letan, and found by its entry points."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "examples" / "plugin"


def run(*command, code=0, **more):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=300, **more)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An environment that has what this one has, and the plugin beside it."""
    folder = tmp_path_factory.mktemp("plugin")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=PLUGIN)
    (wheel,) = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    place = next((folder / "venv" / "lib").glob("python*/site-packages"))
    ours = sysconfig.get_path("purelib")
    (place / "beside.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(place)  # what pip does with a wheel of pure Python
    return folder / "venv" / "bin" / "python"


def letan(python, *command, code=0):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return run(python, "-m", "letan", *command, code=code, cwd=ROOT, env=environment)


def test_its_leaf_is_a_word_of_the_trees(python):
    assert "1 tree checked, 0 errors, 0 warnings" in letan(python, "trees", "check", PLUGIN / "smiling.yaml")
    words = letan(python, "trees", "docs")
    assert "Show the resting page with a happy face." in words


def test_its_leaf_runs_in_the_simulated_centre(python):
    out = letan(python, "trees", "try", PLUGIN / "smiling.yaml", "--scenario", "short", code=1)
    assert "smile 3 s" in out  # nobody is helped by a robot that only smiles: `try` says so


def test_its_robot_is_mapped(python, tmp_path):
    letan(python, "map", "--robot", "circle", "--out", tmp_path / "map")
    summary = json.loads((tmp_path / "map" / "summary.json").read_text())
    assert summary["updates"] > 20
    assert (tmp_path / "map" / "map.png").stat().st_size > 1000


def test_its_controller_drives_episodes(python):
    told = letan(python, "sim", "episodes", "--controller", "careful", "--people", "0", "--seeds", "2", "--json")
    summary = json.loads(told.splitlines()[-1])
    assert (summary["controller"], summary["success"]) == ("careful", 1.0)
