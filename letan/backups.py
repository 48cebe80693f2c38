"""Copies of an office's database: made while it works, checked, and brought back without giving a number twice."""

from __future__ import annotations

from pathlib import Path

from centre.office import Office
from centre.owner import owning
from centre.site import Site
from centre.sqlite_file import settle
from letan.files import whole
from robot.clock import RealClock
from robot.types import LetanError

BESIDE = ("-wal", "-shm")
KEPT = ".before-restore"


def back_up(site: Site, database: Path, to: Path) -> int:
    """A whole, checked copy in `to`; how many events it holds."""
    if to.exists() and to.samefile(database):
        raise LetanError(f"{to}: this is the database itself; name another file")
    office = Office(site, RealClock(), database, access="read")
    try:
        office.verify()
        with whole(to.parent) as beside:
            office.back_up(beside / to.name)
            return _checked(site, beside / to.name)
    finally:
        office.close()


def verify(site: Site, database: Path) -> int:
    """How many events a database holds, when all are as they were written; else a LetanError."""
    office = Office(site, RealClock(), database, access="read")
    try:
        return office.verify()
    finally:
        office.close()


def restore(site: Site, copy: Path, database: Path) -> int:
    """Bring a copy back; what it lacks is told in the chain, and the numbers given since are not given again.

    The database that was there is kept beside it. AlreadyOwned while an office is at work.
    """
    count = _checked(site, copy)
    database.parent.mkdir(parents=True, exist_ok=True)
    with owning(database):
        with whole(database.parent) as beside:
            fresh = beside / database.name
            fresh.write_bytes(copy.read_bytes())
            if database.exists():
                settle(database)
                database.rename(database.with_name(database.name + KEPT))
            for ending in BESIDE:
                database.with_name(database.name + ending).unlink(missing_ok=True)
        Office(site, RealClock(), database, access="write", accepts_loss=True).close()
    return count


def accept_loss(site: Site, database: Path) -> None:
    """Go on with a database that lacks events; which they were is told in its chain."""
    with owning(database):
        Office(site, RealClock(), database, accepts_loss=True).close()


def _checked(site: Site, copy: Path) -> int:
    if not copy.is_file():
        raise LetanError(f"{copy}: there is no such copy")
    return verify(site, copy)
