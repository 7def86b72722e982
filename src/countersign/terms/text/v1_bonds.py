# SPDX-License-Identifier: Apache-2.0
"""Clauses that bind the party, under terms of version 1: never edit these texts."""

from __future__ import annotations

from countersign.terms.benefit import HOURS, MONEY
from countersign.terms.card import benefits_text
from countersign.terms.terms import Terms
from countersign.terms.text.facts import Clause, Facts
from countersign.terms.text.meanings import meaning
from countersign.terms.words import BenefitKind, OnLeaving


def items(t: Terms) -> tuple[Clause, ...]:
    """Return the clause that lists what must be signed on its own; none where nothing must."""
    if not t.items:
        return ()
    return (
        Clause(
            "items",
            (6, 7),
            "Signed on their own",
            "另行签署的事项",
            "Each of these holds only if the person signed it on its own, beside the grant: "
            + "; ".join(f"{meaning(i).name_en} ({i.value})" for i in t.items)
            + ".",
            "以下各项，本人在授权之外逐项另行签署方才有效："
            + "；".join(f"{meaning(i).name_zh}（{i.value}）" for i in t.items)
            + "。",
        ),
    )


def bonds(t: Terms) -> tuple[Clause, ...]:
    """Return what a party owes: return, time, leaving, no detriment, peace."""
    return (_benefit(t), _cooling_off(t), _leaving(t), _NO_DETRIMENT, _EMPLOYMENT, _hand_off(t))


_NO_DETRIMENT = Clause(
    "no-detriment",
    (12,),
    "No detriment",
    "不利后果之禁止",
    "The party undertakes that saying no, saying less, suspending or taking back has no "
    "bad consequence for the person, and that no refusal is shown to anyone's manager.",
    "相对方承诺：不同意、少同意、暂停或收回，均不给本人带来任何不利后果，且不向任何管理者展示拒绝情况。",
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


def _benefit(t: Terms) -> Clause:
    owed = any(b.kind in MONEY or b.kind in HOURS for b in t.benefits)
    zero = any(b.kind is BenefitKind.ZERO for b in t.benefits)
    return Clause(
        "benefit",
        (5, 23, 24),
        "In return",
        "回报",
        ("Nothing, by the person's own signed choice. " if zero else "")
        + ("" if zero else f"The person receives: {benefits_text(t, 'en')}. ")
        + ("What is owed stays owed after a withdrawal. " if owed else "")
        + "The person sees the uses and may have them audited.",
        ("无，由本人另行签署选择。" if zero else f"本人得到：{benefits_text(t, 'zh')}。")
        + ("收回之后，应得的仍须支付。" if owed else "")
        + "本人可查看使用情况并要求核查。",
    )


def _cooling_off(t: Terms) -> Clause:
    chosen = t.cooling_off_chosen_by_person
    return Clause(
        "cooling-off",
        (12,),
        "Time to change one's mind",
        "冷静期",
        f"No use for {t.cooling_off_hours} hours after the last signature. "
        + ("Less than 48 hours holds only if the person signed that on its own." if chosen else ""),
        f"最后一方签署后 {t.cooling_off_hours} 小时内不得使用。"
        + ("少于四十八小时须由本人另行签署，否则按四十八小时计。" if chosen else ""),
    )


def _leaving(t: Terms) -> Clause:
    goes_on = t.on_leaving is OnLeaving.CONTINUE
    return Clause(
        "leaving",
        (27, 28),
        "Leaving",
        "离职",
        "When the person leaves, it "
        + ("goes on until it ends, for the benefit above." if goes_on else "stops.")
        + " If the person dies or cannot act, it stops.",
        ("本人离职后继续使用至到期，回报见上。" if goes_on else "本人离职即停用。")
        + "本人去世或无法行事时停用。",
    )


def _hand_off(t: Terms) -> Clause:
    return Clause(
        "hand-off",
        (36,),
        "Questions to the person",
        "转给本人的问题",
        f"At most {t.hand_offs_per_week} questions a week are handed on to the person; no answer is "
        "fine. The person sees topic, time and claims of a use, not who asked or what, unless "
        "the caller says so.",
        f"每周最多转给本人 {t.hand_offs_per_week} 个问题；不回也可以。本人看得到使用的主题、时间和条目，"
        "看不到提问者和问题，除非提问者同意。",
    )


def help_clauses(f: Facts) -> tuple[Clause, ...]:
    """Return where the person finds help and complains."""
    contact_en = f.complaint or "the staff representation, or the data protection authority"
    contact_zh = f.complaint or "职工代表组织或个人信息保护主管部门"
    return (
        Clause(
            "complaint",
            (14, 34),
            "Help and complaint",
            "求助与投诉",
            f"Complaints go to: {contact_en}. The person may bring counsel, union or works council, "
            "and may go to the authority at any time.",
            f"投诉渠道：{contact_zh}。本人可请律师、工会或职工代表协助，并可随时向主管部门反映。",
        ),
    )
