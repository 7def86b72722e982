# SPDX-License-Identifier: Apache-2.0
"""Near-duplicates: which sentences say the same thing in almost the same words.

Each sentence becomes a set of content terms (stemmed bluntly, negations kept apart, so that "do"
and "do not" never merge). Sentences that share a rare-enough term are compared by the overlap of
their sets; those at or above `ALIKE` form one group around its best member, greedily from the best
downwards, so that a chain of small differences does not join strangers.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence

from countersign.distill.words import terms_of

ALIKE = 0.65
_MANY = 200
_NOT = re.compile(
    r"\b(?:not|never|no|cannot|without|avoid|unless)\b|n't\b|不|勿|禁|严禁|避免|别", re.IGNORECASE
)


def fingerprint(words: str) -> frozenset[str]:
    """Return the set of blunt stems of the content terms of `words`, with a sign for negation."""
    stems = {_stem(term) for term in terms_of(words)}
    if _NOT.search(words):
        stems.add("!")
    return frozenset(stems)


def _stem(term: str) -> str:
    if not term.isascii():
        return term
    for end in ("ing", "ied", "ies", "ed", "es", "s"):
        if term.endswith(end) and len(term) - len(end) >= 4:
            return term[: -len(end)]
    return term


def group_alike(prints: Sequence[frozenset[str]]) -> list[list[int]]:
    """Group the indexes of `prints`, given best first: each group's first member is its best."""
    by_term: dict[str, list[int]] = defaultdict(list)
    groups: list[list[int]] = []
    for i, stems in enumerate(prints):
        home = _home(stems, prints, groups, by_term)
        if home is not None:
            groups[home].append(i)
            continue
        for term in stems:
            by_term[term].append(len(groups))
        groups.append([i])
    return groups


def _home(
    stems: frozenset[str],
    prints: Sequence[frozenset[str]],
    groups: list[list[int]],
    by_term: dict[str, list[int]],
) -> int | None:
    """Return the group whose first member is most like `stems`, if alike enough."""
    if not stems - {"!"}:
        return None
    best, best_at = ALIKE, None
    seen: set[int] = set()
    ordered = sorted(stems, key=lambda t: (len(by_term.get(t, ())), t))
    # What shares `ALIKE` of all terms shares one of these, whichever the others are.
    enough = len(stems) - math.ceil(ALIKE * len(stems)) + 1
    for term in ordered[:enough]:
        homes = by_term.get(term, ())
        if len(homes) > _MANY and seen:
            break
        for g in homes[-_MANY:]:
            if g in seen:
                continue
            seen.add(g)
            other = prints[groups[g][0]]
            if not ALIKE * len(stems) <= len(other) <= len(stems) / ALIKE:
                continue
            if ("!" in other) != ("!" in stems):
                continue
            shared = len(stems & other)
            alike = shared / (len(stems) + len(other) - shared)
            if alike > best or (alike == best and best_at is None):
                best, best_at = alike, g
    return best_at
