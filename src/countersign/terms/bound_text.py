# SPDX-License-Identifier: Apache-2.0
"""The texts of floors and policies that people read and whose digests are signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from countersign.terms.filled import filled
from countersign.terms.floor import Floor, Policy
from countersign.terms.text.limit_lines import limit_lines
from countersign.terms.text.templates import TEMPLATES, Value

_EVERYBODY = {
    "en": "everybody whose agreement is with the party",
    "zh": "与相对方签署协议的全体人员",
    "de": "alle, die eine Vereinbarung mit dem Unternehmen schließen",
}
_OPEN = {"en": "a new version replaces it", "zh": "由新版本替代之日", "de": "zur nächsten Fassung"}
_NO_LIMIT = {"en": "No limit beyond the law.", "zh": "除法律规定外无其他限度。", "de": "Keine."}


def floor_texts(floor: Floor, names: Mapping[str, str]) -> dict[str, str]:
    """Return a floor's text in each language; `names` are what its ids are called."""
    return {lang: _floor_text(floor, names, lang) for lang in TEMPLATES["floor"]}


def policy_texts(policy: Policy, name: str, about: Mapping[str, str]) -> dict[str, str]:
    """Return a policy's public page in each language.

    `about` may say `contact`, `representative` and `authority`, to whom a breach is told.
    """
    return {lang: _policy_text(policy, name, about, lang) for lang in TEMPLATES["promise"]}


def _floor_text(floor: Floor, names: Mapping[str, str], lang: str) -> str:
    persons = ", ".join(sorted(names[p] for p in floor.persons))
    values: dict[str, Value] = {
        "party": names[floor.party],
        "representative": names[floor.representative],
        "version": f"{floor.series} {floor.version}",
        "scope": persons or _EVERYBODY[lang],
        "limits": limit_lines(floor.limits, lang) or (_NO_LIMIT[lang],),
        "starts": _day(floor.since),
        "expires": _day(floor.until) if floor.until else _OPEN[lang],
    }
    return filled("floor", values, lang)


def _policy_text(policy: Policy, name: str, about: Mapping[str, str], lang: str) -> str:
    values: dict[str, Value] = {
        "party": name,
        "version": str(policy.version),
        "date": _day(policy.since),
        "limits": limit_lines(policy.limits, lang) or (_NO_LIMIT[lang],),
    }
    return filled("promise", values | dict(about), lang)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
