# SPDX-License-Identifier: Apache-2.0
"""Who objected, as a reader's records meet it: keyed marks, compared before anything is kept."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.evidence.tables import objection
from countersign.people import Vault

OBJECTION = "objection"
"""How a record is counted that was left out because its author objected."""


def objecting(vault: Vault) -> frozenset[tuple[str, str]]:
    """Return scheme and mark of everybody who objected (clause 35)."""
    with vault.db.read() as c:
        rows = c.execute(sa.select(objection.c.scheme, objection.c.mark)).all()
    return frozenset((row.scheme, row.mark) for row in rows)
