# SPDX-License-Identifier: Apache-2.0
"""What terms fill into the blanks of templates, in the language of the template."""

from __future__ import annotations

from countersign.terms.terms import HERE, Terms
from countersign.terms.text.meanings import listed, named
from countersign.terms.text.templates import Value
from countersign.terms.text.use import purpose_line
from countersign.terms.words import Delivery, Kind, OnLeaving, Purpose, Source

_LANGS = ("en", "zh", "de")
_HERE = ("where the hub stands", "枢纽所在地", "Standort des Hubs")
_NONE = ("none", "无", "keine")
_SENSITIVE = (
    "only in texts that the person accepted knowing so, signed on its own",
    "仅限本人明知并接受的条目，且须另行签署",
    "nur in Texten, die die Person wissentlich freigegeben und gesondert unterschrieben hat",
)
_CHECKED = (
    "The person accepts, edits or rejects each text; nothing else is released.",
    "每条文字由本人接受、修改或否决，其余一概不发布。",
    "Die Person nimmt jeden Text einzeln an, ändert ihn oder lehnt ihn ab; nichts sonst wird "
    "freigegeben.",
)
_OTHERS = (
    "What others wrote is neither quoted nor published and is deleted within 30 days after review.",
    "他人的话不引用、不发布，审阅后 30 日内删除。",
    "Äußerungen Dritter werden weder zitiert noch veröffentlicht und binnen 30 Tagen nach der "
    "Durchsicht gelöscht.",
)
_SERVED = (
    "Texts are asked one by one; each use leaves a receipt; no copies.",
    "逐条查询，每次使用留有凭据，不复制。",
    "Texte werden einzeln abgefragt; jede Nutzung hinterlässt einen Beleg; keine Kopien.",
)
_FOLDER = (
    "Copies are listed and called back at a withdrawal; their uses cannot be counted.",
    "副本逐一登记，收回时通知删除；副本的使用无法计数。",
    "Kopien werden verzeichnet und bei einem Widerruf zurückgerufen; ihre Nutzung ist nicht zählbar.",
)
_COOLING = (
    "No use for {} hours after the last signature.",
    "最后一方签署后 {} 小时内不得使用。",
    "Keine Nutzung in den ersten {} Stunden nach der letzten Unterschrift.",
)
_ENDS = (
    "The agreement ends after {} days without renewal, and can be taken back any day.",
    "协议满 {} 天到期，不自动续期，随时可收回。",
    "Die Vereinbarung endet nach {} Tagen ohne Verlängerung und kann jederzeit widerrufen werden.",
)
_LEAVES = (
    "Use stops when the person leaves.",
    "本人离职即停用。",
    "Die Nutzung endet, wenn die Person ausscheidet.",
)
_NO_JUDGING = (
    "Evaluating, ranking, replacing or impersonating anyone cannot be granted at all.",
    "评价、排名、顶替或冒充任何人，任何情况下都不能授权。",
    "Keine Vereinbarung kann erlauben, eine Person zu beurteilen, mit anderen zu vergleichen, zu "
    "ersetzen oder nachzuahmen.",
)


def term_values(t: Terms, lang: str) -> dict[str, Value]:
    """Return the blanks that terms answer, in `en`, `zh` or `de`."""
    at = _LANGS.index(lang)
    return {
        "purposes": _purposes(t, lang),
        "audience": listed(t.audience, lang),
        "sources": [named(s, lang) for s in Source if s in t.sources],
        "kinds": [named(k, lang) for k in Kind if k in t.kinds],
        "methods": listed(t.methods, lang),
        "models": _models(t, at),
        "region": _HERE[at] if t.region == HERE else t.region,
        "transfer": "" if t.cross_border else _NONE[at],
        "sensitive": _SENSITIVE[at] if t.sensitive else _NONE[at],
        "measures": _measures(t, at),
    }


def _purposes(t: Terms, lang: str) -> list[str]:
    found = [p for p in Purpose if p in t.purposes]
    return [purpose_line(p, lang) for p in found]


def _models(t: Terms, at: int) -> str:
    return ", ".join(sorted({*t.models, *t.endpoints})) or _NONE[at]


def _measures(t: Terms, at: int) -> list[str]:
    served = t.delivery is Delivery.SERVED
    found = [_CHECKED[at], _OTHERS[at], _NO_JUDGING[at], (_SERVED if served else _FOLDER)[at]]
    found.append(_COOLING[at].format(t.cooling_off_hours))
    found.append(_ENDS[at].format(t.term_days))
    if t.on_leaving is OnLeaving.SUSPEND:
        found.append(_LEAVES[at])
    return found
