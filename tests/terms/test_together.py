"""Terms that three or more made together are their floor once the party signs them (clause 16)."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.people import add_card, bind_key
from countersign.seal import Envelope, SigningKey, sign
from countersign.terms import (
    BelowFloor,
    BoundBy,
    Joint,
    accept_joint,
    bounds_of,
    keep_record,
    limits_from_terms,
    preset,
    send_joint,
    tables,
)
from tests.terms.council import DAY, agreed, floor, works
from tests.terms.scene import ACME, KEYS, KIM, LATER, LIN, NOW, OTHER, offered

ANA = "pana"
PEOPLE = (LIN, KIM, ANA)
ANA_KEY = SigningKey(sha256(ANA.encode()).digest())
GAVE = replace(preset("my-team"), term_days=90, callers_at_most=5)


def joint(c: sa.Connection, *people: str) -> Envelope:
    """Make Ana known and let these people sign terms together."""
    add_card(c, id=ANA, label="ana", name="Ana Sol", now=NOW)
    bind_key(c, subject=ANA, key=ANA_KEY, now=NOW)
    keys = KEYS | {ANA: ANA_KEY}
    made = Joint(id="j1", party=ACME, request="", terms=GAVE)
    return sign(made.statement(), *(keys[p] for p in people or PEOPLE))


def test_clause_16_what_three_agreed_together_is_their_floor_once_the_party_signs(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        send_joint(c, joint(c), persons=PEOPLE, now=NOW)
        assert bounds_of(c, person=LIN, party=ACME, at=NOW) == ()
        accept_joint(c, "j1", key=KEYS[ACME], now=LATER)
        for person in PEOPLE:
            (bound,) = bounds_of(c, person=person, party=ACME, at=LATER)
            assert (bound.by, bound.limits) == (BoundBy.TOGETHER, limits_from_terms(GAVE))
            assert (bound.since, bound.until) == (LATER, LATER + 90 * DAY)


def test_who_did_not_sign_together_is_not_bound(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        send_joint(c, joint(c), persons=PEOPLE, now=NOW)
        accept_joint(c, "j1", key=KEYS[ACME], now=NOW)
        assert bounds_of(c, person="pdora", party=ACME, at=NOW) == ()
        assert bounds_of(c, person=LIN, party=OTHER, at=NOW) == ()


def test_the_party_cannot_offer_one_of_them_less(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        send_joint(c, joint(c), persons=PEOPLE, now=NOW)
        accept_joint(c, "j1", key=KEYS[ACME], now=NOW)
        with pytest.raises(BelowFloor, match="term_days") as e:
            offered(c, preset("my-team"))
        assert "the terms made together" in e.value.remedy
        offered(c, GAVE)


def test_two_signers_and_the_party_make_no_floor(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        joint(c)
        made = Joint(id="j2", party=ACME, request="", terms=GAVE)
        two = sign(made.statement(), KEYS[LIN], KEYS[KIM], KEYS[ACME])
        keep_record(c, two, grant=ACME, now=NOW)
        for signer in (LIN, KIM, ACME):
            c.execute(
                tables.signing.insert().values(
                    digest=two.digest,
                    signer=signer,
                    grant_digest=ACME,
                    keyid="",
                    at=int(NOW.timestamp()),
                )
            )
        assert bounds_of(c, person=LIN, party=ACME, at=NOW) == ()


def test_terms_made_together_and_a_councils_floor_both_bind(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, floor())
        send_joint(c, joint(c), persons=PEOPLE, now=NOW)
        accept_joint(c, "j1", key=KEYS[ACME], now=NOW)
        found = {b.by for b in bounds_of(c, person=LIN, party=ACME, at=NOW)}
        assert found == {BoundBy.FLOOR, BoundBy.TOGETHER}
