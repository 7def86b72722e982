# SPDX-License-Identifier: Apache-2.0
"""A vault with Lin's mails and claims proposed from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from countersign.claims import (
    Citation,
    ClaimView,
    Decision,
    Proposal,
    Verdict,
    claims,
    judge,
    propose,
)
from countersign.evidence import KeptTrace, conversations
from countersign.ids import ClaimId, ConversationId, PersonId, TraceId
from countersign.people import Vault
from countersign.seal import Envelope, SigningKey
from countersign.terms import Kind
from tests.evidence.scene import kept, mail
from tests.people.scene import KIM, NOW, vault_of_lin

KEY, OTHER_KEY = SigningKey(b"l" * 32), SigningKey(b"x" * 32)
SAID = (
    "Check the lock first.",
    "Never deploy on Friday.",
    "Ask ops for the key.",
    "Restart twice.",
)


@contextmanager
def reviewing(folder: Path) -> Iterator[Vault]:
    """Open a new vault of Lin's with four mails by her and one by Kim."""
    with vault_of_lin(folder) as vault:
        kept(vault, [mail(f"{n}", text, conversation="c") for n, text in enumerate(SAID)])
        kept(vault, [mail("kim", "Kim knows.", author=KIM, conversation="c")])
        yield vault


def traces(vault: Vault) -> dict[str, KeptTrace]:
    """Return all kept traces of the scene by their text."""
    return {k.trace.text: k for c in conversations(vault) for k in c.traces}


def cite(vault: Vault, *said: int) -> tuple[Citation, ...]:
    """Cite the whole of Lin's mails of these numbers."""
    known = traces(vault)
    return tuple(Citation.at(known[SAID[n]], 0, len(SAID[n])) for n in said)


def proposal(vault: Vault, *said: int, **changes: Any) -> Proposal:
    """Propose what these mails of Lin's say."""
    given: dict[str, Any] = {
        "kind": Kind.RULE, "topic": "work", "text": SAID[said[0]], "score": 0.5,
        "citations": cite(vault, *said),
    }  # fmt: skip
    return Proposal(**(given | changes))


def proposed(
    vault: Vault, *proposals: Proposal, engine: str = "local", now: datetime = NOW
) -> list[ClaimId]:
    """Store proposals; by default one for each of Lin's mails."""
    made = proposals or tuple(proposal(vault, n) for n in range(len(SAID)))
    return propose(vault, made, engine=engine, now=now)


def view(vault: Vault, id: ClaimId) -> ClaimView:
    """Return one claim."""
    return claims(vault, [id])[0]


def decide(
    vault: Vault, *decisions: Decision, key: SigningKey = KEY, now: datetime = NOW
) -> Envelope:
    """Sign and apply decisions as Lin."""
    return judge(vault, decisions, person=PersonId("plin"), key=key, now=now)


def accept(vault: Vault, id: ClaimId) -> Decision:
    """Accept a claim as it is worded now."""
    return Decision(id, Verdict.ACCEPT, view(vault, id).text)


def loose(text: str, *, own: bool = True, **changes: Any) -> KeptTrace:
    """Return a kept trace without any vault."""
    return KeptTrace(TraceId("t1"), own, ConversationId("c1"), mail("1", text, **changes))
