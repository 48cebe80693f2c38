"""The command `letan`: every subcommand, and one clear message with exit code 2 for bad input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from letan import office_commands, sim_command, trees_command, voice_command
from letan.map_command import map_log
from robot.types import LetanError

app = typer.Typer(
    help="Letan, the reception robot: simulate it, map with it, ask it, and run the office behind it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Try first: letan sim run morning",
)
app.add_typer(sim_command.app, name="sim")
app.add_typer(trees_command.app, name="trees")
app.add_typer(office_commands.ratings_app, name="ratings")
app.add_typer(office_commands.queue_app, name="queue")
app.add_typer(voice_command.voice_app, name="voice")
app.command("doctor")(voice_command.doctor)
app.command("ask")(office_commands.ask)


@app.command("map")
def map_command(
    log: Annotated[Path, typer.Argument(help="A CARMEN log, gzipped or plain.")],
    out: Annotated[Path, typer.Option(help="Where the map goes.")],
    seed: Annotated[int, typer.Option(help="Seed of the particles.", min=0)] = 1,
    particles: Annotated[int | None, typer.Option(help="How many particles at most.")] = None,
) -> None:
    """Build a map from a recorded log.

    Example: letan map intel.log.gz --out maps/intel
    """
    summary = map_log(log, out, seed, particles)
    table = Table(title=str(log), show_header=False)
    table.add_row("scans, updates", f"{summary.scans}, {summary.updates}")
    table.add_row("CPU", f"{summary.cpu_seconds:.1f} s, {summary.ms_per_update:.1f} ms an update")
    table.add_row("map", f"{summary.width} x {summary.height} cells of {summary.resolution} m")
    for words, count in summary.warnings.items():
        table.add_row("warning", f"{count} x {words}")
    table.add_row("files", str(out))
    Console().print(table)


def main() -> None:
    """The entry point: a LetanError is bad input, told in its own words."""
    try:
        app()
    except LetanError as error:
        sys.stderr.write(f"letan: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("letan: stopped\n")
        sys.exit(130)
