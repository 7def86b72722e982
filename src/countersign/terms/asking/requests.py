# SPDX-License-Identifier: Apache-2.0
"""Requests that go to a topic, not to a person: "who would share what they know about payments?"

- A request has no addressee. The hub learns of nobody until that person signs an answer.
- The party's undertaking that saying no costs nothing is signed in the transaction that makes the
  request, so there is no request without it (clause 12).
- All requests of a day lapse at the same hour. After it nothing distinguishes who refused, who did
  not care and who never saw it: none of these was ever written down.
- There is no column, field or output for a look, a reminder or a day by which to answer.

Not done here: answers (`answers.py`), what each side is shown (`views.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds, to_text
from countersign.errors import BadInput, NotFound, NotVerified, Stale
from countersign.ids import fresh
from countersign.people import bound_keys, find_card
from countersign.people import tables as people_tables
from countersign.seal import (
    Envelope,
    SigningKey,
    Statement,
    canonical,
    read_canonical,
    sign,
    signed_by,
)
from countersign.terms.asking import tables
from countersign.terms.register import keep_record, record
from countersign.terms.terms import Terms
from countersign.terms.text.inert import inert

OPEN_DAYS = 14
LEAST_ROUND = 5
"""From how many people asked a round's figure is shown at all (clause 12)."""


def lapses_at(asked_at: datetime) -> datetime:
    """Return when what was asked then lapses: 00:00 UTC after 14 whole days, the same for all."""
    day = asked_at.astimezone(UTC).date() + timedelta(days=OPEN_DAYS + 1)
    return datetime.combine(day, time(), UTC)


def require_open(asked_at: datetime, now: datetime) -> None:
    """Raise `Stale` for a request that has lapsed."""
    if now >= lapses_at(asked_at):
        raise Stale(
            "This request has lapsed.",
            why=f"A request stands {OPEN_DAYS} days and then ends for everybody at the same hour.",
            remedy="Nothing is expected of anybody. Who still wants it can ask anew.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRequest:
    """A party's request about a topic, with the terms it offers. `asked` people were known then."""

    id: str
    party: str
    topic: str
    terms: Terms
    asked: int
    asked_at: datetime
    lapses_at: datetime
    undertaking: Envelope

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can be answered."""
        return now < self.lapses_at


@dataclass(frozen=True, slots=True)
class Round:
    """The one figure about a round: of so many people asked, so many agreements came to stand."""

    asked: int
    signed: int


def make_request(
    c: sa.Connection, *, party: str, topic: str, terms: Terms, key: SigningKey, now: datetime
) -> TopicRequest:
    """Ask everybody in the hub about a topic, under the party's signed undertaking.

    Raises `BadInput` for a person who asks or a topic that says nothing, `NotVerified` where `key`
    is not the party's.
    """
    asking = find_card(c, party)
    said = inert(topic)
    if not asking.is_party or terms.to_self or not said:
        raise BadInput(
            "Only a party asks about a topic, and names it.",
            why="A topic request offers terms to everybody in the hub.",
            remedy='For example: countersign ask-for --topic "payments" --as acme',
        )
    at = now.replace(microsecond=0)
    row = {"id": fresh("q"), "party": asking.id, "topic": said, "asked": _people(c)}
    row |= {"asked_at": to_seconds(at), "lapses_at": to_seconds(lapses_at(at))}
    envelope = sign(_statement(row, terms), key)
    keep_record(c, envelope, grant=str(row["id"]), now=now)
    made = {"terms": canonical(terms.to_value()), "undertaking": envelope.digest}
    c.execute(tables.topic_request.insert().values(row | made))
    return topic_request(c, str(row["id"]))  # read back, and so verified: another's key asks nobody


def _check_signed(c: sa.Connection, envelope: Envelope, party: str, at: datetime) -> None:
    if not any(signed_by(envelope, key) for key in bound_keys(c, party, at=at)):
        raise NotVerified(
            "The undertaking is not signed by the party.",
            why="Nobody is asked before the party has signed that saying no costs nothing.",
            remedy="Ask with the party's own key file.",
        )


def _people(c: sa.Connection) -> int:
    cards = people_tables.person_card
    return int(c.execute(sa.select(sa.func.count()).select_from(cards)).scalar_one())


def _statement(row: Any, terms: Terms) -> Statement:
    """Return the undertaking for whoever answers a request, which also fixes what is asked."""
    predicate = {
        "v": 1,
        "undertaking": "no-detriment",
        "request": row["id"],
        "party": row["party"],
        "topic": row["topic"],
        "termsDigest": terms.digest,
        "askedAt": to_text(from_seconds(row["asked_at"])),
        "lapsesAt": to_text(from_seconds(row["lapses_at"])),
    }
    return Statement("undertaking", (("terms", terms.digest),), predicate)


def topic_request(c: sa.Connection, id: str) -> TopicRequest:
    """Return a request, its undertaking verified; raises `NotFound`, `NotVerified`."""
    t = tables.topic_request
    row = c.execute(sa.select(t).where(t.c.id == id)).mappings().first()
    if row is None:
        raise NotFound(
            "There is no such request.",
            why="Requests are found by their exact id.",
            remedy="`countersign asked` lists what is asked of you.",
        )
    return _read(c, row)


def topic_requests(c: sa.Connection, *, party: str = "") -> tuple[TopicRequest, ...]:
    """Return all requests, or those of one party, oldest first."""
    t = tables.topic_request
    query = sa.select(t).order_by(t.c.asked_at, t.c.id)
    if party:
        query = query.where(t.c.party == party)
    return tuple(_read(c, row) for row in c.execute(query).mappings())


def _read(c: sa.Connection, row: Any) -> TopicRequest:
    """Read a row and hold it against what the party signed: a row by itself counts for nothing."""
    terms = Terms.from_value(read_canonical(row["terms"]))
    envelope = record(c, row["undertaking"]).envelope
    _check_signed(c, envelope, row["party"], from_seconds(row["asked_at"]))
    if envelope.payload != _statement(row, terms).to_bytes():
        raise NotVerified(
            "A request is not what its party signed.",
            why="Its row was changed, or its undertaking is for something else.",
            remedy="Answer nothing to it; whoever runs the hub should look.",
        )
    return TopicRequest(
        id=row["id"],
        party=row["party"],
        topic=row["topic"],
        terms=terms,
        asked=row["asked"],
        asked_at=from_seconds(row["asked_at"]),
        lapses_at=from_seconds(row["lapses_at"]),
        undertaking=envelope,
    )
