# SPDX-License-Identifier: Apache-2.0
"""Whether an agreement is paused: the chain of suspensions and resumptions, one for each side.

A suspension counts when it is there. A resumption counts with the right signatures: the person
ends the person's own; what a representative suspended is ended by both sides of the floor (clause 29).
"""

from __future__ import annotations

from collections.abc import Iterable

from countersign.seal import Envelope
from countersign.terms.events import Opened

REPRESENTATIVE = "representative"


def paused(opened: Iterable[Opened], *, person: str, party: str) -> bool:
    """Tell whether the last word that counts, of either side, is to suspend."""
    mine: list[Envelope] = []
    theirs: dict[str, list[Envelope]] = {}
    for o in opened:
        if o.kind != "suspension":
            continue
        by = str(o.said.get("by"))
        if o.said.get("role") != REPRESENTATIVE:
            if suspends(o.envelope) or person in o.signers:
                mine.append(o.envelope)
        elif suspends(o.envelope) or {by, party} <= o.signers:
            theirs.setdefault(by, []).append(o.envelope)
    last = [last_suspension(chain) for chain in (mine, *theirs.values())]
    return any(word is not None and suspends(word) for word in last)


def suspends(envelope: Envelope) -> bool:
    """Tell whether a suspension record suspends; whatever does not plainly resume, suspends."""
    return envelope.statement.predicate.get("act") != "resume"


def last_suspension(envelopes: Iterable[Envelope]) -> Envelope | None:
    """Return the suspension record with the highest number, None without one."""
    return max(envelopes, key=_number, default=None)


def _number(envelope: Envelope) -> int:
    number = envelope.statement.predicate.get("number")
    return number if isinstance(number, int) else 0
