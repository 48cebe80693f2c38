"""`letan map`: a map, its picture and the trajectory from a recorded log or a live robot, with a progress bar."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from centre.site import load_site
from letan.commands.office import SITE, SiteOption
from letan.drivers import open_robot
from letan.map_loop import OnObservation, build, drive
from letan.map_results import MapSummary, TrajectoryFormat, write_results
from letan.map_window import MapWatch
from logs.bags import Topics
from logs.open_log import open_log
from robot.ports import SelfDriving
from robot.types import LetanError, Observation
from slam.map_builder import MapBuilder
from slam.map_state import MapState, compile_kernels
from slam.rbpf import MapperConfig

STOPPED = 130  # the exit code of what Ctrl-C cut short
WatchOption = Annotated[
    bool | None,
    typer.Option(
        "--watch/--no-watch", help="A window in which the map grows; if not given, wherever one can be shown."
    ),
]


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

    LetanError for a log that cannot be used or a folder that cannot be written.
    """
    options = options or MapOptions()
    config, source = options.config, open_log(log, topics)
    builder = MapBuilder(
        seed=options.seed,
        config=config,
        lidar=source.lidar(),
        scans_alone=not source.has_odometry,
        map_state=options.map_state,
    )
    try:
        complete, seconds = _build(source, builder, log.name, lambda: source.progress, options.watch)
    except LetanError as error:
        raise error if str(log) in str(error) else LetanError(f"{log}: {error}") from None
    if not builder.mapper.updates or builder.is_waiting:
        raise LetanError(f"{log}: none of its scans could be used")
    return write_results(builder.mapper, out, seconds, source.warnings, complete, options.formats, source)


def map_robot(name: str, out: Path, options: MapOptions | None = None, site_folder: Path = SITE) -> MapSummary:
    """Build a map while the robot of the driver `name` goes round, from its dock, and write it like that of a log.

    LetanError for a driver that is not there or a robot that gives no scans.
    """
    options = options or MapOptions()
    if TrajectoryFormat.CARMEN in options.formats:
        raise LetanError("--format carmen needs the scans once more, and a live robot's are not kept; map a log")
    site, config = load_site(site_folder), options.config
    builder = MapBuilder(site.floor.dock, options.seed, config, site.robot.lidar.mount, map_state=options.map_state)
    with ExitStack() as stack:
        robot = open_robot(name, site)
        stack.callback(robot.close)
        guided = robot if isinstance(robot, SelfDriving) else None
        complete, seconds = _build(
            drive(robot),
            builder,
            name,
            lambda: guided.progress if guided else None,
            options.watch,
            [guided.steer] if guided else [],
        )
    if not builder.mapper.updates or builder.is_waiting:
        raise LetanError(f"{name}: the robot gave no scan that could be used")
    return write_results(builder.mapper, out, seconds, builder.mapper.warnings, complete, options.formats)


def _build(
    observations: Iterable[Observation],
    builder: MapBuilder,
    name: str,
    progress: Callable[[], float | None],
    watch: bool,
    lookers: Iterable[OnObservation] = (),
) -> tuple[bool, float]:
    """Run the loop under a progress bar, with a window to `watch`; whether it came to its end, and CPU seconds."""
    compile_kernels()
    began = time.process_time()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with ExitStack() as stack:
        bar = stack.enter_context(Progress(*columns, TextColumn("{task.fields[updates]} updates")))
        task = bar.add_task(f"mapping {name}", total=None if progress() is None else 1.0, updates=0)
        looking = [*lookers, lambda *_: bar.update(task, completed=progress(), updates=builder.mapper.updates)]
        if watch:
            window = MapWatch(builder, f"Letan: mapping {name}")
            stack.callback(window.close)
            looking.append(window.look)
        complete = build(observations, builder, looking)
        if complete:
            bar.update(task, total=1.0, completed=1.0)
    return complete, time.process_time() - began


def map_command(
    out: Annotated[Path, typer.Option(help="Where the map goes.")],
    log: Annotated[
        Path | None,
        typer.Argument(help="A CARMEN log, a ROS 1 or ROS 2 bag or an MCAP file, told apart by what is in it."),
    ] = None,
    robot: Annotated[
        str | None, typer.Option(help="Map with a live robot instead: NAME or NAME:ARGUMENT of a driver, such as sim.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the particles.", min=0)] = 1,
    particles: Annotated[
        int | None, typer.Option(help="A fixed number of particles; otherwise as many as it takes.")
    ] = None,
    formats: Annotated[
        list[TrajectoryFormat] | None,
        typer.Option("--format", help="Write the trajectory in this form too; may be given more than once."),
    ] = None,
    scan_topic: Annotated[str | None, typer.Option(help="A bag's topic of scans, if it has several.")] = None,
    odom_topic: Annotated[str | None, typer.Option(help="A bag's topic of odometry (or tf).")] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the map of this state.npz; the drive begins somewhere in it.")
    ] = None,
    watch: WatchOption = None,
    site: SiteOption = SITE,
) -> None:
    """Build a map from a recorded log, or with a live robot until Ctrl-C (--site says where its lidar and dock are).

    Ctrl-C ends either early and keeps the map so far.

    Example: letan map intel.log.gz --out maps/intel
    """
    options = MapOptions(seed, particles, tuple(formats or ()), _watched(watch), resume)
    if log is not None and robot is None:
        summary = map_log(log, out, options, Topics(scan_topic, odom_topic))
    elif robot is not None and log is None:
        summary = map_robot(robot, out, options, site)
    else:
        raise LetanError("name either a log or a robot (--robot NAME) to map")
    _show(str(log or robot), summary, out)
    if log is not None and not summary.complete:
        raise typer.Exit(STOPPED)


def _watched(wanted: bool | None) -> bool:
    """Whether to open the window; LetanError where it was asked for and cannot be."""
    display = bool(os.environ.get("DISPLAY"))
    if wanted and not display:
        raise LetanError("--watch needs a display, and DISPLAY is not set")
    return display and sys.stdout.isatty() if wanted is None else wanted


def _show(name: str, summary: MapSummary, out: Path) -> None:
    table = Table(title=name if summary.complete else f"{name} (stopped before its end)", show_header=False)
    table.add_row("scans, updates", f"{summary.scans}, {summary.updates}")
    table.add_row("CPU", f"{summary.cpu_seconds:.1f} s, {summary.ms_per_update:.1f} ms an update")
    table.add_row("map", f"{summary.width} x {summary.height} cells of {summary.resolution} m")
    table.add_row("loops", f"{summary.loops_closed} closed; finished in {summary.finish_seconds:.1f} s")
    for words, count in summary.warnings.items():
        table.add_row("warning", f"{count} x {words}")
    table.add_row("files", str(out))
    Console().print(table)
