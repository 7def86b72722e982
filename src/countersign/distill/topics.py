# SPDX-License-Identifier: Apache-2.0
"""Topics: a claim's short label, made of the terms that set its sentence apart from the rest.

A term's weight is how rare it is among the person's own traces times how often the claim's own
sentences use it; a conversation's title only lends weight to words the person also wrote, so no
subject line of somebody else is published as a label.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

import rjieba

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*[A-Za-z0-9+_](?:'[a-z]+)?|[A-Za-z]{2,}")
_HAN = re.compile("[\u3400-\u9fff]{2,}")
_STOP = frozenset(
    (
        "a about above after again all also although always am an and another any anyone anything are as at away back be "
        "because been before being best better between both but by call called can cannot can't case come could did do "
        "does doesn't doing don't done down each either else enough even ever every everything example few find first for "
        "from get gets getting give go goes going good got had has have having he help her here him his how however i if "
        "i'd i'll i'm in instead into is isn't it it's its itself just keep know least less let let's like likely little "
        "long look lot lots made make makes making many may maybe me mean means might more most much must my need needs "
        "never new next no nor not nothing now of off ok on once one only onto or other others our out over own part "
        "people perhaps please point possible probably problem put quite rather really right said same say see seems "
        "set several she should shouldn't since so some someone something sometimes still such sure take than that "
        "that's the their them then there there's these they they're thing things think this those though through time "
        "to too try trying two under unless until up us use used useful user using usually very via want wants was way "
        "we well were what whatever when where whether which while who why will with within without won't work works "
        "would write wrong yes yet you you'll you're your yourself actually anyway basically certainly already able "
        "across ago along around default idea issue kind later maybe note often otherwise plus simple simply start "
        "stuff thanks them useful various allow allowed allows avoid bad better change check different does end ensure "
        "exactly explicit fact far feel happen happens hard having important means mind move necessary order "
        "particular provide reason rest result run running second seem show side something sort specific support "
        "supposed tell there top turn understand worth written almost except preferably we'll i've you've they've he's "
        "she's you'd we'd they'd who's what's here's"
    ).split()
)
_STOP_ZH = frozenset(
    "我们 你们 他们 这个 那个 这样 那样 一个 什么 怎么 可以 不要 必须 应该 因为 所以 如果 但是 就是 还是 没有 不是 需要 "
    "时候 或者 以及 已经 现在 然后 注意 一定 自己 之后 之前 使用 不能 不得 禁止 的话 进行 以后 今后 务必 直接 都要 不然 否则 "
    "一次 一遍 一下 一起 只能 只要 只有 为了 由于 由此 并且 而且 决定 继续 很多 所有 任何 每个 每次 大家 东西 问题 情况 容易 "
    "不会 不可 不应 建议 尽量 最好 统一 一律 首先 最后 其实 起来 出来 下来 上去 知道 觉得 看到 看看 还有 那么 这么 多少".split()
)


def terms_of(words: str) -> list[str]:
    """Return the content terms of `words` in order: English words, then Chinese ones."""
    found = [
        low
        for word in _WORD.findall(words)
        if (low := word.lower().strip(".-+_")) not in _STOP and len(low) > 2 and "n't" not in low
    ]
    for piece in _HAN.findall(words):
        found += [w for w in rjieba.cut(piece) if len(w) > 1 and w not in _STOP_ZH]
    return found


class TermWeights:
    """How rare each term is among the person's own traces (inverse document frequency)."""

    def __init__(self, documents: Iterable[str]) -> None:
        """Count, for each term, the documents it stands in."""
        self._in: Counter[str] = Counter()
        self._documents = 0
        for text in documents:
            self._documents += 1
            self._in.update(set(terms_of(text)))

    def weight(self, term: str) -> float:
        """Return the term's weight; one seen only once may be a slip, so it weighs less."""
        seen = self._in.get(term, 0)
        rarity = math.log((1 + self._documents) / (1 + seen))
        return rarity * (0.6 if seen <= 1 else 1.0)

    def label(self, words: str, title: str) -> str:
        """Return up to three terms of `words`, the weightiest first, as a label; may be empty."""
        return ", ".join(self.best(words, title))

    def best(self, words: str, title: str = "", *, most: int = 3) -> list[str]:
        """Return up to `most` terms of `words`, the weightiest first; those in `title` gain."""
        counted = Counter(terms_of(words))
        in_title = set(terms_of(title))
        ranked = sorted(
            counted,
            key=lambda t: (
                -self.weight(t) * (1 + 0.5 * (counted[t] - 1)) * (1.5 if t in in_title else 1.0),
                t,
            ),
        )
        chosen: list[str] = []
        for term in ranked:
            # "merge" beside "merged" would label one word twice.
            if not any(c.startswith(term[:5]) or term.startswith(c[:5]) for c in chosen):
                chosen.append(term)
            if len(chosen) == most:
                break
        return chosen
