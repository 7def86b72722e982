# SPDX-License-Identifier: Apache-2.0
"""Find what answers a question, within a scope, or find nothing: an honest gap beats a near miss.

The index finds and scores by the question's content words inside the scope. A claim answers when
it holds enough of them twice over: by rarity (the index knows how rare a word is) and by count
(so that one rare word does not carry a question about something else).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from countersign.skill.question import content_words, coverage
from countersign.skill.released import ClaimKeys, Released, bylines, open_claims
from countersign.store import TokenIndex

LIMIT = 8
# Set on 73 questions in English and Chinese to the example team (bench/recall.py prints the table).
ENOUGH_BY_RARITY, ENOUGH_BY_COUNT = 0.46, 0.55


@dataclass(frozen=True, slots=True)
class Scope:
    """Which skills, under which agreements, a caller may ask at this moment (from `decide`)."""

    skills: frozenset[str]
    agreements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A claim that answers: its BM25 score, and the share of the question by rarity and by count."""

    claim: Released
    score: float
    by_rarity: float
    by_count: float


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
    words = content_words(question, names=bylines(c, scope.agreements))
    hits = index.search(
        " ".join(word.text for word in words),
        groups=scope.skills,
        agreements=scope.agreements,
        limit=limit,
    )
    near = {hit.ref: hit for hit in hits if hit.coverage >= ENOUGH_BY_RARITY}
    opened = open_claims(c, keys, near, agreements=scope.agreements)
    return answering(
        Found(claim, near[ref].score, near[ref].coverage, coverage(words, searched(claim)))
        for ref, claim in opened.items()
    )


def searched(claim: Released) -> str:
    """Return the text by which a claim is found: its words and its topic."""
    return f"{claim.text}\n{claim.topic}"


def answering(found: Iterable[Found]) -> list[Found]:
    """Keep what holds enough of the question, the best first."""
    kept = [f for f in found if f.by_rarity >= ENOUGH_BY_RARITY and f.by_count >= ENOUGH_BY_COUNT]
    return sorted(kept, key=lambda f: (-(f.by_rarity + f.by_count), -f.score, f.claim.ref))
