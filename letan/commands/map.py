"""`letan map`: a map, its picture and the trajectory from a recorded log or a live robot."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from letan.commands.options import OutFolder, SeedOption
from letan.commands.tables import wrapped_table
from letan.stopping import Stopped
from logs.trajectory_io import TrajectoryFormat
from robot.types import LetanError

if TYPE_CHECKING:
    from letan.map_results import MapSummary


def map_command(
    out: OutFolder,
    log: Annotated[
        Path | None,
        typer.Argument(help="A CARMEN log, a ROS 1 or ROS 2 bag or an MCAP file, told apart by what is in it."),
    ] = None,
    robot: Annotated[
        str | None,
        typer.Option(metavar="DRIVER", help="Map with a live robot instead: NAME or NAME:ARGUMENT, such as sim."),
    ] = None,
    seed: SeedOption = 1,
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
    watch: Annotated[
        bool | None,
        typer.Option("--watch/--no-watch", help="A window in which the map grows; by default where one can be shown."),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            metavar="NAME|FOLDER",
            help="With --robot, the site with its lidar and dock; sim takes its scenario's, others cua_nam by default.",
        ),
    ] = None,
) -> None:
    """Build a map from a recorded log, or with a live robot until Ctrl-C.

    Ctrl-C ends either early and keeps the map so far.

    Example: letan map intel.log.gz --out maps/intel
    """
    _check(log, robot, site, scan_topic or odom_topic)
    watched = _watched(watch)
    from letan.map_run import MapOptions, map_log, map_robot  # compiled code, which --help does not need
    from logs.bags import Topics

    options = MapOptions(1 if seed is None else seed, particles, tuple(formats or ()), watched, resume)
    if log is not None:
        summary = map_log(log, out, options, Topics(scan_topic, odom_topic))
    else:
        summary = map_robot(robot or "", out, options, site)
    Console().print(_table(str(log or robot), summary, out))
    is_usual = robot is not None and summary.stopped_by == signal.SIGINT  # who drives it says when it has seen enough
    if summary.stopped_by and not is_usual:
        raise Stopped(summary.stopped_by, f"{out}: the map so far")


def _check(log: Path | None, robot: str | None, site: str | None, topic: str | None) -> None:
    """LetanError for options that exclude each other."""
    if (log is None) == (robot is None):
        raise LetanError("name either a log or a robot (--robot NAME) to map")
    if robot is None and site is not None:
        raise LetanError("--site goes with --robot: a log says itself where its lidar was, and has no dock")
    if robot is not None and topic is not None:
        raise LetanError("--scan-topic and --odom-topic are a bag's: a live robot has none")


def _watched(wanted: bool | None) -> bool:
    """Whether to open the window; LetanError where it was asked for and cannot be."""
    display = bool(os.environ.get("DISPLAY"))
    if wanted and not display:
        raise LetanError("--watch needs a display, and DISPLAY is not set")
    return display and sys.stdout.isatty() if wanted is None else wanted


def _table(name: str, summary: MapSummary, out: Path) -> Table:
    table = wrapped_table(title=name if summary.complete else f"{name} (stopped before its end)")
    table.add_row("scans, updates", f"{summary.scans}, {summary.updates}")
    table.add_row("CPU", f"{summary.cpu_seconds:.1f} s, {summary.ms_per_update:.1f} ms an update")
    table.add_row("map", f"{summary.width} x {summary.height} cells of {summary.resolution} m")
    table.add_row("loops", f"{summary.loops_closed} closed; finished in {summary.finish_seconds:.1f} s")
    for words, count in summary.warnings.items():
        table.add_row("warning", f"{count} x {words}")
    table.add_row("files", str(out))
    return table
