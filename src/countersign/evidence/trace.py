# SPDX-License-Identifier: Apache-2.0
"""The vocabulary of evidence: traces, ranges, conversations, and records that were not kept.

Offsets are Unicode code points into `Trace.text`; text is the decoded body with CRLF made LF and
nothing else changed (DESIGN 4). A reader yields `Trace | Skip | Reject`, one per input record, so
that read = own + context + skipped + rejected holds without anybody counting twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign.errors import Internal
from countersign.ids import ConversationId, TraceId
from countersign.people import Handle

_UTC = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Half-open range [start, end) of code points."""

    start: int
    end: int

    def holds(self, start: int, end: int) -> bool:
        """Tell whether [start, end) lies wholly inside this range."""
        return self.start <= start < end <= self.end


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing somebody said or wrote at work, as a reader found it.

    `written` are the sorted, disjoint ranges of `text` that the author wrote themself here:
    quoted, forwarded and signature parts are outside. `native` is the platform's own id for the
    record and is unique within (`source`, `account`); None where the format has none.
    `conversation` and `reply_to` are native ids in the same space (`conversation` may be any
    stable text that equal conversations share).
    """

    source: str
    account: str
    native: str | None
    author: Handle | None
    author_name: str
    at: datetime | None
    text: str
    written: tuple[Range, ...]
    conversation: str
    reply_to: str | None
    locator: str
    title: str = ""

    def __post_init__(self) -> None:
        """Refuse a time of no zone and ranges that are unsorted, overlapping or outside the text."""
        if self.at is not None and self.at.utcoffset() != _UTC:
            raise Internal("A reader gave a time that is not in UTC.")
        last = 0
        for r in self.written:
            if not last <= r.start < r.end <= len(self.text):
                raise Internal("A reader gave ranges that do not fit its text.")
            last = r.end

    @property
    def words(self) -> str:
        """The author's own words: the written ranges, joined by line breaks."""
        return "\n".join(self.text[r.start : r.end] for r in self.written)


@dataclass(frozen=True, slots=True)
class Skip:
    """A record that was read and understood but is not a trace, with the reason that is counted."""

    reason: str
    where: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be read: where it stands and why. Carries none of its text."""

    where: str
    why: str


Record = Trace | Skip | Reject


@dataclass(frozen=True, slots=True)
class KeptTrace:
    """A trace as the vault keeps it: with its id, and whether it is by the vault's person."""

    id: TraceId
    own: bool
    conversation: ConversationId
    trace: Trace


@dataclass(frozen=True, slots=True)
class Conversation:
    """Kept traces that belong together, oldest first; traces without a time keep reading order."""

    id: ConversationId
    title: str
    traces: tuple[KeptTrace, ...]
