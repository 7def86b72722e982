# SPDX-License-Identifier: Apache-2.0
"""The people a vault knows and the handles that are theirs; whose vault it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import Conflict, NotFound
from countersign.ids import PersonId, fresh
from countersign.people.handle import Handle
from countersign.people.label import fit_label, label_of, plain_name
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


def add_person(
    vault: Vault, *, name: str, handles: Iterable[Handle], me: bool, now: datetime, label: str = ""
) -> Person:
    """Add a person, or further handles to the one of that label; raises `Conflict` on a clash.

    A handle belongs to one person: adding it to a second one is refused, never moved silently. Two
    people may bear one name, so handles join somebody known only where that cannot be mistaken.
    """
    name = plain_name(name)
    given, fit, handles = bool(label), fit_label(label_of(label or name)), tuple(handles)
    with vault.db.write() as c:
        everybody = _people(c, vault)
        known = next((p for p in everybody if p.label == fit), None)
        if me:
            _refuse_second_owner(everybody, fit)
        if known is None:
            id = _insert(c, vault, name, fit, me, now)
        else:
            _refuse_doubt(known, name, set(handles), me=me, given=given)
            id = known.id
            c.execute(person.update().where(person.c.id == id).values(me=me))
        for h in handles:
            _add_handle(c, vault, id, h)
    return find_person(vault, id)


def _insert(
    c: sa.Connection, vault: Vault, name: str, label: str, me: bool, now: datetime
) -> PersonId:
    id = PersonId(fresh("p"))
    row = {
        "id": id,
        "mark": vault.mark("label", label).hex(),
        "label": vault.cipher.seal(label.encode(), table="person", column="label", row=id),
        "name": vault.cipher.seal(name.encode(), table="person", column="name", row=id),
        "me": me,
        "made_at": to_seconds(now),
    }
    c.execute(person.insert().values(row))
    return id


def _refuse_second_owner(everybody: Iterable[Person], label: str) -> None:
    other = next((p.label for p in everybody if p.me), label)
    if other != label:
        raise Conflict(
            f"This vault is {other}'s.",
            why="A vault holds one person's own words; two people never share one.",
            remedy="Use another --home for the second person, or add the handle to the first.",
        )


def _refuse_doubt(known: Person, name: str, handles: set[Handle], *, me: bool, given: bool) -> None:
    """Refuse to guess that two are one: a wrong guess would make another's words own."""
    if known.me and not me:
        why = "That is this vault's own person, and the account may be somebody else's."
        remedy = (
            "If it is yours too, add --me; if not, give the other person a --label of their own."
        )
    elif me and not known.me and not handles.issuperset(known.handles):
        why = "That is somebody known already, whose accounts would all become yours."
        remedy = (
            "Name each of these handles again if they are all yours; if not, use another --label."
        )
    elif not me and not given and known.name != name:
        why = "Somebody with a like name has it, and a name is not an identity."
        remedy = "Say who is meant with --label."
    else:
        return
    raise Conflict(f"The label '{known.label}' is taken.", why=why, remedy=remedy)


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
        return _people(c, vault)


def _people(c: sa.Connection, vault: Vault) -> list[Person]:
    rows = c.execute(sa.select(person)).all()
    owned: dict[str, list[Handle]] = {row.id: [] for row in rows}
    for h in c.execute(sa.select(handle)):
        value = vault.cipher.open(h.value, table="handle", column="value", row=h.mark)
        owned[h.person].append(Handle(h.scheme, value.decode()))

    def opened(row: sa.Row[Any], column: str) -> str:
        sealed = getattr(row, column)
        return vault.cipher.open(sealed, table="person", column=column, row=row.id).decode()

    found = [
        Person(
            PersonId(row.id),
            opened(row, "label"),
            opened(row, "name"),
            bool(row.me),
            tuple(sorted(owned[row.id])),
        )
        for row in rows
    ]
    return sorted(found, key=lambda p: (not p.me, p.label))


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
