# SPDX-License-Identifier: Apache-2.0
"""The people of a vault as lines of an export, and back with the same ids; the key that makes ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, from_text, to_seconds, to_text
from countersign.errors import BadInput, Conflict
from countersign.people.handle import Handle
from countersign.people.label import fit_label, plain_name
from countersign.people.person import _add_handle, people
from countersign.people.tables import person, vault_meta
from countersign.people.vault import Vault
from countersign.seal import KEY_BYTES


def people_lines(vault: Vault) -> Iterator[dict[str, Any]]:
    """Yield everybody the vault knows, by id: label, name, handles, and whether it is its owner."""
    with vault.db.read() as c:
        made = {row.id: row.made_at for row in c.execute(sa.select(person.c.id, person.c.made_at))}
    for p in sorted(people(vault), key=lambda p: p.id):
        yield {
            "id": p.id,
            "label": p.label,
            "name": p.name,
            "me": p.me,
            "handles": [str(h) for h in p.handles],
            "madeAt": to_text(from_seconds(made[p.id])),
        }


def restore_people(vault: Vault, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write people back with their ids; those who are there already stay as they are.

    Raises `BadInput` for a line that is not of an export, `Conflict` where a handle or a label is
    somebody else's here.
    """
    known = {p.id: p for p in people(vault)}
    with vault.db.write() as c:
        for line in lines:
            try:
                if str(line["id"]) not in known:
                    _insert(c, vault, line)
                for text in line["handles"]:
                    _add_handle(c, vault, str(line["id"]), Handle.parse(str(text)))
            except (KeyError, TypeError, UnicodeEncodeError) as e:
                raise BadInput("A line of people is not of an export.") from e


def _insert(c: sa.Connection, vault: Vault, line: Mapping[str, Any]) -> None:
    id, label, name = str(line["id"]), fit_label(str(line["label"])), plain_name(str(line["name"]))
    row = {
        "id": id,
        "mark": vault.mark("label", label).hex(),
        "label": vault.cipher.seal(label.encode(), table="person", column="label", row=id),
        "name": vault.cipher.seal(name.encode(), table="person", column="name", row=id),
        "me": line["me"] is True,
        "made_at": to_seconds(from_text(line["madeAt"])),
    }
    c.execute(person.insert().values(row))


def id_key_of(vault: Vault) -> bytes:
    """Return the secret key that makes a vault's ids; it leaves the vault only in a sealed export."""
    return vault._id_key


def adopt_id_key(vault: Vault, key: bytes) -> Vault:
    """Give an empty vault the id key of another, so that equal records get equal ids.

    Returns the vault to use from now on. Raises `Conflict` where something is kept already: ids
    under the old key would lose their meaning.
    """
    if len(key) != KEY_BYTES:
        raise BadInput("The key of ids in this export is not one.")
    if key == vault._id_key:
        return vault
    place = {"table": "vault_meta", "column": "value", "row": "id_key"}
    with vault.db.write() as c:
        if c.execute(sa.select(person.c.id).limit(1)).first() is not None:
            raise Conflict(
                "This vault is in use.",
                why="An export is brought into a fresh home, where its ids stay what they were.",
                remedy="Import with another --home DIR that does not exist yet.",
            )
        sealed = vault.cipher.seal(key, **place)
        update = vault_meta.update().where(vault_meta.c.key == "id_key")
        c.execute(update.values(value=sealed))
    vault._id_key = key
    return vault
