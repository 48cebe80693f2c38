"""A mistake in a floor plan is told where it stands, with what to do, before a robot drives by it."""

import shutil

import pytest

from centre.site import load_site
from text.problems import FileError

DOCK = "dock: [2.8, 0.5, 90]"
MISTAKES = {
    "a dock outside": (DOCK, "dock: [30.0, 0.5, 90]", "dock", "outside the hall, which is 20 x 15 m"),
    "a dock that faces its wall": (DOCK, "dock: [2.8, 0.5, -90]", "dock", "faces -90 degrees, and 0.7 m before it"),
    "a dock in a keep-out zone": (DOCK, "dock: [9.8, 0.3, 90]", "dock", "keep-out zone `threshold`"),
    "a heading in radians": (DOCK, "dock: [2.8, 0.5, 1.5708]", "dock", "looks like radians: write 90"),
    "a reception in a pillar": ("reception: [8.3, 3.4, -90]", "reception: [7.6, 7.3, -90]", "reception", "m of room"),
    "a screen that faces a wall": (
        "reception: [8.3, 3.4, -90]",
        "reception: [19.6, 2.6, 0]",
        "reception",
        "nobody can stand before the screen",
    ),
    "drinks in a table": ("drinks: [11.9, 1.2, -90]", "drinks: [11.9, 0.3, -90]", "drinks", "m of room"),
    "a walk that ends in a counter": ("arrive: [2.9, 4.9, 180]", "arrive: [1.0, 3.6, 180]", "arrive", "m of room"),
    "a walk that ends at another door": (
        "arrive: [2.9, 4.9, 180]",
        "arrive: [2.9, 9.7, 180]",
        "arrive",
        "area of door 1",
    ),
    "a counter that nobody can stand at": (
        "serve: [2.15, 3.6, 180]",
        "serve: [9.0, 9.0, 180]",
        "serve",
        "m from the counter",
    ),
    "a patrol through a wall": ("- [6.8, 5.9, 90]", "- [0.0, 5.9, 90]", "- [0.0", "outside the hall"),
    "a patrol over the stairs": ("- [6.8, 5.9, 90]", "- [18.0, 14.0, 90]", "- [18.0", "keep-out zone `stairs`"),
    "an entrance without a gap": (
        "[0.0, 0.0], [8.6, 0.0]]",
        "[0.0, 0.0], [11.0, 0.0]]",
        "entrance",
        "nobody can come in",
    ),
    "a wall far away": (
        "[20.0, 15.0], [0.0, 15.0]",
        "[200.0, 15.0], [0.0, 15.0]",
        "[200.0",
        "corner of a wall, 200, 15",
    ),
    "sides that were exchanged": (
        "size: [20.0, 15.0]",
        "size: [15.0, 20.0]",
        "walls",
        "outside the hall, which is 15 x 20",
    ),
    "a bench across": ("last: [4.3, 4.35]", "last: [5.6, 4.35]", "- {first: [4.3, 2.85]", "along x or along y"),
    "a bench of no room": ("last: [4.3, 4.35]", "last: [4.3, 3.05]", "- {first: [4.3, 2.85]", "4 seats don't fit"),
    "a counter on its bench": (
        "station: [0.0, 2.6, 1.6, 4.6]",
        "station: [0.0, 2.6, 5.0, 4.6]",
        "benches",
        "stands in the counter",
    ),
    "an area elsewhere": (
        "area: [1.6, 2.2, 6.0, 6.2]",
        "area: [14.0, 5.0, 15.0, 6.0]",
        "arrive",
        "waiting area of door 1",
    ),
    "a hall that may not be driven in": (
        "[[16.6, 12.0], [20.0, 12.0], [20.0, 15.0], [16.6, 15.0]]",
        "[[-1, -1], [21, -1], [21, 16], [-1, 16]]",
        "dock",
        "keep-out zone `stairs`",
    ),
    "a place behind a row of furniture": (
        "furniture:                        # solid boxes",
        "furniture:\n  - {name: shelf, box: [14.8, 11.55, 20.0, 11.75]}\n"
        "  - {name: case, box: [15.0, 7.25, 15.2, 11.5]}\n"
        "  - {name: row, box: [15.0, 7.0, 20.0, 7.2]}",
        "arrive",
        "the robot does not get from its dock to `arrive` of door 6",
    ),
    "a hall of a mile": ("size: [20.0, 15.0]", "size: [1600.0, 15.0]", "size", "500"),
}


@pytest.fixture
def copy(site, tmp_path):
    shutil.copytree(site.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("map", "vosk*"))
    return tmp_path / "copy"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_where_it_stands(copy, mistake):
    right, wrong, line, words = MISTAKES[mistake]
    plan = copy / "floor.yaml"
    text = plan.read_text()
    assert right in text
    plan.write_text(text.replace(right, wrong, 1))
    with pytest.raises(FileError) as told:
        load_site(copy)
    problems = [problem for problem in told.value.problems if words in problem.words]
    assert problems, str(told.value)
    assert all(problem.path.name == "floor.yaml" for problem in told.value.problems)
    lines = plan.read_text().splitlines()
    assert any(line in "\n".join(lines[max(0, problem.line - 3) : problem.line]) for problem in problems), str(
        told.value
    )


def test_a_plan_without_outer_walls_is_none_the_worse(copy):
    plan = copy / "floor.yaml"
    text = plan.read_text()
    first = text.index("  - [[11.0, 0.0]")
    plan.write_text(text[:first] + text[text.index("\n", first) + 1 :])
    assert load_site(copy).floor.walls
