# SPDX-License-Identifier: Apache-2.0
"""Envelopes are DSSE's, carry any number of signatures, and have one byte form each."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import Conflict, NotVerified
from countersign.seal import (
    Envelope,
    PublicKey,
    SigningKey,
    Statement,
    b64,
    canonical,
    countersign,
    pae,
    require,
    sign,
    signed_by,
)

ANN, BEN, EVE = (SigningKey(sha256(name).digest()) for name in (b"ann", b"ben", b"eve"))
GRANT = Statement("grant", (("terms.en.txt", "ab" * 32),), {"purposes": ["answer"], "note": "会签"})
BOTH = sign(GRANT, ANN, BEN)
VALUE = BOTH.to_value()


def test_pae_is_the_protocol_s_example() -> None:
    assert pae(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae(b"", "é") == "DSSEv1 2 é 0 ".encode()


def test_bytes_that_others_parse_stay_the_same(golden: Callable[[str, bytes], None]) -> None:
    golden("seal/grant.statement.json", GRANT.to_bytes())
    golden("seal/grant.dsse.json", BOTH.to_bytes())


def test_an_envelope_is_checked_with_nothing_but_the_protocol_s_text() -> None:
    value = json.loads(BOTH.to_bytes())
    payload = base64.b64decode(value["payload"])
    kind = value["payloadType"]
    message = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    keys = {k.public.keyid: Ed25519PublicKey.from_public_bytes(k.public.raw) for k in (ANN, BEN)}
    assert len(value["signatures"]) == 2
    for signature in value["signatures"]:
        keys[signature["keyid"]].verify(base64.b64decode(signature["sig"]), message)
    statement = json.loads(payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://w3id.org/countersign/grant/v1"
    assert statement["subject"] == [{"name": "terms.en.txt", "digest": {"sha256": "ab" * 32}}]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("changed", [False, True])
def test_openssl_verifies_a_signature_and_refuses_another_message(
    tmp_path: Path, changed: bool
) -> None:
    pem = Ed25519PublicKey.from_public_bytes(ANN.public.raw).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "message").write_bytes(pae(BOTH.payload) + b"x" * changed)
    (tmp_path / "signature").write_bytes(dict(BOTH.signatures)[ANN.public.keyid])
    done = subprocess.run(
        "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in message -sigfile signature".split(),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    said = b"Signature Verified Successfully" in done.stdout
    assert (said, done.returncode == 0) == (not changed, not changed), done.stderr


def test_two_signers_sign_the_same_bytes_in_any_order() -> None:
    assert countersign(countersign(Envelope(GRANT.to_bytes()), BEN), ANN) == BOTH
    assert [k for k, _ in BOTH.signatures] == sorted([ANN.public.keyid, BEN.public.keyid])
    assert BOTH.digest == sign(GRANT, EVE).digest == sha256(GRANT.to_bytes()).hexdigest()


def test_a_key_signs_a_record_once() -> None:
    with pytest.raises(Conflict):
        countersign(BOTH, ANN)


def test_require_wants_every_key_and_the_kind() -> None:
    assert require(BOTH, "grant", [ANN.public, BEN.public]) == GRANT
    assert require(BOTH, "grant", [BEN.public]) == GRANT
    for kind, keys in (
        ("grant", [ANN.public, EVE.public]),
        ("grant", []),
        ("agreement", [ANN.public]),
    ):
        with pytest.raises(NotVerified):
            require(BOTH, kind, keys)
    with pytest.raises(NotVerified):
        require(Envelope(GRANT.to_bytes()), "grant", [ANN.public])


def test_a_keyid_proves_nothing() -> None:
    (_, by_eve), *_ = sign(GRANT, EVE).signatures
    claimed = Envelope(GRANT.to_bytes(), ((ANN.public.keyid, by_eve),))
    assert not signed_by(claimed, ANN.public)
    assert signed_by(claimed, EVE.public)


def test_a_signature_over_another_payload_type_does_not_count() -> None:
    other = ANN.sign(pae(GRANT.to_bytes(), "text/plain"))
    assert not signed_by(Envelope(GRANT.to_bytes(), ((ANN.public.keyid, other),)), ANN.public)
    bare = ANN.sign(GRANT.to_bytes())
    assert not signed_by(Envelope(GRANT.to_bytes(), ((ANN.public.keyid, bare),)), ANN.public)


@given(st.integers(0, len(BOTH.to_bytes()) * 8 - 1))
def test_any_flipped_bit_of_an_envelope_is_refused(bit: int) -> None:
    changed = bytearray(BOTH.to_bytes())
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotVerified):
        _signed_by_both(bytes(changed))


def _signed_by_both(data: bytes) -> None:
    read = Envelope.from_bytes(data)
    require(read, "grant", [ANN.public, BEN.public])
    if [k for k, _ in read.signatures] != [k for k, _ in BOTH.signatures]:
        raise NotVerified("A keyid was changed: no signature covers it, and none is trusted by it.")


def _with(**changes: Any) -> bytes:
    return canonical({**VALUE, **changes})


SIGNATURES = VALUE["signatures"]
PAYLOAD = VALUE["payload"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"7",
        b'"text"',
        json.dumps(VALUE).encode(),
        BOTH.to_bytes() + b"\n",
        b"\xef\xbb\xbf" + BOTH.to_bytes(),
        _with(signatures=SIGNATURES[::-1]),
        _with(signatures=[SIGNATURES[0], *SIGNATURES]),
        _with(signatures=[{**SIGNATURES[0], "sig": SIGNATURES[1]["sig"]}, *SIGNATURES]),
        _with(signatures=None),
        _with(signatures=[None]),
        _with(signatures=["x"]),
        _with(signatures={"keyid": "x"}),
        _with(signatures=[{"sig": SIGNATURES[0]["sig"]}]),
        _with(signatures=[{"keyid": 7, "sig": SIGNATURES[0]["sig"]}]),
        _with(signatures=[{"keyid": "x", "sig": 7}]),
        _with(signatures=[{**SIGNATURES[0], "more": 1}]),
        _with(signatures=[{**SIGNATURES[0], "sig": SIGNATURES[0]["sig"].rstrip("=")}]),
        _with(signatures=[{**SIGNATURES[0], "sig": "_" + SIGNATURES[0]["sig"][1:]}]),
        _with(payloadType="application/json"),
        _with(payloadType=None),
        _with(payload=None),
        _with(payload=PAYLOAD + "\n"),
        _with(payload=PAYLOAD[:-1]),
        _with(more=1),
        canonical({k: v for k, v in VALUE.items() if k != "payloadType"}),
        canonical({k: v for k, v in VALUE.items() if k != "payload"}),
    ],
)
def test_an_envelope_in_any_other_byte_form_is_refused(data: bytes) -> None:
    with pytest.raises(NotVerified):
        Envelope.from_bytes(data)


STATEMENT = json.loads(GRANT.to_bytes())


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {**STATEMENT, "_type": "https://in-toto.io/Statement/v0.1"},
        {**STATEMENT, "predicateType": "grant"},
        {**STATEMENT, "predicateType": "https://w3id.org/countersign/grant/v2"},
        {**STATEMENT, "predicateType": "https://w3id.org/countersign/evaluation/v1"},
        {**STATEMENT, "predicateType": "https://example.org/grant/v1"},
        {**STATEMENT, "predicate": []},
        {**STATEMENT, "predicate": None},
        {**STATEMENT, "subject": None},
        {**STATEMENT, "subject": ["x"]},
        {**STATEMENT, "subject": [{"name": "x", "digest": {"sha512": "ab"}}]},
        {**STATEMENT, "subject": [{"name": 7, "digest": {"sha256": "ab"}}]},
        {**STATEMENT, "subject": [{**STATEMENT["subject"][0], "uri": "x"}]},
        {**STATEMENT, "more": 1},
        {k: v for k, v in STATEMENT.items() if k != "_type"},
    ],
)
def test_a_statement_that_is_not_exactly_ours_is_refused(value: Any) -> None:
    with pytest.raises(NotVerified):
        Statement.from_bytes(canonical(value))


@given(
    st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(0, 9) | st.text(max_size=4), max_size=3),
    st.sets(st.sampled_from([0, 1, 2]), min_size=1),
)
def test_what_is_signed_is_read_back(
    subjects: list[tuple[str, str]], predicate: dict[str, Any], who: set[int]
) -> None:
    keys = [(ANN, BEN, EVE)[i] for i in who]
    statement = Statement("release", tuple(subjects), predicate)
    envelope = Envelope.from_bytes(sign(statement, *keys).to_bytes())
    assert require(envelope, "release", [k.public for k in keys]) == statement


def test_a_public_key_s_text_is_read_strictly() -> None:
    assert PublicKey.of(ANN.public.text) == ANN.public
    assert ANN.public.keyid == sha256(ANN.public.raw).hexdigest()
    for text in ("", ANN.public.text[:-1], b64(b"x" * 31), b64(b"x" * 33), ANN.public.text + "\n"):
        with pytest.raises(NotVerified):
            PublicKey.of(text)
    assert not PublicKey(b"x" * 31).verify(b"s" * 64, b"m")
    assert not ANN.public.verify(b"", b"m")
