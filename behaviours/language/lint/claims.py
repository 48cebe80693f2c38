"""T008, T009: nodes that run together and want the same wheels, page, voice or music."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from behaviours.language.composites import Together
from behaviours.language.lint.facts import MOST_PAIRED, Claim, Facts, line
from behaviours.language.lint.finding import Finding, found
from behaviours.language.lint.possible import can_hold
from behaviours.language.spec import Spec


def two_claims(facts: Facts) -> Iterator[Finding]:
    """Each pair of a `together`'s children, once."""
    for spec in facts.nodes:
        if spec.word is not None and spec.word.make is Together:
            claims = [(child, facts.claims(child)) for child in spec.children[:MOST_PAIRED]]
            for (first, higher), (second, lower) in combinations(claims, 2):
                yield from _between(first, second, higher, lower)


def _between(first: Spec, second: Spec, higher: list[Claim], lower: list[Claim]) -> Iterator[Finding]:
    both, early = set[str](), set[str]()
    for a, b in product(higher, lower):
        is_new = a.actuator == b.actuator and a.actuator not in both | early
        if is_new and not b.claims_only_free and can_hold(*a.under, *b.under):
            (early if a.claims_only_free else both).add(a.actuator)
    if both:
        words = f"`{second.label}` may claim the {_listed(both)}, which {line(first)} has at the same time"
        yield found("T008", second.source, words)
    if early:
        words = f"`{second.label}` never gets the {_listed(early)}: {line(first)} takes what is free, and belongs below"
        yield found("T009", second.source, words)


def _listed(actuators: set[str]) -> str:
    return " and the ".join(sorted(actuators))


RULES = (two_claims,)
