"""What the trees of a site may refer to: its names, texts and places, and what its robot can do."""

from __future__ import annotations

from behaviours.language.fields import Surroundings
from behaviours.names import names_for
from centre.site import Site
from reception.places import place_names
from reception.wording import PLACEHOLDERS
from robot.types import Texts
from text.placeholders import placeholders
from text.yaml12 import nearest


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
    """Of each text with placeholders that no tree fills in, what is odd."""
    return {
        key: f"has the placeholder {{{name}}} in texts/{language}.yaml{nearest(name, PLACEHOLDERS)}"
        f"; a tree fills in {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}"
        for language, words in texts.items()
        for key, text in words.items()
        for name in sorted(placeholders(text) - {*PLACEHOLDERS})
    }
