"""What a page is made of: boxes, pictures, texts and touch targets, placed in pixels of 1920 x 1080."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hmi.paint import Drawing

Align = Literal["w", "c", "e"]


@dataclass(frozen=True, slots=True)
class Rect:
    """An area in pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right border."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower border."""
        return self.y + self.h

    @property
    def centre(self) -> tuple[float, float]:
        """The middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    def inset(self, x: float, y: float | None = None) -> Rect:
        """The area without a border of `x` (and `y`) pixels."""
        y = x if y is None else y
        return Rect(self.x + x, self.y + y, self.w - 2 * x, self.h - 2 * y)

    def cut(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Rect:
        """The area without strips at its sides."""
        return Rect(self.x + left, self.y + top, self.w - left - right, self.h - top - bottom)

    def rows(self, count: int, gap: float) -> list[Rect]:
        """`count` equal rows."""
        high = (self.h - (count - 1) * gap) / count
        return [Rect(self.x, self.y + i * (high + gap), self.w, high) for i in range(count)]

    def columns(self, count: int, gap: float) -> list[Rect]:
        """`count` equal columns."""
        wide = (self.w - (count - 1) * gap) / count
        return [Rect(self.x + i * (wide + gap), self.y, wide, self.h) for i in range(count)]

    def parts(self, shares: tuple[float, ...], gap: float) -> list[Rect]:
        """Rows whose heights are as `shares`."""
        unit, y, found = (self.h - (len(shares) - 1) * gap) / sum(shares), self.y, []
        for share in shares:
            found.append(Rect(self.x, y, self.w, share * unit))
            y += share * unit + gap
        return found


@dataclass(frozen=True, slots=True)
class Box:
    """A plain rectangle or line of one colour."""

    area: Rect
    colour: str


@dataclass(frozen=True, slots=True)
class Art:
    """A drawing whose upper left corner stands at (x, y)."""

    x: float
    y: float
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text standing on `baseline`; `align` w, c or e says which point of it `x` is; `room` is its limit."""

    x: float
    baseline: float
    text: str
    size: float
    bold: bool
    colour: str
    align: Align = "w"
    room: float = 1920.0


@dataclass(frozen=True, slots=True)
class Target:
    """A touch target: what it says, the items `first` to `last` that sink with it, and how its plate looks then."""

    area: Rect
    action: str
    value: str = ""
    first: int = 0
    last: int = 0
    sinks: bool = True


@dataclass(frozen=True, slots=True)
class Eyes:
    """Where the eyes are: their common centre, the eye height and the distance in eye heights."""

    x: float
    y: float
    unit: float
    gap: float


@dataclass(frozen=True, slots=True)
class Tooltip:
    """A help sign for staff with a mouse: (x, y) is its centre."""

    x: float
    y: float
    text: str


@dataclass(slots=True)
class Page:
    """Everything on the screen at one moment, from back to front."""

    items: list[Box | Art | Text] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    eyes: Eyes | None = None
    tooltips: list[Tooltip] = field(default_factory=list)
    ground: str = "celadon"
    clock_s: float = 0.0  # a page that changes by itself is made anew after so many seconds; 0 never
