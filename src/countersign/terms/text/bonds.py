# SPDX-License-Identifier: Apache-2.0
"""Clauses that bind the party towards the person: what a grant to oneself does not need."""

from __future__ import annotations

from countersign.terms.benefit import HOURS, MONEY
from countersign.terms.card import benefits_text
from countersign.terms.terms import Terms
from countersign.terms.text.facts import Clause
from countersign.terms.text.meanings import meaning, named
from countersign.terms.words import BenefitKind, Delivery


def bonds(t: Terms) -> tuple[Clause, ...]:
    """Return what the party owes: own signatures, return, sight of the uses, time, peace."""
    return (
        _items(t),
        _benefit(t),
        _uses(t),
        _cooling_off(t),
        _NO_DETRIMENT,
        _EMPLOYMENT,
        _hand_off(t),
    )


def _items(t: Terms) -> Clause:
    en, zh = "", ""
    if t.items:
        en = (
            " Each of these holds only if the person signed it on its own, beside the grant: "
            + "; ".join(f"{meaning(i).name_en} ({i.value})" for i in t.items)
            + "."
        )
        zh = (
            "以下各项须由本人在授权之外逐项另行签署方才有效："
            + "；".join(f"{meaning(i).name_zh}（{i.value}）" for i in t.items)
            + "。"
        )
    return Clause(
        "items",
        (6, 7),
        "Signed on their own",
        "逐项签署",
        "Each purpose, each audience and each source above holds only as far as the person ticked it "
        f"on its own.{en}",
        f"以上每项用途、每个范围、每种来源，均以本人逐项勾选为限。{zh}",
    )


def _benefit(t: Terms) -> Clause:
    owed = any(b.kind in MONEY or b.kind in HOURS for b in t.benefits)
    zero = any(b.kind is BenefitKind.ZERO for b in t.benefits)
    chosen = zero and t.zero_chosen_by_person
    return Clause(
        "benefit",
        (5, 23),
        "In return",
        "回报",
        ("Nothing, only if the person chose that with a signature of its own. " if chosen else "")
        + ("" if zero else f"The person receives: {benefits_text(t, 'en')}. ")
        + ("What is owed up to a withdrawal stays owed and is never forfeited. " if owed else "")
        + "The person may have the accounts checked by somebody they trust.",
        ("无；须由本人另行签署选择方才有效。" if chosen else "")
        + ("" if zero else f"本人得到：{benefits_text(t, 'zh')}。")
        + ("收回之前应得的仍须支付，不得没收。" if owed else "")
        + "本人可委托所信任的人核查账目。",
        ("benefits", "zero_chosen_by_person"),
    )


def _uses(t: Terms) -> Clause:
    folder = t.delivery is Delivery.FOLDER
    return Clause(
        "uses",
        (24, 36),
        "What the person sees, and what nobody sees",
        "看得到与看不到",
        (
            "Uses of copies cannot be counted; the person sees where copies lie. "
            if folder
            else "The person sees a statement of uses each month: topics, times, texts, refused "
            "requests, what is owed. "
        )
        + "The question and the asker are shown only as far as the asker allows it. Nobody, the party "
        "included, sees uses by asker; ids of askers become random after 60 days at the latest.",
        (
            "副本的使用无法计数；本人看得到副本存放在哪里。"
            if folder
            else "本人每月可见使用清单：主题、时间、条目、被拒绝的请求、应得款项。"
        )
        + "问题和提问者仅在提问者允许的范围内显示。包括相对方在内，任何人都不能按提问者查看使用情况；"
        "提问者的编号最迟 60 日后改为随机值。",
    )


def _cooling_off(t: Terms) -> Clause:
    chosen = t.cooling_off_chosen_by_person
    return Clause(
        "cooling-off",
        (12,),
        "Time to change one's mind",
        "冷静期",
        f"No use for {t.cooling_off_hours} hours after the last signature."
        + (
            " Less than 48 hours holds only if the person signed that on its own; otherwise 48."
            if chosen
            else ""
        ),
        f"最后一方签署后 {t.cooling_off_hours} 小时内不得使用。"
        + ("少于 48 小时须由本人另行签署，否则按 48 小时计。" if chosen else ""),
        ("cooling_off_hours", "cooling_off_chosen_by_person"),
    )


_NO_DETRIMENT = Clause(
    "no-detriment",
    (12,),
    "No detriment",
    "不利后果之禁止",
    "The party undertakes that saying no, saying less, suspending or taking back has no bad "
    "consequence for the person in pay, tasks, assessment, promotion or anything else, and that "
    "nobody who decides about the person is shown a refusal.",
    "相对方承诺：不同意、少同意、暂停或收回，不会在薪酬、工作安排、考核、晋升或其他任何方面给本人带来不利后果，"
    "且不向任何对本人有决定权的人展示拒绝情况。",
)
_EMPLOYMENT = Clause(
    "employment",
    (12, 15, 20),
    "No ground for ending employment",
    "不得作为解除理由",
    "This skill is no ground for ending, changing or not renewing anyone's employment. This "
    "agreement is no part of an employment contract.",
    "本技能不得作为解除、变更或不续签劳动关系的理由。本协议不是劳动合同的组成部分。",
)


def _hand_off(t: Terms) -> Clause:
    when_en, when_zh = named(t.hand_off_hours, "en"), named(t.hand_off_hours, "zh")
    en, zh = (
        f"At most {t.hand_offs_per_week} questions a week are handed on to the person, {when_en}; no "
        "answer is fine.",
        f"每周最多转给本人 {t.hand_offs_per_week} 个问题，{when_zh}；不回也可以。",
    )
    if t.hand_offs_per_week == 0:
        en, zh = "No questions are handed on to the person.", "不向本人转达任何问题。"
    return Clause(
        "hand-off",
        (12,),
        "Questions to the person",
        "转给本人的问题",
        en,
        zh,
        ("hand_offs_per_week", "hand_off_hours"),
    )
