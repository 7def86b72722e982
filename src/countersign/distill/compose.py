# SPDX-License-Identifier: Apache-2.0
"""Wording: a claim reads as a sentence that a stranger can use.

A sentence that begins by pointing back ("it", "this", "otherwise") takes the own sentence before
it along; a reason that follows at once is taken too. Every part is cited. Whatever still points at
something the reader cannot see keeps less trust.
"""

from __future__ import annotations

import re

from countersign.distill.passages import Passage

_LEANS = re.compile(
    r"(?:(?:so|and|but|also|then|well|however|yes|no|of course|again|ok|or|because|since|if|when),? )*"
    r"(?:this|that|that's|it|it's|its|these|those|they|they're|he|she|them|their|there|otherwise|which|such|both|neither"
    r"|instead|then|so|the (?:former|latter|same|other|above))\b",
    re.IGNORECASE,
)
_LEANS_ZH = re.compile("(?:这|那|它|他|她|此|其|否则|不然|所以|因此|但|而且|并且|同时|另外)")
_REASON = re.compile(
    r"(?:this is because|because|otherwise|that way|this way|that's because|the reason|if (?:you|it) do(?:es)?n?'?t?\b"
    r"|this (?:means|lets|allows|avoids|prevents|makes|ensures)|it (?:will|avoids|prevents|makes))|因为|否则|不然|这样|原因",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:so|and|but|well|also|anyway|ok(?:ay)?|yes|no|oh|hmm+|actually|plus|again|of course|basically|personally"
    r"|in fact|by the way|btw|however|still|besides|furthermore|moreover|additionally|similarly|true|right|sure)[,:]? +|[-*] +)+"
    r"(?=[A-Za-z])",
    re.IGNORECASE,
)
_PROSE = ("prose", "item")


def compose(main: Passage, passages: list[Passage]) -> tuple[tuple[Passage, ...], str, float]:
    """Return the passages used (`main` first), the wording, and trust in it within (0, 1]."""
    parts = [main]
    trust = 1.0
    if _LEANS.match(main.words) or _LEANS_ZH.match(main.words):
        before = _neighbour(main, passages, -1)
        if before is None:
            trust = 0.5
        else:
            parts.insert(0, before)
            trust = 0.5 if _LEANS.match(before.words) else 0.75
    after = _neighbour(main, passages, 1)
    if after is not None and _REASON.match(after.words) and len(after.words) < 200:
        parts.append(after)
    text = " ".join(_tidy(p.words) for p in parts)
    ordered = (main, *(p for p in parts if p is not main))
    return ordered, text, trust


def _neighbour(main: Passage, passages: list[Passage], step: int) -> Passage | None:
    at = main.index + step
    if not 0 <= at < len(passages):
        return None
    other = passages[at]
    if other.span.form not in _PROSE or other.span.block != main.span.block:
        return None
    return other


def _tidy(words: str) -> str:
    """Drop the opening that only ties a sentence to a talk, and begin with a capital."""
    bare = _OPENING.sub("", words).strip()
    return bare[:1].upper() + bare[1:] if re.match(r"[a-z]+\b[^(._=]", bare) else bare
