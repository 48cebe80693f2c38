"""The command `letan`: every subcommand, and one clear message with exit code 2 for bad input."""

from __future__ import annotations

import sys

import typer

from letan.commands import map as map_command
from letan.commands import office as office_commands
from letan.commands import sim as sim_command
from letan.commands import trees_run as trees_run_command
from letan.commands import voice as voice_command
from robot.types import LetanError

app = typer.Typer(
    help="Letan, the reception robot: simulate it, map with it, ask it, and run the office behind it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Try first: letan sim run morning",
)
app.add_typer(sim_command.app, name="sim")
app.add_typer(trees_run_command.app, name="trees")
app.add_typer(office_commands.ratings_app, name="ratings")
app.add_typer(office_commands.queue_app, name="queue")
app.add_typer(voice_command.voice_app, name="voice")
app.command("doctor")(voice_command.doctor)
app.command("ask")(office_commands.ask)
app.command("map")(map_command.map_command)


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
