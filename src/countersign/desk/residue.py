# SPDX-License-Identifier: Apache-2.0
"""Look for what was taken back, everywhere this machine could still hold it.

What is looked for comes from the person's own vault: every text they ever approved that no
agreement in force serves now. The vault itself is listed apart, as theirs and kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from countersign.claims import ClaimView, claims
from countersign.desk.home import Home
from countersign.people import Hub
from countersign.skill import Needle, Residue, claims_of, copies, needles, releases, scan
from countersign.store import tokens
from countersign.terms import erasures


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
    hub = home.hub
    served = _served(hub)
    gone: list[tuple[str, str]] = [
        (v.id, text) for v in _decided(home) for text in _texts(v) if text not in served
    ]
    gone += [(f"extra {n}", text) for n, text in enumerate(extra, 1)]
    looked = [*_stores(home), *_copies(home), *places]
    found = scan(looked, needles(gone) + _token_needles(hub, gone, served))
    found += _still_held(hub)
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


def _served(hub: Hub) -> set[str]:
    with hub.db.read() as c:
        held = [
            claims_of(c, hub.keys, agreement)
            for agreement in sorted({r.agreement for r in releases(c, current=True)})
        ]
    return {claim.text for found in held for claim in found.values()}


def _stores(home: Home) -> list[Path]:
    """Everything in the home but the vault: databases with their logs, tiles, packages, run files."""
    return sorted(p for p in home.path.iterdir() if not p.name.startswith("vault.db"))


def _copies(home: Home) -> list[Path]:
    with home.hub.db.read() as c:
        return [x.path for x in copies(c) if x.path.parent.is_dir()]


def _token_needles(hub: Hub, gone: list[tuple[str, str]], served: set[str]) -> list[Needle]:
    """Return the keyed tokens of words that stand in gone texts and in no served one."""
    still = {word for text in served for word in tokens(text)}
    wanted: dict[str, str] = {}
    for ref, text in gone:
        for word in tokens(text):
            if word not in still:
                wanted.setdefault(word, ref)
    return [
        Needle(ref, "index token", hub.index.token(word).to_bytes(8, "big", signed=True))
        for word, ref in wanted.items()
    ]


def _still_held(hub: Hub) -> list[Residue]:
    """Return withdrawn agreements whose keys, rows or index entries still exist."""
    found = []
    with hub.db.read() as c:
        orders = erasures(c, open_only=False)
        for order in orders:
            if hub.keys.holds(order.agreement):
                found.append(Residue(order.agreement, "keys.db", "still-decryptable rows"))
            if any(r.current for r in releases(c, agreements=[order.agreement])):
                found.append(Residue(order.agreement, "hub.db", "served release"))
            if hub.index.refs(agreement=order.agreement):
                found.append(Residue(order.agreement, "index.db", "index entries"))
    return found
