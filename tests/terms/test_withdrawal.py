# SPDX-License-Identifier: Apache-2.0
"""Taking back, pausing, and what is left to erase: by the person's key, at once, once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.clock import to_text
from countersign.errors import Conflict, Internal, NotAllowed, NotFound, NotVerified
from countersign.people import add_key
from countersign.seal import Envelope, SigningKey, Statement, commitment, require, sign
from countersign.store import Database, upgrade
from countersign.terms import (
    Permit,
    Refusal,
    State,
    decide,
    erasures,
    keep_record,
    mark_erased,
    mark_logged,
    offer_state,
    order_erasure,
    record,
    records,
    resume,
    sign_offer,
    standing,
    suspend,
    unlogged,
    withdraw,
    withdraw_part,
)
from tests.terms.scene import ACME, KEYS, KIM, LATER, LIN, NOW, ask, hub, offered, signed


def take_back(c: sa.Connection, id: str, who: str = LIN) -> Envelope:
    return withdraw(c, agreement_id=id, key=KEYS[who], by=who, now=LATER)


def permitted(c: sa.Connection, id: str) -> bool:
    return isinstance(decide(ask(), standing(c, id), now=LATER), Permit)


def receipt(grant: str) -> Envelope:
    return sign(Statement("deletion-receipt", (("grant", grant),), {"v": 1}), KEYS[ACME])


def test_clause_02_after_a_withdrawal_the_next_decision_refuses(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        assert permitted(c, id)
        take_back(c, id)
        said = decide(ask(), standing(c, id), now=LATER)
        assert isinstance(said, Refusal)
        assert said.code == "withdrawn"
        assert to_text(LATER) in said.what


def test_clause_01_a_withdrawal_is_one_call_and_holds_no_reason(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        envelope = take_back(c, id)
        statement = require(envelope, "withdrawal", [KEYS[LIN].public])
        assert statement.subjects == (("grant", offer_state(c, id).grant_digest),)
        assert statement.predicate == {
            "v": 1,
            "scope": "whole",
            "agreement": id,
            "by": LIN,
            "at": to_text(LATER),
        }


def test_a_second_withdrawal_returns_the_first_record(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        first = take_back(c, id)
        again = withdraw(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER + timedelta(days=1))
        assert again == first
        assert len(erasures(c)) == 1


@pytest.mark.parametrize("who", [ACME, KIM])
def test_nobody_else_can_take_back_or_pause(tmp_path: Path, who: str) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        for act in (withdraw, suspend, resume):
            for by, key in ((who, who), (LIN, who), (who, LIN)):
                with pytest.raises(NotAllowed, match="Only the person"):
                    act(c, agreement_id=id, key=KEYS[key], by=by, now=NOW)
        assert permitted(c, id)
        assert erasures(c) == ()


def test_any_key_bound_to_the_person_takes_back(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        spare = SigningKey.generate()
        add_key(c, subject=LIN, key=spare, by=KEYS[LIN], now=NOW)
        withdraw(c, agreement_id=id, key=spare, by=LIN, now=LATER)
        assert not permitted(c, id)


def test_a_person_takes_back_before_the_party_has_signed(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=NOW)
        take_back(c, offer.agreement_id)
        assert offer_state(c, offer.id).state is State.WITHDRAWN


def test_an_unknown_agreement_cannot_be_taken_back(tmp_path: Path) -> None:
    with hub(tmp_path) as c, pytest.raises(NotFound, match="no such agreement"):
        take_back(c, "anothing")


def test_a_withdrawal_that_does_not_commit_leaves_nothing_half_done(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
    db = Database(tmp_path / "hub.db")
    with pytest.raises(KeyboardInterrupt):
        _interrupted(db, id)
    with db.read() as c:
        assert permitted(c, id)
        assert erasures(c) == ()
    db.close()


def _interrupted(db: Database, id: str) -> None:
    with db.write() as c:
        take_back(c, id)
        raise KeyboardInterrupt


def test_clause_02_another_connection_refuses_as_soon_as_the_withdrawal_commits(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
    one, other = Database(tmp_path / "hub.db"), Database(tmp_path / "hub.db")
    upgrade(one, "hub")
    with other.read() as c:
        assert permitted(c, id)
    with one.write() as c:
        take_back(c, id)
    with other.read() as c:
        assert not permitted(c, id)
    one.close()
    other.close()


def test_clause_29_suspension_stops_use_and_resuming_restores_it(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        for _ in range(3):
            first = suspend(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER)
            assert not permitted(c, id)
            assert suspend(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER) == first
            resume(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER)
            assert permitted(c, id)
        numbers = [
            r.envelope.statement.predicate["number"]
            for r in records(c, offer_state(c, id).grant_digest)
            if r.kind == "suspension"
        ]
        assert sorted(numbers) == [1, 2, 3, 4, 5, 6]


def test_what_is_not_suspended_cannot_be_resumed(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        with pytest.raises(Conflict, match="not suspended"):
            resume(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW)


def test_a_withdrawal_is_for_good(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        suspend(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW)
        take_back(c, id)
        for act in (resume, suspend):
            with pytest.raises(Conflict, match="took this back"):
                act(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER)
        assert not permitted(c, id)


def test_clause_04_an_order_to_erase_has_a_clock_and_ends_in_a_receipt(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        take_back(c, id)
        (order,) = erasures(c)
        assert order.due_at == LATER + timedelta(hours=72)
        assert order.overdue_at == LATER + timedelta(days=30)
        done = mark_erased(c, withdrawal=order.withdrawal, receipt=receipt(order.grant), now=LATER)
        assert (done.done_at, done.receipt) == (LATER, receipt(order.grant).digest)
        assert erasures(c) == ()
        assert erasures(c, open_only=False) == (done,)
        assert record(c, done.receipt).kind == "deletion-receipt"


def test_an_order_is_closed_once_and_only_by_a_deletion_receipt(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        with pytest.raises(NotFound, match="no order"):
            mark_erased(c, withdrawal="00", receipt=receipt("00"), now=LATER)
        withdrawal = take_back(c, id)
        with pytest.raises(NotVerified, match="not a deletion receipt"):
            mark_erased(c, withdrawal=withdrawal.digest, receipt=withdrawal, now=LATER)
        first = mark_erased(c, withdrawal=withdrawal.digest, receipt=receipt("00"), now=LATER)
        assert (
            mark_erased(c, withdrawal=withdrawal.digest, receipt=receipt("11"), now=LATER) == first
        )


def test_records_enter_the_log_when_complete_and_once(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=NOW)
        kinds = [r.kind for r in unlogged(c)]
        assert set(kinds) == {"grant"}
        assert len(kinds) == 1 + len(offer.terms.toggles)
        sign_offer(c, offer.id, signer=ACME, key=KEYS[ACME], now=NOW)
        take_back(c, offer.agreement_id)
        waiting = unlogged(c)
        around = sorted(r.kind for r in waiting[len(kinds) :])
        assert around == ["agreement", "notice", "undertaking", "withdrawal"]
        for number, r in enumerate(waiting):
            assert r.commitment == commitment(r.salt, r.envelope.to_value())
            mark_logged(c, r.digest, number)
        assert unlogged(c) == ()
        assert [record(c, r.digest).leaf_index for r in waiting] == list(range(len(waiting)))
        with pytest.raises(Internal, match="logged twice"):
            mark_logged(c, waiting[0].digest, 9)


def test_clause_32_a_commitment_is_salted_so_equal_records_look_unequal(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        salts = {
            r.salt
            for id in (signed(c), signed(c))
            for r in records(c, offer_state(c, id).grant_digest)
        }
        one = records(c, offer_state(c, signed(c)).grant_digest)
        assert len(salts) == 2 * len(one)
        assert {len(salt) for salt in salts} == {16}


def test_a_complete_record_never_changes(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        envelope = receipt("00")
        first = keep_record(c, envelope, now=NOW)
        assert keep_record(c, envelope, now=LATER) == first
        other = sign(envelope.statement, KEYS[LIN])
        with pytest.raises(Conflict, match="complete already"):
            keep_record(c, other, now=LATER)
        with pytest.raises(NotFound, match="No record"):
            record(c, "00" * 32)


def test_what_is_ordered_again_is_added_to_what_was_ordered_and_opens_the_order(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        envelope = withdraw_part(
            c, agreement_id=id, key=KEYS[LIN], by=LIN, parts=["claim:c1"], now=LATER
        )
        grant = offer_state(c, id).grant_digest
        for refs in (["r1/c1"], ["r2/c2"], ["r1/c1"]):
            order_erasure(c, envelope, agreement=id, grant=grant, now=LATER, whole=False, refs=refs)
        (order,) = erasures(c)
        assert (order.refs, order.claims) == (("r1/c1", "r2/c2"), ("c1", "c2"))
