# SPDX-License-Identifier: Apache-2.0
"""Notes and keys are C2SP signed-note's and tlog-cosignature's, and nothing laxer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput, NotVerified
from countersign.log import Note, VerifierKey, cosign, sign_note
from countersign.seal import PublicKey, b64, read_b64
from tests.log.scene import SIGNER, WITNESS

# The published example of golang.org/x/mod/sumdb/note.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
).encode()
# The example of the specification, a text with an empty line in it.
QUASIMODO = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMou"
    "FSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
).encode()
TEXT = "log.example.org\n7\nroot\n"
LOG = VerifierKey.of(SIGNER.vkey)
COUNCIL = VerifierKey(WITNESS[0], 4, WITNESS[1].public)
SIGNED = sign_note(TEXT, SIGNER.origin, SIGNER.key)


def test_the_published_example_verifies() -> None:
    key = VerifierKey.of(NEUMANN)
    note = Note.of(NEUMANN_NOTE)
    assert note.verify([key])[0].key == key
    assert (key.name, key.kind, key.keyid.hex(), key.text) == (
        "PeterNeumann",
        1,
        "c74f20a3",
        NEUMANN,
    )
    assert note.to_bytes() == NEUMANN_NOTE


def test_the_text_ends_at_the_last_empty_line() -> None:
    note = Note.of(QUASIMODO)
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert [s.name for s in note.signatures] == ["quasimodo.example/salvatore"]
    assert note.to_bytes() == QUASIMODO


@given(st.integers(0, len(NEUMANN_NOTE) * 8 - 1))
def test_any_flipped_bit_of_a_note_is_refused(bit: int) -> None:
    changed = bytearray(NEUMANN_NOTE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotVerified):
        Note.of(bytes(changed)).verify([VerifierKey.of(NEUMANN)])


def test_a_cosignature_gives_its_signed_time() -> None:
    note = cosign(SIGNED, WITNESS[0], WITNESS[1], seconds=1679315147)
    log, council = Note.of(note.to_bytes()).verify([LOG, COUNCIL])
    assert (log.seconds, council.seconds) == (None, 1679315147)
    assert len(note.signatures[1].body) == 72
    assert WITNESS[1].public.verify(
        note.signatures[1].body[8:], b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    )


def test_a_cosignature_with_another_time_is_refused() -> None:
    note = cosign(SIGNED, WITNESS[0], WITNESS[1], seconds=5)
    last = note.signatures[1]
    for body in (b"\x00" * 7 + b"\x06" + last.body[8:], last.body[:-1], last.body[8:]):
        later = Note(TEXT, (SIGNED.signatures[0], type(last)(last.name, last.keyid, body)))
        with pytest.raises(NotVerified):
            later.verify([LOG, COUNCIL])


def test_a_time_beyond_the_specified_range_is_refused() -> None:
    assert cosign(SIGNED, *WITNESS, seconds=(1 << 63) - 1).verify([COUNCIL])
    with pytest.raises(NotVerified):
        cosign(SIGNED, *WITNESS, seconds=1 << 63).verify([COUNCIL])


def test_unknown_signatures_are_ignored_but_one_known_one_is_needed() -> None:
    note = cosign(SIGNED, WITNESS[0], WITNESS[1], seconds=5)
    assert [v.key for v in note.verify([LOG])] == [LOG]
    assert [v.key for v in note.verify([COUNCIL])] == [COUNCIL]
    with pytest.raises(NotVerified, match="No key that is trusted"):
        note.verify([VerifierKey.of(NEUMANN)])
    with pytest.raises(NotVerified):
        note.verify([])


def test_a_failing_signature_of_a_known_key_voids_the_whole_note() -> None:
    good, other = (
        SIGNED.signatures[0],
        sign_note("other\n", SIGNER.origin, SIGNER.key).signatures[0],
    )
    with pytest.raises(NotVerified):
        Note(TEXT, (good, other)).verify([LOG])


def test_sixteen_signatures_are_read_and_a_flood_is_not() -> None:
    assert len(Note.of(Note(TEXT, SIGNED.signatures * 16).to_bytes()).verify([LOG])) == 1
    with pytest.raises(NotVerified):
        Note.of(Note(TEXT, SIGNED.signatures * 65).to_bytes())


LINE = SIGNED.signatures[0].line.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n" + LINE + b"\n",
        b"text\n\n" + LINE,
        b"text\n\n" + LINE + b"\n\n",
        b"text\n\n" + LINE + b" \n",
        b"text\n\n" + LINE.replace("—".encode(), b"-") + b"\n",
        b"text\r\n\n" + LINE + b"\n",
        b"te\x00xt\n\n" + LINE + b"\n",
        b"te\xffxt\n\n" + LINE + b"\n",
        b"text\n\n" + LINE.replace(b"= ", b"") + b"x\n",
        "text\n\n— na+me AAAAAAAA\n".encode(),
        "text\n\n—  AAAAAAAA\n".encode(),
        "text\n\n— na\u2003me AAAAAAAA\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "text\n\n— name\n".encode(),
        b"x" * (1 << 20) + b"\n\n" + LINE + b"\n",
    ],
)
def test_what_is_not_exactly_a_note_is_refused(data: bytes) -> None:
    with pytest.raises(NotVerified):
        Note.of(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("c74f20a3", "C74F20A3"),
        NEUMANN.replace("Peter", "Piter"),
        NEUMANN[:-4],
        NEUMANN + "\n",
        "a+00000000+",
        "a b" + NEUMANN[12:],
        VerifierKey("x", 2, LOG.public).text,
        VerifierKey("x", 6, LOG.public).text,
        VerifierKey("x", 1, PublicKey(b"x" * 31)).text,
        VerifierKey("x", 1, PublicKey(b"x" * 33)).text,
    ],
)
def test_what_is_not_exactly_a_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        VerifierKey.of(text)


def test_keys_of_both_types_are_read_back() -> None:
    assert VerifierKey.of(LOG.text) == LOG
    assert VerifierKey.of(COUNCIL.text) == COUNCIL
    assert read_b64(COUNCIL.text.split("+", 2)[2])[0] == 4


@given(st.text(max_size=5))
def test_a_name_that_breaks_a_line_is_never_signed_with(name: str) -> None:
    try:
        note = sign_note(TEXT, name, SIGNER.key)
    except BadInput:
        return
    assert Note.of(note.to_bytes()).verify([VerifierKey(name, 1, SIGNER.key.public)])


def test_base64_in_lines_is_strict() -> None:
    raw = b64(SIGNED.signatures[0].keyid + SIGNED.signatures[0].body)
    assert raw.endswith("=")
    lax = SIGNED.to_bytes().replace(raw.encode(), raw.rstrip("=").encode())
    with pytest.raises(NotVerified):
        Note.of(lax)
