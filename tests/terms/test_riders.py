"""Clauses 7 and 15: a persona is a document of its own, signed apart, short, and off by default."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotAllowed, NotFound
from countersign.people import IdentityLevel, attest_key
from countersign.seal import sign
from countersign.terms import (
    Benefit,
    Profile,
    Refusal,
    RiderState,
    Terms,
    agreements,
    assess,
    decide,
    find_rider,
    keep_record,
    kept_text,
    offer_rider,
    preset,
    riders,
    sign_offer,
    sign_rider,
    standing,
    tables,
    tell_representatives,
    withdraw_part,
)
from countersign.terms.notices import rider_statement
from tests.terms.council import ALL_KEYS, COUNCIL, DAY, works
from tests.terms.scene import ACME, FEE, KEYS, KIM, LATER, LIN, NOW, ZERO, ask, offered, signed

STYLED = replace(preset("my-team"), profile=Profile.COMPANY, persona=True)
SPEAK = ask(persona=True)


def agree(c: sa.Connection, terms: Terms = STYLED) -> str:
    """Sign the agreement with every toggle, notice and a full assessment: all but the rider."""
    offer = offered(c, terms)
    attest_key(
        c,
        subject=LIN,
        key=KEYS[LIN],
        attester=COUNCIL,
        by=ALL_KEYS[COUNCIL],
        level=IdentityLevel.REPRESENTATIVE,
        now=NOW,
    )
    sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=NOW, items=terms.toggles)
    sign_offer(c, offer.id, signer=ACME, key=KEYS[ACME], now=NOW)
    stand = standing(c, offer.agreement_id)
    assert stand is not None
    text = {"en": "What could go wrong, and what is done about it."}
    assess(c, stand, text, full=True, key=KEYS[ACME], now=NOW)
    tell_representatives(c, stand, to=[COUNCIL], texts=text, key=KEYS[ACME], now=NOW)
    return offer.agreement_id


def offer(
    c: sa.Connection,
    under: str,
    *,
    signer: str = ACME,
    days: int = 90,
    benefits: tuple[Benefit, ...] = (FEE,),
) -> RiderState:
    """Offer a rider."""
    return offer_rider(
        c, under, benefits=benefits, days=days, signer=signer, key=KEYS[signer], now=NOW
    )


def speaks(c: sa.Connection, under: str, now: datetime = LATER) -> bool:
    """Tell whether the skill may speak as the person; without that, it may answer either way."""
    plain = decide(ask(), standing(c, under), now=now)
    assert not isinstance(plain, Refusal), plain
    answer = decide(SPEAK, standing(c, under), now=now)
    assert not isinstance(answer, Refusal) or answer.code == "persona"
    return not isinstance(answer, Refusal)


def test_clause_07_terms_with_a_persona_speak_as_nobody_before_the_rider_is_signed(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        assert not speaks(c, agree(c))


@pytest.mark.parametrize(("first", "second"), [(ACME, LIN), (LIN, ACME)])
def test_clause_07_a_rider_counts_when_both_sides_signed_the_same_bytes(
    tmp_path: Path, first: str, second: str
) -> None:
    with works(tmp_path) as c:
        under = agree(c)
        made = offer(c, under, signer=first)
        assert made.missing == (second,)
        assert not speaks(c, under)
        done = sign_rider(c, made.digest, signer=second, key=KEYS[second], now=NOW)
        assert done.missing == ()
        assert done.digest == made.digest
        assert speaks(c, under)


def test_clause_07_a_rider_ends_on_its_own_day_and_the_skill_goes_on(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = agree(c)
        made = offer(c, under, days=30)
        sign_rider(c, made.digest, signer=LIN, key=KEYS[LIN], now=NOW)
        assert speaks(c, under, NOW + 30 * DAY - timedelta(seconds=1))
        assert not speaks(c, under, NOW + 30 * DAY)


def test_clause_07_a_rider_is_taken_back_by_itself_and_for_good(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = agree(c)
        made = offer(c, under)
        sign_rider(c, made.digest, signer=LIN, key=KEYS[LIN], now=NOW)
        withdraw_part(c, agreement_id=under, key=KEYS[LIN], by=LIN, parts=["persona"], now=NOW)
        assert not speaks(c, under)
        with pytest.raises(NotAllowed, match="no persona"):
            offer(c, under)


def test_clause_15_a_rider_is_never_offered_before_its_agreement_is_signed(tmp_path: Path) -> None:
    with works(tmp_path) as c, pytest.raises(NotAllowed, match="not in force"):
        offer(c, offered(c, STYLED).id)


def test_clause_07_terms_without_a_persona_have_no_rider(tmp_path: Path) -> None:
    with works(tmp_path) as c, pytest.raises(NotAllowed, match="no persona"):
        offer(c, signed(c))


@pytest.mark.parametrize("days", [0, 181])
def test_clause_07_a_rider_runs_180_days_at_most(tmp_path: Path, days: int) -> None:
    with works(tmp_path) as c, pytest.raises(BadInput, match="1 to 180 days"):
        offer(c, agree(c), days=days)


def test_a_rider_never_outlives_its_agreement(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = agree(c, replace(STYLED, term_days=20))
        assert offer(c, under).expires == NOW + 20 * DAY


@pytest.mark.parametrize("benefits", [(), (ZERO,)])
def test_a_rider_gives_something_of_its_own(tmp_path: Path, benefits: tuple[Benefit, ...]) -> None:
    with works(tmp_path) as c, pytest.raises(BadInput, match="in return"):
        offer(c, agree(c), benefits=benefits)


def test_a_rider_is_signed_by_its_two_sides_alone_and_once(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        made = offer(c, agree(c))
        with pytest.raises(NotAllowed, match="not for this signer"):
            sign_rider(c, made.digest, signer=KIM, key=KEYS[KIM], now=NOW)
        with pytest.raises(NotAllowed, match="not bound to that signer"):
            sign_rider(c, made.digest, signer=LIN, key=KEYS[ACME], now=NOW)
        with pytest.raises(Conflict, match="signed already"):
            sign_rider(c, made.digest, signer=ACME, key=KEYS[ACME], now=NOW)
        with pytest.raises(NotAllowed, match="time of this rider is over"):
            sign_rider(c, made.digest, signer=LIN, key=KEYS[LIN], now=made.expires)
        with pytest.raises(NotFound):
            sign_rider(c, "00" * 32, signer=LIN, key=KEYS[LIN], now=NOW)


def test_a_rider_of_more_days_counts_for_nothing_even_with_both_signatures(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = agree(c)
        stand = standing(c, under)
        assert stand is not None
        for days, counts in ((181, False), (180, True)):
            statement = rider_statement(
                grant=stand.grant,
                agreement=under,
                texts={},
                benefits=[FEE],
                starts=NOW,
                expires=NOW + days * DAY,
            )
            both = sign(statement, KEYS[LIN], KEYS[ACME])
            keep_record(c, both, grant=stand.grant, now=NOW)
            assert speaks(c, under) == counts


def test_a_rider_of_another_agreement_counts_for_nothing(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = agree(c)
        made = offer(c, under)
        sign_rider(c, made.digest, signer=LIN, key=KEYS[LIN], now=NOW)
        other = offered(c, STYLED)
        here = tables.record.c.digest == made.digest
        c.execute(tables.record.update().where(here).values(grant_digest=other.grant_digest))
        assert not speaks(c, under)
        assert standing(c, other.agreement_id).persona_until is None  # type: ignore[union-attr]


def test_the_riders_own_document_is_kept_by_its_signed_digest(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = agree(c)
        made = offer(c, under)
        en, zh = (kept_text(c, made.texts[lang]) for lang in ("en", "zh"))
        assert under in en
        assert "CNY 300.00" in en
        assert "Lin Wei 林伟" in zh
        assert riders(c, under) == (made,)
        assert find_rider(c, made.digest[:10]) == made
        assert under in agreements(c, person=LIN)
