"""What a touch or an understood sentence changes in a visit (pure): the tree then does the visit's next open step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from centre.offer import Action
from centre.site import Site
from reception.meaning import choices_of, door_in, language_in, meaning, next_language
from reception.visits import Goal, Guide, Visit
from robot.pages import PAGES, PageName, SpeechRate
from robot.types import Modes, Touch, Understanding
from text.vietnamese import plain

VOLUMES = 6
TYPED = 24  # letters are enough to find any procedure

Handler = Callable[[Visit, str, Site], Visit]


def respond(visit: Visit, event: Touch | Understanding, site: Site) -> Visit:
    """The visit after a touch or a sentence; what means nothing here changes nothing."""
    if isinstance(event, Understanding):
        return _hear(visit, event, site)
    page = PAGES.get(event.page)
    if page is None or (page.owner == "dialogue" and event.page != visit.page):
        return visit  # it was made on a page that has gone meanwhile: a double tap
    handler = _ON_PAGE.get((event.page, event.action)) or _ANYWHERE.get(event.action)
    visit = replace(visit, touched=event.stamp)
    return handler(visit, event.value, site) if handler else visit


def open_page(visit: Visit, page: PageName) -> Visit:
    """The visit on a page, with the way back to where it was."""
    return visit if page == visit.page else replace(visit, page=page, back=(*visit.back, visit.page)[-20:])


def shelf_size(visit: Visit) -> int:
    """How many procedures a page shows."""
    return 4 if visit.modes.large_text else 8


def choose(visit: Visit, choice: str, site: Site) -> Visit:
    """The visit with a choice made: a procedure id, `door:N`, or a request id."""
    visit = replace(visit, listening=False)
    if choice in site.procedures:
        door = site.procedures[choice].door
        return open_page(replace(visit, procedure=choice, request="", door=door), "procedure")
    kind, _, door = choice.partition(":")
    if kind == "door" and door in site.doors:
        return open_page(replace(visit, procedure="", request="", door=door), "procedure")
    request = site.request(choice)
    if request is None:
        return visit
    if request.action:
        return act(visit, request.action, "", site)
    if request.procedures:
        return open_page(replace(visit, choices=choices_of(choice, site)), "which_one")
    return open_page(replace(visit, procedure="", request=choice, door=request.door), "procedure")


def act(visit: Visit, action: Action, text: str, site: Site) -> Visit:
    """The visit after a request to the robot itself; `text` may name a door or a language."""
    door = door_in(text, site)
    if action == "call_staff":
        return replace(visit, wants_staff=True)
    if action == "rate":
        return _ask_rating(visit)
    if action == "language":
        return replace(visit, language=language_in(text, visit.language, site))
    if action == "show_way":
        return replace(visit, door=door, guide="wanted") if door else _ask_door(visit, "way")
    if action == "take_number":
        if door and door != visit.door:
            visit = replace(visit, door=door, procedure="", request="")
        return _want_ticket(visit) if visit.door else _ask_door(visit, "number")
    if action == "decline":
        return open_page(replace(visit, message="decline"), "message")
    return replace(visit, wish=action)


def _hear(visit: Visit, heard: Understanding, site: Site) -> Visit:
    visit = replace(visit, listening=False)
    if not heard.text.strip():
        return visit
    if visit.page == "reasons":
        named = [name for name, reason in site.ratings.reasons.items() if _names(heard.text, reason.name)]
        return replace(visit, reasons=tuple(dict.fromkeys((*visit.reasons, *named))))
    meant = meaning(heard, site)
    if meant.action:
        return act(visit, meant.action, heard.text, site)
    if meant.answer:
        return open_page(replace(visit, message=meant.answer, heard=heard.text), "message")
    visit = replace(visit, heard=heard.text, choices=meant.choices)
    if len(meant.choices) == 1 and heard.accepted:
        return choose(visit, meant.choices[0], site)
    return open_page(visit, "which_one")


def _names(text: str, words: dict[str, str]) -> bool:
    return any(plain(name) in plain(text) for name in words.values())


def _ask_door(visit: Visit, goal: Goal) -> Visit:
    return open_page(replace(visit, goal=goal), "doors")


def _want_ticket(visit: Visit) -> Visit:
    """One visit has one ticket: who asks again sees it again."""
    return open_page(visit, "ticket") if visit.ticket else replace(visit, wants_ticket=True)


def _ask_rating(visit: Visit) -> Visit:
    if visit.rated:
        return open_page(replace(visit, message="thanks"), "message")
    return open_page(replace(visit, wants_rating=True, skipped_rating=False, offered_rating="screen"), "rating")


def _back(visit: Visit, _value: str, _site: Site) -> Visit:
    if visit.page in ("rating", "reasons") and visit.back == ():
        return _skip(visit, "", _site)
    page: PageName = visit.back[-1] if visit.back else "welcome"
    left = visit.page == "rating"  # leaving the rating by "back" is no answer, and asks no more
    return replace(
        visit, page=page, back=visit.back[:-1], listening=False, wants_rating=visit.wants_rating and not left
    )


def _home(visit: Visit, _value: str, _site: Site) -> Visit:
    clean = replace(visit, heard="", choices=(), field="", shelf=0, typed="", goal="", message="", listening=False)
    return replace(clean, page="welcome", back=(), wants_rating=False)


def _easy_view(visit: Visit, _value: str, _site: Site) -> Visit:
    return open_page(replace(visit, draft=visit.modes), "easy_view")


def _field(visit: Visit, value: str, site: Site) -> Visit:
    return open_page(replace(visit, field=value, shelf=0), "services") if value in site.doors else visit


def _more(visit: Visit, _value: str, site: Site) -> Visit:
    shelves = -(-len(site.procedures_at(visit.field)) // shelf_size(visit))
    return replace(visit, shelf=(visit.shelf + 1) % max(shelves, 1))


def _door(visit: Visit, value: str, site: Site) -> Visit:
    if value not in site.doors:
        return visit
    visit = replace(visit, door=value, procedure="", request="")
    return replace(visit, guide="wanted") if visit.goal == "way" else _want_ticket(visit)


def _key(visit: Visit, value: str, _site: Site) -> Visit:
    return replace(visit, typed=(visit.typed + value)[:TYPED]) if len(value) == 1 else visit


def _take_ticket(visit: Visit, _value: str, _site: Site) -> Visit:
    return _want_ticket(visit) if visit.door else visit


def _guide(state: Guide) -> Handler:
    def handle(visit: Visit, _value: str, _site: Site) -> Visit:
        if visit.guide == "done" or not visit.door:
            return visit
        return replace(visit, guide=state)

    return handle


def _rate(visit: Visit, value: str, site: Site) -> Visit:
    if value not in site.ratings.levels or visit.rated:
        return visit
    visit = replace(visit, rating=int(value))
    return open_page(visit, "reasons") if int(value) < site.ratings.ask_below else _send(visit, "", site)


def _reason(visit: Visit, value: str, site: Site) -> Visit:
    if value not in site.ratings.reasons:
        return visit
    chosen = tuple(r for r in visit.reasons if r != value) if value in visit.reasons else (*visit.reasons, value)
    return replace(visit, reasons=chosen)


def _send(visit: Visit, _value: str, _site: Site) -> Visit:
    return replace(visit, rated=visit.rating > 0, page="message", back=(), message="thanks")


def _skip(visit: Visit, _value: str, _site: Site) -> Visit:
    return replace(visit, skipped_rating=True, page="message", back=(), message="thanks")


def _send_without_reasons(visit: Visit, value: str, site: Site) -> Visit:
    return _send(replace(visit, reasons=()), value, site)


def _switch(visit: Visit, value: str, _site: Site) -> Visit:
    draft = visit.draft
    if value == "large_text":
        draft = replace(draft, large_text=not draft.large_text)
    elif value == "low":
        draft = replace(draft, low=not draft.low)
    elif value == "high_contrast":
        draft = replace(draft, high_contrast=not draft.high_contrast)
    return replace(visit, draft=draft)


def _volume(visit: Visit, value: str, _site: Site) -> Visit:
    step = {"+": 1, "-": -1}.get(value, 0)
    return replace(visit, draft=replace(visit.draft, volume=max(0, min(VOLUMES, visit.draft.volume + step))))


def _speed(visit: Visit, value: str, _site: Site) -> Visit:
    rate = next((each for each in get_args(SpeechRate) if each == value), visit.draft.rate)
    return replace(visit, draft=replace(visit.draft, rate=rate))


def _done(visit: Visit, value: str, site: Site) -> Visit:
    return _back(replace(visit, modes=visit.draft), value, site)


def _set(**changes: object) -> Handler:
    def handle(visit: Visit, _value: str, _site: Site) -> Visit:
        return replace(visit, **changes)  # type: ignore[arg-type]  # the table below names fields of Visit

    return handle


def _to(page: PageName) -> Handler:
    return lambda visit, _value, _site: open_page(visit, page)


def _asking_door(goal: Goal) -> Handler:
    return lambda visit, _value, _site: _ask_door(visit, goal)


_ANYWHERE: dict[str, Handler] = {
    "start": _to("welcome"),
    "speak": _set(listening=True),
    "again": _set(listening=True, heard=""),
    "fields": _to("ask_fields"),
    "none": _to("ask_fields"),
    "search": _to("search"),
    "field": _field,
    "more": _more,
    "service": choose,
    "door": _door,
    "key": _key,
    "erase": lambda visit, _value, _site: replace(visit, typed=visit.typed[:-1]),
    "ticket": _take_ticket,
    "take_number": _asking_door("number"),
    "show_way": _asking_door("way"),
    "guide": _guide("wanted"),
    "resume": _guide("wanted"),
    "pause": _guide("paused"),
    "alone": _guide("alone"),
    "stop": _set(wish="stop"),
    "back": _back,
    "home": _home,
    "easy_view": _easy_view,
    "language": lambda visit, _value, site: replace(visit, language=next_language(visit.language, site)),
    "call_staff": _set(wants_staff=True),
    "skip": _skip,
    "reason": _reason,
    "send": _send,
}

_ON_PAGE: dict[tuple[PageName, str], Handler] = {
    ("rating", "rate"): _rate,
    ("reasons", "skip"): _send_without_reasons,
    ("easy_view", "set"): _switch,
    ("easy_view", "volume"): _volume,
    ("easy_view", "rate"): _speed,
    ("easy_view", "reset"): _set(draft=Modes()),
    ("easy_view", "try"): _set(wish="try_voice"),
    ("easy_view", "done"): _done,
    ("call_staff", "cancel"): _set(wants_staff=False),
}
