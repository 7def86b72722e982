# SPDX-License-Identifier: Apache-2.0
"""What each word of the closed sets means to people: a name and one plain sentence, en and zh.

Cards, contracts and doors take their wording from here, so a word cannot mean two things. Each
purpose also has an example and what it does not cover (clause 8).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from countersign.errors import Internal
from countersign.terms import words as w


class Meaning(NamedTuple):
    """The name of a word as it stands inside a sentence, and one sentence that explains it."""

    name_en: str
    name_zh: str
    en: str
    zh: str


class Bounds(NamedTuple):
    """What a purpose looks like in practice, and what it does not cover."""

    example_en: str
    example_zh: str
    not_en: str
    not_zh: str


BOUNDS: dict[str, Bounds] = {
    "answer-questions": Bounds(
        "Why do we retry payments only twice?",
        "为什么支付只重试两次？",
        "Not: who made this mistake, or how good is this person.",
        "不含：是谁犯的错，或此人水平如何。",
    ),
    "review-changes": Bounds(
        "This change touches the retry limit; a pitfall about it is shown.",
        "改动涉及重试上限，提示一条相关的坑。",
        "Not: a grade for the author or for the change.",
        "不含：给作者或改动打分。",
    ),
    "onboard": Bounds(
        "A new colleague asks how releases are made here.",
        "新同事询问这里如何发版。",
        "Not: testing or ranking the new colleague.",
        "不含：考核新同事或给其排名。",
    ),
    "hand-over": Bounds(
        "A successor asks which jobs run at the end of the month.",
        "接手的人询问月底有哪些任务。",
        "Not: calling the person back to work without pay.",
        "不含：无偿让本人回来工作。",
    ),
    "train-models": Bounds(
        "Claims become training examples of a named model.",
        "条目成为指定模型的训练样本。",
        "Not: any other model, and not the person's style or voice.",
        "不含：其他模型，也不含本人的文风或声音。",
    ),
}

_MEANINGS: dict[type[StrEnum], dict[str, Meaning]] = {
    w.Purpose: {
        "answer-questions": Meaning(
            "answering questions",
            "回答问题",
            "Agents and people ask about the work and get claims with their source.",
            "智能体和同事就工作提问，得到带出处的条目。",
        ),
        "review-changes": Meaning(
            "reviewing changes",
            "检查改动",
            "Criteria and pitfalls that touch a change are shown beside it.",
            "在改动旁显示相关的标准和坑。",
        ),
        "onboard": Meaning(
            "onboarding",
            "新人上手",
            "New colleagues learn how things are done here.",
            "新同事了解这里怎么做事。",
        ),
        "hand-over": Meaning(
            "handing over",
            "工作交接",
            "Whoever takes over the work finds what they need.",
            "接手的人找到所需内容。",
        ),
        "train-models": Meaning(
            "training models",
            "训练模型",
            "Claims may be used to train a model; its own signed item.",
            "条目可用于训练模型；须单独签署。",
        ),
    },
    w.Audience: {
        "self": Meaning("me alone", "仅本人", "Only the person.", "仅限本人。"),
        "team": Meaning("the team", "本团队", "The party's own team.", "相对方的本团队。"),
        "company": Meaning("the company", "本公司", "The whole company.", "整个公司。"),
        "client": Meaning("the client", "客户", "One named client.", "指定的一位客户。"),
        "everyone": Meaning(
            "everyone", "所有人", "Anybody; its own signed item.", "任何人；须单独签署。"
        ),
    },
    w.Kind: {
        "rule": Meaning("rules", "规则", "What is always or never done.", "总是或从不做的事。"),
        "decision": Meaning(
            "decisions", "决定", "What was decided, and why.", "定了什么，为什么。"
        ),
        "procedure": Meaning("procedures", "步骤", "How something is done.", "怎么做一件事。"),
        "pitfall": Meaning(
            "pitfalls", "坑", "What goes wrong, and when.", "什么会出错，何时出错。"
        ),
        "criterion": Meaning("criteria", "标准", "What a review looks for.", "审阅看什么。"),
        "ownership": Meaning("ownership", "归属", "Who looks after what.", "谁负责什么。"),
        "preference": Meaning("preferences", "偏好", "What the person likes.", "本人偏好什么。"),
        "vocabulary": Meaning("vocabulary", "用语", "What words mean here.", "词语在这里的意思。"),
        "contact": Meaning("contacts", "联系", "Whom to ask, and how.", "找谁，怎么找。"),
        "style": Meaning("style", "文风", "How the person writes.", "本人怎么写。"),
    },
    w.Source: {
        "mail": Meaning("mail", "邮件", "Own mails.", "自己的邮件。"),
        "slack": Meaning("Slack", "Slack", "Own Slack messages.", "自己的 Slack 消息。"),
        "notes": Meaning("notes", "笔记", "Own notes.", "自己的笔记。"),
        "paste": Meaning("pasted text", "粘贴的文字", "Own text, pasted in.", "自己粘贴的文字。"),
        "documents": Meaning("documents", "文档", "Documents by the person.", "本人写的文档。"),
        "code-review": Meaning(
            "code reviews", "代码评审", "Own review comments.", "自己的评审意见。"
        ),
        "commits": Meaning("commits", "提交说明", "Own commit messages.", "自己的提交说明。"),
        "meetings": Meaning(
            "meetings", "会议", "Own turns in transcripts.", "会议记录中自己的发言。"
        ),
        "feishu": Meaning("Feishu", "飞书", "Own Feishu messages.", "自己的飞书消息。"),
        "dingtalk": Meaning("DingTalk", "钉钉", "Own DingTalk messages.", "自己的钉钉消息。"),
        "wecom": Meaning("WeCom", "企业微信", "Own WeCom messages.", "自己的企业微信消息。"),
        "wechat": Meaning("WeChat", "微信", "Own WeChat messages.", "自己的微信消息。"),
        "teams": Meaning("Teams", "Teams", "Own Teams messages.", "自己的 Teams 消息。"),
        "discord": Meaning("Discord", "Discord", "Own Discord messages.", "自己的 Discord 消息。"),
        "telegram": Meaning(
            "Telegram", "Telegram", "Own Telegram messages.", "自己的 Telegram 消息。"
        ),
        "whatsapp": Meaning(
            "WhatsApp", "WhatsApp", "Own WhatsApp messages.", "自己的 WhatsApp 消息。"
        ),
        "zulip": Meaning("Zulip", "Zulip", "Own Zulip messages.", "自己的 Zulip 消息。"),
        "mattermost": Meaning(
            "Mattermost", "Mattermost", "Own Mattermost messages.", "自己的 Mattermost 消息。"
        ),
        "matrix": Meaning("Matrix", "Matrix", "Own Matrix messages.", "自己的 Matrix 消息。"),
        "agent-sessions": Meaning(
            "agent sessions", "智能体会话", "Own turns with an agent.", "自己与智能体的对话。"
        ),
        "interview": Meaning(
            "an interview", "访谈", "Own answers to questions.", "自己对提问的回答。"
        ),
    },
    w.Delivery: {
        "served": Meaning(
            "served",
            "查询",
            "Asked claim by claim over the hub; uses are counted.",
            "经枢纽逐条查询，使用可计数。",
        ),
        "folder": Meaning(
            "as a folder",
            "文件夹",
            "Copied in full; uses there cannot be counted.",
            "全文复制；其使用无法计数。",
        ),
    },
    w.Attribution: {
        "name": Meaning("my name", "我的名字", "The person's name stays on it.", "署本人的名。"),
        "pseudonym": Meaning("an alias", "化名", "An alias stays on it.", "署化名。"),
        "none": Meaning("no name", "不署名", "No name stands on it.", "不署名。"),
    },
    w.Profile: {
        "self": Meaning("self", "自用", "No ceremony: one's own.", "无手续：自己用。"),
        "team": Meaning(
            "team", "团队", "Light: one small team, served.", "从简：一个小团队，仅查询。"
        ),
        "company": Meaning("company", "公司", "Full ceremony.", "完整手续。"),
        "public": Meaning(
            "public", "公开", "Full ceremony, beyond the company.", "完整手续，可出公司。"
        ),
    },
    w.OnLeaving: {
        "suspend": Meaning(
            "it stops", "停用", "When the person leaves, it stops.", "本人离职即停用。"
        ),
        "continue": Meaning(
            "it goes on",
            "继续",
            "It goes on after leaving, until it ends.",
            "离职后继续，到期为止。",
        ),
    },
    w.Gap: {
        "neutral": Meaning(
            "neutral", "中性", "Not in this skill. Ask a person.", "本技能未收录，请问人。"
        ),
        "topic": Meaning("by topic", "按主题", "A gap names its topic.", "空缺处写明主题。"),
        "named": Meaning("by name", "署名", "A gap names whom to ask.", "空缺处写明问谁。"),
    },
    w.BenefitKind: {
        "per-use": Meaning(
            "pay per use", "按次付费", "An amount for each use.", "每次使用付一笔。"
        ),
        "flat": Meaning("a fee", "固定报酬", "A fixed amount.", "固定金额。"),
        "pool": Meaning(
            "a share of a pool", "分成", "A share of an amount.", "分得一笔金额的份额。"
        ),
        "review-hours": Meaning(
            "paid hours to review",
            "带薪审阅",
            "Working hours for reviewing claims.",
            "用于审阅条目的工时。",
        ),
        "time-off": Meaning("time off", "调休", "Hours off work.", "休息时间。"),
        "training-budget": Meaning(
            "a training budget",
            "培训经费",
            "Money for the person's own training.",
            "本人的培训费用。",
        ),
        "credit": Meaning(
            "credit by name", "署名贡献", "Being credited, provably.", "可证明的署名。"
        ),
        "zero": Meaning("nothing", "无", "Nothing, by the person's own choice.", "无，本人自选。"),
    },
    w.Period: {
        "use": Meaning("per use", "每次", "Due with each use.", "每次使用时。"),
        "once": Meaning("once", "一次性", "Due once.", "一次。"),
        "month": Meaning("a month", "每月", "Due each month.", "每月。"),
        "quarter": Meaning("a quarter", "每季度", "Due each quarter.", "每季度。"),
        "year": Meaning("a year", "每年", "Due each year.", "每年。"),
    },
    w.Item: {
        "short-cooling-off": Meaning(
            "a shorter cooling-off time",
            "更短的冷静期",
            "I choose less than 48 hours before the first use.",
            "我选择首次使用前的冷静期少于四十八小时。",
        ),
        "zero-benefit": Meaning(
            "no benefit", "零回报", "I choose to receive nothing.", "我选择不要回报。"
        ),
        "public-release": Meaning(
            "release to everyone", "公开发布", "Anybody may use it.", "任何人都可以使用。"
        ),
        "cross-border": Meaning(
            "crossing a border", "跨境", "It may leave the country.", "内容可以出境。"
        ),
        "sensitive": Meaning(
            "sensitive matters",
            "敏感信息",
            "It may touch sensitive matters.",
            "内容可涉及敏感信息。",
        ),
        "training": Meaning(
            "training of models", "训练模型", "Models may be trained on it.", "可用于训练模型。"
        ),
        "persona": Meaning("a persona", "人格", "It may speak as me.", "可以以我的口吻说话。"),
    },
    w.Act: {
        "keep": Meaning("keep", "保存", "Keep traces in a vault.", "把痕迹存入保险库。"),
        "distill": Meaning(
            "distill", "整理", "Turn own words into claims.", "把自己的话整理成条目。"
        ),
        "publish": Meaning("publish", "发布", "Release claims as a skill.", "把条目发布为技能。"),
        "install": Meaning(
            "install", "安装", "Put a skill where agents find it.", "把技能装到智能体处。"
        ),
        "answer": Meaning("answer", "回答", "Answer a question from a skill.", "用技能回答问题。"),
        "export": Meaning("export", "导出", "Copy out what is held.", "导出所存内容。"),
    },
}


def meaning(word: StrEnum) -> Meaning:
    """Return what a word of the closed sets means, in both languages."""
    try:
        return _MEANINGS[type(word)][word.value]
    except KeyError as e:
        raise Internal(f"The word '{word}' has no meaning written down.") from e


def listed(found: Iterable[StrEnum], lang: str) -> str:
    """Return the names of `found` as a list inside a sentence, in the order of their closed set."""
    members = sorted(found, key=lambda word: list(type(word).__members__.values()).index(word))
    names = [meaning(m).name_zh if lang == "zh" else meaning(m).name_en for m in members]
    return ("、" if lang == "zh" else ", ").join(names)
