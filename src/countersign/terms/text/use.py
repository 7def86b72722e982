# SPDX-License-Identifier: Apache-2.0
"""Clauses about the use of a skill: for what, by whom, where, under which name, and never for what."""

from __future__ import annotations

from countersign.terms.terms import HERE, Terms
from countersign.terms.text.facts import Clause
from countersign.terms.text.meanings import bounds, listed, meaning
from countersign.terms.words import Attribution, Delivery, Purpose


def use(t: Terms) -> tuple[Clause, ...]:
    """Return the clauses about use, what is forbidden first after what is granted."""
    return (
        _purposes(t),
        _NEVER,
        _training(t),
        _persona(t),
        _audience(t),
        _delivery(t),
        _place(t),
        _attribution(t),
        _DISCLOSURE,
    )


def purpose_line(purpose: Purpose, lang: str) -> str:
    """Return what a purpose means, an example, and what it does not cover: en, zh or de."""
    said, around = meaning(purpose), bounds(purpose)
    if lang == "de":
        return (
            f"{said.name_de}: {around.says_de} Zum Beispiel: {around.example_de} "
            f"Nicht: {around.not_de}."
        )
    if lang == "zh":
        return f"{said.name_zh}：{said.zh}例如：{around.example_zh}不包括：{around.not_zh}。"
    return f"{said.name_en}: {said.en} For example: {around.example_en} Not: {around.not_en}."


def _purposes(t: Terms) -> Clause:
    found = [p for p in Purpose if p in t.purposes]
    en, zh = ("\n".join(f"- {purpose_line(p, lang)}" for p in found) for lang in ("en", "zh"))
    return Clause(
        "purposes",
        (6, 8, 33),
        "For what",
        "用途",
        f"{en}\n\nNothing else. A new use needs a new signature; doubt is read as not granted.",
        f"{zh}\n\n仅此而已。新的用途须重新签署；有疑义即视为未授权。",
        ("purposes",),
    )


_NEVER = Clause(
    "never",
    (7, 20),
    "Never",
    "绝不",
    "Whatever anybody signs: never to evaluate, grade, rank or watch anyone, to prepare a dismissal, "
    "to replace anyone, to set anyone's workload, or to pass for anyone. No scores of persons are "
    "made from it.",
    "无论何人签署何种文件，绝不用于评价、打分、排名或监视任何人，不用于准备解雇，不用于顶替任何人，"
    "不用于分派工作量，不用于冒充任何人。不得据此生成对个人的评分。",
)


def _training(t: Terms) -> Clause:
    en, zh = "No model is trained on it.", "不用于训练模型。"
    if t.training:
        en = (
            "Models of the families named above may be trained on approved texts, only if the person "
            "signed that on its own. A withdrawal stops all further training; what a model has "
            "learned cannot be taken out of it with certainty."
        )
        zh = (
            "须经本人另行签署，方可用经确认的文字训练上述系列的模型。收回后不得再训练；"
            "模型已学到的内容无法保证清除。"
        )
    return Clause("training", (6,), "Training of models", "训练模型", en, zh, ("training",))


def _persona(t: Terms) -> Clause:
    en = "The skill does not speak as the person and does not imitate style, voice or likeness."
    zh = "技能不以本人口吻说话，不模仿本人的文风、声音或形象。"
    if t.persona:
        en = (
            "This agreement alone grants no persona. The skill may use the person's manner of writing "
            "only while a persona rider holds: a document of its own, with its own signatures and its "
            "own end. The skill works fully without it."
        )
        zh = (
            "本协议本身不授予人格使用。仅在另行签署的人格附约有效期间，技能方可采用本人的行文方式；"
            "附约单独成文、单独签署、单独到期。没有附约，技能照常完整可用。"
        )
    return Clause("persona", (7, 15), "Persona", "人格", en, zh, ("persona",))


def _audience(t: Terms) -> Clause:
    alone_en = "the person alone" if t.to_self else listed(t.audience, "en")
    en, zh = " It is not released to the public.", "不向公众发布。"
    if t.public_release:
        en = (
            " Release to everyone holds only if the person signed that on its own; copies that "
            "strangers took cannot be called back."
        )
        zh = "向所有人发布须经本人另行签署；陌生人已取走的副本无法追回。"
    return Clause(
        "audience",
        (6,),
        "For whom",
        "范围",
        f"For {alone_en}; callers: at most {t.callers_at_most}.{en}",
        f"供{listed(t.audience, 'zh')}使用；使用者最多 {t.callers_at_most} 个。{zh}",
        ("audience", "callers_at_most", "public_release"),
    )


def _delivery(t: Terms) -> Clause:
    folder = t.delivery is Delivery.FOLDER
    return Clause(
        "delivery",
        (3, 24),
        "How it is delivered",
        "提供方式",
        "Copied as a folder. Each place that receives a copy is written down; uses of copies cannot "
        "be counted."
        if folder
        else "Asked text by text over the hub. Each use leaves a receipt that the person can see.",
        "以文件夹复制。每一处副本均予登记；副本的使用无法计数。"
        if folder
        else "经枢纽逐条查询。每次使用留有本人可见的凭据。",
        ("delivery",),
    )


def _place(t: Terms) -> Clause:
    place_en = "where the hub stands" if t.region == HERE else t.region
    place_zh = "枢纽所在地" if t.region == HERE else t.region
    en, zh = " They do not cross a border.", "内容不出境。"
    if t.cross_border:
        en = (
            " They may cross a border only if the person signed that on its own, after the party "
            "named recipient, country, contact, purpose and safeguards."
        )
        zh = "相对方告知境外接收方、所在国家或地区、联系方式、用途和保护措施，并经本人另行签署，内容方可出境。"
    return Clause(
        "place",
        (6, 31),
        "Where",
        "地点",
        f"Texts are kept and served from: {place_en}.{en}",
        f"文字的存放和提供地点：{place_zh}。{zh}",
        ("region", "cross_border"),
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
    return Clause(
        "attribution",
        (22,),
        "Name",
        "署名",
        f"{en} The person may change this.",
        f"{zh}本人可以更改。",
        ("attribution", "alias"),
    )


_DISCLOSURE = Clause(
    "disclosure",
    (21,),
    "Said to be AI",
    "标明为人工智能",
    "Every answer says, to people and to machines, that it is AI from reviewed notes and not the "
    "person.",
    "每个回答都向人和机器标明：由人工智能生成，取自经审阅的笔记，并非本人。",
)
