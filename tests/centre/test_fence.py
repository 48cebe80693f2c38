"""What is lost from an office's database is noticed, told, and leads to no number given twice."""

import random
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from centre.fence import Fence, Mark, fence_path
from centre.office import Office
from centre.site import Site
from centre.store import LostEventsError
from robot.clock import SimClock
from robot.types import LetanError

DAY = date(2026, 11, 23)


def take(office: Office) -> str:
    return office.issue(office.open_visit(), "1").number


@pytest.fixture
def path(site: Site, clock: SimClock, tmp_path: Path) -> Path:
    """A closed database with 20 numbers, and a copy `earlier.db` from when there were ten."""
    path = tmp_path / "o.db"
    office = Office(site, clock, path)
    for _ in range(10):
        take(office)
    office.back_up(tmp_path / "earlier.db")
    for _ in range(10):
        take(office)
    office.close()
    return path


def test_a_fence_keeps_the_newest_whole_mark(tmp_path: Path) -> None:
    db = tmp_path / "o.db"
    fence = Fence(db, may_write=True)
    assert fence.mark() is None
    for seq in range(1, 6):
        fence.set(Mark(seq, f"hash {seq}", "2026-11-23", {"1": seq}))
    fence.close()
    assert Fence(db, may_write=False).mark() == Mark(5, "hash 5", "2026-11-23", {"1": 5})
    raw = fence_path(db).read_bytes()
    fence_path(db).write_bytes(raw[:2100] + b"torn" + raw[2104:])
    assert Fence(db, may_write=False).mark() == Mark(4, "hash 4", "2026-11-23", {"1": 4})
    fence_path(db).write_bytes(b"nothing like a fence")
    assert Fence(db, may_write=False).mark() is None


@pytest.mark.parametrize("loss", ["an earlier copy", "emptied", "gone", "another office's"])
def test_lost_events_are_told_and_no_number_is_given_twice(
    site: Site, clock: SimClock, path: Path, tmp_path: Path, loss: str
) -> None:
    if loss == "an earlier copy":
        shutil.copy(tmp_path / "earlier.db", path)
    elif loss == "emptied":
        path.write_bytes(b"")
    elif loss == "gone":
        path.unlink()
    else:
        clock.seconds += 1
        other = Office(site, clock, tmp_path / "other.db")
        for _ in range(40):
            take(other)
        other.close()
        shutil.copy(tmp_path / "other.db", path)
    with pytest.raises(LostEventsError, match=r"o\.db: events are missing: .*restore.*accept-loss"):
        Office(site, clock, path)
    office = Office(site, clock, path, accepts_loss=True)
    expected = 41 if loss == "another office's" else 21
    assert take(office) == f"A {expected:03d}"
    assert office.lost(DAY, DAY) > 0
    assert office.verify() > 0
    office.close()
    office = Office(site, clock, path)
    assert take(office) == f"A {expected + 1:03d}"
    assert office.lost(DAY, DAY) > 0, "it is told for good"
    office.close()


def test_who_only_reads_is_told_too(site: Site, clock: SimClock, path: Path, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "earlier.db", path)
    office = Office(site, clock, path, access="read")
    assert office.broken_at == 21
    with pytest.raises(LetanError, match=r"from row 21 on.* missing"):
        office.verify()
    office.close()


def test_a_log_that_is_removed_or_damaged_is_told(site: Site, clock: SimClock, path: Path, tmp_path: Path) -> None:
    for damage in ("removed", "damaged"):
        folder = tmp_path / damage
        folder.mkdir()
        office = Office(site, clock, path)
        office._journal._db.execute("PRAGMA wal_autocheckpoint=0")
        for _ in range(5):
            take(office)
        for ending in ("", "-wal", ".fence"):  # as a power cut leaves them
            shutil.copy(path.with_name(path.name + ending), folder / f"o.db{ending}")
        office.close()
        log = folder / "o.db-wal"
        if damage == "removed":
            log.unlink()
        else:
            raw = bytearray(log.read_bytes())
            raw[len(raw) // 3] ^= 0xFF
            log.write_bytes(raw)
        with pytest.raises(LostEventsError):
            Office(site, clock, folder / "o.db")


def test_an_older_database_without_a_fence_gets_one(site: Site, clock: SimClock, path: Path) -> None:
    fence_path(path).unlink()
    office = Office(site, clock, path)
    assert take(office) == "A 021"
    office.close()
    mark = Fence(path, may_write=False).mark()
    assert mark is not None
    assert (mark.seq, mark.numbers) == (42, {"1": 21})


def outcome(site: Site, clock: SimClock, path: Path) -> str:
    """What comes of a damaged database in daily work: told, or whole."""
    given = [f"A {i:03d}" for i in range(1, 21)]
    try:
        office = Office(site, clock, path)
    except LetanError:
        return "told"
    told = office.broken_at is not None
    try:
        exported = [event.ticket for event in office.events(DAY, DAY) if event.kind == "issued"]
        assert exported == given, "an export has a silent hole"
    except LetanError:
        told = True
    try:
        assert take(office) == "A 021" or told, "a number is given twice"
    except LetanError:
        told = True
    office.close()
    return "told" if told else "whole"


def test_no_damage_is_silent(site: Site, clock: SimClock, path: Path, tmp_path: Path) -> None:
    random_ = random.Random(7)
    raw, fence = path.read_bytes(), fence_path(path).read_bytes()
    told = 0
    for i in range(60):
        folder = tmp_path / str(i)
        folder.mkdir()
        damaged, n = bytearray(raw), random_.choice((1, 16, 512, 4096))
        at = random_.randrange(len(damaged))
        damaged[at : at + n] = random_.randbytes(len(damaged[at : at + n]))
        (folder / "o.db").write_bytes(damaged)
        (folder / "o.db.fence").write_bytes(fence)
        told += outcome(site, clock, folder / "o.db") == "told"
    assert 10 < told < 50, "some of it hits what is stored, some only free pages"


def test_rows_that_are_taken_out_and_chained_anew_do_not_fit_the_fence(site: Site, clock: SimClock, path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("DROP TRIGGER no_delete")
    db.execute("DELETE FROM events WHERE seq > 30")
    db.commit()
    db.close()
    with pytest.raises(LostEventsError, match="it ends at row 30, and had 40"):
        Office(site, clock, path)
