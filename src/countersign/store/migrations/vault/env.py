# SPDX-License-Identifier: Apache-2.0
"""Run this history on the connection that `store.migrate` opened, inside its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
