# SPDX-License-Identifier: Apache-2.0
"""Parts of a grant that are taken back alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from countersign.errors import BadInput, Conflict
from countersign.terms import (
    Permit,
    Refusal,
    decide,
    standing,
    withdraw,
    withdraw_part,
)
from tests.terms.carried_scene import (
    code,
)
from tests.terms.scene import KEYS, LATER, LIN, NOW, ask, hub, signed


def test_clause_06_a_part_taken_back_refuses_that_part_and_nothing_else(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        parts = ["purpose:answer-questions", "claim:c1"]
        withdraw_part(c, agreement_id=id, key=KEYS[LIN], by=LIN, parts=parts, now=LATER)
        stood = standing(c, id)
        assert stood is not None
        assert stood.withdrawn == frozenset(parts)
        assert code(c, id) == "not-ticked"
        onboard = ask(purpose="onboard", claims=frozenset({"c2"}))
        assert isinstance(decide(onboard, stood, now=LATER), Permit)
        served = decide(ask(purpose="onboard", claims=frozenset({"c1"})), stood, now=LATER)
        assert isinstance(served, Refusal)
        assert served.code == "part-withdrawn"


def test_the_same_part_again_makes_no_second_record(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        first = withdraw_part(
            c, agreement_id=id, key=KEYS[LIN], by=LIN, parts=["source:mail", "claim:c1"], now=NOW
        )
        again = withdraw_part(
            c, agreement_id=id, key=KEYS[LIN], by=LIN, parts=["source:mail"], now=LATER
        )
        assert again == first


@pytest.mark.parametrize("part", ["everything", "purpose:any", "claim:", "topic", "", "sources:x"])
def test_what_is_no_part_is_not_taken_back(tmp_path: Path, part: str) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        with pytest.raises(BadInput):
            withdraw_part(c, agreement_id=id, key=KEYS[LIN], by=LIN, parts=[part], now=NOW)
        with pytest.raises(BadInput):
            withdraw_part(c, agreement_id=id, key=KEYS[LIN], by=LIN, parts=[], now=NOW)


def test_after_a_whole_withdrawal_there_is_no_part_left(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        withdraw(c, agreement_id=id, key=KEYS[LIN], by=LIN, now=NOW)
        with pytest.raises(Conflict):
            withdraw_part(c, agreement_id=id, key=KEYS[LIN], by=LIN, parts=["persona"], now=NOW)
