# SPDX-License-Identifier: Apache-2.0
"""The reply kit on disk: works with no home, no hub and no network. Nothing is recorded anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from countersign.desk.consent import terms_of
from countersign.desk.home import Home
from countersign.errors import Unavailable
from countersign.terms import (
    ReplyKit,
    Ticks,
    card,
    card_png,
    instead_text,
    no_text,
    offer_state,
    reply_kit,
    ticked,
    who_text,
)


def make_reply(
    home: Home,
    *,
    terms: str = "my-team",
    offer: str = "",
    ticks: Ticks | None = None,
    topic: str = "",
    lang: str = "both",
) -> ReplyKit:
    """Make the kit for terms named as `terms_of` takes them, or for an offer as it stands.

    Only an offer is looked up in the home; presets, files and links need none. `ticks` change the
    terms; an offer's own card has its dates and digest, and stays without ticks.
    """
    if offer and ticks is None:
        with home.hub.db.read() as c:
            state = offer_state(c, offer)
        made = card(state.terms, expires=state.expires, digest=state.grant_digest)
        return reply_kit(state.terms, made=made, topic=topic, lang=lang)
    return reply_kit(
        ticked(terms_of(home, offer or terms), ticks or Ticks()), topic=topic, lang=lang
    )


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a kit; `missing` says why there is no PNG, empty where there is one."""

    paths: tuple[Path, ...]
    missing: Unavailable | None


def write_reply(kit: ReplyKit, folder: Path) -> Written:
    """Write the kit's files into a folder, with a PNG where the extra `contract` is installed."""
    files = dict(kit.files)
    missing = None
    try:
        files["card.png"] = card_png(kit.svg)
    except Unavailable as e:
        missing = e
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as e:
        raise Unavailable(
            f"The folder {folder.name} cannot be written.",
            why=e.strerror or type(e).__name__,
            remedy="Choose a folder you may write to with --out.",
        ) from e
    return Written(tuple(folder / name for name in files), missing)


def instead_texts(kind: str, *, topic: str = "") -> dict[str, str]:
    """Return the answer "a page" or "an hour" in both languages; raises `BadInput` for another."""
    said = instead_text(kind, topic=topic)
    return {"en": said.en, "zh": said.zh}


def no_texts() -> dict[str, str]:
    """Return what somebody may say who declines: a plain no, another offer, a question; en and zh."""
    said = {"no": no_text(), "instead": instead_text(), "who": who_text()}
    return {
        f"{name}_{lang}": getattr(text, lang)
        for name, text in said.items()
        for lang in ("en", "zh")
    }
