"""What a benchmark measured as one line that a program reads: with `--json` the last line of its output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

import typer

HELP = "End with one line of JSON: all figures, unrounded."
AsJson = Annotated[bool, typer.Option("--json", help=HELP)]


def print_json(figures: Mapping[str, object]) -> None:
    """One object in one line; NumPy's numbers become floats."""
    print(json.dumps(figures, ensure_ascii=False, default=float))
