# SPDX-License-Identifier: Apache-2.0
"""A hand-over document for people: the same accepted claims as a release, fine to read as a page.

By topic, within it rules before reasons; each claim with its date and how often it was said; the
byline above, the terms card at the end. Text from outside is inert here too, and its Markdown
signs are escaped, so that a claim is always one item of a list and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from countersign.claims import Accepted
from countersign.errors import BadInput
from countersign.skill.byline import disclosure, span
from countersign.skill.draft import Draft
from countersign.skill.inert import inert, plain
from countersign.skill.shelves import MORE, in_order, shelve
from countersign.skill.words import DOCUMENT, IN_ORDER, KIND_HEADINGS
from countersign.terms import card, render_card

_MARKUP = re.compile(r"([\\`*_\[\]<>~|])")
# At the start of a line these would open a list, a heading, a rule or a quote.
_OPENERS = re.compile(r"^(\s*)(?:([-+*#=>])|(\d{1,9})([.)]))", re.MULTILINE)


def render_document(draft: Draft, *, lang: str) -> str:
    """Return the claims of `draft` as a Markdown document in `en` or `zh` headings."""
    if lang not in DOCUMENT:
        raise BadInput("A document is written in en or zh.", remedy="Give --lang en or zh.")
    words = DOCUMENT[lang]
    shelves = shelve([c.topic for c in draft.claims], [c.text for c in draft.claims])
    parts = [_head(draft, lang)]
    for shelf in in_order(shelves):
        here = [c for c, s in zip(draft.claims, shelves, strict=True) if s == shelf]
        title = words["more"] if shelf == MORE else shelf.replace("-", " ")
        parts.append(f"## {title}\n\n{_by_kind(here, lang)}")
    made = card(draft.terms, expires=draft.valid_until, digest=draft.grant_digest)
    parts.append(f"## {words['terms']}\n\n{render_card(made, lang, style='markdown')}")
    return "\n".join(parts)


def _head(draft: Draft, lang: str) -> str:
    words, byline = DOCUMENT[lang], plain(draft.byline)
    times = [at for c in draft.claims for at in (c.first_at, c.last_at) if at]
    first, last = min(times, default=None), max(times, default=None)
    facts = (
        f"{words['by']}: {byline or words['nobody']} · {words['level']}: {draft.identity_level}",
        f"{words['state']}: {draft.released_at:%Y-%m-%d} · {words['until']}: {draft.valid_until:%Y-%m-%d}",
        f"{words['claims']}: {len(draft.claims)} · {words['from']}: {span(first, last, lang)}",
    )
    stop = "。" if lang == "zh" else ". "
    paragraphs = (
        f"# {plain(draft.title)}",
        plain(draft.description),
        "  \n".join(facts),
        f"> {disclosure(byline, lang)}{stop}{words['approved']}",
    )
    return "\n\n".join(p for p in paragraphs if p) + "\n"


def _by_kind(claims: Sequence[Accepted], lang: str) -> str:
    parts = []
    for kind in IN_ORDER:
        of_kind = [c for c in claims if c.kind is kind]
        if of_kind:
            items = "\n".join(_item(c, lang) for c in of_kind)
            parts.append(f"### {KIND_HEADINGS[lang][kind]}\n\n{items}\n")
    return "\n".join(parts)


def _item(claim: Accepted, lang: str) -> str:
    said = DOCUMENT[lang]["said"].format(n=claim.support)
    return f"- {one_item(claim.text)}  \n  *{span(claim.first_at, claim.last_at, lang)} · {said}*"


def one_item(text: str) -> str:
    """Return `text` as the words of one list item: inert, escaped, its lines indented."""
    escaped = _MARKUP.sub(r"\\\1", inert(text.strip()))
    lines = [_OPENERS.sub(_shut, line).strip() for line in escaped.split("\n")]
    return "  \n  ".join(line for line in lines if line)


def _shut(m: re.Match[str]) -> str:
    return f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}"
