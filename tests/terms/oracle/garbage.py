# SPDX-License-Identifier: Apache-2.0
"""Cases that hold what no type allows: None for a value, a time without its offset, a text for a set.

"What cannot be read, is unknown, or fails to be decided is refused" (clause 33): none of these may
ever be allowed, by any of the three, whatever else the case says.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import fields, replace
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any

from countersign.errors import BadInput
from countersign.terms import Bound, Limits, Standing, Terms
from tests.terms.oracle.fitting import Case

_NOT_ASKED: dict[type, tuple[str, ...]] = {
    Standing: ("agreement", "grant", "since"),
    Bound: ("name",),
    Terms: ("alias", "starts", "gap", "successor", "delegate", "take_along", "representative"),
}
"""What no rule asks for."""
_NONE_IS_FINE = frozenset(
    {
        "signed_at",
        "persona_until",
        "left_at",
        "transferred_at",
        "incapable_at",
        "processing",
        "until",
    }
)
_LIMITS_SET = frozenset({"benefits_at_least", "never", "always"})


def _wrong(field: str, value: object, none: tuple[None, ...]) -> tuple[Any, ...]:
    """Return values that cannot stand where `value` stands."""
    if value is None:
        return ("soon", 5.5)
    if isinstance(value, datetime):
        return (*none, value.replace(tzinfo=None), "soon", 5)
    if isinstance(value, bool):
        return (None, "no", "yes")
    if isinstance(value, int):
        return (*none, "3")
    if isinstance(value, Set):
        return (*none, "rule", 5)
    if isinstance(value, tuple):
        return (None, 5, (None,)) if field == "bounds" else (None, 5)
    if isinstance(value, StrEnum):
        return (*none, "unknown", 5)
    return (*none, 5)


def spoiled(case: Case) -> Iterator[tuple[str, Case]]:
    """Yield `case` with each of its fields spoiled in turn, with what was spoiled."""
    s = case.standing
    assert s is not None
    for now in (None, case.now.replace(tzinfo=None), "now", 5):
        yield f"now {type(now).__name__}", replace(case, now=now)  # type: ignore[arg-type]
    for name, request in _each(case.request):
        yield f"request.{name}", replace(case, request=request)
    for name, standing in _each(s):
        yield f"standing.{name}", replace(case, standing=standing)
    for name, terms in _each(s.terms):
        yield f"terms.{name}", replace(case, standing=replace(s, terms=terms))
    for name, part in _each(s.processing):
        yield f"processing.{name}", replace(case, standing=replace(s, processing=part))
    for bound in s.bounds[:1]:
        rest = s.bounds[1:]
        for name, wrong in _each(bound):
            yield f"bound.{name}", replace(case, standing=replace(s, bounds=(wrong, *rest)))
        for name, limits in _each(bound.limits):
            wrong = replace(bound, limits=limits)
            yield f"limits.{name}", replace(case, standing=replace(s, bounds=(wrong, *rest)))


def _each(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield `value` with each field spoiled; what cannot even be constructed is no case."""
    if value is None:
        return
    for field in fields(value):
        if field.name in _NOT_ASKED.get(type(value), ()):
            continue
        if isinstance(value, Limits):
            none_is_fine = field.name not in _LIMITS_SET
        else:
            none_is_fine = field.name in _NONE_IS_FINE
        none = () if none_is_fine else (None,)
        for wrong in _wrong(field.name, getattr(value, field.name), none):
            with suppress(TypeError, AttributeError, BadInput):
                spoiled_one = replace(value, **{field.name: wrong})
                yield f"{field.name} {type(wrong).__name__}", spoiled_one


NEEDED = (
    *("now NoneType", "now datetime", "request.act NoneType", "request.party NoneType"),
    *("request.kinds NoneType", "request.sources NoneType", "request.methods NoneType"),
    *("request.models NoneType", "request.callers NoneType", "request.callers str"),
    *("request.region NoneType", "request.training NoneType", "request.endpoint int"),
)
"""What every decision has to read and can come from outside: a standing checks itself when made."""


def spoil(dice: Random, case: Case) -> Case:
    """Return `case` with one field spoiled that every decision has to read."""
    chosen = dice.choice(NEEDED)
    return next((wrong for name, wrong in spoiled(case) if name == chosen), case)
