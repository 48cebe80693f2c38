"""The shipped site and an office in memory on a Monday morning."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from centre.office import Office
from centre.site import Site, load_site
from robot.clock import SimClock


@pytest.fixture(scope="session")
def site() -> Site:
    return load_site(Path(__file__).parents[2] / "sites" / "cua_nam")


@pytest.fixture
def clock() -> SimClock:
    return SimClock(datetime(2026, 11, 23, 8, 0))


@pytest.fixture
def office(site: Site, clock: SimClock) -> Iterator[Office]:
    made = Office(site, clock)
    yield made
    made.close()
