"""The controller `mppi`: many sequences of speeds, mixed by what they cost (model predictive path integral control)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from navigation.controller import HORIZON, PERIOD, Situation
from navigation.proposals import manoeuvres, spread
from navigation.rollouts import Limits, Weights, drive_all, mix, places_of
from robot.model import RobotModel
from robot.passive import passive_speed
from robot.types import PERSON_RADIUS, Command, FloatArray, Pose

NOISE = (
    1 << 16
)  # numbers that deviations are taken from, in turns: to draw them anew would cost more than to drive them
FULL_TURN = 0.95 * 2.0 * math.pi  # rad of a field of view that leaves nothing unseen behind


@dataclass(frozen=True, slots=True)
class MppiConfig:
    """SI units; what the robot itself can do stands in its model."""

    samples: int = 256
    temperature: float = 0.6
    held: int = 5  # periods that a deviation lasts: white noise would only shake the robot
    sigma_v: float = 0.25  # m/s
    sigma_w: float = 0.6  # rad/s
    arcs: float = 0.25  # share of the samples that hold one random pair of speeds, as arcs of the dynamic window do
    reverse: float = -0.2  # m/s, the fastest backwards, where the lidar sees behind
    turn_time: float = 1.5  # s in which people are believed to change their mind: less and less of their speed counts
    person: float = 0.25  # m, radius that is planned with
    touch: float = 0.05  # m of air to a person that must stay
    wanted: float = 0.35  # m of air to a person that is wanted
    grow: float = 0.04  # m/s by which people's discs grow with time ahead
    wall_air: float = 0.3  # m of air to a wall that is wanted
    obeyed_after: int = 2  # periods on of the mixed sequence that are commanded, so that the limited base follows
    leg: float = 0.06  # m, radius of a leg
    track_margin: float = 0.025  # m that a track may be off
    leg_margin: float = 0.055  # m
    spread: float = 0.2  # m/s by which somebody may walk elsewhere than they walk now
    gentle: float = 0.625  # share of the brakes that passive safety counts on


class Mppi:
    """Keeps the last plan and draws others round it, among manoeuvres and arcs (Williams et al. 2017).

    The last word is passive safety: as fast as it can stand before anybody who walks on may meet it, by tracks and by
    bare legs.
    """

    def __init__(self, model: RobotModel, seed: int = 0, config: MppiConfig | None = None) -> None:
        self.model = model
        self.config = config or MppiConfig()
        self._rng = np.random.default_rng([seed, 5])
        self._steps = round(HORIZON / PERIOD)
        self._noise = self._rng.normal(size=NOISE)
        self._plans = np.zeros((self._steps, 2, self.config.samples))
        self._followed = np.zeros((2, self.config.samples))
        self._ahead = self._expected_times()
        self._mean = np.zeros((self._steps, 2))
        self._limits: Limits | None = None
        sees_behind = model.lidar.field_of_view >= FULL_TURN
        self._reverse = self.config.reverse if sees_behind else 0.0
        self._weights = self._weigh()

    def _weigh(self) -> Weights:
        c, radius = self.config, self.model.radius
        return Weights(
            goal=9.0,
            sooner=1.5,
            heading=1.0,
            touch=14.0,
            room=1.0,
            back=0.25,
            wall=0.6,
            turn_change=0.02,
            speed_change=0.15,
            radius=radius,
            reach=radius + c.person,
            touch_air=c.touch,
            wanted_air=c.wanted,
            wall_air=c.wall_air,
            grow=c.grow,
            soon=1.5,
        )

    def begin(self) -> None:
        """The last goal's plan is no plan for this one."""
        self._mean[:] = 0.0
        self._limits = None

    def rollouts(self, pose: Pose, speeds: tuple[float, float], every: int = 8) -> FloatArray:
        """Where the last plans would lead from here: (N, H, 2) m, for who looks on; none before the first choice."""
        if self._limits is None:
            return np.zeros((0, self._steps, 2))
        at = np.array([pose.x, pose.y, pose.theta])
        return places_of(at, np.array(speeds), self._limits, PERIOD, self._plans, every)

    def choose(self, situation: Situation) -> Command:
        """The mixed sequence's next speeds, no faster than is passively safe."""
        pose = np.array([situation.pose.x, situation.pose.y, situation.pose.theta])
        v, w = self._mixed(situation, pose)
        if abs(v) > 0.01:
            allowed = self._passive(situation, v, w)
            w *= allowed / v if allowed else 1.0  # on the same curve; who stands may turn
            v = allowed
        return Command(v, w)

    def _mixed(self, s: Situation, pose: FloatArray) -> tuple[float, float]:
        """The mean of all sequences, weighed by exp(-cost / temperature); what the base would follow of it."""
        c, model = self.config, self.model
        limits = Limits(
            s.top_speed,
            max(self._reverse, -s.top_speed),
            model.turn_speed,
            model.acceleration,
            model.braking,
            model.turn_acceleration,
        )
        speeds = np.array(s.speeds)
        self._draw(s, pose, speeds, limits)
        self._limits = limits
        px, py = self._predicted(s.people)
        plans, followed = self._plans, self._followed
        fixed = pose, speeds, limits, s.obstacles, s.cost_to_go, px, py, self._weights, PERIOD
        costs = drive_all(*fixed, plans, c.obeyed_after, followed)
        return mix(costs, plans, followed, c.temperature, limits, self._mean)

    def _draw(self, s: Situation, pose: FloatArray, speeds: FloatArray, limits: Limits) -> None:
        """Fill the plans: the last one a period on, manoeuvres, arcs, and deviations from it."""
        c, plans, count = self.config, self._plans, self._plans.shape[2]
        mean = np.vstack((self._mean[1:], self._mean[-1:]))
        plans[:, :, 0] = mean
        first = 1 + manoeuvres(pose, speeds, limits, s.cost_to_go, PERIOD, plans[:, :, 1:])
        arcs = first + int(c.arcs * count)
        plans[:, 0, first:arcs] = self._rng.uniform(0.5 * limits.reverse, limits.top, arcs - first)
        plans[:, 1, first:arcs] = self._rng.uniform(-limits.turn, limits.turn, arcs - first)
        shape = self._steps // c.held + 1, 2, count - arcs
        begins = int(self._rng.integers(self._noise.size - math.prod(shape)))
        knots = self._noise[begins : begins + math.prod(shape)].reshape(shape)
        spread(mean, knots, (c.sigma_v, c.sigma_w), c.held, arcs, plans)

    def _predicted(self, people: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Where everybody ((P, 4) x, y, vx, vy) will be, (H, P) each; a turn or a stop gets likelier with time."""
        ahead = self._ahead
        return people[:, 0] + ahead * people[:, 2], people[:, 1] + ahead * people[:, 3]

    def _expected_times(self) -> FloatArray:
        """For how long (H, 1) s of each time ahead somebody is believed to walk on as now."""
        believed = self.config.turn_time
        ahead = (np.arange(self._steps)[:, None] + 1) * PERIOD
        times: FloatArray = believed * (1.0 - np.exp(-ahead / believed))
        return times

    def _passive(self, s: Situation, v: float, w: float) -> float:
        """The fastest safe share of `v` (m/s); legs count where they are seen, also if their owner's track is not."""
        c, model, pose = self.config, self.model, s.pose
        reach = model.body_radius + PERSON_RADIUS + c.track_margin
        leg = model.body_radius + c.leg + c.leg_margin
        hazards = np.zeros((len(s.people) + len(s.legs), 5))
        hazards[: len(s.people), :4] = s.people
        hazards[: len(s.people), 4] = reach
        hazards[len(s.people) :, :2] = s.legs
        hazards[len(s.people) :, 4] = leg
        cos, sin = math.cos(pose.theta), math.sin(pose.theta)
        into_base = np.array([[cos, -sin], [sin, cos]])
        hazards[:, :2] = (hazards[:, :2] - (pose.x, pose.y)) @ into_base
        hazards[:, 2:4] = hazards[:, 2:4] @ into_base
        return passive_speed(v, w, s.speeds[0], hazards, model.reaction, c.gentle * model.braking, c.spread)
