"""`letan install-service`: what systemd needs to start the robot with the machine."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from letan.commands.options import SITE, SiteOption
from letan.files import write_whole
from letan.setup import site_folder
from robot.types import LetanError

SERVICE, SCREEN = "letan.service", "letan-screen.service"
_SERVICE = """\
# The robot at work: started with the machine, started again when it ends, ended when it hangs.
[Unit]
Description=Letan, the reception robot of {name}
Wants=network-online.target {screen}
After=network-online.target sound.target {screen}

[Service]
Type=notify
ExecStart={command}
User={user}
SupplementaryGroups=audio dialout lp video
Restart=always
RestartSec=2
WatchdogSec=20
TimeoutStopSec=40
StateDirectory=letan
CacheDirectory=letan
Environment=DISPLAY=:0 XDG_CACHE_HOME=%C/letan NUMBA_CACHE_DIR=%C/letan/kernels PYTHONUNBUFFERED=1
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict

[Install]
WantedBy=graphical.target
"""
_SCREEN = """\
# The display of the robot: one window, no desktop, no way out of it.
[Unit]
Description=The display of Letan
After=systemd-user-sessions.service
Conflicts=getty@tty1.service display-manager.service

[Service]
User={user}
PAMName=login
TTYPath=/dev/tty1
StandardInput=tty
ExecStart=/usr/bin/xinit /usr/bin/openbox -- :0 vt1 -nolisten tcp -nocursor -s 0 -dpms
Restart=always
RestartSec=2

[Install]
WantedBy=graphical.target
"""


def install_service(
    folder: Annotated[Path, typer.Option("--folder", metavar="FOLDER", help="Where the units go.")] = Path(
        "/etc/systemd/system"
    ),
    site: SiteOption = SITE,
    robot: Annotated[str, typer.Option("--robot", metavar="NAME[:ARGUMENT]", help="Its driver.")] = "sim",
    user: Annotated[str, typer.Option("--user", metavar="NAME", help="Who it runs as; not root.")] = "letan",
) -> None:
    """Write two systemd units: the robot at work, and the display that it shows its screen on.

    The robot is ready when it says so, is ended and started again when its turns, lidar or screen stand still for
    twenty seconds, and keeps its things in /var/lib/letan. What to do next is printed.

    Example: letan install-service --site sites/cua_nam --robot sim --folder out/units
    """
    if user == "root":
        raise LetanError("the robot does not run as root: make a user for it (`sudo adduser --system letan`)")
    place = site_folder(site).resolve()
    program = shutil.which("letan") or f"{sys.executable} -m letan"
    asked = f"run --site {_quoted(str(place))} --robot {_quoted(robot)} --screen full"
    service = _SERVICE.format(name=place.name, screen=SCREEN, command=f"{program} {asked}", user=user)
    for name, text in ((SERVICE, service), (SCREEN, _SCREEN.format(user=user))):
        write_whole(folder / name, text)
        typer.echo(str(folder / name))
    typer.echo(f"Then: sudo systemctl daemon-reload && sudo systemctl enable --now {SERVICE} {SCREEN}")
    typer.echo(f"      journalctl -fu {SERVICE}")


def _quoted(word: str) -> str:
    """For systemd, where % begins a specifier (systemd.service(5))."""
    return shlex.quote(word).replace("%", "%%")
