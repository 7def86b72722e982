# SPDX-License-Identifier: Apache-2.0
"""`Standing`: how one agreement stands right now, as a value; the second argument of `decide`.

Made by `load.standing` alone, from records whose signatures were verified in the same transaction.
Every field that is left out says the less permissive thing.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from countersign.ids import AgreementId, GrantId
from countersign.people import IdentityLevel
from countersign.terms.limits import Limits
from countersign.terms.terms import COOLING_OFF_HOURS, Terms
from countersign.terms.typed import require_types
from countersign.terms.words import TOGGLES, Audience, Item, Kind, Method, Purpose, Source


class State(StrEnum):
    """Whether the grant behind an agreement holds. Withdrawn is for good."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class Assessment(StrEnum):
    """Which impact assessment the party signed for this agreement (clause 30)."""

    NONE = "none"
    PREFILLED = "prefilled"
    FULL = "full"


class BoundBy(StrEnum):
    """Whose limits bind: a collective floor, terms agreed together, or the company's own policy."""

    FLOOR = "floor"
    TOGETHER = "together"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Limits in force for this person and party from `since` (inclusive) until `until` (exclusive).

    `name` is the record's digest. Only the newest version of each floor or policy is here.
    """

    by: BoundBy
    name: str
    limits: Limits
    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse to exist with a value that no gate could compare."""
        require_types(self)

    def holds(self, now: datetime) -> bool:
        """Tell whether these limits bind at `now`."""
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """What the party declares, signed, that it does (clause 9); a change beyond the terms suspends."""

    purposes: frozenset[Purpose]
    methods: frozenset[Method]
    kinds: frozenset[Kind]
    audience: frozenset[Audience]
    models: frozenset[str]

    def __post_init__(self) -> None:
        """Refuse to exist with a value that no gate could compare."""
        require_types(self)

    def within(self, terms: Terms) -> bool:
        """Tell whether terms that were signed cover all of it."""
        return (
            self.purposes <= terms.purposes
            and self.methods <= terms.methods
            and self.kinds <= terms.kinds
            and self.audience <= terms.audience
            and self.models <= terms.models
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything that `decide` needs to know about one agreement.

    `missing` names each signature that is not there or did not verify, as role and label
    ("party acme"). `signed_at` is when the last needed signature reached the hub (hub time), None
    while one is missing. `items` are the items and toggles that the person signed on their own;
    `withdrawn` the parts taken back ("purpose:onboard", "claim:…", "topic:…", "persona").
    `since` is when the state began. `undertaken`: the party signed that saying no costs nothing.
    `persona_until`: end of the persona rider both signed. `represented`: the party has a
    representative; `noticed`: the representatives were told before use.
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
    items: Set[str]
    state: State
    since: datetime | None = None
    withdrawn: frozenset[str] = frozenset()
    persona_until: datetime | None = None
    undertaken: bool = False
    assessment: Assessment = Assessment.NONE
    represented: bool = True
    noticed: bool = False
    person_level: IdentityLevel = IdentityLevel.SELF_ASSERTED
    bounds: tuple[Bound, ...] = ()
    left_at: datetime | None = None
    transferred_at: datetime | None = None
    incapable_at: datetime | None = None
    processing: Processing | None = None

    def __post_init__(self) -> None:
        """Refuse to exist with a value that no gate could compare."""
        require_types(self)

    def holds(self, item: Item) -> bool:
        """Tell whether the terms ask for `item` and the person signed it and did not take it back."""
        return item in self.items and item in self.terms.items and item not in self.withdrawn

    def ticked(self, word: Purpose | Audience | Source) -> bool:
        """Tell whether the person ticked this word of the terms on its own (clause 6).

        A grant to oneself has no ceremony: its one signature ticks what its terms name.
        """
        name = TOGGLES[word]
        return (name in self.items or self.terms.to_self) and name not in self.withdrawn

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
