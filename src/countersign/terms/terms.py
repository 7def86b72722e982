# SPDX-License-Identifier: Apache-2.0
"""`Terms`: everything that a person agrees to, as one frozen value of closed words and numbers.

Terms that contradict themselves cannot be constructed (`checks.py`). Reading is strict: an unknown
field is refused, never ignored, because it may be a restriction that this program does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from countersign.clock import from_text, to_text
from countersign.errors import BadInput
from countersign.people import IdentityLevel
from countersign.seal import canonical, sha256_hex
from countersign.terms.benefit import Benefit
from countersign.terms.checks import check
from countersign.terms.typed import require_types
from countersign.terms.words import (
    TOGGLES,
    Attribution,
    Audience,
    BenefitKind,
    Delivery,
    Gap,
    HandOffHours,
    Item,
    Kind,
    Method,
    OnLeaving,
    Profile,
    Purpose,
    Representation,
    Source,
    Successor,
    TakeAlong,
    read_word,
)

VERSION = 2
TERM_DAYS, MOST_DAYS = 365, 730
COOLING_OFF_HOURS = 48
HERE = "here"
"""The region that means: where the hub of this agreement stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What may be done with a person's claims, by whom, how long, and for what in return.

    Everything that widens use is off by default (clause 6). `term_days` counts from `starts`, or
    from the offer where `starts` is None; there is no renewal. `region` is where texts are kept
    and served from; `endpoints` are the remote models that may see them (none by default), of the families in `models`. `delegate` and
    `representative` are ids of the hub, empty for nobody; `countersigned` makes the agreement wait
    for the representative's signature.
    Raises `BadInput` when two terms contradict each other; the error names the field.
    """

    purposes: frozenset[Purpose]
    audience: frozenset[Audience]
    sources: frozenset[Source]
    kinds: frozenset[Kind]
    delivery: Delivery = Delivery.SERVED
    attribution: Attribution = Attribution.NAME
    alias: str = ""
    benefits: tuple[Benefit, ...] = ()
    zero_chosen_by_person: bool = False
    region: str = HERE
    endpoints: frozenset[str] = frozenset()
    term_days: int = TERM_DAYS
    starts: datetime | None = None
    cooling_off_hours: int = COOLING_OFF_HOURS
    cooling_off_chosen_by_person: bool = False
    on_leaving: OnLeaving = OnLeaving.SUSPEND
    gap: Gap = Gap.NEUTRAL
    hand_offs_per_week: int = 3
    callers_at_most: int = 20
    training: bool = False
    persona: bool = False
    public_release: bool = False
    cross_border: bool = False
    sensitive: bool = False
    quote_documents: bool = False
    profile: Profile = Profile.TEAM
    methods: frozenset[Method] = frozenset({Method.LOCAL})
    models: frozenset[str] = frozenset()
    successor: Successor = Successor.ASKS_ANEW
    delegate: str = ""
    take_along: frozenset[TakeAlong] = frozenset(TakeAlong)
    hand_off_hours: HandOffHours = HandOffHours.WORKING_HOURS
    represented_by: Representation = Representation.NONE
    representative: str = ""
    countersigned: bool = False
    identity_at_least: IdentityLevel = IdentityLevel.SELF_ASSERTED
    v: int = VERSION

    def __post_init__(self) -> None:
        """Order the benefits, then refuse terms that contradict themselves."""
        require_types(self)
        if self.v not in FIELDS_OF:
            raise _bad("v", f"Terms are of version {VERSION} or older.")
        object.__setattr__(self, "benefits", tuple(sorted(set(self.benefits))))
        check(self)

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the JCS bytes of `to_value`."""
        return sha256_hex(canonical(self.to_value()))

    @property
    def to_self(self) -> bool:
        """Whether these are terms of a grant to oneself."""
        return self.profile is Profile.SELF

    @property
    def items(self) -> tuple[Item, ...]:
        """What the person must sign on its own for it to hold (clause 6), in a fixed order."""
        asked = {
            Item.SHORT_COOLING_OFF: self.cooling_off_chosen_by_person and not self.to_self,
            Item.ZERO_BENEFIT: any(b.kind is BenefitKind.ZERO for b in self.benefits),
            Item.PUBLIC_RELEASE: self.public_release,
            Item.CROSS_BORDER: self.cross_border,
            Item.SENSITIVE: self.sensitive,
            Item.TRAINING: self.training,
            Item.PERSONA: self.persona,
        }
        return tuple(item for item in Item if asked[item])

    @property
    def toggles(self) -> tuple[str, ...]:
        """What the person ticks one by one: each purpose, audience and source (clause 6), sorted."""
        return tuple(sorted(TOGGLES[w] for w in (*self.purposes, *self.audience, *self.sources)))

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value that is signed: texts, whole numbers, booleans and sorted lists."""
        value: dict[str, Any] = {"v": self.v}
        for field in FIELDS_OF[self.v]:
            value[_camel(field)] = _plain(getattr(self, field))
        return value

    @classmethod
    def from_value(cls, value: object) -> Terms:
        """Read what `to_value` writes and nothing else; raises `BadInput` naming the field.

        Terms of an older version keep it and their bytes: they can be read, shown and taken back.
        """
        v = value.get("v") if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or type(v) is not int or v not in FIELDS_OF:
            raise _bad("v", f"These terms are not of version {VERSION} or older.")
        names = {_camel(f): f for f in FIELDS_OF[v]}
        for key in sorted(set(map(str, value)) ^ {"v", *names}):
            raise _bad(key, "A field is missing, or unknown to this version.")
        read = cls(v=v, **{f: read_field(f, value[key]) for key, f in names.items()})
        if canonical(read.to_value()) != canonical(dict(value)):
            raise _bad("lists", "Lists are sorted and hold each word once.")
        return read


FIELDS = tuple(f for f in Terms.__dataclass_fields__ if f != "v")
FIELDS_OF = {1: FIELDS[: FIELDS.index("methods")], VERSION: FIELDS}
"""The fields that are signed in each version, in order; version 1 ended with `profile`."""
_SETS: dict[str, type[StrEnum]] = {
    "purposes": Purpose,
    "audience": Audience,
    "sources": Source,
    "kinds": Kind,
    "methods": Method,
    "take_along": TakeAlong,
}
_WORDS: dict[str, type[StrEnum]] = {
    "delivery": Delivery,
    "attribution": Attribution,
    "on_leaving": OnLeaving,
    "gap": Gap,
    "profile": Profile,
    "successor": Successor,
    "hand_off_hours": HandOffHours,
    "represented_by": Representation,
    "identity_at_least": IdentityLevel,
}
_NUMBERS = ("term_days", "cooling_off_hours", "hand_offs_per_week", "callers_at_most")
_TEXTS = ("alias", "region", "delegate", "representative")


def read_field(field: str, value: object) -> Any:
    """Return one field's value from JSON or TOML; raises `BadInput` naming the field."""
    if field in _SETS:
        return frozenset(read_word(_SETS[field], v, field) for v in _listed(field, value))
    if field in _WORDS:
        return read_word(_WORDS[field], value, field)
    if field == "benefits":
        return tuple(Benefit.from_value(v) for v in _listed(field, value))
    if field in ("endpoints", "models"):
        return frozenset(_typed(field, v, str) for v in _listed(field, value))
    if field == "starts":
        text = _typed(field, value, str)
        return from_text(text) if text else None
    if field in _NUMBERS:
        return _typed(field, value, int)
    return _typed(field, value, str if field in _TEXTS else bool)


def _typed(field: str, value: object, kind: type) -> Any:
    if type(value) is not kind:  # `type`, not isinstance: True is an int to Python, not to a signer
        shown = {str: "text", int: "a whole number", bool: "true or false"}[kind]
        raise _bad(field, f"It must be {shown}.")
    return value


def _listed(field: str, value: object) -> Iterable[object]:
    if not isinstance(value, list):
        raise _bad(field, "It must be a list.")
    return value


def _plain(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted(str(v) for v in value)
    if isinstance(value, tuple):
        return [b.to_value() for b in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return to_text(value)
    return "" if value is None else value


def _camel(field: str) -> str:
    head, *rest = field.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _bad(field: str, why: str) -> BadInput:
    return BadInput(
        f"terms: '{field[:40]}' cannot be read.",
        why=why,
        remedy="Compare with a preset: `countersign terms show my-team --file`.",
    )
