# SPDX-License-Identifier: Apache-2.0
"""Who asked is let go of when a statement closes, at the latest after 60 days (clause 36)."""

from __future__ import annotations

import itertools
from dataclasses import fields
from datetime import timedelta

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput
from countersign.settle import CALLERS_KEPT, SeenUse, close, forget_callers
from tests.desk import scene
from tests.desk.conftest import home, reviewed_home, tmp_path
from tests.desk.scene import ASK_EN, NOW, SKILL

__all__ = ["home", "reviewed_home", "tmp_path"]  # the fixtures of a whole home


def _callers(home: desk.Home) -> list[str]:
    with home.hub.db.read() as c:
        return list(c.execute(sa.text("SELECT caller FROM receipt ORDER BY number")).scalars())


_COUNT = itertools.count(1)


def _dice(n: int) -> bytes:
    return next(_COUNT).to_bytes(n, "big")


def test_clause_36_after_60_days_no_two_uses_can_be_told_to_be_by_one_caller(
    home: desk.Home,
) -> None:
    scene.released(home)
    for _ in range(3):
        scene.asked(home)
    before = _callers(home)
    assert len(set(before)) == 1
    almost = NOW + CALLERS_KEPT - timedelta(seconds=1)
    with home.hub.db.write() as c:
        assert forget_callers(c, now=almost, random=_dice) == 0
    assert _callers(home) == before
    desk.mend(home.hub, now=NOW + CALLERS_KEPT + timedelta(seconds=1))
    after = _callers(home)
    assert len(set(after)) == 3
    assert not set(after) & set(before)


def test_clause_36_closing_again_changes_nothing_and_money_and_numbers_stay(
    home: desk.Home,
) -> None:
    scene.released(home)
    scene.asked(home)
    before = desk.uses(home)
    later = NOW + timedelta(days=1)
    with home.hub.db.write() as c:
        assert close(c, before=later, random=_dice, agreement="another") == 0
        assert close(c, before=later, random=_dice) == 1
    once = _callers(home)
    with home.hub.db.write() as c:
        assert close(c, before=later, random=_dice) == 0
    assert _callers(home) == once
    assert desk.uses(home) == before


def test_clause_36_the_person_sees_topic_time_and_claims_unless_the_caller_ticks_more(
    home: desk.Home,
) -> None:
    scene.released(home)
    quiet = desk.open_caller(home.hub, "quiet", party=scene.TEAM, now=NOW)
    open_ = desk.open_caller(
        home.hub, "open", party=scene.TEAM, now=NOW, tells=["question", "name"]
    )
    for caller in (quiet, open_):
        desk.ask(home.hub, caller, ASK_EN, now=NOW)
    told = [use.told for use in desk.uses(home)]
    assert told == [{"question": ASK_EN, "name": "open"}, {}]
    words = b"".join(data for _, data in scene.all_bytes(home.path))
    assert ASK_EN.encode() not in words, "what was told stands sealed"
    with pytest.raises(BadInput, match="cannot be told"):
        desk.open_caller(home.hub, "odd", party=scene.TEAM, now=NOW, tells=["everything"])


def test_clause_36_what_a_caller_told_goes_with_the_closing_and_with_a_withdrawal(
    home: desk.Home,
) -> None:
    scene.released(home)
    caller = desk.open_caller(home.hub, "open", party=scene.TEAM, now=NOW, tells=["question"])
    desk.ask(home.hub, caller, ASK_EN, now=NOW)
    with home.hub.db.write() as c:
        close(c, before=NOW + timedelta(days=1), random=_dice)
    assert [use.told for use in desk.uses(home)] == [{}]
    desk.ask(home.hub, caller, ASK_EN, now=NOW)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert [use.told for use in desk.uses(home)] == [{}, {}]
    with home.hub.db.read() as c:
        assert c.execute(sa.text("SELECT COUNT(*) FROM receipt_told")).scalar() == 0


def test_clause_36_nothing_that_a_view_or_a_receipt_carries_names_a_caller(
    home: desk.Home,
) -> None:
    scene.released(home)
    answered = scene.asked(home)
    shown = {f.name for kind in (SeenUse, desk.SeenUse) for f in fields(kind)}
    assert not {name for name in shown if "caller" in name}
    value = desk.receipt_value(answered.receipt)
    assert value is not None
    assert not {name for name in value if "caller" in name}
    assert answered.receipt is not None
    assert answered.receipt.use.caller not in repr(value)
