# SPDX-License-Identifier: Apache-2.0
"""Others' words go at most 30 days after a review; own words and what cites them stay."""

from __future__ import annotations

from pathlib import Path

from countersign.evidence import CONTEXT_KEPT, conversations, forget_context, own_traces, tables
from tests.evidence.scene import hours, kept, mail
from tests.people.scene import KIM, LIN_CHAT, NOW, add, vault_of_lin


def test_clause_35_context_goes_with_its_row_and_own_text_stays(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [mail("1", author=KIM), mail("2", conversation="1"), mail("3", author=None)])
        before = list(own_traces(vault))
        assert forget_context(vault, added_by=NOW) == 2
        assert list(own_traces(vault)) == before
        assert [[k.trace.native for k in c.traces] for c in conversations(vault)] == [["2"]]
        assert forget_context(vault, added_by=NOW) == 0
        with vault.db.read() as c:
            assert len(c.execute(tables.trace.select()).all()) == 1


def test_clause_35_what_came_after_the_review_waits_for_the_next(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [mail("old", author=KIM)], now=NOW)
        kept(vault, [mail("new", author=KIM)], now=hours(1))
        assert forget_context(vault, added_by=hours(0.5)) == 1
        assert forget_context(vault, added_by=hours(0.5)) == 0
        assert forget_context(vault, added_by=hours(1)) == 1


def test_clause_35_an_account_that_became_ones_own_in_between_is_not_context(
    tmp_path: Path,
) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [mail("1", author=LIN_CHAT)])
        add(vault, "Lin Wei", LIN_CHAT, me=True)
        assert forget_context(vault, added_by=NOW) == 0


def test_clause_35_the_same_export_added_again_is_whole_again(tmp_path: Path) -> None:
    records = [mail("1", author=KIM), mail("2", conversation="1")]
    with vault_of_lin(tmp_path) as vault:
        kept(vault, records)
        forget_context(vault, added_by=NOW)
        again = kept(vault, records, now=hours(1))
        assert (again.own, again.context, again.skipped["duplicate"]) == (0, 1, 1)


def test_clause_35_thirty_days_is_the_most() -> None:
    assert CONTEXT_KEPT.days == 30
