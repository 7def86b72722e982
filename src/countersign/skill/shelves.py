# SPDX-License-Identifier: Apache-2.0
"""Shelves: few topics that many claims share, with names that are safe in headings and paths.

A claim's topic is a label of up to three terms, nearly its own. A reader wants a dozen pages, not
four hundred; so each claim goes to that term of its label which most other claims bear too. The
names are slugs made here: letters and digits of any script and single hyphens, nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import rjieba

from countersign.claims import find_flags
from countersign.skill.inert import inert

MORE = "more"  # the shelf of claims whose topic no other claim shares
MOST_SHELVES = 30
_LONGEST = 32
_BETWEEN = re.compile(r"[,，、;；|/]")


def slug(label: str) -> str:
    """Return `label` as lower-case letters, digits and single hyphens; empty if nothing is left.

    A label that would be flagged as a claim (an instruction, a tool's name) gives nothing.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).casefold())
    kept = "".join(s if unicodedata.category(s)[0] == "L" or s.isdecimal() else "-" for s in folded)
    made = re.sub(r"-+", "-", kept)[:_LONGEST].strip("-")
    # `inert` knows the letters that show as nothing.
    return "" if inert(made) != made or find_flags(made.replace("-", " ")) else made


def shelve(topics: Sequence[str]) -> list[str]:
    """Return one shelf for each label, in order: the term that most labels share, else `more`."""
    terms = [_terms(topic) for topic in topics]
    shared = Counter(term for bears in terms for term in bears)
    chosen = [_choose(bears, shared) for bears in terms]
    sizes = Counter(chosen)
    # A term's claims may all have gone to a larger shelf; what is left alone goes to `more`.
    full = sorted(sizes, key=lambda s: (-sizes[s], s))
    kept = {s for s in full[:MOST_SHELVES] if sizes[s] > 1 or len(topics) <= 3}
    return [shelf if shelf in kept else MORE for shelf in chosen]


def _terms(topic: str) -> list[str]:
    made = dict.fromkeys(s for part in _BETWEEN.split(topic) if (s := slug(part)))
    return [term for term in made if _is_word(term)]


def _is_word(term: str) -> bool:
    """Tell a Chinese word from a pair of signs that happens to straddle two (渠道, not 要重)."""
    return term.isascii() or len(rjieba.cut(term)) < len(term) or len(term) == 1


def _choose(bears: list[str], shared: Counter[str]) -> str:
    # The label's own order (weightiest first) decides between terms that are shared equally.
    return max(bears, key=lambda term: (shared[term], -bears.index(term)), default=MORE)


def in_order(shelves: Sequence[str]) -> list[str]:
    """Return the distinct shelves, the fullest first, `more` last."""
    sizes = Counter(shelves)
    return sorted(sizes, key=lambda s: (s == MORE, -sizes[s], s))
