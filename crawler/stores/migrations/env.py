"""How Alembic runs a step here: on the connection that `crawler.stores.migrating` hands over."""

from __future__ import annotations

from alembic import context

from crawler.stores.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
