# SPDX-License-Identifier: Apache-2.0
"""What a person may decide on a claim, and the sheet on which the decisions are signed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from countersign.claims.flags import find_flags
from countersign.clock import to_text
from countersign.errors import BadInput
from countersign.ids import ClaimId, PersonId
from countersign.seal import Envelope, SigningKey, Statement, canonical, sha256_hex, sign

LONE = re.compile("[\ud800-\udfff]")  # no UTF-8, hence no digest, for a lone surrogate


class Verdict(StrEnum):
    """The four decisions; a claim without one is not decided and cannot be published."""

    ACCEPT = "accept"
    EDIT = "edit"
    HOLD = "hold"
    REJECT = "reject"


class Held(StrEnum):
    """The six classes of expertise that a person may keep to themself."""

    PITFALL = "pitfall"
    JUDGEMENT = "judgement"
    NETWORK = "network"
    HIDDEN_CONTEXT = "hidden-context"
    INCIDENT = "incident"
    BEHAVIOR = "behavior"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: `text` is the final wording (accept, edit), `held` the class (hold).

    `flags` are the warnings that the person accepted on purpose: those that the wording bears, or
    the decision cannot be made (DESIGN 3, rule 6).
    """

    claim: ClaimId
    verdict: Verdict
    text: str = ""
    held: Held | None = None
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a hold without its class and a wording where none belongs."""
        if (self.verdict is Verdict.HOLD) != (self.held is not None):
            raise BadInput(
                f"The decision on {self.claim} does not fit together.",
                why="hold needs one of its six classes, and only hold has one.",
                remedy="Classes: " + ", ".join(Held) + ".",
            )
        approved = self.verdict in (Verdict.ACCEPT, Verdict.EDIT)
        if approved != bool(self.text.strip()) or approved != bool(self.text):
            raise BadInput(
                f"The decision on {self.claim} has no wording, or one where none belongs.",
                why="What is published is the wording you saw or wrote.",
                remedy="Write the text after the id, or use reject.",
            )
        if LONE.search(self.text) or self.flags != find_flags(self.text):
            raise BadInput(
                f"The wording of {self.claim} cannot be taken as it is.",
                why="It holds half a character, or is flagged and was not accepted on purpose.",
                remedy="Reword it, or use accept-flagged or edit-flagged.",
            )

    @property
    def digest(self) -> str | None:
        """Hex SHA-256 of the final wording, None where nothing may be published."""
        return sha256_hex(self.text.encode("utf-8")) if self.text else None

    def to_value(self) -> dict[str, Any]:
        """Return the decision as it stands on the sheet: digests, never wording."""
        value: dict[str, Any] = {"claim": self.claim, "decision": self.verdict.value}
        if self.digest:
            value["textDigest"] = self.digest
        if self.held:
            value["class"] = self.held.value
        if self.flags:
            value["acceptedFlags"] = list(self.flags)
        return value


def sign_sheet(
    decisions: tuple[Decision, ...], *, person: PersonId, key: SigningKey, now: datetime
) -> Envelope:
    """Return the review sheet over `decisions`, signed; raises `BadInput` on two for one claim."""
    if len({d.claim for d in decisions}) != len(decisions):
        raise BadInput("A claim is decided twice in one round.", remedy="Keep one of the two.")
    values = [d.to_value() for d in sorted(decisions, key=lambda d: d.claim)]
    predicate = {"person": person, "decidedAt": to_text(now), "decisions": values}
    subject = ("decisions", sha256_hex(canonical(values)))
    return sign(Statement("review-sheet", (subject,), predicate), key)
