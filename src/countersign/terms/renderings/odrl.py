# SPDX-License-Identifier: Apache-2.0
"""The terms as an ODRL 2.2 Agreement, under a small profile of our own. A document, not the engine.

`conflict: prohibit` stands in every policy: ODRL's default voids the whole policy on a clash.
Source: W3C ODRL Information Model 2.2. What a permission needs to hold is in its constraints; what
is never granted stands as a prohibition of its own; a floor is inherited from. The profile's words
are in `odrl-profile.ttl`; `decide` alone decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from countersign.clock import to_text
from countersign.terms.benefit import MONEY, Benefit
from countersign.terms.renderings.facts import Recorded, require_given
from countersign.terms.renderings.names import ID, PROFILE, word
from countersign.terms.renderings.packaged import context
from countersign.terms.standing import BoundBy
from countersign.terms.words import NEVER, Attribution, BenefitKind, Delivery, Item, Purpose


def odrl_agreement(r: Recorded, *, now: datetime) -> dict[str, Any]:
    """Return the agreement as an ODRL 2.2 JSON-LD object: what is ticked is permitted, no more.

    Raises `NotFound` where the person has signed nothing.
    """
    require_given(r)
    s = r.standing
    policy = {
        "@context": context("odrl"),
        "type": "odrl:Agreement",
        "uid": _id(s.agreement),
        "profile": PROFILE,
        "conflict": "odrl:prohibit",
        "dct:created": to_text(now),
        "dct:source": [f"id:grant-{s.grant}", f"id:agreement-{s.agreement}"],
        "permission": [_permission(r, p) for p in r.purposes],
        "prohibition": [_rule(r, action) for action in _prohibited(r)],
        "obligation": list(_obligations(r)),
    }
    floors = [f"id:floor-{b.name}" for b in s.bounds if b.by is not BoundBy.POLICY]
    return policy | ({"inheritFrom": floors} if floors else {})


def _permission(r: Recorded, purpose: Purpose) -> dict[str, Any]:
    action = "cs-odrl:train" if purpose is Purpose.TRAIN_MODELS else "cs-odrl:serve"
    made = _rule(r, action) | {"constraint": list(_constraints(r, purpose))}
    duties = list(_duties(r))
    return made | ({"duty": duties} if duties else {})


def _rule(r: Recorded, action: str) -> dict[str, Any]:
    s = r.standing
    return {
        "target": f"id:claims-of-{s.agreement}",
        "assigner": _id(s.person),
        "assignee": _id(s.party),
        "action": action,
    }


def _constraints(r: Recorded, purpose: Purpose) -> Iterator[dict[str, Any]]:
    s, t = r.standing, r.standing.terms
    yield _constraint("odrl:purpose", "odrl:eq", {"@id": word(purpose)})
    yield _among("cs-odrl:audience", (word(a) for a in t.audience if s.ticked(a)))
    yield _constraint("odrl:dateTime", "odrl:gteq", _time(s.starts))
    yield _constraint("odrl:dateTime", "odrl:lt", _time(s.expires))
    yield _constraint("cs-odrl:grantState", "odrl:eq", {"@id": "cs:state-in-force"})
    yield _constraint("cs-odrl:region", "odrl:eq", t.region)
    if t.endpoints:
        yield _constraint("cs-odrl:modelEndpoint", "odrl:isAnyOf", sorted(t.endpoints))
    else:
        yield _constraint("cs-odrl:modelEndpoint", "odrl:eq", "none")
    yield _constraint("cs-odrl:delivery", "odrl:eq", {"@id": f"cs:delivery-{t.delivery.value}"})
    yield _constraint("cs-odrl:callers", "odrl:lteq", t.callers_at_most)


def _among(operand: str, words: Iterable[str]) -> dict[str, Any]:
    return _constraint(operand, "odrl:isAnyOf", [{"@id": w} for w in sorted(words)])


def _constraint(operand: str, operator: str, value: Any) -> dict[str, Any]:
    return {
        "type": "odrl:Constraint",
        "leftOperand": operand,
        "operator": operator,
        "rightOperand": value,
    }


def _time(at: datetime) -> dict[str, str]:
    return {"@value": to_text(at), "@type": "xsd:dateTime"}


def _duties(r: Recorded) -> Iterator[dict[str, Any]]:
    t = r.standing.terms
    if t.attribution is not Attribution.NONE:
        yield {"action": "odrl:attribute"}
    for benefit in t.benefits:
        if benefit.kind is BenefitKind.PER_USE:
            yield _pay(benefit)
    yield {"action": "cs-odrl:say-it-is-ai"}


def _obligations(r: Recorded) -> Iterator[dict[str, Any]]:
    """Yield what the party owes beside any one use: its benefits, and erasure at the end."""
    parties = {"assigner": _id(r.standing.person), "assignee": _id(r.standing.party)}
    for benefit in r.standing.terms.benefits:
        if benefit.kind in (BenefitKind.CREDIT, BenefitKind.ZERO, BenefitKind.PER_USE):
            continue
        yield parties | _pay(benefit)
    ended = _constraint("cs-odrl:grantState", "odrl:eq", {"@id": "cs:state-withdrawn"})
    target = f"id:claims-of-{r.standing.agreement}"
    yield parties | {"action": "odrl:delete", "target": target, "constraint": [ended]}


def _pay(b: Benefit) -> dict[str, Any]:
    """Return the duty to give one benefit; money in minor units of its currency."""
    due = [_constraint("cs-odrl:duePer", "odrl:eq", {"@id": f"cs:period-{b.period.value}"})]
    if b.kind in MONEY:
        amount = _constraint("odrl:payAmount", "odrl:eq", b.amount)
        unit = {"unit": f"cs:currency-minor-{b.currency}"}
        return {"action": "odrl:compensate", "constraint": [amount | unit, *due]}
    hours = _constraint("cs-odrl:hours", "odrl:eq", b.amount)
    return {"action": f"cs-odrl:give-{b.kind.value}", "constraint": [hours, *due]}


def _prohibited(r: Recorded) -> Iterator[str]:
    """Yield what is forbidden: always what nobody can grant, else what was not signed on its own."""
    s = r.standing
    yield from (f"cs-odrl:{name}" for name in NEVER)
    if s.persona_until is None:
        yield "cs-odrl:imitate-style"
    if Purpose.TRAIN_MODELS not in r.purposes or not s.holds(Item.TRAINING):
        yield "cs-odrl:train"
    if not s.holds(Item.PUBLIC_RELEASE):
        yield "cs-odrl:publish"
    if s.terms.delivery is not Delivery.FOLDER:
        yield "odrl:distribute"
    yield "cs-odrl:disclose-evidence"
    yield "odrl:sell"


def _id(id: str) -> str:
    return f"{ID}{id}"
