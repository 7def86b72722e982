# SPDX-License-Identifier: Apache-2.0
"""What goes into a package: the draft, checked before anything is rendered, and the package."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from countersign.claims import Accepted, find_flags
from countersign.errors import BadInput, NotAllowed
from countersign.ids import AgreementId, PartyId, PersonId, ReleaseId
from countersign.seal import Envelope, sha256_hex
from countersign.skill.inert import one_line
from countersign.terms import Terms

MANIFEST = "countersign/manifest.json"
RELEASE = "countersign/release.dsse.json"
PROOF = "countersign/release.tlog-proof"
FRESHNESS = "countersign/freshness.json"
NOT_SUBJECTS = frozenset({RELEASE, PROOF, FRESHNESS})
"""The files that the release cannot name: itself, and what is made after it was signed."""

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_BYLINE = 80, 400, 60


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of a skill, ready to be signed by the person.

    `byline` is the name or pseudonym, empty where the person chose none. `grant` and `agreement`
    are the signed records themselves where they may travel with the package; their digests always
    do. Times are UTC; `version` counts the releases of this skill from 1.
    """

    name: str
    title: str
    description: str
    byline: str
    identity_level: str
    person: PersonId
    party: PartyId
    agreement: AgreementId
    agreement_digest: str
    grant_digest: str
    review_sheets: tuple[str, ...]
    terms: Terms
    claims: tuple[Accepted, ...]
    release: ReleaseId
    version: int
    released_at: datetime
    valid_until: datetime
    grant_envelope: Envelope | None = None
    agreement_envelope: Envelope | None = None

    def __post_init__(self) -> None:
        """Refuse what no package may hold; raises `BadInput` or, for a flag, `NotAllowed`."""
        check_name(self.name)
        one_line(self.title, what="title", longest=LONGEST_TITLE)
        one_line(self.description, what="description", longest=LONGEST_DESCRIPTION)
        one_line(self.byline, what="byline", longest=LONGEST_BYLINE)
        if not self.title.strip() or self.version < 1 or self.released_at >= self.valid_until:
            raise BadInput(
                "The release does not fit together.",
                why="It needs a title, a version from 1, and an end after its beginning.",
            )
        _check_claims(self.claims)


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a skill by their path inside its folder, and the signed release over them."""

    name: str
    files: Mapping[str, bytes]
    release: Envelope


def check_name(name: str) -> None:
    """Refuse a name that agent hosts would not take (agentskills specification, `name`)."""
    normal = unicodedata.normalize("NFKC", name)
    if (
        name != normal.lower()
        or not 1 <= len(name) <= 64
        or not re.fullmatch(r"[^\W_]+(?:-[^\W_]+)*", name)
    ):
        raise BadInput(
            f"'{ascii(name[:64])[1:-1]}' cannot name a skill.",
            why="A name has 1 to 64 lower-case letters or digits, in words joined by single hyphens.",
            remedy="For example: payments-lin.",
        )


def _check_claims(claims: tuple[Accepted, ...]) -> None:
    if not claims or len({c.id for c in claims}) != len(claims):
        raise BadInput(
            "There is nothing to release, or a claim stands twice.",
            why="A release holds each accepted claim once.",
            remedy="Review some claims first: `countersign review`.",
        )
    for claim in claims:
        if sha256_hex(claim.text.encode("utf-8")) != claim.digest:
            raise BadInput(
                f"The text of {claim.id} is not the one that was accepted.",
                why="Its digest differs from the one on the review sheet.",
                remedy="Review it again.",
            )
        missing = set(find_flags(claim.text)) - set(claim.flags)
        if missing:
            raise NotAllowed(
                f"Claim {claim.id} is flagged: {', '.join(sorted(missing))}.",
                why="A flagged claim needs its own acceptance by the person and by the party.",
                remedy="Accept it by name in a review, or edit it so that nothing in it can act.",
            )
