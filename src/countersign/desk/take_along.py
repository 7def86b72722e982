# SPDX-License-Identifier: Apache-2.0
"""Take along 带走: what a person may show elsewhere: records of consent, credit, masked claims.

Others' names and accounts, mail addresses, phone numbers, links and secrets become placeholders. No
quotes, no traces, no ids of the vault, no keys. A claim or a held-back one stays behind where an
agreement that covers it, in force or ended, leaves it out of `take_along`; the records of consent
are always the person's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from countersign import __version__
from countersign.claims import ClaimView, accepted, claims, mask
from countersign.clock import to_text
from countersign.desk.bundle import README, Writer
from countersign.desk.export_words import TAKE_ALONG
from countersign.desk.home import Home
from countersign.desk.logbook import publish_log
from countersign.errors import NotFound
from countersign.evidence import authors
from countersign.ids import ClaimId
from countersign.people import ever_bound, people
from countersign.seal import canonical
from countersign.terms import (
    TakeAlong,
    Terms,
    agreements,
    consent_record,
    packaged,
    recorded,
    records,
)


@dataclass(frozen=True, slots=True)
class TakenAlong:
    """What was written, and how many accepted and held-back claims the terms leave behind."""

    folder: Path
    records: int
    credits: int
    claims: int
    portfolio: int
    left: int


@dataclass(frozen=True, slots=True)
class _Agreed:
    """One agreement that the person signed with a party: its record and its credit records."""

    id: str
    terms: Terms
    record: dict[str, Any]
    credits: tuple[dict[str, Any], ...]


def take_along(home: Home, folder: Path, *, now: datetime) -> TakenAlong:
    """Write what the vault's own person may take along to a new folder, in the clear.

    Raises `Conflict` where the folder exists, `NotVerified` where a decision is on no signed sheet.
    """
    me = home.owner
    publish_log(home.hub, now=now)
    with home.hub.db.read() as c:
        agreed = list(_agreed(c, me.id, now))
        keys = ever_bound(c, me.id)
    masked = _masked(home)
    mine = accepted(home.vault, keys=keys)
    views = {v.id: v for v in claims(home.vault)}
    going = [a for a in mine if _goes(TakeAlong.CLAIMS, views[a.id], agreed)]
    held = [v for v in views.values() if v.status == "held"]
    portfolio = [v for v in held if _goes(TakeAlong.PORTFOLIO, v, agreed)]
    finals = {a.id: a.text for a in going}
    writer = Writer(folder, passphrase=None)
    try:
        for a in agreed:
            writer.lines(f"records/{a.id}.dpv.jsonld", [a.record], "A consent record. 同意记录。")
        credits = [credit for a in agreed for credit in a.credits]
        for number, credit in enumerate(credits, 1):
            path = f"credit/credit-{number}.json"
            writer.file(path, canonical(credit), "Credit, signed. 贡献证明。")
        writer.lines("claims.jsonl", _lines(views, finals, masked), "What you know. 你的经验。")
        kept = {v.id: v.text for v in portfolio}
        writer.lines("portfolio.jsonl", _lines(views, kept, masked), "Held back. 保留的经验。")
        writer.file("schemas/export.schema.json", packaged("export.schema.json").encode(), "")
        writer.readable(README, TAKE_ALONG)
        made = {"program": f"countersign {__version__}", "exportedAt": to_text(now)}
        writer.close({"kind": "portable", "form": "plain", "person": me.id, **made})
    except BaseException:
        writer.drop()
        raise
    left = len(mine) + len(held) - len(going) - len(portfolio)
    return TakenAlong(folder, len(agreed), len(credits), len(going), len(portfolio), left)


def _agreed(c: sa.Connection, person: str, now: datetime) -> Iterator[_Agreed]:
    for id in agreements(c, person=person):
        try:
            found = recorded(c, id)
            made = consent_record(found, now=now)
        except NotFound:  # an offer that the person never signed binds them to nothing
            continue
        terms = found.standing.terms
        kept = records(c, found.standing.grant) if TakeAlong.CREDIT in terms.take_along else ()
        credits = tuple(r.envelope.to_value() for r in kept if r.kind == "credit")
        yield _Agreed(id, terms, made, credits)


def _goes(what: TakeAlong, view: ClaimView, agreed: Iterable[_Agreed]) -> bool:
    """Tell whether no agreement that covers a claim leaves its sort behind."""
    sources = {x.source for x in view.citations}
    return not any(
        view.kind in a.terms.kinds
        and sources <= {str(s) for s in a.terms.sources}
        and what not in a.terms.take_along
        for a in agreed
    )


def _lines(
    views: dict[ClaimId, ClaimView], texts: dict[ClaimId, str], masked: Callable[[str], str]
) -> Iterator[dict[str, Any]]:
    """Yield claims as they go along: no id of the vault, no quote, days instead of times."""
    for id, text in sorted(texts.items(), key=lambda x: (views[x[0]].topic, x[1])):
        view = views[id]
        yield {
            "kind": view.kind,
            "topic": masked(view.topic),
            "text": masked(text),
            "class": view.held,
            "from": view.first_at.date().isoformat() if view.first_at else None,
            "until": view.last_at.date().isoformat() if view.last_at else None,
            "support": view.support,
        }


def _masked(home: Home) -> Callable[[str], str]:
    """Return the mask of this vault: everybody in it is somebody else, except its own person."""
    mine: set[str] = set()
    others: set[str] = set()
    own = {str(h) for p in people(home.vault) if p.me for h in p.handles}
    for p in people(home.vault):
        names = mine if p.me else others
        names.update((p.name, p.label))
    for author in authors(home.vault):
        (mine if str(author.handle) in own else others).add(author.name)
    return lambda text: mask(text, others=others, own=mine)
