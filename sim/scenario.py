"""What happens in a simulated time: arrivals, what people want, staff, calls and faults, read from YAML."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from centre.site import Site
from robot.types import LetanError
from sim.events import Manner
from sim.faults import FaultKind
from sim.person import Reaction
from sim.things import Surface, things_of
from text.quantities import plain_or_with_unit
from text.validation import validate
from text.yaml12 import Model, nearest, read_value, read_yaml

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


_CLOCK = Annotated[str, Field(pattern=r"^\d{1,2}:\d{2}(:\d{2})?$", title="a time of day, such as 08:30")]
TimeOfDay = Annotated[int, BeforeValidator(_clock_time, json_schema_input_type=_CLOCK)]
Share = Annotated[float, plain_or_with_unit("share", ""), Field(ge=0, le=1)]
Seconds = Annotated[float, plain_or_with_unit("time", "s")]
Minutes = Annotated[float, plain_or_with_unit("time", "min")]
Metres = Annotated[float, plain_or_with_unit("length", "m")]
Speed = Annotated[float, plain_or_with_unit("speed", "m/s")]
Degrees = Annotated[float, plain_or_with_unit("angle", "deg")]
Place = tuple[Metres, Metres, Degrees]


def _ordered(pair: tuple[float, float]) -> tuple[float, float]:
    if not 0 < pair[0] <= pair[1]:
        raise ValueError("expected two numbers above 0, the smaller first")
    return pair


Between = Annotated[tuple[Seconds, Seconds], AfterValidator(_ordered)]
Speeds = Annotated[tuple[Speed, Speed], AfterValidator(_ordered)]


def _some(weights: dict[Manner, float]) -> dict[Manner, float]:
    if not sum(weights.values()) > 0:
        raise ValueError("expected at least one weight above 0")
    return weights


Followers = Annotated[dict[Manner, Annotated[float, Field(ge=0)]], AfterValidator(_some)]


class Arrivals(Model):
    """A Poisson process: `people` on average of the time, `rush` of them in the first `rush_minutes`.

    `strollers`: who walks about in the hall at any time and wants nothing.
    """

    people: int = Field(ge=0, le=2000)
    exactly: bool = True
    rush: Share = 0.0
    rush_minutes: Minutes = Field(default=15.0, gt=0)
    strollers: int = Field(default=0, ge=0, le=100)


class Wish(Model):
    """Something that people come for: a procedure, a phrase to say, how often relative to the others."""

    procedure: str
    say: tuple[str, ...] = ()
    weight: float = Field(default=1.0, gt=0)


class Habits(Model):
    """How people use the robot: shares 0-1 or in %, times in s, speeds in m/s, or with their unit.

    `phone` of them look at it when they walk; `child`, `elderly`, `wheelchair`, `cart`: who has such a body;
    `companions`: who comes with somebody; `reactions`: who takes the robot how (HuNavSim's six ways).
    """

    by_voice: Share = 0.4
    guided: Share = 0.8
    drinks: Share = 0.5
    rates: Share = 0.9
    english: Share = 0.0
    phone: Share = 0.2
    child: Share = 0.0
    elderly: Share = 0.0
    wheelchair: Share = 0.0
    cart: Share = 0.0
    companions: Share = 0.0
    reactions: dict[Reaction, Share] = {}
    patience: Seconds = Field(default=240.0, gt=0)
    wait_for_rating: Seconds = Field(default=75.0, ge=0)
    reaction: Between = (1.2, 3.5)
    walking: Speeds = (0.8, 1.25)
    followers: Followers = {"behind": 1.0}

    @model_validator(mode="after")
    def _are_shares(self) -> Habits:
        if self.child + self.elderly + self.wheelchair + self.cart > 1 or sum(self.reactions.values()) > 1:
            raise ValueError("shares of bodies, and of reactions, are at most 1 together")
        return self


class Staff(Model):
    """Service times by a lognormal around each door's mean; `gap` between two numbers.

    `counters` are those of a door on that day where they differ from the site's: who expects many opens more.
    """

    gap: Seconds = Field(default=8.0, ge=0)
    spread: float = Field(default=0.35, ge=0)
    scale: float = Field(default=1.0, gt=0)
    counters: dict[str, Annotated[int, Field(ge=0, le=20)]] = {}


HappeningKind = Literal[
    "call_robot", "emergency_stop", "battery", "carry_off", "fault", "put", "take_away", "close_door", "child",
    "block", "stand", "crowd_round", "touch", "printer_trouble", "empty_tray", "staff_away",
]  # fmt: skip
_NEEDS: dict[str, tuple[str, ...]] = {  # what each cannot do without
    "call_robot": ("door",), "carry_off": ("to",), "fault": ("fault",), "put": ("name", "thing", "to"),
    "take_away": ("name",), "close_door": ("name", "line"), "block": ("to",), "stand": ("to",),
    "printer_trouble": ("trouble",),
}  # fmt: skip


class Happening(Model):
    """Something at a time of day, for some `seconds` where it ends by itself.

    A counter calls the robot (`door`), the button is pressed, the charge drops (`level`), somebody carries the robot
    off `to` x, y (m) and a heading (degrees). `fault`: one of `sim.faults`, with its `amount`, its `sector` (degrees
    from and to, counter-clockwise from straight ahead) or its `side`. `put`: a `thing` of a `surface` stands `to` x, y
    and heading under a `name`; `take_away`: what bears the name, also of the floor plan, is gone; `close_door`: a wall
    along a `line` x, y, x, y (m). `people` of them run across (`child`), come and `block` the place `to`, `stand` there
    already, side by side across its heading, or stand round the robot (`crowd_round`); somebody comes and walks into
    it (`touch`). The printer has a `trouble`; the tray is empty; the staff neither come, fill the tray, nor call.
    """

    at: TimeOfDay
    do: HappeningKind
    door: str = ""
    seconds: Seconds = Field(default=10.0, gt=0)
    level: Share = 0.5
    to: Place | None = None
    fault: FaultKind | None = None
    amount: float | None = Field(default=None, ge=0)
    sector: tuple[Degrees, Degrees] = (-180.0, 180.0)
    side: Literal["left", "right"] = "left"
    name: str = ""
    thing: Literal["chair", "board", "box"] | None = None
    surface: Surface = "plain"
    line: tuple[Metres, Metres, Metres, Metres] | None = None
    people: int = Field(default=1, ge=1, le=40)
    trouble: str = ""

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Happening:
        for need in _NEEDS.get(self.do, ()):
            if not getattr(self, need):
                raise ValueError(f"`{self.do}` needs `{need}`")
        return self


class RandomFaults(Model):
    """Faults at random times until closing, `per_hour` on average, each one of the `kinds`, for some `seconds`."""

    per_hour: float = Field(gt=0, le=600)
    kinds: tuple[FaultKind, ...] = Field(min_length=1)
    seconds: Between = (2.0, 20.0)


class RecordedPeople(Model):
    """People who walk as others did: a `file` of ETH, UCY or TrajNet++ (`sim.trajectories`), from `begins` on.

    The record's origin lies at `to` x, y, heading; without it the record's middle in the hall's. A file is looked for
    beside the scenario's own.
    """

    file: str
    begins: TimeOfDay | None = None
    to: Place | None = None


class Expect(Model):
    """What must hold at the end; the run's exit code is 1 when it does not. Contacts are at most so many."""

    no_contact: bool = True
    every_ticket_once: bool = True
    guided_arrive: bool = True
    calls_answered: bool = True
    ends_docked: bool = True
    screen_rating_share: Share = 0.0
    drinks_offered: bool = False
    localization_p95: Metres | None = None
    gave_up: int | None = Field(default=None, ge=0)  # citizens at most, for whom the robot never had time
    without_number: int | None = Field(default=None, ge=0)  # citizens at most, who left the screen without one
    contacts_shared: int | None = Field(default=None, ge=0)
    contacts_by_people: int | None = Field(default=None, ge=0)
    contacts_wall: int | None = Field(default=None, ge=0)  # with things of any kind, where some cannot be helped
    stuck: Seconds | None = Field(default=None, gt=0)  # at most, that the robot wants to drive and gets nowhere
    intimate: Seconds | None = Field(default=None, ge=0)  # at most, that it drives nearer to who is within 0.45 m
    driven_blind: Metres | None = Field(default=None, ge=0)  # at most, while its lidar tells nothing of the world
    time_to_help: Seconds | None = Field(default=None, gt=0)  # at most for nine of ten, from coming in to being heard
    staff_called: bool | None = None  # whether the robot calls them


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
    random_faults: RandomFaults | None = None
    recorded: RecordedPeople | None = None
    tour: tuple[tuple[Metres, Metres], ...] = ()
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

    def staffed(self, site: Site) -> Site:
        """The site with as many counters at its doors as are open on that day."""
        counters = self.staff.counters
        doors = {
            name: door.model_copy(update={"counters": counters.get(name, door.counters)})
            for name, door in site.doors.items()
        }
        return replace(site, services=site.services.model_copy(update={"doors": doors})) if counters else site

    def check_against(self, site: Site) -> None:
        """LetanError when it names procedures or doors that the site does not have."""
        wrong = [f"there is no procedure `{w.procedure}`{nearest(w.procedure, site.procedures)}" for w in self.wishes
                 if w.procedure not in site.procedures]  # fmt: skip
        wrong += [
            f"there is no door `{h.door}`" for h in self.happenings if h.do == "call_robot" and h.door not in site.doors
        ]
        wrong += [f"there is no door `{door}`" for door in self.staff.counters if door not in site.doors]
        put = {h.name for h in self.happenings if h.do in ("put", "close_door")} | set(things_of(site.floor))
        wrong += [
            f"there is nothing called `{h.name}`{nearest(h.name, put)}"
            for h in self.happenings
            if h.do == "take_away" and h.name not in put
        ]
        wrong += [
            f"{h.do} to {h.to[0]:g}, {h.to[1]:g}: that is not in the hall, or something stands there"
            for h in self.happenings
            if h.to is not None and not site.floor.is_free(h.to[0], h.to[1])
        ]
        wrong += self._who_never_comes(site)
        if wrong:
            raise LetanError("\n".join(f"scenario {self.scenario}: {words}" for words in wrong))

    def _who_never_comes(self, site: Site) -> list[str]:
        """Arrivals at times at which the office is closed, in words."""
        minutes = {"close": (self.close - self.start) / 60, "rush_minutes": self.arrivals.rush_minutes}
        asked = [
            name for name, people in (("close", self.arrivals.people), ("rush_minutes", self.arrivals.rush)) if people
        ]
        return [
            f"people come, but the office is closed from `start` until `{name}`"
            for name in asked
            if not any(
                site.place.is_open(self.begins + dt.timedelta(minutes=k)) for k in range(math.ceil(minutes[name]))
            )
        ]

    @property
    def begins(self) -> dt.datetime:
        """Date and time of the start."""
        return dt.datetime.combine(self.date, dt.time()) + dt.timedelta(seconds=self.start)


def scenarios() -> dict[str, Path]:
    """The shipped scenarios by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file; figures may have a unit, without one they are in SI units and degrees."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}


def load_scenario(name: str, changes: Mapping[str, str] | None = None) -> Scenario:
    """A shipped scenario by its name, or a file by its path; LetanError tells what is wrong and where.

    `changes` are values in YAML by keys such as `habits.patience`, in the place of the file's.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else scenarios().get(name)
    if path is None:
        raise LetanError(f"there is no scenario `{name}`{nearest(name, scenarios())}; `letan sim list` shows them")
    document = read_yaml(path)
    for key, value in (changes or {}).items():
        _change(document.data, key.split("."), read_value(value))
    scenario = validate(document, Scenario)
    if scenario.recorded is None:
        return scenario
    beside = scenario.recorded.model_copy(update={"file": str(path.parent / scenario.recorded.file)})
    return scenario.model_copy(update={"recorded": beside})


def _change(data: Any, keys: list[str], value: Any) -> None:  # noqa: ANN401 (whatever the file holds)
    """Put a value in its place; what leads there is made."""
    for key in keys[:-1]:
        if not isinstance(data, dict):
            break
        data = data.setdefault(key, {})
    if not isinstance(data, dict):
        raise LetanError(f"`{'.'.join(keys)}` lies in no mapping of the scenario")
    data[keys[-1]] = value
