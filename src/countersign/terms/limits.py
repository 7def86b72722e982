# SPDX-License-Identifier: Apache-2.0
"""Limits: what a floor or a company policy allows terms to be, in the same closed words.

Each field bounds one term from the side that protects the person; an unset field bounds nothing.
Limits are a lattice: `meet` of two is the strictest of both, clause by clause, and terms that keep
within the meet keep within each. Limits never permit anything (clause 16).

Not done here: records that sign limits (`floors.py`, `policy.py`), reading TOML, texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from countersign.errors import BadInput
from countersign.people import IdentityLevel
from countersign.seal import canonical
from countersign.terms.benefit import Benefit
from countersign.terms.terms import Terms
from countersign.terms.typed import require_types
from countersign.terms.words import (
    Attribution,
    Audience,
    BenefitKind,
    Delivery,
    HandOffHours,
    Kind,
    Method,
    OnLeaving,
    Profile,
    Purpose,
    Representation,
    Source,
    read_word,
)


class Never(StrEnum):
    """What limits may forbid, each a toggle of terms."""

    TRAINING = "training"
    PERSONA = "persona"
    PUBLIC_RELEASE = "public-release"
    CROSS_BORDER = "cross-border"
    SENSITIVE = "sensitive"
    QUOTE_DOCUMENTS = "quote-documents"
    ZERO_BENEFIT = "zero-benefit"
    AFTER_LEAVING = "after-leaving"


class Always(StrEnum):
    """What limits may demand of every agreement."""

    NAMED = "named"
    REPRESENTED = "represented"
    COUNTERSIGNED = "countersigned"
    WORKING_HOURS = "working-hours"
    NOTICE = "notice"
    FULL_ASSESSMENT = "full-assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on terms. Sets and `…_at_most` bound from above, `…_at_least` from below.

    `benefits_at_least`: for each, the terms name a benefit of that kind, currency and period with
    at least that amount. `notice` and `full-assessment` in `always` are checked by `decide`.
    """

    purposes: frozenset[Purpose] | None = None
    audience: frozenset[Audience] | None = None
    sources: frozenset[Source] | None = None
    kinds: frozenset[Kind] | None = None
    deliveries: frozenset[Delivery] | None = None
    methods: frozenset[Method] | None = None
    models: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    endpoints: frozenset[str] | None = None
    term_days_at_most: int | None = None
    callers_at_most: int | None = None
    hand_offs_at_most: int | None = None
    cooling_off_hours_at_least: int | None = None
    profile_at_least: Profile | None = None
    identity_at_least: IdentityLevel | None = None
    benefits_at_least: tuple[Benefit, ...] = ()
    never: frozenset[Never] = frozenset()
    always: frozenset[Always] = frozenset()

    def __post_init__(self) -> None:
        """Keep of several benefits of one kind, currency and period the highest; refuse zero."""
        require_types(self)
        if any(b.kind is BenefitKind.ZERO for b in self.benefits_at_least):
            raise _bad("benefits_at_least", "Zero is no least benefit; `never` can forbid it.")
        highest: dict[tuple[str, str, str], Benefit] = {}
        for b in sorted(self.benefits_at_least):
            highest[b.kind, b.currency, b.period] = b  # sorted: the last one is the highest
        object.__setattr__(self, "benefits_at_least", tuple(sorted(highest.values())))

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value that is signed; what bounds nothing is left out."""
        kept = {f: getattr(self, f) for f in FIELDS}
        return {f: _plain(v) for f, v in kept.items() if v is not None and (v or f not in _LISTS)}

    def to_bytes(self) -> bytes:
        """Return the JCS bytes of `to_value`."""
        return canonical(self.to_value())

    @classmethod
    def from_value(cls, value: object) -> Limits:
        """Read what `to_value` writes and nothing else; raises `BadInput` naming the field."""
        if not isinstance(value, Mapping):
            raise _bad("limits", "It must be an object.")
        for field in value:
            if field not in FIELDS:
                raise _bad(str(field), "It could be a limit that this program does not keep.")
        made = cls(**{f: _read(f, value[f]) for f in FIELDS if f in value})
        if canonical(made.to_value()) != canonical(dict(value)):
            raise _bad("lists", "Lists are sorted and hold each word once.")
        return made


FIELDS = tuple(Limits.__dataclass_fields__)
_LISTS = ("benefits_at_least", "never", "always")  # empty bounds nothing; an empty set forbids all
_WORDS: dict[str, type[StrEnum]] = {
    "purposes": Purpose,
    "audience": Audience,
    "sources": Source,
    "kinds": Kind,
    "deliveries": Delivery,
    "methods": Method,
    "never": Never,
    "always": Always,
}
_WORD: dict[str, type[StrEnum]] = {
    "profile_at_least": Profile,
    "identity_at_least": IdentityLevel,
}


def _read(field: str, value: object) -> Any:
    if field in _WORD:
        return read_word(_WORD[field], value, field)
    if field.endswith("_at_most") or field == "cooling_off_hours_at_least":
        if type(value) is not int:
            raise _bad(field, "It must be a whole number.")
        return value
    if not isinstance(value, list):
        raise _bad(field, "It must be a list.")
    if field == "benefits_at_least":
        return tuple(Benefit.from_value(v) for v in value)
    if field in _WORDS:
        return frozenset(read_word(_WORDS[field], v, field) for v in value)
    if not all(isinstance(v, str) for v in value):
        raise _bad(field, "It must be a list of names.")
    return frozenset(value)


def meet(a: Limits, b: Limits) -> Limits:
    """Return the strictest of both, clause by clause: terms keep it if and only if they keep both."""
    return Limits(**{f: _stricter(f, getattr(a, f), getattr(b, f)) for f in FIELDS})


def _stricter(field: str, a: Any, b: Any) -> Any:
    if field == "benefits_at_least":
        return a + b
    if field in ("never", "always"):
        return a | b
    if a is None or b is None:
        return b if a is None else a
    if field in _WORD:
        return max(a, b, key=list(_WORD[field]).index)
    if field.endswith("_at_least"):
        return max(a, b)
    return min(a, b) if field.endswith("_at_most") else a & b


def limits_from_terms(terms: Terms) -> Limits:
    """Return the limits that say: at least what these terms gave (for terms made together)."""
    sets = {field: found(terms) for field, found in _SETS.items()}
    if terms.delivery is Delivery.FOLDER:  # served is the narrower of the two, so it keeps them too
        sets["deliveries"] = frozenset(Delivery)
    return Limits(
        **sets,
        term_days_at_most=terms.term_days,
        callers_at_most=terms.callers_at_most,
        hand_offs_at_most=terms.hand_offs_per_week,
        cooling_off_hours_at_least=terms.cooling_off_hours,
        profile_at_least=terms.profile,
        identity_at_least=terms.identity_at_least,
        benefits_at_least=tuple(b for b in terms.benefits if b.kind is not BenefitKind.ZERO),
        never=frozenset(n for n in Never if not _NEVER[n](terms)),
        always=frozenset(a for a in Always if a not in _BY_DECIDE and _ALWAYS[a](terms)),
    )


def _plain(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted(str(v) for v in value)
    if isinstance(value, tuple):
        return [b.to_value() for b in value]
    return value.value if isinstance(value, StrEnum) else value


def _bad(field: str, why: str) -> BadInput:
    return BadInput(
        f"limits: '{field[:40]}' cannot be read.",
        why=why,
        remedy="Fields: " + ", ".join(FIELDS) + ".",
    )


@dataclass(frozen=True, slots=True)
class Breach:
    """One limit that terms do not keep: the limit's field, the term's field, the word if it is one."""

    limit: str
    field: str
    word: str = ""


def breaches(terms: Terms, limits: Limits) -> tuple[Breach, ...]:
    """Return every limit that `terms` do not keep, in a fixed order; empty when they keep all."""
    return tuple(_breaches(terms, limits))


def _breaches(t: Terms, limits: Limits) -> Iterator[Breach]:
    yield from _above(t, limits)
    for least in limits.benefits_at_least:
        if not any(_covers(b, least) for b in t.benefits):
            yield Breach("benefits_at_least", "benefits", least.kind.value)
    for never in Never:
        if never in limits.never and _NEVER[never](t):
            yield Breach("never", _NEVER_TERM[never], never.value)
    for always in Always:
        if always in limits.always and not _ALWAYS[always](t):
            yield Breach("always", _ALWAYS_TERM[always], always.value)


def _above(t: Terms, limits: Limits) -> Iterator[Breach]:
    for field, found in _SETS.items():
        most = getattr(limits, field)
        if most is not None and not found(t) <= most:
            yield Breach(field, "region" if field == "regions" else _TERM.get(field, field))
    for field, keeps in _NUMBERS.items():
        bound = getattr(limits, field)
        if bound is not None and not keeps(t, bound):
            yield Breach(field, _TERM[field])


def _covers(b: Benefit, least: Benefit) -> bool:
    same = (b.kind, b.currency, b.period) == (least.kind, least.currency, least.period)
    return same and b.amount >= least.amount


PROFILES, LEVELS = tuple(Profile), tuple(IdentityLevel)
"""Both from the lightest to the heaviest."""

_SETS: dict[str, Callable[[Terms], frozenset[Any]]] = {
    "purposes": lambda t: t.purposes,
    "audience": lambda t: t.audience,
    "sources": lambda t: t.sources,
    "kinds": lambda t: t.kinds,
    "deliveries": lambda t: frozenset({t.delivery}),
    "methods": lambda t: t.methods,
    "models": lambda t: t.models,
    "regions": lambda t: frozenset({t.region}),
    "endpoints": lambda t: t.endpoints,
}
_NUMBERS: dict[str, Callable[[Terms, Any], bool]] = {
    "term_days_at_most": lambda t, n: t.term_days <= n,
    "callers_at_most": lambda t, n: t.callers_at_most <= n,
    "hand_offs_at_most": lambda t, n: t.hand_offs_per_week <= n,
    "cooling_off_hours_at_least": lambda t, n: t.cooling_off_hours >= n,
    "profile_at_least": lambda t, p: PROFILES.index(t.profile) >= PROFILES.index(p),
    "identity_at_least": lambda t, i: LEVELS.index(t.identity_at_least) >= LEVELS.index(i),
}
_TERM = {
    "deliveries": "delivery",
    "term_days_at_most": "term_days",
    "callers_at_most": "callers_at_most",
    "hand_offs_at_most": "hand_offs_per_week",
    "cooling_off_hours_at_least": "cooling_off_hours",
    "profile_at_least": "profile",
    "identity_at_least": "identity_at_least",
}
_NEVER: dict[Never, Callable[[Terms], bool]] = {
    Never.TRAINING: lambda t: t.training,
    Never.PERSONA: lambda t: t.persona,
    Never.PUBLIC_RELEASE: lambda t: t.public_release,
    Never.CROSS_BORDER: lambda t: t.cross_border,
    Never.SENSITIVE: lambda t: t.sensitive,
    Never.QUOTE_DOCUMENTS: lambda t: t.quote_documents,
    Never.ZERO_BENEFIT: lambda t: any(b.kind is BenefitKind.ZERO for b in t.benefits),
    Never.AFTER_LEAVING: lambda t: t.on_leaving is not OnLeaving.SUSPEND,
}
_NEVER_TERM = {n: n.value.replace("-", "_") for n in Never} | {
    Never.ZERO_BENEFIT: "benefits",
    Never.AFTER_LEAVING: "on_leaving",
}
_ALWAYS: dict[Always, Callable[[Terms], bool]] = {
    Always.NAMED: lambda t: t.attribution is Attribution.NAME,
    Always.REPRESENTED: lambda t: t.represented_by is not Representation.NONE,
    Always.COUNTERSIGNED: lambda t: t.countersigned,
    Always.WORKING_HOURS: lambda t: t.hand_off_hours is HandOffHours.WORKING_HOURS,
    Always.NOTICE: lambda _t: True,
    Always.FULL_ASSESSMENT: lambda _t: True,
}
_BY_DECIDE = frozenset({Always.NOTICE, Always.FULL_ASSESSMENT})
"""What terms cannot say, so that only `decide` can check it."""
_ALWAYS_TERM = {
    Always.NAMED: "attribution",
    Always.REPRESENTED: "represented_by",
    Always.COUNTERSIGNED: "countersigned",
    Always.WORKING_HOURS: "hand_off_hours",
    Always.NOTICE: "profile",
    Always.FULL_ASSESSMENT: "profile",
}
