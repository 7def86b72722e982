# SPDX-License-Identifier: Apache-2.0
"""The reply kit: everything that somebody who was asked can send back, made from terms alone.

Needs no home, no hub, no network and nothing on the other side.
"""

from __future__ import annotations

from dataclasses import dataclass

from countersign.terms.asking.link import terms_link
from countersign.terms.asking.page import reply_page
from countersign.terms.asking.picture import card_svg
from countersign.terms.asking.reply import Said, reply_texts
from countersign.terms.card import Card, card, render_card
from countersign.terms.terms import Terms


@dataclass(frozen=True, slots=True)
class ReplyKit:
    """The three texts, the card in each form, and the link. `files` maps names to bytes."""

    texts: tuple[Said, ...]
    card: Card
    link: str
    svg: bytes
    files: dict[str, bytes]


def reply_kit(
    terms: Terms, *, made: Card | None = None, topic: str = "", lang: str = "both"
) -> ReplyKit:
    """Return the kit for `terms`; `made` is the card of an offer, with its dates and digest.

    `lang` is that of the picture and the Markdown card: en, zh or both. Equal input, equal bytes.
    """
    shown = made or card(terms)
    link = terms_link(terms)
    texts = reply_texts(terms, topic=topic)
    svg = card_svg(shown, lang=lang, link=link)
    files = {f"{said.name}.txt": f"{said.en}\n\n{said.zh}\n".encode() for said in texts}
    files["card.md"] = _markdown(shown, lang, link).encode()
    files["card.html"] = reply_page(shown, texts, link=link).encode()
    files["card.svg"] = svg
    return ReplyKit(texts, shown, link, svg, files)


def _markdown(shown: Card, lang: str, link: str) -> str:
    langs = ("en", "zh") if lang == "both" else (lang,)
    cards = "\n".join(render_card(shown, one, style="markdown") for one in langs)
    return f"{cards}\n`{link}`\n"
