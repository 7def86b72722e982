# SPDX-License-Identifier: Apache-2.0
"""A vault of Lin's, a hub that knows four signers, and a look at the raw bytes of a store."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.people import (
    Handle,
    Person,
    Role,
    Vault,
    add_card,
    add_person,
    bind_key,
    make_vault,
    open_vault,
)
from countersign.seal import SigningKey
from countersign.store import Database, upgrade

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIN = Handle.parse("mail:lin@example.org")
LIN_CHAT = Handle.parse("slack:U0LIN")
KIM = Handle.parse("mail:kim@example.org")


def new_vault(folder: Path) -> Vault:
    """Make a vault without a passphrase (scrypt is tested where it matters)."""
    return make_vault(folder / "vault.db", folder / "vault.key", None)


@contextmanager
def vault_of_lin(folder: Path) -> Iterator[Vault]:
    """Open a new vault that knows Lin, whose it is, and Kim."""
    vault = new_vault(folder)
    try:
        add(vault, "Lin Wei", LIN, me=True)
        add(vault, "Kim Ode", KIM)
        yield vault
    finally:
        vault.close()


@contextmanager
def again(folder: Path) -> Iterator[Vault]:
    """Open the vault in `folder` once more, as a later command does."""
    vault = open_vault(folder / "vault.db", folder / "vault.key", None)
    try:
        yield vault
    finally:
        vault.close()


def add(vault: Vault, name: str, *handles: Handle, me: bool = False, label: str = "") -> Person:
    """Add a person with handles."""
    return add_person(vault, name=name, handles=handles, me=me, now=NOW, label=label)


def raw_bytes(folder: Path, name: str) -> bytes:
    """Return a store's file and its write-ahead log as they lie on disk."""
    return b"".join(p.read_bytes() for p in sorted(folder.glob(f"{name}*")))


def forms(text: str) -> list[bytes]:
    """Return the forms in which a text could stand in a file."""
    plain = text.encode()
    return [plain, base64.b64encode(plain)[:-4], text.encode("utf-16-le"), plain.hex().encode()]


def stands_in(data: bytes, *texts: str) -> list[str]:
    """Return which of `texts` can be read in `data`, in any form."""
    return [text for text in texts if any(form in data for form in forms(text))]


LIN_KEY, KIM_KEY, ACME_KEY, UNION_KEY, NEW_KEY, EVIL_KEY = (
    SigningKey(letter * 32) for letter in (b"l", b"k", b"a", b"u", b"n", b"e")
)


@contextmanager
def hub_of_four(folder: Path) -> Iterator[sa.Connection]:
    """Open a hub that knows Lin, Kim, the party Acme and the union, each with one key."""
    db = Database(folder / "hub.db")
    upgrade(db, "hub")
    try:
        with db.write() as c:
            for id, label, role, key in (
                ("plin", "lin", Role.PERSON, LIN_KEY),
                ("pkim", "kim", Role.PERSON, KIM_KEY),
                ("oacme", "acme", Role.PARTY, ACME_KEY),
                ("wunion", "union", Role.REPRESENTATIVE, UNION_KEY),
            ):
                add_card(c, id=id, label=label, name=label.title(), role=role, now=NOW)
                bind_key(c, subject=id, key=key, now=NOW)
            yield c
    finally:
        db.close()
