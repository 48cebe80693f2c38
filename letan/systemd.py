"""What systemd hears of a service (sd_notify(3)): that it is ready, that it lives, that it ends."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(state: str) -> bool:
    """Send a state such as "READY=1"; False where no systemd listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as systemd:
        systemd.connect("\0" + address[1:] if address.startswith("@") else address)
        systemd.sendall(state.encode())
        return True
    return False


def watchdog_period() -> float | None:
    """After how many seconds of silence systemd ends this service; None when it does not watch."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    watched = os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdigit() or (watched and watched != str(os.getpid())):
        return None
    return int(microseconds) / 1e6
