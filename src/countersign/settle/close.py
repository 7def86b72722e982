# SPDX-License-Identifier: Apache-2.0
"""Let go of who asked: caller ids in receipts become random when their statement closes (clause 36).

At the latest 60 days after the use. Each receipt gets an id of its own, so that nobody can tell any
more which uses were by one caller; number, claims, amount and commitment stay, since a commitment
never held the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.ids import from_digest
from countersign.settle.tables import receipt, receipt_told

CALLERS_KEPT = timedelta(days=60)
CLOSED = "x"
"""How the random id of a closed receipt begins; no caller's does."""


def close(
    c: sa.Connection,
    *,
    before: datetime,
    random: Callable[[int], bytes],
    agreement: str = "",
) -> int:
    """Close the receipts of uses before that time (of one agreement, or all); returns how many.

    What a caller had told with them goes too. Safe to repeat: a closed receipt stays as it is.
    """
    open_ = (receipt.c.at < to_seconds(before)) & ~receipt.c.caller.startswith(CLOSED)
    if agreement:
        open_ &= receipt.c.agreement == agreement
    ids = list(c.execute(sa.select(receipt.c.id).where(open_)).scalars())
    for id in ids:
        values = {"caller": from_digest(CLOSED, random(17))}
        c.execute(receipt.update().where(receipt.c.id == id).values(values))
        c.execute(receipt_told.delete().where(receipt_told.c.receipt == id))
    return len(ids)


def forget_callers(c: sa.Connection, *, now: datetime, random: Callable[[int], bytes]) -> int:
    """Close what is older than 60 days, whether or not its statement was made."""
    return close(c, before=now - CALLERS_KEPT, random=random)
