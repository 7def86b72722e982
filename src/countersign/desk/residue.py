# SPDX-License-Identifier: Apache-2.0
"""Look for what was taken back, everywhere this machine could still hold it.

What is looked for comes from the person's own vault: every text they ever approved that no
agreement in force serves now. The vault itself is listed apart, as theirs and kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from countersign.claims import ClaimView, claims
from countersign.desk.home import Home
from countersign.errors import BadInput
from countersign.people import Hub
from countersign.skill import (
    Needle,
    Released,
    Residue,
    claims_of,
    copies,
    needles,
    refs_of,
    releases,
    scan,
)
from countersign.store import tokens
from countersign.terms import Erasure, erasures


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked for and found. `texts` counts texts, `looked_in` lists the places."""

    texts: int
    found: tuple[Residue, ...]
    looked_in: tuple[str, ...]
    kept: tuple[str, ...]
    unfinished: int


def residue(home: Home, *, extra: Iterable[str] = (), places: Iterable[Path] = ()) -> Report:
    """Scan hub, index, keys, logs, packages and hosts for texts that no agreement serves any more.

    `extra` are further texts to look for, `places` further folders.
    """
    hub, further = home.hub, list(places)
    for place in further:
        if not place.exists():  # else a mistyped place would count as clean
            raise BadInput(f"There is no {place} to look in.", remedy="Give an existing folder.")
    served = _served(hub)
    texts = {claim.text for claim in served}
    gone: list[tuple[str, str]] = [
        (v.id, text) for v in _decided(home) for text in _texts(v) if text not in texts
    ]
    gone += [(f"extra {n}", text) for n, text in enumerate(extra, 1)]
    looked = [*_stores(home), *_copies(home), *further]
    wanted = needles(gone) + _token_needles(hub, [*gone, *_topics(home, texts)], served)
    found = scan(looked, wanted) + _still_held(hub)
    with hub.db.read() as c:
        unfinished = len(erasures(c))
    return Report(
        texts=len({text for _, text in gone}),
        found=tuple(found),
        looked_in=tuple(str(p) for p in looked),
        kept=(str(home.path / "vault.db"),),
        unfinished=unfinished,
    )


def _decided(home: Home) -> list[ClaimView]:
    return [view for view in claims(home.vault) if view.final]


def _texts(view: ClaimView) -> set[str]:
    return {view.final or "", view.text} - {""}


def _topics(home: Home, served: set[str]) -> list[tuple[str, str]]:
    """Return the topics of claims that are not served: a claim is indexed by its topic too."""
    return [(v.id, v.topic) for v in _decided(home) if v.final not in served]


def _served(hub: Hub) -> list[Released]:
    with hub.db.read() as c:
        held = [
            claims_of(c, hub.keys, agreement)
            for agreement in sorted({r.agreement for r in releases(c, current=True)})
        ]
    return [claim for found in held for claim in found.values()]


def _stores(home: Home) -> list[Path]:
    """Everything in the home but the vault: databases with their logs, tiles, packages, run files."""
    return sorted(p for p in home.path.iterdir() if not p.name.startswith("vault.db"))


def _copies(home: Home) -> list[Path]:
    """Every place to which a package was written, with what a killed writing leaves beside it."""
    with home.hub.db.read() as c:
        known = [x.path for x in copies(c) if x.path.parent.is_dir()]
    return [p for path in known for p in (path, *path.parent.glob(f".{path.name}.*"))]


def _token_needles(hub: Hub, gone: list[tuple[str, str]], served: list[Released]) -> list[Needle]:
    """Return the keyed tokens of words that stand in what is gone and in nothing that is served."""
    still = {word for claim in served for word in tokens(f"{claim.text}\n{claim.topic}")}
    wanted: dict[str, str] = {}
    for ref, text in gone:
        for word in tokens(text):
            if word not in still:
                wanted.setdefault(word, ref)
    return [
        Needle(ref, "index token", stored)
        for word, ref in wanted.items()
        for stored in _as_stored(hub.index.token(word))
    ]


def _as_stored(token: int) -> tuple[bytes, bytes]:
    """Return a token as SQLite writes it: as a column's value, and as a row's number.

    Source: SQLite file format 2.1, record format (serial types 5 and 6) and varint.
    """
    size = 8 if not -(1 << 47) <= token < 1 << 47 else 6
    rest, groups = token % (1 << 64), []
    if rest >> 56:  # nine bytes, of which the last holds eight bits
        rest, groups = rest >> 8, [rest & 0xFF]
    while rest or not groups:
        groups.append(rest & 0x7F | (0x80 if groups else 0))
        rest >>= 7
    return token.to_bytes(size, "big", signed=True), bytes(reversed(groups))


def _still_held(hub: Hub) -> list[Residue]:
    """Return what was taken back and whose keys, rows or index entries still exist."""
    found = []
    with hub.db.read() as c:
        for order in erasures(c, open_only=False):
            held = _whole(c, hub, order) if order.whole else _parts(c, hub, order)
            found += [Residue(order.agreement, where, form) for where, form in held]
    return found


def _whole(c: sa.Connection, hub: Hub, order: Erasure) -> list[tuple[str, str]]:
    held = []
    if hub.keys.holds(order.agreement):
        held.append(("keys.db", "still-decryptable rows"))
    if any(r.current for r in releases(c, agreements=[order.agreement])):
        held.append(("hub.db", "served release"))
    if hub.index.refs(agreement=order.agreement):
        held.append(("index.db", "index entries"))
    return held


def _parts(c: sa.Connection, hub: Hub, order: Erasure) -> list[tuple[str, str]]:
    held, refs = [], set(order.refs)
    if hub.keys.open_keys(order.refs):
        held.append(("keys.db", "still-decryptable rows"))
    if refs & set(refs_of(c, order.agreement)):
        held.append(("hub.db", "served release"))
    if refs & set(hub.index.refs(agreement=order.agreement)):
        held.append(("index.db", "index entries"))
    return held
