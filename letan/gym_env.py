"""An environment of gymnasium: drive the simulated robot through a hall of people with one's own policy.

Example: `env = GoalEnv("walkers", people=10); observation, info = env.reset(seed=1)`. Needs the extra `gym`.
"""

from __future__ import annotations

import math
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict
from numpy.typing import NDArray

from letan.episodes.casts import KINDS
from letan.episodes.episode import LONGEST, NEAR_GOAL, Episode, EpisodeConfig
from letan.setup import Setup, open_setup
from navigation.straight import Straight
from robot.types import Command, LetanError, Localization, Observation
from text.yaml12 import nearest

TURNS = 2  # of 0.05 s a step
REACH = 10.0  # m up to which the scan tells anything
ARRIVED, TOUCHED = 10.0, -10.0  # rewards; getting nearer is worth a point a metre
Seen = dict[str, Any]  # as the observation space says


class GoalEnv(gymnasium.Env[Seen, NDArray[np.float32]]):
    """An action is the speed and the turn rate as shares (-1 to 1) of the robot's own greatest ones, for 0.1 s.

    What is seen: `scan` (N,), ranges as shares of 10 m; `goal`, the metres to it and its bearing (rad); `speeds`, m/s
    and rad/s. It ends with the arrival, with a contact that the robot caused, or (truncated) after 120 s; `info` then
    holds the `result` of the episode. With `safety` the robot's own safety layer has the last word, as on the robot;
    contacts are then the exception. LetanError for a kind of hall that there is not.
    """

    metadata = {"render_modes": []}

    def __init__(
        self, kind: str = "walkers", people: int | None = None, site: str | Setup = "cua_nam", *, safety: bool = False
    ) -> None:
        if kind not in KINDS:
            raise LetanError(f"there is no kind `{kind}` of episodes{nearest(kind, KINDS)}")
        self._setup = open_setup(site) if isinstance(site, str) else site
        self._config = EpisodeConfig(kind, KINDS[kind].people if people is None else people, Straight)
        self._safety = safety
        self._model = self._setup.site.robot
        lidar, far = self._model.lidar, 2.0 * max(self._setup.site.floor.size)
        speeds = np.array([self._model.max_speed, self._model.turn_speed], np.float32)
        self.action_space = Box(-1.0, 1.0, (2,), np.float32)
        self.observation_space = Dict(
            {
                "scan": Box(0.0, 1.0, (lidar.beams,), np.float32),
                "goal": Box(np.array([0.0, -math.pi], np.float32), np.array([far, math.pi], np.float32)),
                "speeds": Box(-2.0 * speeds, 2.0 * speeds),
            }
        )
        self._scan = np.ones(lidar.beams, np.float32)
        self._left = 0.0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Seen, dict[str, Any]]:
        """A new hall; the same seed brings the same one."""
        super().reset(seed=seed)
        self.episode = Episode(self._setup, self._config, int(self.np_random.integers(2**31)))
        self._scan = np.ones(self._model.lidar.beams, np.float32)
        self.episode.step(self._stand)
        self._left = self._distance()
        return self._seen(), {}

    def step(self, action: NDArray[np.float32]) -> tuple[Seen, float, bool, bool, dict[str, Any]]:
        """A tenth of a second."""
        share = np.clip(np.asarray(action, np.float64), -1.0, 1.0)
        wanted = Command(float(share[0]) * self._model.max_speed, float(share[1]) * self._model.turn_speed)
        for _ in range(TURNS):
            self.episode.step(lambda observation: self._commanded(observation, wanted))
        before = self._left
        self._left = self._distance()
        touched = any(contact.by == "robot" or contact.kind != "person" for contact in self.episode.watching.contacts)
        arrived = self._left < NEAR_GOAL
        reward = before - self._left + (TOUCHED if touched else ARRIVED if arrived else 0.0)
        late = self.episode.world.time >= LONGEST
        over = touched or arrived
        info = {"result": self.episode.result()} if over or late else {}
        return self._seen(), reward, over, late and not over, info

    def _stand(self, observation: Observation) -> Command:
        return self._commanded(observation, Command())

    def _commanded(self, observation: Observation, wanted: Command) -> Command:
        if observation.scan is not None:
            shares = np.where(observation.scan.valid(REACH), observation.scan.ranges / REACH, 1.0)
            self._scan = shares.astype(np.float32)
        if not self._safety:
            return wanted
        where = Localization(observation.stamp, self.episode.world.robot.pose)
        limited = self.episode.safety.limit(wanted, observation, where, (), False)
        self.episode.confirm(observation)
        return limited

    def _distance(self) -> float:
        return self.episode.world.robot.pose.distance(self.episode.goal.pose)

    def _seen(self) -> Seen:
        body, goal = self.episode.world.robot, self.episode.goal.pose
        local = body.pose.between(goal)
        return {
            "scan": self._scan,
            "goal": np.array([math.hypot(local.x, local.y), math.atan2(local.y, local.x)], np.float32),
            "speeds": np.array([body.linear, body.angular], np.float32),
        }
