"""Finds controllers by name: the entry point group `letan.controllers`, ours and those of other packages."""

from __future__ import annotations

from importlib.metadata import entry_points

from navigation.controller import ControllerMaker
from robot.types import LetanError

GROUP = "letan.controllers"


def find_controller(name: str) -> ControllerMaker:
    """What makes the controller of that name; LetanError when it is not there or can't be loaded."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in found:
        known = ", ".join(sorted(found)) or "none; run scripts/setup"
        raise LetanError(f"there is no controller `{name}` (installed: {known})")
    try:
        maker: ControllerMaker = found[name].load()
    except Exception as error:
        raise LetanError(f"the controller {name} ({found[name].value}) can't be loaded: {error}") from error
    return maker
