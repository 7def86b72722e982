"""Synthetic conversations for the distill tests."""

from __future__ import annotations

from datetime import UTC, datetime

from countersign.evidence import Conversation, KeptTrace, Range, Trace
from countersign.ids import ConversationId, TraceId
from countersign.people import Handle


def kept(
    key: str,
    text: str,
    *,
    own: bool = True,
    reply_to: str | None = None,
    thread: str = "t",
    written: tuple[Range, ...] | None = None,
    day: int = 1,
) -> KeptTrace:
    """A kept mail, all of it written by its author unless `written` says otherwise."""
    trace = Trace(
        source="mail",
        account="",
        native=key,
        author=Handle.of("mail", "me@example.org" if own else "you@example.org"),
        author_name="Me" if own else "You",
        at=datetime(2024, 1, day, tzinfo=UTC),
        text=text,
        written=(Range(0, len(text)),) if written is None else written,
        conversation=thread,
        reply_to=reply_to,
        locator=f"mail:{key}",
        title="A subject of somebody else",
    )
    return KeptTrace(TraceId(key), own, ConversationId(thread), trace)


def talk(*traces: KeptTrace) -> Conversation:
    """A conversation of these traces."""
    return Conversation(traces[0].conversation, traces[0].trace.title, traces)


def say(*texts: str) -> list[Conversation]:
    """One conversation with one own trace per text."""
    return [talk(kept(f"m{i}", t, thread=f"t{i}", day=i + 1)) for i, t in enumerate(texts)]
