# SPDX-License-Identifier: Apache-2.0
"""Cedar's answer to "is this act allowed?": a third program, in another language.

Rules of this wrapper, since Cedar leaves out a policy that fails and may then say Allow:
1. Allowed only if the decision is Allow *and* no error is reported; NoDecision is no.
2. The schema is always passed: with a missing, unknown or mistyped attribute there is no answer.
3. Every forbid is a condition of the permit too.
4. Policies are validated when they are read; a policy that does not fit the schema is an error.
5. Nobody who asks supplies policies: they are the three files beside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

import cedarpy

from countersign.terms import Request, Standing, Terms
from tests.terms.oracle.cedar.facts import (
    AGREEMENT,
    ASKER,
    NOTHING,
    Entity,
    Uid,
    agreement,
    asker,
    bounds,
    terms,
)

_HERE = Path(__file__).parent
SCHEMA = cedarpy.Schema.from_str((_HERE / "schema.cedarschema").read_text(encoding="utf-8"))
TEXT, _BOUNDS, WALLS = (
    (_HERE / f"{name}.cedar").read_text(encoding="utf-8")
    for name in ("agreement", "bounds", "walls")
)
TEXT += _BOUNDS
_CLAUSE = re.compile(r"^// (\d[^\n]*)\n(when \{.*?\}\n)(?=//|;)", re.MULTILINE | re.DOTALL)


def read_policies(text: str) -> cedarpy.PolicySet:
    """Return policies that fit the schema; raises `ValueError` for any that do not."""
    result = cedarpy.validate_policies(text, SCHEMA)
    if not result.validation_passed:
        raise ValueError("; ".join(str(error) for error in result.errors))
    return cedarpy.PolicySet.from_str(text)


def conditions() -> frozenset[str]:
    """Return the name above each clause: those of the evaluator's conditions, nothing else."""
    return frozenset(name for names, _ in _CLAUSE.findall(TEXT) for name in names.split(", "))


@cache
def without(name: str) -> cedarpy.PolicySet:
    """Return the permits with every clause of one condition taken out, and no walls beside."""
    kept = _CLAUSE.sub(lambda found: "" if name in found[1].split(", ") else found[0], TEXT)
    return read_policies(kept)


POLICIES = read_policies(TEXT + WALLS)


def allowed(
    request: Request,
    standing: Standing | None,
    now: datetime,
    *,
    policies: cedarpy.PolicySet = POLICIES,
) -> bool:
    """Tell whether Cedar answers each question of the case with Allow. Never raises."""
    try:
        act, who = str(request.act), asker(request, now)
        if standing is None or request.vault_of:
            return permitted(act, [NOTHING], read([who]), policies)
        known = _more(_terms(standing.terms), [who, agreement(standing)])
        if not permitted(act, [AGREEMENT], known, policies):
            return False
        limits = bounds(standing)
        about = [entity["uid"] for entity in limits]
        return not about or permitted(act, about, _more(known, limits), policies)
    except Exception:  # noqa: BLE001 - no facts, no question, no permit
        return False


def permitted(
    act: str, about: Sequence[Uid], known: cedarpy.Entities, policies: cedarpy.PolicySet
) -> bool:
    """Tell whether Cedar says Allow, without an error, to `act` about each of the entities."""
    questions = [
        {"principal": ASKER, "action": {"type": "Action", "id": act}, "resource": uid}
        for uid in about
    ]
    answers = cedarpy.is_authorized_batch(questions, policies, known, SCHEMA)
    return len(answers) == len(questions) and all(
        answer.decision is cedarpy.Decision.Allow and not answer.diagnostics.errors
        for answer in answers
    )


@lru_cache(maxsize=16)
def _terms(signed: Terms) -> cedarpy.Entities:
    return read([terms(signed)])


def read(known: Sequence[Entity]) -> cedarpy.Entities:
    """Parse entities against the schema; raises `ValueError` for what is missing or mistyped."""
    return cedarpy.Entities.from_json_str(json.dumps(list(known)), SCHEMA)


def _more(known: cedarpy.Entities, more: Sequence[Entity]) -> cedarpy.Entities:
    return known.with_added_json_str(json.dumps(list(more)), SCHEMA)
