# SPDX-License-Identifier: Apache-2.0
"""Checkpoints and proof files: exact bytes out, nothing laxer in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput, NotVerified
from countersign.log import (
    Checkpoint,
    LogSigner,
    Note,
    TlogProof,
    VerifierKey,
    cosign,
    inclusion_proof,
    leaf_hash,
    open_checkpoint,
    root,
    sign_note,
    verify_logged,
    verify_proof,
)
from countersign.log.merkle import subtrees_of
from tests.log.scene import SALT, SIGNER, WITNESS, envelope, leaves, real_leaf

# The example of C2SP tlog-checkpoint and tlog-cosignature.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv"
    "2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2"
    "oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()
ENTRIES = [*leaves(41), real_leaf(), *leaves(6)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]
CHECKPOINT = Checkpoint(SIGNER.origin, 48, root(HASHES))
SIGNED = SIGNER.sign(CHECKPOINT)
PROOF = TlogProof(41, tuple(inclusion_proof(41, 48, subtrees_of(HASHES))), SIGNED, SALT).to_bytes()
COSIGNED = cosign(Note.of(SIGNED), WITNESS[0], WITNESS[1], seconds=1795435200).to_bytes()
COUNCIL = VerifierKey(WITNESS[0], 4, WITNESS[1].public).text


def test_the_specification_s_example_is_read_and_written_alike() -> None:
    note = Note.of(SOFA)
    checkpoint = Checkpoint.of(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == note.text
    assert note.to_bytes() == SOFA
    assert int.from_bytes(note.signatures[1].body[:8], "big") == 1679315147


def test_bytes_that_others_parse_stay_the_same(golden: Callable[[str, bytes], None]) -> None:
    golden("log/leaf.json", real_leaf())
    golden("log/log.vkey", SIGNER.vkey.encode())
    golden("log/witness.vkey", COUNCIL.encode())
    golden("log/checkpoint", SIGNED)
    golden("log/cosigned.checkpoint", COSIGNED)
    golden("log/leaf.tlog-proof", PROOF)
    golden("log/cosigned.tlog-proof", replace(TlogProof.of(PROOF), checkpoint=COSIGNED).to_bytes())


def test_a_checkpoint_is_opened_with_the_log_s_own_key() -> None:
    checkpoint, verified = open_checkpoint(COSIGNED, [SIGNER.vkey, COUNCIL])
    assert checkpoint == CHECKPOINT
    assert [v.key.name for v in verified] == [SIGNER.origin, WITNESS[0]]


def test_no_other_trusted_key_stands_in_for_the_log_s() -> None:
    with pytest.raises(NotVerified, match="not signed by its own log"):
        open_checkpoint(COSIGNED, [COUNCIL])
    other = LogSigner("other.example.org", SIGNER.key)
    foreign = sign_note(CHECKPOINT.text, other.origin, other.key).to_bytes()
    with pytest.raises(NotVerified, match="not signed by its own log"):
        open_checkpoint(foreign, [other.vkey, SIGNER.vkey])


def test_a_cosignature_by_the_log_s_name_is_not_the_log_s_signature() -> None:
    note = sign_note(CHECKPOINT.text, "x", SIGNER.key)
    note = cosign(note, SIGNER.origin, SIGNER.key, seconds=1)
    key = VerifierKey(SIGNER.origin, 4, SIGNER.key.public).text
    with pytest.raises(NotVerified, match="not signed by its own log"):
        open_checkpoint(note.to_bytes(), [key])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\n" + CHECKPOINT.text.split("\n")[2] + "\n",
        "a\n+1\n" + CHECKPOINT.text.split("\n")[2] + "\n",
        "a\n-1\n" + CHECKPOINT.text.split("\n")[2] + "\n",
        "a\n１\n" + CHECKPOINT.text.split("\n")[2] + "\n",
        "a\n9223372036854775808\n" + CHECKPOINT.text.split("\n")[2] + "\n",
        "\n1\n" + CHECKPOINT.text.split("\n")[2] + "\n",
        "a\n1\nAAAA\n",
        "a\n1\n" + CHECKPOINT.text.split("\n")[2],
        CHECKPOINT.text + "\n",
        CHECKPOINT.text + "more\n\nmore\n",
    ],
)
def test_what_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotVerified):
        Checkpoint.of(text)


def test_extension_lines_of_others_are_kept_verbatim() -> None:
    text = CHECKPOINT.text + "something else\n"
    assert Checkpoint.of(text).extensions == ("something else",)
    assert Checkpoint.of(text).text == text


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "tab\there", "line\nbreak"])
def test_an_origin_that_would_break_the_note_is_refused(origin: str) -> None:
    with pytest.raises(BadInput):
        LogSigner(origin, SIGNER.key)


def test_a_proof_tells_where_the_leaf_stands_and_who_witnessed_it() -> None:
    at = verify_proof(PROOF, real_leaf(), [SIGNER.vkey])
    assert (at.origin, at.index, at.size, at.root) == (SIGNER.origin, 41, 48, CHECKPOINT.root)
    assert at.witnesses == ()
    seen = replace(TlogProof.of(PROOF), checkpoint=COSIGNED).to_bytes()
    both = verify_logged(seen, envelope(), [SIGNER.vkey, COUNCIL])
    assert both.witnesses == ((WITNESS[0], 1795435200),)


def test_a_proof_holds_for_its_envelope_and_salt_only() -> None:
    verify_logged(PROOF, envelope(), [SIGNER.vkey])
    read = TlogProof.of(PROOF)
    for proof, signed in (
        (PROOF, envelope(1)),
        (replace(read, extra=bytes(16)).to_bytes(), envelope()),
        (replace(read, extra=SALT[:15]).to_bytes(), envelope()),
        (replace(read, extra=None).to_bytes(), envelope()),
        (replace(read, index=40).to_bytes(), envelope()),
        (replace(read, index=48).to_bytes(), envelope()),
        (replace(read, hashes=read.hashes[:-1]).to_bytes(), envelope()),
        (replace(read, hashes=(*read.hashes, HASHES[0])).to_bytes(), envelope()),
        (replace(read, hashes=read.hashes[::-1]).to_bytes(), envelope()),
    ):
        with pytest.raises(NotVerified):
            verify_logged(proof, signed, [SIGNER.vkey])


@given(st.integers(0, len(PROOF) * 8 - 1))
def test_any_flipped_bit_of_a_proof_file_is_refused(bit: int) -> None:
    changed = bytearray(PROOF)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotVerified):
        verify_logged(bytes(changed), envelope(), [SIGNER.vkey])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1\n", b"@v2\n"),
        (b"@v1\n", b"@v1\r\n"),
        (b"index 41", b"index 041"),
        (b"index 41", b"index  41"),
        (b"index 41", b"Index 41"),
        (b"index 41\n", b""),
        (b"index 41\n", b"index 41\nindex 41\n"),
        (b"extra ", b"extra  "),
        (b"extra ", b"other "),
        (b"==\nindex", b"=\nindex"),
        (b"==\nindex", b"==\nextra AAAA\nindex"),
        (b"\n\n", b"\n"),
        (b"\nindex 41\n", b"\nindex 41\nAAAA\n"),
        (b"c2sp", b"\nc2sp"),
        (b"index 41\n", b"index 41\n" + (b"A" * 43 + b"=\n") * 64),
        (b"\n\n", b"\n\n" + b"x" * (1 << 21)),
    ],
)
def test_what_is_not_exactly_a_proof_file_is_refused(old: bytes, new: bytes) -> None:
    assert old in PROOF
    with pytest.raises(NotVerified):
        TlogProof.of(PROOF.replace(old, new, 1))


def test_a_proof_of_the_only_leaf_has_no_hashes() -> None:
    alone = Checkpoint(SIGNER.origin, 1, leaf_hash(real_leaf()))
    proof = TlogProof(0, (), SIGNER.sign(alone), SALT).to_bytes()
    assert proof.split(b"\n")[2:4] == [b"index 0", b""]
    assert verify_logged(proof, envelope(), [SIGNER.vkey]).size == 1
