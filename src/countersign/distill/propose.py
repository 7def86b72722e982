# SPDX-License-Identifier: Apache-2.0
"""The local engine: conversations in, ranked and grounded proposals out. No model, no network.

1. `passages`: the person's own sentences in their places.  2. `scoring`: worth and kind of each.
3. `compose`: a sentence that leans on its neighbour carries it along.  4. `merge`: near-duplicates
become one claim with its support.  5. `ranking`: what to show first.  Same input, same output: no
clock, no randomness, no order of sets or hashes reaches the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from countersign.claims import Citation, Proposal, find_flags
from countersign.distill.drafts import Draft, Drafted, draft
from countersign.distill.merge import group_alike
from countersign.distill.ranking import spread
from countersign.distill.topics import name_topics
from countersign.distill.words import TermWeights
from countersign.evidence import Conversation
from countersign.frame import batches, run

_CITED = 5
_BATCH = 50  # conversations; a few batches are read here, more by all cores


def propose(
    conversations: Iterable[Conversation],
    *,
    limit: int | None = None,
    workers: int | None = None,
) -> list[Proposal]:
    """Return what the person's own words in `conversations` teach, best first.

    `citations[0]` is always the main sentence; others are what it leans on, then near-duplicates.
    `workers` is how many processes may read (default: the cores at hand); it changes no result.
    """
    read = [
        one
        for batch in run(draft, batches(conversations, _BATCH), workers=workers)
        for one in batch
    ]
    # Sorting keeps the order of equals, which is the order of reading.
    drafts = sorted((d for one in read for d in one.drafts), key=lambda d: -d.worth)
    weights = TermWeights(terms for one in read for terms in one.terms)
    shown, scores = _ranked(drafts, weights)
    topics = name_topics(
        [group[0].wording.text for group in shown[:limit]],
        titles=(group[0].main.kept.trace.title for group in shown[:limit]),
        names=_names(read),
        repeats=weights.repeats,
    )
    return [
        _proposal(group, score, topic)
        for group, score, topic in zip(shown, scores, topics, strict=False)
    ]


def _names(read: list[Drafted]) -> set[str]:
    return {name for one in read for name in one.names}


def _ranked(drafts: list[Draft], weights: TermWeights) -> tuple[list[list[Draft]], list[float]]:
    """Return near-duplicates in groups, the best draft first in each, best group first; scores."""
    groups = group_alike([d.stems for d in drafts])
    worth = [_with_support(drafts, group) for group in groups]
    order = sorted(range(len(groups)), key=lambda i: -worth[i])
    subjects = [weights.best(drafts[groups[i][0]].main.words, most=2) for i in order]
    scores = spread([worth[i] for i in order], subjects)
    ranked = sorted(range(len(order)), key=lambda n: -scores[n])
    return [[drafts[i] for i in groups[order[n]]] for n in ranked], [scores[n] for n in ranked]


def _with_support(drafts: Sequence[Draft], group: Sequence[int]) -> float:
    """Return the group's worth in (0, 1): its best, and a little more for each trace that agrees."""
    traces = len({drafts[i].main.kept.id for i in group})
    return min(1.0, drafts[group[0]].worth * (1 + 0.1 * min(traces - 1, 4)))


def _proposal(group: list[Draft], score: float, topic: str) -> Proposal:
    best = group[0]
    traces = {d.main.kept.id: d.main.kept for d in group}
    times = sorted(k.trace.at for k in traces.values() if k.trace.at is not None)
    parts = [*best.wording.parts, *(d.main for d in group[1:])]
    cited = {(p.kept.id, p.span.start): p for p in parts}
    return Proposal(
        kind=best.kind,
        topic=topic,
        text=best.wording.text,
        score=round(score, 4),
        citations=tuple(
            Citation.at(p.kept, p.span.start, p.span.end) for p in list(cited.values())[:_CITED]
        ),
        support=len(traces),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        flags=find_flags(best.wording.text),
    )
