# SPDX-License-Identifier: Apache-2.0
"""A case as Cedar's entities: facts only, nothing decided.

What had to be done outside, because Cedar cannot:
- Ranks (profile, level of identity) become numbers, times become seconds since 1970.
- Words of closed sets are looked up: an unknown one has no facts, so there is no question.
- Names of parts such as "purpose:onboard" are split at the colon, since Cedar joins no texts.
- Cedar has no "for each": each bound, and each benefit that a bound demands, is an entity of its own
  and a question of its own, and the act is allowed if every question is answered with Allow. Whether
  a bound is in force, and every comparison, Cedar decides.
- Of several benefits of one kind, currency and period the highest amount stands for all.
- Where `vault_of` is said, only the request goes in: nothing else matters then.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from countersign.terms import (
    Assessment,
    Attribution,
    Benefit,
    Bound,
    BoundBy,
    Delivery,
    HandOffHours,
    Limits,
    OnLeaving,
    Representation,
    Request,
    Standing,
    State,
    Terms,
)
from tests.terms.oracle.limits import LEVELS, PROFILES

Uid = dict[str, str]
Entity = dict[str, Any]
NOTHING: Uid = {"type": "Nothing", "id": "nothing"}
ASKER: Uid = {"type": "Asker", "id": "asker"}
TERMS: Uid = {"type": "Terms", "id": "terms"}
AGREEMENT: Uid = {"type": "Agreement", "id": "agreement"}
_START = datetime(1970, 1, 1, tzinfo=UTC)
_GROUPS = {
    "purpose": "purposes",
    "audience": "audiences",
    "source": "sources",
    "claim": "claims",
    "topic": "topics",
}
_SETS = ("purposes", "audience", "sources", "kinds", "methods", "models", "endpoints")
_LIMIT_SETS = (*_SETS, "deliveries", "regions")
_LIMIT_NUMBERS = (
    *("term_days_at_most", "callers_at_most", "hand_offs_at_most"),
    "cooling_off_hours_at_least",
)


def asker(request: Request, now: datetime) -> Entity:
    """Return who asks: everything that the request says, and the time."""
    texts = ("actor", "party", "purpose", "audience", "delivery", "region", "endpoint", "vault_of")
    facts = {field: getattr(request, field) for field in (*texts, "callers")}
    for field in ("kinds", "sources", "methods", "models", "claims", "topics"):
        facts[field] = _listed(getattr(request, field))
    for field in ("training", "persona", "sensitive", "cross_border"):
        facts[field] = getattr(request, field)
    attrs = {_camel(field): value for field, value in facts.items()} | {"now": _seconds(now)}
    return {"uid": ASKER, "attrs": attrs, "parents": []}


def agreement(s: Standing) -> Entity:
    """Return the agreement as it stands, without its bounds."""
    attrs: dict[str, Any] = {
        "terms": {"__entity": TERMS},
        "missing": list(s.missing),
        "signed": _parts(s.items),
        "takenBack": _parts(s.withdrawn),
        "state": State(s.state).value,
        "assessment": Assessment(s.assessment).value,
        "personLevel": LEVELS.index(s.person_level),
    }
    for field in ("person", "party", "undertaken", "represented", "noticed"):
        attrs[field] = getattr(s, field)
    for field in ("starts", "expires"):
        attrs[field] = _seconds(getattr(s, field))
    for field in ("signed_at", "left_at", "transferred_at", "incapable_at", "persona_until"):
        moment = getattr(s, field)
        if moment is not None:
            attrs[_camel(field)] = _seconds(moment)
    if s.processing is not None:
        fields = ("purposes", "methods", "kinds", "audience", "models")
        attrs["processing"] = {f: _listed(getattr(s.processing, f)) for f in fields}
    return {"uid": AGREEMENT, "attrs": attrs, "parents": []}


def bounds(standing: Standing) -> list[Entity]:
    """Return the bounds of an agreement and each benefit that they demand."""
    made: list[Entity] = []
    for number, bound in enumerate(standing.bounds):
        uid = {"type": "Bound", "id": f"bound {number}"}
        made.append({"uid": uid, "attrs": _bound(bound), "parents": []})
        for place, least in enumerate(bound.limits.benefits_at_least):
            attrs = {"bound": {"__entity": uid}, "key": _key(least), "amount": least.amount}
            name = {"type": "Least", "id": f"least {number} {place}"}
            made.append({"uid": name, "attrs": attrs, "parents": []})
    return made


def terms(t: Terms) -> Entity:
    """Return the terms of an agreement."""
    plain = (
        *(
            "region",
            "countersigned",
            "zero_chosen_by_person",
            "cooling_off_chosen_by_person",
            "training",
        ),
        *("persona", "public_release", "cross_border", "sensitive", "quote_documents"),
        *("term_days", "callers_at_most", "hand_offs_per_week", "cooling_off_hours"),
    )
    attrs = {
        "version": t.v,
        "benefitKinds": [b.kind for b in t.benefits],
        "profile": PROFILES.index(t.profile),
        "identityAtLeast": LEVELS.index(t.identity_at_least),
        **{field: _listed(getattr(t, field)) for field in _SETS},
        **{_camel(field): getattr(t, field) for field in plain},
        "delivery": Delivery(t.delivery).value,
        "attribution": Attribution(t.attribution).value,
        "onLeaving": OnLeaving(t.on_leaving).value,
        "handOffHours": HandOffHours(t.hand_off_hours).value,
        "representedBy": Representation(t.represented_by).value,
    }
    tags: dict[str, int] = {}
    for benefit in t.benefits:
        tags[_key(benefit)] = max(benefit.amount, tags.get(_key(benefit), 0))
    return {"uid": TERMS, "attrs": attrs, "parents": [], "tags": tags}


def _bound(bound: Bound) -> dict[str, Any]:
    attrs: dict[str, Any] = {
        "agreement": {"__entity": AGREEMENT},
        "by": BoundBy(bound.by).value,
        "since": _seconds(bound.since),
        "limits": _limits(bound.limits),
    }
    if bound.until is not None:
        attrs["until"] = _seconds(bound.until)
    return attrs


def _limits(limits: Limits) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "never": _listed(limits.never),
        "always": _listed(limits.always),
    }
    for field in _LIMIT_SETS:
        words = getattr(limits, field)
        if words is not None:
            facts[field] = _listed(words)
    for field in _LIMIT_NUMBERS:
        number = getattr(limits, field)
        if number is not None:
            facts[_camel(field)] = number
    if limits.profile_at_least is not None:
        facts["profileAtLeast"] = PROFILES.index(limits.profile_at_least)
    if limits.identity_at_least is not None:
        facts["identityAtLeast"] = LEVELS.index(limits.identity_at_least)
    return facts


def _parts(names: Set[str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {group: [] for group in ("items", *_GROUPS.values())}
    for name in _listed(names):
        group, colon, word = name.partition(":")
        if colon and group in _GROUPS:
            parts[_GROUPS[group]].append(word)
        else:
            parts["items"].append(name)
    return parts


def _listed(words: object) -> list[str]:
    """Return a set as a list; a text is no set of its letters: raises `TypeError`."""
    if not isinstance(words, Set):
        raise TypeError("not a set")
    return list(words)


def _key(benefit: Benefit) -> str:
    return f"{benefit.kind}|{benefit.currency}|{benefit.period}"


def _seconds(moment: datetime) -> int:
    return (moment - _START) // timedelta(seconds=1)


@cache
def _camel(field: str) -> str:
    head, *rest = field.split("_")
    return head + "".join(word.capitalize() for word in rest)
