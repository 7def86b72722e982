# SPDX-License-Identifier: Apache-2.0
"""Find what answers a question, within a scope, or find nothing: an honest gap beats a near miss.

The index finds and scores inside the scope. A second look at the few opened texts asks how much
of the question each one really touches; below a threshold the answer is the gap line.
"""

from __future__ import annotations

from dataclasses import dataclass

import rjieba
import sqlalchemy as sa

from countersign.skill.released import ClaimKeys, Released, claims_of
from countersign.store import TokenIndex, tokens

LIMIT = 8
ENOUGH = 0.5
"""Share of the question's content words that the best text must touch (calibrated in tests)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which skills, under which agreements, a caller may ask at this moment (from `decide`)."""

    skills: frozenset[str]
    agreements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A claim that answers, with its BM25 score and the share of the question it touches."""

    claim: Released
    score: float
    coverage: float


def recall(
    question: str,
    scope: Scope,
    *,
    c: sa.Connection,
    index: TokenIndex,
    keys: ClaimKeys,
    limit: int = LIMIT,
) -> list[Found]:
    """Return what answers `question` within `scope`, best first; empty means: say the gap line."""
    hits = index.search(question, groups=scope.skills, agreements=scope.agreements, limit=limit)
    if not hits:
        return []
    opened = _open(c, keys, [hit.ref for hit in hits], scope)
    wanted = words(question)
    found = [
        Found(opened[hit.ref], hit.score, coverage(wanted, _text(opened[hit.ref])))
        for hit in hits
        if hit.ref in opened
    ]
    return answering(found)


def _open(c: sa.Connection, keys: ClaimKeys, refs: list[str], scope: Scope) -> dict[str, Released]:
    # The index is derived: what the hub no longer holds under these agreements is not opened.
    opened: dict[str, Released] = {}
    for agreement in sorted(scope.agreements):
        opened |= claims_of(c, keys, agreement, refs=refs)
    return opened


def _text(claim: Released) -> str:
    return f"{claim.text} {claim.topic}"


def words(question: str) -> list[tuple[str, ...]]:
    """Return the question's content words, each as the tokens that a text must hold for it."""
    cut: list[tuple[str, ...]] = []
    for piece in rjieba.cut(question):
        made = tuple(tokens(piece))
        if made and made not in cut:
            cut.append(made)
    return cut


def coverage(wanted: list[tuple[str, ...]], text: str) -> float:
    """Return the share of `wanted` words that stand in `text`."""
    there = set(tokens(text))
    hit = sum(all(token in there for token in word) for word in wanted)
    return hit / len(wanted) if wanted else 0.0


def answering(found: list[Found]) -> list[Found]:
    """Keep what touches enough of the question; pure, so that it can be calibrated."""
    kept = [f for f in found if f.coverage >= ENOUGH]
    return sorted(kept, key=lambda f: (-f.coverage, -f.score, f.claim.ref))
