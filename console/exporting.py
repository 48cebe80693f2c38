"""Ratings as a file that a browser downloads: whole, or there is none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from centre.export import COLUMNS, OFFICE, ExportRow, ExportWords, csv_lines, write_xlsx
from console.words import Words

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def words_of_export(words: Words, several: bool = False) -> ExportWords:
    """The words of a file about one office, or about `several`."""
    columns = (OFFICE, *COLUMNS) if several else COLUMNS
    return ExportWords(words.language, {c: words(f"export.{c}") for c in columns}, words("export.other_doors"))


def write_export(rows: Iterable[ExportRow], words: ExportWords, kind: str) -> Path:
    """A temporary file with the rows; whoever asked removes it."""
    handle, name = tempfile.mkstemp(suffix=f".{kind}")
    path = Path(name)
    try:
        if kind == "xlsx":
            write_xlsx(path, rows, words)
        else:
            with open(handle, "wb", closefd=False) as file:
                file.writelines(csv_lines(rows, words))
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(handle)
    return path
