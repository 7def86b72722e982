# SPDX-License-Identifier: Apache-2.0
"""Topics: a few terms that many claims share, so that a reader finds a dozen pages, not hundreds.

A claim's topic is a word or two that stand in its own text, spelled as the person mostly spells
them; no subject line and no name of a person becomes one. Terms are chosen greedily: the one that
covers most of the claims not covered yet, weighed by how surely it names a thing; then each claim
takes the most telling of the chosen terms that it holds. What is left takes its own best noun.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from countersign.claims import find_flags
from countersign.distill.nouns import LONGEST, Noun, key_of, name_keys, nouns_of

MOST = 40  # topics for up to 500 claims; later one for each dozen
FEW = 3  # claims that make a topic worth a page
_SHARE = 0.15  # a term in more of the claims than this tells little
_HARD = 0.25
_SURE = 0.35
_SURE_ALONE = 0.6
_MOSTLY = 0.6
_TOGETHER = 0.4  # two words are one term when the rarer seldom stands without the other


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of this corpus: the claims that hold it, its spelling, how surely it is a noun."""

    key: str
    claims: tuple[int, ...]
    written: str
    worth: float
    alone: bool  # good enough to name the topic of one claim


def name_topics(
    texts: Sequence[str],
    *,
    titles: Iterable[str],
    names: Iterable[str],
    repeats: Callable[[str], float],
) -> list[str]:
    """Return one topic for each of `texts`, in order; empty where a text names nothing.

    `titles` lend weight to words that the texts hold too; `names` of people are never topics;
    `repeats` tells how often a word that stands in a trace stands there again, in [0, 1].
    """
    found = [nouns_of(text) for text in texts]
    people = name_keys(names)
    titled = {n.key for title in sorted(set(titles)) for n in nouns_of(title)}
    known = _terms(found, people, titled, repeats)
    most = max(FEW * 2, int(_HARD * len(texts)))
    able = {k: t for k, t in known.items() if FEW <= len(t.claims) <= most}
    shared = _cover(len(texts), able)
    held: list[list[_Term]] = [[] for _ in texts]
    for term in known.values():
        for i in term.claims:
            held[i].append(term)
    homes = _assign(held, shared, len(texts))
    _settle(homes, list(able.values()))
    return [_label(home, terms) for home, terms in zip(homes, held, strict=True)]


def _terms(
    found: list[list[Noun]],
    people: frozenset[str],
    titled: set[str],
    repeats: Callable[[str], float],
) -> dict[str, _Term]:
    at: dict[str, dict[int, None]] = defaultdict(dict)
    seen: dict[str, list[Noun]] = defaultdict(list)
    for i, nouns in enumerate(found):
        for noun in nouns:
            at[noun.key][i] = None
            seen[noun.key].append(noun)
    terms = {}
    for key, nouns in seen.items():
        parts = nouns[0].parts
        if people.intersection((key, *parts)) or not _holds_together(key, parts, at):
            continue
        written = _spelling(Counter(n.written for n in nouns))
        surely = _surely(nouns)
        if not surely or len(written) > LONGEST or find_flags(written):
            continue
        again = max(repeats(n.written) for n in nouns)
        worth = surely * (0.5 + min(0.5, 2 * again)) * (1.4 if key in titled else 1.0)
        alone = surely >= _SURE_ALONE and not all(n.proper for n in nouns)
        terms[key] = _Term(key, tuple(at[key]), written, worth * (1.3 if parts else 1.0), alone)
    for key in list(terms):
        for part in seen[key][0].parts:
            # "list" says less than "mailing list" where it is nearly always that.
            if part in at and len(at[key]) >= _MOSTLY * len(at[part]):
                terms.pop(part, None)
    return terms


def _holds_together(key: str, parts: tuple[str, ...], at: dict[str, dict[int, None]]) -> bool:
    if not parts:
        return True
    whole = len(at[key])
    # A sign that stands alone has no entry of its own, so it always stands with the other.
    rarest = min(len(at[p]) if p in at else whole for p in parts)
    return whole >= FEW and whole >= _TOGETHER * rarest


