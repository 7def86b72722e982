"""A credit record says what was shared and used, and cannot say more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput, NotVerified
from countersign.seal import Envelope, PublicKey, SigningKey, Statement, sign
from countersign.settle import Credit, credit_page, read_credit, topics_of, verify_credit

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = SigningKey(sha256(b"acme").digest())
OTHER = SigningKey(sha256(b"other").digest())
GRANT = "ab" * 32
CREDIT = Credit(
    person="plin",
    byline="Lin Wei 林伟",
    identity="self-asserted",
    party="oacme",
    party_name="Acme",
    skill="payments-lin",
    topics=("ledger", "支付"),
    first=date(2026, 9, 1),
    last=date(2026, 11, 20),
    answers=128,
    issued_at=NOW,
)


def keys_of(party: str, at: int) -> list[PublicKey]:
    return [KEY.public] if party == "oacme" and at else []


def signed(credit: Credit = CREDIT, key: SigningKey = KEY) -> Envelope:
    return sign(credit.statement(GRANT), key)


def failed(data: bytes, *, now: datetime = NOW) -> int | None:
    """Return the number of the step that fails, None where all pass."""
    steps = verify_credit(data, keys_of, now=now)
    return next((s.number for s in steps if not s.passed), None)


def with_field(**more: Any) -> bytes:
    predicate = dict(CREDIT.statement(GRANT).predicate) | more
    return sign(Statement("credit", (("grant", GRANT),), predicate), KEY).to_bytes()


def test_a_signed_record_verifies_alone_and_reads_back() -> None:
    envelope = signed()
    assert failed(envelope.to_bytes()) is None
    assert read_credit(envelope.to_bytes())[1] == CREDIT


@pytest.mark.parametrize(
    "more",
    [
        {"rating": 5},
        {"stars": "★★★★★"},
        {"claims": ["Never open the safe alone."]},
        {"callers": ["bot"]},
        {"question": "May I restart it?"},
        {"amount": 100},
        {"answers": True},
        {"answers": 0},
        {"v": 2},
    ],
)
def test_clause_20_a_record_with_a_rating_content_or_caller_is_none_of_ours(
    more: dict[str, Any],
) -> None:
    assert failed(with_field(**more)) == 2
    with pytest.raises(NotVerified):
        read_credit(with_field(**more))


def test_a_record_that_lacks_a_field_is_none_of_ours() -> None:
    for field in CREDIT.statement(GRANT).predicate:
        predicate = dict(CREDIT.statement(GRANT).predicate)
        del predicate[field]
        data = sign(Statement("credit", (("grant", GRANT),), predicate), KEY).to_bytes()
        assert failed(data) == 2, field


def test_credit_that_the_party_did_not_sign_is_refused() -> None:
    assert failed(signed(key=OTHER).to_bytes()) == 3
    both = sign(CREDIT.statement(GRANT), KEY, OTHER)
    assert failed(both.to_bytes()) == 3
    assert failed(signed(replace(CREDIT, party="oother")).to_bytes()) == 3
    assert failed(Envelope(CREDIT.statement(GRANT).to_bytes()).to_bytes()) == 3


def test_credit_is_dated_after_what_it_counts_and_not_in_the_future() -> None:
    ahead = replace(CREDIT, last=NOW.date() + timedelta(days=1))
    assert failed(signed(ahead).to_bytes()) == 4
    assert failed(signed().to_bytes(), now=NOW - timedelta(days=1)) == 4


def test_every_changed_byte_of_the_file_is_found() -> None:
    data = signed().to_bytes()
    for at in range(0, len(data), 7):
        changed = bytearray(data)
        changed[at] ^= 1
        assert failed(bytes(changed)) is not None, at


def test_other_bytes_for_the_same_record_are_refused() -> None:
    loose = json.dumps(signed().to_value(), indent=1).encode()
    assert failed(loose) == 1
    assert failed(b"") == 1
    assert failed(sign(Statement("notice", (("grant", GRANT),), {}), KEY).to_bytes()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"topics": ()},
        {"topics": ("b", "a")},
        {"topics": tuple(f"t{n:02}" for n in range(13))},
        {"topics": ("x" * 61,)},
        {"topics": ("[click](http://x)",)},
        {"byline": "# Lin"},
        {"party_name": "Ac\nme"},
        {"last": date(2026, 8, 1)},
        {"answers": -1},
    ],
)
def test_what_does_not_fit_cannot_be_said(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        replace(CREDIT, **change)


@given(st.lists(st.text(max_size=80), max_size=20))
def test_topics_of_any_text_are_plain_words_in_order(given_: list[str]) -> None:
    topics = topics_of(given_)
    assert topics == topics_of(topics)
    assert all(t and "\n" not in t and "<" not in t and "|" not in t for t in topics)


def test_the_page_says_the_same_in_both_languages() -> None:
    for lang in ("en", "zh"):
        page = credit_page(CREDIT, digest=signed().digest, lang=lang)
        for fact in ("Lin Wei 林伟", "Acme", "128", "2026-09-01", "2026-11-20", "支付"):
            assert fact in page
    unnamed = credit_page(replace(CREDIT, byline=""), digest="d", lang="zh")
    assert "不署名" in unnamed
