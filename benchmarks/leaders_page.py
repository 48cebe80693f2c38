"""What the leaders' page costs over very many ratings: read for the first time, and once each day's figures are kept.

python benchmarks/leaders_page.py --ratings 1000000 --days 250 --out FOLDER [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx

from centre.journal import Journal
from centre.office import Office
from centre.site import Site, load_site
from centre.stored_event import StoredEvent
from centre.texts import load_console_texts
from console.access import LOGIN
from console.accounts import Accounts
from console.alerts import AlertBook
from console.app import ConsoleLook, make_app, make_parts
from console.kept_figures import KeptFigures
from console.live import Live
from console.statistics import Statistics
from letan.setup import site_folder
from robot.clock import SimClock

LAST = datetime(2026, 11, 27, 17, 0)


def fill(site: Site, path: Path, ratings: int, days: int) -> None:
    """So many ratings on so many days, with a number for every tenth, written with less care for power cuts."""
    for left in path.parent.glob(path.name + "*"):
        left.unlink()
    journal = Journal(path, lambda event: None)
    journal._db.execute("PRAGMA synchronous=OFF")
    journal._fence = None
    chance, doors = random.Random(1), list(site.doors)
    each = -(-ratings // days)
    for day in range(days):
        start = LAST - timedelta(days=days - 1 - day, hours=9)
        name = start.date().isoformat()
        counts = dict.fromkeys(doors, 0)
        with journal.writing() as write:
            for i in range(min(each, ratings - day * each)):
                stamp = start + timedelta(seconds=30000 * i / each)
                visit = write(StoredEvent("visit", stamp, name)).seq
                door = chance.choice(doors)
                ticket = ""
                if i % 10 == 0:
                    counts[door] += 1
                    ticket = site.place.number(site.doors[door].letter, counts[door])
                    told = {"service": ""}
                    write(StoredEvent("issued", stamp, name, visit, ticket, door, counts[door], told))
                    called = stamp + timedelta(minutes=chance.uniform(0, 60))
                    write(StoredEvent("called", called, name, visit, ticket, door))
                    write(StoredEvent("finished", called, name, visit, ticket, door))
                level = chance.choices((5, 4, 3, 2, 1), (50, 30, 10, 6, 4))[0]
                reasons = ["cho_lau"] if level < 3 else []
                told = {"level": level, "service": "", "reasons": reasons}
                write(StoredEvent("rated", stamp, name, visit, ticket, door, data=told))
    journal.close()


def measured(site: Site, path: Path, days: int) -> dict[str, float]:
    """Milliseconds of the page as a browser waits for it."""
    clock = SimClock(LAST + timedelta(days=1))
    office = Office(site, clock, path)
    accounts = Accounts(":memory:")
    accounts.add("lan", "leader", "a long password")
    alerts = AlertBook(":memory:")
    kept = KeptFigures(path.with_name(path.name + ".figures"))
    reader = partial(Office, site, clock, path, access="read")
    look = ConsoleLook(load_console_texts(site.languages), {})
    parts = make_parts(office, accounts, Live(), Statistics(reader, kept), look, alerts)
    signed = str(parts.access._signer.dumps([LOGIN, "lan"]))
    first, last = (LAST - timedelta(days=days)).date(), LAST.date()
    app = make_app(parts)

    async def page(begin: date, end: date) -> float:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", cookies={LOGIN: signed}
        ) as client:
            began = time.perf_counter()
            answer = await client.get(
                "/leaders", params={"first": begin.isoformat(), "last": end.isoformat()}, timeout=None
            )
            seconds = time.perf_counter() - began
        assert answer.status_code == 200
        return round(1000 * seconds)

    told = {
        "first time": asyncio.run(page(first, last)),
        "all days": min(asyncio.run(page(first, last)) for _ in range(3)),
        "a month": min(asyncio.run(page(last - timedelta(days=30), last)) for _ in range(3)),
        "MB": round(path.stat().st_size / 1e6),
    }
    parts.statistics.close()
    kept.close()
    alerts.close()
    accounts.close()
    office.close()
    return told


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=250)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    site = load_site(site_folder("cua_nam"))
    given.out.mkdir(parents=True, exist_ok=True)
    fill(site, given.out / "many.db", given.ratings, given.days)
    told = measured(site, given.out / "many.db", given.days)
    for name, figure in told.items():
        print(f"{name:12} {figure:>10,}")
    if given.json:
        print(json.dumps(told))


if __name__ == "__main__":
    main()
