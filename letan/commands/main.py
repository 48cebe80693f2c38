"""The command `letan`: the group of groups, and what every command does at its end.

Bad input is one clear message and exit code 2, never a traceback.
"""

from __future__ import annotations

import errno
import importlib.metadata
import os
import sys
from contextlib import suppress
from typing import Annotated

import typer

from letan.commands import ask, city, doctor, install, office, queue, ratings, run, sim, site, trees, voice
from letan.commands import map as map_group
from letan.kernel_cache import kernels_cached
from letan.stopping import Stopped, breaking_off
from robot.types import LetanError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
NOT_THERE = (errno.ENAMETOOLONG, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ELOOP, errno.EISDIR)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"letan {importlib.metadata.version('letan')}")
        raise typer.Exit


@app.callback()
def letan(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and end.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Letan, the reception robot: simulate it, map with it, ask it, and run the office behind it.

    Exit codes: 0 done; 1 ran, but what was checked does not hold; 2 bad input or usage; 130 and 143 stopped.

    Example: letan sim run morning
    """


app.add_typer(sim.app, name="sim")
app.add_typer(trees.app, name="trees")
app.add_typer(site.app, name="site")
app.add_typer(ratings.app, name="ratings")
app.add_typer(office.app, name="office")
app.add_typer(city.app, name="city")
app.add_typer(queue.app, name="queue")
app.add_typer(voice.app, name="voice")
app.command("run")(run.run)
app.command("install-service")(install.install_service)
app.command("doctor")(doctor.doctor)
app.command("ask")(ask.ask)
app.command("map")(map_group.map_command)


def main() -> None:
    """The entry point: runs the command and ends the process with its exit code."""
    with breaking_off(), kernels_cached(_tell):
        sys.exit(_run())


def _run() -> int:
    """The exit code of the command, once all that it printed has gone out."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except LetanError as error:
        _tell(str(error))
        return 2
    except Stopped as stopped:
        _tell(f"stopped; {stopped.done}" if stopped.done else "stopped")
        return stopped.exit_code
    except OSError as error:
        return _cannot_write(error)
    return 0


def _cannot_write(error: OSError) -> int:
    """The exit code when there is no room, no such place or nobody who reads; any other error is a bug, and raised."""
    if error.errno != errno.EPIPE and error.errno not in NO_ROOM:
        if error.errno not in NOT_THERE:
            raise error
        _tell(f"{str(error.filename)[:200]}: {error.strerror}")
        return 2
    with suppress(OSError):  # what is left in the buffer must not fail once more when the process ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return 1
    _tell(f"{error.filename or 'the output'}: cannot be written: {error.strerror}")
    return 2


def _tell(words: str) -> None:
    with suppress(OSError):  # standard error may be as full as the rest
        sys.stderr.write(f"letan: {words}\n")
        sys.stderr.flush()
