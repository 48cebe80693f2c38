"""A thousand ways to damage an office's database: each is told or leaves all whole, and no export has a silent hole.

python benchmarks/corruptions.py --out FOLDER [--count N] [--seed N] [--bare] [--json]

An office of three days, one of them corrected, is left as a power cut leaves it, half of its last day in the log. Then
its files are damaged: bytes of the database and of the log, pages exchanged, files cut, emptied, deleted, exchanged for
an earlier copy's or another office's, rows changed, deleted, doubled, indices that lead elsewhere, the fence. Then
it is opened for reading and for writing, every day is exported, numbers are given and ratings tried again: none may
come twice. `--bare` takes the fence and the check of the chain away, to show what they are good for. Not among them: a
database *and* its fence exchanged for an earlier pair, which nothing on the same disk can tell.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import apsw

from centre.office import Office
from centre.site import Site, load_site
from centre.stored_event import StoredEvent
from letan.setup import site_folder
from robot.clock import SimClock
from robot.types import LetanError

Outcome = Literal["told", "whole", "hole", "twice"]
START = datetime(2026, 11, 23, 8, 0)
DAYS = [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 26)]
FILES = ("o.db", "o.db-wal", "o.db-shm", "o.db.fence")


@dataclass(frozen=True, slots=True)
class Truth:
    """What there was before: the events of each day, and the numbers of the last one."""

    events: dict[date, list[StoredEvent]]
    given: frozenset[str]

    @property
    def rated(self) -> list[int]:
        """The visits that have given their rating."""
        return [int(str(e.visit)) for events in self.events.values() for e in events if e.kind == "rated"]


def clock() -> SimClock:
    """The last day, after everything."""
    return SimClock(START + timedelta(days=3, hours=4))


def make(site: Site, folder: Path, numbers: int = 12) -> Truth:
    """The office in `folder`, its log not yet in the database, an earlier copy and another office beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    now = SimClock(START)
    office = Office(site, now, folder / "made.db")
    work(office, now, numbers)
    now.seconds = 86400.0 * 2  # somebody has set the clock wrong: it is the 24th
    work(office, now, numbers)
    office.set_day(DAYS[1], instead_of=DAYS[1] + timedelta(days=1))
    now.seconds = 86400.0 * 3
    work(office, now, numbers)
    office.close()
    office = Office(site, now, folder / "made.db")
    office.back_up(folder / "earlier.db")
    office._journal._db.execute("PRAGMA wal_autocheckpoint=0")
    work(office, now, numbers)
    for name in FILES:
        shutil.copy(folder / name.replace("o.db", "made.db"), folder / name)
    truth = Truth({day: list(office.reading(day, day)) for day in DAYS}, frozenset(t.number for t in office.tickets()))
    office.close()
    other = Office(site, SimClock(START + timedelta(days=3)), folder / "other.db")
    work(other, other.clock._clock, 3 * numbers)
    other.close()
    return truth


def work(office: Office, now: SimClock, numbers: int) -> None:
    """Numbers at two doors, called, finished, some rated."""
    for i in range(numbers):
        ticket = office.issue(office.open_visit(), "1" if i % 3 else "2", "khai_sinh")
        now.seconds += 60.0
        called = office.call_next(ticket.door, f"{ticket.door}-1")
        if called is not None and i % 2:
            office.mark("finished", called.number)
            office.rate(called.visit, 1 + i % 5, ("cho_lau",))


def spoil_bytes(random_: random.Random, path: Path) -> None:
    """Some bytes are others."""
    raw = bytearray(path.read_bytes())
    n = random_.choice((1, 1, 4, 16, 512, 4096))
    at = random_.randrange(max(len(raw), 1))
    raw[at : at + n] = random_.randbytes(len(raw[at : at + n]))
    path.write_bytes(raw)


def cut(random_: random.Random, path: Path) -> None:
    """The file ends earlier, at once or after some of its pages."""
    raw = path.read_bytes()
    at = random_.randrange(len(raw) + 1)
    path.write_bytes(raw[: at if random_.random() < 0.5 else at - at % 4096])


