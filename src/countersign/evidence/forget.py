# SPDX-License-Identifier: Apache-2.0
"""Let others' words go: context is kept at most 30 days after a review (clause 35)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.evidence import tables
from countersign.evidence.read import OWN
from countersign.people import Vault

CONTEXT_KEPT = timedelta(days=30)
"""How long others' words may stay once the person reviewed what was made with their help."""


def forget_context(vault: Vault, *, added_by: datetime) -> int:
    """Delete the context that was added at or before `added_by`; returns how many traces went.

    `added_by` is the moment of the newest review that lies `CONTEXT_KEPT` back: what was in the
    vault at that review has served. Own traces stay, and with them every claim, since a claim cites
    nothing else. Safe to repeat; a later add of the same export brings the context back as new.
    """
    t = tables.trace
    with vault.db.write() as c:
        gone = c.execute(t.delete().where(t.c.added_at <= to_seconds(added_by), ~OWN))
    return int(gone.rowcount)


def oldest_context(vault: Vault) -> datetime | None:
    """Return when the oldest words of others that are still here were added, None without any."""
    t = tables.trace
    with vault.db.read() as c:
        seconds = c.execute(sa.select(sa.func.min(t.c.added_at)).where(~OWN)).scalar()
    return from_seconds(seconds) if seconds is not None else None
