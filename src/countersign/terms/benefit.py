# SPDX-License-Identifier: Apache-2.0
"""What the person receives: money in minor units, hours, or credit (clause 23)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from countersign.errors import BadInput
from countersign.terms.words import BenefitKind, Period, read_word

MONEY = frozenset(
    {BenefitKind.PER_USE, BenefitKind.FLAT, BenefitKind.POOL, BenefitKind.TRAINING_BUDGET}
)
HOURS = frozenset({BenefitKind.REVIEW_HOURS, BenefitKind.TIME_OFF})
_CURRENCY = re.compile(r"[A-Z]{3}")
_PLACES = dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF"), 0) | (
    dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
)
_MOST = 10**12  # far above any real amount, far below 2^53, beyond which JSON numbers differ


@dataclass(frozen=True, slots=True, order=True)
class Benefit:
    """One benefit: `amount` is minor units of `currency` for money, whole hours for hours, else 0.

    Raises `BadInput` where kind, amount, currency and period do not fit together.
    """

    kind: BenefitKind
    amount: int = 0
    currency: str = ""
    period: Period = Period.ONCE

    def __post_init__(self) -> None:
        """Check the amount, the currency and the period against the kind."""
        counted = self.kind in MONEY or self.kind in HOURS
        if counted != (self.amount > 0) or not 0 <= self.amount <= _MOST:
            raise _wrong(self.kind, "amount", "A positive amount, or 0 for credit and zero.")
        if bool(_CURRENCY.fullmatch(self.currency)) != (self.kind in MONEY) or (
            self.currency and self.kind not in MONEY
        ):
            raise _wrong(self.kind, "currency", "Three letters (ISO 4217) for money, else empty.")
        if (self.period is Period.USE) != (self.kind is BenefitKind.PER_USE):
            raise _wrong(
                self.kind, "period", "Pay per use falls due per use, and nothing else does."
            )

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value that is signed."""
        return {
            "kind": self.kind.value,
            "amount": self.amount,
            "currency": self.currency,
            "period": self.period.value,
        }

    @classmethod
    def from_value(cls, value: object) -> Benefit:
        """Read what `to_value` writes; raises `BadInput` for a missing, unknown or mistyped field."""
        if not isinstance(value, Mapping) or set(value) != {"kind", "amount", "currency", "period"}:
            raise _wrong("benefit", "fields", "Each benefit has kind, amount, currency, period.")
        kind = read_word(BenefitKind, value["kind"], "benefits.kind")
        amount, currency = value["amount"], value["currency"]
        if type(amount) is not int or not isinstance(currency, str):
            raise _wrong(
                kind, "amount", "A whole number of minor units or hours, never a fraction."
            )
        return cls(kind, amount, currency, read_word(Period, value["period"], "benefits.period"))


def money(amount: int, currency: str) -> str:
    """Return minor units as people read them: `CNY 3,000.00`, `JPY 3,000` (ISO 4217 exponents)."""
    places = _PLACES.get(currency, 2)
    whole, part = divmod(amount, 10**places)
    return f"{currency} {whole:,}" + (f".{part:0{places}d}" if places else "")


def minor_units(amount: Decimal, currency: str) -> int:
    """Return what people write as minor units, exactly; raises `BadInput` for a finer amount."""
    units = amount.scaleb(_PLACES.get(currency, 2))
    if units != int(units):
        raise BadInput(
            f"{currency} has no such small amounts.",
            why="Money is whole minor units, and nothing is rounded here.",
            remedy="Give at most as many decimals as the currency has.",
        )
    return int(units)


def _wrong(kind: str, field: str, rule: str) -> BadInput:
    return BadInput(
        f"benefits: the {field} of '{kind}' does not fit.",
        why=rule,
        remedy='For example {kind = "per-use", amount = 20, currency = "CNY", period = "use"}.',
    )
