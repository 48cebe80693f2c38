"""What a million ratings cost to export and to report: seconds and memory, with every event checked against its chain.

python benchmarks/million_ratings.py --out FOLDER [--ratings N] [--again] [--json]

Each rating has its visit, number, call and end before it, as in earnest: five events a rating.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from centre.office import Office
from centre.site import load_site
from centre.stored_event import Kind, StoredEvent, Value
from letan.setup import site_folder
from robot.clock import SimClock

FIRST = datetime(2016, 1, 4, 8, 0)
A_DAY = 400
SERVICES = ("khai_sinh", "ket_hon", "ct_ban_sao", "tam_tru")


def fill(path: Path, ratings: int) -> None:
    """A database of so many ratings, written with less care for power cuts than in earnest."""
    for left in path.parent.glob(path.name + "*"):
        left.unlink()
    site = load_site(site_folder("cua_nam"))
    office = Office(site, SimClock(FIRST), path)
    journal = office._journal
    journal._db.execute("PRAGMA synchronous=OFF")
    doors = list(site.doors)
    for begin in range(0, ratings, A_DAY):
        now = FIRST + timedelta(days=begin // A_DAY)
        day = now.date().isoformat()
        with journal.writing() as write:
            for i in range(min(A_DAY, ratings - begin)):
                door = doors[i % len(doors)]
                count = i // len(doors) + 1
                number = site.place.number_of(site.doors[door].letter, count, now.date())
                stamp = now + timedelta(seconds=60 * i)
                visit = write(StoredEvent("visit", stamp, day)).seq
                service = SERVICES[i % len(SERVICES)]
                write(StoredEvent("issued", stamp, day, visit, number, door, count, {"service": service}))
                steps: tuple[Kind, ...] = ("called", "finished")
                for kind in steps:
                    write(StoredEvent(kind, stamp, day, visit, number, door, data={"counter": f"{door}-1"}))
                level = 1 + (i * 7 + begin) % 5
                data: dict[str, Value] = {"level": level, "service": service, "reasons": ["cho_lau"] * (level < 3)}
                write(StoredEvent("rated", stamp, day, visit, number, door, data=data))
    office.close()


def command(*arguments: str) -> dict[str, float | str]:
    """A command of Letan in a process of its own: seconds, processor seconds, and the most memory that it had."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "letan", *arguments], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(cpu, 1),
        "most_mb": round(after.ru_maxrss / 1024, 1),  # of any child until now
        "said": done.stdout.splitlines()[0] if done.stdout else "",
    }


def main() -> None:
    """Fill, then measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ratings", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, required=True, help="the folder of the database")
    parser.add_argument("--again", action="store_true", help="measure the database that is there")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / f"ratings{given.ratings}.db"
    if not given.again:
        fill(path, given.ratings)
    days = ("--from", "2016-01-01", "--to", "2035-12-31", "--db", str(path))
    month = ("--from", "2016-01-01", "--to", "2016-01-31", "--db", str(path))
    result = {
        "a month": command("ratings", "export", *month, "--out", str(given.out / "month.csv")),
        "export": command("ratings", "export", *days, "--out", str(given.out / "all.csv")),
        "report": command("ratings", "report", *days),
    }
    for name, found in result.items():
        print(f"{name}: " + "  ".join(f"{key} {value}" for key, value in found.items()))
    if given.json:
        print(json.dumps(result | {"MB": round(path.stat().st_size / 1e6)}))


if __name__ == "__main__":
    main()
