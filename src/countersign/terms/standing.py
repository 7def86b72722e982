# SPDX-License-Identifier: Apache-2.0
"""`Standing`: how one agreement stands right now, as a value; the second argument of `decide`.

Made by `load.standing` alone, from records whose signatures were verified in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from countersign.ids import AgreementId, GrantId
from countersign.terms.terms import COOLING_OFF_HOURS, Terms
from countersign.terms.words import Item


class State(StrEnum):
    """Whether the grant behind an agreement holds. Withdrawn is for good."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything that `decide` needs to know about one agreement.

    `missing` names each signature that is not there or did not verify, as role and label
    ("party acme"). `signed_at` is when the last needed signature reached the hub (hub time), None
    while one is missing. `items` are the items that the person signed on their own. `since` is
    when the state began.
    """

    agreement: AgreementId
    grant: GrantId
    person: str
    party: str
    terms: Terms
    starts: datetime
    expires: datetime
    missing: tuple[str, ...]
    signed_at: datetime | None
    items: frozenset[Item]
    state: State
    since: datetime | None = None

    def holds(self, item: Item) -> bool:
        """Tell whether the terms ask for `item` and the person signed it on its own."""
        return item in self.items and item in self.terms.items  # the first part is the cheap one

    @property
    def cooled_at(self) -> datetime | None:
        """When the cooling-off time ends: counted from the last signature, None before it.

        Less than 48 hours holds only if the person signed that item on its own (clause 12).
        """
        if self.signed_at is None:
            return None
        hours = self.terms.cooling_off_hours
        if not self.terms.to_self and not self.holds(Item.SHORT_COOLING_OFF):
            hours = max(hours, COOLING_OFF_HOURS)
        return self.signed_at + timedelta(hours=hours)
