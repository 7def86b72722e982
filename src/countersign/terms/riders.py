# SPDX-License-Identifier: Apache-2.0
"""The persona rider (clauses 7, 15): a document of its own, signed apart, short, and off by default.

It is offered under an agreement in force whose terms allow one, and both sides sign the same bytes
after and beside that agreement, never with it. It covers the agreement's purposes except training,
runs at most 180 days and never beyond the agreement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from countersign.clock import from_text
from countersign.errors import BadInput, NotAllowed, NotFound
from countersign.people import find_card
from countersign.seal import SigningKey
from countersign.terms.benefit import Benefit
from countersign.terms.events import RIDER_AT_MOST, Opened
from countersign.terms.filled import filled
from countersign.terms.kept import KEEP, keep_texts
from countersign.terms.load import opened_about, standing
from countersign.terms.notices import rider_statement
from countersign.terms.offers import agreements, offer_state
from countersign.terms.shared import sign_shared
from countersign.terms.standing import Standing, State
from countersign.terms.text.limit_lines import benefit_words
from countersign.terms.text.templates import TEMPLATES, Value
from countersign.terms.text.use import purpose_line
from countersign.terms.words import BenefitKind, Item, Purpose

RIDER = "persona-rider"


@dataclass(frozen=True, slots=True)
class RiderState:
    """A rider: its record's digest, whose it is, until when, its texts, who has not signed (ids)."""

    digest: str
    agreement: str
    starts: datetime
    expires: datetime
    texts: Mapping[str, str]
    missing: tuple[str, ...]


def offer_rider(
    c: sa.Connection,
    agreement: str,
    *,
    benefits: Collection[Benefit],
    days: int,
    signer: str,
    key: SigningKey,
    now: datetime,
    complaint: str = "",
) -> RiderState:
    """Write a rider down with the first signature, its document rendered and kept.

    Raises `NotAllowed` where no rider is possible, `BadInput` for more than 180 days or a rider
    that gives nothing in return.
    """
    stand = _open(c, agreement, now)
    starts = now.replace(microsecond=0)
    expires = min(starts + timedelta(days=days), stand.expires)
    if not 1 <= days <= RIDER_AT_MOST.days:
        raise BadInput(
            f"A persona rider runs 1 to {RIDER_AT_MOST.days} days.",
            why="It is short, so that it is thought about again (clause 7).",
            remedy="Choose --days within it.",
        )
    if not benefits or any(b.kind is BenefitKind.ZERO for b in benefits):
        raise BadInput(
            "A persona rider names what it gives in return.",
            why="A person's manner is not thrown in for free.",
            remedy='For example --pay "300 CNY a month" or --pay "2 h a month".',
        )
    texts = _texts(c, stand, benefits, starts, expires, complaint)
    statement = rider_statement(
        grant=stand.grant,
        agreement=stand.agreement,
        texts=keep_texts(c, texts, keep_until=stand.expires + KEEP),
        benefits=benefits,
        starts=starts,
        expires=expires,
    )
    return _sign(c, stand, statement.to_bytes(), signer, key, now)


def sign_rider(
    c: sa.Connection, digest: str, *, signer: str, key: SigningKey, now: datetime
) -> RiderState:
    """Add the other side's signature over exactly these bytes; raises as `sign_shared`."""
    rider = find_rider(c, digest)
    stand = _open(c, rider.agreement, now)
    if now >= rider.expires:
        raise NotAllowed("The time of this rider is over.", remedy="Offer a new one.")
    found = next(o for o in opened_about(c, stand.grant) if o.envelope.digest == rider.digest)
    return _sign(c, stand, found.envelope.payload, signer, key, now)


def riders(c: sa.Connection, agreement: str) -> tuple[RiderState, ...]:
    """Return all riders of an agreement (id), proposals too, oldest first."""
    state = offer_state(c, agreement)
    sides = (state.person, state.party)
    found = [_state(o, sides) for o in opened_about(c, state.grant_digest) if is_rider(o)]
    return tuple(sorted(found, key=lambda r: (r.starts, r.digest)))


def find_rider(c: sa.Connection, digest: str) -> RiderState:
    """Return a rider by its record's digest or its beginning (8 signs); raises `NotFound`."""
    known = [r for a in agreements(c) for r in riders(c, a)]
    found = [r for r in known if len(digest) >= 8 and r.digest.startswith(digest)]
    if len(found) != 1:
        raise NotFound(
            "There is no such rider.",
            why="Riders are found by their record's digest, at least 8 signs of it.",
            remedy="`countersign persona show AGREEMENT` lists them.",
        )
    return found[0]


def is_rider(o: Opened) -> bool:
    """Tell whether a record is a persona rider."""
    return o.kind == "grant" and o.said.get("part") == "rider"


def _state(o: Opened, sides: tuple[str, str]) -> RiderState:
    return RiderState(
        digest=o.envelope.digest,
        agreement=str(o.said["agreement"]),
        starts=from_text(o.said["starts"]),
        expires=from_text(o.said["expires"]),
        texts=dict(o.envelope.statement.subjects),
        missing=tuple(side for side in sides if side not in o.signers),
    )


def _open(c: sa.Connection, agreement: str, now: datetime) -> Standing:
    stand = standing(c, offer_state(c, agreement).agreement_id)
    if stand is None or stand.signed_at is None or stand.state is not State.IN_FORCE:
        raise NotAllowed(
            "The agreement is not in force.",
            why="A rider stands beside an agreement that both sides have signed, never with it.",
            remedy="Sign the agreement first; the rider is a second step.",
        )
    if not stand.terms.persona or Item.PERSONA in stand.withdrawn or now >= stand.expires:
        raise NotAllowed(
            "These terms have no persona.",
            why="It is off unless terms name it, and what was taken back stays back (clause 7).",
            remedy="The skill works fully without it; else offer terms with persona = true.",
        )
    return stand


def _sign(
    c: sa.Connection, stand: Standing, payload: bytes, signer: str, key: SigningKey, now: datetime
) -> RiderState:
    sides = (stand.person, stand.party)
    kept = sign_shared(c, payload, about=stand.grant, needed=sides, signer=signer, key=key, now=now)
    return find_rider(c, kept.digest)


def _texts(
    c: sa.Connection,
    stand: Standing,
    benefits: Collection[Benefit],
    starts: datetime,
    expires: datetime,
    complaint: str,
) -> dict[str, str]:
    person, party = find_card(c, stand.person), find_card(c, stand.party)
    beside = stand.terms.representative
    uses = [p for p in Purpose if p in stand.terms.purposes - {Purpose.TRAIN_MODELS}]
    made = {}
    for lang in TEMPLATES[RIDER]:
        values: dict[str, Value] = {
            "person": person.name,
            "party": party.name,
            "agreement": stand.agreement,
            "uses": [purpose_line(p, lang) for p in uses],
            "benefit": [benefit_words(b, lang) for b in sorted(benefits)],
            "starts": f"{starts:%Y-%m-%d}",
            "expires": f"{expires:%Y-%m-%d}",
            "date": f"{starts:%Y-%m-%d}",
            "representative": find_card(c, beside).name if beside else _NOBODY[lang],
            "complaint": complaint,
        }
        made[lang] = filled(RIDER, values, lang)
    return made


_NOBODY = {"en": "none was chosen", "zh": "未选定"}
