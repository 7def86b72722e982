# SPDX-License-Identifier: Apache-2.0
"""The reply kit's texts: what an employee can send back, in both languages, before anything exists.

Three texts, each of a few sentences: yes on these terms; not a skill but a page or an hour; who
approved this and where are the terms. And a plain no, which needs no reason and gives none.
"""

from __future__ import annotations

from dataclasses import dataclass

from countersign.errors import BadInput
from countersign.terms.asking.link import terms_link
from countersign.terms.card import benefits_text, short_code
from countersign.terms.terms import Terms
from countersign.terms.text.inert import inert
from countersign.terms.words import Attribution, BenefitKind, OnLeaving


@dataclass(frozen=True, slots=True)
class Said:
    """One text in both languages, equal in meaning; `name` is what its file is called."""

    name: str
    title_en: str
    title_zh: str
    en: str
    zh: str


INSTEAD = ("page", "hour")


def reply_texts(terms: Terms, *, topic: str = "") -> tuple[Said, Said, Said]:
    """Return the three texts; the first is made from `terms`, so it never says what they do not."""
    return (_yes(terms), instead_text("", topic=topic), who_text())


def _yes(terms: Terms) -> Said:
    en, zh = ", ".join(_conditions(terms, "en")), "；".join(_conditions(terms, "zh"))
    tail = f"{short_code(terms)}\n{terms_link(terms)}"
    return Said(
        "1-yes-on-these-terms",
        "Yes, on these terms",
        "可以，按这些条款",
        f"Happy to help. I'd do it on these terms: {en}.{_return(terms, 'en')}"
        f" Card attached. Can we both sign?\n{tail}",
        f"可以配合，条件见附卡：{zh}。{_return(terms, 'zh')}双方签了就开始。\n{tail}",
    )


def _conditions(terms: Terms, lang: str) -> list[str]:
    zh = lang == "zh"
    said = ["逐条由我确认" if zh else "I approve each item before anyone sees it"]
    said.append(_name(terms, zh))
    said.append("不用于考核或顶替任何人" if zh else "not for appraisal and not to replace anyone")
    if not terms.training:
        said.append("不用于训练模型" if zh else "no training of models")
    if terms.on_leaving is OnLeaving.SUSPEND:
        said.append("我离职即停用" if zh else "it stops when I leave")
    said.append("随时可收回" if zh else "and I can take it back any day")
    return said


def _return(terms: Terms, lang: str) -> str:
    paid = benefits_text(terms, lang)
    if not paid or any(b.kind is BenefitKind.ZERO for b in terms.benefits):
        return ""
    return f"回报：{paid}。" if lang == "zh" else f" In return: {paid}."


def _name(terms: Terms, zh: bool) -> str:
    if terms.attribution is Attribution.PSEUDONYM:
        return f"署化名{terms.alias}" if zh else f"my alias {terms.alias} stands on it"
    if terms.attribution is Attribution.NONE:
        return "不署名" if zh else "my name does not stand on it"
    return "署我的名" if zh else "my name stays on it"


def instead_text(kind: str = "", *, topic: str = "") -> Said:
    """Return the text that offers a page, an hour or (by default) either instead of a skill.

    Raises `BadInput` for anything else. `topic` is the person's own word, shown as it is.
    """
    if kind and kind not in INSTEAD:
        raise BadInput(
            "The answer is a page or an hour.",
            why="These are the two answers that make no skill and leave no record.",
            remedy="countersign answer-with page --topic …, or answer-with hour --topic …",
        )
    about = inert(topic)
    on_en, on_zh = (f" on {about}", f"关于“{about}”的") if about else ("", "")
    en = {
        "page": f"I can write a page{on_en}.",
        "hour": f"I can pair for an hour{on_en}.",
        "": f"I can write a page{on_en}, or pair for an hour. Which helps more?",
    }[kind]
    zh = {
        "page": f"我可以写一页{on_zh}说明。",
        "hour": f"我可以带人做一小时{on_zh}工作。" if about else "我可以带人一小时。",
        "": f"我可以写一页{on_zh}说明，或带人一小时。哪个更有用？",
    }[kind]
    return Said(
        "2-a-page-or-an-hour",
        "Not a skill, but a page or an hour",
        "不做技能，可以写一页或带一小时",
        f"I'd rather not make a skill. {en}",
        f"暂不做技能。{zh}",
    )


def who_text() -> Said:
    """Return the text that asks who approved this and where the terms are."""
    return Said(
        "3-who-approved-this",
        "Who approved this, and where are the terms?",
        "这是哪级要求？条款在哪里？",
        "Before I answer: who approved this, what exactly would it be used for, and where are the"
        " terms that both sides would sign?",
        "回复之前想先确认：这是哪级的要求？具体用来做什么？双方要签的条款在哪里？",
    )


def no_text() -> Said:
    """Return a plain no, without a reason."""
    return Said(
        "0-no",
        "No, thank you",
        "谢谢，不了",
        "Thank you for asking. I'd rather not.",
        "谢谢你来问。我暂不参加。",
    )
