# SPDX-License-Identifier: Apache-2.0
"""Terms from a few ticks: purposes, name, pay, place, leaving. What is not ticked is not granted."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from countersign.errors import BadInput
from countersign.terms.benefit import Benefit, minor_units
from countersign.terms.terms import Terms
from countersign.terms.words import (
    Attribution,
    Audience,
    BenefitKind,
    OnLeaving,
    Period,
    Profile,
    Purpose,
    read_word,
)

_PAY = re.compile(
    r"(?P<amount>\d{1,9}(?:\.\d{1,3})?) ?(?P<unit>[A-Za-z]{1,5})(?: ?(?:/|a|per) ?(?P<period>[a-z]+))?"
)
_DAYS_OF_MONTHS = {1: 30, 3: 90, 6: 180, 12: 365, 18: 545, 24: 730}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """What a person ticked; an empty field leaves what the base terms say.

    `name`: name, none, or another word for an alias. `pay`: texts like "2 h a month",
    "3000 CNY a month", "0.20 EUR per use", "credit", "zero". `audience`: team, company, client.
    `leaving`: suspend or continue. `months`: how long it holds, 1 to 24.
    """

    purposes: Collection[str] = ()
    name: str = ""
    pay: Collection[str] = ()
    audience: str = ""
    leaving: str = ""
    months: int = 0


def ticked(base: Terms, ticks: Ticks) -> Terms:
    """Return `base` with what was ticked; raises `BadInput` naming what cannot be."""
    given: dict[str, object] = {}
    if ticks.purposes:
        given["purposes"] = frozenset(read_word(Purpose, p, "purposes") for p in ticks.purposes)
    if ticks.name:
        given |= _name(ticks.name)
    if ticks.pay:
        given["benefits"] = tuple(read_pay(text) for text in ticks.pay)
        zero = any(text.strip() == BenefitKind.ZERO for text in ticks.pay)
        given["zero_chosen_by_person"] = zero
    if ticks.audience:
        given |= _audience(base, read_word(Audience, ticks.audience, "audience"))
    if ticks.leaving:
        given["on_leaving"] = read_word(OnLeaving, ticks.leaving, "leaving")
    if ticks.months:
        given["term_days"] = _days(ticks.months)
    return dataclasses.replace(base, **given)  # type: ignore[arg-type]


def _name(name: str) -> dict[str, object]:
    if name in (Attribution.NAME, Attribution.NONE):
        return {"attribution": Attribution(name), "alias": ""}
    return {"attribution": Attribution.PSEUDONYM, "alias": name}


_LEAST = {Audience.COMPANY: Profile.COMPANY, Audience.CLIENT: Profile.PUBLIC}
"""How much ceremony reaching so far needs at least."""


def _audience(base: Terms, audience: Audience) -> dict[str, object]:
    order = list(Profile)
    least = max(base.profile, _LEAST.get(audience, base.profile), key=order.index)
    return {"audience": frozenset({audience}), "profile": least}


def _days(months: int) -> int:
    if not 1 <= months <= 24:
        raise BadInput(
            "Terms hold 1 to 24 months.",
            why="Every grant ends after 24 months at the latest (clause 13).",
            remedy="For example --months 12.",
        )
    return _DAYS_OF_MONTHS.get(months) or round(months * 365 / 12)


def read_pay(text: str) -> Benefit:
    """Return the benefit that a short text names; raises `BadInput` with examples."""
    plain = text.strip()
    if plain in (BenefitKind.CREDIT, BenefitKind.ZERO):
        return Benefit(BenefitKind(plain))
    found = _PAY.fullmatch(plain)
    if found is None:
        raise _unclear()
    unit, period = found["unit"], found["period"] or "once"
    if unit in ("h", "hour", "hours"):
        if "." in found["amount"]:
            raise _unclear()
        when = read_word(Period, period, "pay")
        return Benefit(BenefitKind.REVIEW_HOURS, int(found["amount"]), "", when)
    currency = unit.upper()
    kind = BenefitKind.PER_USE if period == Period.USE else BenefitKind.FLAT
    amount = minor_units(Decimal(found["amount"]), currency)
    return Benefit(kind, amount, currency, read_word(Period, period, "pay"))


def _unclear() -> BadInput:
    return BadInput(
        "What you want in return cannot be read.",
        why="It is an amount, a currency or h for hours, and how often.",
        remedy='For example "2 h a month", "3000 CNY a month", "0.20 EUR per use", credit or zero.',
    )
