"""The look as checked data: colours, sizes, styles, the face and the icons, read from theme.yaml and icons.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from text.validation import validate
from text.yaml12 import Model, read_yaml

HERE = Path(__file__).resolve().parent
NONE = "none"
Hex = str
Numbers = dict[str, float]


class Style(Model):
    """Colour names of one kind of plate."""

    face: str
    lip: str
    edge: str
    text: str
    icon_fill: str


class TypeSize(Model):
    """One step of the type scale, in pixels."""

    px: int
    weight: Literal["normal", "bold"]
    least: int = 0


class Type(Model):
    """The typeface and its scale."""

    cap_ratio: float
    sizes: dict[str, TypeSize]
    desk: dict[str, int]


class Light(Model):
    """A white light in an eye: centre and radii in eye heights."""

    x: float
    y: float
    rx: float
    ry: float


class EyeShape(Model):
    """The neutral eye: radii in eye heights, and its colours."""

    rx: float
    ry: float
    colour: str
    ground: str


class Gaze(Model):
    """How far both eyes may move (eye heights) and how long a glance takes (ms)."""

    most: float
    lights_follow: float
    ms: int


class Blink(Model):
    """When and how the eyes close."""

    every_s: tuple[float, float]
    close_ms: int
    open_ms: int
    heights: list[float]


class EyeLook(Model):
    """How an expression bends one eye: scales, shifts in eye heights, shares covered, tilt in degrees."""

    sx: float = 1.0
    sy: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    cheek: float = 0.0
    lid: float = 0.0
    tilt: float = 0.0
    pulse: float = 0.0
    lights_dy: float = 0.0
    arc: str = ""


class Arc(Model):
    """An eye drawn as a stroke: radii, shift and width in eye heights, angles in degrees clockwise."""

    rx: float
    ry: float
    dy: float
    start: float = Field(alias="from")
    to: float
    width: float


class Face(Model):
    """The robot's eyes."""

    height: dict[str, int]
    gap: Numbers
    eye: EyeShape
    lights: list[Light]
    gaze: Gaze
    blink: Blink
    expressions: dict[str, tuple[EyeLook, EyeLook]]
    arcs: dict[str, Arc]
    cheek: Numbers
    lid: Numbers


class LowMode(Model):
    """The mode for wheelchair users."""

    head: int


class LargeMode(Model):
    """The mode with large text: sizes between `smallest` and `to` grow by `factor`."""

    factor: float
    smallest: int = Field(alias="from")
    to: int
    tiles_a_page: int


class ModesLook(Model):
    """The three viewing modes."""

    low: LowMode
    large_text: LargeMode
    high_contrast: dict[str, Hex]


class RatingFace(Model):
    """One face of the rating page."""

    colour: str
    eyes: Literal["arcs", "dots"]
    mouth: Literal["open", "smile", "line", "frown", "deep_frown"]
    brows: str = ""


class Board(Model):
    """Numbers of the resting page."""

    calls: int
    doors_a_turn: int
    turn_s: float
    number_gap: float
    range_dash: tuple[int, int, int]
    qr: int
    qr_border: int


class Theme(Model):
    """Everything of theme.yaml; LOOK and units stand there."""

    palette: dict[str, Hex]
    contrast: list[tuple[str, str, float, float]]
    screen: Numbers
    grid: dict[str, int]
    regions: dict[str, int]
    touch: dict[str, int]
    radius: dict[str, int]
    edge: dict[str, int]
    type: Type
    icon: Numbers
    styles: dict[str, Style]
    face: Face
    motion: dict[str, int]
    idle: dict[str, int]
    board: Board
    modes: ModesLook
    ratings: dict[str, RatingFace]
    ticket: dict[str, int]

    def colours(self, high_contrast: bool) -> dict[str, Hex]:
        """The palette in force."""
        return self.palette | (self.modes.high_contrast if high_contrast else {})


class Stroke(Model):
    """One step of an icon on the 96 grid: exactly one of the shapes, and how it is drawn."""

    line: list[float] | None = None
    polygon: list[float] | None = None
    oval: list[float] | None = None
    arc: list[float] | None = None
    rect: list[float] | None = None
    start: float = Field(default=0, alias="from")
    to: float = 360
    radius: float = 0
    width: float = 0
    fill: str = NONE
    outline: str = ""


class Icons(Model):
    """All icons: lists of strokes in drawing order."""

    icons: dict[str, list[Stroke]]


@cache
def load_theme() -> Theme:
    """The theme of this folder; a LetanError names file and line of what is wrong."""
    return validate(read_yaml(HERE / "theme.yaml"), Theme)


@cache
def load_icons() -> dict[str, list[Stroke]]:
    """The icons of this folder by name."""
    document = read_yaml(HERE / "icons.yaml")
    document.data = {"icons": document.data}
    return validate(document, Icons).icons


def contrast_ratio(one: Hex, other: Hex) -> float:
    """Contrast of two `#RRGGBB` colours, 1-21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: Hex) -> float:
        shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
