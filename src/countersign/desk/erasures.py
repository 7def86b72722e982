# SPDX-License-Identifier: Apache-2.0
"""What is still to be erased, what holds it, who was told: for the person and the representative.

What escalates (clause 4): after 72 hours an order shows as late. After 30 days it is overdue: the
command and `serve` say so, the exit code is 1, and the hub signs a notice to the representative,
once, that stands in the log. Nothing that is due is ever served meanwhile.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import to_text
from countersign.desk.erase import holding
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import NotFound
from countersign.people import Hub, find_card
from countersign.seal import Statement, sign
from countersign.settle import forget_callers
from countersign.skill import Rebuild, rebuilds
from countersign.terms import (
    Erasure,
    NoticeState,
    acknowledge,
    erasures,
    grant_row,
    keep_record,
    notices_of,
    records,
    representatives,
)

OVERDUE = "erasure-overdue"


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """An order as it is shown. `state`: open, late (over 72 h), overdue (over 30 days), done.

    `holds` names the places in which something still is; `told` is the ledger of recipients.
    """

    agreement: str
    withdrawal: str
    whole: bool
    claims: int
    ordered_at: datetime
    due_at: datetime
    overdue_at: datetime
    done_at: datetime | None
    receipt: str
    state: str
    holds: tuple[str, ...]
    told: tuple[NoticeState, ...]


@dataclass(frozen=True, slots=True)
class Orders:
    """All orders, and the skills that wait to be built anew."""

    orders: tuple[OrderSeen, ...]
    waiting: tuple[Rebuild, ...]

    @property
    def overdue(self) -> bool:
        """Tell whether anything should have been gone 30 days after it was taken back."""
        return any(o.state == "overdue" for o in self.orders)


def list_erasures(hub: Hub, *, now: datetime, open_only: bool = False) -> Orders:
    """Return the orders to erase, oldest first, and tell the representative what is overdue."""
    escalate(hub, now=now)
    with hub.db.write() as c:  # callers' ids become random on their day (clause 36)
        forget_callers(c, now=now, random=os.urandom)
    with hub.db.read() as c:
        orders = erasures(c, open_only=open_only)
        told = {o.withdrawal: tuple(notices_of(c, [o.withdrawal])) for o in orders}
        waiting = tuple(rebuilds(c))
    seen = tuple(_seen(hub, o, told[o.withdrawal], now) for o in orders)
    return Orders(seen, waiting)


def _seen(hub: Hub, order: Erasure, told: tuple[NoticeState, ...], now: datetime) -> OrderSeen:
    return OrderSeen(
        agreement=order.agreement,
        withdrawal=order.withdrawal,
        whole=order.whole,
        claims=len(order.claims),
        ordered_at=order.ordered_at,
        due_at=order.due_at,
        overdue_at=order.overdue_at,
        done_at=order.done_at,
        receipt=order.receipt,
        state=state_of(order, now),
        holds=() if order.done_at else holding(hub, order),
        told=told,
    )


def state_of(order: Erasure, now: datetime) -> str:
    """Return where an order stands on its clock."""
    if order.done_at is not None:
        return "done"
    if now >= order.overdue_at:
        return "overdue"
    return "late" if now >= order.due_at else "open"


def escalate(hub: Hub, *, now: datetime) -> int:
    """Sign a notice to the representative for each order past 30 days, once; returns how many."""
    with hub.db.read() as c:
        late = [o for o in erasures(c) if state_of(o, now) == "overdue"]
        new = [o for o in late if not _told_before(c, o)]
    if not new:
        return 0
    with hub.db.write() as c:
        for order in new:
            envelope = sign(_overdue_notice(c, order, now), hub.online_key)
            keep_record(c, envelope, grant=order.grant, now=now)
        log_signed(c, now=now)
    publish_log(hub, now=now)
    return len(new)


def _told_before(c: sa.Connection, order: Erasure) -> bool:
    return any(
        r.kind == "notice"
        and r.envelope.statement.predicate.get("notice") == OVERDUE
        and r.envelope.statement.predicate.get("withdrawal") == order.withdrawal
        for r in records(c, order.grant)
    )


def _overdue_notice(c: sa.Connection, order: Erasure, now: datetime) -> Statement:
    row = grant_row(c, order.agreement)
    said = {
        "v": 1,
        "notice": OVERDUE,
        "grant": order.grant,
        "withdrawal": order.withdrawal,
        "to": sorted({row.person, *representatives(c, row)}),
        "orderedAt": to_text(order.ordered_at),
        "at": to_text(now.replace(microsecond=0)),
    }
    return Statement("notice", (("withdrawal", order.withdrawal),), said)


def acknowledge_withdrawal(home: Home, what: str, *, holder: str, now: datetime) -> list[str]:
    """Sign as the party that what was taken back is used no more; returns the notices' digests.

    `what` is an agreement's id, or a withdrawal's digest or its beginning.
    """
    with home.hub.db.write() as c:
        who = find_card(c, holder)
        orders = [
            o
            for o in erasures(c, open_only=False)
            if what == o.agreement or (len(what) > 7 and o.withdrawal.startswith(what))
        ]
        if not orders:
            raise NotFound(
                "Nothing with that name was taken back here.",
                remedy="`countersign erasures` lists what was.",
            )
        key = home.key(who.label)
        made = [
            acknowledge(c, o.withdrawal, holder=who.id, key=key, now=now).digest for o in orders
        ]
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return made
