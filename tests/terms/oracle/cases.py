# SPDX-License-Identifier: Apache-2.0
"""Seeded random cases for the comparison: an allowed case with nought to three facets changed.

The same seed gives the same cases everywhere. Some three in a hundred hold what no type allows
(None, a time without its offset, a text for a set): of those none may ever be allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from countersign.terms import Act, Terms
from tests.terms.oracle.changes import CHANGES
from tests.terms.oracle.fitting import (
    ENDPOINTS,
    START,
    Case,
    chance,
    draw_standing,
    draw_terms,
)
from tests.terms.oracle.garbage import spoil
from tests.terms.oracle.limiting import draw_bound
from tests.terms.oracle.requests import draw_request, draw_vault

CASES_OF_TERMS = 8
"""How many cases are drawn about the same terms: reading them takes long."""
_NAMES = tuple(CHANGES)
_WEIGHTS = tuple(weight for weight, _ in CHANGES.values())
_UNRELATED = ("claim:c9", "topic:t9", "purpose:nothing", "source:nothing")


def cases(seed: int, count: int) -> Iterator[Case]:
    """Yield `count` cases of this seed."""
    dice = Random(seed)  # noqa: S311 - dice for tests
    for number in range(count):
        if number % CASES_OF_TERMS == 0:
            terms = draw_terms(dice)
        yield draw(dice, terms)


def draw(dice: Random, terms: Terms) -> Case:
    """Return one case, mostly about `terms`."""
    now = START + timedelta(seconds=dice.randint(0, 30_000_000))
    if chance(dice, 0.05):
        return _vault(dice, terms, now)
    case = _fitting(dice, terms, now)
    if chance(dice, 0.03):
        return spoil(dice, case)
    for _ in range(dice.choices((0, 1, 2, 3), (30, 45, 17, 8))[0]):
        name = dice.choices(_NAMES, _WEIGHTS)[0]
        case = CHANGES[name][1](dice, case)
    if chance(dice, 0.005):
        return replace(case, standing=None)
    return case


def _fitting(dice: Random, terms: Terms, now: datetime) -> Case:
    standing = draw_standing(dice, terms, now)
    if chance(dice, 0.3):
        standing = replace(standing, withdrawn=frozenset({dice.choice(_UNRELATED)}))
    case = Case(draw_request(dice, standing), standing, now)
    bounds = tuple(draw_bound(dice, case) for _ in range(dice.choice((0, 0, 0, 1, 2))))
    return replace(case, standing=replace(standing, bounds=bounds))


def _vault(dice: Random, terms: Terms, now: datetime) -> Case:
    request = draw_vault(dice)
    if chance(dice, 0.7):
        field, word = dice.choice(_OUTSIDE)
        request = replace(request, **{field: word})
    standing = None if chance(dice, 0.5) else _fitting(dice, terms, now).standing
    return Case(request, standing, now)


_OUTSIDE: tuple[tuple[str, Any], ...] = (
    ("act", Act.ANSWER),
    ("act", Act.PUBLISH),
    ("act", Act.INSTALL),
    ("actor", "pother"),
    ("vault_of", "pother"),
    ("party", "oacme"),
    ("endpoint", ENDPOINTS[0]),
    ("region", "eu"),
    ("cross_border", True),
    ("training", True),
    ("persona", True),
)
