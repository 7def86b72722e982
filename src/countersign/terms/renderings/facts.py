# SPDX-License-Identifier: Apache-2.0
"""What a record for others is rendered from: one agreement's verified standing and what was signed.

Renderings are never the source of truth. What holds is the signed grant and agreement; each
rendering names their digests, so that whoever holds both can compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, from_text
from countersign.errors import NotFound
from countersign.people import find_card, identity_level
from countersign.terms import tables
from countersign.terms.judge import changed
from countersign.terms.load import standing
from countersign.terms.offers import offer_row, offer_state
from countersign.terms.records import read_grant, read_item
from countersign.terms.register import Record, records
from countersign.terms.standing import Standing, State
from countersign.terms.text.facts import Side
from countersign.terms.text.inert import inert
from countersign.terms.words import Purpose


@dataclass(frozen=True, slots=True)
class Event:
    """Something signed after the grant: `kind` is `withdrawal`, `suspension` or `resumption`.

    `role` is empty for the person's own key, else `revoke` or `representative`; `parts` are empty
    where all is meant.
    """

    kind: str
    at: datetime
    by: str
    role: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One agreement as records for others tell it.

    `texts` are the hex digests of the contract in en and zh; `given_at` is when the person's
    signature over the grant reached the hub; `ticks` when each item was signed on its own; `leaf`
    is the agreement's place in the log. `complaint` is where complaints go, empty for the general
    wording (`complaint_words`).
    """

    standing: Standing
    offer: str
    offered_at: datetime
    texts: tuple[str, str]
    person: Side
    party: Side
    representative: Side | None = None
    given_at: datetime | None = None
    ticks: Mapping[str, datetime] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    complaint: str = ""
    leaf: int | None = None

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """The purposes that the person ticked and did not take back, in the words' order."""
        s = self.standing
        return tuple(p for p in Purpose if p in s.terms.purposes and s.ticked(p))

    @property
    def taken_back(self) -> tuple[Purpose, ...]:
        """The purposes that were ticked once and taken back alone."""
        s = self.standing
        return tuple(p for p in Purpose if f"purpose:{p.value}" in s.withdrawn)

    def holds(self, now: datetime) -> bool:
        """Tell whether the consent can be relied on at `now`; says nothing about any one act."""
        s = self.standing
        running = s.starts <= now < s.expires
        return s.signed_at is not None and s.state is State.IN_FORCE and running


def recorded(c: sa.Connection, agreement: str) -> Recorded:
    """Read one agreement (or offer, by id) for rendering.

    Raises `NotFound`, and `NotVerified` where what is stored does not match its signed bytes.
    """
    state = offer_state(c, agreement)
    found = records(c, state.grant_digest)
    stand = _standing(c, state.agreement_id)
    row = offer_row(c, state.id)
    return Recorded(
        standing=stand,
        offer=state.id,
        offered_at=state.offered_at,
        texts=read_grant(row.grant_payload).texts,
        person=_side(c, state.person),
        party=_side(c, state.party),
        representative=_side(c, state.terms.representative) if state.terms.representative else None,
        given_at=_given_at(c, state.grant_digest, state.person),
        ticks=_ticks(found, state.grant_digest, state.person),
        events=tuple(e for r in found if (e := _event(r)) is not None),
        complaint=complaint_of(c, state.agreement_id),
        leaf=next((r.leaf_index for r in found if r.kind == "agreement"), None),
    )


def require_given(r: Recorded) -> None:
    """Raise `NotFound` where the person has signed nothing: there is no consent to record."""
    if r.given_at is None:
        raise NotFound(
            "There is no consent to record.",
            why="The person has not signed this offer.",
            remedy="`countersign terms show` lists what is signed.",
        )


def complaint_of(c: sa.Connection, agreement: str) -> str:
    """Return where complaints about an agreement go, empty for the general wording (clause 34).

    Raises `NotFound`, and `NotVerified` unless it stands in the contract text that was signed.
    """
    row = offer_row(c, agreement)
    if row.complaint and not (row.complaint in row.text_en and row.complaint in row.text_zh):
        raise changed()
    return str(row.complaint)


def _standing(c: sa.Connection, agreement: str) -> Standing:
    found = standing(c, agreement)
    if found is None:
        raise changed()
    return found


def _side(c: sa.Connection, id: str) -> Side:
    card = find_card(c, id)
    return Side(id, inert(card.name) or id, identity_level(c, id).value)


def _given_at(c: sa.Connection, grant: str, person: str) -> datetime | None:
    s = tables.signing
    query = sa.select(s.c.at).where(s.c.digest == grant, s.c.signer == person)
    at = c.execute(query).scalar()
    return from_seconds(at) if at is not None else None


def _ticks(found: tuple[Record, ...], grant: str, person: str) -> dict[str, datetime]:
    named = ((read_item(r.envelope.payload, grant, person), r.at) for r in found)
    return {item: at for item, at in named if item is not None}


def _event(record: Record) -> Event | None:
    if record.kind not in ("withdrawal", "suspension"):
        return None
    said: Mapping[str, Any] = record.envelope.statement.predicate
    kind = "resumption" if said.get("act") == "resume" else record.kind
    role, parts = str(said.get("role", "")), tuple(map(str, said.get("parts", ())))
    return Event(kind, from_text(said["at"]), str(said["by"]), role, parts)
