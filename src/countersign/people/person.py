# SPDX-License-Identifier: Apache-2.0
"""The people a vault knows and the handles that are theirs; whose vault it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import Conflict, NotFound
from countersign.ids import PersonId, fresh
from countersign.people.handle import Handle
from countersign.people.tables import handle, person
from countersign.people.vault import Vault


@dataclass(frozen=True, slots=True)
class Person:
    """A human in this vault: label for commands, name for reading, handles for identity."""

    id: PersonId
    label: str
    name: str
    me: bool
    handles: tuple[Handle, ...]


def label_of(name: str) -> str:
    """Return a name as a label: lower-case letters and digits of any script, joined by hyphens."""
    return "-".join(re.findall(r"[^\W_]+", name.casefold())) or "person"


def add_person(
    vault: Vault, *, name: str, handles: Iterable[Handle], me: bool, now: datetime, label: str = ""
) -> Person:
    """Add a person, or further handles to the one of that label; raises `Conflict` on a clash.

    A handle belongs to one person: adding it to a second one is refused, never moved silently.
    """
    label = label or label_of(name)
    with vault.db.write() as c:
        known = c.execute(sa.select(person).where(person.c.label == label)).first()
        if me:
            _refuse_second_owner(c, label)
        if known is None:
            id = PersonId(fresh("p"))
            sealed = vault.cipher.seal(name.encode(), table="person", column="name", row=id)
            row = {"id": id, "label": label, "name": sealed, "me": me, "made_at": to_seconds(now)}
            c.execute(person.insert().values(row))
        else:
            id = PersonId(known.id)
            if me and not known.me:
                c.execute(person.update().where(person.c.id == id).values(me=1))
        for h in handles:
            _add_handle(c, vault, id, h)
    return find_person(vault, label)


def _refuse_second_owner(c: sa.Connection, label: str) -> None:
    other = c.execute(sa.select(person.c.label).where(person.c.me == 1)).scalar()
    if other is not None and other != label:
        raise Conflict(
            f"This vault is {other}'s.",
            why="A vault holds one person's own words; two people never share one.",
            remedy="Use another --home for the second person, or add the handle to the first.",
        )


def _add_handle(c: sa.Connection, vault: Vault, id: str, h: Handle) -> None:
    mark = handle_mark(vault, h)
    owner = c.execute(
        sa.select(handle.c.person).where(handle.c.scheme == h.scheme, handle.c.mark == mark)
    ).scalar()
    if owner == id:
        return
    if owner is not None:
        raise Conflict(
            "This handle belongs to somebody else in this vault.",
            why="One account is one person's.",
            remedy="Check the handle; `countersign people` lists who has which.",
        )
    sealed = vault.cipher.seal(h.value.encode(), table="handle", column="value", row=mark)
    c.execute(handle.insert().values(scheme=h.scheme, mark=mark, value=sealed, person=id))


def handle_mark(vault: Vault, h: Handle) -> str:
    """Return the keyed mark under which a handle is found."""
    return vault.mark("handle", h.scheme, h.value).hex()


def people(vault: Vault) -> list[Person]:
    """Return everybody the vault knows, its owner first."""
    with vault.db.read() as c:
        rows = c.execute(sa.select(person).order_by(person.c.me.desc(), person.c.label)).all()
        owned: dict[str, list[Handle]] = {row.id: [] for row in rows}
        for h in c.execute(sa.select(handle).order_by(handle.c.scheme, handle.c.mark)):
            value = vault.cipher.open(h.value, table="handle", column="value", row=h.mark)
            owned[h.person].append(Handle(h.scheme, value.decode()))
    return [
        Person(
            PersonId(row.id),
            row.label,
            vault.cipher.open(row.name, table="person", column="name", row=row.id).decode(),
            bool(row.me),
            tuple(sorted(owned[row.id])),
        )
        for row in rows
    ]


def find_person(vault: Vault, label: str) -> Person:
    """Return the person of that exact label, id or full name; raises `NotFound` or `Conflict`."""
    everybody = people(vault)
    exact = [p for p in everybody if label in (p.label, p.id)]
    named = exact or [p for p in everybody if p.name == label]
    if len(named) > 1:
        raise Conflict(
            "Two people here have that name.",
            why="A name is not an identity.",
            remedy="Use the label: " + ", ".join(p.label for p in named) + ".",
        )
    if not named:
        raise NotFound(
            f"Nobody called '{label}' is in this vault.",
            why="People are found by exact label, id or full name, never by part of a name.",
            remedy="`countersign people` lists them; `countersign people add` adds one.",
        )
    return named[0]


def owner(vault: Vault) -> Person | None:
    """Return whose vault this is, None before anybody said."""
    return next((p for p in people(vault) if p.me), None)
