"""Runs the steps over the connection that `city.database` gives."""

from alembic import context

from city.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
