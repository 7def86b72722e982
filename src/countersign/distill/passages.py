# SPDX-License-Identifier: Apache-2.0
"""Own sentences in their place: what stands around them, what they answer, how it was received.

Context traces are read here and turned into yes/no signals (a question was answered, thanks came
back); none of their words leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from countersign.distill.sentences import Span, split_sentences, unwrap
from countersign.evidence import Conversation, KeptTrace

_QUESTION_END = re.compile(r"[?\uff1f][\s>|)\"'\u201d]*$")
_THANKS = re.compile(
    r"\b(?:thank(?:s| you)|thx|that (?:worked|helps?|did it|fixed)|works now|makes sense|good point"
    r"|great idea|perfect|exactly)\b|\u8c22\u8c22|\u591a\u8c22|\u611f\u8c22|\u660e\u767d\u4e86|\u641e\u5b9a\u4e86|\u539f\u6765\u5982\u6b64|\u6709\u9053\u7406",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\bwhy\b[^?]*\?|\bhow come\b|为什么|为何|怎么会|\breason\b[^?]*\?", re.IGNORECASE
)
_GAP_READ = 400


@dataclass(frozen=True, slots=True)
class Passage:
    """One own sentence: where it stands, its unwrapped words, and the signals around it.

    `index` of `count` in its trace. `answers`: the words quoted above it, or the trace it replies
    to, ask something; `asked_why`: they ask for a reason. `below_quote`: it stands under other people's quoted words. `thanked`:
    somebody else replied to this trace with thanks or agreement. `follows`: its message goes on with
    the person's own one right before it.
    """

    kept: KeptTrace
    span: Span
    words: str
    index: int
    count: int
    answers: bool
    asked_why: bool
    below_quote: bool
    thanked: bool
    follows: bool
    is_reply: bool


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a trace: what it replies to, and signals of its place in the talk."""

    parent: KeptTrace | None
    why: bool
    thanked: bool
    goes_on: bool


def read_passages(conversation: Conversation) -> list[list[Passage]]:
    """Return the passages of each own trace of `conversation`, trace by trace, in order."""
    by_native = {k.trace.native: k for k in conversation.traces if k.trace.native}
    thanked = _thanked(conversation)
    found = []
    last: KeptTrace | None = None
    for kept in conversation.traces:
        if kept.own and kept.trace.written:
            parent = by_native.get(kept.trace.reply_to or "")
            # A mail names what it answers; a message in a thread answers the one before it.
            asked = parent if kept.trace.source == "mail" else last
            why = asked is not None and not asked.own and _asks_why(asked.trace.words)
            around = _Around(parent, why, kept.trace.native in thanked, _goes_on(kept, last))
            found.append(list(_of_trace(kept, around)))
        last = kept
    return found


def _goes_on(kept: KeptTrace, last: KeptTrace | None) -> bool:
    """Tell whether a message goes on with the own one right before it: both answer the same."""
    if last is None or not (last.own and last.trace.written):
        return False
    return kept.trace.reply_to is not None and kept.trace.reply_to == last.trace.reply_to


def _thanked(conversation: Conversation) -> set[str | None]:
    """Native ids that somebody else answered with thanks or agreement in their first words."""
    return {
        kept.trace.reply_to
        for kept in conversation.traces
        if not kept.own and kept.trace.reply_to and _THANKS.search(kept.trace.words[:_GAP_READ])
    }


def _of_trace(kept: KeptTrace, around: _Around) -> Iterator[Passage]:
    trace = kept.trace
    spans = split_sentences(trace.text, trace.written)
    parent = around.parent
    asked = parent is not None and not parent.own and _asks(parent.trace.words)
    gaps = _gaps(kept)
    quoting = any(gaps.values())
    place = 0
    for i, span in enumerate(spans):
        while place + 1 < len(trace.written) and span.start >= trace.written[place + 1].start:
            place += 1
        above = gaps.get(place, "")
        yield Passage(
            kept,
            span,
            unwrap(trace.text[span.start : span.end]),
            i,
            len(spans),
            answers=bool(_QUESTION_END.search(above)) if above else asked and not quoting,
            asked_why=_asks_why(above) if above else around.why and not quoting,
            below_quote=bool(above),
            thanked=around.thanked,
            follows=around.goes_on,
            is_reply=trace.reply_to is not None,
        )


def _asks(words: str) -> bool:
    return "?" in words[-_GAP_READ:] or "\uff1f" in words[-_GAP_READ:]


def _asks_why(words: str) -> bool:
    return _asks(words) and _WHY.search(words[-_GAP_READ:]) is not None


def _gaps(kept: KeptTrace) -> dict[int, str]:
    """For each written range, the end of the quoted words that stand above it, if any."""
    trace, found, last = kept.trace, {}, 0
    for i, own in enumerate(trace.written):
        gap = trace.text[last : own.start].rstrip()
        if ">" in gap or len(gap) > 40:
            found[i] = gap[-_GAP_READ:]
        last = own.end
    return found


def place_of(p: Passage) -> list[str]:
    """Return the names of the signals that hold for the passage's place, for the model."""
    signals = {
        "answers": p.answers,
        "below-quote": p.below_quote,
        "thanked": p.thanked,
        "reply": p.is_reply,
        "first": p.index == 0,
        "last": p.index == p.count - 1,
        "item": p.span.form == "item",
        "long": p.count > 12,
        "short": p.count < 3,
    }
    return [name for name, holds in signals.items() if holds]
