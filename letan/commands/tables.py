"""Tables of the command line: what does not fit the terminal is wrapped, never cut."""

from __future__ import annotations

from rich.table import Column, Table
from rich.text import Text


def wrapped_table(*headers: str, title: str | None = None) -> Table:
    """An empty table; without headers, one of names and values."""
    columns = [Column(header, overflow="fold") for header in headers or ("", "")]
    return Table(*columns, title=title, show_header=bool(headers))


def as_text(words: str) -> Text:
    """Words from data as a cell: neither markup nor what a terminal would obey means anything in them."""
    return Text("".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in words))
