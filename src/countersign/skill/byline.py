# SPDX-License-Identifier: Apache-2.0
"""Whose knowledge this is, said the same way everywhere, in English and Chinese (clauses 21, 22)."""

from __future__ import annotations

import re
from datetime import datetime

GAP = {"en": "Not in this skill. Ask a person.", "zh": "本技能未收录，请问人。"}
"""The same bytes whether a thing was held back, rejected, or never known."""

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_HAN = re.compile("[\u3400-\u9fff]")


def lang_of(text: str) -> str:
    """Return `zh` for a text with Han characters, else `en`."""
    return "zh" if _HAN.search(text) else "en"


def short_name(byline: str) -> str:
    """Return how the person is called in running text: the first plain word of the byline."""
    words = byline.split()
    return next((w for w in words if len(w) > 1 and not w.endswith(".")), byline)


def disclosure(byline: str, lang: str, *, short: bool = False) -> str:
    """Return the line that says this is AI, from whom, and that it is not that person."""
    name = short_name(byline) if short else byline
    if lang == "zh":
        who = name or "一位同事"
        return f"AI，据{spaced(who)}审阅过的笔记，非{'本人' if short or not name else spaced(who) + '本人'}"
    who = name or "a colleague"
    return f"AI from {who}'s reviewed notes, not {name or 'that person'}"


def spaced(name: str) -> str:
    """Set a Latin name off from the Chinese text around it."""
    return name if _HAN.match(name[-1:]) else f" {name} "


def month(at: datetime | None, lang: str) -> str:
    """Return a date as people cite it: `Mar 2026`, `2026-03`; `undated` where none is known."""
    if at is None:
        return "无日期" if lang == "zh" else "undated"
    return f"{at:%Y-%m}" if lang == "zh" else f"{_MONTHS[at.month - 1]} {at.year}"


def span(first: datetime | None, last: datetime | None, lang: str) -> str:
    """Return a range of months, or the one month if both are the same or one is unknown."""
    ends = list(dict.fromkeys(month(at, lang) for at in (first or last, last or first)))
    return "–".join(ends)


def signature(byline: str, when: str, ids: list[str], lang: str) -> str:
    """Return the line beneath an answer: who, when, that it is AI, ids, where to see and ask more."""
    name = short_name(byline)
    if lang == "zh":
        who, ask = byline or "一位同事", f"问{spaced(name).rstrip()}" if name else "问本人"
        more = f"详情: show_evidence · {ask}"
        return (
            f"— {who}，{when} · {disclosure(byline, lang, short=True)} · {' '.join(ids)} · {more}"
        )
    who, ask = byline or "a colleague", f"ask {name}" if name else "ask the person"
    more = f"more: show_evidence · {ask}"
    return f"— {who}, {when} · {disclosure(byline, lang, short=True)} · {' '.join(ids)} · {more}"


def short_ids(ids: list[str], *, shortest: int = 6) -> dict[str, str]:
    """Return for each id its shortest beginning, of at least six signs, that no other id shares."""
    ranked, short = sorted(ids), dict[str, str]()
    for i, id in enumerate(ranked):
        near = [*ranked[max(0, i - 1) : i], *ranked[i + 1 : i + 2]]
        length = max([shortest, *(_shared(id, other) + 1 for other in near)])
        short[id] = id[:length]
    return short


def _shared(a: str, b: str) -> int:
    return next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
