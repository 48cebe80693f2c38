"""Finds drivers of robots by name: the entry point group `letan.drivers`, ours and those of other packages."""

from __future__ import annotations

from importlib.metadata import entry_points

from centre.site import Site
from robot.ports import Robot
from robot.types import LetanError

GROUP = "letan.drivers"


def open_robot(name: str, site: Site) -> Robot:
    """The robot of a driver: `name` is NAME or NAME:ARGUMENT, its factory is called with `site` and the argument.

    LetanError for a name that is not there and for a driver that cannot be loaded or finds no robot.
    """
    word, _, argument = name.partition(":")
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if word not in found:
        known = ", ".join(sorted(found)) or "none; run scripts/setup"
        raise LetanError(f"there is no driver `{word}` (installed: {known})")
    try:
        factory = found[word].load()
    except Exception as error:
        raise LetanError(f"the driver {word} ({found[word].value}) can't be loaded: {error}") from error
    try:
        robot: Robot = factory(site, argument)
    except OSError as error:
        raise LetanError(f"the driver {word} finds no robot: {error}") from error
    return robot
