"""What an old office costs: opening, a board, a call, a report after so many days of 150 citizens.

python benchmarks/office_year.py --days 250 --out FOLDER [--json]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from centre.export import coarsened, csv_lines
from centre.label import label_of
from centre.office import Office
from centre.ratings import ratings_in
from centre.site import Site, load_site
from centre.texts import export_words
from console.kept_figures import KeptFigures
from console.statistics import Statistics
from letan.setup import site_folder
from robot.clock import SimClock

CITIZENS = 150
TODAY = datetime(2026, 11, 27, 9, 0)


def fill(site: Site, path: Path, days: int) -> None:
    """An office of so many days, written with less care for power cuts than in earnest."""
    for left in path.parent.glob(path.name + "*"):
        left.unlink()
    clock = SimClock(TODAY)
    office = Office(site, clock, path)
    office._journal._db.execute("PRAGMA synchronous=OFF")
    office._journal._fence = None
    doors = list(site.doors)
    for day in range(days, 0, -1):
        clock.start = TODAY - timedelta(days=day)
        clock.seconds = 0.0
        for i in range(CITIZENS):
            ticket = office.issue(office.open_visit(), doors[i % len(doors)])
            clock.seconds += 120.0
            for step in ("called", "started", "finished"):
                office.mark(step, ticket.number)
            if i % 3 == 0:
                office.rate(ticket.visit, 1 + i % 5)
    office.close()


def timed(work: Callable[[], object]) -> float:
    """Processor seconds."""
    began = time.process_time()
    work()
    return time.process_time() - began


def measured(site: Site, path: Path) -> dict[str, float]:
    """Milliseconds by what was done."""
    clock = SimClock(TODAY)
    told = {"open": timed(lambda: Office(site, clock, path).close())}
    office = Office(site, clock, path)
    for i in range(CITIZENS):
        office.issue(office.open_visit(), list(site.doors)[i % len(site.doors)])
    told["board"] = timed(lambda: [office.wait(door) for door in site.doors] + list(office.calls()))
    told["call"] = timed(lambda: office.call_next("1"))
    last = TODAY.date()
    month = last - timedelta(days=30)
    year = date(1, 1, 1)
    words = export_words("vi")
    told["export a month"] = timed(
        lambda: b"".join(csv_lines(coarsened(ratings_in(office.reading(month, last)), label_of(site), words), words))
    )
    kept = KeptFigures(path.with_name(path.name + ".figures"))
    statistics = Statistics(lambda: Office(site, clock, path, access="read"), kept)
    told["figures of all days"] = timed(lambda: statistics.period(year, last))
    told["the same again"] = timed(lambda: statistics.period(year, last))
    statistics.close()
    kept.close()
    office.close()
    return {name: round(1000 * seconds, 1) for name, seconds in told.items()}


def main() -> None:
    """Fill, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=250)
    parser.add_argument("--out", type=Path, required=True, help="the folder of the database")
    parser.add_argument("--again", action="store_true", help="measure the databases that are there")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    site = load_site(site_folder("cua_nam"))
    given.out.mkdir(parents=True, exist_ok=True)
    for days in (1, given.days):
        path = given.out / f"office{days}.db"
        if not given.again:
            fill(site, path, days)
        told = measured(site, path) | {"days": days, "MB": round(path.stat().st_size / 1e6, 1)}
        print(json.dumps(told) if given.json else "  ".join(f"{name} {value}" for name, value in told.items()))


if __name__ == "__main__":
    main()
