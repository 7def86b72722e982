# SPDX-License-Identifier: Apache-2.0
"""The vault: one person's own encrypted store, opened with the person's passphrase alone."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from countersign.errors import Unavailable
from countersign.ids import from_digest
from countersign.people.tables import vault_meta
from countersign.seal import Cipher, canonical, fresh_key, read_secret, write_secret
from countersign.store import Database, upgrade

_KINDS = {str: b"s", int: b"i", type(None): b"n"}


class Vault:
    """The open store with its two keys: one seals columns, one makes ids that tell nothing."""

    __slots__ = ("_id_key", "cipher", "db")

    def __init__(self, db: Database, data_key: bytes) -> None:
        self.db = db
        self.cipher = Cipher(data_key)
        self._id_key = self._load_id_key()

    def _load_id_key(self) -> bytes:
        place = {"table": "vault_meta", "column": "value", "row": "id_key"}
        query = sa.select(vault_meta.c.value).where(vault_meta.c.key == "id_key")
        with self.db.read() as c:
            sealed = c.execute(query).scalar()
        if sealed is None:
            with self.db.write() as c:
                sealed = c.execute(query).scalar()
                if sealed is None:
                    sealed = self.cipher.seal(fresh_key(), **place)
                    c.execute(vault_meta.insert().values(key="id_key", value=sealed))
        return self.cipher.open(sealed, **place)

    def mark(self, *parts: str | int | None) -> bytes:
        """Return the keyed digest of `parts`: equal for equal parts, meaningless without the vault."""
        framed = bytearray()
        for part in parts:
            # Length and kind before each part, so that no two lists of parts share their bytes.
            body = str(part).encode("utf-8", "surrogatepass")
            framed += b"%s%d:" % (_KINDS[type(part)], len(body)) + body
        return hmac.digest(self._id_key, bytes(framed), "sha256")

    def id_of(self, prefix: str, *parts: str | int | None) -> str:
        """Return the id that this vault gives to `parts` (DESIGN 4, ids)."""
        return from_digest(prefix, self.mark(*parts))

    def claim_mark(self, kind: str, citations: Sequence[tuple[str, int, int]]) -> bytes:
        """Return the keyed digest of a claim's kind and sorted citations, nothing else."""
        value = [kind, sorted([trace, start, end] for trace, start, end in citations)]
        return hmac.digest(self._id_key, canonical(value), "sha256")

    def close(self) -> None:
        """Close the store."""
        self.db.close()


def make_vault(path: Path, key_path: Path, passphrase: str | None) -> Vault:
    """Create key, then store; a kill in between is completed by a rerun.

    Raises `Conflict` where a vault stands already.
    """
    if path.exists() or not key_path.exists():
        write_secret(key_path, fresh_key(), passphrase)
    return _open(path, read_secret(key_path, passphrase))


def open_vault(path: Path, key_path: Path, passphrase: str | None) -> Vault:
    """Open a vault; raises `Unavailable` without its key, its store or the right passphrase."""
    data_key = read_secret(key_path, passphrase)
    if not path.exists():
        raise Unavailable(
            "The vault's key is here, but vault.db is not.",
            why="A new, empty vault in its place would look as if nothing had ever been kept.",
            remedy="Put vault.db back from your copy; or run `countersign init` for an empty one.",
        )
    return _open(path, data_key)


def _open(path: Path, data_key: bytes) -> Vault:
    db = Database(path)
    upgrade(db, "vault")
    return Vault(db, data_key)
