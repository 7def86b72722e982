# SPDX-License-Identifier: Apache-2.0
"""The terms card 条款卡: exactly twelve lines computed from the terms, each true or struck through.

A card is what one sees before signing, in SKILL.md and in chat. It is rendered by code alone and
never edited, so equal terms give equal bytes. A line that does not hold is not left out: it is
struck through, and what holds instead is said behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from countersign.errors import BadInput
from countersign.seal import digest_words
from countersign.terms.benefit import HOURS, MONEY, Benefit, money
from countersign.terms.terms import HERE, Terms
from countersign.terms.text.meanings import listed, meaning
from countersign.terms.words import (
    Attribution,
    Audience,
    BenefitKind,
    Delivery,
    OnLeaving,
    Period,
)

STYLES = ("text", "markdown")
LANGS = ("en", "zh")


@dataclass(frozen=True, slots=True)
class CardLine:
    """One of the twelve lines: whether it holds, its words, and what holds instead if not."""

    number: int
    holds: bool
    en: str
    zh: str
    instead_en: str = ""
    instead_zh: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Twelve lines, the short code, and a digest (hex) that two people can compare in words."""

    lines: tuple[CardLine, ...]
    code: str
    digest: str

    def words(self, lang: str) -> str:
        """Return the digest's beginning in words (`en`) or characters (`zh`)."""
        return digest_words(self.digest, lang=lang)


def card(terms: Terms, *, expires: datetime | None = None, digest: str | None = None) -> Card:
    """Return the card of `terms`.

    `expires` is the date of an offer or agreement; without it the length of the term is shown.
    `digest` is what the words stand for: the grant's where one exists, else the terms' own.
    """
    return Card(_lines(terms, expires), short_code(terms), digest or terms.digest)


def short_code(terms: Terms) -> str:
    """Return the terms in the manner of Creative Commons: `CS BY-PAY-NT-NP · team · 12M`.

    BY named, AL alias, PAY rewarded in money or hours, NT no training, NP no persona, IN stays in house, EXIT stops
    on leaving; then the audience and the length of the term.
    """
    named = {Attribution.NAME: "BY", Attribution.PSEUDONYM: "AL"}.get(terms.attribution)
    marks = (
        (named or "", named is not None),
        ("PAY", any(b.kind in MONEY or b.kind in HOURS for b in terms.benefits)),
        ("NT", not terms.training),
        ("NP", not terms.persona),
        ("IN", _stays(terms)),
        ("EXIT", terms.on_leaving is OnLeaving.SUSPEND),
    )
    letters = "-".join(mark for mark, holds in marks if holds)
    audience = "+".join(a.value for a in Audience if a in terms.audience)
    return f"CS {letters} · {audience} · {_short_term(terms.term_days)}"


def _short_term(days: int) -> str:
    months = round(days * 12 / 365)
    return f"{months}M" if months and abs(months * 365 / 12 - days) < 3 else f"{days}D"


def _stays(t: Terms) -> bool:
    away = {Audience.CLIENT, Audience.EVERYONE} & t.audience
    return not (away or t.cross_border or t.endpoints or t.region != HERE)


def _lines(t: Terms, expires: datetime | None) -> tuple[CardLine, ...]:
    until_en = f"on {expires:%Y-%m-%d}" if expires else f"after {t.term_days} days"
    until_zh = f"{expires:%Y-%m-%d}" if expires else f"满{t.term_days}天"
    return (
        CardLine(1, True, "Only what I approved, line by line.", "只用我逐条确认的内容。"),
        CardLine(
            2,
            True,
            "For work, never to grade or replace anyone.",
            "用于工作，不用于考核或顶替任何人。",
        ),
        _name_line(t),
        CardLine(
            4,
            not t.persona,
            "It does not speak as me.",
            "不冒充我。",
            "A persona, signed on its own.",
            "人格，另行签署。",
        ),
        CardLine(
            5,
            not t.training,
            "No training of models.",
            "不用于训练模型。",
            "Training, signed on its own.",
            "训练，另行签署。",
        ),
        _place_line(t),
        _benefit_line(t),
        CardLine(
            8,
            t.delivery is Delivery.SERVED,
            "I see its use.",
            "使用情况我看得到。",
            "Copies in folders are not counted.",
            "文件夹里的副本无法计数。",
        ),
        CardLine(9, True, f"Ends {until_en}, no auto-renewal.", f"{until_zh}到期，不自动续。"),
        CardLine(
            10,
            t.on_leaving is OnLeaving.SUSPEND,
            "I leave, it stops.",
            "我离职，它停用。",
            "It goes on until it ends, for the benefit above.",
            "到期前继续，回报见上。",
        ),
        CardLine(11, True, "I can take it back any day, no reason.", "随时可收回，不问理由。"),
        CardLine(12, True, "Saying no costs me nothing.", "不同意，不影响我。"),
    )


