# SPDX-License-Identifier: Apache-2.0
"""Standing alone: does a sentence say by itself what it is about, and whose matter is it?

A sentence leans when its subject stands elsewhere: a pronoun or a demonstrative without a noun
before it, an elliptic opening ("Never the third one", "64 characters, no more", "Should work"), a
definite description that nothing in the sentence explains ("the 409"), "instead" of what is not
said. It is somebody's own matter when it speaks to one reader about what they sent.
"""

from __future__ import annotations

import re

from countersign.distill.cues import VERBS, has_chinese
from countersign.distill.words import terms_of

_PRONOUN = re.compile(
    r"\b(?:this|it|its|these|those|they|them|their|he|she|his|hers|him|her|both|neither|ones?)\b"
    r"|\b(?:do|like|than|with|of|for|about|after|to) that\b|\bthat(?:'s| is| was| way\b(?! (?:you|it|we)))",
    re.IGNORECASE,
)
_OBJECT = frozenset({"them", "it", "him", "her", "this", "these", "those", "that"})
_CLAUSE = re.compile(
    r"[,;:()\u2013\u2014]|\b(?:and|or|but|if|when|whenever|where|that|which|who|to|before|after|until|unless|because|since|so|then"
    r"|while|by|without|for|than|rather|once|as|not|\w+ing)\b",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"a", "an", "the", "each", "every", "any", "no", "your", "our", "my", "its"})
