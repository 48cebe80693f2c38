"""The placeholders of a site's texts, as `{door}`: which there are, and filling them in without ever failing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from string import Formatter


@lru_cache(maxsize=4096)  # the texts of a site
def placeholders(text: str) -> frozenset[str]:
    """The names of a text's placeholders; ValueError in a writer's words where a brace or a name is odd."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        raise ValueError("a `{` or `}` stands alone; a placeholder is written as {door}") from None
    odd = next((name for name in names if not name.isidentifier()), None)
    if odd is not None:
        raise ValueError(f"`{{{odd}}}` is no placeholder: one is a single word in braces, as {{door}}")
    return frozenset(names)


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with its placeholders filled in; one that nobody knows stays as it is written."""
    return text.format_map(_Values(values))


class _Values(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
