"""The outcome of a run against the truth: contacts, tickets, guiding, ratings, calls, localisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from centre.events import Issued, Rated, RobotAnswered, RobotCalled, StaffCalled
from reception.events import Alarm, DrinksOffered, Printing, RatingOffered
from robot.events import Entry, Event
from sim.driving import Driving
from sim.errors import Errors
from sim.events import (
    CitizenAsked,
    CitizenGaveUp,
    CitizenIn,
    CitizenToDoor,
    CitizenWithoutNumber,
    Contact,
    DrinkTaken,
    Guided,
)
from sim.scenario import Expect


@dataclass(frozen=True)
class Figures:
    """One run's outcome."""

    citizens: int
    asked: int
    tickets: int
    tickets_doubled: int
    by_hand: int
    printed: int
    printed_doubled: int
    without_ticket: int
    guided: int
    guided_in_area: int
    offered_on_screen: int
    offered_by_code: int
    rated: int
    drinks_offered: int
    drinks_taken: int
    calls: int
    calls_answered: int
    contacts_by_robot: int
    contacts_shared: int
    contacts_by_people: int
    contacts_wall: int
    longest_stuck: float
    driven_blind: float
    intimate_s: float
    staff_calls: int
    gave_up: int
    time_to_help: float
    docked: bool
    localization_median: float
    localization_p95: float
    heading_p95: float
    simulated_s: float

    @property
    def screen_share(self) -> float:
        """Of the guided citizens, those who were asked for a rating on the screen."""
        return self.offered_on_screen / self.guided if self.guided else 1.0

    def problems(self, expect: Expect) -> list[str]:
        """What does not hold, in words."""
        doubled, astray = self.tickets_doubled + self.printed_doubled, self.guided - self.guided_in_area
        checks = [
            (
                not expect.no_contact or self.contacts_by_robot == self.contacts_wall == 0,
                f"{self.contacts_by_robot} contacts with people by the robot, {self.contacts_wall} with walls",
            ),
            (
                not expect.every_ticket_once
                or (doubled == self.without_ticket == 0 and self.printed == self.tickets - self.by_hand),
                f"{self.tickets} tickets, {self.printed} printed, {self.without_ticket} citizens without, "
                f"{doubled} doubled",
            ),
            (not expect.guided_arrive or astray == 0, f"{astray} guided citizens went astray"),
            (not expect.calls_answered or self.calls == self.calls_answered, "a call was not answered"),
            (not expect.ends_docked or self.docked, "the robot does not end in its dock"),
            (self.screen_share >= expect.screen_rating_share, f"only {self.screen_share:.0%} asked on the screen"),
            (not expect.drinks_offered or self.drinks_offered > 0, "no drinks were offered"),
            (
                expect.localization_p95 is None or self.localization_p95 <= expect.localization_p95,
                f"localisation p95 {self.localization_p95:.3f} m",
            ),
        ]  # fmt: skip
        return [words for holds, words in checks if not holds] + self._too_many(expect)

    def _too_many(self, expect: Expect) -> list[str]:
        """What is more than expected, in words."""
        limits: list[tuple[float | None, float, str]] = [
            (expect.gave_up, self.gave_up, "citizens gave up waiting for the robot"),
            (expect.without_number, self.without_ticket, "citizens left the screen without a number"),
            (expect.contacts_shared, self.contacts_shared, "contacts that robot and person share"),
            (expect.contacts_wall, self.contacts_wall, "contacts with things"),
            (expect.contacts_by_people, self.contacts_by_people, "contacts by people"),
            (expect.stuck, self.longest_stuck, "s stuck"),
            (expect.intimate, self.intimate_s, "s of coming too near to people"),
            (expect.time_to_help, self.time_to_help, "s until nine of ten were heard"),
            (expect.driven_blind, self.driven_blind, "m driven blind"),
        ]
        words = [
            f"{found:g} {what}, at most {most:g}" for most, found, what in limits if most is not None and found > most
        ]
        if expect.staff_called is not None and expect.staff_called != (self.staff_calls > 0):
            words.append("the staff were not called" if expect.staff_called else "the staff were called")
        return words

    def as_dict(self) -> dict[str, Any]:
        """For summary.json."""
        return {**asdict(self), "screen_share": round(self.screen_share, 3)}


def figures(entries: Sequence[Entry[Event]], errors: Errors, driving: Driving, docked: bool, seconds: float) -> Figures:
    """Count the events of a run."""
    events = [entry.event for entry in entries]
    kinds = Counter(type(event) for event in events)
    issued = Counter(event.ticket for event in events if isinstance(event, Issued))
    printed = Counter(event.ticket for event in events if isinstance(event, Printing))
    guided = [event for event in events if isinstance(event, Guided)]
    on_screen = {event.ticket for event in events if isinstance(event, RatingOffered)}
    guided_numbers = {event.number for event in guided}
    contacts = [event for event in events if isinstance(event, Contact)]
    with_people = Counter(event.by for event in contacts if event.kind == "person")
    return Figures(
        citizens=kinds[CitizenIn],
        asked=kinds[CitizenAsked],
        tickets=len(issued),
        tickets_doubled=sum(count - 1 for count in issued.values()),
        by_hand=kinds[CitizenToDoor],
        printed=len(printed),
        printed_doubled=sum(count - 1 for count in printed.values()),
        without_ticket=kinds[CitizenWithoutNumber],
        guided=len(guided),
        guided_in_area=sum(event.in_area for event in guided),
        offered_on_screen=len(on_screen & guided_numbers),
        offered_by_code=len(guided_numbers - on_screen),
        rated=kinds[Rated],
        drinks_offered=kinds[DrinksOffered],
        drinks_taken=kinds[DrinkTaken],
        calls=kinds[RobotCalled],
        calls_answered=kinds[RobotAnswered],
        contacts_by_robot=with_people["robot"],
        contacts_shared=with_people["shared"],
        contacts_by_people=with_people["person"],
        contacts_wall=sum(event.kind != "person" for event in contacts),
        longest_stuck=round(driving.longest_stuck, 1),
        driven_blind=round(driving.blind, 2),
        intimate_s=round(driving.intimate, 1),
        staff_calls=kinds[StaffCalled] + kinds[Alarm],
        gave_up=kinds[CitizenGaveUp],
        time_to_help=round(_time_to_help(entries, seconds), 1),
        docked=docked,
        localization_median=round(errors.percentile(50), 4),
        localization_p95=round(errors.percentile(95), 4),
        heading_p95=round(float(np.percentile(errors.theta, 95)), 3) if errors.theta else 0.0,
        simulated_s=round(seconds, 2),
    )


def _time_to_help(entries: Sequence[Entry[Event]], seconds: float) -> float:
    """Within how many s nine of ten who came stood before the screen, or got their number at a door.

    Whoever never did waited for all the `seconds` of the run.
    """
    came: dict[str, float] = {}
    waited: dict[str, float] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, CitizenIn):
            came[event.who] = entry.t
        elif isinstance(event, CitizenAsked | CitizenToDoor):
            waited.setdefault(event.who, entry.t - came[event.who])
    return float(np.percentile([waited.get(who, seconds) for who in came], 90)) if came else 0.0
