# SPDX-License-Identifier: Apache-2.0
"""What a counter-offer changes, as people read it: grouped, and each change marked by its direction.

The direction is told from the person's side: `wider` gives more away, `narrower` less; `more` and
`less` speak of what they get. What cannot be ordered is `other`, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from countersign.terms.benefit import Benefit
from countersign.terms.diff import NAMES, diff, shown
from countersign.terms.terms import Terms
from countersign.terms.text.meanings import listed
from countersign.terms.words import (
    BenefitKind,
    Delivery,
    Gap,
    HandOffHours,
    OnLeaving,
    Successor,
)


class Direction(StrEnum):
    """Which way a change goes for the person."""

    WIDER = "wider"
    NARROWER = "narrower"
    MORE = "more"
    LESS = "less"
    OTHER = "other"


MARKS: dict[Direction, tuple[str, str, str]] = {
    Direction.WIDER: ("▲", "wider", "更宽"),
    Direction.NARROWER: ("▽", "narrower", "更窄"),
    Direction.MORE: ("+", "more for me", "我得更多"),
    Direction.LESS: ("−", "less for me", "我得更少"),
    Direction.OTHER: ("·", "different", "不同"),
}
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Use",
        "使用",
        (
            "purposes",
            "audience",
            "callers_at_most",
            "delivery",
            "training",
            "persona",
            "public_release",
        ),
    ),
    (
        "What it is made of",
        "内容",
        ("sources", "kinds", "methods", "endpoints", "models", "quote_documents", "sensitive"),
    ),
    ("Place", "地点", ("region", "cross_border")),
    (
        "Time",
        "时间",
        ("term_days", "starts", "cooling_off_hours", "cooling_off_chosen_by_person", "on_leaving"),
    ),
    ("In return", "回报", ("benefits", "zero_chosen_by_person", "take_along")),
)
_REST = ("My name and who stands beside me", "署名与陪同")
_ORDERED: dict[str, tuple[Any, ...]] = {
    "delivery": (Delivery.SERVED, Delivery.FOLDER),
    "on_leaving": (OnLeaving.SUSPEND, OnLeaving.CONTINUE),
    "gap": (Gap.NEUTRAL, Gap.TOPIC, Gap.NAMED),
    "hand_off_hours": (HandOffHours.WORKING_HOURS, HandOffHours.ANY_TIME),
    "successor": (Successor.ENDS, Successor.ASKS_ANEW),
}
"""Words from the narrowest to the widest."""
_GROWS = frozenset({"term_days", "hand_offs_per_week", "callers_at_most"})
_SHRINKS = frozenset({"cooling_off_hours", "countersigned"})


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field in words: its group, what it was and would be, and which way it goes."""

    field: str
    direction: Direction
    group_en: str
    group_zh: str
    en: str
    zh: str


def changes(old: Terms, new: Terms) -> tuple[Change, ...]:
    """Return what `new` changes in `old`, group by group; empty for equal terms."""
    found = [_change(d.field, old, new) for d in diff(old, new)]
    order = [group for group, _, _ in GROUPS] + [_REST[0]]
    return tuple(sorted(found, key=lambda change: order.index(change.group_en)))


def _change(field: str, old: Terms, new: Terms) -> Change:
    group = next(((en, zh) for en, zh, fields in GROUPS if field in fields), _REST)
    words = (_words(field, old, new, lang) for lang in ("en", "zh"))
    return Change(field, direction(field, old, new), *group, *words)


def direction(field: str, old: Terms, new: Terms) -> Direction:
    """Return which way a field that differs goes for the person."""
    was, now = getattr(old, field), getattr(new, field)
    if field == "benefits":
        return _benefits(was, now)
    if field == "take_along":
        return _sets(was, now, Direction.MORE, Direction.LESS)
    if field == "zero_chosen_by_person":
        return Direction.LESS if now else Direction.MORE
    if isinstance(was, frozenset):
        return _sets(was, now, Direction.WIDER, Direction.NARROWER)
    if field in _ORDERED:
        return _up(_ORDERED[field].index(was) < _ORDERED[field].index(now))
    if field in _GROWS or (isinstance(was, bool) and field not in _SHRINKS):
        return _up(was < now)
    return _up(was > now) if field in _SHRINKS else Direction.OTHER


def _up(wider: bool) -> Direction:
    return Direction.WIDER if wider else Direction.NARROWER


def _sets(was: Any, now: Any, grown: Direction, shrunk: Direction) -> Direction:
    if was < now:
        return grown
    return shrunk if now < was else Direction.OTHER


def _benefits(was: Iterable[Benefit], now: Iterable[Benefit]) -> Direction:
    old, new = _real(was), _real(now)
    if _covers(new, old):
        return Direction.MORE
    return Direction.LESS if _covers(old, new) else Direction.OTHER


def _real(benefits: Iterable[Benefit]) -> list[Benefit]:
    return [b for b in benefits if b.kind is not BenefitKind.ZERO]


def _covers(much: list[Benefit], little: list[Benefit]) -> bool:
    return all(any(_alike(m, b) and m.amount >= b.amount for m in much) for b in little)


def _alike(one: Benefit, other: Benefit) -> bool:
    return (one.kind, one.currency, one.period) == (other.kind, other.currency, other.period)


def _words(field: str, old: Terms, new: Terms, lang: str) -> str:
    zh = lang == "zh"
    name, colon = NAMES[field][zh], "：" if zh else ": "
    was, now = getattr(old, field), getattr(new, field)
    if not isinstance(was, frozenset) or field in ("endpoints", "models"):
        return f"{name}{colon}{shown(field, old, lang)} → {shown(field, new, lang)}"
    parts = []
    if gone := was - now:
        parts.append(f"{'去掉' if zh else 'without '}{listed(gone, lang)}")
    if added := now - was:
        parts.append(f"{'加上' if zh else 'plus '}{listed(added, lang)}")
    return f"{name}{colon}{('；' if zh else '; ').join(parts)}"


def render_changes(found: Iterable[Change], lang: str) -> str:
    """Return changes as lines of text under their groups; one line says so where there are none."""
    zh = lang == "zh"
    lines: list[str] = []
    group = ""
    for change in found:
        name = change.group_zh if zh else change.group_en
        if name != group:
            lines.append(name)
            group = name
        mark, said_en, said_zh = MARKS[change.direction]
        said = f"（{said_zh}）" if zh else f"  ({said_en})"
        lines.append(f"  {mark} {change.zh if zh else change.en}{said}")
    return "\n".join(lines) or ("没有差别。" if zh else "No difference.")
