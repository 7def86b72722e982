# SPDX-License-Identifier: Apache-2.0
"""A witness vouches for one growing history of each log, and for nothing it did not write down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.log import (
    EMPTY_ROOT,
    Checkpoint,
    LogSigner,
    Note,
    Reply,
    Seen,
    VerifierKey,
    Witness,
    add_checkpoint,
    cosign,
    latest,
    root,
)
from countersign.log.witness import SIZE, request
from countersign.seal import SigningKey, sha256
from tests.log.scene import NOW, SIGNER
from tests.log.watching import LOGS, hashes, say, signed, submission, watching
from tests.quick import quick_folder

STRANGER = LogSigner(SIGNER.origin, SigningKey(sha256(b"a stranger")))
ELSEWHERE = LogSigner("log.example.org/other", SigningKey(sha256(b"elsewhere")))


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return a quick folder instead of pytest's own."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    """Return a witness that has cosigned eight leaves and then sixteen."""
    with watching(tmp_path) as made:
        assert say(made, submission(0, 8)).status == 200
        assert say(made, submission(8, 16)).status == 200
        yield made


def _size(witness: Witness) -> int:
    return latest(witness, SIGNER.origin).size


def test_a_growing_log_is_cosigned_and_the_line_verifies(witness: Witness) -> None:
    reply = say(witness, submission(16, 300))
    assert (reply.status, reply.kind) == (200, "text/plain; charset=utf-8")
    note = Note.of(signed(300).removesuffix(b"\n") + b"\n" + reply.body)
    both = note.verify([VerifierKey.of(witness.vkey), *LOGS])
    assert [v.seconds for v in both] == [None, int(NOW.timestamp())]
    assert reply.body.decode().startswith("— witness.example.org/works-council ")
    assert reply.body.count(b"\n") == 1
    assert latest(witness, SIGNER.origin) == Seen(300, root(hashes(300)), int(NOW.timestamp()))


def test_the_same_checkpoint_is_cosigned_again_with_the_new_time(witness: Witness) -> None:
    later = NOW + timedelta(hours=1)
    reply = add_checkpoint(witness, submission(16, 16), logs=LOGS, now=later)
    assert reply.status == 200
    assert latest(witness, SIGNER.origin).at == int(later.timestamp())


def test_a_clock_set_back_never_dates_a_larger_tree_before_a_smaller_one(witness: Witness) -> None:
    reply = add_checkpoint(witness, submission(16, 24), logs=LOGS, now=NOW - timedelta(days=9))
    note = Note.of(signed(24) + reply.body)
    assert [v.seconds for v in note.verify([VerifierKey.of(witness.vkey)])] == [
        int(NOW.timestamp())
    ]


def test_a_rollback_is_409_with_the_latest_size(witness: Witness) -> None:
    for body in (submission(0, 8), submission(8, 8), submission(8, 16), submission(0, 24)):
        assert say(witness, body) == Reply(409, b"16\n", SIZE)
    assert _size(witness) == 16


def test_a_fork_at_the_same_size_is_409_without_a_size(witness: Witness) -> None:
    reply = say(witness, submission(16, 16, fork=15))
    assert (reply.status, reply.kind) == (409, "text/plain; charset=utf-8")
    assert latest(witness, SIGNER.origin).root == root(hashes(16))


def test_a_fork_that_grew_is_422_with_its_own_proof_or_with_any(witness: Witness) -> None:
    for body in (
        submission(16, 24, fork=3),
        submission(16, 24, fork=15),
        request(16, [], signed(24)),
        request(16, [bytes(32)] * 5, signed(24)),
        request(16, [bytes(32)], signed(16)),
        submission(16, 24, proof=8),
    ):
        assert say(witness, body).status == 422
    assert _size(witness) == 16


def test_a_first_checkpoint_comes_without_a_proof(tmp_path: Path) -> None:
    with watching(tmp_path) as fresh:
        assert say(fresh, request(0, [bytes(32)], signed(8))).status == 422
        assert say(fresh, submission(8, 16)) == Reply(409, b"0\n", SIZE)
        assert say(fresh, submission(0, 8)).status == 200


def test_an_empty_log_has_the_empty_root(tmp_path: Path) -> None:
    with watching(tmp_path) as fresh:
        wrong = SIGNER.sign(Checkpoint(SIGNER.origin, 0, bytes(32)))
        assert say(fresh, request(0, [], wrong)).status == 409
        right = SIGNER.sign(Checkpoint(SIGNER.origin, 0, EMPTY_ROOT))
        assert say(fresh, request(0, [], right)).status == 200
        assert say(fresh, submission(0, 8)).status == 200


def test_a_wrong_key_is_403(witness: Witness) -> None:
    assert say(witness, submission(16, 24, by=STRANGER)).status == 403
    changed = signed(24).replace(b"\n24\n", b"\n25\n")
    assert say(witness, request(16, [], changed)).status == 403
    only_cosigned = cosign(
        Note(Note.of(signed(24)).text, ()), "x.example.org", STRANGER.key, seconds=1
    )
    assert say(witness, request(16, [], only_cosigned.to_bytes())).status == 403
    assert _size(witness) == 16


def test_a_good_line_beside_a_bad_one_by_a_trusted_key_is_403(witness: Witness) -> None:
    other = LogSigner(SIGNER.origin, SigningKey(sha256(b"second key")))
    both = (*LOGS, VerifierKey.of(other.vkey))
    bad = Note.of(other.sign(Checkpoint(other.origin, 99, bytes(32)))).signatures
    good = Note.of(signed(24))
    body = request(16, [], Note(good.text, (*good.signatures, *bad)).to_bytes())
    assert add_checkpoint(witness, body, logs=both, now=NOW).status == 403


def test_an_unknown_line_beside_a_good_one_is_ignored(witness: Witness) -> None:
    note = cosign(Note.of(signed(16)), "x.example.org", STRANGER.key, seconds=1)
    assert say(witness, request(16, [], note.to_bytes())).status == 200


def test_an_unknown_origin_is_404_even_with_a_known_key(witness: Witness) -> None:
    assert say(witness, submission(0, 8, by=ELSEWHERE)).status == 404
    same_key = LogSigner("log.example.org/other", SIGNER.key)
    assert say(witness, submission(0, 8, by=same_key)).status == 404


def test_a_witness_s_key_under_a_log_s_name_is_not_the_log_s_key(witness: Witness) -> None:
    posing = VerifierKey(SIGNER.origin, 4, SIGNER.key.public)
    note = cosign(Note(Note.of(signed(24)).text, ()), SIGNER.origin, SIGNER.key, seconds=1)
    body = request(16, [], note.to_bytes())
    assert add_checkpoint(witness, body, logs=[posing], now=NOW).status == 404


def test_each_log_has_a_memory_of_its_own(witness: Witness) -> None:
    both = (*LOGS, VerifierKey.of(ELSEWHERE.vkey))
    body = submission(0, 24, fork=0, by=ELSEWHERE)
    assert add_checkpoint(witness, body, logs=both, now=NOW).status == 200
    assert (_size(witness), latest(witness, ELSEWHERE.origin).size) == (16, 24)


_GOOD = submission(16, 24)
MALFORMED = {
    "nothing": b"",
    "no old line": _GOOD.split(b"\n", 1)[1],
    "old in capitals": _GOOD.replace(b"old", b"Old", 1),
    "two spaces": _GOOD.replace(b"old ", b"old  ", 1),
    "a leading zero": _GOOD.replace(b"old 16", b"old 016", 1),
    "a sign": _GOOD.replace(b"old 16", b"old +16", 1),
    "a size beyond 63 bits": _GOOD.replace(b"old 16", b"old 9223372036854775808", 1),
    "other digits": _GOOD.replace(b"old 16", "old １６".encode(), 1),
    "carriage returns": _GOOD.replace(b"\n", b"\r\n"),
    "no empty line": _GOOD.replace(b"\n\n", b"\n", 1),
    "a hash too short": request(16, [bytes(31)], signed(24)),
    "a hash too long": request(16, [bytes(33)], signed(24)),
    "base64 that is not strict": _GOOD.replace(b"=\n", b"\n", 1),
    "sixty-four hashes": request(16, [bytes(32)] * 64, signed(24)),
    "no checkpoint": b"old 16\n\n",
    "no signature": b"old 16\n\n" + signed(24).split(b"\n\n")[0] + b"\n",
    "a note that is no checkpoint": b"old 16\n\nhello\n\n" + signed(24).split(b"\n\n")[1],
    "a root too short": request(16, [], SIGNER.sign(Checkpoint(SIGNER.origin, 24, bytes(31)))),
    "more than 64 KiB": _GOOD
    + b"".join(b"\xe2\x80\x94 x.example.org " + b"AAAA" * 512 + b"\n" for _ in range(33)),
    "an old size above the new": submission(25, 24),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_is_400(witness: Witness, name: str) -> None:
    assert say(witness, MALFORMED[name]).status == 400
    assert _size(witness) == 16


def test_many_lines_by_unknown_keys_are_read_up_to_64_kib(witness: Witness) -> None:
    body = b"".join(MALFORMED["more than 64 KiB"].splitlines(keepends=True)[:-3])
    assert 60_000 < len(body) <= 65_536
    assert say(witness, body).status == 200


def test_sixty_three_hashes_are_read_and_found_wanting(witness: Witness) -> None:
    assert say(witness, request(16, [bytes(32)] * 63, signed(24))).status == 422


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(_GOOD) - 1))
    changed = bytearray(_GOOD)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    with quick_folder() as folder, watching(folder) as fresh:
        assert say(fresh, submission(0, 16)).status == 200
        reply = say(fresh, bytes(changed))
        assert reply.status in (400, 403, 404, 409, 422)
        assert _size(fresh) == 16


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from([None, 0, 5, 20])),
        min_size=1,
        max_size=25,
    )
)
def test_whatever_is_asked_all_cosigned_trees_are_one_history(
    asked: list[tuple[int, int, int | None]],
) -> None:
    cosigned = list[tuple[int, bytes]]()
    with quick_folder() as folder, watching(folder) as fresh:
        for old, new, fork in asked:
            if say(fresh, submission(old, new, fork=fork)).status == 200:
                cosigned.append((new, root(hashes(new, fork=fork))))
    assert [size for size, _ in cosigned] == sorted(size for size, _ in cosigned)
    last = cosigned[-1] if cosigned else (0, EMPTY_ROOT)
    whole = next(f for f in (None, 0, 5, 20) if root(hashes(last[0], fork=f)) == last[1])
    assert all(found == root(hashes(size, fork=whole)) for size, found in cosigned)
