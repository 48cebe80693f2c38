"""Serves the console of one office on one port until a signal ends it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from console.live import Live
from robot.types import LetanError


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a certificate with its chain and of its key, both PEM."""

    certificate: Path
    key: Path

    def check(self) -> None:
        """LetanError where they can't be used, before anything is served."""
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise LetanError(f"TLS with {self.certificate} and {self.key} is not possible: {error}") from error


class ConsoleServer(uvicorn.Server):
    """Ends its streams at the first signal, since uvicorn waits for every answer under way."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by uvicorn in the loop's thread."""
        self._live.close()
        super().handle_exit(sig, frame)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens; LetanError when that can't be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise LetanError(f"{host}:{port} can't be served: {error.strerror or error}") from error
    return listening


def serve(
    app: FastAPI,
    live: Live,
    listening: socket.socket,
    ready: Callable[[], None],
    tls: Tls | None = None,
    beside: Coroutine[Any, Any, None] | None = None,
) -> None:
    """Until a signal, which uvicorn raises again when all is closed; `beside` runs in the same loop meanwhile."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5,
        timeout_keep_alive=20, lifespan="off", proxy_headers=False,
        ssl_certfile=tls.certificate if tls else None, ssl_keyfile=tls.key if tls else None,
    )  # fmt: skip
    server = ConsoleServer(config, live)
    ready()
    asyncio.run(_both(server.serve(sockets=[listening]), beside))


async def _both(serving: Coroutine[Any, Any, None], beside: Coroutine[Any, Any, None] | None) -> None:
    task = asyncio.create_task(beside) if beside else None
    try:
        await serving
    finally:
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
