"""The door for what drivers tell: only observations with figures that a robot can have come through."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar, get_args

import numpy as np

from robot.model import RobotModel
from robot.types import BumperZone, Observation, Odometry, Scan

FARTHEST = 1e5  # m from where the wheels began, and rad: nothing counts as far
MOST_BEAMS = 20_000
EARLY, LATE = 0.06, 5.0  # s by which stamps of scan and odometry may lie after and before the observation's
GAP = 5.0  # s: a clock that steps farther ahead is not believed at once, nor one that goes back
AGREE = 10  # observations in a row that confirm such a clock
RIM = 0.02  # m within its own rim from which on a return can be of nothing but dirt, a hand or itself
STEP = 0.05  # s that are taken to have passed when another clock is believed
_UNREADABLE = (TypeError, ValueError, AttributeError, OverflowError)
Value = TypeVar("Value")


class ObservationGate:
    """Looks at every observation; `troubles` says in words what of the last one was kept out.

    A scan that cannot be used is left out; odometry that cannot be true leaves the last good one, with its old stamp,
    in place: whoever needs a fresh one sees that it grows old. Returns from within the robot's own body are none. What
    cannot be read is taken for the worse: a bumper for pressed, a tray for full, a battery for empty. Stamps go on from
    one another also when the driver's clock is set: once another clock is believed, all its stamps are moved.
    """

    def __init__(self, model: RobotModel) -> None:
        self._model = model
        mount = model.lidar.mount
        self._own_body = model.body_radius - math.hypot(mount.x, mount.y) - RIM
        self._odometry: Odometry | None = None
        self._stamp: float | None = None  # the last one as the driver told it
        self._shift = 0.0  # s from the driver's clock to ours
        self._odd: float | None = None  # the last stamp of a clock that is not believed yet
        self._agreed = 0
        self._scan_trouble = ""  # of the last scan
        self.troubles: tuple[str, ...] = ()

    def check(self, observation: Observation) -> Observation | None:
        """The observation as it can be used; None when nothing of it can."""
        stamp = _read(lambda: float(observation.stamp), math.nan)
        if not self._is_time(stamp):
            self.troubles = ("stamps that are no time",)
            return None
        troubles: list[str] = []
        odometry = self._odometry_of(observation, stamp, troubles)
        scan = self._scan_of(observation, stamp)
        self._odometry = odometry
        if odometry is None:
            self._tell(troubles)
            return None
        found = Observation(
            stamp=stamp + self._shift,
            odometry=odometry,
            scan=scan,
            bumper=_flag(observation.bumper, True, "a bumper that says neither yes nor no", troubles),
            emergency_stop=_flag(
                observation.emergency_stop, True, "a stop button that says neither yes nor no", troubles
            ),
            battery=self._battery_of(observation, troubles),
            charging=_flag(observation.charging, False, "a charger that says neither yes nor no", troubles),
            tray_items=self._tray_of(observation, troubles),
            bumper_zones=_read(lambda: _zones(observation.bumper_zones), ()),
        )
        self._tell(troubles)
        return observation if not self.troubles and found == observation else found

    def _tell(self, troubles: list[str]) -> None:
        self.troubles = (*troubles, self._scan_trouble) if self._scan_trouble else tuple(troubles)

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
        self._shift += self._stamp + STEP - stamp
        self._stamp = stamp
        return True

    def _odometry_of(self, observation: Observation, now: float, troubles: list[str]) -> Odometry | None:
        told = observation.odometry
        trouble = _read(lambda: next(self._odd_about_odometry(told, now), ""), "odometry that can't be read")
        if trouble:
            troubles.append(trouble)
            return self._odometry
        return replace(told, stamp=told.stamp + self._shift) if self._shift else told

    def _odd_about_odometry(self, told: Odometry, now: float) -> Iterator[str]:
        figures = (told.pose.x, told.pose.y, told.pose.theta, told.linear, told.angular, told.stamp)
        if not all(map(math.isfinite, figures)):
            yield "odometry that is no number"
        if max(abs(told.pose.x), abs(told.pose.y), abs(told.pose.theta)) > FARTHEST:
            yield "odometry beyond any place"
        model = self._model
        if abs(told.linear) > 2.0 * model.max_speed + 0.5 or abs(told.angular) > 2.0 * model.turn_speed + 1.0:
            yield "speeds that the wheels can't have"
        if not -LATE <= told.stamp - now <= EARLY:
            yield "odometry that was not taken now"

    def _scan_of(self, observation: Observation, now: float) -> Scan | None:
        """The scan, if there is a good one; until the next one the trouble with the last stays."""
        scan = observation.scan
        if scan is None:
            return None
        self._scan_trouble = _read(lambda: next(_odd_about_scan(scan, now), ""), "a scan that can't be read")
        if self._scan_trouble:
            return None
        ranges = np.asarray(scan.ranges, dtype=np.float64)
        nearest = max(scan.range_min, self._own_body)
        if ranges is scan.ranges and nearest == scan.range_min and not self._shift:
            return scan
        return replace(scan, ranges=ranges, stamp=scan.stamp + self._shift, range_min=nearest)

    @staticmethod
    def _battery_of(observation: Observation, troubles: list[str]) -> float:
        battery = _read(lambda: float(observation.battery), math.nan)
        if not math.isfinite(battery):
            troubles.append("a battery that is no number")
            return 0.0
        return min(1.0, max(0.0, battery))

    def _tray_of(self, observation: Observation, troubles: list[str]) -> int:
        full = self._model.tray.cups + self._model.tray.candies
        items = _read(lambda: int(observation.tray_items), -1)
        if items < 0:
            troubles.append("a tray that is no number")
            return max(1, full)
        return items


def _read(get: Callable[[], Value], otherwise: Value) -> Value:
    """What a driver tells, or something else where it cannot be read at all."""
    try:
        return get()
    except _UNREADABLE:
        return otherwise


def _flag(told: object, worse: bool, trouble: str, troubles: list[str]) -> bool:
    if isinstance(told, bool | np.bool_):
        return bool(told)
    troubles.append(trouble)
    return worse


def _zones(told: tuple[BumperZone, ...]) -> tuple[BumperZone, ...]:
    """The zones that there are; who names another one is touched all the same, as `bumper` says."""
    return tuple(zone for zone in told if zone in get_args(BumperZone))


def _odd_about_scan(scan: Scan, now: float) -> Iterator[str]:
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
    elif abs(scan.angle_min) > 4.0 * math.pi:
        yield "a scan whose angles are none"
    elif not 0.0 < abs(scan.angle_increment) * ranges.size < 2.0 * math.pi + 2.0 * abs(scan.angle_increment):
        yield "a scan that looks nowhere, or round more than once"
    if not math.isfinite(scan.range_min) or math.isnan(scan.range_max) or not scan.range_min < scan.range_max:
        yield "a scan whose range is none"
