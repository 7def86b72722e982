# SPDX-License-Identifier: Apache-2.0
"""Impact assessments (clause 30): the short one that terms answer, and the full one people fill in.

Under the light profile `team` the five questions follow from the terms, and the party's signature
under the agreement signs the answers with it. Whatever is wider, or a floor that says so, needs
the full text with every blank, risk and the decision filled in by hand.
"""

from __future__ import annotations

import re
from datetime import datetime

from countersign.errors import BadInput
from countersign.terms.filled import filled
from countersign.terms.standing import Standing
from countersign.terms.terms import Terms
from countersign.terms.text.inert import inert
from countersign.terms.text.templates import TEMPLATES, Value, blanks
from countersign.terms.text.term_values import term_values

SHORT, FULL = "impact-assessment-short", "impact-assessment"
NOTICE = "notice-to-representatives"
_UNDECIDED, _DECIDED = "☐", ("☑", "☒", "[x]", "[X]")
_PARTS = ("what", "why", "who", "risks", "measures", "views", "decision")
_SKILL = {
    "en": "every skill under this agreement",
    "zh": "本协议项下的所有技能",
    "de": "jeder Skill unter dieser Vereinbarung",
}
_ONE = {"en": "one person", "zh": "一人", "de": "eine Person"}
_ANSWERS: dict[str, dict[str, str]] = {
    "necessity": {
        "en": "Only texts that the person approved, for one team, served one by one; "
        "less would not answer the questions that are asked.",
        "zh": "仅限本人确认过的文字，仅供一个团队逐条查询；更少则无法回答所提的问题。",
    },
    "alternatives": {
        "en": "A written page, an hour of pairing, or a pointer to whom to ask; "
        "each was open to the person and still is.",
        "zh": "写一页说明、带人一小时、或指明问谁；本人当时和今后均可选择。",
    },
    "views": {
        "en": "The person signed on their own; representatives are told before the first use "
        "where there are any.",
        "zh": "本人已另行签署；有职工代表的，首次使用前告知。",
    },
    "remaining": {
        "en": "An answer may be out of date; each names its date and its source.",
        "zh": "回答可能过时；每条回答均注明日期和来源。",
    },
}


def short_texts(terms: Terms, *, party: str, agreement: str, at: datetime) -> dict[str, str]:
    """Return the five questions as the terms answer them, by language. `party` is a name."""
    return {
        lang: filled(SHORT, _values(SHORT, terms, party, agreement, at, lang), lang)
        for lang in TEMPLATES[SHORT]
    }


def representatives_texts(
    stand: Standing, *, party: str, representative: str, at: datetime
) -> dict[str, str]:
    """Return the notice to representatives of one agreement, by language (clause 17).

    `party` and `representative` are names. Nobody's name stands in it: who signed is theirs to say.
    """
    made = {}
    for lang in TEMPLATES[NOTICE]:
        said: dict[str, Value] = {
            "party": party,
            "representative": representative,
            "date": f"{at:%Y-%m-%d}",
            "starts": f"{stand.starts:%Y-%m-%d}",
            "skill": f"{_SKILL[lang]}: {stand.agreement}",
            "affected": _ONE[lang],
            "assessment": stand.assessment.value,
        }
        made[lang] = filled(NOTICE, term_values(stand.terms, lang) | said, lang)
    return made


def blank_assessment(terms: Terms, *, party: str, agreement: str, at: datetime, lang: str) -> str:
    """Return the full assessment as far as the terms answer it, to be filled in by hand."""
    return filled(FULL, _values(FULL, terms, party, agreement, at, lang), lang)


def check_filled(text: str, lang: str) -> None:
    """Raise `BadInput` for a full assessment in which a part, a blank or the decision is missing."""
    if lang not in TEMPLATES[FULL]:
        raise BadInput("An assessment is written in en or zh.", remedy="Choose one of them.")
    missing = [part for part in _PARTS if f"[{part}]" not in text]
    if missing:
        raise _unfinished("A part is missing: " + ", ".join(missing) + ".")
    label = "〔{}〕" if lang == "zh" else "[{}]"
    open_ = [name for name in blanks(FULL, lang) if label.format(blanks(FULL, lang)[name]) in text]
    if open_:
        raise _unfinished("A blank is not filled in: " + ", ".join(open_) + ".")
    if any(re.search(r"\|\s*\|", row) for row in text.splitlines()):
        raise _unfinished("A risk is not judged: its row in the table has empty places.")
    if not any(mark in text for mark in _DECIDED):
        raise _unfinished(f"Nothing is decided: change one {_UNDECIDED} into {_DECIDED[0]}.")


def _values(
    template: str, terms: Terms, party: str, agreement: str, at: datetime, lang: str
) -> dict[str, Value]:
    said = term_values(terms, lang) | {
        "party": inert(party, most=200),
        "agreement": agreement,
        "date": f"{at:%Y-%m-%d}",
        "skill": _SKILL[lang],
    }
    if template == SHORT:
        said |= {name: text[lang] for name, text in _ANSWERS.items()} | {"decider": party}
    return said


def _unfinished(why: str) -> BadInput:
    return BadInput(
        "The impact assessment is not finished.",
        why=why,
        remedy="Print the form with --blank, fill in all of it, and sign it with --file.",
    )
