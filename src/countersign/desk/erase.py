# SPDX-License-Identifier: Apache-2.0
"""Carry out orders to erase, each step repeatable, and end in a signed deletion receipt (clause 4).

Order: wrapped keys, rows, copies, index, write-ahead logs; then what was reached is noted for each
recipient, and the receipt is signed and logged. A kill in between is completed by the next call.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import to_text
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import Unavailable
from countersign.people import Hub
from countersign.seal import Statement, sign
from countersign.settle import forget_callers, forget_told
from countersign.skill import (
    EXPORT,
    Copy,
    CopyStatus,
    copies,
    forget_releases,
    moved,
    rebuild_index,
    releases,
    releases_holding,
    remove_copies,
)
from countersign.terms import (
    Erasure,
    Told,
    erasures,
    key_backups,
    mark_erased,
    note_told,
)

PLACES = ("keys.db", "hub.db", "index.db", "skills", "copies")


@dataclass(frozen=True, slots=True)
class Erased:
    """How one order to erase ended: `receipt` is empty while something still holds it open.

    `claims` are the ids of the claims that went; `whole` tells that all under the agreement went.
    """

    agreement: str
    copies: tuple[Copy, ...]
    receipt: str
    withdrawal: str = ""
    whole: bool = True
    claims: tuple[str, ...] = ()

    @property
    def unconfirmed(self) -> tuple[Copy, ...]:
        """The copies that could not be removed: changed by somebody, or out of reach."""
        return tuple(x for x in self.copies if x.status is not CopyStatus.REMOVED)


def erase_ordered(hub: Hub, *, now: datetime) -> list[Erased]:
    """Carry out every open order to erase; each step may be repeated, so a kill loses nothing."""
    with hub.db.read() as c:
        orders = erasures(c)
    done = [_erase(hub, order, now) for order in orders]
    publish_log(hub, now=now)
    return done


def _erase(hub: Hub, order: Erasure, now: datetime) -> Erased:
    # 1. Keys first: from here on no byte of the texts can be read, wherever it still lies.
    if order.whole:
        hub.keys.destroy(order.agreement)
    else:
        hub.keys.destroy_claims(order.refs)
    # 2. The sealed rows, and the copies that we wrote on this machine.
    with hub.db.write() as c:
        held = None if order.whole else releases_holding(c, order.agreement, order.refs)
        gone = _digests(c, order, held)
        _follow_home(c, hub, order.agreement, held)
        if order.whole:
            forget_releases(c, order.agreement)
            forget_told(c, order.agreement)
        left = remove_copies(c, agreement=order.agreement, now=now, releases=held)
        _note_copies(c, order, left, now)
    # 3. The index: its buckets are rewritten, so that not even a keyed token stays.
    hub.index.erase(hub.index.refs(agreement=order.agreement) if order.whole else order.refs)
    # 4. The write-ahead logs; until they are empty the state is "denied, erasing".
    if not all((hub.keys.rewrite(), hub.db.settle_wal(), hub.index.db.settle_wal())):
        raise Unavailable(
            "Denied, erasing: another process still reads an old state.",
            why="Every question is refused already; the last bytes go when that process lets go.",
            remedy="Run `countersign withdraw` again in a moment; it goes on where it stopped.",
        )
    return Erased(
        agreement=order.agreement,
        copies=tuple(left),
        receipt=_receipt(hub, order, left, gone, now),
        withdrawal=order.withdrawal,
        whole=order.whole,
        claims=order.claims,
    )


def _digests(c: sa.Connection, order: Erasure, held: Collection[str] | None) -> list[str]:
    """Return the digests of the signed releases that go, which are no texts and stay on record."""
    known = releases(c, agreements=[order.agreement])
    return sorted(r.digest for r in known if held is None or r.id in held)


def _follow_home(c: sa.Connection, hub: Hub, agreement: str, held: Collection[str] | None) -> None:
    """Find the packages in this home again, should the home have been moved since."""
    for found in copies(c, agreement=agreement):
        here = hub.log_folder.resolve().parent / "skills" / found.path.name
        ours = held is None or found.release in held
        if ours and found.host == EXPORT and not found.path.exists() and here.is_dir():
            moved(c, found, here)


def _note_copies(c: sa.Connection, order: Erasure, left: list[Copy], now: datetime) -> None:
    for one in left:
        gone = one.status is CopyStatus.REMOVED
        state = Told.ACKNOWLEDGED if gone else Told.UNCONFIRMED
        note_told(c, order.withdrawal, one.id, state, now=now)


def _receipt(
    hub: Hub, order: Erasure, left: list[Copy], releases_gone: list[str], now: datetime
) -> str:
    """Sign what was destroyed, what was removed and what could not be reached."""
    with hub.db.write() as c:
        predicate = _said(c, order, left, releases_gone, now)
        statement = Statement("deletion-receipt", (("grant", order.grant),), predicate)
        envelope = sign(statement, hub.online_key)
        mark_erased(c, withdrawal=order.withdrawal, receipt=envelope, now=now)
        log_signed(c, now=now)
    hub.db.settle_wal()
    return envelope.digest


def _said(
    c: sa.Connection, order: Erasure, left: list[Copy], releases_gone: list[str], now: datetime
) -> dict[str, Any]:
    """Return what a deletion receipt says: digests and ids, never a word of what went."""
    dies = [b.dies_at for b in key_backups(c) if b.made_at <= now]
    return {
        "v": 1,
        "agreement": order.agreement,
        "grant": order.grant,
        "withdrawal": order.withdrawal,
        "scope": "whole" if order.whole else "part",
        "orderedAt": to_text(order.ordered_at),
        "erasedAt": to_text(now),
        "keys": "destroyed",
        "texts": "deleted",
        "index": "rewritten",
        "places": list(PLACES),
        "releases": releases_gone,
        "claims": list(order.claims),
        "copies": [{"host": x.host, "status": x.status.value} for x in left],
        # Empty: no copy of the key ring is known. Until then a backup of hub.db could be opened.
        "lastKeyBackupDiesBy": to_text(max(dies)) if dies else "",
    }


def mend(hub: Hub, *, now: datetime) -> None:
    """Complete what a kill interrupted: open erasures, and log files and index behind the database."""
    erase_ordered(hub, now=now)
    with hub.db.write() as c:
        forget_callers(c, now=now, random=os.urandom)
    with hub.db.write() as c:  # no withdrawal in between: the index never learns what was erased
        rebuild_index(c, hub.index, hub.keys)


def holding(hub: Hub, order: Erasure) -> tuple[str, ...]:
    """Return what holds an order open: the places in which something of it still is."""
    with hub.db.read() as c:
        rows = any(r.current for r in releases(c, agreements=[order.agreement]))
        left = [
            x
            for x in copies(c, agreement=order.agreement)
            if x.status is not CopyStatus.REMOVED
            and (order.whole or x.release in releases_holding(c, order.agreement, order.refs))
        ]
    keys = hub.keys.holds(order.agreement) if order.whole else hub.keys.open_keys(order.refs)
    index = set(hub.index.refs(agreement=order.agreement))
    found = {
        "keys.db": bool(keys),
        "hub.db": order.whole and rows,
        "index.db": bool(index if order.whole else index & set(order.refs)),
        f"copies ({len(left)})": bool(left),
    }
    return tuple(place for place, held in found.items() if held) or ("write-ahead logs",)
