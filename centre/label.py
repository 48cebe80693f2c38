"""What things are called at one office, and by which scale it is rated: all that is needed to show its figures."""

from __future__ import annotations

import datetime as dt

from pydantic import ConfigDict

from centre.offer import Text
from centre.site import Site
from text.yaml12 import Model


class Label(Model):
    """An office's names; `satisfied_from` is a level of its scale, no group under `least_group` is ever shown."""

    model_config = ConfigDict(extra="ignore", frozen=True)  # an office of a later version tells more

    name: Text
    languages: tuple[str, ...]
    doors: dict[str, Text]
    services: dict[str, Text]  # procedures and requests
    levels: dict[str, Text]
    reasons: dict[str, Text]
    satisfied_from: int
    least_group: int
    dates: Text
    weekdays: dict[str, tuple[str, ...]]

    def called(self, language: str) -> str:
        """The office's name, in its own first language where it has none in this one."""
        return self.name.get(language) or self.name[self.languages[0]]

    def say_date(self, day: dt.date, language: str) -> str:
        """A date in words, the week day first."""
        weekday = self.weekdays[language][day.weekday()]
        return self.dates[language].format(weekday=weekday, day=f"{day:%d}", month=f"{day:%m}", year=day.year)


def label_of(site: Site) -> Label:
    """What a site's office is called and how it is rated."""
    scale = site.ratings
    services = {request: entry.name for request, entry in site.requests.requests.items() if entry.name}
    return Label(
        name=site.place.name,
        languages=site.languages,
        doors={door: entry.name for door, entry in site.doors.items()},
        services=services | {name: procedure.short for name, procedure in site.procedures.items()},
        levels=scale.levels,
        reasons={reason: entry.name for reason, entry in scale.reasons.items()},
        satisfied_from=scale.satisfied_from,
        least_group=scale.least_group,
        dates=site.place.dates,
        weekdays=site.place.weekdays,
    )
