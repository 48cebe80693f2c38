"""The site's own words by language: flat keys such as `speech.welcome`, from `texts/<language>.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from robot.blanks import blanks
from robot.types import LetanError, Texts
from robot.yaml12 import Document, read_yaml


def load_texts(folder: Path, languages: tuple[str, ...]) -> Texts:
    """All texts of a site; a LetanError names every key that one language has and another lacks."""
    complaints: list[str] = []
    documents = {language: read_yaml(folder / "texts" / f"{language}.yaml") for language in languages}
    texts = {language: dict(_flat(document.data, (), document, complaints)) for language, document in documents.items()}
    for language, words in texts.items():
        for other, theirs in texts.items():
            for key in theirs.keys() - words.keys():
                place = documents[other].say(tuple(key.split(".")), f"`{key}` is missing in texts/{language}.yaml")
                complaints.append(place)
    if complaints:
        raise LetanError("\n".join(sorted(complaints)))
    return texts


def _flat(data: Any, loc: tuple[str, ...], document: Document, complaints: list[str]) -> list[tuple[str, str]]:  # noqa: ANN401
    if isinstance(data, str):
        try:
            blanks(data)
        except ValueError as error:
            complaints.append(document.say(loc, str(error)))
        return [(".".join(loc), data)]
    if isinstance(data, dict):
        return [pair for key, value in data.items() for pair in _flat(value, (*loc, key), document, complaints)]
    complaints.append(document.say(loc, f"expected a text, got {data!r} (put it in quotes)"))
    return []
