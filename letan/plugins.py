"""Finds by name what packages bring: the entries of an entry point group, ours and those of others."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from robot.types import LetanError


def load_named(group: str, word: str, name: str) -> Any:  # noqa: ANN401 (whatever the package has there)
    """What is called `name` in a group of such things as `word` says; LetanError when it is not there or broken."""
    found = {entry.name: entry for entry in entry_points(group=group)}
    if name not in found:
        known = ", ".join(sorted(found)) or "none; run scripts/setup"
        raise LetanError(f"there is no {word} `{name}` (installed: {known})")
    try:
        return found[name].load()
    except Exception as error:
        raise LetanError(f"the {word} {name} ({found[name].value}) can't be loaded: {error}") from error
