"""Tells a blind lidar from a hall with nothing in it: stale, frozen, few returns, covered, stamps that go back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.ghost_watch import GhostWatch
from robot.types import IDENTITY, FloatArray, Observation, Odometry, Pose, Scan, wrap

Blindness = Literal["", "stale scan", "stamps that go back", "bad scan", "no returns", "frozen scan", "blind ahead"]
View = Literal["seen", "unseen", "blind"]
SECTOR = math.radians(40.0)  # of a part of the lidar in which it is noticed that it was covered


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """Shares are of the beams, times in s, distances in m, angles in rad."""

    scan_age: float = 0.3
    good_for: float = 1.0  # s of good scans after which a blindness is over
    nonsense: float = 0.2  # share of NaN, negative and too short ranges that makes a scan bad
    least_returns: float = 0.01
    near: float = 0.9  # of range_max: what is seen nearer can't drop out of range from one scan to the next
    enough: float = 0.05  # share of near returns whose loss tells something
    left: float = 0.25  # share of them that must be left in the next scan
    sector_full: float = 0.15  # share of near returns in a sector whose sudden loss tells something
    sector_empty: float = 0.02
    sector_gone: float = 0.7  # share of them that is not to be found in the neighbouring sectors either
    sector_back: float = 0.1  # share of returns in a lost sector that shows that it sees again
    frozen_way: float = 0.04
    frozen_turn: float = 0.08
    frozen_time: float = 0.5  # s in which the wheels say that they turn
    half_view: float = 0.35  # half the angle that is looked at ahead


@njit(cache=True)
def _census(ranges: FloatArray, low: float, high: float, near: float, sectors: int) -> FloatArray:
    """Of each sector, and of all in the last row: beams, returns, near returns and nonsense, (sectors + 1, 4)."""
    counts = np.zeros((sectors + 1, 4))
    size = ranges.size
    for i in range(size):
        value = ranges[i]
        sector = min(sectors - 1, i * sectors // size)
        counts[sector, 0] += 1.0
        if math.isnan(value) or value < 0.0 or 0.0 < value < low:
            counts[sector, 3] += 1.0
        elif value >= low and value < high:
            counts[sector, 1] += 1.0
            if value < near:
                counts[sector, 2] += 1.0
    for sector in range(sectors):
        for k in range(4):
            counts[sectors, k] += counts[sector, k]
    return counts


@njit(cache=True)
def _same(a: FloatArray, b: FloatArray) -> bool:
    """Whether two scans' ranges are the same to the bit; no range is the same as no range."""
    if a.size != b.size:
        return False
    for i in range(a.size):  # noqa: SIM110 (compiled code knows no `all` of a generator)
        if a[i] != b[i] and not (math.isnan(a[i]) and math.isnan(b[i])):
            return False
    return True


@njit(cache=True)
def _note_lost(
    counts: FloatArray,
    before: FloatArray,
    lost: NDArray[np.bool_],
    shares: tuple[float, float, float, float],
    whole: bool,
) -> None:
    """Which sectors have `lost` all that was near in them at once, and which of those see again; in place.

    `counts` and `before` as from `_census`; `shares`: full, empty, gone, back as in `WatchConfig`. Where the lidar does
    not look round as a `whole`, what leaves the sectors at its ends is not lost: those always count as seeing.
    """
    full, empty, gone, back = shares
    sectors = lost.size
    for k in range(0 if whole else 1, sectors if whole else sectors - 1):
        beams = max(1.0, counts[k, 0])
        if lost[k] and counts[k, 1] >= back * beams:
            lost[k] = False
        if before[k, 2] >= full * beams and counts[k, 1] <= empty * beams:
            left, right = (k - 1) % sectors, (k + 1) % sectors
            missing = before[k, 1] - counts[k, 1]
            missing += before[left, 1] - counts[left, 1] + before[right, 1] - counts[right, 1]
            lost[k] = lost[k] or missing >= gone * before[k, 2]