def _surely(nouns: list[Noun]) -> float:
    """Return how surely the word is a noun and no person's name, in [0, 1]; 0 when it is not."""
    if sum(n.person for n in nouns) * 5 > len(nouns):
        return 0.0
    speaks = [n.speaks for n in nouns]
    for_it = sum(s for s in speaks if s > 0)
    against = -sum(s for s in speaks if s < 0)
    silent = sum(1 - s for s in speaks if 0 <= s < 1)
    share = for_it / (for_it + against + 0.5 * silent) if for_it else 0.0
    return share if share >= _SURE else 0.0


def _spelling(spelled: Counter[str]) -> str:
    """Return the commonest spelling, the singular first: `branch` for branch, Branch, branches."""
    single = {w: n for w, n in spelled.items() if key_of(w) == w.lower().removesuffix("()")}
    among = single or dict(spelled)
    return max(among, key=lambda w: (among[w], w.islower(), w))


def _cover(count: int, terms: dict[str, _Term]) -> list[_Term]:
    """Choose terms, each for the claims that no chosen one holds yet."""
    left = set(range(count))

    def gain(t: _Term) -> float:
        return -len(left.intersection(t.claims)) * math.sqrt(t.worth) * _shape(t, count)

    # Gains only fall, so the best by an old gain that is still the best by its new one wins.
    heap = [(gain(t), t.key) for t in terms.values()]
    heapq.heapify(heap)
    chosen: list[_Term] = []
    while heap and len(chosen) < _most(count):
        _, key = heap[0]
        now = (gain(terms[key]), key)
        if now > heapq.heapreplace(heap, now) and now > heap[0]:
            continue
        if not now[0]:
            break
        heapq.heappop(heap)
        chosen.append(terms[key])
        left.difference_update(terms[key].claims)
    return chosen


def _most(count: int) -> int:
    return max(MOST, count // 12)


def _shape(term: _Term, count: int) -> float:
    share = len(term.claims) / max(1, count)
    return min(1.0, _SHARE / share) ** 2


def _assign(held: list[list[_Term]], chosen: list[_Term], count: int) -> list[_Term | None]:
    """Give each claim the most telling chosen term it holds; a topic left with few gives way."""
    keys = {t.key for t in chosen}

    def home(terms: list[_Term]) -> _Term | None:
        return max(
            (t for t in terms if t.key in keys),
            key=lambda t: (t.worth * math.log(2 * count / len(t.claims)), t.key),
            default=None,
        )

    homes = [home(terms) for terms in held]
    sizes = Counter(t.key for t in homes if t is not None)
    claims = {t.key: t.claims for t in chosen}
    while keys:
        smallest = min(keys, key=lambda k: (sizes[k], k))
        if sizes[smallest] >= FEW:
            break
        keys.discard(smallest)
        for i in claims[smallest]:
            if (old := homes[i]) is not None and old.key == smallest:
                homes[i] = new = home(held[i])
                sizes[new.key if new else ""] += 1
    return homes


def _settle(homes: list[_Term | None], terms: list[_Term]) -> None:
    """Give claims without a topic one by moving just enough others to it from fuller topics."""
    sizes = Counter(t.key for t in homes if t is not None)
    for term in sorted(terms, key=lambda t: (-t.worth, t.key)):
        alone = [i for i in term.claims if homes[i] is None]
        if not alone or len(sizes) >= _most(len(homes)):
            continue
        crowds = {i: sizes[home.key] for i in term.claims if (home := homes[i])}
        movable = sorted((i for i in crowds if crowds[i] > FEW), key=lambda i: (-crowds[i], i))
        wanted = max(0, FEW - len(alone))
        if len(movable) < wanted:
            continue
        for i in (*alone, *movable[:wanted]):
            if (home := homes[i]) is not None:
                sizes[home.key] -= 1
            homes[i] = term
            sizes[term.key] += 1


def _label(home: _Term | None, terms: list[_Term]) -> str:
    if home is None:
        own = [t for t in terms if t.alone]
        home = max(own, key=lambda t: (t.worth * min(2, len(t.claims)), t.key), default=None)
    return home.written if home is not None else ""
