# SPDX-License-Identifier: Apache-2.0
"""Whoever can write every row of the hub, but has nobody else's key, makes `decide` no wider."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import NotVerified
from countersign.people import IdentityLevel
from countersign.people import tables as people_tables
from countersign.people.bindings import Reason, Role, Voucher
from countersign.people.identity import next_record
from countersign.seal import SigningKey, Statement, countersign, sha256_hex, sign
from countersign.terms import (
    Granted,
    Representation,
    Standing,
    State,
    carry,
    keep_record,
    make_offer,
    offer_state,
    preset,
    resume,
    sign_offer,
    standing,
    standings,
    suspend,
    tables,
    taken_back,
)
from countersign.terms.notices import incapacity_statement
from countersign.terms.records import agreement_id
from tests.terms.council import ALL_KEYS, COUNCIL, works
from tests.terms.scene import ACME, KEYS, LIN, NOW, hub, signed


def _stand(c: sa.Connection, under: str) -> Standing:
    found = standing(c, under)
    assert found is not None
    assert standings(c, [under])[found.agreement] == found
    return found


def test_the_end_of_a_pause_of_one_agreement_lifts_no_pause_of_another(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        one, other = signed(c), signed(c)
        key = KEYS[LIN]
        suspend(c, agreement_id=other, key=key, by=LIN, now=NOW)
        resumed = resume(c, agreement_id=other, key=key, by=LIN, now=NOW)
        suspend(c, agreement_id=one, key=key, by=LIN, now=NOW)
        grant = offer_state(c, one).grant_digest
        t = tables.record
        c.execute(t.update().where(t.c.digest == resumed.digest).values(grant_digest=grant))
        c.execute(tables.offer.update().values(state="in-force"))
        assert _stand(c, one).state is State.SUSPENDED


def test_a_later_notice_that_names_a_far_day_does_not_let_use_go_on(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        for number, at in ((1, NOW), (2, NOW + timedelta(days=9000))):
            made = incapacity_statement(person=LIN, by=COUNCIL, at=at, number=number, over=False)
            keep_record(c, sign(made, ALL_KEYS[COUNCIL]), grant=LIN, now=NOW)
        assert _stand(c, under).incapable_at == NOW


def test_a_level_counts_only_where_the_voucher_s_key_is_the_voucher_s(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under, nobody = signed(c), SigningKey.generate()
        said = next_record(
            c,
            subject=LIN,
            public=KEYS[LIN].public,
            reason=Reason.ATTESTED,
            now=NOW,
            by=Voucher(COUNCIL, Role.REPRESENTATIVE, nobody.public),
            level=IdentityLevel.REPRESENTATIVE,
        )
        envelope = countersign(sign(said.statement(), KEYS[LIN]), nobody)
        row = {"subject": LIN, "number": 2, "keyid": KEYS[LIN].public.keyid}
        row |= {"envelope": envelope.to_bytes(), "bound_at": to_seconds(NOW)}
        c.execute(people_tables.key_binding.insert().values(row))
        assert _stand(c, under).person_level is IdentityLevel.SELF_ASSERTED


def test_a_signature_noted_before_the_offer_was_made_starts_no_cooling_off(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        later = NOW + timedelta(days=20)
        offer = make_offer(c, party=ACME, person=LIN, terms=preset("my-team"), now=later)
        for who in (LIN, ACME):
            sign_offer(c, offer.id, signer=who, key=KEYS[who], now=later)
        c.execute(tables.signing.update().values(at=to_seconds(NOW)))
        assert _stand(c, offer.agreement_id).signed_at == later


def test_terms_to_oneself_allow_nothing_between_two(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        own = make_offer(c, party=LIN, person=LIN, terms=preset("only-me"), now=NOW)
        row = c.execute(sa.select(tables.offer).where(tables.offer.c.id == own.id)).one()
        grant, agreement = _between(row.grant_payload, row.agreement_payload)
        values = {
            "agreement": agreement_id(agreement),
            "grant_digest": sha256_hex(grant),
            "party": ACME,
            "grant_payload": grant,
            "agreement_payload": agreement,
        }
        c.execute(tables.offer.update().values(values))
        with pytest.raises(NotVerified, match="does not match its signed bytes"):
            standing(c, agreement_id(agreement))


def _between(grant: bytes, agreement: bytes) -> tuple[bytes, bytes]:
    """Return both payloads of a grant to oneself with a party in the place of the person."""
    one = Statement.from_bytes(grant)
    one = replace(one, predicate=dict(one.predicate) | {"party": ACME})
    two = Statement.from_bytes(agreement)
    said = {"party": ACME, "grant": sha256_hex(one.to_bytes())}
    return one.to_bytes(), replace(two, predicate=dict(two.predicate) | said).to_bytes()


def test_the_person_s_word_in_a_file_lifts_no_pause_of_a_representative(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        wanted = replace(
            preset("my-team"),
            representative=COUNCIL,
            represented_by=Representation.WORKS_COUNCIL,
        )
        under = signed(c, wanted)
        state = offer_state(c, under)
        theirs = suspend(c, agreement_id=under, key=ALL_KEYS[COUNCIL], by=COUNCIL, now=NOW)
        mine = suspend(c, agreement_id=under, key=KEYS[LIN], by=LIN, now=NOW)
        over = resume(c, agreement_id=under, key=KEYS[LIN], by=LIN, now=NOW)
        assert _stand(c, under).state is State.SUSPENDED
        files = [carry(c, e, grant=state.grant_digest) for e in (theirs, mine, over)]
    about = Granted(state.grant_digest, LIN, ACME, COUNCIL)
    found = taken_back(files, about, trusted=lambda who: [ALL_KEYS[who].public])
    assert found.ignored == ()
    assert found.paused is not None
    assert found.paused.by == COUNCIL