@njit(cache=True)
def _looks(
    ranges: FloatArray,
    low: float,
    angle_min: float,
    increment: float,
    first: float,
    last: float,
    lost: NDArray[np.bool_],
) -> tuple[float, float]:
    """Of the directions from `first` to `last` (rad): the share that beams look in; of these, those that say nothing.

    A beam says nothing where its range is nonsense, or its sector is `lost`.
    """
    step = abs(increment)
    asked, looking, silent = 0, 0, 0
    for k in range(int(round((last - first) / step)) + 1):
        beam = int(round((first + k * step - angle_min) / increment % (2.0 * math.pi / step)))
        if beam >= int(round(2.0 * math.pi / step)):
            beam = 0
        asked += 1
        if beam < ranges.size:
            looking += 1
            value = ranges[beam]
            nonsense = math.isnan(value) or value < 0.0 or 0.0 < value < low
            if nonsense or lost[min(lost.size - 1, beam * lost.size // ranges.size)]:
                silent += 1
    return looking / asked, silent / max(1, looking)


class LidarWatch:
    """Looks at every scan; `trouble` says why it can't be trusted, until scans have been good for a second.

    What is legal and looks blind: in a large hall many beams, ahead perhaps all, reach farther than the lidar does and
    come back as inf, `range_max` or 0. So beams without a return are not counted; what counts is a *loss*. Whatever
    was seen nearer than 0.9 of the range can't be out of range in the next scan, however the robot drives or turns: if
    most such returns are gone at once, of the whole scan or of a sector, something has been put over the lidar or it
    has died. Who steps aside before a far wall is seen in the next sector instead. A scan with next to no return at
    all is never believed: nobody can tell it from a dead lidar's, and a robot that can't see any wall can't know
    where it is either.
    Ranges below `range_min` other than 0, negative ones and NaN are nonsense: too many of them, or most of those that
    look where it drives, are a hand on the lidar.
    """

    def __init__(self, config: WatchConfig | None = None, mount: Pose = IDENTITY) -> None:
        self.config = config or WatchConfig()
        self.scan: Scan | None = None
        self.trouble: Blindness = ""
        self.since: float | None = None  # s: when the present trouble began
        self._now = -math.inf
        self._heard = -math.inf  # s, when the last new scan came
        self._good_since = math.inf
        self._counts: FloatArray = np.zeros((2, 4))  # of the last scan, see `_census`
        self._before: FloatArray = np.zeros((2, 4))  # of the last good one
        self._lost: NDArray[np.bool_] = np.zeros(1, dtype=np.bool_)  # sectors
        self._blind_bearing = 0.0  # where nothing was seen
        self._same_from: Odometry | None = None  # where the first of scans that are the same was taken
        self._frozen: FloatArray | None = None
        self._ghosts = GhostWatch(mount)

    def forget(self) -> None:
        """A person has had a look: what was seen before tells nothing about what should be seen now."""
        self._before = np.zeros_like(self._before)
        self._lost[:] = False
        self._ghosts.forget()

    def see(self, observation: Observation) -> bool:
        """Take in what the lidar tells, or does not tell; True for a new scan."""
        now, scan = observation.stamp, observation.scan
        back = now < self._now
        self._now = now
        is_new = scan is not None and (self.scan is None or scan.stamp != self.scan.stamp)
        if is_new:
            assert scan is not None
            self._heard = now
            self._judge(scan, observation.odometry)
        if self.scan is None or abs(now - self.scan.stamp) > self.config.scan_age:
            self._blind("stale scan", now)
        elif back:
            self._blind("stamps that go back", now)
        return is_new

    def silent(self, now: float) -> float:
        """For how long (s) no new scan has come, however old it was."""
        return now - self._heard

    def blind_ahead(self, now: float, bearing: float) -> None:
        """Nothing is seen where it drives."""
        self._blind_bearing = bearing
        self._blind("blind ahead", now)

    def view(self, bearing: float) -> View:
        """What the lidar says about the directions about `bearing` (rad, in its own frame).

        "unseen" where no beam looks; "blind" where most beams that look there say nothing, or a sector is lost.
        """
        scan, half = self.scan, self.config.half_view
        if scan is None or scan.ranges.size == 0:
            return "blind"
        looks, silent = _looks(
            scan.ranges,
            scan.range_min,
            scan.angle_min,
            scan.angle_increment,
            bearing - half,
            bearing + half,
            self._lost,
        )
        if looks < 0.95:
            return "unseen"
        return "blind" if silent > 0.5 else "seen"

    def _judge(self, scan: Scan, odometry: Odometry) -> None:
        """Whether a new scan is a good one; how long good ones have been coming."""
        trouble, is_first = self._odd_about(scan, odometry), self.scan is None
        self.scan = scan
        if trouble:
            self._blind(trouble, self._now)  # the scan's own stamp may be what is wrong
            return
        self._before = self._counts
        still = self.trouble == "blind ahead" and self.view(self._blind_bearing) == "blind"
        self._good_since = math.inf if still else min(self._good_since, scan.stamp)
        if is_first or scan.stamp - self._good_since >= self.config.good_for - 1e-9:
            self.trouble = ""
            self.since = None

    def _blind(self, trouble: Blindness, now: float) -> None:
        if not self.trouble:
            self.since = now
        self.trouble = trouble
        self._good_since = math.inf

    def _odd_about(self, scan: Scan, odometry: Odometry) -> Blindness:
        c, before = self.config, self.scan
        if scan.ranges.size == 0:
            return "bad scan"
        sectors = max(1, round(abs(scan.angle_increment) * scan.ranges.size / SECTOR))
        self._counts = _census(scan.ranges, scan.range_min, scan.range_max, c.near * scan.range_max, sectors)
        if self._lost.size != sectors:  # another lidar, or one that looks elsewhere now
            self._before = np.zeros_like(self._counts)
            self._lost = np.zeros(sectors, dtype=np.bool_)
        whole = abs(scan.angle_increment) * (scan.ranges.size + 1.5) >= 2.0 * math.pi
        shares = c.sector_full, c.sector_empty, c.sector_gone, c.sector_back
        _note_lost(self._counts, self._before, self._lost, shares, whole)
        beams, returns, _, nonsense = self._counts[-1]
        if before is not None and scan.stamp < before.stamp:
            return "stamps that go back"
        if self._is_frozen(scan, odometry) or self._ghosts.see(scan, odometry.pose):
            return "frozen scan"
        if nonsense > c.nonsense * beams:
            return "bad scan"
        if returns < c.least_returns * beams:
            return "no returns"
        near_before = self._before[-1, 2]
        if near_before >= c.enough * beams and returns < c.left * near_before:
            return "no returns"
        return ""

    def _is_frozen(self, scan: Scan, odometry: Odometry) -> bool:
        """Whether the same scan comes to the bit although the wheels have turned."""
        c, before = self.config, self.scan
        if self._frozen is not None:
            if _same(scan.ranges, self._frozen):
                return True
            self._frozen = None
        if before is None or not _same(scan.ranges, before.ranges):
            self._same_from = odometry
            return False
        began = self._same_from or odometry
        turned = abs(wrap(odometry.pose.theta - began.pose.theta))
        if abs(odometry.linear) <= 0.05 and abs(odometry.angular) <= 0.1:
            began = self._same_from = replace(began, stamp=odometry.stamp)  # it stands: of course it sees the same
        moved = odometry.pose.distance(began.pose) > c.frozen_way or turned > c.frozen_turn
        if moved or odometry.stamp - began.stamp > c.frozen_time:
            self._frozen = scan.ranges
            return True
        return False
