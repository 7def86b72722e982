# SPDX-License-Identifier: Apache-2.0
"""Public cards in the hub: persons, parties and representatives, as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import Conflict, NotFound
from countersign.people.bindings import Role
from countersign.people.label import fit_label, plain_name
from countersign.people.tables import caller, party, person_card, representative

_TABLES = {Role.PERSON: person_card, Role.PARTY: party, Role.REPRESENTATIVE: representative}


@dataclass(frozen=True, slots=True)
class Card:
    """The public card of a person, a party or a representative.

    A representative (works council, union, counsel) stands apart from every party and has a key
    of its own.
    """

    id: str
    label: str
    name: str
    is_party: bool = False
    is_representative: bool = False

    @property
    def role(self) -> Role:
        """What this is the card of."""
        if self.is_representative:
            return Role.REPRESENTATIVE
        return Role.PARTY if self.is_party else Role.PERSON


def _card(id: str, label: str, name: str, role: Role) -> Card:
    return Card(id, label, name, role is Role.PARTY, role is Role.REPRESENTATIVE)


def add_card(
    c: sa.Connection,
    *,
    id: str,
    label: str,
    name: str,
    now: datetime,
    is_party: bool = False,
    role: Role | None = None,
) -> Card:
    """Make somebody known to the hub; raises `Conflict` if the label or id is taken.

    `role` decides where it is given; else a party or a person is meant. Raises `BadInput` for a
    label or a name that cannot be shown or kept.
    """
    role = role or (Role.PARTY if is_party else Role.PERSON)
    label, name = fit_label(label), plain_name(name)
    if _by_label(c, label) is not None:
        raise Conflict(
            f"The label '{label}' is taken in this hub.",
            why="Labels name exactly one person, party or representative.",
            remedy="Choose another with --label.",
        )
    row = {"id": id, "label": label, "name": name, "made_at": to_seconds(now)}
    c.execute(_TABLES[role].insert().values(row))
    return _card(id, label, name, role)


def _by_label(c: sa.Connection, label: str) -> Card | None:
    for role, table in _TABLES.items():
        row = c.execute(
            sa.select(table).where(sa.or_(table.c.label == label, table.c.id == label))
        ).first()
        if row is not None:
            return _card(row.id, row.label, row.name, role)
    return None


def find_card(c: sa.Connection, label_or_id: str) -> Card:
    """Return the card of that exact label or id; raises `NotFound`."""
    found = _by_label(c, label_or_id)
    if found is None:
        raise NotFound(
            f"Nobody called '{label_or_id}' is known here.",
            why="People and parties are found by their exact label or id, never by part of a name.",
            remedy="`countersign people` lists them; `countersign people add` and `countersign people"
            " representative` add one. A party is known from its first `ask-for`.",
        )
    return found


def callers_of(c: sa.Connection, party: str) -> int:
    """Return how many callers a party has, at least one (terms may allow only so many)."""
    return max(1, int(c.execute(_CALLERS, {"party": party}).scalar_one()))


_CALLERS = (
    sa.select(sa.func.count()).select_from(caller).where(caller.c.party == sa.bindparam("party"))
)
