# SPDX-License-Identifier: Apache-2.0
"""Wording: a claim reads as a sentence that a stranger can use.

A sentence that points back ("it", "this", "the above") takes the own sentence before it along; a
reason that follows at once is taken too. Every part is cited. What still points at something that
the reader cannot see, or speaks to one reader about their own matter, keeps less trust, and so
ranks lower. Words of others are never used to fill the gap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from countersign.distill.passages import Passage
from countersign.distill.sentences import unwrap
from countersign.distill.standing import leans, own_matter
from countersign.distill.words import terms_of

_REASON = re.compile(
    r"(?:this is because|because|otherwise|that way|this way|that's because|the reason|if (?:you|it|they) do(?:es)?(?: not|n't)\b"
    r"|this (?:means|lets|allows|avoids|prevents|makes|ensures|will|is so|keeps|gives)|it (?:will|avoids|prevents|makes|keeps)"
    r"|not doing|without (?:this|that|it))|因为|否则|不然|这样|原因",
    re.IGNORECASE,
)
# Words that only tie a sentence to a talk. Some of them mean something unless a comma follows: "no"
# above all, without which a rule would say its opposite.
_OPENING = re.compile(
    r"^(?:(?:and|but|also|anyway|oh|hmm+|actually|of course|basically|personally|please|in fact|by the way|btw|however"
    r"|besides|furthermore|moreover|additionally|likewise|as such|therefore|thus|just as a reminder|in short|in other words|that said"
    r"|to be clear|in any case|in any event|obviously|clearly|unfortunately|fortunately|luckily|so(?! (?:far|long|much|many|that|called)\b)"
    r"|(?:you (?:should|must|may want to) )?(?:also )?(?:note|be aware|keep in mind|bear in mind|remember)(?:,? (?:also|too|however|though),?)? that"
    r")[,:]? +"
    r"|(?:well|ok(?:ay)?|yes|yeah|no|plus|again|still|similarly|true|right|sure|then|now|for example|finally|first|firstly|secondly"
    r"|also|indeed|good|hm|fine|second|third)[,:] +"
    r"|[-*•] +|[:;]-?[)(DP] +|:[a-z0-9_+-]+: *|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+ *|\()+"
    r"(?=[A-Za-z\u3400-\u9fff])",
    re.IGNORECASE,
)
_OPENING_ZH = re.compile(
    "^(?:(?:另外|还有|其实|对了|总之|所以|因此|不过|但是|而且|同时|对|是的|嗯|好的|哦|好|行|顺便(?:说一句|提一下)?|补充一点|说明一下)[，,：:]+ *"
    "|(?:所以|因此|不过|但是|其实)(?=[\u3400-\u9fff]))+"
)
_CLOSING = re.compile(
    r",? (?:by the way|btw|though|of course|anyway|I think|IMO|imho)(?=[.!]?$)|\s*[:;]-?[)(DP]$",
    re.IGNORECASE,
)
_BECAUSE = re.compile(r"\b(?:because|since|so that|due to)\b|因为|由于", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2}|>")
_FIRST = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|my|me)\b|我(?!们)", re.IGNORECASE)
_PROSE = ("prose", "item")
_LONGEST = 260
_TAIL = 40
_ALONE = 0.35  # trust in what leans on nothing that can be shown


@dataclass(frozen=True, slots=True)
class Wording:
    """A claim's passages (the main one first), its text, and trust in (0, 1] that it stands alone."""

    parts: tuple[Passage, ...]
    text: str
    trust: float


def compose(main: Passage, passages: list[Passage], earlier: Sequence[Passage] = ()) -> Wording:
    """Return how the sentence `main` reads as a claim of its own.

    `passages` are those of its trace, `earlier` those of the person's own message right before it
    in the same answer, if there is one.
    """
    parts = [main]
    trust = own_matter(main.words)
    if leans(main.words):
        before = _antecedent(main, passages, earlier)
        if before is None:
            trust *= _ALONE
        else:
            parts.insert(0, before)
            trust *= _carried(main, before)
    elif main.asked_why and main.index == 0 and not _BECAUSE.search(main.words):
        trust *= _ALONE  # the first words of an answer to "why?" leave out what they explain
    after = _neighbour(main, passages, 1)
    if after is not None and _REASON.match(after.words) and len(after.words) < _LONGEST:
        parts.append(after)
    if main.words.endswith((":", "：")):
        trust *= 0.4
    text = unwrap("\n".join(_tidy(p.words, first=p is parts[0]) for p in parts))
    return Wording((main, *(p for p in parts if p is not main)), text, trust)


def _antecedent(
    main: Passage, passages: list[Passage], earlier: Sequence[Passage]
) -> Passage | None:
    """Return the own sentence that names what `main` leaves out: the nearest that can be carried.

    That is the sentence before it, across a paragraph or list item too; for the first sentence of
    a message, the last one of the own message before.
    """
    before = passages[main.index - 1] if main.index else next(reversed(earlier), None)
    if before is None or before.span.form not in _PROSE or not _carries(before.words):
        return None
    if before.kept.id == main.kept.id:
        # Words of others in between: the sentence answers them and not the one before.
        gap = main.kept.trace.text[before.span.end : main.span.start]
        return None if _WORDS.search(gap) else before
    return before


def _carried(main: Passage, before: Passage) -> float:
    """Return the trust in `main` said right after `before`: less across a paragraph."""
    trust = 0.85 * own_matter(before.words) * (0.5 if leans(before.words) else 1.0)
    near = before.kept.id == main.kept.id and before.span.block == main.span.block
    return trust * (1.0 if near else 0.75)


def _carries(words: str) -> bool:
    """Tell whether a sentence is worth carrying along: it says something and is no question."""
    if len(words) > _LONGEST or words.endswith(("?", "？", ":", "：")) or _FIRST.search(words):
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
    bare = _OPENING_ZH.sub("", _OPENING.sub("", words)).strip() if first else words
    if closing := _CLOSING.search(bare, max(0, len(bare) - _TAIL)):
        bare = bare[: closing.start()] + bare[closing.end() :]
    if bare.count(")") > bare.count("(") and bare.rstrip(".").endswith(")"):
        bare = bare.rstrip(".")[:-1] + "."
    return bare[:1].upper() + bare[1:] if re.match(r"[a-z]+(?:[ ,'-]|$)", bare) else bare
