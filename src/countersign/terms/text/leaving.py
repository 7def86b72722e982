# SPDX-License-Identifier: Apache-2.0
"""Clauses for the day when the person leaves or cannot act, or the party becomes another."""

from __future__ import annotations

from countersign.terms.terms import Terms
from countersign.terms.text.facts import Clause, Facts
from countersign.terms.text.meanings import listed
from countersign.terms.words import OnLeaving, Successor


def leaving(t: Terms, f: Facts) -> tuple[Clause, ...]:
    """Return what happens when one of the two sides is no longer there."""
    return (_leaving(t), _incapacity(t, f), _succession(t))


def _leaving(t: Terms) -> Clause:
    goes_on = t.on_leaving is OnLeaving.CONTINUE
    along_en = listed(t.take_along, "en") or "nothing more"
    along_zh = listed(t.take_along, "zh") or "无其他"
    return Clause(
        "leaving",
        (27,),
        "Leaving",
        "离职",
        "When the person leaves, it "
        + ("goes on until it ends, for the benefit above. " if goes_on else "stops. ")
        + f"The person takes along: {along_en}. Proofs, receipts and statements are always the "
        "person's.",
        ("本人离职后继续使用至到期，回报见上。" if goes_on else "本人离职即停用。")
        + f"本人可带走：{along_zh}。证明、凭据和结算单始终归本人。",
        ("on_leaving", "take_along"),
    )


def _incapacity(t: Terms, f: Facts) -> Clause:
    en, zh = " Nobody is named to act for the person then.", "届时未指定他人代为处理。"
    if t.delegate:
        who_en = f"{f.delegate.name} ({f.delegate.id})" if f.delegate else t.delegate
        who_zh = f" {f.delegate.name}（{f.delegate.id}）" if f.delegate else f" {t.delegate} "
        en = (
            f" {who_en}, whom the person named, may then let it go on as it stands, take it back, and "
            "receive what is owed, and can widen nothing."
        )
        zh = f"届时由本人指定的{who_zh}决定照原条款继续或收回，并代领应得款项，但不得放宽任何条款。"
    return Clause(
        "incapacity",
        (28,),
        "If the person dies or cannot act",
        "本人去世或无法行事",
        f"If the person dies or cannot act, it stops.{en}",
        f"本人去世或无法行事时停用。{zh}",
        ("delegate",),
    )


def _succession(t: Terms) -> Clause:
    ends = t.successor is Successor.ENDS
    return Clause(
        "succession",
        (26,),
        "If the party becomes another",
        "相对方变更",
        "Not assignable. When the party is merged, divided, sold or insolvent, "
        + (
            "it ends."
            if ends
            else "it stops; the person is told name and contact of the successor, and it goes on only "
            "if the person signs anew."
        ),
        "不可转让。相对方合并、分立、出售或破产时，"
        + (
            "本协议终止。"
            if ends
            else "即行停用；须将承继者的名称和联系方式告知本人，本人重新签署后方可继续。"
        ),
        ("successor",),
    )
