"""The page of a city's leaders: all offices side by side, one of them, or one of its doors; and the export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from centre.export import ExportRow, ExportWords, coarsened
from centre.label import Label
from centre.summary import Summary
from city.figures import CityFigures, OfficeKnown
from console.access import Who
from console.city_parts import CityHere, CityParts
from console.city_view import office_rows, whole
from console.exporting import TYPES, words_of_export, write_export
from console.leaders_pages import days_of
from console.leaders_view import leaders_view
from console.parts import needs
from console.rendering import page
from robot.types import LetanError

Leader = Annotated[Who, Depends(needs("leader"))]
Day = Annotated[str, Query(max_length=10)]
OfficeName = Annotated[str, Query(max_length=60)]
router = APIRouter(include_in_schema=False)


@router.get("/")
async def start() -> Response:
    """There is one page."""
    return RedirectResponse("/leaders", 303)


@router.get("/health")
async def health(city: CityHere) -> Response:
    """Whether the city's database answers."""
    try:
        offices = await run_in_threadpool(city.figures.offices)
    except LetanError as error:
        return JSONResponse({"ok": False, "detail": str(error)}, 503)
    return JSONResponse({"ok": True, "offices": len(offices)})


@router.get("/leaders")
async def leaders(
    city: CityHere,
    request: Request,
    who: Leader,
    first: Day = "",
    last: Day = "",
    office: OfficeName = "",
    door: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """The figures of a period."""
    today = city.now().date()
    week = today - dt.timedelta(days=today.weekday())
    days = days_of(first or week.isoformat(), last or today.isoformat())
    told: dict[str, object] = {"week": (week, today), "month": (today.replace(day=1), today), "trouble": ""}
    told["alerts"] = []
    told |= {"first": (days or (week, today))[0], "last": (days or (week, today))[1]}
    nothing: dict[str, object] = {"view": None, "known": None, "rows": [], "offices": {}, "doors": {}, "query": {}}
    words = city.words(request)
    if days is None:
        told["trouble"] = words("leaders.wrong_days")
        return page(city, request, "city.html", who, 422, **told, **nothing, by="leaders.by_office", office="", door="")
    try:
        found = await run_in_threadpool(_found, city, request, days, office, door)
    except LetanError as error:
        told["trouble"] = words("city.away", words=error)
        return page(city, request, "city.html", who, 503, **told, **nothing, by="leaders.by_office", office="", door="")
    if gone := found.pop("lost"):
        told["trouble"] = words("leaders.lost", n=gone)
    return page(city, request, "city.html", who, 200, **told, **found)


@router.get("/leaders/ratings.{kind}")
async def export(
    city: CityHere,
    request: Request,
    who: Leader,
    kind: Literal["csv", "xlsx"],
    first: Day,
    last: Day,
    office: OfficeName = "",
) -> Response:
    """The ratings of a period for a spreadsheet, of one office or of all."""
    words = city.words(request)
    days = days_of(first, last)
    if days is None:
        raise HTTPException(422, words("leaders.wrong_days"))

    def written() -> FileResponse:
        told = words_of_export(words, several=True)
        path = write_export(city_rows(city.figures, days, told, office), told, kind)
        name = f"{words('leaders.title')} {days[0]} {days[1]}.{kind}"
        return FileResponse(path, media_type=TYPES[kind], filename=name, background=BackgroundTask(path.unlink))

    answer = await run_in_threadpool(written)
    city.accounts.note(
        who.told, f"exported the ratings of {office or 'all offices'}, {days[0]} to {days[1]}, as {kind}"
    )
    return answer


def city_rows(
    figures: CityFigures, days: tuple[dt.date, dt.date], words: ExportWords, office: str = ""
) -> Iterator[ExportRow]:
    """The rows of all offices one after the other, or of one, each coarsened for itself."""
    for name, known in figures.offices().items():
        if office in ("", name):
            label = _in_language(known.label, words.language)
            for row in coarsened(figures.ratings(name, *days), label, words):
                yield replace(row, office=label.name[words.language])


def _in_language(label: Label, language: str) -> Label:
    """A label that has names in a language, even where they are those of its own first one."""
    if language in label.languages:
        return label
    own = label.languages[0]
    named = {"name": {language: label.name[own]}, "languages": (language,)}
    parts = ("doors", "services", "levels", "reasons")
    return label.model_copy(
        update=named | {part: {k: {language: v[own]} for k, v in getattr(label, part).items()} for part in parts}
    )


def _found(
    city: CityParts, request: Request, days: tuple[dt.date, dt.date], office: str, door: str
) -> dict[str, object]:
    """What the page shows."""
    offices = city.figures.offices()
    one = offices.get(office)
    sums = city.figures.period(*days, office if one else "")
    length = days[1] - days[0] + dt.timedelta(days=1)
    before = city.figures.period(days[0] - length, days[1] - length, office if one else "")
    told: dict[str, object] = {
        "known": city.figures.days(),
        "lost": city.figures.lost(*days, office if one else ""),
        "offices": {name: each.label.called(city.words(request).language) for name, each in offices.items()},
    }
    return told | (
        _of_one(city, request, one, sums, before, door) if one else _of_all(city, request, offices, sums, before)
    )


def _of_all(
    city: CityParts,
    request: Request,
    offices: dict[str, OfficeKnown],
    sums: dict[str, Summary],
    before: dict[str, Summary],
) -> dict[str, object]:
    words = city.words_of_all(request, offices)
    robots = {name: city.robots(name) for name in offices} if city.robots else {}
    summary = whole(sums)
    return {
        "words": words,
        "rows": office_rows(offices, sums, robots, words, city.now().astimezone()),
        "view": leaders_view(summary, whole(before), words) if summary.taken or summary.ratings else None,
        "by": "leaders.by_office",
        "query": {},
        "office": "",
        "door": "",
        "doors": {},
    }


def _of_one(
    city: CityParts,
    request: Request,
    office: OfficeKnown,
    sums: dict[str, Summary],
    before: dict[str, Summary],
    door: str,
) -> dict[str, object]:
    words = city.words_of(request, office)
    summary = sums.get(office.office, Summary())
    earlier = before.get(office.office, Summary())
    door = door if door in office.label.doors else ""
    if door:
        summary, earlier = summary.at(door), earlier.at(door)
    return {
        "words": words,
        "rows": [],
        "view": leaders_view(summary, earlier, words) if summary.taken or summary.ratings else None,
        "by": "leaders.by_door",
        "query": {"office": office.office} | ({"door": door} if door else {}),
        "office": office.office,
        "door": door,
        "doors": office.label.doors,
    }
