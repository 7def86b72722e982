# SPDX-License-Identifier: Apache-2.0
"""Nouns: which words of a claim could name its topic, without a tagger for English.

English: a word counts by the company it keeps. "the branch is", "of the branch." speak for a noun,
"to branch", "you branch", "is safe" against one; identifiers are kept as written. Two words that
stand together again and again ("load balancer") are one term. Chinese is cut and tagged by a
dictionary; signs that it leaves alone join where they recur (幂 等 键 → 幂等键).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from countersign.distill.cues import VERBS, has_chinese
from countersign.distill.words import VAGUE, VAGUE_ZH, is_stop

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Noun:
    """A word that may name a topic.

    `key` is one for all its spellings; `speaks` in [-1, 1] says how much this occurrence speaks for
    a noun; `parts` are the keys of what a compound is made of. `proper`: it reads as a name, of a
    thing or of somebody; `person`: somebody is spoken to or of.
    """

    key: str
    written: str
    speaks: float
    parts: tuple[str, ...] = ()
    proper: bool = False
    person: bool = False


_TOKEN = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(?:[.'\u2019+-][A-Za-z0-9_]+)*(?:\(\))?|\d[\w.]*|[^\sA-Za-z0-9_]"
)
# Addresses and paths in angle brackets name places, not subjects.
_ADDRESS = re.compile(r"\S*(?:://|@|www\.)\S*")
_NAMED = re.compile(r"\w_\w|[a-z][A-Z]|\w\.\w|^[A-Z][A-Z0-9]+s?$|\(\)$")
_DIGITS = re.compile(r"\d")
_BEFORE_NOUN = frozenset(
    "the a an this that these those your our their my its his her each every any all no some another such which what "
    "of in on for with from by at into onto over under without about per between via than through against during "
    "new old own same other first last next real single main whole multiple several many few both".split()
)
_BEFORE_VERB = frozenset(
    "to not never always can could should must will would may might shall cannot can't don't doesn't didn't won't "
    "shouldn't i you we they he she it who please just also let let's i'll you'll we'll then i'd you'd we'd "
    "is are was were be been being isn't aren't wasn't very more most too so quite as really how".split()
)
_OPENS = frozenset('.!?:;("\u201c*-')
_TO_PERSON = frozenset("ask tell thanks thank hi hey dear cc ping mr mrs ms dr and".split())
_OF_PERSON = frozenset(
    "said says say wrote asked told suggested thinks thought mentioned did does has had was and who knows".split()
)
_NO_NOUN = ("ous", "ful", "less", "ible", "ical", "ish", "ed", "ly")
_HAN = re.compile("[\u3400-\u9fff]")
_HAN_RUN = re.compile("[\u3400-\u9fff]+")
_NUMERALS = frozenset("零一二三四五六七八九十百千万亿两几半每第多些个次")
_ALONE = frozenset(
    "的了是在和吗呢吧啊我你他她它们这那哪有没不要想能会该做用算怎么去来到过前时里外上下中内把被让给从向与或及就都也还又才再很更最"
    "看说先以于之其此各某可将并若须应得地着"
)
_TAGS = {
    "n": 1.0,
    "nz": 1.0,
    "nt": 1.0,
    "vn": 0.9,
    "nr": 0.8,
    "ns": 0.8,
    "l": 0.8,
    "v": 0.5,
    "b": 0.3,
}
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)


def nouns_of(text: str) -> list[Noun]:
    """Return the words of `text` that may name its topic, in order, compounds after single words."""
    bare = _ADDRESS.sub(" , ", text)
    found = list(_english(bare))
    return [*found, *_chinese(bare)] if has_chinese(bare) else found


def key_of(word: str) -> str:
    """Return what the spellings of an English word share: lower case, singular."""
    word = word.replace("\u2019", "'").removesuffix("()").removesuffix("'s")
    low = word.lower()
    if word[:-1].isupper() and word.endswith("s"):
        return low[:-1]
    if len(low) < 4 or low.endswith(("ss", "us", "is")) or not low.endswith("s"):
        return low
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    if low.endswith(("sses", "xes", "shes", "zes")) or (low.endswith("ches") and low != "caches"):
        return low[:-2]
    return low[:-1]


def _english(text: str) -> Iterator[Noun]:
    tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    words = [t for t, _, _ in tokens]
    content = [_is_content(w) for w in words]
    speaks = [_speaks(words, content, i) if content[i] else 0.0 for i in range(len(words))]
    for i, word in enumerate(words):
        if content[i] and not _is_vague(word, capital=_is_capital(words, i)):
            proper = speaks[i] < 1 and _is_capital(words, i)
            person = proper and _is_person_there(words, i)
            yield Noun(key_of(word), _spelled(word), speaks[i], (), proper, person)
    for i, j in pairwise(range(len(words))):
        if content[i] and content[j] and tokens[j][1] - tokens[i][2] == 1:
            parts = (key_of(words[i]), key_of(words[j]))
            if not words[i].lower().endswith("ly") and not _is_vague(words[j]):
                written = f"{_spelled(words[i])} {_spelled(words[j])}"
                # The first word modifies; only the second has to be a noun. "use tests" is none.
                against = min(0.0, speaks[i]) if words[i].lower() in VERBS else 0.0
                yield Noun(" ".join(parts), written, max(-1.0, speaks[j] + against), parts)


def _is_capital(words: list[str], at: int) -> bool:
    """Tell whether a plain word has its capital for its own sake, not for the sentence's."""
    word = words[at]
    return at > 0 and words[at - 1] not in _OPENS and word[0].isupper() and word[1:].islower()


