# SPDX-License-Identifier: Apache-2.0
"""The local engine: conversations in, ranked and grounded proposals out. No model, no network.

1. `passages`: the person's own sentences in their places.  2. `scoring`: worth and kind of each.
3. `compose`: a sentence that leans on its neighbour carries it along.  4. `merge`: near-duplicates
become one claim with its support.  Same input, same output: no clock, no randomness, no order of
sets or hashes reaches the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from countersign.claims import PRIVATE, Citation, Proposal, find_flags
from countersign.distill.compose import compose
from countersign.distill.merge import fingerprint, group_alike
from countersign.distill.passages import Passage, read_passages
from countersign.distill.scoring import weigh
from countersign.distill.topics import TermWeights
from countersign.evidence import Conversation
from countersign.terms import Kind

FLOOR = 0.1
_CITED = 5


@dataclass(frozen=True, slots=True)
class _Draft:
    """A claim in the making: its passages (the main one first), wording, worth."""

    parts: tuple[Passage, ...]
    text: str
    worth: float
    kind: Kind
    place: int


def propose(conversations: Iterable[Conversation], *, limit: int | None = None) -> list[Proposal]:
    """Return what the person's own words in `conversations` teach, best first.

    `citations[0]` is always the main sentence; others are what it leans on, then near-duplicates.
    """
    drafts: list[_Draft] = []
    said: list[str] = []
    for conversation in conversations:
        for passages in read_passages(conversation):
            said.append(" ".join(p.words for p in passages))
            drafts.extend(_drafts(passages, len(drafts)))
    drafts.sort(key=lambda d: (-d.worth, d.place))
    weights = TermWeights(said)
    groups = group_alike([fingerprint(d.parts[0].words) for d in drafts])
    proposals = [_proposal([drafts[i] for i in group], weights) for group in groups]
    proposals.sort(key=lambda p: -p.score)
    return proposals[:limit]


def _drafts(passages: list[Passage], first: int) -> list[_Draft]:
    found: list[_Draft] = []
    for at, passage in enumerate(passages):
        weighed = weigh(passages, at)
        if weighed.worth < FLOOR:
            continue
        parts, text, trust = compose(passage, passages)
        if PRIVATE.isdisjoint(find_flags(text)):
            found.append(
                _Draft(parts, text, weighed.worth * trust, weighed.kind, first + len(found))
            )
    return found


def _proposal(group: list[_Draft], weights: TermWeights) -> Proposal:
    best = group[0]
    traces = {d.parts[0].kept.id: d.parts[0].kept for d in group}
    times = sorted(k.trace.at for k in traces.values() if k.trace.at is not None)
    parts = [*best.parts, *(d.parts[0] for d in group[1:])]
    cited = {(p.kept.id, p.span.start): p for p in parts}
    return Proposal(
        kind=best.kind,
        topic=weights.label(best.text, best.parts[0].kept.trace.title),
        text=best.text,
        score=round(min(1.0, best.worth * (1 + 0.1 * min(len(traces) - 1, 4))), 4),
        citations=tuple(
            Citation.at(p.kept, p.span.start, p.span.end) for p in list(cited.values())[:_CITED]
        ),
        support=len(traces),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        flags=find_flags(best.text),
    )
