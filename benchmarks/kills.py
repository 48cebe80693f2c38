"""The office killed at random instants while counters work: nothing acknowledged is lost, nothing happens twice.

python benchmarks/kills.py --out FOLDER [--kills N] [--seed N] [--json]

A real `letan office`, and counters that take numbers, call, finish and rate over HTTP as fast as it answers. After a
random time it gets SIGKILL, is started again on the same files, and every answer that anybody has ever had is compared
with what is stored.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from centre.office import Office
from centre.owner import owner_of
from centre.site import Site, load_site
from letan.setup import site_folder
from robot.clock import RealClock

HOME = Path(__file__).resolve().parent.parent
COUNTERS = ("1-1", "1-2", "2-1", "2-2")


@dataclass
class Answers:
    """What was acknowledged, by everybody together."""

    issued: list[tuple[int, str]] = field(default_factory=list)  # visit and number
    called: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    rated: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.issued) + len(self.called) + len(self.finished) + len(self.rated)


class Served:
    """One life of the office."""

    def __init__(self, database: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "letan", "office", "--db", str(database), "--port", "0"],
            cwd=database.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": str(HOME)},
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("ready "):
            raise RuntimeError(f"the office did not start again: {line!r}")
        self.url = line.split()[1]
        owner = owner_of(database)
        assert owner is not None
        self.token = owner.token

    def kill(self) -> None:
        """At once."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def counter_works(served: Served, name: str, answers: Answers, lock: threading.Lock, seed: str) -> None:
    """Until the office is gone; what is answered is written down before anything else is asked."""
    random_ = random.Random(seed)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    headers = {"Authorization": f"Bearer {served.token}", "Content-Type": "application/json"}

    def ask(path: str, body: dict[str, object]) -> dict[str, object] | None:
        request = urllib.request.Request(f"{served.url}/api/{path}", json.dumps(body).encode(), headers)
        with direct.open(request, timeout=20) as answer:
            told: dict[str, object] | None = json.loads(answer.read())
        return told

    try:
        while True:
            ticket = ask("tickets", {"door": name[0]})
            assert ticket is not None
            with lock:
                answers.issued.append((int(str(ticket["visit"])), str(ticket["number"])))
            called = ask(f"doors/{name[0]}/call", {"counter": name})
            if called is None:
                continue
            number = str(called["number"])
            with lock:
                answers.called.append(number)
            ask(f"tickets/{number.replace(' ', '')}/finish", {"counter": name})
            with lock:
                answers.finished.append(number)
            visit = int(str(called["visit"]))
            told = ask(f"visits/{visit}/rating", {"level": random_.randint(1, 5)})
            if told is not None and told["stored"]:
                with lock:
                    answers.rated.append(visit)
    except (urllib.error.URLError, http.client.HTTPException, OSError, json.JSONDecodeError):
        return  # it is gone


def one_life(database: Path, answers: Answers, seconds: float, seed: str) -> None:
    """Start it, work, kill it after so many seconds of work."""
    served = Served(database)
    lock = threading.Lock()
    threads = [
        threading.Thread(target=counter_works, args=(served, name, answers, lock, f"{seed} {name}"))
        for name in COUNTERS
    ]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    served.kill()
    for thread in threads:
        thread.join()


def complaints(site: Site, database: Path, answers: Answers) -> list[str]:
    """What was acknowledged and is not there, and what is there twice."""
    office = Office(site, RealClock(), database)  # as the next one would open it
    try:
        office.verify()
        days = office.days()
        events = list(office.reading(*days)) if days else []
    finally:
        office.close()
    stored = {(event.visit, event.ticket) for event in events if event.kind == "issued"}
    found = [f"lost: {number} of visit {visit}" for visit, number in answers.issued if (visit, number) not in stored]
    there = Counter((event.kind, event.ticket) for event in events)
    for kind, numbers in (("called", answers.called), ("finished", answers.finished)):
        found += [f"lost: {number} {kind}" for number in numbers if not there[kind, number]]
    rated = Counter(event.visit for event in events if event.kind == "rated")
    found += [f"lost: the rating of visit {visit}" for visit in answers.rated if not rated[visit]]
    found += [f"twice: {number} {kind}" for (kind, number), n in there.items() if n > 1 and kind in ONCE]
    found += [f"twice: a rating of visit {visit}" for visit, n in rated.items() if n > 1]
    return found + [f"twice: {number} called" for number, n in Counter(answers.called).items() if n > 1]


ONCE = ("issued", "called", "finished")


def main() -> None:
    """Kill it so many times, and compare after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="a folder for the database")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    site = load_site(site_folder("cua_nam"))
    database = given.out / "office.db"
    random_ = random.Random(given.seed)
    answers = Answers()
    found: list[str] = []
    kills = 0
    while kills < given.kills and not found:
        one_life(database, answers, random_.uniform(0.02, 1.2), f"{given.seed} {kills}")
        kills += 1
        found = complaints(site, database, answers)
    for complaint in found:
        print(complaint)
    told = {"kills": kills, "acknowledged": answers.count, "numbers": len(answers.issued), "complaints": len(found)}
    print("  ".join(f"{name} {value}" for name, value in told.items()))
    if given.json:
        print(json.dumps(told))


if __name__ == "__main__":
    main()
