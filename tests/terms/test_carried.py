# SPDX-License-Identifier: Apache-2.0
"""A withdrawal file is honoured by whoever sees it, and nothing forged, moved or edited is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from countersign.errors import BadInput, Conflict, NotAllowed, NotFound, NotVerified
from countersign.people import (
    add_key,
    end_key,
    revoke_key,
    revoke_statement,
    rotate_key,
)
from countersign.seal import Envelope, SigningKey, Statement, canonical, sign
from countersign.terms import (
    Bundle,
    accept,
    erasures,
    honoured,
    keep_record,
    offer_state,
    read_word,
    records,
    resume,
    suspend,
    taken_back,
    withdraw,
    withdraw_part,
)
from countersign.terms.records import suspension_statement, withdrawal_statement
from tests.terms import council as floors
from tests.terms.carried_scene import (
    CODE,
    COUNCIL,
    COUNCILLED,
    HELD,
    code,
    council,
    file_of,
    give_code,
    granted,
    known,
)
from tests.terms.scene import ACME, KEYS, KIM, LATER, LIN, NOW, hub, signed


def test_a_file_by_the_person_is_honoured_with_only_the_grant_and_a_pinned_key(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        bundle = file_of(c, id, withdraw(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER))
        word = honoured(bundle, granted(c, id), trusted=known())
        assert (word.whole, word.role, word.at) == (True, "", LATER)
        assert honoured(Bundle(record=bundle.record), granted(c, id), trusted=known()) == word
        assert Bundle.of(bundle.record.to_bytes()) == Bundle(record=bundle.record)


def test_a_hub_takes_a_file_from_whoever_brings_it_and_refuses_from_then_on(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        grant = offer_state(c, id).grant_digest
        said = withdrawal_statement(grant=grant, agreement=id, by=LIN, at=NOW)
        assert code(c, id) == "permit"
        for _ in range(2):
            assert accept(c, Bundle(record=sign(said, KEYS[LIN])), now=LATER).whole
        assert code(c, id) == "withdrawn"
        assert len(erasures(c)) == 1
        assert sum(r.kind == "withdrawal" for r in records(c, grant)) == 1


def _edited(bundle: Bundle, **changes: Any) -> Bundle:
    """Return the file with other words under the old signature."""
    statement = bundle.record.statement
    said = {k: v for k, v in ({**statement.predicate, **changes}).items() if v is not None}
    payload = Statement(statement.kind, statement.subjects, said).to_bytes()
    return replace(bundle, record=Envelope(payload, bundle.record.signatures))


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "whole", "parts": None},
        {"parts": ["purpose:onboard", "source:mail"]},
        {"at": "2026-01-01T00:00:00Z"},
        {"by": KIM},
        {"role": "revoke"},
        {"reason": "none of your business"},
        {"scope": "part", "parts": []},
    ],
)
def test_a_part_sold_as_a_whole_and_any_other_edit_is_not_honoured(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        part = withdraw_part(
            c, agreement_id=id, key=KEYS[LIN], by=LIN, parts=["source:mail"], now=LATER
        )
        bundle = _edited(file_of(c, id, part), **changes)
        with pytest.raises(NotVerified):
            honoured(bundle, granted(c, id), trusted=known())
        with pytest.raises(NotVerified):
            accept(c, bundle, now=LATER)
        assert taken_back([bundle], granted(c, id), trusted=known()).parts == frozenset()


def test_a_file_about_another_grant_says_nothing_of_this_one(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        one, other = signed(c), signed(c)
        bundle = file_of(c, one, withdraw(c, agreement_id=one, key=KEYS[LIN], by=LIN, now=LATER))
        with pytest.raises(NotVerified, match="another grant"):
            honoured(bundle, granted(c, other), trusted=known())
        found = taken_back([bundle], granted(c, other), trusted=known())
        assert (found.whole, found.ignored) == (None, ())
        assert code(c, other) == "permit"
        elsewhere = withdrawal_statement(grant="ab" * 32, agreement=one, by=LIN, at=NOW)
        with pytest.raises(NotFound, match="not known here"):
            accept(c, Bundle(record=sign(elsewhere, KEYS[LIN])), now=LATER)


@pytest.mark.parametrize(("by", "signer"), [(LIN, ACME), (LIN, KIM), (ACME, ACME), (KIM, KIM)])
@pytest.mark.parametrize("role", ["", "revoke", "representative"])
def test_a_file_by_anybody_else_in_any_role_is_not_honoured(
    tmp_path: Path, by: str, signer: str, role: str
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        give_code(c, id)
        grant = offer_state(c, id).grant_digest
        said = withdrawal_statement(grant=grant, agreement=id, by=by, at=NOW, role=role)
        bundle = file_of(c, id, sign(said, KEYS[signer]))
        with pytest.raises(NotVerified):
            honoured(bundle, granted(c, id), trusted=known())
        with pytest.raises(NotVerified):
            accept(c, bundle, now=LATER)
        assert code(c, id) == "permit"


def test_a_second_signature_makes_a_file_unbelievable(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        grant = offer_state(c, id).grant_digest
        said = withdrawal_statement(grant=grant, agreement=id, by=LIN, at=NOW)
        bundle = Bundle(record=sign(said, KEYS[LIN], KEYS[ACME]))
        with pytest.raises(NotVerified, match="not signed by somebody"):
            honoured(bundle, granted(c, id), trusted=known())


def test_a_key_that_came_later_is_believed_by_the_chain_in_the_file(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        new = SigningKey(sha256(b"new").digest())
        rotate_key(c, subject=LIN, key=new, by=KEYS[LIN], now=NOW)
        bundle = file_of(c, id, withdraw(c, agreement_id=id, key=new, by=LIN, now=LATER))
        assert honoured(bundle, granted(c, id), trusted=known()).whole
        alone = replace(bundle, chain=())
        with pytest.raises(NotVerified):
            honoured(alone, granted(c, id), trusted=known())
        stranger = known(**{LIN: [KEYS[KIM].public]})
        with pytest.raises(NotVerified):  # no trusted key stands in the chain
            honoured(bundle, granted(c, id), trusted=stranger)
        with pytest.raises(NotVerified):  # the old key had ended by then
            honoured(_signed_as(bundle, KEYS[LIN]), granted(c, id), trusted=known(**{LIN: []}))


def _signed_as(bundle: Bundle, key: SigningKey) -> Bundle:
    return replace(bundle, record=sign(bundle.record.statement, key))


def test_an_ended_key_takes_nothing_back_even_with_the_chain_of_its_days(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        spare = SigningKey(sha256(b"spare").digest())
        add_key(c, subject=LIN, key=spare, by=KEYS[LIN], now=NOW)
        grant = offer_state(c, id).grant_digest
        said = withdrawal_statement(grant=grant, agreement=id, by=LIN, at=NOW + timedelta(hours=1))
        old = file_of(c, id, sign(said, spare))
        end_key(c, subject=LIN, public=spare.public, by=KEYS[LIN], now=NOW + timedelta(hours=2))
        with pytest.raises(NotVerified, match="not in use any more"):
            accept(c, old, now=LATER)
        with pytest.raises(NotAllowed, match="Only the person"):
            withdraw(c, agreement_id=id, key=spare, by=LIN, now=LATER)
        assert code(c, id) == "permit"


def test_the_code_on_paper_takes_back_and_pauses_and_can_do_nothing_else(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id, other = signed(c), signed(c)
        key = give_code(c, id)
        suspend(c, agreement_id=id, key=key, by=LIN, now=LATER)
        assert code(c, id) == "suspended"
        with pytest.raises(NotAllowed, match="Only the person can let it"):
            resume(c, agreement_id=id, key=key, by=LIN, now=LATER)
        resume(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER)
        with pytest.raises(NotAllowed):  # a code is for one grant
            withdraw(c, agreement_id=other, key=key, by=LIN, now=LATER)
        bundle = file_of(c, id, withdraw(c, agreement_id=id, key=key, by=LIN, now=LATER))
        assert code(c, id) == "withdrawn"
        assert honoured(bundle, granted(c, id), trusted=known()).role == "revoke"
        with pytest.raises(NotVerified):
            honoured(replace(bundle, revoke=None), granted(c, id), trusted=known())


def test_a_code_that_the_person_never_signed_opens_nothing(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        grant = offer_state(c, id).grant_digest
        forged = sign(revoke_statement(grant, revoke_key(CODE).public), KEYS[ACME])
        keep_record(c, forged, grant=grant, now=NOW)
        with pytest.raises(NotAllowed):
            withdraw(c, agreement_id=id, key=revoke_key(CODE), by=LIN, now=LATER)
        said = withdrawal_statement(grant=grant, agreement=id, by=LIN, at=NOW, role="revoke")
        bundle = Bundle(record=sign(said, revoke_key(CODE)), revoke=forged)
        with pytest.raises(NotVerified):
            honoured(bundle, granted(c, id), trusted=known())
        with pytest.raises(BadInput):
            revoke_key(CODE[:-1] + ("0" if CODE[-1] != "0" else "1"))


def test_nobody_lets_it_be_used_again_with_a_file_but_the_person(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        key = give_code(c, id)
        grant = offer_state(c, id).grant_digest
        suspend(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER)
        said = suspension_statement(
            grant=grant, agreement=id, by=LIN, at=LATER, number=2, resume=True, role="revoke"
        )
        with pytest.raises(NotVerified, match="Only the person"):
            accept(c, file_of(c, id, sign(said, key)), now=LATER)
        assert code(c, id) == "suspended"


def test_of_two_files_on_pausing_the_later_number_counts(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        stop = file_of(c, id, suspend(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER))
        go = file_of(c, id, resume(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=LATER))
        about, keys = granted(c, id), known()
        assert taken_back([stop], about, trusted=keys).paused is not None
        for both in ([stop, go], [go, stop]):
            assert taken_back(both, about, trusted=keys).paused is None


def test_a_representative_told_on_paper_takes_back_only_where_the_terms_name_them(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        council(c)
        named = signed(c, COUNCILLED)
        unnamed = signed(c)
        with pytest.raises(NotAllowed, match="Only the person"):
            withdraw(c, agreement_id=unnamed, key=HELD, by=COUNCIL, now=LATER)
        envelope = withdraw(c, agreement_id=named, key=HELD, by=COUNCIL, now=LATER)
        assert envelope.statement.predicate["role"] == "representative"
        assert envelope.statement.predicate["channel"] == "paper"
        assert code(c, named) == "withdrawn"
        assert code(c, unnamed) == "permit"
        bundle = file_of(c, named, envelope)
        keys = known(**{COUNCIL: [HELD.public]})
        assert honoured(bundle, granted(c, named), trusted=keys).by == COUNCIL
        with pytest.raises(NotVerified):  # a verifier that does not know the council
            honoured(bundle, granted(c, named), trusted=known())
        with pytest.raises(NotVerified):
            honoured(bundle, replace(granted(c, named), representative=""), trusted=keys)
        with pytest.raises(Conflict, match="took this back"):  # the party cannot undo it
            resume(c, agreement_id=named, key=KEYS[LIN], by=LIN, now=LATER)


def _files(bundle: Bundle) -> list[bytes]:
    """Return what is not a withdrawal file, though it resembles one."""
    value = json.loads(bundle.to_bytes())
    return [
        b"",
        b"{}",
        b"[]",
        bundle.to_bytes() + b"\n",
        json.dumps(value, indent=1).encode(),
        canonical(value | {"v": 2}),
        canonical(value | {"reason": "x"}),
        canonical({k: v for k, v in value.items() if k != "withdrawal"}),
        canonical(value | {"bindings": "none"}),
        b" " * (1 << 21),
    ]


def test_what_is_not_a_withdrawal_file_is_not_read(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        bundle = file_of(c, id, withdraw(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW))
        for data in _files(bundle):
            with pytest.raises(NotVerified):
                Bundle.of(data)
        with pytest.raises(NotVerified):  # another kind of record in its place
            read_word(sign(Statement("notice", (("grant", "00"),), {"v": 1}), KEYS[LIN]))


def test_one_flipped_bit_in_a_file_is_found_or_touches_only_what_takes_nothing_away(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        bundle = file_of(c, id, withdraw(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW))
        whole, about = Bundle(record=bundle.record).to_bytes(), granted(c, id)
        for place in range(len(whole)):
            data = bytearray(whole)
            data[place] ^= 1 << (place % 7)
            with pytest.raises(NotVerified):
                honoured(Bundle.of(bytes(data)), about, trusted=known())


def test_a_floor_names_its_representative_for_that_party_alone(tmp_path: Path) -> None:
    with floors.works(tmp_path) as c:
        id = signed(c)
        held = floors.ALL_KEYS[floors.COUNCIL]
        with pytest.raises(NotAllowed):
            withdraw(c, agreement_id=id, key=held, by=floors.COUNCIL, now=LATER)
        floors.agreed(c, floors.floor())
        envelope = withdraw(c, agreement_id=id, key=held, by=floors.COUNCIL, now=LATER)
        bundle = file_of(c, id, envelope)
        keys = known(**{floors.COUNCIL: [held.public]})
        assert honoured(bundle, granted(c, id), trusted=keys).by == floors.COUNCIL
        for without in (
            replace(bundle, floor=None),
            replace(bundle, floor=sign(bundle.floor.statement, held) if bundle.floor else None),
        ):
            with pytest.raises(NotVerified):
                honoured(without, granted(c, id), trusted=keys)
        with pytest.raises(NotVerified):
            honoured(bundle, replace(granted(c, id), party="oother"), trusted=keys)
