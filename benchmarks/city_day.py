"""What a city of 126 wards with two robots each costs: time and size of a day, its page, and kills of its database.

Example: .venv/bin/python benchmarks/city_day.py --kills 200 --broker-kills 200
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from centre.journal import Journal
from centre.label import label_of
from centre.office import Office
from centre.robot_status import RobotStatus
from centre.site import Site, load_site
from centre.stored_event import ChainedEvent
from city import forwarding
from city.database import initialise, open_city
from city.figures import CityFigures
from city.forwarding import Forwarder
from city.inbox import Inbox, Received
from city.mqtt import Beacon, LiveStatus, broker_address
from city.tables import events
from robot.clock import SimClock
from robot.types import LetanError

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.servers import Postgres, postgres_binaries, start_broker

OFFICES = 126
CITIZENS = 300  # of two robots in one day
DAY = dt.datetime(2026, 11, 23, 7, 30)


class Noting(Inbox):
    """Remembers the last event that was acknowledged."""

    acknowledged = 0

    def take(self, office: str, follows: Received, batch: Sequence[ChainedEvent]) -> Received:
        """As the inbox does."""
        received = super().take(office, follows, batch)
        self.acknowledged = received.seq
        return received


def main() -> None:
    """Print the figures, as one line of JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=0, help="how often the database is killed while it is sent to")
    parser.add_argument("--broker-kills", type=int, default=0, help="how often the broker is killed while robots tell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="letan-city-"))
    site = load_site(Path(__file__).parent.parent / "sites" / "cua_nam")
    server = Postgres(postgres_binaries(), folder)
    try:
        engine = open_city(server.new_city())
        initialise(engine)
        day = a_day(site, folder / "ward")
        told = sending(engine, site, day) | pages(engine)
        if given.kills:
            told |= killing(engine, site, day, server, given.kills, given.seed)
        engine.dispose()
        if given.broker_kills:
            told |= killing_the_broker(folder, given.broker_kills, given.seed)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    for name, figure in told.items():
        print(f"{name:32} {figure:>12,}")
    if given.json:
        print(json.dumps(told))


def a_day(site: Site, folder: Path) -> Path:
    """The database of an office after a day: everybody is called and served, half of them rate."""
    folder.mkdir()
    clock = SimClock(DAY)
    office = Office(site, clock, folder / "o.db")
    doors = list(site.doors)
    for i in range(CITIZENS):
        clock.seconds = i * 90.0
        door = doors[i % len(doors)]
        ticket = office.issue(office.open_visit(), door)
        office.call_next(door)
        office.mark("started", ticket.number)
        office.mark("finished", ticket.number)
        if i % 2:
            office.rate(ticket.visit, 1 + i % 5, ["cho_lau"] if i % 5 == 0 else [])
    office.close()
    return folder / "o.db"


def sending(engine: Engine, site: Site, day: Path) -> dict[str, float]:
    """The day of every office, one after the other, as after a night without a line."""
    journal = Journal(day, lambda event: None, "read")
    began = time.perf_counter()
    sent = sum(Forwarder(f"ward_{i:03}", label_of(site), journal, Inbox(engine)).forward() for i in range(OFFICES))
    seconds = time.perf_counter() - began
    journal.close()
    with engine.connect() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        there = connection.execute(select(func.count()).select_from(events)).scalar_one()
    assert there == sent
    return {
        "events": sent,
        "seconds": round(seconds, 1),
        "events a second": round(sent / seconds),
        "MB of a day": round(size / 1e6),
        "bytes an event": round(size / sent),
    }


def pages(engine: Engine) -> dict[str, float]:
    """The figures of all offices: when they are made for the first time, from what is kept, and once more."""
    day = DAY.date()
    figures = CityFigures(engine)
    return {
        "ms figures, made": timed(lambda: figures.period(day, day)),
        "ms figures, kept": timed(lambda: CityFigures(engine).period(day, day)),
        "ms figures, again": timed(lambda: figures.period(day, day)),
    }


def timed(do: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    do()
    return round(1000 * (time.perf_counter() - began))


def killing(engine: Engine, site: Site, day: Path, server: Postgres, kills: int, seed: int) -> dict[str, float]:
    """Kill the database at random instants while one office sends in small batches; what was lost or doubled."""
    forwarding.BATCH = 3
    chance = random.Random(seed)
    journal = Journal(day, lambda event: None, "read")
    chain = [(each.event.seq, each.hash) for each in journal.chain_after(0, 10**9)]
    told = {"kills": kills, "cut off under way": 0, "acknowledged lost": 0, "doubled": 0, "other than sent": 0}
    for i in range(kills):
        name = f"killed_{i}"
        inbox = Noting(engine)
        killer = threading.Timer(chance.uniform(0.0, 0.5), server.kill)
        killer.start()
        try:
            Forwarder(name, label_of(site), journal, inbox).forward()
        except LetanError:
            told["cut off under way"] += 1
        killer.join()
        server.start()
        told["acknowledged lost"] += max(inbox.acknowledged - len(arrived(engine, name)), 0)
        Forwarder(name, label_of(site), journal, Inbox(engine)).forward()
        there = arrived(engine, name)
        told["doubled"] += len(there) - len(set(there))
        told["other than sent"] += there != chain
    journal.close()
    return told


def killing_the_broker(folder: Path, kills: int, seed: int) -> dict[str, float]:
    """Kill the broker at random instants while a robot tells it how it is: is it back, and did it ever wait?"""
    folder = folder / "broker"
    folder.mkdir()
    broker = start_broker(folder)
    address = broker_address(f"mqtt://127.0.0.1:{broker.port}")
    live, beacon, chance = LiveStatus(address), Beacon(address, "ward.r1", "ward"), random.Random(seed)
    told = {"broker kills": kills, "not back": 0, "longest ms of telling": 0.0}

    def tell_until(there: bool) -> bool:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            status = RobotStatus(robot="r1", stamp=dt.datetime.now(dt.UTC), battery=0.5)
            told["longest ms of telling"] = max(told["longest ms of telling"], timed(partial(beacon.tell, status)))
            heard = live.of("ward").get("r1")
            if there == (heard is not None and heard.connection == "ONLINE" and heard.charge == 50.0):
                return True
            time.sleep(0.01)
        return False

    tell_until(True)
    for _ in range(kills):
        killer = threading.Timer(chance.uniform(0.0, 0.3), broker.kill)
        killer.start()
        tell_until(False)
        killer.join()
        broker.start()
        told["not back"] += not tell_until(True)
    beacon.close()
    live.close()
    broker.stop()
    return told


def arrived(engine: Engine, office: str) -> list[tuple[int, str]]:
    """The events of an office that the city has, as places of its chain."""
    query = select(events.c.seq, events.c.hash).where(events.c.office == office).order_by(events.c.seq)
    with engine.connect() as connection:
        return [(row.seq, row.hash) for row in connection.execute(query)]


if __name__ == "__main__":
    main()
