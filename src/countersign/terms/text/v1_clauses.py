# SPDX-License-Identifier: Apache-2.0
"""The clauses of contracts under terms of version 1, kept as they were signed: never edit these texts.

Terms of version 1 can be read, shown and taken back; nothing new is offered under them.
"""

from __future__ import annotations

from countersign.clock import to_text
from countersign.terms.terms import HERE, Terms
from countersign.terms.text.facts import Clause, Facts
from countersign.terms.text.meanings import listed
from countersign.terms.text.v1_bonds import bonds, help_clauses, items
from countersign.terms.words import (
    Attribution,
    Delivery,
    Purpose,
)


def clauses_v1(t: Terms, f: Facts) -> tuple[Clause, ...]:
    """Return the clauses of the contract in order; a grant to oneself has the shorter list."""
    common = (*_who(f), *_what(t), *_use(t), *_time(t, f), *items(t))
    return common if f.to_self else (*common, *bonds(t), *help_clauses(f))


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


_PURPOSES = {
    Purpose.ANSWER_QUESTIONS: (
        "answering questions: Agents and people ask about the work and get claims with their source. Example: Why do we retry payments only twice? Not: who made this mistake, or how good is this person.",
        "回答问题：智能体和同事就工作提问，得到带出处的条目。例：为什么支付只重试两次？不含：是谁犯的错，或此人水平如何。",
    ),
    Purpose.REVIEW_CHANGES: (
        "reviewing changes: Criteria and pitfalls that touch a change are shown beside it. Example: This change touches the retry limit; a pitfall about it is shown. Not: a grade for the author or for the change.",
        "检查改动：在改动旁显示相关的标准和坑。例：改动涉及重试上限，提示一条相关的坑。不含：给作者或改动打分。",
    ),
    Purpose.ONBOARD: (
        "onboarding: New colleagues learn how things are done here. Example: A new colleague asks how releases are made here. Not: testing or ranking the new colleague.",
        "新人上手：新同事了解这里怎么做事。例：新同事询问这里如何发版。不含：考核新同事或给其排名。",
    ),
    Purpose.HAND_OVER: (
        "handing over: Whoever takes over the work finds what they need. Example: A successor asks which jobs run at the end of the month. Not: calling the person back to work without pay.",
        "工作交接：接手的人找到所需内容。例：接手的人询问月底有哪些任务。不含：无偿让本人回来工作。",
    ),
    Purpose.TRAIN_MODELS: (
        "training models: Claims may be used to train a model; its own signed item. Example: Claims become training examples of a named model. Not: any other model, and not the person's style or voice.",
        "训练模型：条目可用于训练模型；须单独签署。例：条目成为指定模型的训练样本。不含：其他模型，也不含本人的文风或声音。",
    ),
}


def _purposes(t: Terms, lang: str) -> str:
    found = [p for p in Purpose if p in t.purposes]
    return "\n".join(f"- {_PURPOSES[p][lang == 'zh']}" for p in found)


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
