"""The first step: offices, their events, and the summaries of their days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON, JSONB, TIMESTAMP

revision = "s0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "offices",
        sa.Column("office", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("label", JSON, nullable=False),
        sa.Column("heard", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "events",
        sa.Column("office", sa.Text, sa.ForeignKey("offices.office"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("stamp", TIMESTAMP(precision=3), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("visit", sa.BigInteger),
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("events_by_day", "events", ["office", "day"])
    op.create_index("losses", "events", ["office", "seq"], postgresql_where=sa.text("kind = 'lost'"))
    op.create_table(
        "days",
        sa.Column("office", sa.Text, sa.ForeignKey("offices.office"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("summed", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("form", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("summary", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("days_by_day", "days", ["day"])


def downgrade() -> None:
    """Take them away, with all that is in them."""
    for table in ("days", "events", "offices"):
        op.drop_table(table)
