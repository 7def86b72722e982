# SPDX-License-Identifier: Apache-2.0
"""A lost key: the representative announces another one, everybody is told, 72 hours pass.

Until then the old key goes on working, and whoever holds it may cancel. So a person who lost
nothing sees the attempt and stops it; a person who did lose the key waits three days. Nothing
shortens the delay, and the announcement is a record in the log like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import Conflict, NotAllowed, NotFound
from countersign.people.bind import voucher
from countersign.people.bindings import Binding, IdentityLevel, Reason, Role, seconds
from countersign.people.identity import bindings, keep_binding, next_record, require_use
from countersign.people.tables import rebinding_notice
from countersign.seal import Envelope, SigningKey, digest_words, sign


def rebind(
    c: sa.Connection,
    *,
    subject: str,
    key: SigningKey,
    representative: str,
    by: SigningKey,
    now: datetime,
) -> Envelope:
    """Announce that `key` takes the place of the subject's lost ones in 72 hours.

    Signed by the new key and by the representative. Leaves a notice for the card and for each
    handle that was ever shown. Raises `NotAllowed` where somebody else than a representative
    announces, `Conflict` for a signer without a chain or while another one is announced.
    """
    vouches = voucher(c, representative, by.public)
    if vouches.role is not Role.REPRESENTATIVE:
        raise NotAllowed(
            "Only a representative announces a re-binding.",
            why="A party that could replace a person's key could sign in their name.",
            remedy="Ask the works council, union or counsel that is registered here.",
        )
    require_use(c, representative, by, now)
    chain = bindings(c, subject)
    if not chain:
        raise Conflict("This signer never had a key.", remedy="Bind the first one.")
    if pending(chain, now) is not None:
        raise Conflict(
            "A re-binding is announced already.",
            why="There is one at a time, so that nobody overlooks it.",
            remedy="Wait for it, or let a key in use cancel it.",
        )
    said = next_record(
        c,
        subject=subject,
        public=key.public,
        reason=Reason.REBOUND,
        now=now,
        level=IdentityLevel.REPRESENTATIVE,
        by=vouches,
    )
    made = keep_binding(c, sign(said.statement(), key, by), now=now)
    for address in dict.fromkeys([subject, *(b.handle for b in chain if b.handle)]):
        row = {"rebinding": made.digest, "address": address, "person": subject}
        c.execute(rebinding_notice.insert().values(row))
    return made.envelope


def cancel_rebinding(c: sa.Connection, *, subject: str, key: SigningKey, now: datetime) -> Envelope:
    """Cancel the announced re-binding, signed by a key in use; the announced key never counts.

    Raises `NotAllowed` for any other key, `Conflict` where none is announced or it is in effect.
    """
    require_use(c, subject, key, now)
    announced = pending(bindings(c, subject), now)
    if announced is None:
        raise Conflict(
            "No re-binding is announced.",
            why="It was cancelled, is in effect, or never was.",
            remedy="`countersign people keys` shows the whole chain.",
        )
    said = next_record(
        c,
        subject=subject,
        public=key.public,
        reason=Reason.CANCELLED,
        now=now,
        cancels=announced.digest,
    )
    return keep_binding(c, sign(said.statement(), key), now=now).envelope


def pending(chain: tuple[Binding, ...], at: datetime) -> Binding | None:
    """Return the re-binding of a verified chain that is announced and neither in effect nor cancelled."""
    moment = seconds(at)
    found = [
        b
        for b in chain
        if b.reason is Reason.REBOUND and b.at <= moment < b.since and b.until != b.since
    ]
    return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody who must be told of a re-binding: the card's id, or the commitment of a handle."""

    rebinding: str
    address: str
    person: str
    told_at: datetime | None


def notices(c: sa.Connection, person: str) -> tuple[Notice, ...]:
    """Return who must be told of this person's re-bindings; handles only as commitments."""
    t = rebinding_notice
    query = sa.select(t).where(t.c.person == person).order_by(t.c.rebinding, t.c.address)
    return tuple(
        Notice(r.rebinding, r.address, r.person, from_seconds(r.told_at) if r.told_at else None)
        for r in c.execute(query)
    )


def mark_told(c: sa.Connection, *, rebinding: str, address: str, now: datetime) -> None:
    """Note that one was told; raises `NotFound` for a notice that was never due."""
    t = rebinding_notice
    one = (t.c.rebinding == rebinding) & (t.c.address == address)
    done = c.execute(t.update().where(one).values(told_at=to_seconds(now)))
    if done.rowcount != 1:
        raise NotFound("No such notice is due.", remedy="`countersign people notices` lists them.")


def notice_text(announced: Binding, *, lang: str) -> str:
    """Return what to tell the person at every account of theirs, in `en` or `zh`."""
    at = f"{announced.since:%Y-%m-%d %H:%M} UTC"
    words = digest_words(announced.public.keyid, lang=lang)
    if lang == "zh":
        return (
            f"有人通过代表宣布：{at} 起，你的签名密钥将换成另一把（{words}）。\n"
            "是你丢了密钥而要求的？什么都不用做。\n"
            "不是你要求的？请在此之前用你原来的密钥运行：countersign people cancel-rebind"
        )
    return (
        f"Your representative has announced another signing key for you ({words}), from {at}.\n"
        "You lost your key and asked for this? Do nothing.\n"
        "You did not? Before then, with your present key, run: countersign people cancel-rebind"
    )
