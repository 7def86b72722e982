# SPDX-License-Identifier: Apache-2.0
"""Find what answers a question, within a scope, or find nothing: an honest gap beats a near miss.

The index finds and scores by the question's content words inside the scope. A claim answers when
it holds enough of them twice over: by rarity (the index knows how rare a word is) and by count
(so that one rare word does not carry a question about something else).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from countersign.skill.question import Word, content_words, coverage
from countersign.skill.released import ClaimKeys, Released, Scope, count_up_to, open_claims
from countersign.store import Hit, TokenIndex

LIMIT = 8
# Set on 37 + 36 questions to the example team in English and Chinese, checked on 41 written later
# (tests/skill/test_recall.py): 45 of 55 answerable ones find a right claim, 0 of 57 others get one.
ENOUGH_BY_RARITY, ENOUGH_BY_COUNT = 0.46, 0.55
# Among few claims a word that occurs at all counts as common, and one that does not as everything.
FEW, ENOUGH_AMONG_FEW = 100, 0.3


@dataclass(frozen=True, slots=True)
class Found:
    """A claim that answers: its BM25 score, and the share of the question by rarity and by count."""

    claim: Released
    score: float
    by_rarity: float
    by_count: float


@dataclass(frozen=True, slots=True)
class Near:
    """What the index found for a question, before anything was opened."""

    words: tuple[Word, ...]
    hits: Mapping[str, Hit]

    @property
    def agreements(self) -> frozenset[str]:
        """The agreements under which the hits stand: what must be decided before opening them."""
        return frozenset(hit.agreement for hit in self.hits.values())


def find(
    question: str, scope: Scope, *, c: sa.Connection, index: TokenIndex, limit: int = LIMIT
) -> Near:
    """Return what the index finds for `question` within `scope`; opens nothing."""
    words = content_words(question, names=scope.names)
    hits = index.search(
        " ".join(word.text for word in words),
        groups=scope.skills,
        agreements=scope.agreements,
        limit=limit,
    )
    enough = ENOUGH_BY_RARITY if count_up_to(c, FEW) == FEW else ENOUGH_AMONG_FEW
    return Near(tuple(words), {hit.ref: hit for hit in hits if hit.coverage >= enough})


def open_near(near: Near, *, c: sa.Connection, keys: ClaimKeys) -> list[Found]:
    """Open what was found and return what answers, best first; empty means: say the gap line."""
    opened = open_claims(c, keys, list(near.hits), agreements=near.agreements)
    return answering(
        Found(
            claim,
            near.hits[ref].score,
            near.hits[ref].coverage,
            coverage(list(near.words), searched(claim)),
        )
        for ref, claim in opened.items()
    )


def recall(
    question: str,
    scope: Scope,
    *,
    c: sa.Connection,
    index: TokenIndex,
    keys: ClaimKeys,
    limit: int = LIMIT,
) -> list[Found]:
    """Find and open in one step, where all of `scope` has been decided on."""
    return open_near(find(question, scope, c=c, index=index, limit=limit), c=c, keys=keys)


def searched(claim: Released) -> str:
    """Return the text by which a claim is found: its words and its topic."""
    return f"{claim.text}\n{claim.topic}"


def answering(found: Iterable[Found]) -> list[Found]:
    """Keep what holds enough of the question by count, the best first."""
    kept = [f for f in found if f.by_count >= ENOUGH_BY_COUNT]
    return sorted(kept, key=lambda f: (-(f.by_rarity + f.by_count), -f.score, f.claim.ref))
