# SPDX-License-Identifier: Apache-2.0
"""What terms are told that fall below a floor: which clause, what is wanted, found, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from countersign.errors import NotAllowed
from countersign.terms.benefit import Benefit
from countersign.terms.diff import shown
from countersign.terms.limits import Always, Breach, Limits, Never, breaches
from countersign.terms.standing import Bound, BoundBy
from countersign.terms.terms import Terms
from countersign.terms.text.limit_lines import LANGS, limit_lines
from countersign.terms.text.meanings import listed, named

_MEND: dict[str, tuple[str, str, str]] = {
    "sets": ("Take out what is more.", "去掉超出的部分。", "Streichen, was darüber hinausgeht."),
    "at_most": ("Lower it.", "调低。", "Herabsetzen."),
    "at_least": ("Raise it.", "调高。", "Heraufsetzen."),
    "benefits_at_least": (
        "Name at least this in return.",
        "回报不低于此项。",
        "Mindestens diese Gegenleistung nennen.",
    ),
    "never": ("Leave it off.", "保持关闭。", "Ausgeschaltet lassen."),
    "always": ("Turn it on.", "予以开启。", "Einschalten."),
}
_WHO = {
    BoundBy.FLOOR: ("the floor", "集体约定的底线", "die Mindestbedingung"),
    BoundBy.TOGETHER: ("the terms made together", "一起谈定的条款", "die gemeinsamen Bedingungen"),
    BoundBy.POLICY: ("the company's policy", "公司政策", "die Unternehmensregel"),
}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One clause below a floor, in `en`, `zh` and `de` (in this order in each tuple).

    `field` is the term's field, `by` and `name` say whose limits they are and by which record.
    """

    by: BoundBy
    name: str
    field: str
    found: tuple[str, str, str]
    wanted: tuple[str, str, str]
    remedy: tuple[str, str, str]

    def line(self, lang: str) -> str:
        """Return it as one line in `en`, `zh` or `de`."""
        at = LANGS.index(lang)
        found, wanted, remedy = self.found[at], self.wanted[at], self.remedy[at]
        who = _WHO[self.by][at]
        if lang == "zh":
            return f"{self.field}（{found}）低于{who}：{wanted}{remedy}"
        if lang == "de":
            return f"{self.field} ({found}) unterschreitet {who}: {wanted} {remedy}"
        return f"{self.field} ({found}) is below {who}: {wanted} {remedy}"


def shortfalls(terms: Terms, bounds: Iterable[Bound]) -> tuple[Shortfall, ...]:
    """Return each clause of `terms` that is below one of `bounds`, empty when all are kept."""
    return tuple(_told(terms, bound, b) for bound in bounds for b in breaches(terms, bound.limits))


def refuse_below(terms: Terms, bounds: Iterable[Bound], *, times: Iterable[datetime]) -> None:
    """Raise `NotAllowed`, naming each clause and how to mend it, for terms below a floor (clause 16).

    A floor counts if it is in force at one of `times`. A policy does not hinder signing: what it
    forbids is refused request by request.
    """
    at = list(times)
    binding = [
        b for b in bounds if b.by is not BoundBy.POLICY and any(b.holds(time) for time in at)
    ]
    found = shortfalls(terms, binding)
    if found:
        raise BelowFloor(found)


class BelowFloor(NotAllowed):
    """Terms below a floor; `found` names each clause, `zh` says the same in Chinese."""

    def __init__(self, found: tuple[Shortfall, ...]) -> None:
        fields = ", ".join(dict.fromkeys(f.field for f in found))
        super().__init__(
            f"These terms are below what was agreed together: {fields}.",
            why="Nobody can offer or sign less than a floor that binds both sides (clause 16).",
            remedy=" ".join(f.line("en") for f in found),
        )
        self.found = found
        self.zh = f"条款低于集体约定的底线：{fields}。" + "".join(f.line("zh") for f in found)


def _told(terms: Terms, bound: Bound, breach: Breach) -> Shortfall:
    said = [limit_lines(_alone(bound.limits, breach), lang) for lang in LANGS]
    return Shortfall(
        by=bound.by,
        name=bound.name,
        field=breach.field,
        found=(
            shown(breach.field, terms, "en"),
            shown(breach.field, terms, "zh"),
            _in_german(getattr(terms, breach.field)),
        ),
        wanted=(said[0][0], said[1][0], said[2][0]),
        remedy=_MEND[_way(breach.limit)],
    )


def _in_german(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    words = [value] if isinstance(value, StrEnum) else value
    if isinstance(words, list | frozenset) and all(isinstance(w, StrEnum) for w in words):
        return listed(words, "de") or "keine"
    if isinstance(words, tuple):  # benefits
        return ", ".join(named(b.kind, "de") for b in words) or "keine"
    return ", ".join(sorted(words)) if isinstance(words, frozenset) else str(value)


def _way(limit: str) -> str:
    if limit in _MEND:
        return limit
    return next((way for way in ("at_most", "at_least") if limit.endswith(way)), "sets")


def _alone(limits: Limits, breach: Breach) -> Limits:
    """Return limits that say nothing but the one that was not kept."""
    value: Any = getattr(limits, breach.limit)
    if breach.limit == "benefits_at_least":
        value = tuple(b for b in limits.benefits_at_least if _is(b, breach.word))
    elif breach.limit == "never":
        value = frozenset({Never(breach.word)})
    elif breach.limit == "always":
        value = frozenset({Always(breach.word)})
    return Limits(**{breach.limit: value})


def _is(benefit: Benefit, word: str) -> bool:
    return benefit.kind.value == word
