"""What Alembic runs: the migrations, on the connection that `chatcore.storage.migrate` gave it."""

from alembic import context

from chatcore.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
