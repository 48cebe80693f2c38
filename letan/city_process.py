"""The city's two processes: one at each office sends what has happened there, one at the city shows it to leaders."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from centre.label import Label, label_of
from centre.owner import owner_of
from centre.robot_status import RobotStatus
from centre.site import load_site
from centre.texts import load_console_texts
from hmi.theme import load_theme
from letan.office_client import OfficeClient
from letan.office_process import Address
from letan.setup import site_folder
from letan.stopping import Stopped
from robot.types import LetanError, Texts

try:
    from city.database import check, open_city
    from city.figures import CityFigures
    from city.forwarding import Forwarder, keep_forwarding
    from city.inbox import Inbox
    from city.mqtt import Beacon, LiveStatus, broker_address
    from city.vda5050 import serial_number
    from console.access import Access
    from console.accounts import Accounts
    from console.city_app import make_city_app
    from console.city_parts import CityParts
    from console.live import Live
    from console.serving import bound, serve
except ModuleNotFoundError as error:  # robots and offices do without
    raise LetanError(f"`letan city` needs the package {error.name}: install letan[city,office]") from error

from centre.journal import Journal

ROBOTS_EVERY = 1.0  # s between two looks at how the robots are
LEAVES_WITHIN = 5.0  # s for the robots to take leave of a broker
ROBOT_GONE = 10.0  # s without a word of a robot until it is said to have left


def forward(
    url: str, site_name: str, database: Path, name: str, once: bool, broker: str, say: Callable[[str], None]
) -> int:
    """Send an office's events until a signal, or `once`; how many. Its robots are told to a broker meanwhile."""
    site = load_site(site_folder(site_name))
    engine = open_city(url)
    journal = Journal(database, lambda event: None, "read")
    over = threading.Event()
    telling: threading.Thread | None = None
    try:
        forwarder = Forwarder(name, label_of(site), journal, Inbox(engine))
        if once:
            check(engine)
            return forwarder.forward()
        if broker:
            address = broker_address(broker)
            robots = Robots(database, lambda robot: Beacon(address, serial_number(name, robot), name))
            telling = threading.Thread(target=robots.keep_telling, args=(over,), name="robots", daemon=True)
            telling.start()
        say(f"forwarding {name}")
        keep_forwarding(forwarder, time.sleep, say)
    except Stopped as stopped:
        raise Stopped(stopped.number, "what the city has acknowledged is there; the rest is sent next time") from None
    finally:
        over.set()
        if telling:
            telling.join(LEAVES_WITHIN)
        journal.close()
        engine.dispose()
    return 0


class Robots:
    """The robots of an office as its process knows them, each with its place at the broker."""

    def __init__(self, database: Path, make: Callable[[str], Beacon]) -> None:
        self._database = database
        self._make = make
        self._beacons: dict[str, Beacon] = {}

    def keep_telling(self, over: threading.Event) -> None:
        """Until it is `over`; then every robot says that it leaves."""
        while not over.wait(ROBOTS_EVERY):
            self.tell()
        for name in list(self._beacons):
            self._beacons.pop(name).close()

    def tell(self) -> None:
        """Tell the broker of every robot that the office has just heard of; whoever is silent leaves."""
        known: dict[str, RobotStatus] = {}
        owner = owner_of(self._database)
        if owner is not None and owner.url:
            with suppress(LetanError, ValueError):
                for told in OfficeClient(owner).get("/api/robots"):
                    if told.pop("age") < ROBOT_GONE:
                        status = RobotStatus.model_validate(told)
                        known[status.robot] = status
        for name in self._beacons.keys() - known.keys():
            self._beacons.pop(name).close()
        for name, status in known.items():
            if name not in self._beacons:
                self._beacons[name] = self._make(name)
            self._beacons[name].tell(status)


def serve_city(
    url: str, site_name: str, name: str, accounts_file: Path, address: Address, broker: str, say: Callable[[str], None]
) -> None:
    """Until a signal, which is raised again as `Stopped`; `say` gets the one line `ready http://…`."""
    site = load_site(site_folder(site_name))
    engine = open_city(url)
    check(engine)
    if address.tls:
        address.tls.check()
    accounts_file.parent.mkdir(parents=True, exist_ok=True)
    accounts = Accounts(accounts_file)
    listening = bound(address.host, address.port)
    robots = LiveStatus(broker_address(broker)) if broker else None
    texts = load_console_texts(site.languages)
    try:
        city = CityParts(
            accounts,
            Access(accounts, ""),
            CityFigures(engine),
            _city_label(label_of(site), name, texts),
            texts,
            dict(load_theme().palette),
            dt.datetime.now,
            robots.of if robots else None,
        )
        ready = partial(say, f"ready {address.url(listening.getsockname()[1])}")
        serve(make_city_app(city, address.known_as), Live(), listening, ready, address.tls)
    except Stopped as stopped:
        raise Stopped(stopped.number) from None
    finally:
        if robots:
            robots.close()
        engine.dispose()
        accounts.close()
        listening.close()


def _city_label(label: Label, name: str, texts: Texts) -> Label:
    """The city's own name over the scale, dates and languages of one of its offices."""
    names = {language: name or texts[language]["city.name"] for language in label.languages}
    return label.model_copy(update={"name": names, "doors": {}})
