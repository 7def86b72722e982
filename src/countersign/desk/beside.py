# SPDX-License-Identifier: Apache-2.0
"""What an auditor has besides the file that is checked, and whose signatures count by it.

Everything that is given beside a file must hold by itself: what nobody looks at could be anything,
and would seem to have been checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from countersign.clock import to_seconds
from countersign.errors import NotVerified
from countersign.seal import Envelope, PublicKey, canonical, pae
from countersign.skill import Trust, online_key, read_freshness
from countersign.terms import Need, needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known besides the file itself: trusted keys, other records, texts by name, proofs."""

    trust: Trust
    now: datetime
    records: tuple[Envelope, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict)
    proofs: tuple[bytes, ...] = ()

    def keys(self, subject: str) -> list[PublicKey]:
        """Return all keys ever pinned for a signer."""
        return [key.public for key in self.trust.keys_of(subject)]

    @property
    def grants(self) -> dict[str, Envelope]:
        """The grants beside, by digest; each must bear its own person's signature to count."""
        found = {}
        for e in self.records:
            if e.statement.kind == "grant":
                check_signers(e, needed(e, {}), self.trust)
                found[e.digest] = e
            elif kind_of(e) not in ("freshness", "release", "delegation"):
                # What nobody looks at could be anything, and would seem to have been checked.
                raise NotVerified(f"A {e.statement.kind} lies beside it, and is of no use here.")
        return found

    def online(self, at: datetime) -> PublicKey:
        """Return the hub's online key at that time, by a delegation beside; raises `NotVerified`."""
        for e in self.records:
            if e.statement.kind == "freshness":
                read_freshness(e, self.trust.logs)  # what lies beside it holds as a whole, or not
                e = Envelope.from_bytes(canonical(e.statement.predicate["delegation"]))
            if e.statement.kind == "key-binding" and "validUntil" in e.statement.predicate:
                return online_key(e, self.trust.logs, at=at)
        raise NotVerified(
            "Nothing beside it shows which key the hub signs with.",
            remedy="Give the freshness.json of a package of this hub too.",
        )


def kind_of(envelope: Envelope) -> str:
    """Return the kind of a record, told apart where one kind is used for several things."""
    p, kind = envelope.statement.predicate, envelope.statement.kind
    if kind == "key-binding":
        return (
            "revoke" if p.get("role") == "revoke" else "delegation" if "validUntil" in p else kind
        )
    if kind == "suspension" and "series" in p:
        return "series"
    return kind


def check_signers(envelope: Envelope, need: Need, trust: Trust) -> str:
    """Return who signed, if these are exactly those who must, by trusted keys; else raises."""
    left = dict(envelope.signatures)
    message = pae(envelope.payload)

    def signed(subject: str) -> bool:
        at = None if need.at is None else to_seconds(need.at)
        for key in trust.keys_of(subject, at=at):
            if key.public.keyid in left and key.public.verify(left[key.public.keyid], message):
                del left[key.public.keyid]
                return True
        return False

    if lacking := sorted(s for s in need.signers if not signed(s)):
        raise unsigned(f"No trusted key of {', '.join(lacking)} signed these bytes.")
    if need.one_of and not any([signed(s) for s in sorted(need.one_of)]):
        raise unsigned(f"No trusted key of {' or '.join(sorted(need.one_of))} signed these bytes.")
    people = 0
    if need.least:
        subjects = sorted({key.subject for key in trust.keys} - need.others)
        people = sum(signed(s) for s in subjects)
    if people < need.least:
        raise unsigned(f"{people} trusted people signed; {need.least} are needed.")
    for other in sorted(need.others):
        signed(other)
    if left:
        raise unsigned("It bears a signature that nobody asked for, or of a key not trusted here.")
    return f"{len(envelope.signatures)} signatures"


def unsigned(why: str) -> NotVerified:
    """Return the error for missing, wrong or unasked signatures."""
    return NotVerified("It is not signed by whom it needs, and nobody else.", why=why)
