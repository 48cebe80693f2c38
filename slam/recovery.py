"""Finding a lost robot: every pose that the scan allows is followed until one is left (Jensfelt, Kristensen 2001)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from robot.types import FloatArray, Pose, wrap
from slam.fitting import Fitter
from slam.global_search import SearchConfig, build_search, search
from slam.likelihood import LikelihoodField


@dataclass(frozen=True, slots=True)
class RecoveryConfig:
    """When a search is due, and when its answer is believed.

    `lost_trust`: health, smoothed by `trust_rate` a look, below which the map is searched. `lead`: how much more
    evidence than any other a hypothesis needs. Evidence is the sum of the health at places `gate_xy` (m) or
    `gate_theta` (rad) apart, and fades by `fade` a place. `period` (s) between searches.
    """

    lost_trust: float = 0.6
    trust_rate: float = 0.15
    found_health: float = 0.5
    lead: float = 0.20
    fade: float = 0.9
    gate_xy: float = 0.10
    gate_theta: float = 0.10
    period: float = 1.0
    search: SearchConfig = field(default_factory=SearchConfig)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A pose that may be the robot's; its health in the last scan, and the evidence for it so far."""

    pose: Pose
    health: float
    evidence: float

    def is_near(self, pose: Pose, config: SearchConfig) -> bool:
        """True when both are one place to the search."""
        turned = abs(wrap(self.pose.theta - pose.theta))
        return self.pose.distance(pose) < config.apart_xy and turned < config.apart_theta


class Recovery:
    """The hypotheses of a lost robot; none while it knows where it is."""

    def __init__(self, likelihood: LikelihoodField, fitter: Fitter, config: RecoveryConfig) -> None:
        self._fitter = fitter
        self._config = config
        self._field = build_search(likelihood, config.search)
        self._trust = 1.0
        self._searched = -math.inf
        self._counted_at: Pose | None = None  # odometry where evidence was last added
        self.hypotheses: tuple[Hypothesis, ...] = ()

    def is_due(self, health: float, stamp: float) -> bool:
        """True when the health of the tracked pose has been low long enough to look for another."""
        self._trust += self._config.trust_rate * (health - self._trust)
        return self._trust < self._config.lost_trust and stamp >= self._searched + self._config.period

    def forget(self) -> None:
        """Drop the hypotheses; the next search is due at once."""
        self.hypotheses = ()
        self._searched = -math.inf

    def doubt(self, points: FloatArray, tracked: Pose, health: float, odom: Pose, stamp: float) -> None:
        """Search for something clearly better than the tracked pose; no hypotheses when there is nothing.

        A place that fits little better than the tracked pose does now is no reason to leave it: where much has moved
        since the map was drawn, another end of the hall may fit as well.
        """
        self._seek(points, odom, stamp)
        first, config = (self.hypotheses[0] if self.hypotheses else None), self._config
        if (
            first is None
            or first.is_near(tracked, config.search)
            or first.health < max(config.found_health, health + config.lead)
        ):
            self.hypotheses = ()

    def follow(self, points: FloatArray, moved: Pose, odom: Pose, stamp: float) -> None:
        """Carry the hypotheses on by an odometry step and weigh them by a new scan; search when none fits."""
        config = self._config
        counts = self._has_moved(odom)
        if counts:
            self._counted_at = odom
        fade, gain = (config.fade, 1.0) if counts else (1.0, 0.0)
        self._keep([self._fit(points, h.pose.compose(moved), fade * h.evidence, gain) for h in self.hypotheses])
        best = max((h.health for h in self.hypotheses), default=0.0)
        if best < config.found_health and stamp >= self._searched + config.period:
            self._seek(points, odom, stamp)

    @property
    def lead(self) -> float:
        """By how much the evidence for the first hypothesis is ahead (0-1); 0 without any."""
        if not self.hypotheses:
            return 0.0
        second = self.hypotheses[1].evidence if len(self.hypotheses) > 1 else 0.0
        return min(self.hypotheses[0].evidence - second, 1.0)

    def winner(self) -> Hypothesis | None:
        """The hypothesis that fits and is clearly ahead, None while there is doubt; all are then done with."""
        if self.lead < self._config.lead or self.hypotheses[0].health < self._config.found_health:
            return None
        first = self.hypotheses[0]
        self.hypotheses = ()
        self._trust = 1.0
        return first

    def _seek(self, points: FloatArray, odom: Pose, stamp: float) -> None:
        """Search the whole map for the places that fit a scan, `points` (M, 2) in the base frame."""
        self._searched = stamp
        self._counted_at = odom
        poses, _ = search(self._field, points, self._config.search)
        self._keep([self._fit(points, Pose(*map(float, pose)), 0.0, 1.0) for pose in poses])

    def _has_moved(self, odom: Pose) -> bool:
        """True when the robot is somewhere new: from where it stood before it sees the same, no new evidence."""
        if self._counted_at is None:
            return True
        moved = self._counted_at.between(odom)
        return math.hypot(moved.x, moved.y) > self._config.gate_xy or abs(moved.theta) > self._config.gate_theta

    def _fit(self, points: FloatArray, guess: Pose, before: float, gain: float) -> Hypothesis:
        pose = self._fitter.refine(points, guess)
        health = self._fitter.health(points, pose)
        return Hypothesis(pose, health, before + gain * health)

    def _keep(self, fitted: list[Hypothesis]) -> None:
        """The hypotheses in order, without those that are far behind or have run into a better one."""
        kept: list[Hypothesis] = []
        for hypothesis in sorted(fitted, key=lambda h: -h.evidence):
            behind = bool(kept) and kept[0].evidence - hypothesis.evidence > self._config.lead
            if not behind and not any(k.is_near(hypothesis.pose, self._config.search) for k in kept):
                kept.append(hypothesis)
        self.hypotheses = tuple(kept)
