# SPDX-License-Identifier: Apache-2.0
"""Compose a short answer from found claims: their texts in a fence, then one line of who and when.

Pure: values in, text out. About 150 tokens by default, because whoever asks pays for each; more is
one `show_evidence` away. Claims stand inert inside a fence with a mark they cannot contain, so no
text can pose as the line beneath it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from countersign.ids import ClaimId
from countersign.skill.byline import GAP, lang_of, month, short_ids, signature, span
from countersign.skill.inert import fenced, mark_for
from countersign.skill.recall import Found
from countersign.skill.released import Released
from countersign.skill.words import IN_ORDER

BUDGET = 150
MOST = 3
GAP_LINE = f"{GAP['en']} {GAP['zh']}"
"""What is said when nothing answers: these bytes, whatever the reason."""
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller gets: the text, and the claims it rests on (none for a gap)."""

    text: str
    claims: tuple[Released, ...] = ()

    @property
    def ids(self) -> tuple[ClaimId, ...]:
        """The claims' ids, in the order in which they stand in the text."""
        return tuple(claim.id for claim in self.claims)


def compose(found: Sequence[Found], question: str, *, nonce: bytes, budget: int = BUDGET) -> Answer:
    """Return the answer of one person's claims within `budget` tokens, or the gap line.

    Only claims of the best claim's skill are used: an answer bears one person's name. The best
    claim always stands whole; others follow while they fit.
    """
    if not found:
        return Answer(GAP_LINE)
    best, lang = found[0], lang_of(question)
    near = [
        f
        for f in found[1:]
        if f.claim.release.id == best.claim.release.id and f.score >= _NEAR * best.score
    ]
    chosen = [best.claim]
    for claim in sorted((f.claim for f in near), key=_order):
        trial = [*chosen, claim]
        if len(trial) <= MOST and tokens_in(_render(trial, lang, nonce)) <= budget:
            chosen = trial
    return Answer(_render(chosen, lang, nonce), tuple(chosen))


def _order(claim: Released) -> tuple[int, float]:
    """Rules before reasons, newer before older."""
    return IN_ORDER.index(claim.kind), -(claim.last_at.timestamp() if claim.last_at else 0.0)


def _render(claims: Sequence[Released], lang: str, nonce: bytes) -> str:
    ids = short_ids([claim.id for claim in claims])
    dates = [claim.last_at for claim in claims if claim.last_at]
    when = span(min(dates, default=None), max(dates, default=None), lang)
    several = len({month(claim.last_at, lang) for claim in claims}) > 1
    texts = "\n".join(
        f"{claim.text} ({month(claim.last_at, lang)})" if several else claim.text
        for claim in claims
    )
    mark = mark_for(nonce, claims[0].id, texts, length=6)
    line = signature(claims[0].release.byline, when, [ids[claim.id] for claim in claims], lang)
    return f"{fenced(texts, mark)}{line}"


def tokens_in(text: str) -> int:
    """Estimate model tokens: one for each Han sign, one for each four other signs."""
    han = sum("\u3400" <= sign <= "\u9fff" for sign in text)
    return han + -(-(len(text) - han) // 4)
