# SPDX-License-Identifier: Apache-2.0
"""What a question is about: its content words, in English and Chinese, without how it is asked.

Chinese is cut into words here, because pairs that span two words ("付重" in 支付重试) stand in no
text and would make every Chinese question look foreign. Words that only ask ("怎么办", "how many")
say nothing about a topic, and neither does the name of the person whose notes are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import rjieba

from countersign.store import tokens

_HAN = re.compile("[\u3400-\u9fff]")
_NAME = re.compile(r"[A-Z0-9_]")
_ASKING = frozenset(
    "am anybody anyone anything around ask asked best can't d did do does doing don't done ever find found get gets "
    "getting give go good got happen happened happens hello help hey hi know let like ll look looking looks made make "
    "makes many mean means much need needs new now often ok okay please question questions re really right s say says see "
    "show somebody someone something still t talk tell thank thanks that these thing things this those time times "
    "tried try use used using ve want wants way usually well without work works wrong".split()
)
_ASKING_ZH = frozenset(
    "一下 下来 东西 为什么 为何 之前 之后 事情 什么 什么时候 他们 以前 以后 你们 做法 关于 几个 几天 几次 几点 可不可以 可以 吗 "
    "告诉 呢 哪个 哪些 哪儿 哪里 哪种 多久 多少 如何 如果 应该 怎么 怎么办 怎么样 怎样 情况 我们 时候 是不是 是否 是什么 时间 有没有 "
    "有哪些 有什么 步骤 注意 没有 知道 能不能 能否 要不要 请问 谁 这个 这样 进行 还是 那个 那样 问题 需要 意思 现在 目前 一般".split()
)
ALONE_ZH = frozenset(
    "的了是在和吗呢吧啊我你他她它们这那哪有个不没要想能会该做用算怎么几去来发到过后前时里外上下中内把被让给对从向与或及就都也还又才"
    "再很更最多少大小谁年月日天次点请问说看吃买卖开关放走先为以于之其此每各某"
)
"""Signs that join other words rather than name a thing."""


@dataclass(frozen=True, slots=True)
class Word:
    """One content word: as written, the tokens a text must hold for it, and its weight."""

    text: str
    tokens: tuple[str, ...]
    weight: int


def content_words(question: str, *, names: Iterable[str] = ()) -> list[Word]:
    """Return the words that say what `question` is about; `names` (bylines) are left out.

    A name or a number weighs twice: a text that lacks it answers another question.
    """
    passed = {token for name in names for token in tokens(name)}
    found: dict[tuple[str, ...], Word] = {}
    for number, piece in enumerate(_pieces(question)):
        made = tuple(tokens(piece))
        if made and not passed.issuperset(made):
            named = bool(_NAME.search(piece)) and (number > 0 or piece[1:] != piece[1:].lower())
            found.setdefault(made, Word(piece, made, 2 if named else 1))
    return list(found.values())


def _pieces(question: str) -> list[str]:
    """Cut into words; Han signs that the cutter left alone are joined again (幂 等 → 幂等)."""
    pieces: list[str] = []
    run = ""
    for cut in (*rjieba.cut(question), " "):
        if _HAN.match(cut) and len(cut) == 1 and cut not in ALONE_ZH:
            run += cut
            continue
        if len(run) > 1:
            pieces.append(run)
        run = ""
        word = cut.strip()
        asks = word.casefold() in _ASKING or word in _ASKING_ZH or word in ALONE_ZH
        if re.search(r"\w", word) and not asks:
            pieces.append(word)
    return pieces


def coverage(words: list[Word], text: str) -> float:
    """Return the share of `words`, by weight, that stand in `text`; 0 for no words."""
    there = set(tokens(text))
    total = sum(word.weight for word in words)
    hit = sum(word.weight for word in words if there.issuperset(word.tokens))
    return hit / total if total else 0.0
