# SPDX-License-Identifier: Apache-2.0
"""Clauses about time: how long, what a change does, taking it back, pausing."""

from __future__ import annotations

from countersign.clock import to_text
from countersign.terms.terms import Terms
from countersign.terms.text.facts import Clause, Facts
from countersign.terms.words import Delivery


def lifetime(t: Terms, f: Facts) -> tuple[Clause, ...]:
    """Return the clauses about how long it holds and how it ends."""
    return (_term(t, f), _CHANGES, _withdrawal(t), _PAUSING)


def _term(t: Terms, f: Facts) -> Clause:
    from_en = "the agreed day" if t.starts else "the offer"
    from_zh = "约定之日" if t.starts else "要约之时"
    return Clause(
        "term",
        (13,),
        "How long",
        "期限",
        f"{t.term_days} days from {from_en}: from {to_text(f.starts)} until {to_text(f.expires)}. It "
        "does not renew itself.",
        f"自{from_zh}起 {t.term_days} 天：{to_text(f.starts)} 至 {to_text(f.expires)}，不自动续期。",
        ("term_days", "starts"),
    )


_CHANGES = Clause(
    "changes",
    (9,),
    "Changes",
    "变更",
    "Any change beyond this text (purpose, method, kind, audience, family of models) stops the use "
    "until the person has signed anew. The party's own rules can narrow this text, never widen it.",
    "超出本文的任何变更（用途、方法、类别、范围、模型系列），在本人重新签署之前一律停用。"
    "相对方的内部规定只能收窄本文，不能放宽。",
)


def _withdrawal(t: Terms) -> Clause:
    folder = t.delivery is Delivery.FOLDER
    return Clause(
        "withdrawal",
        (1, 2, 3, 4),
        "Taking it back",
        "收回",
        "The person may take it back any day, all of it or a part (a purpose, an audience, a topic, a "
        "text), without a reason, with one command (`countersign withdraw`) or with the one-time code "
        "handed over at signing. Use ends at once. What was released, and its keys, are erased within "
        "72 hours, 30 days at the very latest; a signed deletion receipt says so. Everybody who "
        "received a copy is told; who confirmed is shown to the person."
        + (" Copies in folders must be removed; what was read cannot be unread." if folder else ""),
        "本人可随时收回全部或一部分（某项用途、范围、主题或某条文字），不必说明理由，一条命令即可"
        "（`countersign withdraw`），也可使用签署时交付的一次性代码。使用即刻停止。已发布内容及其密钥在 72 "
        "小时内、最迟 30 日内删除，并出具经签署的删除凭据。收到过副本的各方均会接到通知，谁已确认，本人看得到。"
        + ("文件夹里的副本须删除；已读过的内容无法收回。" if folder else ""),
    )


_PAUSING = Clause(
    "pausing",
    (29,),
    "Pausing",
    "暂停",
    "The person may suspend it at any time and let it go on again. During a dispute at work a "
    "representative may suspend it where a collective agreement says so; it goes on again when the "
    "representative and the party both say so.",
    "本人可随时暂停和恢复。发生劳动争议时，集体合同有约定的，代表可以暂停；此时须代表和相对方双方同意方可恢复。",
)
