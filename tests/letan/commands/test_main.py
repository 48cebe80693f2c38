"""The command line: bad input is one clear message and exit code 2, never a traceback."""

import gzip
import json
import shutil

import pytest

from letan.setup import HOME, SITES


@pytest.fixture
def broken_site(tmp_path):
    """A copy of the shipped site in which one file is changed."""

    def make(name, old, new):
        folder = tmp_path / "site"
        shutil.copytree(SITES / "cua_nam", folder)
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return make


def scenario_at(tmp_path, site, **changes):
    path = tmp_path / "mine.yaml"
    facts = {
        "scenario": "mine",
        "about": "Mine.",
        "site": str(site),
        "start": "08:00",
        "close": "08:01",
        "latest": "08:05",
    }
    path.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in {**facts, **changes}.items()))
    return path


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("floor.yaml", "size: [20.0, 15.0]", "size: [20.0, -15.0]", "floor.yaml:4:14:"),
        ("robot.yaml", "max_speed:", "max_sped:", "unknown key `max_sped`; did you mean `max_speed`?"),
        ("texts/vi.yaml", "  goodbye:", "  godbye:", "`speech.goodbye` is missing in texts/vi.yaml"),
        ("map/map.yaml", "image: map.pgm", "image: nowhere.pgm", "nowhere.pgm"),
        ("map/map.yaml", "resolution: 0.05", "resolution: fine", "map.yaml"),
    ],
)
def test_a_broken_site_or_map_is_one_message(letan, broken_site, tmp_path, name, old, new, words):
    site = broken_site(name, old, new)
    code, _, err = letan("sim", "run", scenario_at(tmp_path, site), "--no-screen", "--out", tmp_path / "out")
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_a_broken_tree_is_named_with_its_place(letan, tmp_path):
    tree = tmp_path / "mine.yaml"
    tree.write_text("tree: mine\nabout: Mine.\nroot:\n  go_to: receptoin\n")
    code, out, _ = letan("trees", "check", tree)
    assert code == 2
    assert "mine.yaml:4:10: unknown place `receptoin`; did you mean `reception`?" in out


def test_the_shipped_trees_are_sound(letan):
    code, out, _ = letan("trees", "check")
    assert code == 0
    assert "0 warnings" in out


@pytest.mark.parametrize(
    "arguments", [("sim", "run", "nothing"), ("sim", "check", "nothing.yaml"), ("map", "nothing.log", "--out", "x")]
)
def test_what_is_not_there_is_said(letan, arguments):
    code, _, err = letan(*arguments)
    assert code == 2
    assert "nothing" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_without_a_usable_line_is_one_message(letan, tmp_path, packed):
    log = tmp_path / ("bad.log.gz" if packed else "bad.log")
    text = b"# nothing\nFLASER three 1 2\nODOM a b\n"
    log.write_bytes(gzip.compress(text)[:-9] if packed else text)
    code, _, err = letan("map", log, "--out", tmp_path / "map")
    assert code == 2
    assert log.name in err
    assert "Traceback" not in err


def test_a_folder_that_holds_somebody_elses_files_is_never_emptied(letan, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    code, _, err = letan("sim", "run", "short", "--no-screen", "--out", tmp_path)
    assert code == 2
    assert "choose another folder" in err
    assert (tmp_path / "thesis.txt").exists()


def test_a_folder_of_another_program_or_of_a_map_is_never_emptied_either(letan, tmp_path):
    (tmp_path / "summary.json").write_text("{}")
    assert letan("sim", "run", "short", "--no-screen", "--out", tmp_path)[0] == 2
    code, _, err = letan("sim", "run", "short", "--no-screen", "--out", tmp_path / "summary.json" / "x")
    assert code == 2
    assert "Traceback" not in err


def test_a_mapping_run_leaves_a_map_that_is_the_committed_one(letan, tmp_path):
    """The tour repeated: the committed map is what the mapper draws of this hall."""
    from slam.map_io import load_map

    code, out, _ = letan("sim", "run", "mapping", "--seed", "3", "--out", tmp_path / "out")
    assert code == 0
    assert "Mapping tour" in out
    fresh, kept = load_map(tmp_path / "out" / "map.yaml"), load_map(SITES / "cua_nam" / "map" / "map.yaml")
    walls = [
        {
            (round((grid.origin.x / grid.resolution + col) / 2), round((grid.origin.y / grid.resolution + row) / 2))
            for row, col in zip(*(grid.cells > 50).nonzero(), strict=True)
        }
        for grid in (fresh, kept)
    ]
    near = {(x + dx, y + dy) for x, y in walls[1] for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
    assert len(walls[0]) > 500
    assert len(walls[0] & near) / len(walls[0]) > 0.97
    for name in ("map.pgm", "map.yaml", "map.png", "trajectory.txt", "summary.json"):
        assert (tmp_path / "out" / name).stat().st_size > 0


def test_the_readme_names_commands_that_exist(letan):
    text = (HOME / "README.md").read_text(encoding="utf-8")
    for command in ("sim run morning", "sim run mapping", "trees check", "ratings export", "doctor"):
        assert f"letan {command}" in text
        assert letan(*command.split()[:2], "--help")[0] == 0
