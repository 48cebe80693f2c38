"""Finds controllers by name: the entry point group `letan.controllers`, ours and those of other packages."""

from __future__ import annotations

from letan.plugins import load_named
from navigation.controller import ControllerMaker

GROUP = "letan.controllers"


def find_controller(name: str) -> ControllerMaker:
    """What makes the controller of that name; LetanError when it is not there or can't be loaded."""
    maker: ControllerMaker = load_named(GROUP, "controller", name)
    return maker
