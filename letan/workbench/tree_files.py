"""Where the workbench finds trees, and what they may refer to."""

from __future__ import annotations

from pathlib import Path

from behaviours.language.fields import Surroundings
from behaviours.surroundings import surroundings
from letan.setup import TREES, read_site
from robot.types import LetanError
from text.yaml12 import nearest, shown


def around_of(site: str) -> Surroundings:
    """The names, texts and places of a site, given by its name or folder."""
    return surroundings(*read_site(site))


def tree_files(paths: list[Path]) -> list[Path]:
    """The tree files among files and folders; without any, the shipped ones."""
    found: list[Path] = []
    for path in paths or [TREES]:
        inside = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not inside:
            raise LetanError(f"{path}: there is no tree (no .yaml file) in this folder")
        found += inside
    return list(dict.fromkeys(found))


def tree_file(name: str) -> Path:
    """One tree, by its path or by the name of a shipped one."""
    path = Path(name)
    if path.suffix == ".yaml" or "/" in name:
        return path
    known = [each.stem for each in TREES.glob("*.yaml")]
    if name not in known:
        raise LetanError(f"there is no tree `{shown(name)}`{nearest(name, known)} (give a file, or one of {TREES})")
    return TREES / f"{name}.yaml"
