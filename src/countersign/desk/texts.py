# SPDX-License-Identifier: Apache-2.0
"""Texts for people: the contract of an offer, and templates, as Markdown, a page, or a PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from countersign.desk.consent import contract_of, names_an_offer, terms_of
from countersign.desk.home import Home
from countersign.errors import BadInput, NotFound
from countersign.people import find_card
from countersign.terms import (
    TEMPLATES,
    Value,
    blanks,
    draft_contract,
    html,
    offer_state,
    pdf,
    render,
    term_values,
)

FORMATS = ("md", "html", "pdf")
AGREEMENT = "agreement"
TEXTS: dict[str, tuple[str, ...]] = {AGREEMENT: ("en", "zh"), **TEMPLATES}
"""Every text that can be printed without an offer, and its languages; the agreement comes first."""


def contract_file(
    home: Home, offer: str, *, lang: str, form: str, now: datetime, fonts: Sequence[Path] = ()
) -> bytes:
    """Return the contract of an offer: as `md` the exact bytes that are signed, else made of them.

    Raises `NotFound`, `NotVerified` where the stored text is not what was signed, and `BadInput`.
    """
    if lang not in TEXTS[AGREEMENT]:
        raise BadInput(
            "An agreement is signed in en and zh.",
            why="What nobody signed is no text of the agreement.",
            remedy="Choose --lang en or --lang zh.",
        )
    return as_file(contract_of(home, offer, lang=lang), lang=lang, form=form, now=now, fonts=fonts)


def template_file(
    home: Home,
    name: str,
    *,
    lang: str,
    form: str,
    now: datetime,
    terms: str = "",
    given: Mapping[str, str] = {},
    fonts: Sequence[Path] = (),
) -> bytes:
    """Return a template, filled from `terms` (preset, file or offer) and the `given` blanks.

    What is given stands before what terms say. Needs a hub only where `terms` is an offer.
    """
    if name == AGREEMENT:
        text = draft_contract(terms_of(home, terms or "my-team"), lang, now=now)
    else:
        known = blanks(name, lang)
        filled = {**_from_terms(home, terms, lang), **_from_offer(home, terms)}
        values = {key: value for key, value in filled.items() if key in known} | dict(given)
        text = render(name, values, lang)
    return as_file(text, lang=lang, form=form, now=now, fonts=fonts)


def template_blanks(name: str, *, lang: str) -> dict[str, str]:
    """Return the blanks of a template and their labels; the agreement is filled from terms alone."""
    return {} if name == AGREEMENT else blanks(name, lang)


def _from_terms(home: Home, terms: str, lang: str) -> dict[str, Value]:
    return term_values(terms_of(home, terms), lang) if terms else {}


def _from_offer(home: Home, terms: str) -> dict[str, Value]:
    """Return what an offer says beyond its terms; nothing where `terms` is a preset or a file."""
    if not terms or not names_an_offer(terms):
        return {}
    with home.hub.db.read() as c:
        try:
            state = offer_state(c, terms)
        except NotFound:  # a draft or a request: terms without two sides
            return {}
        person, party = find_card(c, state.person), find_card(c, state.party)
    return {
        "person": person.name,
        "party": party.name,
        "agreement": state.agreement_id,
        "starts": f"{state.starts:%Y-%m-%d}",
        "expires": f"{state.expires:%Y-%m-%d}",
    }


def as_file(
    markdown: str, *, lang: str, form: str, now: datetime, fonts: Sequence[Path] = ()
) -> bytes:
    """Return Markdown of ours as the bytes of a file of `form`: `md`, `html` or `pdf`."""
    if form == "md":
        return markdown.encode("utf-8")
    if form == "html":
        return html(markdown, lang=lang).encode("utf-8")
    if form == "pdf":
        return pdf(markdown, lang=lang, now=now.replace(microsecond=0), fonts=fonts)
    raise BadInput("Texts are printed as md, html or pdf.", remedy="Choose one of them.")
