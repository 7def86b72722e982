# SPDX-License-Identifier: Apache-2.0
"""Shelves: few topics that many claims share, with names that are safe in headings and paths.

A claim's topic is a term that others share where it can be, among all of the person's claims. Of
these a package holds a few; so its claims meet on the terms of their topics that most of them bear,
in their topic or their words: a reader wants a dozen pages, not four hundred.
The names are slugs made here of label terms: letters and digits of any script and single hyphens.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set

import rjieba

from countersign.claims import find_flags
from countersign.skill.inert import inert
from countersign.skill.question import ALONE_ZH, content_words
from countersign.store import tokens

MORE = "more"  # the shelf of claims whose topic no other claim shares
MOST_SHELVES = 40
FEW = 3
_LONGEST = 32
_VAGUE = frozenset(
    "more one ones two three four five last first next second seconds minute minutes hour hours day days week weeks "
    "month months year years time times thing takes took went came gave line lines part parts half several "
    "一个 一次 一天 一分 两个 两次 三个 第一 第二 之后 之前 上次 下次 每天 每次 去年 今年 一下 一样 可能 开始 出现 变成 处理".split()
)
"""Terms that fit any claim, and so tell nothing as the name of a page."""
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


def shelve(topics: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Return one shelf for each claim, in order: by its topic's label, else by its words.

    Greedy: the term that most claims bear takes them, then the next among the rest, and so on;
    first by topics alone, so that claims of one topic stay together.
    """
    labels = [{_key(term): term for term in _terms(topic)} for topic in topics]
    words = [_words(text) for text in texts]
    borne = [label.keys() | held for label, held in zip(labels, words, strict=True)]
    names = _names(labels, borne)
    most = max(MOST_SHELVES, len(topics) // 12)
    chosen: dict[int, tuple[str, ...]] = {}
    for bears in ([label.keys() for label in labels], borne):
        _join(chosen, [keys & names.keys() for keys in bears])
        _take(chosen, [keys & names.keys() for keys in bears], most)
    return [names[chosen[i]] if i in chosen else MORE for i in range(len(topics))]


def _join(chosen: dict[int, tuple[str, ...]], bears: Sequence[Set[tuple[str, ...]]]) -> None:
    """Put each claim that bears the name of a shelf there, on the fullest of several."""
    sizes = Counter(chosen.values())
    for i, keys in enumerate(bears):
        if i not in chosen and (open_to := keys & sizes.keys()):
            chosen[i] = max(open_to, key=lambda k: (sizes[k], k))


def _take(
    chosen: dict[int, tuple[str, ...]], bears: Sequence[Set[tuple[str, ...]]], most: int
) -> None:
    """Open shelves for what most claims bear of those that stand nowhere yet."""
    fewest = 2 if len(bears) > FEW else 1
    while len(set(chosen.values())) < most:
        left = Counter(key for i, keys in enumerate(bears) if i not in chosen for key in keys)
        best = max(left, key=lambda k: (left[k], k), default=None)
        if best is None or left[best] < fewest:
            return
        chosen |= {i: best for i, keys in enumerate(bears) if i not in chosen and best in keys}


def _terms(topic: str) -> list[str]:
    made = dict.fromkeys(s for part in _BETWEEN.split(topic) if (s := slug(part)))
    return [term for term in made if _is_word(term)]


def _is_word(term: str) -> bool:
    """Tell a Chinese word from a pair of signs that happens to straddle two (渠道, not 要重)."""
    known = len(term) == 1 or len(rjieba.cut(term, hmm=False)) < len(term)
    return term.isascii() or known or ALONE_ZH.isdisjoint(term)


def _key(term: str) -> tuple[str, ...]:
    """Return what makes two spellings one term: refund, refunds."""
    return tuple(tokens(term)) or (term,)


def _names(
    labels: Sequence[dict[tuple[str, ...], str]], borne: Sequence[Set[tuple[str, ...]]]
) -> dict[tuple[str, ...], str]:
    """Return the terms that may name a shelf: those of a label that several claims bear, in their
    label or their words, each in its commonest spelling.
    """
    spelled = Counter((key, term) for label in labels for key, term in label.items())
    bearers = Counter(key for keys in borne for key in keys)
    fewest = 2 if len(labels) > FEW else 1
    ranked = sorted(spelled, key=lambda s: (spelled[s], s))
    return {key: t for key, t in ranked if bearers[key] >= fewest and t not in _VAGUE}


def _words(text: str) -> set[tuple[str, ...]]:
    return {word.tokens for word in content_words(text)}


def in_order(shelves: Sequence[str]) -> list[str]:
    """Return the distinct shelves, the fullest first, `more` last."""
    sizes = Counter(shelves)
    return sorted(sizes, key=lambda s: (s == MORE, -sizes[s], s))
