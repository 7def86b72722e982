# SPDX-License-Identifier: Apache-2.0
"""Words of a text for finding it again: Latin words lightly stemmed, Han runs as overlapping pairs.

Pairs, not a segmenter: a two-character query must be found inside a longer word, and a segmenter
cuts query and text differently (measured: it misses them). One Han character alone stands for
itself.
"""

from __future__ import annotations

import re
import unicodedata

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:['’][a-z]+)?")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "shall",
        "should",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "up",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "about",
        "any",
        "的",
        "了",
        "是",
        "在",
        "和",
        "吗",
        "呢",
        "吧",
        "啊",
        "我",
        "你",
        "他",
        "们",
        "这",
        "那",
        "有",
        "个",
        "不",
        "什么",
        "怎么",
        "如何",
        "为什",
        "我们",
        "你们",
        "是否",
        "可以",
        "哪些",
        "哪个",
        "时候",
        "应该",
    ]
)


def tokens(text: str) -> list[str]:
    """Return the tokens of `text` in order, stop words left out; the same for texts and queries."""
    found: list[str] = []
    for run in _RUN.findall(_HUMP.sub(" ", unicodedata.normalize("NFKC", text))):
        found.extend(_pairs(run) if run[0] >= "\u3400" else [stem(run.casefold())])
    return [t for t in found if t not in _STOP]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def stem(word: str) -> str:
    """Return `word` without the commonest English endings, so that retries, retrying, retried meet.

    The plural goes first: `warnings` must meet `warning`, which meets `warn`.
    """
    word = _singular(word.replace("’", "'").removesuffix("'s"))
    for ending, instead in (("ied", "y"), ("ing", ""), ("ed", "")):
        base = word.removesuffix(ending)
        if base != word and len(base) >= 3 and any(v in base for v in "aeiouy"):
            # `speed` and `exceed` are no past tense
            return word if word.endswith("eed") else _undouble(base + instead)
    return _without_e(word)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and len(word) > 4 and word[-3] in "sxzh":
        return word[:-2]
    return word[:-1] if word.endswith("s") and len(word) > 3 and word[-2] not in "su" else word


def _undouble(base: str) -> str:
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "aeioulsz":
        return base[:-1]
    return _without_e(base)


def _without_e(word: str) -> str:
    return word.removesuffix("e") if len(word) > 3 else word
