# SPDX-License-Identifier: Apache-2.0
"""What never becomes a claim: private chats, and talk of health, feelings, or with representatives.

It is left out before any engine sees it (clause 19), and stays in the vault as the person's own. The
words looked for are few and plain, since a work text must not be lost for saying "health check" or
"UNION ALL": what slips through is still seen, and refused, by the person in review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from countersign.evidence.trace import Conversation, Trace

PRIVATE_CHATS = frozenset({"direct message", "group message"})
"""How readers title a chat between two people, or a few, that no channel holds."""

_SAID: dict[str, re.Pattern[str]] = {
    "health": re.compile(
        r"\b(?:sick leave|in hospital|my (?:doctor|therapist|surgery|illness|pregnancy|medication)"
        r"|i(?:'m| am) (?:ill|sick|pregnant)|therapy session|antidepressants?)\b"
        r"|病假|住院|怀孕|看医生|做手术|抑郁",
        re.IGNORECASE,
    ),
    "representatives": re.compile(
        r"\b(?:works council|trade union|union (?:rep|representative|meeting|member|membership)s?"
        r"|shop steward|staff representatives?)\b|\bBetriebsrat|工会|职工代表",
        re.IGNORECASE,
    ),
    "feelings": re.compile(
        r"\b(?:i(?:'m| am| feel| felt) (?:so |very |really )?"
        r"(?:sad|hurt|lonely|anxious|depressed|exhausted|heartbroken|humiliated|miserable)"
        r"|i sleep badly|burn(?:ed|t) out)\b|我(?:很|好|真的)?(?:难过|委屈|焦虑|崩溃|心累)",
        re.IGNORECASE,
    ),
}


def private_kind(trace: Trace) -> str:
    """Return why a trace is private talk, empty where it is not."""
    if trace.title in PRIVATE_CHATS:
        return "private-chat"
    words = trace.words
    return next((kind for kind, said in _SAID.items() if said.search(words)), "")


def without_private(found: Iterable[Conversation]) -> Iterator[Conversation]:
    """Yield conversations without what is private; one in which nothing own is left is not yielded."""
    for conversation in found:
        kept = tuple(k for k in conversation.traces if not private_kind(k.trace))
        if any(k.own for k in kept):
            yield replace(conversation, traces=kept)
