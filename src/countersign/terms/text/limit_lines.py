# SPDX-License-Identifier: Apache-2.0
"""Limits in words: what a floor or a company's promise allows at most, at least, never and always."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from countersign.errors import BadInput
from countersign.terms.benefit import HOURS, MONEY, Benefit, money
from countersign.terms.limits import Always, Limits, Never
from countersign.terms.terms import HERE
from countersign.terms.text.meanings import listed, named
from countersign.terms.words import Period

LANGS = ("en", "zh", "de")

_SETS = {
    "purposes": ("Purposes: at most {}.", "用途：至多为{}。", "Zwecke: höchstens {}."),
    "audience": ("Audience: at most {}.", "使用范围：至多为{}。", "Nutzerkreis: höchstens {}."),
    "sources": ("Sources: at most {}.", "来源：至多为{}。", "Quellen: höchstens {}."),
    "kinds": (
        "Kinds of text: at most {}.",
        "内容类别：至多为{}。",
        "Arten von Texten: höchstens {}.",
    ),
    "deliveries": ("Delivery: only {}.", "提供方式：仅限{}。", "Bereitstellung: nur {}."),
    "methods": ("Drafted only: {}.", "起草方式：仅限{}。", "Erstellung: nur {}."),
    "models": (
        "Families of models: at most {}.",
        "模型系列：至多为{}。",
        "Modellfamilien: höchstens {}.",
    ),
    "regions": (
        "Kept and served only from: {}.",
        "存放和提供地点：仅限{}。",
        "Speicherung und Bereitstellung nur in: {}.",
    ),
    "endpoints": (
        "Remote models that may see texts: at most {}.",
        "可接触文字的远程模型：至多为{}。",
        "Entfernte Modelle, die Texte sehen dürfen: höchstens {}.",
    ),
}
_NUMBERS = {
    "term_days_at_most": (
        "No agreement lasts longer than {} days.",
        "任何协议的期限不超过 {} 天。",
        "Keine Vereinbarung läuft länger als {} Tage.",
    ),
    "callers_at_most": (
        "No skill has more than {} callers.",
        "每个技能的使用者不超过 {} 个。",
        "Kein Skill hat mehr als {} Abfragende.",
    ),
    "hand_offs_at_most": (
        "At most {} questions a week are handed on to a person.",
        "每周转给本人的问题不超过 {} 个。",
        "Höchstens {} Rückfragen in der Woche gehen an eine Person.",
    ),
    "cooling_off_hours_at_least": (
        "Cooling-off time: at least {} hours.",
        "冷静期：至少 {} 小时。",
        "Bedenkzeit: mindestens {} Stunden.",
    ),
    "profile_at_least": (
        "Ceremony: at least that of the profile “{}”.",
        "手续：至少按“{}”档办理。",
        "Förmlichkeit: mindestens die des Profils „{}“.",
    ),
    "identity_at_least": (
        "Identity is shown at least by: {}.",
        "身份确认方式：至少为{}。",
        "Nachweis der Identität: mindestens {}.",
    ),
}
_NEVER = {
    Never.TRAINING: ("training of models", "训练模型", "Training von Modellen"),
    Never.PERSONA: ("a persona", "人格", "eine Persona"),
    Never.PUBLIC_RELEASE: ("release to everyone", "向所有人发布", "Veröffentlichung für alle"),
    Never.CROSS_BORDER: ("crossing a border", "内容出境", "Übermittlung ins Ausland"),
    Never.SENSITIVE: ("sensitive matters", "敏感信息", "sensible Angaben"),
    Never.QUOTE_DOCUMENTS: (
        "quoting documents and code reviews",
        "引用文档和代码评审",
        "Zitate aus Dokumenten und Code-Reviews",
    ),
    Never.ZERO_BENEFIT: ("use for nothing in return", "无回报的使用", "Nutzung ohne Gegenleistung"),
    Never.AFTER_LEAVING: (
        "use after the person has left",
        "本人离职后的使用",
        "Nutzung nach dem Ausscheiden der Person",
    ),
}
_ALWAYS = {
    Always.NAMED: (
        "the person's name stays on it",
        "署本人的名",
        "der Name der Person bleibt daran stehen",
    ),
    Always.REPRESENTED: (
        "a representative stands beside the person",
        "有代表协助本人",
        "eine Vertretung steht der Person bei",
    ),
    Always.COUNTERSIGNED: (
        "the representative signs as well",
        "代表会签",
        "die Vertretung unterschreibt mit",
    ),
    Always.WORKING_HOURS: (
        "questions are handed on during working hours alone",
        "只在工作时间转达问题",
        "Rückfragen nur während der Arbeitszeit",
    ),
    Always.NOTICE: (
        "the representatives are told before the first use",
        "首次使用前告知职工代表",
        "Unterrichtung der Vertretung vor der ersten Nutzung",
    ),
    Always.FULL_ASSESSMENT: (
        "a full impact assessment comes first",
        "事先完成完整的影响评估",
        "vorher eine vollständige Folgenabschätzung",
    ),
}
_LEAST = ("In return at least: {}.", "回报至少为：{}。", "Gegenleistung mindestens: {}.")
_NEVER_SAID = ("Never: {}.", "绝不允许：{}。", "Niemals: {}.")
_ALWAYS_SAID = ("Always: {}.", "一律要求：{}。", "Immer: {}.")
_NONE = ("none", "无", "keine")
_HERE = ("where the hub stands", "枢纽所在地", "Standort des Hubs")


def limit_lines(limits: Limits, lang: str) -> tuple[str, ...]:
    """Return one plain sentence for each limit that is set, in `en`, `zh` or `de`, in a fixed order.

    Raises `BadInput` for another language.
    """
    if lang not in LANGS:
        raise BadInput("Limits are written in en, zh or de.", remedy="Choose one of them.")
    at = LANGS.index(lang)
    lines = [
        said[at].format(_words(getattr(limits, field), lang))
        for field, said in _SETS.items()
        if getattr(limits, field) is not None
    ]
    lines += [
        said[at].format(_one(getattr(limits, field), lang))
        for field, said in _NUMBERS.items()
        if getattr(limits, field) is not None
    ]
    lines += [_LEAST[at].format(benefit_words(b, lang)) for b in limits.benefits_at_least]
    lines += [_NEVER_SAID[at].format(_NEVER[n][at]) for n in Never if n in limits.never]
    lines += [_ALWAYS_SAID[at].format(_ALWAYS[a][at]) for a in Always if a in limits.always]
    return tuple(lines)


def _one(value: Any, lang: str) -> str:
    return named(value, lang) if isinstance(value, StrEnum) else str(value)


def _words(found: Iterable[str], lang: str) -> str:
    chosen = list(found)
    if not chosen:
        return _NONE[LANGS.index(lang)]
    words = [w for w in chosen if isinstance(w, StrEnum)]
    if words:
        return listed(words, lang)
    shown = (_HERE[LANGS.index(lang)] if word == HERE else word for word in sorted(chosen))
    return ("、" if lang == "zh" else ", ").join(shown)


def benefit_words(b: Benefit, lang: str) -> str:
    """Return one benefit as people read it inside a sentence, in `en`, `zh` or `de`."""
    name, period = named(b.kind, lang), named(b.period, lang)
    if b.kind in MONEY:
        shown = money(b.amount, b.currency)
        between = "，" if lang == "zh" else " "
        return f"{name} {shown}" if b.period is Period.USE else f"{name} {shown}{between}{period}"
    if b.kind in HOURS:
        hours = {"en": f"{b.amount} h", "zh": f"{b.amount} 小时", "de": f"{b.amount} Std."}[lang]
        return f"{name} {hours}，{period}" if lang == "zh" else f"{name} {hours} {period}"
    return name
