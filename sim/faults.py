"""What goes wrong with sensors and wheels, from a start on for a while: the same seed, the same faults."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from robot.types import FloatArray, Scan

FaultKind = Literal[
    "covered", "dirty", "dropout", "all_inf", "frozen", "silent", "stamps_back", "latency",
    "slip", "dead_wheel", "odometry_jump", "no_odometry", "bumper_stuck",
]  # fmt: skip
FAULTS: tuple[FaultKind, ...] = get_args(FaultKind)
AMOUNTS: dict[FaultKind, float] = {
    "dirty": 0.8, "dropout": 0.5, "stamps_back": 1.0, "latency": 0.25, "slip": 0.7, "odometry_jump": 1.0,
}  # fmt: skip
COVERED = 0.02  # m that a lidar measures to a hand that lies on it
SMEAR = 0.12  # m that it measures to dirt


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, `seconds` long from `start` (s of simulated time) on.

    `amount`: the share of beams lost (`dirty`, `dropout`), of the wheels' way that is not driven (`slip`); seconds
    (`stamps_back`, `latency`); metres (`odometry_jump`). `sector`: the beams that are `covered` or `dirty`, from one
    bearing counter-clockwise to another (rad, in the lidar's frame). `side`: of a `dead_wheel`.
    """

    kind: FaultKind
    start: float = 0.0
    seconds: float = math.inf
    amount: float | None = None
    sector: tuple[float, float] = (-math.pi, math.pi)
    side: Literal["left", "right"] = "left"

    @property
    def how_much(self) -> float:
        """The amount given, or a usual one."""
        return AMOUNTS.get(self.kind, 0.0) if self.amount is None else self.amount


class Faults:
    """All faults of a robot in the simulator."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = list(faults)

    def add(self, fault: Fault) -> None:
        """One more."""
        self._faults.append(fault)

    def active(self, kind: FaultKind, now: float) -> Fault | None:
        """The fault of a kind that is there at `now` (s), if any."""
        for fault in self._faults:
            if fault.kind == kind and fault.start <= now + 1e-9 < fault.start + fault.seconds:
                return fault
        return None

    def driven(self, linear: float, angular: float, track: float, now: float) -> tuple[float, float]:
        """The speeds (m/s, rad/s) at which the wheels turn, `track` (m) apart, when they are told these."""
        dead = self.active("dead_wheel", now)
        if dead is None:
            return linear, angular
        left, right = linear - angular * track / 2, linear + angular * track / 2
        if dead.side == "left":
            left = 0.0
        else:
            right = 0.0
        return (left + right) / 2, (right - left) / track

    def grip(self, now: float) -> float:
        """The share of the wheels' way that the robot truly makes."""
        slip = self.active("slip", now)
        return 1.0 if slip is None else 1.0 - slip.how_much


class ScanFaults:
    """What the faults make of a lidar's scans."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self._faults = faults
        self._rng = np.random.default_rng([seed, 7])
        self._last: Scan | None = None
        self._late: list[tuple[float, Scan]] = []

    def pass_on(self, scan: Scan | None, now: float) -> Scan | None:
        """The scan that is told at `now` (s), given the one measured now, if there was one."""
        if scan is not None:
            scan = self._spoilt(scan, now)
        if self._faults.active("silent", now):
            self._late.clear()
            return None
        late = self._faults.active("latency", now)
        if scan is not None and (late or self._late):
            self._late.append((now + (late.how_much if late else 0.0), scan))
            scan = None
        if scan is None and self._late and self._late[0][0] <= now + 1e-9:
            scan = self._late.pop(0)[1]
        return scan

    def _spoilt(self, scan: Scan, now: float) -> Scan:
        """A scan as covers, dirt, drop-outs and a hanging driver leave it."""
        frozen = self._faults.active("frozen", now)
        if frozen and self._last is not None:
            return replace(self._last, stamp=scan.stamp)
        ranges = scan.ranges
        covered = self._faults.active("covered", now)
        if covered:
            ranges = np.where(_within(scan.angles, covered.sector), COVERED, ranges)
        dirty = self._faults.active("dirty", now)
        if dirty:
            smeared = np.where(self._rng.random(ranges.size) < dirty.how_much, np.inf, SMEAR)
            ranges = np.where(_within(scan.angles, dirty.sector), smeared, ranges)
        dropout = self._faults.active("dropout", now)
        if dropout:
            ranges = np.where(self._rng.random(ranges.size) < dropout.how_much, np.inf, ranges)
        if self._faults.active("all_inf", now):
            ranges = np.full(ranges.size, np.inf)
        self._last = replace(scan, ranges=ranges)
        back = self._faults.active("stamps_back", now)
        return replace(self._last, stamp=scan.stamp - (back.how_much if back else 0.0))


def _within(angles: FloatArray, sector: tuple[float, float]) -> NDArray[np.bool_]:
    """Which bearings (rad) lie in a sector, counter-clockwise from its first to its second; (N,) bool."""
    width = sector[1] - sector[0]
    inside: NDArray[np.bool_] = np.mod(angles - sector[0], 2 * math.pi) <= min(
        width if width > 0 else width + 2 * math.pi, 7.0
    )
    return inside
