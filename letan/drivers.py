"""Finds drivers of robots by name: the entry point group `letan.drivers`, ours and those of other packages."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from centre.site import Site
from letan.plugins import load_named
from robot.ports import Robot
from robot.types import LetanError

GROUP = "letan.drivers"


class Driver(Protocol):
    """Makes the robot of a site; `argument` is what stands behind the driver's name."""

    def __call__(self, site: Site, argument: str, /) -> Robot: ...


@runtime_checkable
class KnowsSite(Protocol):
    """A driver whose argument says which site the robot is in, by name or folder."""

    def site_of(self, argument: str, /) -> str: ...


def find_driver(name: str) -> tuple[Driver, str]:
    """The driver of NAME or NAME:ARGUMENT, and the argument; LetanError when it is not there or can't be loaded."""
    word, _, argument = name.partition(":")
    driver: Driver = load_named(GROUP, "driver", word)
    return driver, argument


def open_robot(name: str, site: Site) -> Robot:
    """The robot of a driver; LetanError also when it finds none."""
    driver, argument = find_driver(name)
    try:
        return driver(site, argument)
    except OSError as error:
        raise LetanError(f"the driver {name.partition(':')[0]} finds no robot: {error}") from error


def site_of(name: str) -> str | None:
    """The site, by name or folder, that a driver's argument names; None when it names none."""
    driver, argument = find_driver(name)
    return driver.site_of(argument) if isinstance(driver, KnowsSite) else None
