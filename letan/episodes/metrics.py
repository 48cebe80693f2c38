"""What an episode and many of them amount to, as HuNavSim and SocNavBench define it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from robot.types import FloatArray, Pose
from sim.events import Blame, Contact

INTIMATE = 0.45  # m of air (Hall 1966)
MOVES = 0.05  # m/s, slower is standing
SAMPLE = 0.1  # s between the speeds that accelerations and jerks come from
CONFIDENCE = 1.96  # standard deviations of a normal distribution: 95 %


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """One episode. `shortest` and `path` in m, `seconds` of simulated time, `jerk` in m/s³, shares 0-1.

    `intimate_by_robot`: seconds in which somebody was within 0.45 m because the robot drove nearer.
    """

    seed: int
    arrived: bool
    success: bool
    seconds: float
    shortest: float
    path: float
    contacts: tuple[Contact, ...]
    intimate_by_robot: float
    jerk: float
    stalled: float
    asked: int
    stops: int
    reason: str


@dataclass(slots=True)
class Watching:
    """Looks on while an episode goes."""

    radius: float  # of the robot's body, m
    contacts: list[Contact] = field(default_factory=list)
    path: float = 0.0
    intimate: float = 0.0
    still: float = 0.0
    time: float = 0.0
    speeds: list[float] = field(default_factory=list)
    _last: Pose | None = None
    _sampled: float = -math.inf

    def look(self, dt: float, pose: Pose, speed: float, people: FloatArray) -> None:
        """The robot's true pose and speed (m/s) after another `dt` (s); `people` (P, 3) x, y and radius, m."""
        last = self._last or pose
        self._last = pose
        self.time += dt
        self.path += last.distance(pose)
        self.still += dt if abs(speed) < 0.01 else 0.0
        if self.time - self._sampled > SAMPLE - 1e-9:
            self._sampled = self.time
            self.speeds.append(speed)
        if len(people) and abs(speed) > MOVES:
            away = np.hypot(people[:, 0] - pose.x, people[:, 1] - pose.y)
            was = np.hypot(people[:, 0] - last.x, people[:, 1] - last.y)
            near = away - self.radius - people[:, 2] < INTIMATE
            self.intimate += dt if bool((near & (away < was)).any()) else 0.0

    @property
    def jerk(self) -> float:
        """Mean absolute jerk (m/s³) of the speeds at 10 Hz, from the first motion to the last."""
        speeds = np.array(self.speeds)
        moving = np.flatnonzero(np.abs(speeds) > 0.0)
        if moving.size < 3:
            return 0.0
        driven = speeds[max(0, int(moving[0]) - 1) : int(moving[-1]) + 2]
        return float(np.abs(np.diff(driven, 2)).mean() / SAMPLE**2) if driven.size > 2 else 0.0


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    z, share = CONFIDENCE, successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _contacts(results: Sequence[EpisodeResult], by: Blame) -> int:
    return sum(c.kind == "person" and c.by == by for result in results for c in result.contacts)


def summary(results: Sequence[EpisodeResult]) -> dict[str, float | int]:
    """What many episodes amount to; contacts are counted over all of them, the rest are means a episode."""
    n = len(results)
    successes = sum(result.success for result in results)
    low, high = wilson(successes, n)
    spl = sum(r.shortest / max(r.shortest, r.path) for r in results if r.success) / n
    return {
        "n": n,
        "success": successes / n,
        "success_low": round(low, 4),
        "success_high": round(high, 4),
        "spl": round(spl, 4),
        "seconds": round(float(np.median([r.seconds for r in results])), 1),
        "contacts_by_robot": _contacts(results, "robot"),
        "contacts_shared": _contacts(results, "shared"),
        "contacts_by_people": _contacts(results, "person"),
        "contacts_wall": sum(c.kind != "person" for r in results for c in r.contacts),
        "stuck": sum(not r.arrived for r in results),
        "stalled": round(float(np.mean([r.stalled for r in results])), 3),
        "intimate_by_robot": round(float(np.mean([r.intimate_by_robot for r in results])), 3),
        "jerk": round(float(np.mean([r.jerk for r in results])), 3),
        "asked": sum(r.asked for r in results),
        "stops": sum(r.stops for r in results),
    }
