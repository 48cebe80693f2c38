"""What a mapping run comes to: the refined trajectory and its map, kept in a file from which mapping goes on."""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from robot.types import FloatArray, GridMap, LetanError, Pose, Scan
from slam.global_search import SearchConfig, build_search, search
from slam.likelihood import build_field
from slam.particle_maps import ParticleMaps
from slam.pose_graph import Edges
from slam.rbpf import Mapper, MapperConfig
from slam.refining import RefineConfig, refine
from slam.submaps import ScanView
from slam.tiles import TilePool
from slam.trajectory import History

FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class MapState:
    """A mapped place: `poses` (K, 3) of the updates in `history`, the map, and the closed loops as `edges`."""

    history: History
    poses: FloatArray
    maps: ParticleMaps
    edges: Edges
    loops: int
    view: ScanView

    @property
    def path(self) -> list[Pose]:
        """The pose of each update."""
        return [Pose(x, y, theta) for x, y, theta in self.poses.tolist()]

    @property
    def trajectory(self) -> list[tuple[float, Pose]]:
        """Stamp (s) and pose of `base` in `map` of every scan, in the order of their arrival."""
        return self.history.trajectory(self.path)

    def grid(self) -> GridMap:
        """The map."""
        return self.maps.grid(0)

    def save(self, path: Path) -> None:
        """Write trajectory, scans, graph and tiles into one npz file. OSError when it cannot be written."""
        history, pool = self.history, self.maps.pool.tiles
        used, table = np.unique(self.maps.tables[0], return_inverse=True)
        arrays: dict[str, Any] = {
            "format": FORMAT,
            "view": np.array([*_row(self.view.lidar), self.view.resolution, self.view.free_reach]),
            "poses": self.poses,
            "odometry": np.array([_row(pose) for pose in history.odometry]),
            "points": np.concatenate(history.points),
            "point_counts": np.array([len(points) for points in history.points]),
            "scan_stamps": np.array([stamp for stamp, _, _ in history.scans]),
            "scan_odometry": np.array([_row(pose) for _, pose, _ in history.scans]),
            "scan_updates": np.array([updates for _, _, updates in history.scans]),
            "loops": self.loops,
            **{f"edge_{name}": getattr(self.edges, name) for name in Edges.__slots__},
            "origin": self.maps.origin,
            "table": table.reshape(self.maps.tables[0].shape).astype(np.int32) + (used[0] != 0),
            "evidence": pool.evidence[used[used != 0]],
            "distance": pool.distance[used[used != 0]],
        }
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> MapState:
        """Read what `save` wrote. LetanError when it cannot be read or holds something else."""
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            if int(arrays["format"]) != FORMAT:
                raise LetanError(f"{path}: is of format {int(arrays['format'])}; this version reads {FORMAT}")
            return cls._from(arrays)
        except OSError as error:
            raise LetanError(f"{path}: cannot be read: {error.strerror or error}") from error
        except (KeyError, ValueError, EOFError, IndexError, TypeError, zipfile.BadZipFile) as error:
            raise LetanError(f"{path}: is no state file of a mapping run, or a damaged one") from error

    @classmethod
    def _from(cls, arrays: dict[str, Any]) -> MapState:
        lidar_x, lidar_y, lidar_theta, resolution, free_reach = arrays["view"].tolist()
        view = ScanView(Pose(lidar_x, lidar_y, lidar_theta), resolution, free_reach)
        bounds = np.cumsum(arrays["point_counts"])[:-1]
        history = History(
            poses=list(arrays["poses"][:, None, :]),
            parents=[np.zeros(1, np.int64)] * len(arrays["poses"]),
            odometry=[Pose(*row) for row in arrays["odometry"].tolist()],
            points=np.split(arrays["points"], bounds),
            scans=[
                (stamp, Pose(*row), updates)
                for stamp, row, updates in zip(
                    arrays["scan_stamps"].tolist(),
                    arrays["scan_odometry"].tolist(),
                    arrays["scan_updates"].tolist(),
                    strict=True,
                )
            ],
        )
        edges = Edges(*(arrays[f"edge_{name}"] for name in Edges.__slots__))
        maps = ParticleMaps(1, resolution, Pose(0.0, 0.0, 0.0))
        maps.origin, maps.tables = arrays["origin"], arrays["table"][None]
        maps.pool = TilePool.of(arrays["evidence"], arrays["distance"])
        count = np.bincount(maps.tables.ravel(), minlength=len(maps.pool.tiles.counts))
        if len(count) > len(maps.pool.tiles.counts) or np.any(count[1:] != maps.pool.tiles.counts[1:]):
            raise ValueError("its tiles and its table do not belong together")
        return cls(history, arrays["poses"], maps, edges, int(arrays["loops"]), view)


def _row(pose: Pose) -> tuple[float, float, float]:
    return pose.x, pose.y, pose.theta


def finish(mapper: Mapper, config: RefineConfig | None = None) -> MapState:
    """Refine what a mapper has found: its heaviest particle's trajectory, with the loops closed and the map drawn anew.

    The mapper is left as it is. LetanError when it has mapped no scan yet.
    """
    if not mapper.updates:
        raise LetanError("no scan was mapped, so there is no map to finish")
    path = mapper.history.path_of(mapper.best)
    poses = np.array([_row(pose) for pose in path])
    view = ScanView(mapper.lidar, mapper.config.resolution, mapper.config.free_reach)
    refined = refine(poses, mapper.history.points, view, config)
    return MapState(mapper.history, refined.poses, refined.maps, refined.edges, refined.loops, view)


def compile_kernels() -> None:
    """Map, finish and search a tiny room, so that a measured run does not count numba's compilation."""
    mapper = Mapper(MapperConfig(particles=2))
    for k in range(3):
        scan = Scan(float(k), np.linspace(1.0, 2.0, 90), 0.0, math.radians(2))
        mapper.update(Pose(0.1 * k, 0.0, 0.0), scan)
    mapper.weights = np.array([1.0, 0.0])
    mapper.resample()
    map_state = finish(mapper)
    points = map_state.history.points[0].astype(np.float64)
    search(build_search(build_field(map_state.grid(), 0.1, 0.1), SearchConfig()), points, SearchConfig(nodes_max=100))
