# SPDX-License-Identifier: Apache-2.0
"""The one source of contract clauses: each has an id and says the same in every language.

`contract.py` renders them; the ids stand in the signed records. `rights` names the clauses of the
rights page that a contract clause serves. Texts are first versions: a lawyer must check them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign.clock import to_text
from countersign.terms.benefit import HOURS, MONEY
from countersign.terms.card import benefits_text
from countersign.terms.meanings import BOUNDS, listed, meaning
from countersign.terms.terms import HERE, Terms
from countersign.terms.words import (
    Attribution,
    BenefitKind,
    Delivery,
    OnLeaving,
    Purpose,
)


@dataclass(frozen=True, slots=True)
class Side:
    """One signer as the contract names them: id, name as shown, and how identity was shown."""

    id: str
    name: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a contract says beyond the terms: who, which offer, when, and where to complain."""

    person: Side
    party: Side
    offer: str
    offered_at: datetime
    starts: datetime
    expires: datetime
    complaint: str = ""

    @property
    def to_self(self) -> bool:
        """Whether the person grants to themself."""
        return self.person.id == self.party.id


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: stable id, the rights clauses it serves, title and text in both languages."""

    id: str
    rights: tuple[int, ...]
    title_en: str
    title_zh: str
    en: str
    zh: str


def clauses(t: Terms, f: Facts) -> tuple[Clause, ...]:
    """Return the clauses of the contract in order; a grant to oneself has the shorter list."""
    common = (*_who(f), *_what(t), *_use(t), *_time(t, f), *_items(t))
    return common if f.to_self else (*common, *_bonds(t), *_help(f))


_LEVELS_ZH = {
    "self-asserted": "本人自称",
    "handle-challenge": "账号验证",
    "platform-sign-in": "平台登录",
    "representative": "代表确认",
}


def _who(f: Facts) -> tuple[Clause, ...]:
    p, o = f.person, f.party
    p_zh, o_zh = (_LEVELS_ZH.get(side.level, side.level) for side in (p, o))
    both_en = f"The person: {p.name} ({p.id}), identity shown: {p.level}."
    both_zh = f"本人：{p.name}（{p.id}），身份确认方式：{p_zh}。"
    if not f.to_self:
        both_en += f" The party: {o.name} ({o.id}), identity shown: {o.level}."
        both_zh += f"相对方：{o.name}（{o.id}），身份确认方式：{o_zh}。"
    return (
        Clause(
            "parties",
            (10, 11),
            "Who signs",
            "签署人",
            f"{both_en} Offer {f.offer} of {to_text(f.offered_at)}.",
            f"{both_zh}要约 {f.offer}，{to_text(f.offered_at)}。",
        ),
    )


def _what(t: Terms) -> tuple[Clause, ...]:
    quotes = t.quote_documents
    return (
        Clause(
            "approved-only",
            (18,),
            "Only what was approved",
            "只用确认过的内容",
            "The skill holds only texts that the person accepted one by one in a signed review "
            "sheet. Held back and rejected texts stay with the person and are not counted to anyone.",
            "技能只含本人在已签署的审阅单中逐条接受的文字。保留和否决的内容归本人，数量也不告知任何人。",
        ),
        Clause(
            "sources",
            (6, 19, 35),
            "From where",
            "来源",
            f"Claims may come from: {listed(t.sources, 'en')}. Kinds: {listed(t.kinds, 'en')}. Words of "
            "others are neither quoted nor published and are deleted at most 30 days after review. "
            + ("Documents and code reviews may be quoted. " if quotes else "Nothing is quoted. ")
            + "Chat and mail are never quoted to a party.",
            f"条目可取自：{listed(t.sources, 'zh')}。类别：{listed(t.kinds, 'zh')}。他人的话不引用、不发布，"
            "审阅后最迟三十日内删除。"
            + ("文档和代码评审可以引用。" if quotes else "一律不引用原文。")
            + "聊天和邮件从不向相对方引用。",
        ),
    )


def _purposes(t: Terms, lang: str) -> str:
    found = [p for p in Purpose if p in t.purposes]
    if lang == "zh":
        return "\n".join(
            f"- {meaning(p).name_zh}：{meaning(p).zh}例：{BOUNDS[p].example_zh}{BOUNDS[p].not_zh}"
            for p in found
        )
    return "\n".join(
        f"- {meaning(p).name_en}: {meaning(p).en} Example: {BOUNDS[p].example_en} {BOUNDS[p].not_en}"
        for p in found
    )


def _use(t: Terms) -> tuple[Clause, ...]:
    alone_en = "the person alone" if t.to_self else listed(t.audience, "en")
    return (
        Clause(
            "purposes",
            (6, 8, 33),
            "For what",
            "用途",
            f"{_purposes(t, 'en')}\n\nNothing else. Doubt is read as not granted.",
            f"{_purposes(t, 'zh')}\n\n仅此而已。有疑义即视为未授权。",
        ),
        Clause(
            "never",
            (7, 20),
            "Never",
            "绝不",
            "Never to evaluate, rank, replace or impersonate anyone, nor to set anyone's workload. "
            + ("" if t.persona else "The skill does not speak as the person. ")
            + ("" if t.training else "No model is trained on it."),
            "绝不用于评价、排名、顶替或冒充任何人，也不用于分派任何人的工作量。"
            + ("" if t.persona else "技能不以本人口吻说话。")
            + ("" if t.training else "不用于训练模型。"),
        ),
        Clause(
            "audience",
            (6, 26),
            "For whom",
            "范围",
            f"For {alone_en}; callers: at most {t.callers_at_most}. Not assignable: a "
            "successor of the party needs the person's new consent.",
            f"供{listed(t.audience, 'zh')}使用；使用者最多 {t.callers_at_most} 个。不可转让：相对方的继受者须重新取得本人同意。",
        ),
        _delivery(t),
        _attribution(t),
        Clause(
            "disclosure",
            (21,),
            "Said to be AI",
            "标明为人工智能",
            "Every answer says that it is AI from reviewed notes and not the person.",
            "每个回答都标明：人工智能，取自经审阅的笔记，并非本人。",
        ),
    )


def _delivery(t: Terms) -> Clause:
    folder = t.delivery is Delivery.FOLDER
    place_en = "where the hub stands" if t.region == HERE else t.region
    place_zh = "枢纽所在地" if t.region == HERE else t.region
    models_en = ", ".join(sorted(t.endpoints)) or "none"
    models_zh = "、".join(sorted(t.endpoints)) or "无"
    return Clause(
        "delivery",
        (6, 24, 31),
        "How and where",
        "方式与地点",
        ("Copied as a folder; uses of copies cannot be counted. " if folder else "")
        + ("" if folder else "Asked claim by claim; each use leaves a receipt the person can see. ")
        + f"Texts are kept and served from: {place_en}. Remote models that may see them: {models_en}.",
        (
            "以文件夹复制；副本的使用无法计数。"
            if folder
            else "逐条查询；每次使用留有本人可见的凭据。"
        )
        + f"存放与提供地点：{place_zh}。可接触内容的远程模型：{models_zh}。",
    )


def _attribution(t: Terms) -> Clause:
    en = {
        Attribution.NAME: "The person's name stays on the skill and on each answer.",
        Attribution.PSEUDONYM: f"The alias {t.alias} stays on the skill and on each answer.",
        Attribution.NONE: "No name stands on the skill, as the person chose.",
    }[t.attribution]
    zh = {
        Attribution.NAME: "技能和每个回答都署本人的名。",
        Attribution.PSEUDONYM: f"技能和每个回答都署化名 {t.alias}。",
        Attribution.NONE: "按本人选择，技能不署名。",
    }[t.attribution]
    more_en, more_zh = " The person may change this.", "本人可以更改。"
    return Clause("attribution", (22,), "Name", "署名", en + more_en, zh + more_zh)


def _time(t: Terms, f: Facts) -> tuple[Clause, ...]:
    folder = t.delivery is Delivery.FOLDER
    return (
        Clause(
            "term",
            (13,),
            "How long",
            "期限",
            f"From {to_text(f.starts)} until {to_text(f.expires)}. It does not renew itself.",
            f"自 {to_text(f.starts)} 至 {to_text(f.expires)}，不自动续期。",
        ),
        Clause(
            "withdrawal",
            (1, 2, 4),
            "Taking it back",
            "收回",
            "The person may take it back any day, without a reason, with one command (`countersign "
            "withdraw`), and may suspend it. Use ends at once; released texts and their keys are "
            "erased within 72 hours, 30 days at the very latest, and a signed deletion receipt says so."
            + (
                " Copies in folders must be removed; what was read cannot be unread."
                if folder
                else ""
            ),
            "本人可随时收回，不必说明理由，一条命令即可（`countersign withdraw`），也可暂停。使用即刻停止；"
            "已发布文字及其密钥在七十二小时内、最迟三十日内删除，并出具经签署的删除凭据。"
            + ("文件夹里的副本须删除；已读过的内容无法收回。" if folder else ""),
        ),
    )


def _items(t: Terms) -> tuple[Clause, ...]:
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


def _bonds(t: Terms) -> tuple[Clause, ...]:
    owed = any(b.kind in MONEY or b.kind in HOURS for b in t.benefits)
    zero = any(b.kind is BenefitKind.ZERO for b in t.benefits)
    cooled = max(timedelta(hours=t.cooling_off_hours), timedelta())
    hours = cooled // timedelta(hours=1)
    goes_on = t.on_leaving is OnLeaving.CONTINUE
    chosen = t.cooling_off_chosen_by_person
    return (
        Clause(
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
        ),
        Clause(
            "cooling-off",
            (12,),
            "Time to change one's mind",
            "冷静期",
            f"No use for {hours} hours after the last signature. "
            + (
                "Less than 48 hours holds only if the person signed that on its own."
                if chosen
                else ""
            ),
            f"最后一方签署后 {hours} 小时内不得使用。"
            + ("少于四十八小时须由本人另行签署，否则按四十八小时计。" if chosen else ""),
        ),
        Clause(
            "leaving",
            (27, 28),
            "Leaving",
            "离职",
            "When the person leaves, it "
            + ("goes on until it ends, for the benefit above." if goes_on else "stops.")
            + " If the person dies or cannot act, it stops.",
            ("本人离职后继续使用至到期，回报见上。" if goes_on else "本人离职即停用。")
            + "本人去世或无法行事时停用。",
        ),
        Clause(
            "no-detriment",
            (12,),
            "No detriment",
            "不利后果之禁止",
            "The party undertakes that saying no, saying less, suspending or taking back has no "
            "bad consequence for the person, and that no refusal is shown to anyone's manager.",
            "相对方承诺：不同意、少同意、暂停或收回，均不给本人带来任何不利后果，且不向任何管理者展示拒绝情况。",
        ),
        Clause(
            "employment",
            (12, 20),
            "No ground for ending employment",
            "不得作为解除理由",
            "This skill is no ground for ending, changing or not renewing anyone's employment. This "
            "agreement is no part of an employment contract.",
            "本技能不得作为解除、变更或不续签劳动关系的理由。本协议不是劳动合同的组成部分。",
        ),
        Clause(
            "hand-off",
            (36,),
            "Questions to the person",
            "转给本人的问题",
            f"At most {t.hand_offs_per_week} questions a week are handed on to the person; no answer is "
            "fine. The person sees topic, time and claims of a use, not who asked or what, unless "
            "the caller says so.",
            f"每周最多转给本人 {t.hand_offs_per_week} 个问题；不回也可以。本人看得到使用的主题、时间和条目，"
            "看不到提问者和问题，除非提问者同意。",
        ),
    )


def _help(f: Facts) -> tuple[Clause, ...]:
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
