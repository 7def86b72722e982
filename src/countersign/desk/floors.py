# SPDX-License-Identifier: Apache-2.0
"""Floors and company policies through the desk: each signed with the signer's own key file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.desk.consent import names_an_offer, party_signs, terms_of
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import BadInput, NotFound
from countersign.people import Card, find_card
from countersign.seal import Envelope
from countersign.terms import (
    Floor,
    FloorState,
    PolicyState,
    Shortfall,
    bounds_of,
    find_floor,
    floor_parties,
    floors,
    kept_text,
    load_floor,
    load_policy,
    newest_policy,
    offer_state,
    propose_floor,
    record,
    shortfalls,
)
from countersign.terms import sign_floor as sign_floor_in
from countersign.terms import sign_policy as sign_policy_in


@dataclass(frozen=True, slots=True)
class FloorSeen:
    """A floor with its sides by label; `missing` are the labels of who has not signed.

    `ends` is when its time is over or a higher version replaces it, None where neither is known.
    """

    digest: str
    floor: Floor
    party: str
    representative: str
    missing: tuple[str, ...]
    ends: datetime | None

    def runs(self, now: datetime) -> bool:
        """Tell whether both signed it and its time is now."""
        return not self.missing and self.floor.since <= now and not self.over(now)

    def over(self, now: datetime) -> bool:
        """Tell whether its time is over, or a higher version has replaced it."""
        return self.ends is not None and self.ends <= now


def floor_propose(
    home: Home, path: Path, *, party: str, representative: str, signer: str, now: datetime
) -> FloorSeen:
    """Propose a floor from a file with the first signature; it binds when the other side signs.

    Raises `BadInput` for a file that is unclear, `Conflict` for a version that is signed.
    """
    _known_party(home, party, now)
    with home.hub.db.read() as c:
        who = find_card(c, signer)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        floor = load_floor(path, party=party, representative=representative, now=now)
        state = propose_floor(c, floor, signer=who.id, key=key, now=now)
        log_signed(c, now=now)
        seen = _seen(c, state)
    publish_log(home.hub, now=now)
    return seen


def _known_party(home: Home, party: str, now: datetime) -> None:
    """Make a party known that nobody named before, as asking in its name does."""
    try:
        with home.hub.db.read() as c:
            find_card(c, party)
    except NotFound:
        party_signs(home, party, now)


def floor_sign(home: Home, name: str, *, signer: str, now: datetime, party: str = "") -> FloorSeen:
    """Sign a proposed floor, found by series or digest, as its other side."""
    with home.hub.db.read() as c:
        who = find_card(c, signer)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        found = find_floor(c, name, party=find_card(c, party).id if party else "")
        state = sign_floor_in(c, found.floor, signer=who.id, key=key, now=now)
        log_signed(c, now=now)
        seen = _seen(c, state)
    publish_log(home.hub, now=now)
    return seen


def list_floors(home: Home, *, party: str = "") -> list[FloorSeen]:
    """Return all floors of a party, or of every party of this hub; proposals too."""
    with home.hub.db.read() as c:
        parties = [find_card(c, party).id] if party else floor_parties(c)
        return [_seen(c, state) for one in parties for state in floors(c, party=one)]


def floor_text(home: Home, name: str, *, lang: str) -> str:
    """Return the text of a floor in `en`, `zh` or `de`, as it is signed; raises `NotVerified`."""
    with home.hub.db.read() as c:
        texts = dict(find_floor(c, name).floor.texts)
        if lang not in texts:
            raise BadInput(
                f"This floor has no text in '{lang}'.",
                remedy="Choose from: " + ", ".join(sorted(texts)) + ".",
            )
        return kept_text(c, texts[lang])


def _seen(c: sa.Connection, state: FloorState) -> FloorSeen:
    labels = {id: _label(c, id) for id in (state.floor.party, state.floor.representative)}
    return FloorSeen(
        digest=state.digest,
        floor=state.floor,
        party=labels[state.floor.party],
        representative=labels[state.floor.representative],
        missing=tuple(labels[id] for id in state.missing),
        ends=_ends(c, state.floor),
    )


def _ends(c: sa.Connection, floor: Floor) -> datetime | None:
    same = (floor.series, floor.representative)
    later = [
        s.floor.since
        for s in floors(c, party=floor.party)
        if s.complete
        and (s.floor.series, s.floor.representative) == same
        and s.floor.version > floor.version
        and (not s.floor.persons or (floor.persons and floor.persons <= s.floor.persons))
    ]
    return min([*later, *([floor.until] if floor.until else [])], default=None)


def _label(c: sa.Connection, id: str) -> str:
    return find_card(c, id).label


def floor_check(
    home: Home, what: str, *, party: str, person: str, now: datetime
) -> tuple[Shortfall, ...]:
    """Return each clause of terms that is below what binds them now or will, empty when none is.

    `what` is a preset, a file, a link, or an offer, which names its own two sides; for the others
    `party` is needed and `person` may be named. The company's policy is told too.
    """
    terms = terms_of(home, what)
    with home.hub.db.read() as c:
        if names_an_offer(what) and not party:
            state = offer_state(c, what)
            whose, asking = state.person, state.party
        elif party:
            whose, asking = (find_card(c, person).id if person else ""), find_card(c, party).id
        else:
            raise BadInput(
                "It is not said for which party.",
                why="A floor binds the agreements of one party.",
                remedy="Add --party PARTY, or check an offer.",
            )
        binding = bounds_of(c, person=whose, party=asking, at=now)
    return shortfalls(terms, [b for b in binding if b.until is None or now < b.until])


@dataclass(frozen=True, slots=True)
class PolicySeen:
    """A policy with its party's card."""

    state: PolicyState
    party: Card


def policy_sign(home: Home, path: Path, *, party: str, now: datetime) -> PolicySeen:
    """Sign a company's policy from a file, as the party, numbered after its last one."""
    _known_party(home, party, now)
    with home.hub.db.read() as c:
        who = find_card(c, party)
    key = home.key(who.label)
    policy, about = load_policy(path, now=now)
    with home.hub.db.write() as c:
        state = sign_policy_in(c, policy, about=about, party=who.id, key=key, now=now)
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return PolicySeen(state, who)


def policy_show(home: Home, party: str) -> PolicySeen:
    """Return a party's newest policy; raises `NotFound`."""
    with home.hub.db.read() as c:
        who = find_card(c, party)
        return PolicySeen(newest_policy(c, party=who.id), who)


def policy_page(home: Home, party: str, *, lang: str) -> tuple[str, Envelope]:
    """Return the public page of a party's newest policy as it was signed, and the signed record.

    The page's SHA-256 is a subject of the record, so that anybody can check it with other tools.
    """
    seen = policy_show(home, party)
    with home.hub.db.read() as c:
        texts = dict(seen.state.policy.texts)
        return kept_text(c, texts["zh" if lang == "zh" else "en"]), record(
            c, seen.state.digest
        ).envelope
