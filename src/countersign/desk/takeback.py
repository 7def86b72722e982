# SPDX-License-Identifier: Apache-2.0
"""Take back: one transaction that ends it at once, then erasure that can be resumed, then proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import to_text
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import NotFound, Unavailable
from countersign.ids import AgreementId
from countersign.people import Hub, find_card
from countersign.seal import Statement, sign
from countersign.skill import (
    EXPORT,
    Copy,
    CopyStatus,
    copies,
    forget_releases,
    moved,
    rebuild_index,
    releases,
    remove_copies,
)
from countersign.terms import Erasure, erasures, mark_erased, offers, withdraw


@dataclass(frozen=True, slots=True)
class Erased:
    """How one order to erase ended: `receipt` is empty while something still holds it open."""

    agreement: str
    copies: tuple[Copy, ...]
    receipt: str

    @property
    def unconfirmed(self) -> tuple[Copy, ...]:
        """The copies that could not be removed: changed by somebody, or out of reach."""
        return tuple(x for x in self.copies if x.status is not CopyStatus.REMOVED)


def take_back(home: Home, what: str, *, signer: str | None, now: datetime) -> list[Erased]:
    """Withdraw a skill or an agreement for good; the next question anywhere is refused.

    `what` is a skill's name, an agreement's or an offer's id. Needs no reason. Running it again
    completes an erasure that was interrupted.
    """
    who = signer or home.owner.label
    with home.hub.db.write() as c:
        person = find_card(c, who)
        for agreement in _meant(c, what, person.id):
            withdraw(c, agreement_id=agreement, key=home.key(person.label), by=person.id, now=now)
        log_signed(c, now=now)
    return erase_ordered(home.hub, now=now)


def _meant(c: sa.Connection, what: str, person: str) -> list[AgreementId]:
    named = {r.agreement for r in releases(c) if what in (r.skill, r.id) and r.person == person}
    open_ = {o.agreement_id for o in offers(c) if what in (o.id, o.agreement_id)}
    found = sorted(named | open_)
    if not found:
        raise NotFound(
            f"Nothing of yours is called '{what}'.",
            why="Take back by the skill's exact name, or the agreement's or offer's id.",
            remedy="`countersign terms` lists them.",
        )
    return found


def erase_ordered(hub: Hub, *, now: datetime) -> list[Erased]:
    """Carry out every open order to erase; each step may be repeated, so a kill loses nothing."""
    with hub.db.read() as c:
        orders = erasures(c)
    done = [_erase(hub, order, now) for order in orders]
    publish_log(hub, now=now)
    return done


def _erase(hub: Hub, order: Erasure, now: datetime) -> Erased:
    # 1. Keys first: from here on no byte of the texts can be read, wherever it still lies.
    hub.keys.destroy(order.agreement)
    # 2. The sealed rows, and the copies that we wrote on this machine.
    with hub.db.write() as c:
        _follow_home(c, hub, order.agreement)
        forget_releases(c, order.agreement)
        left = remove_copies(c, agreement=order.agreement, now=now)
    # 3. The index: its buckets are rewritten, so that not even a keyed token stays.
    hub.index.erase(hub.index.refs(agreement=order.agreement))
    # 4. The write-ahead logs; until they are empty the state is "denied, erasing".
    if not all((hub.keys.rewrite(), hub.db.settle_wal(), hub.index.db.settle_wal())):
        raise Unavailable(
            "Denied, erasing: another process still reads an old state.",
            why="Every question is refused already; the last bytes go when that process lets go.",
            remedy="Run `countersign withdraw` again in a moment; it goes on where it stopped.",
        )
    return Erased(order.agreement, tuple(left), _receipt(hub, order, left, now))


def _follow_home(c: sa.Connection, hub: Hub, agreement: str) -> None:
    """Find the packages in this home again, should the home have been moved since."""
    for found in copies(c, agreement=agreement):
        here = hub.log_folder.resolve().parent / "skills" / found.path.name
        if found.host == EXPORT and not found.path.exists() and here.is_dir():
            moved(c, found, here)


def _receipt(hub: Hub, order: Erasure, left: list[Copy], now: datetime) -> str:
    """Sign what was destroyed, what was removed and what could not be reached."""
    predicate = {
        "agreement": order.agreement,
        "grant": order.grant,
        "orderedAt": to_text(order.ordered_at),
        "erasedAt": to_text(now),
        "keys": "destroyed",
        "texts": "deleted",
        "index": "rewritten",
        "copies": [{"host": x.host, "status": x.status.value} for x in left],
    }
    statement = Statement("deletion-receipt", (("grant", order.grant),), predicate)
    envelope = sign(statement, hub.online_key)
    with hub.db.write() as c:
        mark_erased(c, withdrawal=order.withdrawal, receipt=envelope, now=now)
        log_signed(c, now=now)
    hub.db.settle_wal()
    return envelope.digest


def mend(hub: Hub, *, now: datetime) -> None:
    """Complete what a kill interrupted: open erasures, and log files and index behind the database."""
    erase_ordered(hub, now=now)
    with hub.db.write() as c:  # no withdrawal in between: the index never learns what was erased
        rebuild_index(c, hub.index, hub.keys)
