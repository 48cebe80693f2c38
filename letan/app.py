"""The parts list: what a robot is put together from, top to bottom; the only place that knows every part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from behaviours.language.running import TreeRunner
from centre.office import Office
from centre.site import Site
from centre.stored_event import StoredEvent
from letan.events import LeafRaised
from letan.loop import Loop, Makers, Parts
from letan.setup import Setup
from navigation.navigator import Navigator
from perception.people import PeopleTracker
from perception.requests import Understander
from reception.desk import Desk
from reception.errands import Errands, OwnErrands
from robot.events import Record
from robot.gate import ObservationGate
from robot.ports import Clock, Ears, Music, Printer, Robot, Screen, Voice
from robot.safety import Safety
from slam.localization import LocalizationConfig, Localizer

LOCALIZATION = LocalizationConfig(period=0.15)  # between looks the wheels carry a pose that fits well enough
Hear = Callable[[StoredEvent], None]  # of each of the office's events
OpenOffice = Callable[[Site, Clock, Hear], tuple[Office, Errands]]


@dataclass(frozen=True, slots=True)
class Devices:
    """The edges with the world; each real or simulated."""

    robot: Robot
    clock: Clock
    screen: Screen
    voice: Voice
    ears: Ears
    music: Music
    printer: Printer


def assemble(
    place: Setup,
    devices: Devices,
    seed: int,
    record: Record,
    database: Path | str = ":memory:",
    closes: datetime | None = None,
    open_office: OpenOffice | None = None,
) -> Loop:
    """Put a robot together; its office is that of `database`, or the one that `open_office` gives it."""
    site, model = place.site, place.site.robot
    keep_out = {zone.name: zone.polygon for zone in site.floor.keep_out}
    makers = Makers(
        localizer=lambda start: Localizer(place.grid, start, seed, LOCALIZATION, model.lidar.mount),
        tracker=lambda: PeopleTracker(place.grid, model),
        navigator=lambda: Navigator(place.grid, model, keep_out),
    )
    opened = open_office or partial(_own_office, database)
    desk: Desk
    office, errands = opened(site, devices.clock, lambda event: desk.on_event(event))
    desk = Desk(office, devices.clock, devices.printer, place.texts, record, closes, errands)
    parts = Parts(
        robot=devices.robot,
        clock=devices.clock,
        gate=ObservationGate(model),
        localizer=makers.localizer(site.floor.dock),
        tracker=makers.tracker(),
        requests=Understander(),
        ears=devices.ears,
        screen=devices.screen,
        voice=devices.voice,
        music=devices.music,
        printer=devices.printer,
        desk=desk,
        texts=place.texts,
        tree=TreeRunner(place.tree, lambda source, text: record(LeafRaised(source, text))),
        navigator=makers.navigator(),
        safety=Safety(model),
        dock=site.floor.dock,
        makers=makers,
        record=record,
    )
    return Loop(parts)


def _own_office(database: Path | str, site: Site, clock: Clock, hear: Hear) -> tuple[Office, Errands]:
    office = Office(site, clock, database, hear, patience=0.0)
    return office, OwnErrands(office)
