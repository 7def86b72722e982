# SPDX-License-Identifier: Apache-2.0
"""The manifest: everything a page says, except the claims' own texts, as one canonical file.

Pages are rendered from it and from nothing else, so a verifier renders them again and finds any
line that does not belong. Claims and citations stand in it as salted commitments: who holds a
stub cannot test a guess at what somebody said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from countersign.claims import Accepted
from countersign.clock import from_text, to_text
from countersign.errors import BadInput, NotVerified
from countersign.ids import AgreementId, ClaimId, PartyId, PersonId, ReleaseId
from countersign.seal import SALT_BYTES, Envelope, canonical, commitment, read_canonical, sha256
from countersign.skill.draft import (
    LONGEST_BYLINE,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    MANIFEST,
    Draft,
    check_name,
)
from countersign.skill.inert import one_line, plain
from countersign.skill.shelves import shelve, slug
from countersign.terms import Delivery, Kind, Terms

VERSION = 1
RENDERING = 1
"""Which wording the pages have. A page's words never change under one number: golden files pin it."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
NONCE_BYTES = 32
LEASE_DAYS = 7
"""How long a copy stays fresh without asking the hub again."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One claim as the manifest lists it: no words, only commitments and what surrounds them."""

    id: ClaimId
    kind: Kind
    shelf: str
    commitment: str
    first_at: datetime | None
    last_at: datetime | None
    support: int
    sources: tuple[str, ...]
    citations: tuple[str, ...]
    flags: tuple[str, ...]

    def to_value(self) -> dict[str, Any]:
        """Return the claim's JSON value."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "topic": self.shelf,
            "text": self.commitment,
            "firstAt": to_text(self.first_at) if self.first_at else None,
            "lastAt": to_text(self.last_at) if self.last_at else None,
            "support": self.support,
            "sources": list(self.sources),
            "citations": list(self.citations),
            "acceptedFlags": list(self.flags),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Listed:
        """Read what `to_value` writes."""
        first, last = value["firstAt"], value["lastAt"]
        return cls(
            ClaimId(value["id"]),
            Kind(value["kind"]),
            value["topic"],
            value["text"],
            from_text(first) if first else None,
            from_text(last) if last else None,
            value["support"],
            tuple(value["sources"]),
            tuple(value["citations"]),
            tuple(value["acceptedFlags"]),
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself. `nonce` is None where texts are served and not in the folder."""

    rendering: int
    name: str
    title: str
    description: str
    byline: str
    identity_level: str
    person: PersonId
    party: PartyId
    agreement: AgreementId
    agreement_digest: str
    agreement_envelope: Envelope | None
    grant_digest: str
    grant_envelope: Envelope | None
    review_sheets: tuple[str, ...]
    terms: Terms
    release: ReleaseId
    version: int
    released_at: datetime
    valid_until: datetime
    nonce: bytes | None
    claims: tuple[Listed, ...]

    @property
    def served(self) -> bool:
        """Whether the texts stay in the hub."""
        return self.terms.delivery is Delivery.SERVED

    def to_value(self) -> dict[str, Any]:
        """Return the manifest's JSON value."""
        return {
            "v": VERSION,
            "rendering": self.rendering,
            "skill": {"name": self.name, "title": self.title, "description": self.description},
            "release": {
                "id": self.release,
                "version": self.version,
                "releasedAt": to_text(self.released_at),
                "validUntil": to_text(self.valid_until),
            },
            "person": {
                "id": self.person,
                "byline": self.byline,
                "identityLevel": self.identity_level,
            },
            "party": self.party,
            "agreement": {"id": self.agreement}
            | _signed(self.agreement_digest, self.agreement_envelope),
            "grants": [{"person": self.person} | _signed(self.grant_digest, self.grant_envelope)],
            "reviewSheets": list(self.review_sheets),
            "terms": self.terms.to_value(),
            "termsDigest": self.terms.digest,
            "shares": [{"person": self.person, "weight": 1}],
            "leaseDays": LEASE_DAYS,
            "nonce": self.nonce.hex() if self.nonce else None,
            "claims": [claim.to_value() for claim in self.claims],
        }

    def to_bytes(self) -> bytes:
        """Return the canonical bytes of the file."""
        return canonical(self.to_value())

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read what `to_bytes` writes and nothing else; raises `NotVerified`."""
        value = read_canonical(data)
        try:
            made = _read(value)
            _check(made)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, BadInput) as e:
            raise NotVerified("The manifest is not one of ours.", why=type(e).__name__) from e
        if made.to_bytes() != data:
            raise NotVerified("The manifest holds something that no manifest of ours holds.")
        return made


def _signed(digest: str, envelope: Envelope | None) -> dict[str, Any]:
    return {"digest": digest, "envelope": envelope.to_value() if envelope else None}


def _read(value: Mapping[str, Any]) -> Manifest:
    grant, agreement, release = value["grants"][0], value["agreement"], value["release"]
    return Manifest(
        rendering=value["rendering"],
        name=value["skill"]["name"],
        title=value["skill"]["title"],
        description=value["skill"]["description"],
        byline=value["person"]["byline"],
        identity_level=value["person"]["identityLevel"],
        person=PersonId(value["person"]["id"]),
        party=PartyId(value["party"]),
        agreement=AgreementId(agreement["id"]),
        agreement_digest=agreement["digest"],
        agreement_envelope=_envelope(agreement["envelope"]),
        grant_digest=grant["digest"],
        grant_envelope=_envelope(grant["envelope"]),
        review_sheets=tuple(value["reviewSheets"]),
        terms=Terms.from_value(value["terms"]),
        release=ReleaseId(release["id"]),
        version=release["version"],
        released_at=from_text(release["releasedAt"]),
        valid_until=from_text(release["validUntil"]),
        nonce=bytes.fromhex(value["nonce"]) if value["nonce"] else None,
        claims=tuple(Listed.of(claim) for claim in value["claims"]),
    )


def _check(made: Manifest) -> None:
    """Refuse words where ids belong: pages print these, and a signer may be hostile."""
    check_name(made.name)
    one_line(made.title, what="title", longest=LONGEST_TITLE)
    one_line(made.description, what="description", longest=LONGEST_DESCRIPTION)
    one_line(made.byline, what="byline", longest=LONGEST_BYLINE)
    ids = [made.person, made.party, made.agreement, made.release, made.identity_level]
    digests = [made.agreement_digest, made.grant_digest, *made.review_sheets]
    for claim in made.claims:
        ids += [claim.id, *claim.sources, *claim.flags]
        digests += [claim.commitment, *claim.citations]
        if slug(claim.shelf) != claim.shelf or type(claim.support) is not int:
            raise ValueError
    if not all(map(_ID.fullmatch, ids)) or not all(map(_DIGEST.fullmatch, digests)):
        raise ValueError
    if (made.nonce is None) != made.served or len(made.nonce or NONCE_BYTES * b"0") != NONCE_BYTES:
        raise ValueError
    if type(made.version) is not int or type(made.rendering) is not int:
        raise ValueError


def _envelope(value: Mapping[str, Any] | None) -> Envelope | None:
    return Envelope.from_bytes(canonical(value)) if value else None


def manifest_of(draft: Draft, *, nonce: bytes) -> Manifest:
    """Return the manifest of `draft`; `nonce` are 32 random bytes, new in every release."""
    shelves = shelve([c.topic for c in draft.claims], [c.text for c in draft.claims])
    served = draft.terms.delivery is Delivery.SERVED
    return Manifest(
        rendering=RENDERING,
        name=draft.name,
        title=plain(draft.title),
        description=plain(draft.description),
        byline=plain(draft.byline),
        identity_level=draft.identity_level,
        person=draft.person,
        party=draft.party,
        agreement=draft.agreement,
        agreement_digest=draft.agreement_digest,
        agreement_envelope=draft.agreement_envelope,
        grant_digest=draft.grant_digest,
        grant_envelope=draft.grant_envelope,
        review_sheets=tuple(sorted(draft.review_sheets)),
        terms=draft.terms,
        release=draft.release,
        version=draft.version,
        released_at=draft.released_at,
        valid_until=draft.valid_until,
        nonce=None if served else nonce,
        claims=tuple(_listed(c, s, nonce) for c, s in zip(draft.claims, shelves, strict=True)),
    )


def _listed(claim: Accepted, shelf: str, nonce: bytes) -> Listed:
    return Listed(
        id=claim.id,
        kind=claim.kind,
        shelf=shelf,
        commitment=text_commitment(nonce, claim.id, claim.text),
        first_at=claim.first_at,
        last_at=claim.last_at,
        support=claim.support,
        sources=tuple(sorted(claim.sources)),
        citations=tuple(sorted(e.commitment for e in claim.evidence)),
        flags=tuple(sorted(claim.flags)),
    )


def text_commitment(nonce: bytes, claim: str, text: str) -> str:
    """Return the salted commitment to a claim's text; its salt is derived from the release's nonce."""
    return commitment(sha256(b"text\0%b\0%b" % (nonce, claim.encode()))[:SALT_BYTES], text)


def covers(claims: Sequence[Listed]) -> tuple[datetime | None, datetime | None]:
    """Return the earliest and the latest time that the claims' evidence is from."""
    times = [at for c in claims for at in (c.first_at, c.last_at) if at]
    return min(times, default=None), max(times, default=None)


def about_of(folder: Path) -> str:
    """Return the line on what a skill is about, as the manifest in its folder has it."""
    return Manifest.from_bytes((folder / MANIFEST).read_bytes()).description
