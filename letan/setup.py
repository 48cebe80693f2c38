"""What the files say before anything is put together: a site with its texts and map, and the checked tree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from behaviours.language.fields import Surroundings
from behaviours.language.reader import read_tree
from behaviours.language.spec import TreeSpec
from behaviours.names import names_for
from centre.site import Site, load_site
from centre.texts import load_texts
from reception.places import place_names
from reception.wording import BLANKS
from robot.types import GridMap, LetanError, Texts
from slam.map_io import load_map
from text.placeholders import blanks
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


def surroundings(site: Site, texts: Texts) -> Surroundings:
    """What trees of this site may refer to."""
    return Surroundings(
        names_for(texts),
        {language: frozenset(keys) for language, keys in texts.items()},
        place_names(site.floor),
        empty={language: frozenset(key for key in keys if not keys[key].strip()) for language, keys in texts.items()},
        odd=_odd(texts),
        top_speed=site.robot.max_speed,
    )


def _odd(texts: Texts) -> dict[str, str]:
    """Of each text with blanks that no tree fills in, what is odd."""
    return {
        key: f"has the blank {{{name}}} in texts/{language}.yaml{nearest(name, BLANKS)}"
        f"; a tree fills in {', '.join(f'{{{blank}}}' for blank in BLANKS)}"
        for language, words in texts.items()
        for key, text in words.items()
        for name in sorted(blanks(text) - {*BLANKS})
    }


def site_folder(name: str) -> Path:
    """The folder of a shipped site, or of one given by its path."""
    folder = Path(name) if "/" in name else SITES / name
    if not folder.is_dir():
        raise LetanError(f"there is no site `{name}` (looked for the folder {folder})")
    return folder


def open_setup(site_name: str, tree: str | Path = "reception", grid: GridMap | None = None) -> Setup:
    """Read and check everything; LetanError names what is wrong and where."""
    folder = site_folder(site_name)
    site = load_site(folder)
    texts = load_texts(folder, site.languages)
    path = tree if isinstance(tree, Path) else TREES / f"{tree}.yaml"
    spec = read_tree(path, surroundings(site, texts))
    return Setup(site, texts, grid or load_map(folder / "map" / "map.yaml"), spec)
