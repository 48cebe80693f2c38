"""The tables of the city's database; `migrations/` makes them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB, TIMESTAMP

metadata = MetaData()

offices = Table(  # how far each office's events have come: its last one here, with its place in the office's chain
    "offices",
    metadata,
    Column("office", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("label", JSON, nullable=False),  # not JSONB: doors and levels keep their order
    Column("heard", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

events = Table(  # as the office stored them; `stamp` is the office's own local time
    "events",
    metadata,
    Column("office", Text, ForeignKey("offices.office"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("stamp", TIMESTAMP(precision=3), nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("visit", BigInteger),
    Column("ticket", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("hash", Text, nullable=False),
    Index("events_by_day", "office", "day"),
    Index("losses", "office", "seq", postgresql_where="kind = 'lost'"),
)

days = Table(  # each office's days: the last event of each, and its summary as it was made at event `summed`
    "days",
    metadata,
    Column("office", Text, ForeignKey("offices.office"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("summed", BigInteger, nullable=False, server_default="0"),
    Column("form", SmallInteger, nullable=False, server_default="0"),
    Column("summary", Text, nullable=False, server_default=""),
    Index("days_by_day", "day"),
)