def exchange_pages(random_: random.Random, path: Path) -> None:
    """Two pages stand in each other's place."""
    raw = bytearray(path.read_bytes())
    a, b = (4096 * random_.randrange(max(len(raw) // 4096, 1)) for _ in range(2))
    raw[a : a + 4096], raw[b : b + 4096] = raw[b : b + 4096], raw[a : a + 4096]
    path.write_bytes(raw)


def change_rows(random_: random.Random, path: Path) -> None:
    """Somebody changes rows with a program that knows SQL."""
    db = apsw.Connection(str(path))
    for trigger in ("no_update", "no_delete"):
        db.execute(f"DROP TRIGGER {trigger}")
    last = int(db.execute("SELECT max(seq) FROM events").fetchone()[0])
    seq = random_.randrange(1, last + 1)
    statement = random_.choice(
        (
            f"UPDATE events SET door = '7' WHERE seq = {seq}",
            f"UPDATE events SET day = '2026-11-25' WHERE seq = {seq}",
            f"UPDATE events SET day = '2026-12-25' WHERE seq >= {seq}",
            f"UPDATE events SET kind = 'visit' WHERE seq = {seq}",
            f"UPDATE events SET count = count + 1 WHERE seq = {seq}",
            f"UPDATE events SET data = '{{}}' WHERE seq = {seq}",
            f"UPDATE events SET hash = '' WHERE seq = {seq}",
            f"UPDATE events SET seq = seq + 1000 WHERE seq = {seq}",
            f"DELETE FROM events WHERE seq = {seq}",
            f"DELETE FROM events WHERE seq >= {seq}",
            f"DELETE FROM events WHERE seq < {seq}",
            "DELETE FROM events",
            "DROP TABLE events",
            f"INSERT INTO events SELECT {last + 1}, stamp, day, 'visit', visit, ticket, door, count, data, hash "
            f"FROM events WHERE seq = {seq}",
        )
    )
    with suppress(apsw.Error):
        db.execute(statement)
    db.close()


def misdirect_indices(random_: random.Random, path: Path) -> None:
    """An index is missing, empty, or leads where another one should."""
    db = apsw.Connection(str(path))
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")]
    one, two = random_.sample(names, 2)
    if random_.random() < 0.3:
        db.execute(f"DROP INDEX {one}")
    else:
        db.execute("PRAGMA writable_schema=ON")
        roots = dict(db.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'index'"))
        db.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (roots[two], one))
        db.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (roots[one], two))
    db.close()


def replace(name: str) -> Callable[[random.Random, Path], None]:
    """Another database stands in its place, its log goes with it or stays."""

    def replaced(random_: random.Random, path: Path) -> None:
        shutil.copy(path.with_name(name), path)
        if random_.random() < 0.5:
            path.with_name(path.name + "-wal").unlink()

    return replaced


def remove(random_: random.Random, path: Path) -> None:
    """The file is gone, or empty."""
    path.unlink() if random_.random() < 0.5 else path.write_bytes(b"")


DAMAGES: dict[str, tuple[str, Callable[[random.Random, Path], None]]] = {
    "bytes of the database": ("o.db", spoil_bytes),
    "bytes of the log": ("o.db-wal", spoil_bytes),
    "bytes of the index of the log": ("o.db-shm", spoil_bytes),
    "bytes of the fence": ("o.db.fence", spoil_bytes),
    "the database cut": ("o.db", cut),
    "the log cut": ("o.db-wal", cut),
    "pages exchanged": ("o.db", exchange_pages),
    "frames exchanged": ("o.db-wal", exchange_pages),
    "rows changed": ("o.db", change_rows),
    "indices": ("o.db", misdirect_indices),
    "the database gone": ("o.db", remove),
    "the log gone": ("o.db-wal", remove),
    "the fence gone": ("o.db.fence", remove),
    "an earlier copy": ("o.db", replace("earlier.db")),
    "another office's": ("o.db", replace("other.db")),
}


def damaged(made: Path, folder: Path, kind: str, seed: int) -> Path:
    """A copy of what was made, damaged; where its database is."""
    folder.mkdir(parents=True)
    for name in (*FILES, "earlier.db", "other.db"):
        shutil.copy(made / name, folder / name)
    name, damage = DAMAGES[kind]
    random_ = random.Random(f"{kind} {seed}")
    path = folder / name
    if path.suffix == ".db" and random_.random() < 0.5:  # with all that was in the log
        with suppress(apsw.Error):
            db = apsw.Connection(str(path))
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.close()
        (folder / "o.db-wal").touch()
    if path.exists():
        damage(random_, path)
    return folder / "o.db"


def outcome(site: Site, path: Path, truth: Truth) -> Outcome:
    """What comes of it in reports, in exports and in a day's work: first who only reads, then who goes on."""
    outcomes: list[Outcome] = [exported(site, path, truth), worked(site, path, truth)]
    worst: tuple[Outcome, ...] = ("twice", "hole", "told", "whole")
    return min(outcomes, key=worst.index)


def exported(site: Site, path: Path, truth: Truth) -> Outcome:
    """Every day as an export reads it, in an office that is only read."""
    try:
        office = Office(site, clock(), path, access="read")
    except LetanError:
        return "told"
    try:
        return _compared(office, truth)
    finally:
        office.close()


def worked(site: Site, path: Path, truth: Truth) -> Outcome:
    """A number at each door, and every day after it."""
    try:
        office = Office(site, clock(), path)
    except LetanError:
        return "told"
    told = office.broken_at is not None
    try:
        for door in ("1", "2"):
            try:
                if office.issue(office.open_visit(), door).number in truth.given:
                    return "twice"
            except LetanError:
                told = True
        compared = _compared(office, truth)
        told = told or compared != "whole"
        if not told and any(office.rate(visit, 1) for visit in truth.rated):
            return "twice"
        return "told" if told and compared == "whole" else compared
    finally:
        office.close()


def _compared(office: Office, truth: Truth) -> Outcome:
    told = office.broken_at is not None
    for day, events in truth.events.items():
        try:
            found = [event for event in office.reading(day, day) if event.seq <= truth.events[DAYS[-1]][-1].seq]
            if found != events and not office.lost(day, day):
                return "told" if told else "hole"
        except LetanError:
            told = True
    return "told" if told else "whole"


def without_protection() -> None:
    """Take the fence and the check of the chain away."""
    from centre import event_table, journal

    journal.Fence.mark = lambda self: None  # type: ignore[method-assign]
    event_table.chained_told = _believing  # type: ignore[assignment]
    event_table.EventTable._count = lambda self, first, last: _Anything()  # type: ignore[method-assign,assignment,return-value]


class _Anything(int):
    """Equal to every number."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = int.__hash__


class _Believed(str):
    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


def _believing(before: str, told: str) -> str:
    return _Believed()


def play(made: Path, folder: Path, site: Site, truth: Truth, number: int, seed: int) -> tuple[str, Outcome]:
    """One damage after another, by its number: the kind, and what came of it."""
    kind = list(DAMAGES)[number % len(DAMAGES)]
    where = folder / str(number)
    path = damaged(made, where, kind, seed * 100_000 + number)
    came = outcome(site, path, truth)
    shutil.rmtree(where)
    return kind, came


def main() -> None:
    """Play them, and tell by kind what came of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="a folder for the databases")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bare", action="store_true", help="without what protects")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    site = load_site(site_folder("cua_nam"))
    made = given.out / "made"
    truth = make(site, made)
    if given.bare:
        without_protection()
    counts: dict[str, Counter[Outcome]] = {kind: Counter() for kind in DAMAGES}
    for number in range(given.count):
        kind, came = play(made, given.out / "played", site, truth, number, given.seed)
        counts[kind][came] += 1
    for kind, found in counts.items():
        print(f"{kind}: " + "  ".join(f"{name} {found[name]}" for name in ("told", "whole", "hole", "twice")))
    total: Counter[Outcome] = sum(counts.values(), Counter())
    print("all: " + "  ".join(f"{name} {total[name]}" for name in ("told", "whole", "hole", "twice")))
    if given.json:
        print(json.dumps({"all": total, **counts}))


if __name__ == "__main__":
    main()
