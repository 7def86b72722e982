# SPDX-License-Identifier: Apache-2.0
"""Content words of a sentence, in English and Chinese, and how rare each is among own traces."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

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

# Words that fit any claim, and so tell nothing as its topic.
VAGUE = frozenset(
    "second minute hour day night week weekend month year century decade date today tomorrow yesterday morning evening "
    "monday tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec tue wed thu fri "
    "e.g i.e etc btw iirc afaik imho imo a.k.a number line bit piece half lot word one two three four five six seven eight nine "
    "ten dozen hundred thousand question answer problem solution course circumstance manner amount ones someone somebody nobody "
    "everybody folk guy fact matter case sense detail difference benefit effort hint interest extent intent purpose past future "
    "present world life place side end start beginning middle rest whole latter former opposite single complete total same "
    "twice once ourselves yourself themselves itself regardless toward besides somehow given soon longer various looks day-to-day "
    "good better best worse worst main major minor right wrong left true false actual real full empty big small large great "
    "little kind sort type way thing stuff something anything nothing everything issue idea opinion thought concern mistake "
    "example instance situation result reason aspect area level degree chance choice decision look feel sound sure pain "
    "ass fun joke luck shame pity truth attention addition statement summary conclusion importance usage action "
    "later earlier next previous several ok okay yeah thanks hello cheers regards please sorry sir last first second third during whoever went moment stay differ slow fast "
    "certain based simplest break arrive rare average cross random frustration holes nobody while near".split()
)
VAGUE_ZH = frozenset(
    "时间 日期 时候 小时 分钟 今天 昨天 明天 去年 今年 上次 下次 第一 第二 处理 开始 出现 变成 可能 一样 参与 放在 放到 得到 拿到 "
    "找到 收到 看到 显示 说明 表示 成为 属于 产生 发生 发现 完成 结束 东西 事情 地方 方面 部分 多半 左右 正常 不用 不算 不够 不同 "
    "回来 进来 出去 过去 集中 放开 原因 结果 办法 方法 方式 情况 例子 意思 样子 关系 作用 内容 用来 留在 等于 没人 有人 别人 对方 是不是 有没有 意见 自动 正式".split()
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

    def __init__(self, documents: Iterable[Sequence[str]]) -> None:
        """Count, for each term, the documents it stands in; each is given as its terms."""
        self._in: Counter[str] = Counter()
        self._again: Counter[str] = Counter()
        self._documents = 0
        for terms in documents:
            self._documents += 1
            counted = Counter(terms)
            self._in.update(counted.keys())
            self._again.update(term for term, times in counted.items() if times > 1)

    def weight(self, term: str) -> float:
        """Return the term's weight; one seen only once may be a slip, so it weighs less."""
        seen = self._in.get(term, 0)
        rarity = math.log((1 + self._documents) / (1 + seen))
        return rarity * (0.6 if seen <= 1 else 1.0)

    def repeats(self, word: str) -> float:
        """Return how often a document that holds `word` holds it again, in [0, 1].

        What a text is about, it names more than once; a word of any text falls once here and there.
        """
        low = word.lower()
        return self._again.get(low, 0) / (3 + self._in.get(low, 0))

    def best(self, words: str, *, most: int) -> list[str]:
        """Return up to `most` terms of `words`, the weightiest first."""
        counted = Counter(terms_of(words))
        ranked = sorted(counted, key=lambda t: (-self.weight(t) * (1 + 0.5 * (counted[t] - 1)), t))
        chosen: list[str] = []
        for term in ranked:
            # "merge" beside "merged" would label one word twice.
            if not any(c.startswith(term[:5]) or term.startswith(c[:5]) for c in chosen):
                chosen.append(term)
            if len(chosen) == most:
                break
        return chosen


def is_stop(word: str) -> bool:
    """Tell whether a word says nothing about a subject."""
    low = word.lower().replace("\u2019", "'")
    return low in _STOP or low in _STOP_ZH or "n't" in low
