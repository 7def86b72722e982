# SPDX-License-Identifier: Apache-2.0
"""What is believed of an agreement: signed bytes and keys bound now, never a column."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import CountersignError, NotVerified
from countersign.people import rotate_key
from countersign.people import tables as people_tables
from countersign.seal import Envelope, SigningKey, Statement, countersign, sign
from countersign.terms import (
    Permit,
    Refusal,
    State,
    decide,
    keep_record,
    offer_state,
    preset,
    resume,
    sign_offer,
    standing,
    standings,
    suspend,
    tables,
    withdraw,
)
from tests.terms.scene import ACME, KEYS, LATER, LIN, NOW, ask, hub, offered, signed

OFFER, RECORD, SIGNING = tables.offer, tables.record, tables.signing


def change(c: sa.Connection, table: sa.Table, **values: object) -> None:
    c.execute(table.update().values(values))


def missing(c: sa.Connection, id: str) -> tuple[str, ...]:
    found = standing(c, id)
    assert found is not None
    assert isinstance(decide(ask(), found, now=LATER), Refusal)
    return found.missing


def test_a_whole_agreement_stands_with_nothing_missing(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        found = standing(c, signed(c))
        assert found is not None
        assert (found.missing, found.signed_at, found.state) == ((), NOW, State.IN_FORCE)
        assert (found.person, found.party, found.terms) == (LIN, ACME, preset("my-team"))


@pytest.mark.parametrize("column", ["text_en", "text_zh"])
def test_a_changed_contract_text_is_not_shown_as_what_was_signed(
    tmp_path: Path, column: str
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        change(c, OFFER, **{column: "changed"})
        with pytest.raises(NotVerified, match="does not match its signed bytes"):
            offer_state(c, id)


@pytest.mark.parametrize("column", ["id", "grant_digest", "person", "party"])
def test_a_changed_column_is_found(tmp_path: Path, column: str) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        change(c, OFFER, **{column: "changed"})
        with pytest.raises(NotVerified):
            standing(c, id)
        assert standings(c, [id]) == {}


@pytest.mark.parametrize("column", ["grant_payload", "agreement_payload"])
def test_changed_terms_or_another_contract_are_found(tmp_path: Path, column: str) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        other = offered(c, replace(preset("my-team"), callers_at_most=5))
        row = c.execute(sa.select(OFFER).where(OFFER.c.id == other.id)).one()
        c.execute(
            OFFER.update().where(OFFER.c.agreement == id).values({column: row._mapping[column]})
        )
        with pytest.raises(NotVerified):
            standing(c, id)


def test_a_damaged_agreement_hinders_no_other(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        good, bad = signed(c), signed(c)
        c.execute(OFFER.update().where(OFFER.c.agreement == bad).values(person="changed"))
        assert set(standings(c, [good, bad])) == {good}


@pytest.mark.parametrize("flip", range(0, 600, 61))
def test_a_flipped_bit_in_an_envelope_is_found(tmp_path: Path, flip: int) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        for row in c.execute(sa.select(RECORD)).all():
            data = bytearray(row.envelope)
            data[-1 - flip % len(data)] ^= 1
            c.execute(
                RECORD.update().where(RECORD.c.digest == row.digest).values(envelope=bytes(data))
            )
        try:
            assert "person lin" in missing(c, id)
        except NotVerified:
            assert standings(c, [id]) == {}


def test_a_signature_by_an_unbound_key_counts_for_nothing(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        row = c.execute(sa.select(OFFER)).one()
        for payload in (row.grant_payload, row.agreement_payload):
            envelope = countersign(Envelope(payload), SigningKey.generate())
            values = {"envelope": envelope.to_bytes(), "salt": b"", "complete": 1, "at": 0}
            c.execute(
                RECORD.insert().values(
                    digest=envelope.digest, kind="grant", grant_digest=row.grant_digest, **values
                )
            )
            c.execute(
                SIGNING.insert().values(
                    digest=envelope.digest,
                    signer=LIN,
                    grant_digest=row.grant_digest,
                    keyid="",
                    at=to_seconds(NOW),
                )
            )
        assert missing(c, offer.agreement_id) == ("person lin", "party acme")


def test_the_persons_key_never_counts_for_the_party(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=NOW)
        # Somebody with the database at hand binds the person's key to the party as well.
        b = people_tables.key_binding
        held = c.execute(sa.select(b).where(b.c.subject == LIN)).one()
        c.execute(b.delete().where(b.c.subject == ACME))
        c.execute(b.insert().values(**{**held._mapping, "subject": ACME}))
        agreed = c.execute(sa.select(RECORD).where(RECORD.c.kind == "agreement")).one()
        c.execute(
            SIGNING.insert().values(
                digest=agreed.digest,
                signer=ACME,
                grant_digest=offer.grant_digest,
                keyid="",
                at=to_seconds(NOW),
            )
        )
        assert missing(c, offer.agreement_id) == ("party acme",)


def test_a_signature_without_a_noted_time_is_missing(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        c.execute(SIGNING.delete().where(SIGNING.c.signer == ACME))
        assert missing(c, id) == ("party acme",)


def test_a_key_rotated_out_still_counts_for_what_it_signed_while_it_was_bound(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        new = SigningKey.generate()
        rotate_key(c, subject=ACME, key=new, by=KEYS[ACME], now=NOW + timedelta(hours=1))
        found = standing(c, id)
        assert found is not None
        assert (found.missing, found.signed_at) == ((), NOW)


def test_a_key_counts_for_nothing_that_reached_the_hub_before_it_was_bound_or_after_it_ended(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        new = SigningKey.generate()
        rotate_key(c, subject=ACME, key=new, by=KEYS[ACME], now=NOW + timedelta(hours=1))
        for hours, counts in ((-1, False), (0, True), (1, True), (2, False)):
            at = to_seconds(NOW + timedelta(hours=hours))
            c.execute(SIGNING.update().where(SIGNING.c.signer == ACME).values(at=at))
            found = standing(c, id)
            assert found is not None
            assert (found.missing == ()) == counts, hours


def test_a_signer_whose_bindings_do_not_hold_together_has_no_key_that_counts(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        b = people_tables.key_binding
        held = c.execute(sa.select(b).where(b.c.subject == ACME)).one()
        data = bytearray(held.envelope)
        data[-20] ^= 1
        c.execute(b.update().where(b.c.subject == ACME).values(envelope=bytes(data)))
        assert missing(c, id) == ("party acme",)


def test_a_resumption_goes_on_counting_when_its_key_was_rotated(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        suspend(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW)
        resume(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW)
        new = SigningKey.generate()
        rotate_key(c, subject=LIN, key=new, by=KEYS[LIN], now=NOW + timedelta(hours=1))
        found = standing(c, id)
        assert found is not None
        assert found.state is State.IN_FORCE


@pytest.mark.parametrize("act", [withdraw, suspend])
def test_clause_02_editing_the_state_does_not_undo_a_signed_withdrawal_or_suspension(
    tmp_path: Path, act: type
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        act(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW)
        change(c, OFFER, state="in-force", since=None)
        c.execute(RECORD.update().where(RECORD.c.kind != "grant").values(kind="other"))
        found = standing(c, id)
        assert found is not None
        assert found.state is not State.IN_FORCE
        assert isinstance(decide(ask(), found, now=LATER), Refusal)


def test_a_resumption_that_the_person_did_not_sign_changes_nothing(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        suspend(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW)
        grant = offer_state(c, id).grant_digest
        predicate = {"v": 1, "act": "resume", "agreement": id, "by": LIN, "number": 99}
        forged = sign(Statement("suspension", (("grant", grant),), predicate), KEYS[ACME])
        keep_record(c, forged, grant=grant, now=NOW)
        change(c, OFFER, state="in-force", since=None)
        found = standing(c, id)
        assert found is not None
        assert found.state is State.SUSPENDED


def test_a_wrong_signature_under_the_right_key_id_counts_for_nothing(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        for row in c.execute(sa.select(RECORD)).all():
            envelope = Envelope.from_bytes(row.envelope)
            forged = Envelope(
                envelope.payload, tuple((k, bytes(64)) for k, _ in envelope.signatures)
            )
            values = {"envelope": forged.to_bytes()}
            c.execute(RECORD.update().where(RECORD.c.digest == row.digest).values(values))
        assert missing(c, id) == ("person lin", "party acme")


def test_a_state_that_says_withdrawn_is_believed_even_without_its_record(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        suspend(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW)
        change(c, OFFER, state="withdrawn")
        found = standing(c, id)
        assert found is not None
        assert found.state is State.WITHDRAWN


def test_a_suspension_that_is_oddly_numbered_or_unsigned_still_suspends(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        grant = offer_state(c, id).grant_digest
        odd = Statement("suspension", (("grant", grant),), {"number": "ninth", "act": "pause"})
        keep_record(c, sign(odd, KEYS[ACME]), grant=grant, now=NOW)
        alone = standing(c, id)
        plain = Statement("suspension", (("grant", grant),), {"number": 1, "act": "suspend"})
        keep_record(c, sign(plain, KEYS[ACME]), grant=grant, now=NOW)
        beside = standing(c, id)
        assert alone is not None
        assert beside is not None
        assert (alone.state, beside.state) == (State.SUSPENDED, State.SUSPENDED)


def test_an_item_by_another_key_or_for_another_grant_counts_for_nothing(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        short = replace(preset("my-team"), cooling_off_hours=0, cooling_off_chosen_by_person=True)
        id, other = signed(c, short), signed(c, short)
        grant = offer_state(c, id).grant_digest
        predicate = {"v": 1, "part": "item", "item": "short-cooling-off", "person": LIN}
        forged = [
            sign(_item(grant, predicate | {"grant": grant}), KEYS[ACME]),
            sign(
                _item(grant, predicate | {"grant": offer_state(c, other).grant_digest}), KEYS[LIN]
            ),
            sign(_item(grant, predicate | {"grant": grant, "item": "anything"}), KEYS[LIN]),
            sign(_item(grant, predicate | {"grant": grant, "more": 1}), KEYS[LIN]),
        ]
        for envelope in forged:
            values = {"kind": "grant", "salt": b"", "complete": 1, "at": 0}
            c.execute(
                RECORD.insert().values(
                    digest=envelope.digest,
                    grant_digest=grant,
                    envelope=envelope.to_bytes(),
                    **values,
                )
            )
        assert offer_state(c, id).items == set(short.toggles)


def _item(grant: str, predicate: dict[str, object]) -> Statement:
    return Statement("grant", (("grant", grant),), predicate)


def test_standings_of_many_are_the_standings_of_each(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        ids = [signed(c), signed(c, preset("ask-me")), offered(c).agreement_id]
        assert standings(c, ids) == {id: standing(c, id) for id in ids}
        assert standings(c, []) == {}
        permits = [
            isinstance(decide(ask(), s, now=LATER), Permit) for s in standings(c, ids).values()
        ]
        assert sorted(permits) == [False, False, True]


def test_a_field_that_this_version_does_not_know_makes_a_grant_unreadable(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        row = c.execute(sa.select(OFFER)).one()
        statement = Statement.from_bytes(row.grant_payload)
        widened = Statement(
            statement.kind, statement.subjects, {**statement.predicate, "alsoFor": "everyone"}
        )
        change(c, OFFER, grant_payload=widened.to_bytes())
        with pytest.raises(NotVerified):
            standing(c, id)


@pytest.mark.parametrize("said", [{"at": 3}, {}, {"at": "soon"}, {"at": ["2026"]}])
def test_a_notice_that_cannot_be_read_allows_nothing_and_hinders_no_other(
    tmp_path: Path, said: dict[str, object]
) -> None:
    with hub(tmp_path) as c:
        id, other = signed(c), signed(c)
        grant = offer_state(c, id).grant_digest
        notice = Statement("notice", (("grant", grant),), {"v": 1, "notice": "leaving", **said})
        keep_record(c, sign(notice, KEYS[LIN]), grant=grant, now=NOW)
        with pytest.raises(CountersignError):
            standing(c, id)
        assert list(standings(c, [id, other])) == [other]
