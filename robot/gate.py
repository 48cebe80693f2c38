"""The door for what drivers tell: only observations with figures that a robot can have come through."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from robot.model import RobotModel
from robot.types import Observation, Odometry, Scan

FARTHEST = 1e5  # m from where the wheels began, and rad: nothing counts as far
MOST_BEAMS = 20_000
EARLY, LATE = 0.5, 5.0  # s by which a scan's stamp may lie after and before the observation's
GAP = 5.0  # s: a clock that steps farther ahead is not believed at once, nor one that goes back
AGREE = 10  # observations in a row that confirm such a clock


class ObservationGate:
    """Looks at every observation; `troubles` says in words what of the last one was kept out.

    A scan that cannot be used is left out; odometry that cannot be true leaves the last good one, with its old stamp,
    in place: whoever needs a fresh one sees that it grows old.
    """

    def __init__(self, model: RobotModel) -> None:
        self._model = model
        self._odometry: Odometry | None = None
        self._stamp: float | None = None
        self._odd: float | None = None  # the last stamp of a clock that is not believed yet
        self._agreed = 0
        self.troubles: tuple[str, ...] = ()

    def check(self, observation: Observation) -> Observation | None:
        """The observation as it can be used; None when nothing of it can."""
        if not self._is_time(observation.stamp):
            self.troubles = ("stamps that are no time",)
            return None
        troubles = []
        odometry, trouble = self._checked_odometry(observation.odometry)
        troubles += trouble
        scan, trouble = self._checked_scan(observation.scan, observation.stamp)
        troubles += trouble
        self.troubles = tuple(troubles)
        if odometry is None:
            return None
        self._odometry = odometry
        if not troubles and scan is observation.scan and 0.0 <= observation.battery <= 1.0:
            return observation
        battery = observation.battery
        battery = min(1.0, max(0.0, battery)) if math.isfinite(battery) else 0.0
        return replace(observation, odometry=odometry, scan=scan, battery=battery)

    def _is_time(self, stamp: float) -> bool:
        """Whether a stamp goes on from the last; another clock is believed once it has gone on for a while."""
        if not math.isfinite(stamp):
            return False
        if self._stamp is None or 0.0 <= stamp - self._stamp <= GAP:
            self._stamp = stamp
            self._odd = None
            return True
        goes_on = self._odd is not None and 0.0 <= stamp - self._odd <= GAP
        self._agreed = self._agreed + 1 if goes_on else 0
        self._odd = stamp
        if self._agreed < AGREE:
            return False
        self._stamp = stamp
        self._odometry = None
        return True

    def _checked_odometry(self, told: Odometry) -> tuple[Odometry | None, list[str]]:
        figures = (told.pose.x, told.pose.y, told.pose.theta, told.linear, told.angular, told.stamp)
        if not all(map(math.isfinite, figures)):
            return self._odometry, ["odometry that is no number"]
        if max(abs(told.pose.x), abs(told.pose.y), abs(told.pose.theta)) > FARTHEST:
            return self._odometry, ["odometry beyond any place"]
        if (
            abs(told.linear) > 2.0 * self._model.max_speed + 0.5
            or abs(told.angular) > 2.0 * self._model.turn_speed + 1.0
        ):
            return self._odometry, ["speeds that the wheels can't have"]
        return told, []

    def _checked_scan(self, scan: Scan | None, now: float) -> tuple[Scan | None, list[str]]:
        if scan is None:
            return None, []
        reason = next(_odd_about(scan, now), "")
        if reason:
            return None, [reason]
        if isinstance(scan.ranges, np.ndarray) and scan.ranges.dtype == np.float64:
            return scan, []
        return replace(scan, ranges=np.asarray(scan.ranges, dtype=np.float64)), []


def _odd_about(scan: Scan, now: float) -> Iterator[str]:
    """What makes a scan useless."""
    ranges = np.asarray(scan.ranges)
    if ranges.ndim != 1 or ranges.dtype.kind not in "fiu":
        yield f"a scan of shape {ranges.shape} and type {ranges.dtype}"
        return
    if not 2 <= ranges.size <= MOST_BEAMS:
        yield f"a scan of {ranges.size} beams"
    if not math.isfinite(scan.stamp) or not -LATE <= scan.stamp - now <= EARLY:
        yield "scans that were not taken now"
    if not math.isfinite(scan.angle_min) or not math.isfinite(scan.angle_increment):
        yield "a scan whose angles are no numbers"
    elif not 0.0 < abs(scan.angle_increment) * ranges.size < 2.0 * math.pi + 2.0 * abs(scan.angle_increment):
        yield "a scan that looks nowhere, or round more than once"
    if not math.isfinite(scan.range_min) or math.isnan(scan.range_max) or not scan.range_min < scan.range_max:
        yield "a scan whose range is none"
