# SPDX-License-Identifier: Apache-2.0
"""Floors in the hub: proposed by one side, signed by both, version after version (clause 16).

A proposal binds nobody before the other side signed the same bytes. Which version binds when,
`bounds.py` says; what terms below a floor are told, `shortfall.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotFound
from countersign.people import Role, find_card
from countersign.seal import SigningKey
from countersign.terms import tables
from countersign.terms.bound_text import floor_texts
from countersign.terms.floor import FLOOR, Floor, read_floor
from countersign.terms.kept import KEEP, keep_texts
from countersign.terms.limits_file import (
    LIMIT_FIELDS,
    check_fields,
    read_limits,
    read_time,
    read_toml,
)
from countersign.terms.load import opened_about
from countersign.terms.shared import sign_shared

_RECORD = tables.record
_FIELDS = LIMIT_FIELDS | {"series", "version", "from", "until", "persons"}


@dataclass(frozen=True, slots=True)
class FloorState:
    """A floor in the hub: its record's digest, and which of its two sides have not signed (ids)."""

    digest: str
    floor: Floor
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether both sides signed."""
        return not self.missing


def load_floor(path: Path, *, party: str, representative: str, now: datetime) -> Floor:
    """Read a floor from TOML; `persons` are still as the file names them. Raises `BadInput`."""
    table, name = read_toml(path), path.name
    check_fields(table, frozenset(_FIELDS), name)
    version, series, persons = (
        table.get("version", 1),
        table.get("series"),
        table.get("persons", []),
    )
    if not isinstance(series, str) or not 1 <= len(series) <= 60 or not series.isprintable():
        raise _bad(name, "series", "A short name under which versions count, e.g. council.")
    if type(version) is not int or not 1 <= version <= 1_000_000:
        raise _bad(name, "version", "A whole number, one higher than the version it replaces.")
    if not isinstance(persons, list) or not all(isinstance(p, str) for p in persons):
        raise _bad(name, "persons", "A list of labels; leave it out to bind for everybody.")
    since = read_time(table.get("from"), "from", name) or now.replace(microsecond=0)
    until = read_time(table.get("until"), "until", name)
    if until is not None and until <= since:
        raise _bad(name, "until", "The end lies after the beginning.")
    return Floor(
        series=series,
        version=version,
        party=party,
        representative=representative,
        since=since,
        until=until,
        persons=frozenset(persons),
        limits=read_limits(table, name),
    )


def propose_floor(
    c: sa.Connection, floor: Floor, *, signer: str, key: SigningKey, now: datetime
) -> FloorState:
    """Write a floor down with the first side's signature, its texts rendered and kept.

    `persons` may be labels; the record names ids. Raises `Conflict` for a version that is not
    above those in force, `BadInput` where the two sides are not a party and a representative.
    """
    party, beside = find_card(c, floor.party), find_card(c, floor.representative)
    if party.role is not Role.PARTY or beside.role is not Role.REPRESENTATIVE:
        raise BadInput(
            "A floor is between a party and a representative.",
            why="A works council, union or counsel stands apart from the party, with its own key.",
            remedy="Name the party with --party and the representative with --as.",
        )
    people = [find_card(c, p) for p in sorted(floor.persons)]
    if any(p.role is not Role.PERSON for p in people):
        raise BadInput("A floor is for persons.", remedy="Take parties out of `persons`.")
    made = replace(
        floor,
        party=party.id,
        representative=beside.id,
        persons=frozenset(p.id for p in people),
    )
    _refuse_rollback(c, made)
    names: Mapping[str, str] = {card.id: card.name for card in (party, beside, *people)}
    texts = keep_texts(c, floor_texts(made, names), keep_until=(made.until or now) + KEEP)
    made = replace(made, texts=tuple(sorted(texts.items())))
    return sign_floor(c, made, signer=signer, key=key, now=now)


def sign_floor(
    c: sa.Connection, floor: Floor, *, signer: str, key: SigningKey, now: datetime
) -> FloorState:
    """Add one side's signature to exactly these bytes; raises as `sign_shared`, `Conflict` too late."""
    _refuse_rollback(c, floor)
    needed = {floor.party, floor.representative}
    payload = floor.statement().to_bytes()
    kept = sign_shared(
        c, payload, about=floor.party, needed=needed, signer=signer, key=key, now=now
    )
    return find_floor(c, kept.digest)


def floors(c: sa.Connection, *, party: str) -> tuple[FloorState, ...]:
    """Return all floors of a party (id), proposals too, by series and version."""
    found = []
    for o in opened_about(c, party):
        if o.kind == FLOOR:
            floor = read_floor(o.envelope.statement)
            sides = (floor.party, floor.representative)
            missing = tuple(side for side in sides if side not in o.signers)
            found.append(FloorState(o.envelope.digest, floor, missing))
    return tuple(sorted(found, key=_place))


def _place(state: FloorState) -> tuple[Any, ...]:
    floor = state.floor
    return (floor.series, floor.representative, floor.version, state.digest)


def find_floor(c: sa.Connection, name: str, *, party: str = "") -> FloorState:
    """Return a floor by its record's digest (or its beginning), or the newest of a series.

    A proposal of the series comes before what it would replace. Raises `NotFound`, and `Conflict`
    where a name means several.
    """
    parties = [party] if party else floor_parties(c)
    known = [state for one in parties for state in floors(c, party=one)]
    exact = [s for s in known if len(name) >= 8 and s.digest.startswith(name)]
    same = exact or [s for s in known if s.floor.series == name]
    if not same:
        raise NotFound(
            "There is no such floor here.",
            why="Floors are found by their series, or their record's digest.",
            remedy="`countersign floor show` lists them.",
        )
    if len({(s.floor.party, s.floor.representative) for s in same}) > 1:
        raise Conflict(
            "Several floors have this name.", remedy="Give the record's digest, or --party."
        )
    return max(same, key=lambda s: (s.floor.version, s.digest))


def floor_parties(c: sa.Connection) -> list[str]:
    """Return the parties (ids) that have floors here, proposals too."""
    from_records = sa.select(_RECORD.c.grant_digest).where(_RECORD.c.kind == FLOOR).distinct()
    return sorted(c.execute(from_records).scalars())


def _refuse_rollback(c: sa.Connection, floor: Floor) -> None:
    """A version is replaced by a higher one alone; what stands is not signed a second time."""
    same = (floor.series, floor.representative)
    for state in floors(c, party=floor.party):
        other = state.floor
        if (other.series, other.representative) != same or not state.complete:
            continue
        if other.version >= floor.version:
            raise Conflict(
                f"Version {other.version} of this floor is signed already.",
                why="A version replaces lower ones alone, so that none can be rolled back.",
                remedy=f"Propose version {other.version + 1}.",
            )


def _bad(name: str, field: str, rule: str) -> BadInput:
    return BadInput(f"{name}: '{field}' does not fit.", why=rule, remedy="Mend it in the file.")
