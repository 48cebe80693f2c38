"""Reads a site's folder into one checked value; nothing else in the project reads `sites/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import RootModel

from centre.floor import Floor
from centre.floor_checks import check_floor
from centre.offer import Door, Doors, Notices, Procedure, Ratings, Request, Requests, SmallTalk, Text
from centre.place import Place, WaitWords
from centre.robot_file import RobotFile
from centre.site_checks import check_languages, check_references
from robot.model import RobotModel
from robot.types import LetanError
from text.problems import FileError, Problem
from text.validation import AnyModel, validate
from text.yaml12 import Document, read_yaml


class _Procedures(RootModel[dict[str, Procedure]]):
    """One file of procedures by id."""


class _SmallTalks(RootModel[dict[str, SmallTalk]]):
    """The file of small talk by id."""


SHARED_WAITS = Path(__file__).parent.parent / "sites" / "texts" / "waits.yaml"
_PARTS = {
    "place": ("site.yaml", Place),
    "floor": ("floor.yaml", Floor),
    "robot": ("robot.yaml", RobotFile),
    "services": ("doors.yaml", Doors),
    "requests": ("requests.yaml", Requests),
    "talk": ("small_talk.yaml", _SmallTalks),
    "notices": ("notices.yaml", Notices),
    "ratings": ("ratings.yaml", Ratings),
}


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a robot works."""

    folder: Path
    place: Place
    floor: Floor
    robot: RobotModel
    services: Doors
    procedures: dict[str, Procedure]
    requests: Requests
    talk: _SmallTalks
    notices: Notices
    ratings: Ratings

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site, the usual one first."""
        return self.place.languages

    @property
    def doors(self) -> dict[str, Door]:
        """The service doors by number."""
        return self.services.doors

    @property
    def small_talk(self) -> dict[str, SmallTalk]:
        """Small talk by id."""
        return self.talk.root

    def request(self, request: str) -> Request | None:
        """The request with an id, or None."""
        return self.requests.requests.get(request)

    def procedures_at(self, door: str) -> tuple[str, ...]:
        """The ids of a door's procedures in the order of the files."""
        return tuple(name for name, entry in self.procedures.items() if door in (entry.door, *entry.also))

    def doors_of(self, service: str) -> tuple[str, ...]:
        """The doors that serve a procedure or request, its own one first; () for the door alone."""
        procedure = self.procedures.get(service)
        if procedure is not None:
            return (procedure.door, *procedure.also)
        request = self.request(service)
        return (request.door,) if request is not None and request.door else ()

    def answer(self, message: str) -> Text:
        """The words of an answer: a small-talk id, `elsewhere:N`, or a name of `answers`."""
        if message in self.small_talk:
            return self.small_talk[message].answer
        name, _, index = message.partition(":")
        words: Text = getattr(self.requests.answers, name)
        if not index:
            return words
        place = self.requests.elsewhere[int(index)].send
        return {language: text.format(place=place[language]) for language, text in words.items()}


class _Reader:
    """Reads the parts one by one and keeps every complaint."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.complaints: list[Problem] = []
        self.documents: dict[str, Document] = {}

    def part(self, name: str, model: type[AnyModel]) -> AnyModel | None:
        try:
            self.documents[name] = read_yaml(self.folder / name)
            return validate(self.documents[name], model)
        except FileError as error:
            self.complaints += error.problems
            return None

    def procedures(self) -> dict[str, Procedure]:
        found: dict[str, Procedure] = {}
        for path in sorted((self.folder / "procedures").glob("*.yaml")):
            name = f"procedures/{path.name}"
            part = self.part(name, _Procedures)
            for key, procedure in (part.root if part else {}).items():
                if key in found:
                    self.complaints.append(
                        self.documents[name].problem((key,), f"`{key}` stands in two files", of_key=True)
                    )
                found[key] = procedure
        return found

    def raise_if_any(self) -> None:
        if self.complaints:
            raise FileError(self.complaints)


def _with_words(reader: _Reader, place: Place) -> Place:
    """A place with the words of waits that all sites share, where it has none of its own."""
    if place.waits is not None:
        return place
    document = read_yaml(SHARED_WAITS)
    shared = validate(document, WaitWords)
    for language in place.languages:
        if language not in shared.now:
            words = f"there are no words of waits in `{language}`: give them as `waits` (see {SHARED_WAITS.name})"
            reader.complaints.append(reader.documents["site.yaml"].problem(("languages",), words))
    return place.model_copy(update={"waits": shared})


def load_site(folder: Path) -> Site:
    """The site in `folder`; a FileError tells every problem of every file, one a line."""
    if not folder.is_dir():
        raise LetanError(f"{folder}: there is no such folder; a site is a folder like sites/cua_nam")
    reader = _Reader(folder)
    parts: dict[str, Any] = {field: reader.part(name, model) for field, (name, model) in _PARTS.items()}
    procedures = reader.procedures()
    reader.raise_if_any()
    parts["place"] = _with_words(reader, parts["place"])
    site = Site(folder=folder, procedures=procedures, **(parts | {"robot": parts["robot"].model}))
    for document in reader.documents.values():
        reader.complaints += check_languages(document, site.languages)
    reader.complaints += check_references(site.doors, procedures, site.requests, site.floor, reader.documents)
    reader.complaints += check_floor(site.floor, site.robot, reader.documents["floor.yaml"])
    reader.raise_if_any()
    return site
