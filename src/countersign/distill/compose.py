# SPDX-License-Identifier: Apache-2.0
"""Wording: a claim reads as a sentence that a stranger can use.

A sentence that points back ("it", "this", "the above") takes the own sentence before it along; a
reason that follows at once is taken too. Every part is cited. What still points at something that
the reader cannot see, or speaks to one reader about their own matter, keeps less trust, and so
ranks lower. Words of others are never used to fill the gap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from countersign.distill.cues import VERBS
from countersign.distill.passages import Passage
from countersign.distill.sentences import unwrap
from countersign.distill.words import terms_of

_PRONOUN = re.compile(
    r"\b(?:this|it|its|these|those|they|them|their|he|she|him|her|both|neither|one)\b"
    r"|\b(?:do|like|than|with|of|for|about|after|to) that\b|\bthat(?:'s| is| was| way\b(?! (?:you|it|we)))",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"(?:(?:so|and|but|also|then|well|however|yes|no|of course|again|ok|or|because|since|if|when|note that|as"
    r"|in fact|instead),? )*"
    r"(?:this|that(?! said)|that's|it|it's|its|these|those|they|they're|he|she|his|them|their|otherwise|which|such"
    r"|neither|instead|then|so|likewise|either|doing (?:so|this|that)|the (?:former|latter|same|other|above|rest"
    r"|problem|issue|reason|result|first|second|only)|one (?:way|thing)|another|similarly|there|here)\b",
    re.IGNORECASE,
)
_LEANS_ZH = re.compile(
    "(?:这(?!种情况下)|那|它|他|她|此|其(?!他)|否则|不然|所以|因此|但|而且|并且|同时|另外)"
)
# "this problem", "those pieces", "the above": what they name stands elsewhere.
_ELSEWHERE = re.compile(
    r"\b(?:this|these|those|such|that (?:same|particular|very)) (?:[a-z]+ )?(?!way\b|case\b|is\b|kind\b)[a-z]{4,}\b"
    # A bare "this" after a preposition or at the end of a clause.
    r"|\b(?:with|of|for|about|like|do|does|in|on|from|to|than|using|by) (?:this|that)(?=[,.;:!)]|$| (?:and|or|by|if|when)\b)"
    r"|\b(?:the|as|see|from) (?:above|below|following|previous|former|latter|attached|linked)\b|\babove\b"
    r"|\b(?:as|like|what) [A-Z][a-z]+ (?:said|says|is saying|pointed|suggest\w*|mention\w*|wrote)"
    r"|上述|上面|以上|下面|这个(?:问题|方案|情况)|如下",
)
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
# Work that somebody is to do once, and things that only a list of tickets can tell.
_ERRAND = re.compile(
    r"^(?:\w+ )?(?:someone|somebody)(?: else)? (?:should|needs?|has to|must|ought)|\b(?:probably|still) needs? to be\b"
    r"|\b(?:fix(?:es)?|solve|cause[sd]?|address(?:es)?) (?:the|this|that|your) (?:problem|issue|bug|behaviou?r)\b|^(?:doesn't|missing|no) \w+"
    r"|\bif anyone\b|\banyone (?:who )?(?:wants?|interested|have|has|know)\b|\b(?:i'll|i will|i'd|i've)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"#\d+|\br\d{3,}\b|\bticket \d+|\(\d{3,}\)|\b(?:opened|closed|assigned) (?:by|to)\b"
)
_REASON = re.compile(
    r"(?:this is because|because|otherwise|that way|this way|that's because|the reason|if (?:you|it|they) do(?:es)?(?: not|n't)\b"
    r"|this (?:means|lets|allows|avoids|prevents|makes|ensures|will|is so|keeps|gives)|it (?:will|avoids|prevents|makes|keeps)"
    r"|not doing|without (?:this|that|it))|因为|否则|不然|这样|原因",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:so|and|but|well|also|anyway|ok(?:ay)?|yes|no|oh|hmm+|actually|plus|again|of course|basically|personally|please"
    r"|in fact|by the way|btw|however|still|besides|furthermore|moreover|additionally|similarly|true|right|sure|likewise"
    r"|as such|therefore|thus|note that|just as a reminder|in short|that said|to be clear|then|now|in any case|in any event"
    r"|for example|obviously|clearly|unfortunately|fortunately|luckily|finally|first|firstly|secondly)[,:]? +"
    r"|[-*•] +|[:;]-?[)(DP] +|\()+"
    r"(?=[A-Za-z])",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r",? (?:by the way|btw|though|of course|anyway|I think|IMO|imho)(?=[.!]?$)|\s*[:;]-?[)(DP]$",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|my|me)\b|我(?!们)", re.IGNORECASE)
_PROSE = ("prose", "item")
_LONGEST = 260


@dataclass(frozen=True, slots=True)
class Wording:
    """A claim's passages (the main one first), its text, and trust in (0, 1] that it stands alone."""

    parts: tuple[Passage, ...]
    text: str
    trust: float


