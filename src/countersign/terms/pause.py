# SPDX-License-Identifier: Apache-2.0
"""Whether an agreement is paused: the chain of suspensions and resumptions, one for each side.

A suspension counts when it is there. A resumption counts with the right signatures: the person
ends the person's own; what a representative suspended is ended by both sides of the floor (clause 29).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from countersign.clock import from_seconds, from_text, to_text
from countersign.errors import BadInput
from countersign.seal import Envelope, Statement, sha256_hex
from countersign.terms.events import Opened

REPRESENTATIVE = "representative"


def paused_since(
    opened: Iterable[Opened], *, grant: str, person: str, party: str
) -> datetime | None:
    """Return since when an agreement is paused: None if no side's last word that counts suspends.

    What lets go on counts for the very grant (digest) that it names: moved beside another one, it
    lifts nothing there.
    """
    mine: list[Envelope] = []
    theirs: dict[tuple[str, str], list[Envelope]] = {}
    for o in opened:
        if o.kind != "suspension" or not _names(o, person, party):
            continue
        by = str(o.said.get("by"))
        here = "series" in o.said or dict(o.envelope.statement.subjects).get("grant") == grant
        if not here and not suspends(o.envelope):
            continue
        if o.said.get("role") != REPRESENTATIVE:
            if suspends(o.envelope) or person in o.signers:
                mine.append(o.envelope)
        elif suspends(o.envelope) or {by, party} <= o.signers:
            theirs.setdefault((by, str(o.said.get("series", ""))), []).append(o.envelope)
    last = [last_suspension(chain) for chain in (mine, *theirs.values())]
    return min((_at(word) for word in last if word is not None and suspends(word)), default=None)


def _names(o: Opened, person: str, party: str) -> bool:
    """Tell whether a record within a floor's scope reaches this agreement; one about a grant does."""
    if "series" not in o.said:
        return True
    persons = o.said.get("persons", ())
    return o.said.get("party") == party and (not persons or person in persons)


def series_statement(
    *,
    by: str,
    party: str,
    series: str,
    persons: frozenset[str],
    at: datetime,
    number: int,
    resume: bool,
) -> Statement:
    """Return a suspension within a floor's scope, or its end (clause 29).

    It is about the party, so that it also reaches agreements that are signed while it stands.
    """
    predicate = {
        "v": 1,
        "act": "resume" if resume else "suspend",
        "role": REPRESENTATIVE,
        "by": by,
        "party": party,
        "series": series,
        "persons": sorted(persons),
        "number": number,
        "at": to_text(at),
    }
    return Statement("suspension", (("party", sha256_hex(party.encode())),), predicate)


def suspends(envelope: Envelope) -> bool:
    """Tell whether a suspension record suspends; whatever does not plainly resume, suspends."""
    return envelope.statement.predicate.get("act") != "resume"


def last_suspension(envelopes: Iterable[Envelope]) -> Envelope | None:
    """Return the suspension record with the highest number, None without one."""
    return max(envelopes, key=_number, default=None)


def _at(envelope: Envelope) -> datetime:
    """The time a record names; one that names none suspends from the beginning."""
    try:
        return from_text(str(envelope.statement.predicate.get("at")))
    except BadInput:
        return from_seconds(0)


def _number(envelope: Envelope) -> int:
    number = envelope.statement.predicate.get("number")
    return number if isinstance(number, int) else 0
