# SPDX-License-Identifier: Apache-2.0
"""Citation, proposal and claim. The grounding law is held by construction.

A `Citation` holds the kept trace it points into and refuses to exist unless the trace is the
person's own, [start, end) lies wholly inside one of its written ranges, and the quote stands there
character for character. A `Proposal` refuses to exist without a citation. There is no other way
to make either, so an ungrounded claim is not a state that the program has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from countersign.errors import NotVerified
from countersign.evidence import KeptTrace
from countersign.terms import Kind


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote found at its place in one of the person's own traces.

    Raises `NotVerified` when the trace is not own, the range is not wholly the author's words, or
    the text there is another.
    """

    trace: KeptTrace
    start: int
    end: int
    quote: str

    def __post_init__(self) -> None:
        """Check the grounding law: own trace, one own range, same text."""
        t = self.trace.trace
        if not self.trace.own:
            raise _ungrounded("The trace is not by this person.")
        if not any(r.holds(self.start, self.end) for r in t.written):
            raise _ungrounded("The range is not wholly the person's own words.")
        if t.text[self.start : self.end] != self.quote:
            raise _ungrounded("The quote does not stand at that place.")

    @classmethod
    def at(cls, trace: KeptTrace, start: int, end: int) -> Citation:
        """Cite [start, end) of `trace`; the quote is what stands there."""
        return cls(trace, start, end, trace.trace.text[start:end])


def _ungrounded(why: str) -> NotVerified:
    return NotVerified(
        "A claim is not grounded in the person's own words.",
        why=why,
        remedy="Propose it again with a quote from an own trace.",
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A statement of expertise as an engine proposes it: wording, kind, score and its citations.

    `text` is what a stranger would read; `score` orders claims, best first, within [0, 1];
    `support` counts distinct own traces that say it (near-duplicates included, cited or not).
    """

    kind: Kind
    topic: str
    text: str
    score: float
    citations: tuple[Citation, ...]
    support: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    flags: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse a proposal without citations or without words."""
        if not self.citations or not self.text.strip():
            raise _ungrounded("It cites nothing.")
