"""People from lidar: leg-sized clusters that the map does not explain, assigned to persons who are tracked."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from perception.assignment import assign
from perception.facing import note_coming, note_facing
from perception.feet import Tracks
from perception.groups import Groups
from perception.legs import COLUMNS, FRAGMENT, STOOD, WIDTH, candidates_of, clusters_of, kinds_of
from perception.recent_scans import RecentScans
from perception.tracks import KNOWN, TRACK, mark_things, miss, predict, take
from robot.model import RobotModel
from robot.types import FloatArray, GridMap, Intention, Pose, Scan, Track
from slam.temporary_map import TemporaryMap

MOST_CLUSTERS = 256


@dataclass(frozen=True, slots=True)
class TrackerConfig:
    """Distances in m, times in s, noise in m and m/s^2."""

    reach: float = 7.0  # farther away a leg is too few beams
    map_margin: float = 0.2  # returns nearer to the map's walls are the map's
    gap: float = 0.13  # between neighbouring returns of one cluster
    leg_width: float = 0.24  # wider clusters are two legs in one
    widest: float = 0.5  # and wider ones no person
    pair: float = 0.5  # between the two legs of a person
    gate: float = 0.9  # between prediction and measurement
    acceleration: float = 3.0
    noise: tuple[float, float, float] = (0.1, 0.12, 0.18)  # of two legs, of both in one, of one alone
    confirm: int = 2  # measurements until a track may count
    apart: float = 0.45  # of a leftover leg from a person who has just been seen: nearer it is theirs
    forget_moving: float = 0.8
    shown: float = 0.5  # s that somebody who walks is shown where they should be, unseen
    forget_standing: float = 2.5
    forget_tentative: float = 0.35
    hidden: float = 0.25  # share of the time that counts as missed while something nearer hides the place
    unseen: float = 0.3  # s after which somebody may be where they were not expected
    remembered: float = 60.0  # whoever was lost from sight and stands there again is the same person
    remembered_near: float = 0.6
    walks_back: float = 8.0  # s for which who was lost walking may turn up elsewhere
    walks_back_speed: float = 1.2  # m/s by which the place where they may gets wider
    beside: float = 0.3  # s for which what was seen beside somebody is somebody or something else
    back_within: float = 0.3  # m from where they were, in the mean, and so much more for each s
    back_wider: float = 0.4
    legs_apart: tuple[float, float] = (0.12, 0.34)  # of somebody who stands
    stride: float = 0.45  # in STRIDE_TIME, which no change from one leg of a chair to another makes
    came: int = 2  # measurements in a row where nothing was a moment ago
    came_stride: float = 0.12  # and m from the anchor
    walks_share: float = 0.15  # of measurements that look like somebody, of whoever walks
    walks_far: float = 1.5  # whatever goes as far, and on as fast (m/s), is somebody however it looks
    walks_on: float = 0.4
    runs: float = 1.5  # m/s, straight on: nothing that only seems to move as the robot does is as fast
    runs_far: float = 0.7  # and m, farther than from one leg of a chair to another
    runs_straight: float = 0.85  # share of what it went that it got away from where it began
    stands_after: int = 60  # measurements of legs that never moved until they are somebody's
    stands_share: float = 0.2  # of those that look like somebody
    stands_within: float = 0.3  # m by which legs that stand may seem to move
    thing: float = 19.5  # beams, that ended in a place where something stands that the map does not have
    thing_within: float = 0.15  # m that the legs of what stands there seem to move
    comes_up: float = 0.5  # s for which somebody has walked straight up to the robot
    stays: float = 1.0  # s
    passes: float = 0.4  # m/s


class PeopleTracker:
    """`update` with every new scan; `tracks` are the persons believed to be there."""

    def __init__(self, grid: GridMap, model: RobotModel, config: TrackerConfig | None = None) -> None:
        self.config = config or TrackerConfig()
        self._lidar = model.lidar.mount
        clear = ndimage.distance_transform_edt(grid.cells <= 50) * grid.resolution
        self._clear: FloatArray = np.where(grid.cells >= 0, clear, -1.0)
        self._origin = np.array([grid.origin.x, grid.origin.y])
        self._resolution = grid.resolution
        self._noise = np.array(self.config.noise)
        self._people: Tracks = np.zeros(0, TRACK)
        self._lost: Tracks = np.zeros(0, TRACK)  # seen no more, but perhaps still there
        self._next_id = 1
        self._stamp = -math.inf
        self._scans = RecentScans()
        self._groups = Groups()
        self.tracks: tuple[Track, ...] = ()

    def update(self, scan: Scan, pose: Pose, moved: TemporaryMap | None = None) -> tuple[Track, ...]:
        """The tracks after a scan taken at `pose` (of `base` in `map`).

        What has `moved` since the map was drawn, and stands there now, is nobody who comes by.
        """
        if scan.stamp <= self._stamp:
            return self.tracks
        now = scan.stamp
        dt = min(0.5, now - self._stamp) if math.isfinite(self._stamp) else 0.1
        self._stamp = now
        predict(self._people, dt, self.config.acceleration, now)
        at = pose.compose(self._lidar)
        clusters = self._clusters(scan, at)
        mark_things(clusters, self._people, KNOWN, self.config.thing_within)
        if moved is not None:
            clusters[:, STOOD] += moved.evidence(clusters[:, :2], 2.0 * self.config.map_margin) >= self.config.thing
        step = abs(scan.angle_increment)
        used = self._follow(clusters, step, now)
        self._miss(scan, at, dt, now)
        self._begin(clusters, used, now)
        self._note_arrivals(now)
        self._scans.add(scan, at)
        self._confirm(now)
        self._forget(now)
        note_facing(self._people, now)
        note_coming(self._people, pose.x, pose.y, dt)
        self.tracks = self._shown(at, now)
        return self.tracks

    def detect(self, scan: Scan, pose: Pose) -> FloatArray:
        """Persons in one scan alone: (K, 2) m in `map`."""
        clusters = self._clusters(scan, pose.compose(self._lidar))
        return self._unclaimed(clusters, np.zeros(len(clusters), dtype=np.bool_))[:, :2]

    def _shown(self, at: Pose, now: float) -> tuple[Track, ...]:
        """Persons in sight, but for walkers who have been hidden for a while: only their names are kept."""
        t = self._people
        stood = t["seen"] - t["stood_since"] > 1.0
        near = np.hypot(t["state"][:, 0] - at.x, t["state"][:, 1] - at.y) < self.config.reach + 0.5
        t = t[t["person"] & near & (stood | (now - t["seen"] < self.config.shown))]
        ids = t["id"].tolist()
        self._groups.update(ids, t["state"], now)
        group = self._groups.names.get
        ages, stills = (now - t["born"]).tolist(), (now - t["stood_since"]).tolist()
        facing, coming = t["facing"].tolist(), t["coming"].tolist()
        return tuple(
            Track(
                ids[i],
                x,
                y,
                vx,
                vy,
                age=ages[i],
                still=stills[i],
                facing=None if math.isnan(facing[i]) else facing[i],
                intent=self._intent(math.hypot(vx, vy), coming[i], stills[i]),
                group=group(ids[i], 0),
            )
            for i, (x, y, vx, vy) in enumerate(t["state"].tolist())
        )

    def _intent(self, speed: float, coming: float, still: float) -> Intention:
        """What somebody seems to be about, from their speed (m/s), and for how long they have come up or stood (s)."""
        c = self.config
        if coming >= c.comes_up:
            return "comes up"
        if still >= c.stays:
            return "stays"
        return "passes by" if speed >= c.passes else ""

    def _clusters(self, scan: Scan, at: Pose) -> FloatArray:
        c = self.config
        beams = np.flatnonzero(scan.valid(c.reach))
        points, ranges = scan.points(at, c.reach), scan.ranges[beams]
        near = self._people["state"][self._people["person"], :2]
        kinds = kinds_of(points, self._clear, self._origin, self._resolution, c.map_margin, np.ascontiguousarray(near))
        out = np.empty((MOST_CLUSTERS, COLUMNS))
        count = clusters_of(points, ranges, beams, scan.ranges, abs(scan.angle_increment), kinds, c.gap, c.widest, out)
        return out[:count]

    def _follow(self, clusters: FloatArray, step: float, now: float) -> NDArray[np.bool_]:
        """Assign and correct; which clusters are somebody's."""
        c, people = self.config, self._people
        candidates = candidates_of(clusters, c.leg_width, c.pair)
        chosen = assign(people, candidates, clusters, self._noise, c.gate, now)
        return take(people, candidates, clusters, chosen, self._noise, now, step, c.legs_apart, c.apart)

    def _miss(self, scan: Scan, at: Pose, dt: float, now: float) -> None:
        """Count for how long those who were not seen should have been."""
        place = np.array([at.x, at.y, at.theta])
        miss(self._people, place, scan.ranges, scan.angle_min, scan.angle_increment, dt, self.config.hidden, now)

    def _unclaimed(self, clusters: FloatArray, used: NDArray[np.bool_]) -> FloatArray:
        """Who the clusters that are nobody's yet may be: the closest legs first, then each alone."""
        c = self.config
        candidates = candidates_of(clusters, c.leg_width, c.pair)
        used, found = used.copy(), []
        alone = candidates[:, 2] == candidates[:, 3]
        for candidate in candidates[np.lexsort((candidates[:, 4], alone))]:
            a, b = int(candidate[2]), int(candidate[3])
            if not used[a] and not used[b]:
                used[[a, b]] = True
                found.append(candidate)
        return np.array(found).reshape(-1, 6)

    def _begin(self, clusters: FloatArray, used: NDArray[np.bool_], now: float) -> None:
        """Begin a track on whatever is nobody's; a fragment may be any thing's edge."""
        free = used | (clusters[:, FRAGMENT] > 0.0) & ~self._scans.were_free(clusters[:, :2], now)
        if free.all():
            return
        begun = self._unclaimed(clusters, free)
        fresh = np.zeros(len(begun), TRACK)
        fresh["state"][:, :2] = fresh["birthplace"] = fresh["anchor"][:, :2] = begun[:, :2]
        fresh["covariance"] = self.config.noise[2] ** 2, 0.0, 0.6
        fresh["born"] = fresh["seen"] = fresh["stood_since"] = fresh["anchor"][:, 2] = now
        fresh["hits"] = 1
        fresh["facing"] = math.nan
        fresh["feet_seen"] = -math.inf
        self._people = np.concatenate([self._people, fresh])

    def _note_arrivals(self, now: float) -> None:
        """Count for how many measurements a track has been where nothing was a moment ago."""
        t = self._people
        new = np.flatnonzero(~t["person"] & (t["seen"] == now) & (t["legs"][:, 0, WIDTH] > 0.0))
        if new.size:
            came = self._scans.were_free(np.ascontiguousarray(t["legs"][new, 0, :2]), now)
            t["arrived"][new] = np.where(came, t["arrived"][new] + 1, 0)

    def _confirm(self, now: float) -> None:
        """Who has shown to be somebody: who walks, who was lost from sight, and who has stood on two legs."""
        c, t = self.config, self._people
        looks = t["pairs"] >= c.walks_share
        came = (t["arrived"] >= c.came) & (t["stride"] >= c.came_stride)
        walks = ((t["stride"] >= c.stride) & looks) | came | self._goes_far(t, now) | self._runs(t, now)
        stands = (t["hits"] >= c.stands_after) & (t["pairs"] >= c.stands_share) & (t["walked"] <= c.stands_within)
        gone = np.zeros(len(t), dtype=np.bool_)
        for index in np.flatnonzero(~t["person"] & (t["hits"] >= c.confirm)).tolist():
            if self._is_back(index, gone, now):
                t["person"][index] = True
            elif walks[index] or (stands[index] and self._is_open(t["state"][index])):
                t["person"][index] = True
                t["id"][index] = self._next_id
                self._next_id += 1
        self._people = t[~gone]

    def _goes_far(self, t: Tracks, now: float) -> NDArray[np.bool_]:
        c = self.config
        return np.asarray((t["walked"] >= c.walks_far) & (t["walked"] >= c.walks_on * (now - t["born"])))

    def _runs(self, t: Tracks, now: float) -> NDArray[np.bool_]:
        """Who goes so fast and straight that it is somebody: a child that darts across must be known at once."""
        c = self.config
        away = np.hypot(*(t["state"][:, :2] - t["birthplace"]).T)
        fast = (away >= c.runs * (now - t["born"])) & (away >= c.runs_straight * t["walked"])
        return np.asarray(fast & (away >= c.runs_far))

    def _is_open(self, place: FloatArray) -> bool:
        """Whether somebody could stand at a place (x, y, m): not where a wall is or nothing is known."""
        col, row = np.floor((place[:2] - self._origin) / self._resolution).astype(int).tolist()
        inside = 0 <= row < self._clear.shape[0] and 0 <= col < self._clear.shape[1]
        return bool(inside and self._clear[row, col] > self.config.map_margin)

    def _is_back(self, index: int, gone: NDArray[np.bool_], now: float) -> bool:
        """Whether this track is somebody who was lost from sight: who stood here, or was on the way here.

        Marks them in `gone` where they are still expected elsewhere.
        """
        c, t = self.config, self._people
        expected = np.flatnonzero(t["person"] & ~gone & (now - t["seen"] > c.unseen))
        lost = np.concatenate([self._lost, t[expected]])
        if not lost.size:
            return False
        hidden = np.maximum(0.0, t["born"][index] - lost["seen"])
        places = lost["state"][:, :2], lost["last"]
        away = np.min([np.hypot(*(place - t["birthplace"][index]).T) for place in places], axis=0)
        away[lost["seen"] - t["born"][index] > c.beside] = np.inf
        walks = t["pairs"][index] >= c.walks_share or t["arrived"][index] >= c.came
        wider = c.walks_back_speed * hidden if walks else np.zeros_like(hidden)
        reach = c.remembered_near + np.where(hidden < c.walks_back, wider, 0.0)
        if (away >= reach).all():
            return False
        sigma = c.back_within + c.back_wider * hidden
        nearest = int(np.where(away < reach, (away / sigma) ** 2 + 4.0 * np.log(sigma), np.inf).argmin())
        for name in ("id", "born", "walked"):
            t[name][index] = lost[name][nearest]
        if nearest < self._lost.size:
            self._lost = np.delete(self._lost, nearest)
        else:
            gone[expected[nearest - self._lost.size]] = True
        return True

    def _forget(self, now: float) -> None:
        c, t = self.config, self._people
        patience = np.where(t["seen"] - t["stood_since"] > 1.0, c.forget_standing, c.forget_moving)
        kept = t["missed"] < np.where(t["person"], patience, c.forget_tentative)
        if not kept.all():
            self._lost = np.concatenate([self._lost, t[~kept & t["person"]]])
            self._people = t[kept]
        self._lost = self._lost[now - self._lost["seen"] < c.remembered]
