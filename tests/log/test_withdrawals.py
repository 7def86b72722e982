# SPDX-License-Identifier: Apache-2.0
"""A signed withdrawal finds a public place even if the hub refuses it, and nobody can push it out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from countersign.log import Witness, add_withdrawal, list_withdrawals
from countersign.seal import (
    Envelope,
    SigningKey,
    Statement,
    canonical,
    countersign,
    sha256,
    sha256_hex,
    sign,
)
from tests.log.scene import NOW, SIGNER
from tests.log.watching import watching
from tests.quick import quick_folder

KEY = SigningKey(sha256(b"the person"))


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Return a fresh witness."""
    with quick_folder() as folder, watching(folder) as made:
        yield made


def _signed(number: int = 0, *, kind: str = "withdrawal", key: SigningKey = KEY) -> Envelope:
    subject = (("grant", sha256_hex(b"grant %d" % number)),)
    return sign(Statement(kind, subject, {"v": 1, "at": "2026-11-23T12:00:00Z"}), key)


def _add(witness: Witness, body: bytes, most: int = 100) -> int:
    return add_withdrawal(witness, body, now=NOW, most=most).status


def _listed(witness: Witness, after: int = 0) -> list[dict[str, object]]:
    reply = list_withdrawals(witness, after=after)
    assert (reply.status, reply.kind) == (200, "application/json")
    found = json.loads(reply.body)
    assert isinstance(found, list)
    return found


def test_a_withdrawal_and_a_suspension_are_kept_as_they_are(witness: Witness) -> None:
    both = [_signed(), _signed(kind="suspension")]
    assert [_add(witness, each.to_bytes()) for each in both] == [201, 201]
    assert [entry["file"] for entry in _listed(witness)] == [e.to_value() for e in both]
    assert [entry["digest"] for entry in _listed(witness)] == [e.digest for e in both]
    assert [entry["number"] for entry in _listed(witness)] == [1, 2]
    assert {entry["at"] for entry in _listed(witness)} == {"2026-11-23T12:00:00Z"}


def test_a_file_with_what_shows_its_signer_s_right_is_kept_whole(witness: Witness) -> None:
    whole = {"v": 1, "withdrawal": _signed().to_value(), "bindings": [], "proof": "x"}
    assert _add(witness, canonical(whole)) == 201
    assert [entry["file"] for entry in _listed(witness)] == [whole]
    assert [entry["digest"] for entry in _listed(witness)] == [_signed().digest]
    broken: list[object] = [{"withdrawal": 1}, {"withdrawal": {}}, [whole]]
    for bad in broken:
        assert _add(witness, canonical(bad)) == 400
    assert _add(witness, canonical(whole | {"withdrawal": _signed(kind="grant").to_value()})) == 422


def test_the_same_file_is_kept_once(witness: Witness) -> None:
    body = _signed().to_bytes()
    assert [_add(witness, body) for _ in range(3)] == [201, 200, 200]
    assert len(_listed(witness)) == 1


def test_a_wrong_signature_posted_first_does_not_shut_out_the_right_one(witness: Witness) -> None:
    right = _signed()
    wrong = Envelope(right.payload, ((right.signatures[0][0], bytes(64)),))
    assert [_add(witness, wrong.to_bytes()), _add(witness, right.to_bytes())] == [201, 201]


def test_files_with_one_statement_are_bounded(witness: Witness) -> None:
    for number in range(9):
        made = countersign(_signed(), SigningKey(sha256(b"%d" % number)))
        assert _add(witness, made.to_bytes()) == (201 if number < 8 else 409)
    assert _add(witness, _signed(1).to_bytes()) == 201


@pytest.mark.parametrize("kind", ["grant", "agreement", "review-sheet", "release", "key-binding"])
def test_other_records_have_no_place_here(witness: Witness, kind: str) -> None:
    assert _add(witness, _signed(kind=kind).to_bytes()) == 422
    assert _listed(witness) == []


def test_what_is_not_a_signed_file_in_canonical_form_is_refused(witness: Witness) -> None:
    body = _signed().to_bytes()
    foreign = Envelope(b'{"hello":1}', _signed().signatures).to_bytes()
    for bad in (b"", b"{}", b"[]", b"hello", body + b"\n", body[:-1], b"\xff" + body, foreign):
        assert _add(witness, bad) == 400
    assert _add(witness, Envelope(_signed().payload).to_bytes()) == 422, "nobody signed it"
    assert _listed(witness) == []


def test_a_file_above_64_kib_is_refused_unread(witness: Witness) -> None:
    statement = Statement("withdrawal", (("grant", "0" * 64),), {"fill": "x" * 70_000})
    assert _add(witness, sign(statement, SIGNER.key).to_bytes()) == 413


def test_what_is_full_refuses_and_loses_nothing(witness: Witness) -> None:
    assert [_add(witness, _signed(n).to_bytes(), most=3) for n in range(5)] == [201] * 3 + [507] * 2
    assert len(_listed(witness)) == 3
    assert _add(witness, _signed(0).to_bytes(), most=3) == 200


def test_long_lists_are_read_in_pages(witness: Witness) -> None:
    for number in range(450):
        assert _add(witness, _signed(number).to_bytes(), most=500) == 201
    found, after = list[object](), 0
    while page := _listed(witness, after):
        assert len(page) <= 200
        found += [entry["number"] for entry in page]
        after = max(int(str(entry["number"])) for entry in page)
    assert found == list(range(1, 451))


def test_many_at_once_are_all_kept(witness: Witness) -> None:
    bodies = [_signed(number).to_bytes() for number in range(12)]
    threads = [Thread(target=_add, args=(witness, body)) for body in bodies * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_listed(witness)) == 12


def test_what_was_kept_outlives_a_restart(tmp_path: Path) -> None:
    with watching(tmp_path) as first:
        assert _add(first, _signed().to_bytes()) == 201
    with watching(tmp_path) as again:
        assert [entry["file"] for entry in _listed(again)] == [_signed().to_value()]
