# SPDX-License-Identifier: Apache-2.0
"""The canonical contract text in each language, rendered from one source of clauses.

The digests of these bytes are the subjects of the agreement, so what was shown is what was signed:
the texts are stored with the offer and never rendered again for checking.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from countersign.errors import BadInput
from countersign.terms.card import LANGS
from countersign.terms.terms import Terms
from countersign.terms.text.clauses import clauses
from countersign.terms.text.facts import Clause, Facts, Side
from countersign.terms.text.inert import inert

__all__ = ["MARK", "contract_text", "draft_contract", "inert"]

MARK = {
    "en": "Template, not legal advice: have a lawyer check it before you rely on it.",
    "zh": "模板，非法律意见：使用前请律师审阅。",
}
_TITLE = {"en": "Agreement on a skill", "zh": "技能会签协议"}
_SELF_TITLE = {"en": "Grant to oneself", "zh": "自用授权"}
_FOOT = {
    "en": "Both languages have equal rank; doubt is read for the person. Terms digest",
    "zh": "两种文本具有同等效力；有疑义时作有利于本人的解释。条款摘要",
}


def contract_text(terms: Terms, facts: Facts, lang: str) -> str:
    """Return the contract as Markdown in `en` or `zh`; equal input gives equal bytes."""
    if lang not in LANGS:
        raise BadInput("A contract is rendered in en or zh.", remedy="Choose one of them.")
    title = (_SELF_TITLE if facts.to_self else _TITLE)[lang]
    head = f"# {title}\n\n> {MARK[lang]}\n"
    body = [_shown(n, clause, lang) for n, clause in enumerate(clauses(terms, facts), 1)]
    sep = "：" if lang == "zh" else ": "
    return "\n".join([head, *body, f"{_FOOT[lang]}{sep}{terms.digest}"]) + "\n"


def draft_contract(terms: Terms, lang: str, *, now: datetime) -> str:
    """Return the contract of `terms` with blanks in place of names, as if offered at `now` (UTC).

    For reading before anybody is asked; what is signed is the text of an offer.
    """
    at = now.replace(microsecond=0)
    starts = terms.starts or at
    person = Side("p……", "……", "……")
    return contract_text(
        terms,
        Facts(
            person=person,
            party=person if terms.to_self else Side("o……", "……", "……"),
            offer="f……",
            offered_at=at,
            starts=starts,
            expires=starts + timedelta(days=terms.term_days),
            complaint="……",
        ),
        lang,
    )


def _shown(number: int, clause: Clause, lang: str) -> str:
    title = clause.title_zh if lang == "zh" else clause.title_en
    text = clause.zh if lang == "zh" else clause.en
    return f"## {number}. {title} [{clause.id}]\n\n{text.strip()}\n"