def compose(main: Passage, passages: list[Passage]) -> Wording:
    """Return how the sentence `main` reads as a claim of its own."""
    parts = [main]
    trust = _own_matter(main.words)
    if leans(main.words):
        before = _neighbour(main, passages, -1)
        if before is None or not _carries(before.words):
            trust *= 0.35
        else:
            parts.insert(0, before)
            trust *= 0.8 * _own_matter(before.words) * (0.6 if leans(before.words) else 1.0)
    after = _neighbour(main, passages, 1)
    if after is not None and _REASON.match(after.words) and len(after.words) < _LONGEST:
        parts.append(after)
    if main.words.endswith((":", "：")):
        trust *= 0.4
    text = unwrap("\n".join(_tidy(p.words, first=p is parts[0]) for p in parts))
    return Wording((main, *(p for p in parts if p is not main)), text, trust)


def leans(words: str) -> bool:
    """Tell whether the sentence points at something outside itself."""
    if _LEANS.match(words) or _LEANS_ZH.match(words):
        return True
    if _ELSEWHERE.search(words):
        return True
    first = _PRONOUN.search(words)
    return first is not None and not _named(words[: first.start()], first.group().lower())


def _named(before: str, pronoun: str) -> bool:
    """Tell whether `before` names something that the pronoun may stand for.

    A pronoun with nothing but verbs before it has nothing in the sentence to stand for; "them"
    wants several things.
    """
    nouns = [t for t in terms_of(before) if t not in VERBS and not t.endswith(("ing", "ed"))]
    if pronoun in ("them", "they", "these", "those", "their", "both"):
        return any(t.endswith("s") for t in nouns) or " and " in before
    return bool(nouns)


def _own_matter(words: str) -> float:
    """Return less than 1 when the sentence is about the matter of the one it was written to."""
    trust = 0.6 if _YOURS.search(words) else 1.0
    trust *= 0.6 if _TRY.match(words) else 1.0
    trust *= 0.5 if _ERRAND.search(words) else 1.0
    return trust * (0.6 if _NUMBERED.search(words) else 1.0)


def _carries(words: str) -> bool:
    """Tell whether a sentence is worth carrying along: it says something and is no question."""
    if len(words) > _LONGEST or words.endswith(("?", "？")) or _FIRST.search(words):
        return False
    return len(terms_of(words)) > 1


def _neighbour(main: Passage, passages: list[Passage], step: int) -> Passage | None:
    at = main.index + step
    if not 0 <= at < len(passages):
        return None
    other = passages[at]
    if other.span.form not in _PROSE or other.span.block != main.span.block:
        return None
    return other


def _tidy(words: str, *, first: bool) -> str:
    """Drop the opening that only ties a sentence to a talk, and begin with a capital."""
    bare = _OPENING.sub("", words).strip() if first else words
    bare = _CLOSING.sub("", bare)
    if bare.count(")") > bare.count("(") and bare.rstrip(".").endswith(")"):
        bare = bare.rstrip(".")[:-1] + "."
    return bare[:1].upper() + bare[1:] if re.match(r"[a-z]+(?:[ ,'-]|$)", bare) else bare
