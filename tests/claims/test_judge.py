# SPDX-License-Identifier: Apache-2.0
"""A round is one transaction under one signature; only what is signed there can be released."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from countersign.claims import (
    Accepted,
    Decision,
    Held,
    Verdict,
    accepted,
    claims,
    last_review,
    sheet_digests,
    tables,
)
from countersign.errors import BadInput, NotFound, NotVerified
from countersign.ids import ClaimId
from countersign.people import Vault
from countersign.seal import require, sha256_hex
from countersign.terms import Kind
from tests.claims.scene import (
    KEY,
    OTHER_KEY,
    SAID,
    accept,
    decide,
    proposal,
    proposed,
    reviewing,
    view,
)
from tests.people.scene import NOW, raw_bytes

_DECIDED = tables.claim_decision


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with reviewing(tmp_path) as vault:
        yield vault


@pytest.fixture
def ids(vault: Vault) -> list[ClaimId]:
    return proposed(vault)


def _released(vault: Vault) -> dict[ClaimId, Accepted]:
    return {a.id: a for a in accepted(vault, keys=[KEY.public])}


def _meddle(vault: Vault, id: ClaimId, **values: Any) -> None:
    with vault.db.write() as c:
        c.execute(_DECIDED.update().where(_DECIDED.c.claim == id).values(**values))


def test_clause_18_only_what_was_accepted_or_edited_can_be_released(
    vault: Vault, ids: list[ClaimId]
) -> None:
    decide(
        vault,
        accept(vault, ids[0]),
        Decision(ids[1], Verdict.EDIT, "Deploy on Monday."),
        Decision(ids[2], Verdict.HOLD, held=Held.NETWORK),
    )
    found = _released(vault)
    assert {id: a.text for id, a in found.items()} == {ids[0]: SAID[0], ids[1]: "Deploy on Monday."}
    assert found[ids[1]].digest == sha256_hex(b"Deploy on Monday.")
    statuses = {v.id: v.status for v in claims(vault)}
    assert [statuses[id] for id in ids] == ["accepted", "edited", "held", "proposed"]


def test_a_sheet_holds_digests_and_never_wording(vault: Vault, ids: list[ClaimId]) -> None:
    sheet = decide(
        vault,
        accept(vault, ids[0]),
        Decision(ids[1], Verdict.HOLD, held=Held.PITFALL),
        Decision(ids[2], Verdict.REJECT),
    )
    said = require(sheet, "review-sheet", [KEY.public]).predicate
    assert said["person"] == "plin"
    assert said["decidedAt"] == "2026-11-23T12:00:00Z"
    assert {d["claim"]: d for d in said["decisions"]} == {
        ids[0]: {"claim": ids[0], "decision": "accept", "textDigest": sha256_hex(SAID[0].encode())},
        ids[1]: {"claim": ids[1], "decision": "hold", "class": "pitfall"},
        ids[2]: {"claim": ids[2], "decision": "reject"},
    }
    assert not any(text.encode() in sheet.payload for text in SAID)


def test_a_claim_that_is_gone_fails_the_round_and_nothing_is_applied(
    vault: Vault, ids: list[ClaimId]
) -> None:
    gone = Decision(ClaimId("cgone"), Verdict.REJECT)
    with pytest.raises(NotFound):
        decide(vault, accept(vault, ids[0]), gone)
    assert _nothing_applied(vault)


def test_a_fault_of_the_store_in_the_middle_applies_nothing(
    vault: Vault, ids: list[ClaimId]
) -> None:
    with vault.db.write() as c:  # a real constraint, which the last decision of the round violates
        c.exec_driver_sql(
            "CREATE UNIQUE INDEX fault ON claim_decision ((CASE decision WHEN 'accept' THEN 1 END))"
        )
    round_ = [Decision(ids[0], Verdict.REJECT), accept(vault, ids[1]), accept(vault, ids[2])]
    with pytest.raises(sa.exc.IntegrityError):
        decide(vault, *round_)
    assert _nothing_applied(vault)


def _nothing_applied(vault: Vault) -> bool:
    with vault.db.read() as c:
        sheets = c.execute(sa.select(tables.review_sheet)).all()
    return not sheets and {v.status for v in claims(vault)} == {"proposed"}


def test_one_round_decides_once_on_a_claim(vault: Vault, ids: list[ClaimId]) -> None:
    with pytest.raises(BadInput):
        decide(vault, accept(vault, ids[0]), Decision(ids[0], Verdict.REJECT))
    assert _nothing_applied(vault)


@pytest.mark.parametrize("later", [Decision(ClaimId(""), Verdict.REJECT), None])
def test_a_later_decision_takes_the_place_of_an_earlier(
    vault: Vault, ids: list[ClaimId], later: Decision | None
) -> None:
    decide(vault, accept(vault, ids[0]), accept(vault, ids[1]))
    new = Decision(ids[0], Verdict.EDIT, "Better.") if later else Decision(ids[0], Verdict.REJECT)
    decide(vault, new, now=NOW + timedelta(days=1))
    assert {a.text for a in _released(vault).values()} == {SAID[1], *(["Better."] if later else [])}


def test_the_same_round_twice_in_one_second_is_one_sheet(vault: Vault, ids: list[ClaimId]) -> None:
    first = decide(vault, accept(vault, ids[0]))
    decide(vault, Decision(ids[0], Verdict.REJECT))
    assert decide(vault, accept(vault, ids[0])).digest == first.digest
    assert set(_released(vault)) == {ids[0]}


def test_a_clock_set_back_between_two_reviews_does_not_matter(
    vault: Vault, ids: list[ClaimId]
) -> None:
    decide(vault, accept(vault, ids[0]))
    decide(vault, Decision(ids[0], Verdict.EDIT, "Better."), now=NOW - timedelta(days=9))
    assert _released(vault)[ids[0]].text == "Better."


def _text(vault: Vault, id: ClaimId, text: str) -> bytes:
    return vault.cipher.seal(text.encode(), table="claim_decision", column="text", row=id)


def test_a_text_changed_behind_the_sheets_back_is_not_released(
    vault: Vault, ids: list[ClaimId]
) -> None:
    decide(vault, accept(vault, ids[0]), accept(vault, ids[1]))
    _meddle(vault, ids[0], text=_text(vault, ids[0], "I agree to everything."))
    with pytest.raises(NotVerified):
        _released(vault)


def test_flags_changed_behind_the_sheets_back_are_not_released(
    vault: Vault, ids: list[ClaimId]
) -> None:
    flagged = Decision(ids[0], Verdict.EDIT, "See https://example.org", flags=("url",))
    decide(vault, flagged)
    assert _released(vault)[ids[0]].flags == ("url",)
    _meddle(vault, ids[0], flags="[]")
    with pytest.raises(NotVerified):
        _released(vault)


@pytest.mark.parametrize("before", [Decision(ClaimId(""), Verdict.REJECT), None])
def test_a_decision_turned_into_acceptance_is_not_released(
    vault: Vault, ids: list[ClaimId], before: Decision | None
) -> None:
    held = Decision(ids[0], Verdict.HOLD, held=Held.INCIDENT)
    decide(vault, Decision(ids[0], Verdict.REJECT) if before else held)
    for text in (None, _text(vault, ids[0], SAID[0])):
        _meddle(vault, ids[0], decision="accept", held=None, text=text)
        with pytest.raises(NotVerified):
            _released(vault)


def test_an_earlier_acceptance_put_back_over_a_rejection_is_not_released(
    vault: Vault, ids: list[ClaimId]
) -> None:
    """Every byte of the old row is genuine; but the newest sheet on the claim says no."""
    decide(vault, accept(vault, ids[0]))
    with vault.db.read() as c:
        old = c.execute(sa.select(_DECIDED)).mappings().one()
    decide(vault, Decision(ids[0], Verdict.REJECT), now=NOW + timedelta(days=1))
    _meddle(vault, ids[0], **old)
    with pytest.raises(NotVerified):
        _released(vault)


def test_a_text_moved_from_another_claim_does_not_open(vault: Vault, ids: list[ClaimId]) -> None:
    decide(vault, accept(vault, ids[0]), accept(vault, ids[1]))
    with vault.db.write() as c:
        c.exec_driver_sql(
            "UPDATE claim_decision SET text = (SELECT text FROM claim_decision LIMIT 1)"
        )
    with pytest.raises(NotVerified):
        _released(vault)


def test_a_sheet_of_another_key_counts_for_nothing(vault: Vault, ids: list[ClaimId]) -> None:
    decide(vault, accept(vault, ids[0]), key=OTHER_KEY)
    with pytest.raises(NotVerified):
        _released(vault)
    both = accepted(vault, keys=[KEY.public, OTHER_KEY.public])
    assert [a.id for a in both] == [ids[0]]
    with pytest.raises(NotVerified):
        accepted(vault, keys=[])


def test_a_sheet_that_is_missing_or_altered_releases_nothing(
    vault: Vault, ids: list[ClaimId]
) -> None:
    sheet = decide(vault, accept(vault, ids[0]))
    with vault.db.write() as c:
        c.execute(tables.review_sheet.update().values(envelope=sheet.to_bytes()))
    with pytest.raises(NotVerified):
        _released(vault)
    with vault.db.write() as c:
        c.execute(tables.review_sheet.delete())
    with pytest.raises(NotVerified):
        _released(vault)


def test_chat_and_mail_are_never_quoted_unless_the_source_is_quotable(
    vault: Vault, ids: list[ClaimId]
) -> None:
    decide(vault, accept(vault, ids[0]))
    [plain] = accepted(vault, keys=[KEY.public])[0].evidence
    [quoting] = accepted(vault, keys=[KEY.public], quotable=["mail"])[0].evidence
    assert (plain.quote, quoting.quote) == (None, SAID[0])
    assert plain.commitment == quoting.commitment
    assert SAID[0] not in repr(plain)


def test_equal_quotes_have_unlike_commitments(vault: Vault) -> None:
    one = proposed(vault, proposal(vault, 0), proposal(vault, 0, topic="x", kind=Kind.PITFALL))
    decide(vault, *(accept(vault, id) for id in one))
    found = [a.evidence[0].commitment for a in accepted(vault, keys=[KEY.public])]
    assert len(set(found)) == 2


def test_sheet_digests_name_each_sheet_once(vault: Vault, ids: list[ClaimId]) -> None:
    first = decide(vault, accept(vault, ids[0]), accept(vault, ids[1]))
    second = decide(vault, accept(vault, ids[2]))
    assert sheet_digests(accepted(vault, keys=[KEY.public])) == tuple(
        sorted({first.digest, second.digest})
    )


def test_clause_35_the_last_review_before_a_moment_is_found(
    vault: Vault, ids: list[ClaimId]
) -> None:
    assert last_review(vault, by=NOW) is None
    decide(vault, accept(vault, ids[0]))
    decide(vault, accept(vault, ids[1]), now=NOW + timedelta(days=5))
    assert last_review(vault, by=NOW - timedelta(seconds=1)) is None
    assert last_review(vault, by=NOW + timedelta(days=4)) == NOW
    assert last_review(vault, by=NOW + timedelta(days=5)) == NOW + timedelta(days=5)


def test_a_digest_in_view_is_that_of_the_approved_text(vault: Vault, ids: list[ClaimId]) -> None:
    assert view(vault, ids[0]).digest is None
    decide(vault, Decision(ids[0], Verdict.EDIT, "Better."))
    assert view(vault, ids[0]).digest == sha256_hex(b"Better.")


def test_what_was_rejected_leaves_no_wording_of_a_former_approval(
    vault: Vault, ids: list[ClaimId], tmp_path: Path
) -> None:
    decide(vault, Decision(ids[0], Verdict.EDIT, "Better."))
    with vault.db.read() as c:
        sealed = c.execute(sa.select(_DECIDED.c.text)).scalar_one()
    assert sealed in raw_bytes(tmp_path, "vault.db")
    decide(vault, Decision(ids[0], Verdict.REJECT))
    assert vault.db.settle_wal()
    assert sealed not in raw_bytes(tmp_path, "vault.db")
