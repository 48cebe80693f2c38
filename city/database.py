"""Opens the city's PostgreSQL database, and brings its tables up to date step by step (Alembic)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from robot.types import LetanError

logging.getLogger("psycopg").setLevel(logging.ERROR)  # that a lost connection can't be closed in order says CityAway
DRIVER = "postgresql+psycopg"
PATIENCE = {  # a server that is cut off is noticed, however the network was lost
    "connect_timeout": 10,  # s
    "tcp_user_timeout": 20_000,  # ms until what was sent must have been received
    "keepalives_idle": 30,  # s
    "options": "-c statement_timeout=60000 -c lock_timeout=20000 -c timezone=UTC",  # ms
}


class CityAway(LetanError):
    """The database does not answer (any more); what was not acknowledged is to be sent again."""


def open_city(url: str) -> Engine:
    """The engine of an address such as postgresql://user@host/city; nothing is connected yet."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise LetanError(f"`{url}` is no address of a database: write postgresql://user@host/city") from error
    if parsed.get_backend_name() != "postgresql":
        raise LetanError(f"the city's database is PostgreSQL: write postgresql://user@host/city, not `{url}`")
    return create_engine(parsed.set(drivername=DRIVER), connect_args=PATIENCE, pool_pre_ping=True)


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Whatever goes wrong with the database is CityAway or another LetanError, in words, without its password."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except OperationalError as error:
        engine.dispose()
        raise CityAway(f"the city's database at {where} does not answer: {_first_line(error)}") from error
    except SQLAlchemyError as error:
        engine.dispose()
        raise LetanError(f"the city's database at {where} refuses: {_first_line(error)}") from error


def initialise(engine: Engine) -> str:
    """Bring the tables up to date; the step that they are at then. Nothing changes where they are already."""
    config = _config()
    with told(engine), engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return _newest(config)


def check(engine: Engine) -> None:
    """LetanError unless the tables are those of this version."""
    with told(engine), engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = _newest(_config())
    if found != wanted:
        there = f"its tables are at step {found}, not {wanted}" if found else "it has no tables yet"
        raise LetanError(f"the city's database is not ready: {there}; run `letan city init`")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _newest(config: Config) -> str:
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
