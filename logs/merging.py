"""Brings scans and odometry that were recorded apart together by their stamps: each scan with its own odometry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from robot.odometry import MAX_EXTRAPOLATION, OdometryTrack
from robot.types import Observation, Odometry, Scan

LONGEST_WAIT = 1.0  # seconds by which odometry may come later than the scans it belongs to
HISTORY = 2048  # samples of odometry: some seconds even of fast wheels, for scans that come late


class Merger:
    """A scan waits for the odometry after its stamp, so that its pose is interpolated and not guessed.

    `warnings` counts stamps of odometry that go back, scans from before the first odometry (these are left out) and
    scans that odometry never reaches (these stand where it ended).
    """

    def __init__(self, warnings: Counter[str]) -> None:
        self._warnings = warnings
        self._track = OdometryTrack(HISTORY)
        self._first: float | None = None
        self._waiting: list[Scan] = []

    def add_odometry(self, odometry: Odometry) -> Iterator[Observation]:
        """The scans that have waited for this sample."""
        if not self._track.add(odometry):
            self._warnings["odometry stamp went back"] += 1
            return
        self._first = odometry.stamp if self._first is None else self._first
        yield from self._release(odometry.stamp)

    def add_scan(self, scan: Scan) -> Iterator[Observation]:
        """The scan when its odometry is here already, and those that have waited too long."""
        self._waiting.append(scan)
        latest = self._track.latest
        known = latest.stamp if latest is not None else float("-inf")
        yield from self._release(max(known, scan.stamp - LONGEST_WAIT))

    def rest(self) -> Iterator[Observation]:
        """The scans that are still waiting at the end."""
        yield from self._release(float("inf"))

    def _release(self, until: float) -> Iterator[Observation]:
        ready = [scan for scan in self._waiting if scan.stamp <= until]
        if not ready:
            return
        self._waiting = [scan for scan in self._waiting if scan.stamp > until]
        latest = self._track.latest
        for scan in ready:
            if latest is None or self._first is None or scan.stamp < self._first - LONGEST_WAIT:
                self._warnings["scan before the first odometry"] += 1
                continue
            if scan.stamp > latest.stamp + MAX_EXTRAPOLATION:
                self._warnings["scan without odometry at its time"] += 1
            odometry = Odometry(scan.stamp, self._track.at(scan.stamp), latest.linear, latest.angular)
            yield Observation(scan.stamp, odometry, scan)
