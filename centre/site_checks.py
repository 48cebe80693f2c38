"""What one file of a site cannot check alone: languages that are missing and names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from centre.floor import Floor
from centre.offer import Door, Procedure, Requests
from text.problems import Problem
from text.yaml12 import Document, Location, nearest


def check_languages(document: Document, languages: tuple[str, ...]) -> list[Problem]:
    """Complaints about texts that lack a language of the site, have one more, or are empty."""
    complaints: list[Problem] = []
    for loc, text in _texts(document.data, (), set(languages)):
        for language in languages:
            words = text.get(language)
            if not words:
                complaints.append(document.problem(loc, f"the text in `{language}` is missing"))
        for language in text.keys() - set(languages):
            complaints.append(document.problem((*loc, language), f"this site does not speak `{language}`", of_key=True))
    return complaints


def _texts(data: Any, loc: Location, languages: set[str]) -> Iterator[tuple[Location, dict[str, Any]]]:  # noqa: ANN401
    """Every mapping with a language among its keys."""
    if isinstance(data, dict):
        if languages & data.keys():
            yield loc, data
        else:
            for key, value in data.items():
                yield from _texts(value, (*loc, key), languages)
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _texts(value, (*loc, i), languages)


def check_references(
    doors: Mapping[str, Door],
    procedures: Mapping[str, Procedure],
    requests: Requests,
    floor: Floor,
    documents: Mapping[str, Document],
) -> list[Problem]:
    """Complaints about doors and procedures that are named but not there, each where it is named."""
    complaints: list[Problem] = []

    def know(file: str, loc: Location, name: str, known: Iterable[str], what: str) -> None:
        if name and name not in known:
            words = f"there is no {what} `{name}`{nearest(name, known)}"
            complaints.append(documents[file].problem(loc, words))

    for door in floor.doors:
        know("floor.yaml", ("doors", door), door, doors, "door")
    for door in doors:
        know("doors.yaml", ("doors", door), door, floor.doors, "place on the floor plan for door")
    for file, document in documents.items():
        if file.startswith("procedures/"):
            for name in document.data:
                know(file, (name, "door"), procedures[name].door, doors, "door")
                for i, door in enumerate(procedures[name].also):
                    know(file, (name, "also", i), door, doors, "door")
    for name, request in requests.requests.items():
        know("requests.yaml", ("requests", name, "door"), request.door, doors, "door")
        for i, procedure in enumerate(request.procedures):
            know("requests.yaml", ("requests", name, "procedures", i), procedure, procedures, "procedure")
    for n, phrase in enumerate(requests.ambiguous):
        know("requests.yaml", ("ambiguous", n, "door"), phrase.door, doors, "door")
        for i, procedure in enumerate(phrase.procedures):
            know("requests.yaml", ("ambiguous", n, "procedures", i), procedure, procedures, "procedure")
    letters = [door.letter for door in doors.values()]
    for name, door_data in doors.items():
        if letters.count(door_data.letter) > 1:
            complaints.append(documents["doors.yaml"].problem(("doors", name, "letter"), "two doors share this letter"))
    return complaints
