# SPDX-License-Identifier: Apache-2.0
"""A second program for "is this act allowed?", written from docs/reference/deciding.md alone.

Whoever wrote it had not seen `decide`. It reads fields and calls no method of a value: own
comparison of limits, own items and ticks, own times. Each sentence of the page is one condition
with a name, "4 left" for the third part of rule 4, so that one can be left out to show that the
comparison with `decide` would notice it.

What cannot be read is refused before anything else is asked (`readable.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from countersign.terms import Request, Standing
from tests.terms.oracle.readable import readable_request, readable_standing
from tests.terms.oracle.rules import AGREEMENT, VAULT


def allowed(
    request: Request,
    standing: Standing | None,
    now: datetime,
    *,
    without: Collection[str] = (),
) -> bool:
    """Tell whether every condition holds, those named in `without` aside. Never raises."""
    try:
        if not readable_request(request, now):
            return False
        if request.vault_of != "":
            return all(ok(request) for name, ok in VAULT.items() if name not in without)
        if standing is None or not readable_standing(standing):
            return False
        return all(
            ok(request, standing, now) for name, ok in AGREEMENT.items() if name not in without
        )
    except Exception:  # noqa: BLE001 - doubt is refused, whatever it is (clause 33)
        return False


def failing(request: Request, standing: Standing | None, now: datetime) -> tuple[str, ...]:
    """Return the names of all conditions that fail, in the page's order; empty for a permit.

    Of values that cannot be read, or where no agreement stands, this says only that, under "-".
    """
    if not readable_request(request, now):
        return ("- unreadable",)
    if request.vault_of != "":
        return tuple(name for name, ok in VAULT.items() if not ok(request))
    if standing is None:
        return ("- no agreement",)
    if not readable_standing(standing):
        return ("- unreadable",)
    return tuple(name for name, ok in AGREEMENT.items() if not ok(request, standing, now))


def rule(name: str) -> str:
    """Return the rule of the page that a condition's name belongs to: "4" for "4 left"."""
    return name.split(" ")[0]


RULES = tuple(dict.fromkeys(rule(name) for name in (*VAULT, *AGREEMENT)))
CONDITIONS = (*VAULT, *AGREEMENT)
"""Every rule and every condition, in the page's order."""

IMPLIED = {
    "9 never": "no terms can name such a purpose, so 9 purpose refuses as well",
    "13 persona served": "terms with a persona are served, so 11 or 16 refuses as well",
}
"""Conditions that are never the only reason, since another says the same of all terms there are."""
