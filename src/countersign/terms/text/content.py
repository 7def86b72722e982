# SPDX-License-Identifier: Apache-2.0
"""Clauses about what is in a skill: whose words, from where, of which kinds, made by what means."""

from __future__ import annotations

from countersign.terms.terms import Terms
from countersign.terms.text.facts import Clause
from countersign.terms.text.meanings import listed
from countersign.terms.words import Gap


def content(t: Terms) -> tuple[Clause, ...]:
    """Return the clauses about what is in the skill and how it came there."""
    return (_approved(t), _sources(t), _sensitive(t), _BYSTANDERS, _method(t))


_GAPS = {
    Gap.NEUTRAL: ("“Not in this skill. Ask a person.”", "“本技能未收录，请问人。”"),
    Gap.TOPIC: ("the topic that is missing, and to ask a person.", "所缺的主题，并提示问人。"),
    Gap.NAMED: ("whom to ask instead.", "应当问谁。"),
}


def _approved(t: Terms) -> Clause:
    gap_en, gap_zh = _GAPS[t.gap]
    return Clause(
        "approved-only",
        (18,),
        "Only what was approved",
        "只用确认过的内容",
        "The skill holds only texts that the person accepted one by one in a signed review sheet. "
        "The person may correct each of them or take it out later. Held back and rejected texts "
        "stay with the person; nobody is told how many there are. Where the skill holds nothing, it "
        f"shows: {gap_en}",
        "技能只含本人在已签署的审阅单中逐条接受的文字，此后本人仍可逐条更正或撤下。保留和否决的内容归本人，"
        f"其数量不告知任何人。技能未收录之处显示：{gap_zh}",
        ("gap",),
    )


def _sources(t: Terms) -> Clause:
    quotes_en = (
        "Documents and code reviews may be quoted." if t.quote_documents else "Nothing is quoted."
    )
    quotes_zh = "文档和代码评审可以引用。" if t.quote_documents else "一律不引用原文。"
    return Clause(
        "sources",
        (6, 19),
        "From where",
        "来源",
        f"Texts may come from the person's own words in: {listed(t.sources, 'en')}. Kinds: "
        f"{listed(t.kinds, 'en')}. Never from private talk, from talk with staff representatives or a "
        f"union, or from what somebody said about feelings. {quotes_en} Chat and mail are never "
        "quoted to the party.",
        f"文字可取自本人在以下来源中自己的话：{listed(t.sources, 'zh')}。类别：{listed(t.kinds, 'zh')}。"
        "绝不取自私人谈话、与职工代表或工会的沟通，也不取自情绪的表达。"
        f"{quotes_zh}聊天和邮件从不向相对方引用。",
        ("sources", "kinds", "quote_documents"),
    )


def _sensitive(t: Terms) -> Clause:
    what_en = (
        "health, belief, political views, union membership, sexual life, biometric data, bank "
        "accounts, whereabouts, children under 14"
    )
    what_zh = "健康、信仰、政治观点、工会身份、性生活、生物识别、金融账户、行踪轨迹、不满十四周岁未成年人的信息"
    en, zh = f"Sensitive matters stay out: {what_en}.", f"敏感信息不收录：{what_zh}。"
    if t.sensitive:
        en = (
            f"Sensitive matters ({what_en}) may be contained only if the person signed that on its "
            "own and accepted each text that holds one."
        )
        zh = f"敏感信息（{what_zh}），须经本人另行签署，且逐条接受含有此类信息的文字，方可收录。"
    return Clause("sensitive", (6, 19), "Sensitive matters", "敏感信息", en, zh, ("sensitive",))


_BYSTANDERS = Clause(
    "bystanders",
    (19, 35),
    "Words of others",
    "他人的话",
    "Words of others only help to read the person's own. They are neither quoted nor published, "
    "reach no remote model unmasked, and are deleted at most 30 days after review. Whoever objects "
    "is left out, also in what was read before.",
    "他人的话只用来理解本人的话，不引用，不发布，未经遮盖不得传给远程模型，审阅后最迟 30 日内删除。"
    "他人提出反对的，其内容一律排除，已读取的也同样排除。",
)


def _method(t: Terms) -> Clause:
    models_en = ", ".join(sorted(t.models)) or "none"
    models_zh = "、".join(sorted(t.models)) or "无"
    places_en = ", ".join(sorted(t.endpoints)) or "none"
    places_zh = "、".join(sorted(t.endpoints)) or "无"
    return Clause(
        "method",
        (9, 31),
        "How texts are made",
        "文字如何形成",
        f"Texts are drafted: {listed(t.methods, 'en')}. Families of models used: {models_en}. Remote "
        f"models that may see texts: {places_en}.",
        f"起草方式：{listed(t.methods, 'zh')}。所用模型系列：{models_zh}。可接触文字的远程模型：{places_zh}。",
        ("methods", "models", "endpoints"),
    )
