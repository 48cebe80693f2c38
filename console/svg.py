"""Elements of SVG, escaped; figures are rounded to a tenth of a pixel."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def tag(name: str, inside: object = "", **attributes: object) -> Markup:
    """An element; `font_size` becomes `font-size`, `class_` is `class`."""
    told = Markup("").join(
        Markup(' {}="{}"').format(
            key.rstrip("_").replace("_", "-"), round(value, 1) if isinstance(value, float) else value
        )
        for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), told, escape(inside))


def image(width: float, height: float, title: str, drawn: Iterable[Markup]) -> Markup:
    """A picture with what it is called for who does not see it."""
    begin = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(width, height, title)
    return begin + Markup("").join(drawn) + Markup("</svg>")
