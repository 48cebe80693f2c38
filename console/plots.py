"""Plots as SVG made on the server: they print, need no script, and every figure stands beside them as text."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from centre.ratings import Share
from console.svg import image, tag

WIDTH = 620
LEFT = 190
RIGHT = 130
ROW = 24
SIZE = {"font_size": 16}


@dataclass(frozen=True, slots=True)
class PlotLine:
    """One row of a plot: a name, a share with its interval, and the words behind it."""

    name: str
    share: Share
    words: str


def intervals(lines: list[PlotLine], mean: float, title: str) -> Markup:
    """Shares as dots with their intervals as lines, between 0 and 100 %; the upright line is the whole."""
    height = ROW * len(lines) + 26
    drawn = []
    for percent in (0, 25, 50, 75, 100):
        x = _x(percent / 100)
        drawn.append(_line(x, 0, x, height - 24, "var(--hair)", 1))
        drawn.append(tag("text", percent, x=x, y=height - 6, text_anchor="middle", **SIZE))
    drawn.append(_line(_x(mean), 0, _x(mean), height - 24, "var(--ink)", 2))
    drawn += [_interval(line, ROW * i + ROW / 2, mean) for i, line in enumerate(lines)]
    return image(WIDTH, height, title, drawn)


def bars(lines: list[PlotLine], title: str) -> Markup:
    """Shares as bars with their intervals as thin lines."""
    drawn = []
    for i, line in enumerate(lines):
        y = ROW * i + ROW / 2
        low, high = line.share.interval
        width = _x(line.share.value) - LEFT
        bar = tag("rect", x=LEFT, y=y - 8, width=width, height=16, rx=4, fill="var(--celadon)", stroke="var(--ink2)")
        drawn += [_name(line, y), bar, _line(_x(low), y, _x(high), y, "var(--ink)", 2), _words(line, y)]
    return image(WIDTH, ROW * len(lines) + 4, title, drawn)


def stacked(parts: list[tuple[str, int, str]], title: str) -> Markup:
    """One bar of the parts of a whole: name, count and colour, the first on the left."""
    total = sum(count for _, count, _ in parts)
    x = 0.0
    drawn = []
    for name, count, colour in parts:
        width = WIDTH * count / total if total else 0.0
        told = tag("title", f"{name}: {count}")
        drawn.append(tag("rect", told, x=x, y=0, width=width, height=32, fill=f"var(--{colour})", stroke="white"))
        if width > 48:
            drawn.append(tag("text", f"{count / total:.0%}", x=x + width / 2, y=22, text_anchor="middle", **SIZE))
        x += width
    return image(WIDTH, 34, title, drawn)


def _interval(line: PlotLine, y: float, mean: float) -> Markup:
    low, high = line.share.interval
    x = _x(line.share.value)
    if high < mean:  # clearly low: a square, so that it is told without colour
        colour = "var(--brick)"
        mark = tag("rect", x=x - 6, y=y - 6, width=12, height=12, fill=colour)
    else:
        colour = "var(--jade)"
        mark = tag("circle", cx=x, cy=y, r=6, fill=colour)
    return _name(line, y) + _line(_x(low), y, _x(high), y, colour, 3) + mark + _words(line, y)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int) -> Markup:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width)


def _name(line: PlotLine, y: float) -> Markup:
    return tag("text", line.name, x=0, y=y + 6, **SIZE)


def _words(line: PlotLine, y: float) -> Markup:
    return tag("text", line.words, x=WIDTH, y=y + 6, text_anchor="end", **SIZE)


def _x(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * share
