# SPDX-License-Identifier: Apache-2.0
"""Drafts: what each conversation by itself gives, before claims are merged and ordered.

A pure stage over conversations, so it may run in several processes; what it returns is small and
holds no words of others but the traces that were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from countersign.claims import PRIVATE, find_flags
from countersign.distill.compose import Wording, compose
from countersign.distill.merge import fingerprint
from countersign.distill.passages import Passage, read_passages
from countersign.distill.ranking import lift
from countersign.distill.scoring import FLOOR, weigh
from countersign.distill.words import terms_of
from countersign.evidence import Conversation, KeptTrace
from countersign.terms import Kind


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim in the making: its wording, its worth in (0, 1), its kind, what it is told by."""

    wording: Wording
    worth: float
    kind: Kind
    stems: frozenset[str]

    @property
    def main(self) -> Passage:
        """The sentence that makes the claim."""
        return self.wording.parts[0]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What one conversation gave: its drafts in reading order; for each own trace its content
    terms; what the people in it are called.
    """

    drafts: tuple[Draft, ...]
    terms: tuple[tuple[str, ...], ...]
    names: frozenset[str]


def draft(conversations: list[Conversation]) -> list[Drafted]:
    """Return what each conversation gives, in order."""
    return [_draft(conversation) for conversation in conversations]


def _draft(conversation: Conversation) -> Drafted:
    found: list[Draft] = []
    terms: list[tuple[str, ...]] = []
    earlier: list[Passage] = []
    for passages in read_passages(conversation):
        terms.append(tuple(terms_of(" ".join(p.words for p in passages))))
        found.extend(_drafts(passages, earlier))
        earlier = passages
    names = frozenset(name for kept in conversation.traces for name in _names(kept))
    return Drafted(tuple(found), tuple(terms), names)


def _names(kept: KeptTrace) -> Iterator[str]:
    """Yield what a trace's author is called: no topic is named after a person."""
    yield kept.trace.author_name
    if kept.trace.author is not None:
        yield kept.trace.author.value.partition("@")[0]


def _drafts(passages: list[Passage], earlier: Sequence[Passage]) -> Iterator[Draft]:
    for at, passage in enumerate(passages):
        weighed = weigh(passages, at)
        if weighed.worth < FLOOR:
            continue
        wording = compose(passage, passages, earlier if passage.follows else ())
        if PRIVATE.isdisjoint(find_flags(wording.text)):
            factor = lift(passage.words, weighed.rule, weighed.worth, weighed.kind)
            # Trust last: no subject makes up for a sentence that nobody else can understand.
            worth = wording.trust * _squash(weighed.worth * factor)
            yield Draft(wording, worth, weighed.kind, fingerprint(passage.words))


def _squash(strength: float) -> float:
    return strength / (1 + strength)
