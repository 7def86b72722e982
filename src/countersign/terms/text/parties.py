# SPDX-License-Identifier: Apache-2.0
"""Clauses about who signs, who stands beside the person, and where help is found."""

from __future__ import annotations

from countersign.clock import to_text
from countersign.people import IdentityLevel
from countersign.terms.terms import Terms
from countersign.terms.text.facts import Clause, Facts, Side
from countersign.terms.text.meanings import named
from countersign.terms.words import Profile, Representation


def parties(t: Terms, f: Facts) -> Clause:
    """Return the clause that names the signers and how the identity of each was shown."""
    who_en = f"The person: {_signer(f.person, 'en')}."
    who_zh = f"本人：{_signer(f.person, 'zh')}。"
    if not f.to_self:
        who_en += f" The party: {_signer(f.party, 'en')}."
        who_zh += f"相对方：{_signer(f.party, 'zh')}。"
    least = t.identity_at_least
    return Clause(
        "parties",
        (10, 11),
        "Who signs",
        "签署人",
        f"{who_en} Offer {f.offer} of {to_text(f.offered_at)}. The person's identity must be shown "
        f"at least by: {named(least, 'en')}. Whoever checks a signature sees how it was shown.",
        f"{who_zh}要约 {f.offer}，{to_text(f.offered_at)}。本人身份的确认方式至少为：{named(least, 'zh')}。"
        "任何人核验签名时都能看到确认方式。",
        ("identity_at_least",),
    )


def _signer(side: Side, lang: str) -> str:
    level = next((i for i in IdentityLevel if i.value == side.level), None)
    if lang == "zh":
        said = f"{named(level, lang)}（{side.level}）" if level else side.level
        return f"{side.name}（{side.id}），身份确认方式：{said}"
    said = f"{side.level} ({named(level, lang)})" if level else side.level
    return f"{side.name} ({side.id}), identity shown: {said}"


def protection(t: Terms, f: Facts) -> tuple[Clause, ...]:
    """Return what stands around the agreement: notice, floor, representative, records, help."""
    return (_before_use(t), _FLOOR, _representation(t, f), _RECORDS, _complaint(f))


def _before_use(t: Terms) -> Clause:
    full = t.profile in (Profile.COMPANY, Profile.PUBLIC)
    return Clause(
        "before-use",
        (17, 30),
        "Before the first use",
        "首次使用之前",
        f"The ceremony is that of the profile “{named(t.profile, 'en')}”. Before the first use the party "
        + (
            "tells the staff representatives"
            if full
            else "tells the staff representatives, if any,"
        )
        + " what the skill does and whom it concerns, and signs "
        + ("a full" if full else "a short")
        + " impact assessment, which it keeps for at least three years. "
        + ("A code sent to an account of the person must have shown who signs. " if full else "")
        + "Without this there is no use.",
        f"手续按“{named(t.profile, 'zh')}”档办理。首次使用前，相对方须将技能的作用和涉及的人员告知"
        + ("职工代表" if full else "职工代表（如有）")
        + "，并签署"
        + ("完整的" if full else "简易的")
        + "影响评估，至少保存三年。"
        + ("签署人身份至少须经本人账号验证。" if full else "")
        + "否则不得使用。",
        ("profile",),
    )


_FLOOR = Clause(
    "floor",
    (16,),
    "Collective minimum",
    "集体底线",
    "Where a collective agreement sets a minimum for such agreements, it applies wherever it is "
    "better for the person. A collective agreement alone permits no use.",
    "集体合同对此类协议定有最低标准的，凡对本人更有利之处，以集体合同为准。仅有集体合同不构成使用许可。",
)


def _representation(t: Terms, f: Facts) -> Clause:
    rights_en = " The person may bring counsel, a union or the works council at any time."
    rights_zh = "本人可随时请律师、工会或职工代表组织协助。"
    en, zh = "Nobody represents the person in this agreement.", "本协议中没有代表协助本人。"
    if t.represented_by is not Representation.NONE:
        who = f.representative
        shown_en = f"{who.name} ({who.id})" if who else t.representative
        shown_zh = f"{who.name}（{who.id}）" if who else t.representative
        en = f"Beside the person stands {named(t.represented_by, 'en')}: {shown_en}, as the person chose."
        zh = f"由本人选定的代表协助本人：{named(t.represented_by, 'zh')}，{shown_zh}。"
    if t.countersigned:
        en += " Nothing begins before the representative has signed as well."
        zh += "代表会签之前，协议不生效。"
    return Clause(
        "representation",
        (14,),
        "Who stands beside the person",
        "协助本人的代表",
        en + rights_en,
        zh + rights_zh,
        ("represented_by", "representative", "countersigned"),
    )


_RECORDS = Clause(
    "records",
    (11, 25, 32),
    "Records",
    "记录",
    "At any time and free of charge the person gets everything that is kept about them, in open "
    "formats. Signatures and proofs can be checked alone and offline. The public log holds salted "
    "digests and no personal data.",
    "本人可随时免费取得所保存的关于本人的全部内容，格式公开。签名和证明可自行离线核验。公开日志只含加盐摘要，不含个人信息。",
)


def _complaint(f: Facts) -> Clause:
    contact_en = f.complaint or "the staff representation, or the data protection authority"
    contact_zh = f.complaint or "职工代表组织或履行个人信息保护职责的部门"
    return Clause(
        "complaint",
        (34,),
        "Help and complaint",
        "求助与投诉",
        f"Complaints go to: {contact_en}. The person may go to the authority or to court at any time.",
        f"投诉渠道：{contact_zh}。本人可随时向主管部门投诉、举报，或申请仲裁、提起诉讼。",
    )
