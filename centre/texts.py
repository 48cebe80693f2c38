"""The site's own words by language: flat keys such as `speech.welcome`, from `texts/<language>.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from centre.export import COLUMNS, OFFICE, ExportWords
from robot.types import Texts
from text.placeholders import placeholders
from text.problems import FileError, Problem
from text.yaml12 import Document, read_yaml

COMMON = Path(__file__).parent.parent / "sites" / "texts"


def load_texts(folder: Path, languages: tuple[str, ...]) -> Texts:
    """All texts of a site, and those common to all sites where it has none of its own.

    A FileError names every key that one language has and another lacks.
    """
    shared = {language: COMMON / f"{language}.yaml" for language in languages}
    return _texts(folder / "texts", languages, shared)


def load_console_texts(languages: tuple[str, ...]) -> Texts:
    """The words of the console and of the citizens' pages in these languages, as `load_texts`."""
    return _texts(COMMON / "console", languages, {})


def export_words(language: str, several: bool = False) -> ExportWords:
    """The words of an export in a language, of one office or of `several`."""
    words = load_console_texts((language,))[language]
    columns = (OFFICE, *COLUMNS) if several else COLUMNS
    return ExportWords(language, {column: words[f"export.{column}"] for column in columns}, words["export.other_doors"])


def _texts(folder: Path, languages: tuple[str, ...], shared: dict[str, Path]) -> Texts:
    complaints: list[Problem] = []
    documents = {language: read_yaml(folder / f"{language}.yaml") for language in languages}
    common = {language: read_yaml(path) for language, path in shared.items() if path.is_file()}
    texts = {
        language: {
            key: words
            for document in (common.get(language), own) if document is not None
            for key, words in _flat(document.data, (), document, complaints)
        }
        for language, own in documents.items()
    }  # fmt: skip
    for language, words in texts.items():
        for other, theirs in texts.items():
            for key in theirs.keys() - words.keys():
                missing = f"`{key}` is missing in texts/{language}.yaml"
                complaints.append(documents[other].problem(tuple(key.split(".")), missing))
    if complaints:
        raise FileError(sorted(complaints))
    return texts


def _flat(data: Any, loc: tuple[str, ...], document: Document, complaints: list[Problem]) -> list[tuple[str, str]]:  # noqa: ANN401
    if isinstance(data, str):
        try:
            placeholders(data)
        except ValueError as error:
            complaints.append(document.problem(loc, str(error)))
        return [(".".join(loc), data)]
    if isinstance(data, dict):
        return [pair for key, value in data.items() for pair in _flat(value, (*loc, key), document, complaints)]
    complaints.append(document.problem(loc, f"expected a text, got {data!r} (put it in quotes)"))
    return []
