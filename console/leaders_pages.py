"""The leaders' page over a period, and its export as CSV and Excel."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, RedirectResponse, Response

from centre.export import coarsened
from centre.ratings import RATED, ratings_in
from console.access import Who
from console.alert_post import alert_words
from console.exporting import TYPES, words_of_export, write_export
from console.leaders_view import LeadersView, leaders_view
from console.parts import ConsoleParts, PartsHere, needs
from console.rendering import page
from console.words import Words
from robot.types import LetanError

Leader = Annotated[Who, Depends(needs("leader"))]
Day = Annotated[str, Query(max_length=10)]
router = APIRouter(include_in_schema=False)


@router.get("/leaders")
async def leaders(
    parts: PartsHere,
    request: Request,
    who: Leader,
    first: Day = "",
    last: Day = "",
    door: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """The figures of a period, of all doors or of one."""
    words = parts.words(request)
    today = dt.date.fromisoformat(parts.office.day)
    week = today - dt.timedelta(days=today.weekday())
    told: dict[str, object] = {
        "query": {"door": door} if door in parts.site.doors else {},
        "by": "leaders.by_door",
        "door": door if door in parts.site.doors else "",
        "week": (week, today),
        "month": (today.replace(day=1), today),
        "view": None,
        "known": None,
        "trouble": "",
        "alerts": [(each, alert_words(each, words)) for each in parts.alerts.open()],
    }
    days = days_of(first or week.isoformat(), last or today.isoformat())
    if days is None:
        told["trouble"] = words("leaders.wrong_days")
        return page(parts, request, "leaders.html", who, 422, first=week, last=today, **told)
    status = 200
    try:
        if gone := await run_in_threadpool(parts.statistics.lost, *days):
            told["trouble"] = words("leaders.lost", n=gone)
        told["known"] = await run_in_threadpool(parts.statistics.days)
        told["view"] = await run_in_threadpool(_view, parts, days, str(told["door"]), words)
    except LetanError as error:  # tampered with: better no figures than wrong ones
        told["trouble"] = words("leaders.tampered", words=error)
        status = 503
    return page(parts, request, "leaders.html", who, status, first=days[0], last=days[1], **told)


@router.post("/leaders/alerts")
async def note(
    parts: PartsHere,
    request: Request,
    who: Leader,
    token: Annotated[str, Form(max_length=200)],
    alert: Annotated[int, Form(ge=1, le=2**53)],
) -> Response:
    """Somebody has taken note of an alert."""
    parts.access.check_form(request, token)
    if parts.alerts.note(alert, who.told):
        parts.accounts.note(who.told, f"took note of alert {alert}")
    return RedirectResponse("/leaders", 303)


@router.get("/leaders/ratings.{kind}")
async def export(
    parts: PartsHere, request: Request, who: Leader, kind: Literal["csv", "xlsx"], first: Day, last: Day
) -> Response:
    """The ratings of a period for a spreadsheet; none at all when the data were changed from outside."""
    days = days_of(first, last)
    if days is None:
        raise HTTPException(422, parts.words(request)("leaders.wrong_days"))
    words = parts.words(request)
    path = await run_in_threadpool(_exported, parts, days, kind, words)
    parts.accounts.note(who.told, f"exported the ratings of {days[0]} to {days[1]} as {kind}")
    name = f"{words('leaders.title')} {days[0]} {days[1]}.{kind}"
    return FileResponse(path, media_type=TYPES[kind], filename=name, background=BackgroundTask(path.unlink))


def _view(parts: ConsoleParts, days: tuple[dt.date, dt.date], door: str, words: Words) -> LeadersView | None:
    """The period and the one as long just before; None where there are no data."""
    first, last = days
    summary = parts.statistics.period(first, last)
    length = last - first + dt.timedelta(days=1)
    before = parts.statistics.period(first - length, last - length)
    if door:
        summary, before = summary.at(door), before.at(door)
    if not summary.taken and not summary.ratings:
        return None
    return leaders_view(summary, before, words)


def _exported(parts: ConsoleParts, days: tuple[dt.date, dt.date], kind: str, words: Words) -> Path:
    """The ratings of one office, read and checked through a reader of its own."""
    office = parts.statistics.reader()
    try:
        told = words_of_export(words)
        return write_export(coarsened(ratings_in(office.reading(*days, RATED)), parts.label, told), told, kind)
    finally:
        office.close()


def days_of(first: str, last: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day as they are written, None where they are none."""
    try:
        days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        return None
    return days if days[0] <= days[1] and days[0].year > 1 else None