def _is_person_there(words: list[str], at: int) -> bool:
    after = words[at + 1].lower() if at + 1 < len(words) else ""
    return words[at - 1].lower() in _TO_PERSON or after in _OF_PERSON


def _is_vague(word: str, *, capital: bool = False) -> bool:
    """Tell words that name no subject: of any subject, adjectives, forms of everyday verbs."""
    if capital and key_of(word) not in VAGUE:
        return False
    if _NAMED.search(word) and key_of(word) not in VAGUE:
        return False
    key = key_of(word)
    if key in VAGUE or is_stop(key) or (len(word) > 5 and key.endswith(_NO_NOUN)):
        return True
    base = key.removesuffix("ing")
    return base != key and (is_stop(base) or is_stop(base + "e") or is_stop(base[:-1]))


def _spelled(word: str) -> str:
    return re.sub(r"['\u2019]s$", "", word)


def _is_content(word: str) -> bool:
    if not (word[0].isalpha() or word[0] == "_") or _HAN.match(word):
        return False
    if len(word) < 3 and not word.isupper():
        return False
    if len(word) == 1 or len(word) > LONGEST or len(_DIGITS.findall(word)) * 2 > len(word):
        return False
    return not is_stop(word)


def _speaks(words: list[str], content: list[bool], at: int) -> float:
    """Return how much the place of `words[at]` speaks for a noun, in [-1, 1]."""
    word = words[at]
    if _NAMED.search(word):
        return 1.0
    before = words[at - 1].lower() if at else ""
    if before in _BEFORE_VERB or (not at and word.lower() in VERBS):
        return -1.0
    heads = at + 1 == len(words) or not content[at + 1]
    if not heads:
        return 0.0
    start = at - 1
    while start >= max(0, at - 3) and content[start]:
        start -= 1
    if start >= 0 and words[start].lower() in _BEFORE_NOUN:
        return 1.0
    low = word.lower()
    if low.endswith("ing"):
        return -0.5
    return 0.4 if (low.endswith("s") and low not in VERBS) or start < at - 1 else 0.0


def _chinese(text: str) -> Iterator[Noun]:
    run: list[tuple[str, str]] = []
    for word, tag in (*rjieba.tag(text, hmm=False), ("", "x")):
        if _HAN_RUN.fullmatch(word) and _may_join(word, tag):
            run.append((word, tag))
            continue
        yield from _of_run(run)
        run = []


def _may_join(word: str, tag: str) -> bool:
    if is_stop(word) or any(sign in _NUMERALS for sign in word):
        return False
    if len(word) == 1:
        return word not in _ALONE and tag not in ("d", "c", "r", "uj", "ul", "y", "f")
    return tag in _TAGS or tag in ("a", "an", "ad")


def _of_run(run: list[tuple[str, str]]) -> Iterator[Noun]:
    for word, tag in run:
        if len(word) > 1 and word not in VAGUE_ZH and not _is_person(word, tag):
            yield Noun(word, word, _TAGS.get(tag, 0.2))
    for size in (2, 3):
        for i in range(len(run) - size + 1):
            words = tuple(w for w, _ in run[i : i + size])
            joined = "".join(words)
            if len(joined) <= 5:
                yield Noun(joined, joined, 0.9 if run[i + size - 1][1][0] == "n" else 0.6, words)


def _is_person(word: str, tag: str) -> bool:
    return tag == "nr" and word[0] in _SURNAMES and len(word) < 4


def name_keys(names: Iterable[str]) -> frozenset[str]:
    """Return the keys of every word of the names of people (and of their accounts)."""
    keys: set[str] = set()
    for name in names:
        keys.update(key_of(t) for t in re.findall(r"[A-Za-z][\w'-]+", name))
        for han in _HAN_RUN.findall(name):
            keys |= {han, han[1:]}
    return frozenset(keys)
