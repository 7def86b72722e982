# SPDX-License-Identifier: Apache-2.0
"""The local engine: conversations in, ranked and grounded proposals out. No model, no network.

1. `passages`: the person's own sentences in their places.  2. `scoring`: worth and kind of each.
3. `compose`: a sentence that leans on its neighbour carries it along.  4. `merge`: near-duplicates
become one claim with its support.  5. `ranking`: what to show first.  Same input, same output: no
clock, no randomness, no order of sets or hashes reaches the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from countersign.claims import PRIVATE, Citation, Proposal, find_flags
from countersign.distill.compose import Wording, compose
from countersign.distill.merge import fingerprint, group_alike
from countersign.distill.passages import Passage, read_passages
from countersign.distill.ranking import lift, spread
from countersign.distill.scoring import FLOOR, weigh
from countersign.distill.topics import name_topics
from countersign.distill.words import TermWeights
from countersign.evidence import Conversation, KeptTrace
from countersign.terms import Kind

_CITED = 5


@dataclass(frozen=True, slots=True)
class _Draft:
    """A claim in the making: its wording, its worth, its kind, its place in reading order."""

    wording: Wording
    worth: float
    kind: Kind
    place: int

    @property
    def main(self) -> Passage:
        return self.wording.parts[0]


def propose(conversations: Iterable[Conversation], *, limit: int | None = None) -> list[Proposal]:
    """Return what the person's own words in `conversations` teach, best first.

    `citations[0]` is always the main sentence; others are what it leans on, then near-duplicates.
    """
    drafts: list[_Draft] = []
    said: list[str] = []
    names: set[str] = set()
    for conversation in conversations:
        names.update(name for kept in conversation.traces for name in _names(kept))
        earlier: list[Passage] = []
        for passages in read_passages(conversation):
            said.append(" ".join(p.words for p in passages))
            drafts.extend(_drafts(passages, earlier, len(drafts)))
            earlier = passages
    drafts.sort(key=lambda d: (-d.worth, d.place))
    weights = TermWeights(said)
    groups = group_alike([fingerprint(d.main.words) for d in drafts])
    best = [drafts[group[0]] for group in groups]
    worth = [_with_support(drafts, group) for group in groups]
    order = sorted(range(len(groups)), key=lambda i: (-worth[i], best[i].place))
    subjects = [weights.best(best[i].main.words, most=2) for i in order]
    scores = spread([worth[i] for i in order], subjects)
    ranked = sorted(range(len(order)), key=lambda n: (-scores[n], n))
    shown = [[drafts[i] for i in groups[order[n]]] for n in ranked[:limit]]
    topics = name_topics(
        [group[0].wording.text for group in shown],
        titles=(group[0].main.kept.trace.title for group in shown),
        names=names,
        repeats=weights.repeats,
    )
    return [
        _proposal(group, scores[n], topic)
        for group, n, topic in zip(shown, ranked, topics, strict=False)
    ]


def _names(kept: KeptTrace) -> Iterator[str]:
    """Yield what a trace's author is called: no topic is named after a person."""
    yield kept.trace.author_name
    if kept.trace.author is not None:
        yield kept.trace.author.value.partition("@")[0]


def _drafts(passages: list[Passage], earlier: list[Passage], first: int) -> list[_Draft]:
    found: list[_Draft] = []
    for at, passage in enumerate(passages):
        weighed = weigh(passages, at)
        if weighed.worth < FLOOR:
            continue
        wording = compose(passage, passages, earlier if passage.follows else ())
        if PRIVATE.isdisjoint(find_flags(wording.text)):
            factor = lift(passage.words, weighed.rule, weighed.worth, weighed.kind)
            # Trust last: no subject makes up for a sentence that nobody else can understand.
            worth = wording.trust * _squash(weighed.worth * factor)
            found.append(_Draft(wording, worth, weighed.kind, first + len(found)))
    return found


def _with_support(drafts: Sequence[_Draft], group: Sequence[int]) -> float:
    """Return the group's worth in (0, 1): its best, and a little more for each trace that agrees."""
    traces = len({drafts[i].main.kept.id for i in group})
    return min(1.0, drafts[group[0]].worth * (1 + 0.1 * min(traces - 1, 4)))


def _squash(strength: float) -> float:
    return strength / (1 + strength)


def _proposal(group: list[_Draft], score: float, topic: str) -> Proposal:
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
