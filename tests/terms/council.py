"""A works council and a puppet beside Lin and Acme, and floors between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from countersign.people import Role, add_card, bind_key
from countersign.seal import SigningKey
from countersign.terms import Floor, FloorState, Limits, propose_floor, sign_floor
from tests.terms.scene import ACME, KEYS, NOW, hub

COUNCIL, PUPPET = "wcouncil", "wpuppet"
ALL_KEYS = KEYS | {who: SigningKey(sha256(who.encode()).digest()) for who in (COUNCIL, PUPPET)}
DAY = timedelta(days=1)


@contextmanager
def works(folder: Path) -> Iterator[sa.Connection]:
    """Open a hub that also knows a works council and a puppet, each with a key of its own."""
    with hub(folder) as c:
        for id in (COUNCIL, PUPPET):
            name = {COUNCIL: "Works Council", PUPPET: "Friends of the Boss"}[id]
            add_card(c, id=id, label=id[1:], name=name, role=Role.REPRESENTATIVE, now=NOW)
            bind_key(c, subject=id, key=ALL_KEYS[id], now=NOW)
        yield c


def floor(limits: Limits | None = None, **changes: Any) -> Floor:
    """Return a floor of the council with Acme: 180 days at most."""
    said: dict[str, Any] = {
        "series": "council",
        "version": 1,
        "party": ACME,
        "representative": COUNCIL,
        "since": NOW,
        "until": None,
        "persons": frozenset(),
        "limits": limits or Limits(term_days_at_most=180),
    }
    return Floor(**(said | changes))


def agreed(
    c: sa.Connection,
    made: Floor | None = None,
    *,
    by: tuple[str, ...] = (),
    now: datetime = NOW,
) -> FloorState:
    """Propose a floor and let the sides `by` sign it (both, the representative first)."""
    wanted = made or floor()
    first, *others = by or (wanted.representative, wanted.party)
    state = propose_floor(c, wanted, signer=first, key=ALL_KEYS[first], now=now)
    for signer in others:
        state = sign_floor(c, state.floor, signer=signer, key=ALL_KEYS[signer], now=now)
    return state
