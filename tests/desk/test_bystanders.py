# SPDX-License-Identifier: Apache-2.0
"""Others' words are context for a while: read to understand, gone 30 days after they served."""

from __future__ import annotations

from countersign import desk
from countersign.evidence import authors
from tests.desk import scene
from tests.desk.scene import NOW


def _others(home: desk.Home) -> int:
    mine = set(home.owner.handles)
    return sum(a.traces for a in authors(home.vault) if a.handle not in mine)


def test_clause_35_others_words_go_30_days_after_the_review_they_served(home: desk.Home) -> None:
    before, own = _others(home), len(desk.traces(home))
    assert before > 0
    desk.distill(home, now=scene.hours(24 * 29))
    assert _others(home) == before, "29 days after the review they may still help"
    desk.distill(home, now=scene.hours(24 * 30))
    assert _others(home) == 0
    assert len(desk.traces(home)) == own
    assert all(view.citations for view in desk.ranked(home)), "claims cite own traces only"


def test_clause_35_before_any_review_nothing_is_due(home: desk.Home) -> None:
    assert desk.forget_due(home, now=NOW) == 0


def _somebody(home: desk.Home) -> str:
    """Return the account that wrote most beside Lin."""
    mine = set(home.owner.handles)
    return str(next(a.handle for a in authors(home.vault) if a.handle not in mine))


def test_clause_35_who_objects_is_gone_from_the_vault_and_stays_out(home: desk.Home) -> None:
    them, own = _somebody(home), desk.traces(home)
    claims = [(v.id, v.text) for v in desk.ranked(home)]
    before = _others(home)
    gone = desk.add_objection(home, them, now=NOW)
    assert gone.traces > 0
    assert _others(home) == before - gone.traces
    assert desk.traces(home) == own, "own text stays"
    assert [(v.id, v.text) for v in desk.ranked(home)] == claims, "and what cites it"
    again = desk.add(home, scene.EXPORTS, source=None, author=None, now=NOW).kept
    assert again.skipped["objection"] >= gone.traces
    assert _others(home) == before - gone.traces
    assert [str(o.handle) for o in desk.list_objections(home)] == [them]


def test_clause_35_it_is_said_until_when_others_words_may_stay(home: desk.Home) -> None:
    assert desk.context_due(home) == scene.hours(24 * 30)
    desk.forget_due(home, now=scene.hours(24 * 30))
    assert desk.context_due(home) is None


def test_clause_35_the_notice_to_a_group_says_what_happens_in_both_languages(
    home: desk.Home,
) -> None:
    said = {lang: desk.bystander_notice(home, lang=lang, now=NOW) for lang in ("en", "zh")}
    assert "30 days" in said["en"]
    assert "30" in said["zh"]
    assert "Lin Wei" in said["en"]