def _name_line(t: Terms) -> CardLine:
    if t.attribution is Attribution.PSEUDONYM:
        return CardLine(3, True, f"My alias stays on it: {t.alias}.", f"署我的化名：{t.alias}。")
    named = t.attribution is Attribution.NAME
    return CardLine(
        3, named, "My name stays on it.", "署我的名。", "No name stands on it.", "不署名。"
    )


def _place_line(t: Terms) -> CardLine:
    who_en, who_zh = listed(t.audience, "en"), listed(t.audience, "zh")
    far = sorted({*t.endpoints, *({t.region} - {HERE}), *(["abroad"] if t.cross_border else [])})
    to_en = ", ".join([who_en, *far])
    to_zh = "、".join([who_zh, *("境外" if place == "abroad" else place for place in far)])
    stays = _stays(t)
    return CardLine(
        6,
        stays,
        f"Stays here: {who_en}." if stays else "Stays here.",
        f"不出：{who_zh}。" if stays else "不出这里。",
        f"It reaches: {to_en}.",
        f"到达：{to_zh}。",
    )


def _benefit_line(t: Terms) -> CardLine:
    if t.to_self:
        return CardLine(7, True, "Pay or benefit: it is mine to use.", "回报：归我自己用。")
    zero = any(b.kind is BenefitKind.ZERO for b in t.benefits)
    en, zh = benefits_text(t, "en"), benefits_text(t, "zh")
    return CardLine(
        7,
        not zero,
        "Pay or benefit." if zero else f"Pay or benefit: {en}.",
        "回报。" if zero else f"回报：{zh}。",
        "None, because I chose so.",
        "无，是我自己选的。",
    )


def benefits_text(t: Terms, lang: str) -> str:
    """Return all benefits as one phrase in `lang`."""
    return ("；" if lang == "zh" else "; ").join(_benefit(b, lang) for b in t.benefits)


def _benefit(b: Benefit, lang: str) -> str:
    zh = lang == "zh"
    name = meaning(b.kind).name_zh if zh else meaning(b.kind).name_en
    period = meaning(b.period).name_zh if zh else meaning(b.period).name_en
    if b.kind in MONEY:
        shown = f"{name}{'：' if zh else ': '}{money(b.amount, b.currency)}"
        plain = b.period is Period.USE
        return shown if plain else f"{shown}{'，' if zh else ', '}{period}"
    if b.kind in HOURS:
        return f"{name}：{b.amount}小时，{period}" if zh else f"{name}: {b.amount} h {period}"
    return name


def render_card(made: Card, lang: str, *, style: str = "text") -> str:
    """Return the card as `text` or `markdown` in `en` or `zh`; the same card gives the same bytes."""
    if lang not in LANGS or style not in STYLES:
        raise BadInput(
            "A card is rendered in en or zh, as text or markdown.",
            remedy='For example render_card(card, "en", style="text").',
        )
    zh, markdown = lang == "zh", style == "markdown"
    title = "条款卡" if zh else "Terms card"
    head = f"**{title}** · `{made.code}`" if markdown else f"{title} · {made.code}"
    foot = f"{'摘要' if zh else 'Digest'}: {made.words(lang)}"
    lines = [_shown(line, zh=zh, markdown=markdown) for line in made.lines]
    return "\n".join([head, "", *lines, "", foot]) + "\n"


def _shown(line: CardLine, *, zh: bool, markdown: bool) -> str:
    said = line.zh if zh else line.en
    instead = line.instead_zh if zh else line.instead_en
    if markdown:
        return f"{line.number}. {said}" if line.holds else f"{line.number}. ~~{said}~~ {instead}"
    if line.holds:
        return f"✓ {line.number:>2}. {said}"
    struck = f"［划去：{said}］" if zh else f"[struck: {said}] "
    return f"✗ {line.number:>2}. {struck}{instead}"