_ORDINALS = frozenset("first second third last next new old same other main single only".split())
_PREPOSITION = frozenset(
    "of in on for with from by at into onto over under without about around between through against after before to".split()
)
_LEANS = re.compile(
    r"(?:(?:so|and|but|also|then|well|however|yes|no|of course|again|ok|or|because|since|if|when|note that|as"
    r"|in fact|instead),? )*"
    r"(?:this|that(?! said)|that's|it|it's|its|these|those|they|they're|he|she|his|them|their|otherwise|which|such"
    r"|neither|instead|then|so|likewise|either|doing (?:so|this|that)|the (?:former|latter|same|other|above|rest"
    r"|problem|issue|reason|result|first|second|only)|one (?:way|thing)|if (?:not|so)|another|similarly|there|here|ditto|same)\b",
    re.IGNORECASE,
)
# What is left when the subject and the verb were said before; a count whose thing was; an answer.
_ELLIPTIC = re.compile(
    r"(?:(?:so|and|but|also|or|then|well|yes|no),? )*"
    r"(?:(?:never|not|only|nor|except|unless|always|at least|at most|up to|preferably|by) (?:for |in |on |at |by |to |from |with "
    r"|before |after |until )*(?:the|an?|my|our|their|your|this|by|for|in|on|at|before|after|with|until|if|when|\d+)\b"
    r"|(?:should|could|would|can|will|is|are|was|were|has|needs|doesn't|works?|seems|looks|means|makes|goes|sounds|takes"
    r"|depends|might|may|must|isn't|aren't|won't|can't|shouldn't) (?!(?:you|i|we|it|they|he|she|the|an?|this|that|your)\b)"
    r"|[a-z]+[;)]|(?:late|early|more|less|fewer|better|worse|easier) (?:by|than)\b)",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[~≈]?\d[\d.,:%]*(?=\s|[\u3400-\u9fff]|$)")
_DEFINITE = re.compile(
    r"\bthe \d+\b(?![.\d]| ?(?:%|[a-z]+ ?limit))"
    r"|^(?:so |but |and )?the (?:report|difference|situation|problem|issue|error|example|patch|fix|change|idea|point|answer"
    r"|question|comment|review|diff|reply|mail|commit|build|bug|code|method|function|number|page|ticket|thread|traceback|message|benefit|solution|alternative"
    r"|trick|catch|downside|advantage|drawback|consequence|approach|call|test|result|output|workaround|effect|list)(?:e?s)?"
    r"(?:,| (?:is|are|was|were|has|had|will|would|should|can|could|may|might|must|isn't|doesn't|looks|seems|you|i|here|above|there))\b",
    re.IGNORECASE,
)
# "this problem", "those pieces", "the above", "in that hour": what they name stands elsewhere.
_ELSEWHERE = re.compile(
    r"\b(?:this|these|those|such(?! as\b)|that (?:same|particular|very)) (?:[a-z]+ )?(?!way\b|case\b|is\b|kind\b)[a-z]{4,}\b"
    # A bare "this" after a preposition or at the end of a clause.
    r"|\b(?:with|of|for|about|like|do|does|in|on|from|to|than|using|by) (?:this|that)(?=[,.;:!)]|$| (?:and|or|by|if|when|out|before|after|for|will|would|should|can)\b)"
    r"|^(?:in|at|on|by|during|until|since|after|before|above|with|from|of|to|for) (?:that|this) \w+"
    r"|(?<!so )(?<!way )\bthat (?:purpose|approach|problem|feature|idea|point|time|hour|day|code|method|function|class|list"
    r"|loop|behaviou?r|information|situation|state|value|bug|issue|ticket|branch|patch|file|module|object|thread|part"
    r"|package|size|size of|name|kind|sort)\b(?! (?:which|that|is|was|of)\b)"
    r"|\b(?:when|if|once|unless|until|because|while|though) that (?:is|was|does|do|did|will|would|can|should|has|happens|becomes)\b"
    r"|\b(?:this|that) (?:way|route|one)[.!]?$|^[^,;:]{3,40}, (?:however|though|on the other hand|too), "
    r"|^(?:start|run|put|turn|switch|send|open|close|stop|check) .*\bagain\b"
    r"|\bat the same time(?! (?:as|that)\b|,? and\b)(?=[:.,;!]|$)|\b(?:until|by|since|before) then\b|\bin the meantime\b"
    r"|\b(?:the|as|see|from) (?:above|below|following|previous|former|latter|attached|linked)\b|\babove\b"
    r"|上述|上面(?:的|说)|以上|下面|这个(?:问题|方案|情况)|如下",
    re.IGNORECASE,
)
# "call that Deferred", "as Ann said".
_ELSEWHERE_NAMED = re.compile(
    r"\b(?:calls?|calling|uses?|using|fires?|gets?|gives?|makes?|takes?|sees?|of|in|on|with|from|by|into) that [A-Z]"
    r"|\b(?:as|like|what) [A-Z][a-z]+ (?:said|says|is saying|pointed|suggest\w*|mention\w*|wrote)"
)
_INSTEAD = re.compile(r"\binstead[.!]?$", re.IGNORECASE)
_AGAINST = re.compile(r"\b(?:not|don't|never|rather|if|avoid|n't)\b", re.IGNORECASE)
_LEANS_ZH = re.compile(
    "(?:这(?!种情况下)|那|它|他|她|此|其(?!他|实|中一)|否则|不然|所以|因此|但|而且|并且|同时|另外(?!的)|也(?!许)|还(?!是要|要先)|都|就|又|才"
    "|反正|对，|是的|可以，|行，|好，|不用，|不行|(?:不要|别|不用|不能|先别)[\u3400-\u9fff]{1,2}[，。；]|千万别再"
    "|[\u3400-\u9fff]{1,2}(?:一次|一下|一遍)[，。])"
)
_PRONOUN_ZH = re.compile(
    "他们|她们|它们|(?<!其)[它他她](?!人|们)|[这那](?:几|些|笔|台|次|条|批|天|种|两|三)"
)
_ANSWERS_ZH = re.compile("，(?:可以|行|没问题|不行|对)[。！]?$")
# Speaking to one reader about their own matter.
_YOURS = re.compile(
    r"\b(?:you're|you are|you were|you've been|you have been) (?:trying|seeing|experiencing|using|doing|looking|getting|having"
    r"|describing|asking|running|writing|already)\b|\byou (?:posted|mentioned?|described?|wrote|said|included|sent|attached|seem)\b"
    r"|\byour (?:problem|example|code|patch|case|question|mail|message|post|traceback|program|error|description|issue"
    r"|snippet|script|original|current|main|first|last)\b"
    r"|\b(?:post|try|ask|write|mail|report) (?:again|back|here)\b|\bif (?:you )?(?:still|that helps)\b|\b(?:run|ran) into problems\b"
    r"|\blet (?:us|me) know\b|\bgood luck\b|\bhope (?:this|that)\b",
    re.IGNORECASE,
)
_TRY = re.compile(
    r"(?:so |then |just |maybe |perhaps |also |please )*(?:try|give|take a look|look|see|check out|have a look)\b",
    re.IGNORECASE,
)
# Work that somebody is to do once, plans, and things that only a list of tickets can tell.
_ERRAND = re.compile(
    r"^(?:\w+ )?(?:someone|somebody)(?: else)? (?:should|needs?|has to|must|ought)|\b(?:probably|still) needs? to be\b"
    r"|\b(?:fix(?:es)?|solve|cause[sd]?|address(?:es)?) (?:the|this|that|your) (?:problem|issue|bug|behaviou?r)\b|^(?:doesn't|missing|no) \w+"
    r"|\bif anyone\b|\banyone (?:who )?(?:wants?|interested|have|has|know)\b|\b(?:i'll|i will|i'd|i've)\b"
    r"|\b(?:in|for|by|before|after) the (?:next|upcoming|coming) (?:release|version|sprint|week)\b|\bwhen we (?:do )?get around\b"
    r"|\bneeds? to be (?:developed|written|implemented|worked out|figured out)\b"
    r"|\b(?:would|will) (?:also )?need to be (?:updated|fixed|changed|added|done)\b",
    re.IGNORECASE,
)
# What would be, in an argument about what to do.
_ARGUES = re.compile(
    r"\bwould (?:mean|require|be (?:nice|great|good|a lot|better|nicer|cool)|(?:probably )?have to (?:be|have))\b|\bbegs the question\b"
    r"|^(?:granted|admittedly|of course)\b|\bdo(?:es)? ?n[o']t mean (?:that )?(?:we|you|it)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"#\d+|\br\d{3,}\b|\bticket \d+|\(\d{3,}\)|\b(?:opened|closed|assigned) (?:by|to)\b"
)


# Words without which the longer patterns above cannot match; looking for these is much cheaper.
_POINTS = (
    *(
        "this",
        "these",
        "those",
        "such",
        "that",
        "above",
        "below",
        "again",
        "then",
        "meantime",
        "same time",
        "however",
    ),
    *(
        "though",
        "other hand",
        "too,",
        "following",
        "previous",
        "former",
        "latter",
        "attached",
        "linked",
    ),
)
_ERRANDS = (
    *(
        "someone",
        "somebody",
        "need",
        "fix",
        "solve",
        "cause",
        "address",
        "doesn't",
        "missing",
        "no ",
        "anyone",
        "i'll",
    ),
    *("i will", "i'd", "i've", "the next", "upcoming", "coming", "get around"),
)


def _may(words: str, needed: tuple[str, ...]) -> bool:
    low = words.lower()
    return not words.isascii() or any(word in low for word in needed)


def leans(words: str) -> bool:
    """Tell whether the sentence points at something outside itself."""
    if _LEANS.match(words) or _ELLIPTIC.match(words) or _COUNT.match(words):
        return True
    if _may(words, _POINTS) and _ELSEWHERE.search(words):
        return True
    if _ELSEWHERE_NAMED.search(words) or _DEFINITE.search(words):
        return True
    if _INSTEAD.search(words) and not _AGAINST.search(words):
        return True
    if has_chinese(words) and _leans_chinese(words):
        return True
    first = _PRONOUN.search(words)
    return first is not None and not _named(words[: first.start()], first.group().lower())


def _leans_chinese(words: str) -> bool:
    if _LEANS_ZH.match(words) or _ANSWERS_ZH.search(words):
        return True
    first = _PRONOUN_ZH.search(words)
    return first is not None and not terms_of(words[: first.start()])


def _named(before: str, pronoun: str) -> bool:
    """Tell whether `before` names something that the pronoun may stand for.

    A pronoun with nothing but verbs before it has nothing in the sentence to stand for; "them"
    wants several things.
    """
    words = before.split()
    if words and pronoun in _OBJECT:
        last = words[-1].lower()
        if last not in _PREPOSITION and not _CLAUSE.search(last):
            # A verb stands right before; who does it to it is somebody else.
            if not _CLAUSE.search(" ".join(words[1:-1])):
                return False
            words = words[:-1]
    nouns = [t for t in terms_of(" ".join(words)) if not t.endswith(("ing", "ed"))]
    low = [w.lower().strip(",.;:()") for w in words]
    nouns = [t for t in nouns if not _is_verb(t) or _has_article(t, low)]
    if pronoun in ("them", "they", "these", "those", "their", "both"):
        plural = any(t.endswith("s") and not t.endswith("'s") for t in nouns)
        return plural or _joined(low, nouns)
    return bool(nouns)


def _is_verb(term: str) -> bool:
    return term in VERBS or term.removesuffix("s") in VERBS


def _has_article(term: str, words: list[str]) -> bool:
    """Tell whether the word stands as a thing: a lock, the second press."""
    for i, word in enumerate(words):
        before = words[i - 2] if i > 1 and words[i - 1] in _ORDINALS else words[i - 1] if i else ""
        if word == term and before in _ARTICLES:
            return True
    return False


def _joined(words: list[str], nouns: list[str]) -> bool:
    """Tell whether two of the nouns stand around an "and": the key and the lock."""
    return any(
        a in nouns
        and "and" in words[i + 1 : i + 2]
        and not set(nouns).isdisjoint(words[i + 2 : i + 5])
        for i, a in enumerate(words)
    )


def own_matter(words: str) -> float:
    """Return less than 1 when the sentence is about the matter of the one it was written to."""
    trust = 0.6 if _YOURS.search(words) else 1.0
    trust *= 0.6 if _TRY.match(words) else 1.0
    trust *= 0.75 if _ARGUES.search(words) else 1.0
    trust *= 0.5 if _may(words, _ERRANDS) and _ERRAND.search(words) else 1.0
    return trust * (0.6 if _NUMBERED.search(words) else 1.0)
