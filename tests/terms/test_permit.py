# SPDX-License-Identifier: Apache-2.0
"""A permit: for one act, made in one place, neither copied nor stored."""

from __future__ import annotations

import ast
import copy
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from countersign.errors import Internal, NotAllowed
from countersign.terms import Act, Permit
from tests.terms.scene import KIM, ask, permit, stand

SRC = Path(__file__).parents[2] / "src" / "countersign"


def test_a_permit_is_for_one_act() -> None:
    made = permit(ask(), stand())
    made.require(Act.ANSWER)
    made.require(Act.INSTALL, Act.ANSWER)
    with pytest.raises(NotAllowed, match="permit to answer"):
        made.require(Act.PUBLISH)


def test_a_permit_cannot_be_made_copied_changed_or_stored_elsewhere() -> None:
    made = permit(ask(), stand())
    fields = {f: getattr(made, f) for f in Permit.__dataclass_fields__ if f != "token"}
    with pytest.raises(Internal):
        Permit(**fields, token=object())
    with pytest.raises((TypeError, ValueError)):
        Permit(**fields)
    with pytest.raises((TypeError, ValueError)):
        replace(made, person=KIM)  # type: ignore[call-arg]
    with pytest.raises(Internal):
        copy.copy(made)
    with pytest.raises(Internal):
        pickle.dumps(made)
    with pytest.raises(AttributeError):
        made.person = KIM  # type: ignore[misc]
    with pytest.raises(Internal):
        type("Wide", (Permit,), {})


def test_permits_and_standings_are_made_in_one_place_each() -> None:
    made: dict[str, set[str]] = {"Permit": set(), "Standing": set()}
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                made.get(node.func.id, set()).add(path.relative_to(SRC).as_posix())
    assert made == {"Permit": {"terms/decide.py"}, "Standing": {"terms/judge.py"}}
