r"""Where Alembic's commands find the tables and the database.

The server passes the connection on which it migrates; developers, on the command line, pass a URL:

    alembic -c chatcore/storage/migrations/alembic.ini -x url=sqlite:////tmp/desk.db upgrade head
    alembic -c chatcore/storage/migrations/alembic.ini -x url=sqlite:////tmp/desk.db revision --autogenerate \
        --rev-id 0002 -m "notes on visitors"
"""

from alembic import context

from chatcore.storage.engine import open_for_writing
from chatcore.storage.schema import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    with open_for_writing(context.get_x_argument(as_dictionary=True)["url"]).begin() as opened:
        context.configure(connection=opened, target_metadata=metadata)
        context.run_migrations()
else:
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()
