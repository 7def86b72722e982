# SPDX-License-Identifier: Apache-2.0
"""What changed between two terms, field by field, in words that people read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from countersign.clock import to_text
from countersign.terms.card import benefits_text
from countersign.terms.terms import FIELDS, VERSION, Terms
from countersign.terms.text.meanings import listed, meaning

NAMES: dict[str, tuple[str, str]] = {
    "purposes": ("Purposes", "用途"),
    "audience": ("Who may use it", "使用范围"),
    "sources": ("Sources", "来源"),
    "kinds": ("Kinds of claims", "条目类别"),
    "delivery": ("Delivery", "交付方式"),
    "attribution": ("Name", "署名"),
    "alias": ("Alias", "化名"),
    "benefits": ("Benefits", "回报"),
    "zero_chosen_by_person": ("Zero chosen by the person", "本人自选零回报"),
    "region": ("Region", "地点"),
    "endpoints": ("Remote models", "远程模型"),
    "term_days": ("Days", "天数"),
    "starts": ("Starts", "起始"),
    "cooling_off_hours": ("Cooling-off hours", "冷静期小时"),
    "cooling_off_chosen_by_person": ("Shorter time chosen by the person", "本人自选更短冷静期"),
    "on_leaving": ("On leaving", "离职时"),
    "gap": ("Gaps shown", "空缺显示"),
    "hand_offs_per_week": ("Questions a week", "每周转问"),
    "callers_at_most": ("Callers at most", "使用者上限"),
    "training": ("Training of models", "训练模型"),
    "persona": ("Persona", "人格"),
    "public_release": ("Release to everyone", "公开发布"),
    "cross_border": ("Crossing a border", "跨境"),
    "sensitive": ("Sensitive matters", "敏感信息"),
    "quote_documents": ("Quoting documents", "引用文档"),
    "profile": ("Profile", "手续"),
    "methods": ("How words are worked on", "处理方式"),
    "models": ("Families of models", "模型系列"),
    "successor": ("If the party passes to another", "相对方变更时"),
    "delegate": ("Who decides if I cannot", "受托人"),
    "take_along": ("What I take along", "可带走"),
    "hand_off_hours": ("When I may be asked", "转问时段"),
    "represented_by": ("Who stands beside me", "陪同代表"),
    "representative": ("My representative", "我的代表"),
    "countersigned": ("Representative signs too", "代表会签"),
    "identity_at_least": ("Identity shown at least", "身份证明至少"),
}
"""What each field is called, en and zh."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs: its name, the values as they are signed, and one line in en and zh."""

    field: str
    old: Any
    new: Any
    en: str
    zh: str


def diff(old: Terms, new: Terms) -> list[Difference]:
    """Return what differs from `old` to `new`, in the order of the fields; empty for equal terms."""
    before, after = replace(old, v=VERSION).to_value(), replace(new, v=VERSION).to_value()
    values = zip(FIELDS, list(before.values())[1:], list(after.values())[1:], strict=True)
    return [
        Difference(field, was, now, _line(field, old, new, "en"), _line(field, old, new, "zh"))
        for field, was, now in values
        if was != now
    ]


def _line(field: str, old: Terms, new: Terms, lang: str) -> str:
    name = NAMES[field][lang == "zh"]
    colon, arrow = ("：" if lang == "zh" else ": "), " → "
    return f"{name}{colon}{shown(field, old, lang)}{arrow}{shown(field, new, lang)}"


def shown(field: str, terms: Terms, lang: str) -> str:
    """Return one field's value as people read it in `lang`."""
    value, zh = getattr(terms, field), lang == "zh"
    if field == "benefits":
        return benefits_text(terms, lang) or ("无" if zh else "none")
    if field == "starts":
        return to_text(value) if value else ("要约之日" if zh else "with the offer")
    if field in ("endpoints", "models"):
        return ", ".join(sorted(value)) or ("无" if zh else "none")
    if isinstance(value, frozenset):
        return listed(value, lang)
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if isinstance(value, StrEnum):
        return meaning(value).name_zh if zh else meaning(value).name_en
    return str(value) or ("无" if zh else "none")
