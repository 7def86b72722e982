# SPDX-License-Identifier: Apache-2.0
"""Decisions a second: decide alone, and with the agreement loaded and judged from the database."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from countersign.people import IdentityLevel, add_card, bind_key
from countersign.seal import SigningKey
from countersign.store import Database, upgrade
from countersign.terms import (
    Act,
    Audience,
    Delivery,
    Kind,
    Permit,
    Purpose,
    Request,
    decide,
    make_offer,
    preset,
    sign_offer,
    standing,
    standings,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
AGREEMENTS = 100
Row = tuple[str, str, str]


def rows() -> list[Row]:
    """Return (name, value, comment) for each measure."""
    with tempfile.TemporaryDirectory() as name:
        db = Database(Path(name) / "hub.db")
        upgrade(db, "hub")
        try:
            with db.write() as c:
                ids = _agreements(c)
            with db.read() as c:
                return _measure(c, ids)
        finally:
            db.close()


def _agreements(c: sa.Connection) -> list[str]:
    """Let 100 persons and one party sign my-team terms."""
    party = SigningKey.generate()
    made: list[str] = []
    level = IdentityLevel.SELF_ASSERTED
    add_card(c, id="oparty", label="party", name="Party", is_party=True, now=NOW)
    bind_key(c, subject="oparty", key=party, level=level, now=NOW)
    for number in range(AGREEMENTS):
        id, key = f"p{number}", SigningKey.generate()
        add_card(c, id=id, label=id, name=f"Person {number}", is_party=False, now=NOW)
        bind_key(c, subject=id, key=key, level=level, now=NOW)
        offer = make_offer(c, party="oparty", person=id, terms=preset("my-team"), now=NOW)
        sign_offer(c, offer.id, signer=id, key=key, now=NOW)
        sign_offer(c, offer.id, signer="oparty", key=party, now=NOW)
        made.append(offer.agreement_id)
    return made


def _measure(c: sa.Connection, ids: Sequence[str]) -> list[Row]:
    request = Request(
        act=Act.ANSWER,
        actor="ccaller",
        party="oparty",
        purpose=Purpose.ANSWER_QUESTIONS,
        audience=Audience.TEAM,
        delivery=Delivery.SERVED,
        kinds=frozenset({Kind.RULE}),
    )
    stood = standing(c, ids[0])

    def pure() -> int:
        return sum(isinstance(decide(request, stood, now=LATER), Permit) for _ in range(5000))

    def each() -> int:
        return sum(isinstance(decide(request, standing(c, id), now=LATER), Permit) for id in ids)

    def batch() -> int:
        found = standings(c, ids).values()
        return sum(isinstance(decide(request, s, now=LATER), Permit) for s in found)

    return [
        ("decide", _rate(pure), "one permit, every check passed; aim 10,000/s"),
        (
            "decide, agreement loaded",
            _rate(each),
            "every row read anew, 2 statements; aim 10,000/s",
        ),
        (
            "decide, 100 agreements loaded",
            _rate(batch),
            "2 statements for all, e.g. to list skills",
        ),
    ]


def _rate(act: Callable[[], int], *, seconds: float = 1.0) -> str:
    """Run `act` (which returns how many permits it got) again and again; return permits a second."""
    # Process time: others on the machine do not count.
    done, begin = 0, time.process_time()
    while (spent := time.process_time() - begin) < seconds:
        done += act()
    return f"{done / spent:,.0f}/s"


if __name__ == "__main__":
    for row in rows():
        print(*row, sep="  ")
