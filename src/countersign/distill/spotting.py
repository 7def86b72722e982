# SPDX-License-Identifier: Apache-2.0
"""Spotting: which cues a sentence shows, in one pass over its words.

Trying fifty patterns on each of a million sentences is most of the work of distilling. So each
word is looked up once, with the signs around it: it may show a cue by itself (`_SHOWS`), or it may be needed for a pattern to
match at all (`_NEEDS`: without any of these words there is no match), and only then the pattern is
tried. `*` ends a word's beginning, `+` a beginning that must go on. The result is that of
`cues.try_all`, which a test holds over every sentence that it can think of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from countersign.distill.cues import CHINESE, ENGLISH, VERBS_OR_DONT, has_chinese

_SHOWS = {
    "must": "must shall require required requires requireds requirement",
    "should": "should",
    "never": "never cannot avoid refrain",
    "always": "always ensure",
    "beware": "beware caution gotcha caveat pitfall trap",
    "prefer": "prefer preferred preferable preferably prefers instead recommend*",
    "policy": "policy policies convention conventions standard standards rule rules guideline guidelines principle forbidden "
    "prohibited deprecated discouraged encouraged welcome acceptable unacceptable allowed supported unsupported mandatory "
    "optional generally typically usually normally compatib+",
    "if": "if unless whenever",
    "because": "because since otherwise therefore hence thus",
    "harm": "fail fails break breaks broken deadlock* race leak leaks silently crash* hang hangs block blocks blocking corrupt* "
    "lose loses losed lost wrong mistake mistakes problem* danger* risk* unsafe insecure slow slower slows expensive surpris+ "
    "unexpected* confus+ ignore ignored dropped duplicat+ overwrit+ overrid+ bounce bounces bounced penalt+ fines fined "
    "rejected delay* unreliable fragile cost costs wast+ stuck stale expire expires expired",
    "contrast": "although however actually",
    "only": "only exactly",
    "decided": "decided decision agreed consensus resolved chose chosen approved adopted rejected postponed deferred conclusion",
    "steps": "first then steps",
    "general": "any all each every everyone everybody anyone nobody people users developers customers clients reviewers callers "
    "managers team teams whoever whatever",
    "me": "me my mine myself",
    "we": "we our us",
    "your": "your yours",
    "past": "was were had did went came saw made got took tried found wrote said gave seemed happened fixed added changed removed "
    "noticed thought worked broke reported posted asked told wanted knew meant decided",
    "now": "today yesterday tomorrow tonight currently recently soon yet ago earlier monday tuesday wednesday thursday friday",
    "hedge": "maybe perhaps probably might possibly seem seems apparently afaik iirc imo imho presumably likely hopefully somehow",
    "thanks": "thanks thx sorry congratulations enjoy cheers appreciate apolog+",
    "pointing": "above below attached attachment these those it",
    "number_ref": "ticket changeset",
    "smile": "heh lol",
}
_VERBS = " ".join(sorted(VERBS_OR_DONT))
_FILLERS = "so and but also then please just now first instead otherwise again finally next plus simply either or always never in if when better "
_NEEDS = {
    "must": "ought mandatory expected supposed have has need needs",
    "should": "shouldn",
    "never": "not t under",
    "always": "time sure remember exception times check least matter",
    "beware": "careful out mind aware note forget heads assume",
    "prefer": "rather better best idea way worth need favour favor opposed",
    "policy": "default general",
    "you_can": "you",
    "if": "case long provided only except",
    "because": "so else due reason order way means result avoid prevent keep sure ensure",
    "harm": "work never too",
    "contrast": "rather instead opposed but just only even",
    "only": "most least more less few soon",
    "decided": "settled went go going ruled signed we team let now as longer instead",
    "steps": "next finally lastly afterwards second third followed after before order step",
    "imperative": _VERBS,
    "then_imperative": _VERBS,
    "clause_imperative": _VERBS,
    "way": "way how purpose point idea intent* goal trick key difference rule used meant intended designed responsible there "
    "works means",
    "general": "one things thing kind kinds general",
    "is_subject": "is are should must need needs can cannot doesn does don",
    "i": "i",
    "i_start": "i",
    "opinion": "i",
    "your": "you",
    "past": "didn used",
    "now": "week month morning afternoon year time release patch bug thread night now moment far",
    "hedge": "sort kind sure guess something could may",
    "thanks": "thank let looking hope luck",
    "pointing": "following follows here this that",
    "ask_you": "you any anyone",
    "number_ref": "issue bug revision line",
}
# Needed besides one of the above.
_NEEDS_TOO = {
    "opinion": "think believe guess suppose feel suspect hope wonder would don doubt prefer suggest recommend*",
    "pointing": "one is here s following follows",
    "ask_you": "could can would do did have are will what ideas idea chance thoughts thought news know else",
    "hedge": "of sure guess something be",
}
# What is left of a pattern without the words that show its cue by themselves: quicker to try.
_REST = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "must": r"\b(?:ought to|(?:is|are) (?:mandatory|expected|supposed) to|ha(?:ve|s) to|needs? to|needs? (?:a|an|the|some|more"
        r"|at least))\b",
        "never": r"\b(?:must not|mustn't|should not|shouldn't|do not|don't|can't|can not|may not|under no|not (?:allowed|permitted"
        r"|safe|supposed|recommended|a good idea|ok(?:ay)?|acceptable))\b",
        "prefer": r"\b(?:rather than|better (?:to|off|is|if|than|way)|best (?:practice|to|is|way)|(?:good|bad|terrible|great) idea"
        r"|(?:right|wrong|proper|easiest|simplest|usual) way|worth \w+ing|no need to|in favou?r of|as opposed to|had better"
        r"|you'd better)\b",
        "because": r"\b(?:so that|or else|due to|the reason|in order to|that way|this way|which means|that means|as a result"
        r"|to (?:avoid|prevent|keep|make sure|ensure))\b",
        "harm": r"\b(?:(?:won't|doesn't|does not|will not) work|never (?:be|get)\w*|too (?:late|early|many|much|long|slow))\b",
        "contrast": r"\b(?:not .{2,60}\bbut|rather than|instead of|as opposed to|not just|not only|even (?:if|though|when))\b",
        "decided": r"\b(?:settled on|went with|go(?:ing)? with|ruled out|signed off|(?:we|team) (?:will|are going to|'ll)|we'll"
        r"|we're (?:dropping|moving|switching|keeping|going)|let's|from now on|as of|instead of|no longer)\b",
        "now": r"\b(?:this (?:week|month|morning|afternoon|year|time|release|patch|bug|thread)|last (?:week|month|night|year)"
        r"|next (?:week|month)|right now|at the moment|just now|so far)\b",
        "general": r"\b(?:no one|one's|things like|kinds? of|in general)\b",
    }.items()
}
# Needed as the very first word.
_BEGINS = {
    "if_start": "so and but also then now if when whenever unless once before after until in as for where every any whoever to",
    "correct": "no nope not actually that this wrong",
    "greeting": "hi hello hey dear good cheers regards best thanks thank thx bye sincerely greetings welcome congrat* happy sorry "
    "yours kind hope hth",
    "imperative": _FILLERS + _VERBS,
    "then_imperative": "if when before after once unless for to in with whenever",
    "a_subject": "a an any all each every no most some",
    "i_start": _FILLERS + "i well anyway ok yes no oh hmm as actually",
    "deictic": _FILLERS
    + "well however yes no of because since when ok this that it its these those they he she his her their "
    "them there here which same such neither both the",
    "chat": "ok okay yes yeah yep no nope sure right exactly hm* ah oh lol haha wow cool nice great heh ugh well agreed indeed 1 "
    "anyway fine true good",
}
_ANCHORED = frozenset({*_BEGINS, "is_subject"})
# The signs at which the alternatives of a Chinese pattern begin.
_SIGNS = {
    "zh_must": "必务一应需须得强要统最建推尽优至确保注",
    "zh_never": "不禁严切勿别避绝千杜防",
    "zh_if": "如若假要一除只凡当遇在的",
    "zh_because": "因由否不要以从导原所这为避会容",
    "zh_harm": "出报失崩死丢泄超卡坑踩误隐风故冲不阻覆性浪异事罚返损串",
    "zh_decided": "决定确敲结一同通改选采放不以从今暂达拍沿就",
    "zh_steps": "首第先然接最步流依之",
    "zh_prefer": "而代替优更比推不宁改正最习",
    "zh_general": "所任每各凡一通原规约标默新大",
    "zh_i": "我俺本咱",
    "zh_we": "我咱",
    "zh_you": "你您",
    "zh_past": "了过刚昨今明上这下目现已正早晚",
    "zh_thanks": "谢多感辛不抱哈你您大再收好没嗯哦呵恭欢拜",
    "zh_question": "吗呢么怎什为哪谁几多是有能可?？",
    "zh_hedge": "可也大好似估应感觉吧不",
    "zh_deictic": "这那它他她此其上下以",
    "zh_speech": "我就那这对是等其非",
}
_RUN = re.compile(r"\w+")
# Cues of signs without a space among them: seen in what stands between two spaces.
_WITHIN = ("identifier", "version", "link", "smile", "ellipsis", "quoted", "shout", "number_ref")
# Signs that make a cue possible; `clause_imperative` needs one besides its verb.
_SIGNAL = {
    "question": re.compile("[?\uff1f]"),
    "colon_end": re.compile("[:\uff1a]$"),
    "identifier": re.compile("`"),
    "quoted": re.compile('["\u201c]'),
    "shout": re.compile("[A-Z]{4}"),
    "exclaim": re.compile("!$"),
}
_PLAIN = re.compile("[A-Za-z][a-z]*[.,]?")  # has none of these signs in it
_CLAUSE_END = re.compile("[;:\u2013\u2014,]$|^-$")
# Letters that match another letter only when case is ignored, which `lower` does not know.
_FOLDS = re.compile("[\u017f\u212a\u0130\u0131]")
_MOST = 200_000  # chunks remembered, and how long one may be
_LONGEST = 24

_NAMES = tuple(ENGLISH)
_BIT = {name: 1 << i for i, name in enumerate(_NAMES)}
_ALL = (1 << len(_NAMES)) - 1
_WIDE = len(_NAMES)
_SEEN = 1 << 4 * _WIDE  # so that nothing is not taken for never looked up
_CLAUSE = _BIT["clause_imperative"]
# A cue that is in neither of the two lists below needs nothing more.
_FREE = _ALL & ~(sum(_BIT[name] for name in _NEEDS_TOO) | _CLAUSE)
# What only a first word makes possible, and of that, what wants a word of `_NEEDS` besides.
_FIRST = sum(_BIT[name] for name in _BEGINS)
_FIRST_AND = sum(_BIT[name] for name in _BEGINS if name in _NEEDS)


class _Words:
    """Words and beginnings of words, each with the bits of the cues that it stands for."""

    def __init__(self, table: dict[str, str]) -> None:
        self.whole: dict[str, int] = {}
        # By the first two letters: beginning, least length, bits.
        self.begin: dict[str, list[tuple[str, int, int]]] = {}
        for name, words in table.items():
            for word in words.split():
                if word[-1] in "*+":
                    least = len(word) if word[-1] == "+" else len(word) - 1
                    found = self.begin.setdefault(word[:2], [])
                    found.append((word[:-1], least, _BIT[name]))
                else:
                    self.whole[word] = self.whole.get(word, 0) | _BIT[name]

    def bits(self, word: str) -> int:
        found = self.whole.get(word, 0)
        for begin, least, bit in self.begin.get(word[:2], ()):
            if word.startswith(begin) and len(word) >= least:
                found |= bit
        return found


_SHOWN, _NEEDED, _TOO, _BEGUN = (_Words(t) for t in (_SHOWS, _NEEDS, _NEEDS_TOO, _BEGINS))
_known: dict[str, int] = {}


def _look_up(chunk: str) -> int:
    """Return four sets of cues as the bits of one number, for what stands between two spaces.

    From the lowest: those it shows; those it makes possible; those of which it is what is needed
    besides; those it makes possible as the first of the sentence.
    """
    shown = needed = too = 0
    low = [run.lower() for run in _RUN.findall(chunk)]
    for run in low:
        if run[0] > "z":
            continue  # no word of ours begins so
        shown |= _SHOWN.bits(run)
        needed |= _NEEDED.bits(run)
        too |= _TOO.bits(run)
    if not _PLAIN.fullmatch(chunk):
        within = (n for n in _WITHIN if not shown & _BIT[n] and ENGLISH[n].search(chunk))
        shown |= sum(_BIT[name] for name in within)
        needed |= sum(_BIT[name] for name, signal in _SIGNAL.items() if signal.search(chunk))
    if _CLAUSE_END.search(chunk):
        too |= _CLAUSE
    begun = _BEGUN.bits(low[0]) if low else 0
    if _FOLDS.search(chunk):
        needed = too = begun = _ALL
    found = shown | needed << _WIDE | too << 2 * _WIDE | begun << 3 * _WIDE | _SEEN
    if len(chunk) <= _LONGEST:
        if len(_known) > _MOST:
            _known.clear()
        _known[chunk] = found
    return found


def find_cues(words: str) -> frozenset[str]:
    """Return the names of all cues that the unwrapped sentence `words` shows."""
    known = _known
    chunks = words.split(" ")
    bits = 0
    for chunk in chunks:
        bits |= known.get(chunk) or _look_up(chunk)
    shown, needed, too = bits & _ALL, bits >> _WIDE & _ALL, bits >> 2 * _WIDE & _ALL
    begun = (known.get(chunks[0]) or _look_up(chunks[0])) >> 3 * _WIDE & _ALL
    possible = (needed & (too | _FREE) & ~_FIRST) | (begun & (needed | ~_FIRST_AND))
    found = [*_names(shown), *(n for n in _names(possible & ~shown) if _tried(n, words))]
    if "a" <= words[:1] <= "z":
        found.append("fragment")
    if has_chinese(words):
        found += _in_chinese(words)
    return frozenset(found)


_names_of: dict[int, tuple[str, ...]] = {}


def _names(bits: int) -> tuple[str, ...]:
    found = _names_of.get(bits)
    if found is None:
        if len(_names_of) > _MOST:
            _names_of.clear()
        found = _names_of[bits] = tuple(n for n in _NAMES if bits & _BIT[n])
    return found


def _tried(name: str, words: str) -> bool:
    # `search` would try an anchored pattern at each place.
    pattern = _REST.get(name) or ENGLISH[name]
    return (pattern.match if name in _ANCHORED else pattern.search)(words) is not None


def _in_chinese(words: str) -> Iterable[str]:
    signs = set(words)
    return [
        name
        for name, pattern in CHINESE.items()
        if not signs.isdisjoint(_SIGNS[name]) and pattern.search(words)
    ]
