"""What the files say before anything is put together: a site with its texts and map, and the checked tree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from behaviours.language.reader import read_tree
from behaviours.language.spec import TreeSpec
from behaviours.surroundings import surroundings
from centre.site import Site, load_site
from centre.texts import load_texts
from robot.types import GridMap, LetanError, Texts
from slam.map_io import load_map
from text.yaml12 import nearest

HOME = Path(__file__).resolve().parent.parent
TREES, SITES = HOME / "trees", HOME / "sites"


@dataclass(frozen=True, slots=True)
class Setup:
    """What the files say: the site with its texts and map, and the checked tree."""

    site: Site
    texts: Texts
    grid: GridMap
    tree: TreeSpec


def site_folder(name: str) -> Path:
    """The folder of a site: a shipped one by its name, any other by its path; LetanError suggests the nearest."""
    shipped = sorted(path.parent.name for path in SITES.glob("*/site.yaml"))
    if name in shipped:
        return SITES / name
    folder = Path(name)
    if folder.is_file():
        raise LetanError(f"the site `{name}` is a file; name the folder that it stands in")
    if folder.is_dir() and name:
        return folder
    is_path = "/" in name
    beside = [str(path) for path in folder.parent.glob("*/")] if is_path else shipped
    known = f"looked for the folder {folder}" if is_path else f"shipped: {', '.join(shipped)}; or give a folder"
    raise LetanError(f"there is no site `{name}`{nearest(name, beside)} ({known})")


def read_site(name: str) -> tuple[Site, Texts]:
    """A site, by its name or folder, with its texts."""
    folder = site_folder(name)
    site = load_site(folder)
    return site, load_texts(folder, site.languages)


def open_setup(site_name: str, tree: str | Path = "reception", grid: GridMap | None = None) -> Setup:
    """Read and check everything; LetanError names what is wrong and where."""
    site, texts = read_site(site_name)
    path = tree if isinstance(tree, Path) else TREES / f"{tree}.yaml"
    spec = read_tree(path, surroundings(site, texts))
    return Setup(site, texts, grid or load_map(site.folder / "map" / "map.yaml"), spec)
