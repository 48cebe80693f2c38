"""What happens in a simulated time: arrivals, what people want, staff, calls and faults, read from YAML."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from centre.site import Site
from robot.types import LetanError
from text.validation import validate
from text.yaml12 import Model, nearest, read_yaml

MAX_SEED = 2**32 - 1
FOLDER = Path(__file__).parent / "scenarios"


def _clock_time(value: Any) -> Any:  # noqa: ANN401 (whatever the file holds)
    """Seconds of the day of "08:30" or "08:30:15"."""
    try:
        parts = [int(part) for part in str(value).split(":")]
        if len(parts) not in (2, 3) or not (0 <= parts[0] < 24 and all(0 <= p < 60 for p in parts[1:])):
            raise ValueError
    except ValueError:
        raise ValueError("expected a time of day such as 08:30") from None
    return sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))


TimeOfDay = Annotated[int, BeforeValidator(_clock_time)]
Share = Annotated[float, Field(ge=0, le=1)]


def _ordered(pair: tuple[float, float]) -> tuple[float, float]:
    if not 0 < pair[0] <= pair[1]:
        raise ValueError("expected two numbers above 0, the smaller first")
    return pair


Between = Annotated[tuple[float, float], AfterValidator(_ordered)]


class Arrivals(Model):
    """A Poisson process: `people` on average of the time, `rush` of them in the first `rush_minutes`."""

    people: int = Field(ge=0, le=2000)
    exactly: bool = True
    rush: Share = 0.0
    rush_minutes: float = Field(default=15.0, gt=0)


class Wish(Model):
    """Something that people come for: a procedure, a phrase to say, how often relative to the others."""

    procedure: str
    say: tuple[str, ...] = ()
    weight: float = Field(default=1.0, gt=0)


class Habits(Model):
    """How people use the robot: shares 0-1, times in s, speeds in m/s; `phone` of them look at it when they walk."""

    by_voice: Share = 0.4
    guided: Share = 0.8
    drinks: Share = 0.5
    rates: Share = 0.9
    english: Share = 0.0
    phone: Share = 0.2
    patience: float = Field(default=240.0, gt=0)
    wait_for_rating: float = Field(default=75.0, ge=0)
    reaction: Between = (1.2, 3.5)
    walking: Between = (0.8, 1.25)


class Staff(Model):
    """Service times by a lognormal around each door's mean; `gap` s between two numbers."""

    gap: float = Field(default=8.0, ge=0)
    spread: float = Field(default=0.35, ge=0)
    scale: float = Field(default=1.0, gt=0)


class Happening(Model):
    """Something at a time of day: a counter calls the robot, the button is pressed for a while, the charge drops,
    somebody carries the robot off `to` x, y (m) and a heading (degrees)."""

    at: TimeOfDay
    do: Literal["call_robot", "emergency_stop", "battery", "carry_off"]
    door: str = ""
    seconds: float = Field(default=10.0, gt=0)
    level: Share = 0.5
    to: tuple[float, float, float] = (0.0, 0.0, 0.0)


class Expect(Model):
    """What must hold at the end; the run's exit code is 1 when it does not."""

    no_contact: bool = True
    every_ticket_once: bool = True
    guided_arrive: bool = True
    calls_answered: bool = True
    ends_docked: bool = True
    screen_rating_share: Share = 0.0
    drinks_offered: bool = False
    localization_p95: float | None = None


class Scenario(Model):
    """One scenario file."""

    scenario: str
    about: str
    site: str = "cua_nam"
    tree: str = "reception"
    kind: Literal["service", "mapping"] = "service"
    date: dt.date = dt.date(2026, 11, 23)
    start: TimeOfDay
    close: TimeOfDay
    latest: TimeOfDay
    seed: int = Field(default=1, ge=0, le=MAX_SEED)
    battery: Share = 0.95
    arrivals: Arrivals = Arrivals(people=0)
    wishes: tuple[Wish, ...] = ()
    habits: Habits = Habits()
    staff: Staff = Staff()
    happenings: tuple[Happening, ...] = ()
    tour: tuple[tuple[float, float], ...] = ()
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _makes_sense(self) -> Scenario:
        if not self.start <= self.close <= self.latest or self.start == self.latest:
            raise ValueError("expected `start` before `close` and `latest` after it")
        if self.arrivals.people and not self.wishes:
            raise ValueError("people come, but `wishes` says nothing of what they want")
        if any(not self.start <= happening.at < self.latest for happening in self.happenings):
            raise ValueError("a happening lies outside the time from `start` to `latest`")
        return self

    def check_against(self, site: Site) -> None:
        """LetanError when it names procedures or doors that the site does not have."""
        wrong = [f"there is no procedure `{w.procedure}`{nearest(w.procedure, site.procedures)}" for w in self.wishes
                 if w.procedure not in site.procedures]  # fmt: skip
        wrong += [
            f"there is no door `{h.door}`" for h in self.happenings if h.do == "call_robot" and h.door not in site.doors
        ]
        if wrong:
            raise LetanError("\n".join(f"scenario {self.scenario}: {words}" for words in wrong))

    @property
    def begins(self) -> dt.datetime:
        """Date and time of the start."""
        return dt.datetime.combine(self.date, dt.time()) + dt.timedelta(seconds=self.start)


def scenarios() -> dict[str, Path]:
    """The shipped scenarios by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


def load_scenario(name: str) -> Scenario:
    """A shipped scenario by its name, or a file by its path; LetanError tells what is wrong and where."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else scenarios().get(name)
    if path is None:
        raise LetanError(f"there is no scenario `{name}`{nearest(name, scenarios())}; `letan sim list` shows them")
    return validate(read_yaml(path), Scenario)
