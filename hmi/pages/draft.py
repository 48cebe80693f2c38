"""A page being put together: places plates, texts, icons and targets, in the language and modes of the citizen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from hmi.fonts import fit, width
from hmi.items import Align, Art, Box, Eyes, Page, Rect, Target, Text, Tooltip
from hmi.paint import Drawing, Icon, Plate
from hmi.theme import NONE, load_theme
from robot.types import Modes, Texts
from text.placeholders import filled

SCREEN = Rect(0, 0, 1920, 1080)
FOOT_LINE = 936.0
MARGIN, SMALLEST = 64, 40  # px
Valign = Literal["c", "n", "s"]


@dataclass(frozen=True, slots=True)
class Par:
    """A paragraph of a block: at most `lines` lines, `gap` pixels below the one before."""

    text: str
    size: float
    bold: bool = False
    colour: str = "ink"
    lines: int = 1
    gap: float = 0.0
    least: float = 40.0  # pixels, when there is too little room


@dataclass(slots=True)
class Draft:
    """Collects the items of one page. `turn` counts what the page does by itself: taking turns, paging."""

    texts: Texts
    language: str = "vi"
    modes: Modes = field(default_factory=Modes)
    turn: int = 0
    page: Page = field(default_factory=Page)
    head: float = 200.0

    # Words

    def t(self, key: str, **values: object) -> str:
        """The words of `screen.<key>` in the citizen's language."""
        return filled(self.texts[self.language][f"screen.{key}"], values)

    def sub(self, key: str, in_head: bool = False, **values: object) -> str:
        """The English line below Vietnamese words; large text has none, the low mode only `in_head`."""
        if self.language == "en" or self.modes.large_text or (self.modes.low and not in_head):
            return ""
        return filled(self.texts["en"][f"screen.{key}"], values).strip()

    @property
    def roomy(self) -> bool:
        """False where small lines are dropped: large text and low."""
        return not (self.modes.large_text or self.modes.low)

    def detail(self, words: str) -> str:
        """A sub line in the citizen's own language: dropped in the low mode."""
        return "" if self.modes.low else words

    def px(self, size: float) -> float:
        """A size of the type scale in the mode in force."""
        large = load_theme().modes.large_text
        grows = self.modes.large_text and large.smallest <= size <= large.to
        return size * large.factor if grows else size

    # Places

    @property
    def body(self) -> Rect:
        """The sheet between head and foot."""
        return Rect(64, self.head + 32, 1792, FOOT_LINE - 28 - self.head - 32)

    # Items

    def box(self, area: Rect, colour: str) -> None:
        """A plain rectangle."""
        self.page.items.append(Box(area, colour))

    def art(self, x: float, y: float, drawing: Drawing) -> None:
        """A drawing at its upper left corner."""
        self.page.items.append(Art(x, y, drawing))

    def card(self, area: Rect, face: str = "white", radius: float = 32, edge: str = NONE) -> None:
        """A plate that only shows something: neither lip nor, mostly, edge."""
        self.art(area.x, area.y, Plate(area.w, area.h, face, edge, 3, radius=radius))

    def icon(self, name: str, x: float, y: float, icon: Icon) -> None:
        """`icon` drawn as `name`, centred at (x, y)."""
        drawing = replace(icon, name=name)
        if self.modes.high_contrast and icon.fill == "marigold":
            drawing = replace(drawing, fill="white")  # white lines on yellow would not be seen
        self.art(x - drawing.side / 2, y - drawing.side / 2, drawing)

    def line(
        self,
        words: str,
        x: float,
        y: float,
        size: float,
        bold: bool,
        *,
        colour: str = "ink",
        align: Align = "w",
        room: float | None = None,
        least: float | None = None,
    ) -> float:
        """One line whose capitals are centred on `y`, shrunk to `room` but not below `least`; returns its width.

        All in pixels; by themselves `room` ends at the page's margin and `least` is the smallest text size.
        """
        if not words:
            return 0.0
        room = SCREEN.w - MARGIN - x if room is None else room
        size = self.px(size)
        size, lines = fit(words, size, bold, room, 1, min(size, SMALLEST) if least is None else least)
        half_cap = load_theme().type.cap_ratio / 2
        self.page.items.append(Text(x, y + half_cap * size, lines[0], size, bold, colour, align, room))
        return width(lines[0], size, bold)

    def block(self, area: Rect, paragraphs: Sequence[Par], align: Align = "w", valign: Valign = "c") -> float:
        """Paragraphs below each other in `area`; they shrink together when too high. Returns where they end."""
        shown = [p for p in paragraphs if p.text]
        shrink = 1.0
        while True:
            laid = self._lay(area, shown, shrink)
            high = sum(pitch for *_, pitch in laid)
            if high <= area.h + 8 or shrink < 0.65:
                break
            shrink -= 0.05
        y = {"c": area.y + (area.h - high) / 2, "n": area.y, "s": area.bottom - high}[valign]
        x = {"w": area.x, "c": area.x + area.w / 2, "e": area.right}[align]
        half_cap = load_theme().type.cap_ratio / 2
        for par, words, size, above, pitch in laid:
            baseline = y + above + (pitch - above) / 2 + half_cap * size
            self.page.items.append(Text(x, baseline, words, size, par.bold, par.colour, align, area.w))
            y += pitch
        return y

    def _lay(self, area: Rect, paragraphs: Sequence[Par], shrink: float) -> list[tuple[Par, str, float, float, float]]:
        laid = []
        for index, par in enumerate(paragraphs):
            wanted = self.px(par.size)
            least = min(wanted, par.least)
            size, lines = fit(par.text, max(wanted * shrink, least), par.bold, area.w, par.lines, least)
            for number, words in enumerate(lines):
                above = par.gap if index and not number else 0.0
                laid.append((par, words, size, above, above + size * (1.25 if par.bold else 1.3)))
        return laid

    # Touch

    @contextmanager
    def touch(
        self, area: Rect, style: str, action: str, value: str = "", *, chosen: bool = False, sinks: bool = True
    ) -> Iterator[Rect]:
        """A plate that can be touched; what is placed inside sinks with it. Yields the face without the lip."""
        theme = load_theme()
        first, look, edge = len(self.page.items), theme.styles["chosen" if chosen else style], theme.edge
        radius = theme.radius["button" if area.h <= 128 else "tile"]
        wide = edge["chosen"] if chosen else edge["tile"]
        self.art(area.x, area.y, Plate(area.w, area.h, look.face, look.edge, wide, look.lip, edge["lip"], radius))
        yield area.cut(bottom=edge["lip"])
        last = len(self.page.items)
        self.page.targets.append(Target(area, action, value, first, last, sinks))

    def button(
        self, area: Rect, style: str, label: str, action: str, value: str = "", *, icon: str = "", size: float = 44,
        after: bool = False, sinks: bool = True, chosen: bool = False,
    ) -> None:  # fmt: skip
        """An icon and bold words, centred together; `after` puts the icon behind the words."""
        look = load_theme().styles["chosen" if chosen else style]
        with self.touch(area, style, action, value, chosen=chosen, sinks=sinks) as face:
            _, y = face.centre
            side = (size * 1.05 if size > 60 else 68 if size > 48 else 62 if size > 44 else 56) if icon else 0
            gap = 16 if icon and label else 0
            room = face.w - 36 - side - gap
            shown, lines = fit(label, self.px(size), True, room, 1, 40)
            wide = width(lines[0], shown, True) if label else 0
            x = face.x + (face.w - wide - side - gap) / 2
            if icon:
                at = x + wide + gap + side / 2 if after else x + side / 2
                self.icon(icon, at, y, Icon("", side, look.text, look.icon_fill))
            if label:
                left = x if after else x + side + gap
                half_cap = load_theme().type.cap_ratio / 2
                self.page.items.append(Text(left, y + half_cap * shown, lines[0], shown, True, look.text, "w", room))

    def area_target(self, area: Rect, action: str, value: str = "") -> None:
        """A target without a plate of its own, as the whole screen."""
        self.page.targets.append(Target(area, action, value, 0, 0, False))

    def eyes(self, x: float, y: float, where: str) -> None:
        """The eyes, centred at (x, y), as large as theme.yaml says for `where`."""
        face = load_theme().face
        self.page.eyes = Eyes(x, y, face.height[where], face.gap[where])

    def tooltip(self, x: float, y: float, words: str) -> None:
        """A help sign with a tooltip."""
        self.page.tooltips.append(Tooltip(x, y, words))
