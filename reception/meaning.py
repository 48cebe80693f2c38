"""What a heard sentence means at this office: something to open, to choose from, to do, or to answer (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from centre.offer import Action
from centre.site import Site
from robot.types import Understanding
from text.vietnamese import normal, says

CHOICES = 3  # large buttons on which_one
LEAST_SCORE = 0.2  # below it a guess is no better than the fields themselves


@dataclass(frozen=True, slots=True)
class Meaning:
    """One of: `choices` (one opens it, several are asked back), an `action`, or an `answer` (see Site.answer)."""

    choices: tuple[str, ...] = ()
    action: Action | Literal[""] = ""
    answer: str = ""


def meaning(heard: Understanding, site: Site) -> Meaning:
    """The meaning of a sentence: the site's own phrases, then what the classifier is sure of, then its guesses."""
    fixed = _phrase(heard.text, site)
    if fixed is not None:
        return fixed
    request = site.request(heard.accepted) if heard.accepted else None
    if request is not None and heard.accepted:
        if request.action == "decline":
            return Meaning(answer="decline")
        return Meaning(action=request.action) if request.action else Meaning(choices_of(heard.accepted, site))
    guesses: list[str] = []
    for name, score in heard.ranked:
        offered = choices_of(name, site)
        if score >= LEAST_SCORE and offered and offered[0] not in guesses:
            guesses.append(offered[0])
    return Meaning(tuple(guesses[:CHOICES])) if guesses else Meaning(answer="unclear")


def choices_of(request: str, site: Site) -> tuple[str, ...]:
    """What a request offers: procedure ids, `door:N`, or its own id where it has no procedure."""
    entry = site.request(request)
    if entry is None or entry.action == "decline":
        return ()
    if not entry.procedures:
        return (request,)
    return (*entry.procedures, *([f"door:{entry.door}"] if entry.door else []))[:CHOICES]


def door_in(text: str, site: Site) -> str:
    """The door that a sentence names, or ""."""
    return next((name for name, door in site.doors.items() if any(says(text, phrase) for phrase in door.say)), "")


def language_in(text: str, current: str, site: Site) -> str:
    """The language that a sentence asks for; without a name, the next one of the site."""
    named = [(len(p), name) for name, ps in site.requests.language_names.items() for p in ps if says(text, p)]
    if named:
        return max(named)[1]
    return next_language(current, site)


def next_language(current: str, site: Site) -> str:
    """The site's language after this one."""
    languages = site.languages
    return languages[(languages.index(current) + 1) % len(languages)]


def _phrase(text: str, site: Site) -> Meaning | None:
    """The meaning of a phrase that the site lists itself."""
    for i, entry in enumerate(site.requests.elsewhere):
        if says(text, entry.say):
            return Meaning(answer=f"elsewhere:{i}")
    words = len(normal(text).split())
    for name, talk in site.small_talk.items():
        # one word more is a particle; two could be a request after a greeting
        if any(says(text, phrase) and words - len(normal(phrase).split()) <= 1 for phrase in talk.say):
            return Meaning(answer=name)
    for phrase in site.requests.ambiguous:
        if says(text, phrase.say):
            return Meaning((*phrase.procedures, *([f"door:{phrase.door}"] if phrase.door else []))[:CHOICES])
    return None
