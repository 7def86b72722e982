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
