"""A mapping run, from a recorded log or a live robot, under a progress bar and, if wanted, a window."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from centre.site import load_site
from letan.drivers import open_robot, site_of
from letan.map_loop import OnObservation, build, drive
from letan.map_results import MapSummary, write_results
from letan.map_window import MapWatch
from letan.run_folder import check_folder
from letan.setup import site_folder
from logs.bags import Topics
from logs.open_log import open_log
from logs.trajectory_io import TrajectoryFormat
from robot.gate import ObservationGate
from robot.ports import SelfDriving
from robot.types import LetanError, Observation
from slam.map_builder import MapBuilder
from slam.map_state import MapState, compile_kernels
from slam.rbpf import MapperConfig

SITE = "cua_nam"  # of a robot whose driver does not know where it is


@dataclass(frozen=True, slots=True)
class MapOptions:
    """What may be chosen about a mapping run; `particles` None for as many as it takes; `resume` a state file."""

    seed: int = 1
    particles: int | None = None
    formats: tuple[TrajectoryFormat, ...] = ()
    watch: bool = False
    resume: Path | None = None

    @property
    def config(self) -> MapperConfig:
        """The mapper's figures; LetanError for a number of particles that makes no sense."""
        if self.particles is None:
            return MapperConfig()
        if not 1 <= self.particles <= 1000:
            raise LetanError(f"--particles is {self.particles}; it must be 1 to 1000")
        return MapperConfig.fixed(self.particles)

    @property
    def map_state(self) -> MapState | None:
        """The map to go on with."""
        return None if self.resume is None else MapState.load(self.resume)


def map_log(log: Path, out: Path, options: MapOptions | None = None, topics: Topics | None = None) -> MapSummary:
    """Build a map from `log` and write map.pgm, map.yaml, map.png, trajectory.txt and summary.json into `out`.

    LetanError for a log that cannot be used or a folder that cannot be written or is somebody else's.
    """
    options = options or MapOptions()
    check_folder(out)
    config, source = options.config, open_log(log, topics)
    builder = MapBuilder(
        seed=options.seed,
        config=config,
        lidar=source.lidar(),
        scans_alone=not source.has_odometry,
        map_state=options.map_state,
    )
    stopped_by, seconds = _build(source, builder, str(log), lambda: source.progress, options.watch)
    if not builder.mapper.updates or builder.is_waiting:
        raise LetanError(f"{log}: none of its scans could be used")
    return write_results(builder.mapper, out, seconds, source.warnings, stopped_by, options.formats, source)


def map_robot(name: str, out: Path, options: MapOptions | None = None, site: str | None = None) -> MapSummary:
    """Build a map while the robot of the driver `name` goes round, from its dock, and write it like that of a log.

    Its `site`, by name or folder, says where its lidar and dock are. LetanError for a driver that is not there, a robot
    that gives no scans, or one that knows to be in another site.
    """
    options = options or MapOptions()
    check_folder(out)
    if TrajectoryFormat.CARMEN in options.formats:
        raise LetanError("--format carmen needs the scans once more, and a live robot's are not kept; map a log")
    place, config = load_site(_site_of(name, site)), options.config
    builder = MapBuilder(place.floor.dock, options.seed, config, place.robot.lidar.mount, map_state=options.map_state)
    with ExitStack() as stack:
        robot = open_robot(name, place)
        stack.callback(robot.close)
        guided = robot if isinstance(robot, SelfDriving) else None
        stopped_by, seconds = _build(
            drive(robot, ObservationGate(place.robot)),
            builder,
            name,
            lambda: guided.progress if guided else None,
            options.watch,
            [guided.steer] if guided else [],
        )
    if not builder.mapper.updates or builder.is_waiting:
        raise LetanError(f"{name}: the robot gave no scan that could be used")
    return write_results(builder.mapper, out, seconds, builder.mapper.warnings, stopped_by, options.formats)


def _site_of(driver: str, given: str | None) -> Path:
    """The folder of the robot's site: the one that its driver knows, else the one that was given."""
    known = site_of(driver)
    if known is None:
        return site_folder(given or SITE)
    if given is not None and site_folder(given).resolve() != site_folder(known).resolve():
        raise LetanError(f"--site is {given}, but the robot {driver} is in the site {known}: leave --site out")
    return site_folder(known)


def _build(
    observations: Iterable[Observation | None],
    builder: MapBuilder,
    name: str,
    progress: Callable[[], float | None],
    watch: bool,
    lookers: Iterable[OnObservation] = (),
) -> tuple[int, float]:
    """Run the loop under a progress bar, with a window to `watch`; what stopped it (0: its end), and CPU seconds."""
    compile_kernels()
    began = time.process_time()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with ExitStack() as stack:
        bar = stack.enter_context(Progress(*columns, TextColumn("{task.fields[updates]} updates")))
        short = Path(name).name
        task = bar.add_task(f"mapping {short}", total=None if progress() is None else 1.0, updates=0)
        looking = [*lookers, lambda *_: bar.update(task, completed=progress(), updates=builder.mapper.updates)]
        if watch:
            window = MapWatch(builder, f"Letan: mapping {short}")
            stack.callback(window.close)
            looking.append(window.look)
        stopped_by = build(observations, builder, name, looking)
        if not stopped_by:
            bar.update(task, total=1.0, completed=1.0)
    return stopped_by, time.process_time() - began
