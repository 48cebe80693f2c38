"""The house as a whole: no two files need each other, not even by an import inside a function."""

import re
import tomllib
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = tomllib.loads((HOUSE / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]


def circle_in(rooms):
    """Files that need each other in a circle, or none."""
    house = grimp.build_graph(*rooms, cache_dir=None)  # imports in functions and under TYPE_CHECKING too
    needs = {file: house.find_modules_directly_imported_by(file) for file in house.modules}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_files_need_each_other_in_a_circle():
    assert circle_in(ROOMS) == []


def test_a_circle_through_a_function_is_found(tmp_path, monkeypatch):
    room = tmp_path / "circular_room"
    room.mkdir()
    for name, text in (
        ("__init__", ""),
        ("egg", "from circular_room import hen\n"),
        ("hen", "def lay():\n    from circular_room.egg import shell\n"),
    ):
        (room / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    assert set(circle_in(["circular_room"])) == {"circular_room.egg", "circular_room.hen"}


def test_a_class_name_means_one_thing_in_the_whole_house():
    homes = defaultdict(set)
    for path in (path for room in ROOMS for path in (HOUSE / room).rglob("*.py")):
        for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.M):
            homes[name].add(str(path.relative_to(HOUSE)))
    assert {name: files for name, files in homes.items() if len(files) > 1 and not name.startswith("_")} == {}
