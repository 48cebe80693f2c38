"""A tree as a picture: an SVG that needs nothing else, laid out from left to right, in the colours of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from textwrap import wrap

from behaviours.language.spec import Spec, TreeSpec
from hmi.fonts import FAMILY, width
from hmi.theme import load_theme
from letan.workbench.describe import Description, contract_of, describe

PAGE = Path(__file__).with_name("picture.html")
PAD, GAP, MARGIN, COLUMN = 16.0, 14.0, 40.0, 44.0  # px: inside a card, between cards, around, between columns
WORD, SMALL, LINE, TITLE = 18.0, 15.0, 24.0, 30.0  # px: type sizes and line height
SLACK = 1.15  # room for viewers that have another typeface
LONGEST = 46  # letters of a line on a card
FACES = {  # kind: face, edge
    "list": ("mist", "edge"),
    "wrapper": ("sheet", "edge"),
    "call": ("celadon", "edge"),
    "leaf": ("white", "edge"),
    "group": ("brick_mist", "edge"),
}


@dataclass
class Card:
    """One node: its lines as (text, bold, size, colour), its place and size in px, and what is below it."""

    said: Description
    about: str
    lines: list[tuple[str, bool, float, str]]
    children: list[Card] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        """Wide enough for its longest line, in any sans-serif typeface."""
        return 2 * PAD + SLACK * max(width(text, size, bold) for text, bold, size, _ in self.lines)

    @property
    def height(self) -> float:
        """Its lines with some room."""
        return PAD + LINE * len(self.lines)

    def all(self) -> Iterator[Card]:
        """This card and all below it."""
        yield self
        for child in self.children:
            yield from child.all()


def as_svg(tree: TreeSpec, unfold: bool) -> str:
    """The whole picture; widths and heights are in px."""
    tops = [_card(spec, unfold) for spec in (*tree.interrupts, tree.root)]
    right, bottom = _lay_out(tops)
    palette = load_theme().palette
    title_width = SLACK * max(width(tree.name, TITLE, True), width(tree.head.about, SMALL, False))
    wide, high = max(right, title_width + MARGIN) + MARGIN, bottom + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="0 0 {wide:.0f} {high:.0f}" font-family="{FAMILY}, Noto Sans, DejaVu Sans, sans-serif">',
        f"<title>{escape(tree.name)}</title>",
        f'<rect width="100%" height="100%" fill="{palette["sheet"]}"/>',
        _text(tree.name, MARGIN, MARGIN + TITLE * 0.8, TITLE, True, palette["ink"]),
        _text(tree.head.about, MARGIN, MARGIN + TITLE + SMALL, SMALL, False, palette["ink2"]),
        *(_lines(card) for top in tops for card in top.all()),
        *(_drawn(card) for top in tops for card in top.all()),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def as_html(tree: TreeSpec, unfold: bool) -> str:
    """A page around the picture, which fits its window, is zoomed and dragged; nothing is loaded from anywhere."""
    parts = {
        "/*palette*/": f":root{{{';'.join(f'--{name}:{value}' for name, value in load_theme().palette.items())}}}",
        "<!--name-->": escape(tree.name),
        "<!--picture-->": as_svg(tree, unfold),
    }
    page = PAGE.read_text(encoding="utf-8")
    for mark, text in parts.items():
        page = page.replace(mark, text)
    return page


def _card(spec: Spec, unfold: bool) -> Card:
    said = describe(spec)
    lines = [(_cut(f"{said.word} {said.main}".strip()), True, WORD, "ink")]
    if spec.word is None:
        lines = [("interrupt", True, WORD, "ink")]
    if said.name and spec.word is not None:
        lines.append((_cut(f"“{said.name}”"), False, SMALL, "ink2"))
    conditions = [f"{key} {text}" for key, text in (("when", said.when), ("until", said.until)) if text]
    lines += [(row, False, SMALL, "ink2") for detail in said.details for row in wrap(detail, LONGEST)]
    lines += [(row, True, SMALL, "jade") for condition in conditions for row in wrap(condition, LONGEST)]
    below = spec.children if spec.called is None or unfold else ()
    about = ""
    if spec.word is not None:
        about = f"{spec.word.about} {contract_of(spec.word)}"
    if spec.called is not None:
        about = spec.called.head.about
    return Card(said, f"{spec.source}\n{about}".strip(), lines, [_card(child, unfold) for child in below])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _lay_out(tops: list[Card]) -> tuple[float, float]:
    """Every depth is a column, every card stands beside its first child; the right and bottom end in px."""
    columns: list[float] = []

    def measure(card: Card, depth: int) -> None:
        columns.extend([0.0] * (depth + 1 - len(columns)))
        columns[depth] = max(columns[depth], card.width)
        for child in card.children:
            measure(child, depth + 1)

    def place(card: Card, depth: int, y: float) -> float:
        card.x, card.y = MARGIN + sum(columns[:depth]) + COLUMN * depth, y
        below = y
        for child in card.children:
            below = place(child, depth + 1, below)
        return max(y + card.height + GAP, below)

    for top in tops:
        measure(top, 0)
    y = MARGIN + TITLE + SMALL + 2 * GAP
    for top in tops:
        y = place(top, 0, y)
    return MARGIN + sum(columns) + COLUMN * (len(columns) - 1), y - GAP


def _lines(card: Card) -> str:
    """From the card to each child, by right angles with round corners."""
    edge = load_theme().palette["edge"]
    start, middle = card.x + card.width, 0.0
    paths = []
    for child in card.children:
        y, end = child.y + PAD / 2 + LINE / 2, card.y + PAD / 2 + LINE / 2
        middle = child.x - COLUMN / 2
        bend = min(8.0, abs(y - end) / 2)
        q = f"{bend:.1f}"
        turn = f"H{middle - bend:.1f} q{q} 0 {q} {q} V{y - bend:.1f} q0 {q} {q} {q}"
        path = f"M{start:.1f} {end:.1f} {turn if y > end else ''} H{child.x:.1f}"
        paths.append(f'<path d="{path}" fill="none" stroke="{edge}" stroke-width="2"/>')
    return "\n".join(paths)


def _drawn(card: Card) -> str:
    palette = load_theme().palette
    face, edge = (palette[name] for name in FACES[card.said.kind])
    parts = [
        f"<g><title>{escape(card.about)}</title>",
        f'<rect x="{card.x:.1f}" y="{card.y:.1f}" width="{card.width:.1f}" height="{card.height:.1f}" rx="10" '
        f'fill="{face}" stroke="{edge}" stroke-width="2"/>',
    ]
    for index, (text, bold, size, colour) in enumerate(card.lines):
        y = card.y + PAD / 2 + LINE * index + LINE * 0.72
        parts.append(_text(text, card.x + PAD, y, size, bold, palette[colour]))
    return "\n".join([*parts, "</g>"])


def _text(text: str, x: float, y: float, size: float, bold: bool, colour: str) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.0f}"{weight} fill="{colour}">{escape(text)}</text>'
