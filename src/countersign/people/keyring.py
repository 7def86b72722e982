# SPDX-License-Identifier: Apache-2.0
"""The hub's wrapped keys: claim key under agreement key under hub key (DESIGN 4, keys at rest).

Destroying one agreement's key makes every text released under it unreadable, wherever its bytes
still lie. The file is rewritten after each destruction, so that no page keeps a wrapped key.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from countersign.people.tables import agreement_key, claim_key
from countersign.seal import Cipher, fresh_key
from countersign.store import Database


class KeyRing:
    """Makes, opens and destroys the keys of released claims."""

    __slots__ = ("_hub_key", "db")

    def __init__(self, db: Database, hub_key: bytes) -> None:
        self.db = db
        self._hub_key = Cipher(hub_key)

    def claim_keys(self, agreement: str, refs: Collection[str]) -> dict[str, Cipher]:
        """Return one cipher a reference, making those keys that do not exist yet."""
        with self.db.write() as c:
            over = self._agreement(c, agreement)
            found = _read(c, agreement, refs)
            for ref in sorted(set(refs) - set(found)):
                key = fresh_key()
                sealed = over.seal(key, table="claim_key", column="wrapped", row=ref)
                c.execute(claim_key.insert().values(ref=ref, agreement=agreement, wrapped=sealed))
                found[ref] = sealed
        return {ref: _open(over, ref, sealed) for ref, sealed in found.items()}

    def open_keys(self, refs: Collection[str]) -> dict[str, Cipher]:
        """Return the ciphers that still exist, whichever agreements they are under.

        A reference whose key was destroyed is left out: its text can no longer be read, by design.
        """
        with self.db.read() as c:
            rows = c.execute(_OPEN, {"refs": json.dumps(sorted(refs))}).all()
        over = {row.agreement: self._unwrap(row.agreement, row.over) for row in rows}
        return {row.ref: _open(over[row.agreement], row.ref, row.wrapped) for row in rows}

    def _unwrap(self, agreement: str, sealed: bytes) -> Cipher:
        place = {"table": "agreement_key", "column": "wrapped", "row": agreement}
        return Cipher(self._hub_key.open(sealed, **place))

    def _agreement(self, c: sa.Connection, agreement: str) -> Cipher:
        """Return the agreement's cipher, making its key at first use."""
        query = sa.select(agreement_key.c.wrapped).where(agreement_key.c.agreement == agreement)
        sealed = c.execute(query).scalar()
        if sealed is None:
            place = {"table": "agreement_key", "column": "wrapped", "row": agreement}
            sealed = self._hub_key.seal(fresh_key(), **place)
            c.execute(agreement_key.insert().values(agreement=agreement, wrapped=sealed))
        return self._unwrap(agreement, sealed)

    def destroy(self, agreement: str) -> int:
        """Destroy the agreement's key and all under it; returns how many claim keys went.

        Their bytes are gone only once `rewrite` has returned True; erasure repeats it until then.
        """
        with self.db.write() as c:
            gone = c.execute(claim_key.delete().where(claim_key.c.agreement == agreement)).rowcount
            c.execute(agreement_key.delete().where(agreement_key.c.agreement == agreement))
        self.rewrite()
        return int(gone)

    def destroy_claims(self, refs: Collection[str]) -> int:
        """Destroy the keys of single claims; returns how many went. Then `rewrite`, as `destroy`."""
        gone = claim_key.delete().where(claim_key.c.ref.in_(_WANTED))
        with self.db.write() as c:
            count = c.execute(gone, {"refs": json.dumps(sorted(refs))}).rowcount
        self.rewrite()
        return int(count)

    def rewrite(self) -> bool:
        """Rewrite the file without free pages; False while another process keeps it from that."""
        with self.db.engine.connect() as c:
            raw: Any = c.connection.driver_connection  # VACUUM runs outside of any transaction
            try:
                raw.execute("VACUUM")
            except sqlite3.OperationalError:
                return False
        return self.db.settle_wal()

    def holds(self, agreement: str) -> bool:
        """Tell whether any key of this agreement still exists (for the residue scanner)."""
        with self.db.read() as c:
            of_claims = sa.select(claim_key.c.ref).where(claim_key.c.agreement == agreement)
            of_all = sa.select(agreement_key.c.agreement).where(
                agreement_key.c.agreement == agreement
            )
            return c.execute(of_claims.union_all(of_all).limit(1)).first() is not None


# json_each binds any number of references as one value; the statements are built once.
_WANTED = sa.select(sa.func.json_each(sa.bindparam("refs")).table_valued("value").c.value)
_READ = sa.select(claim_key.c.ref, claim_key.c.wrapped).where(
    claim_key.c.agreement == sa.bindparam("of"), claim_key.c.ref.in_(_WANTED)
)
_OPEN = (
    sa.select(
        claim_key.c.ref,
        claim_key.c.wrapped,
        agreement_key.c.agreement,
        agreement_key.c.wrapped.label("over"),
    )
    .join(agreement_key, agreement_key.c.agreement == claim_key.c.agreement)
    .where(claim_key.c.ref.in_(_WANTED))
)


def _read(c: sa.Connection, agreement: str, refs: Collection[str]) -> dict[str, bytes]:
    rows = c.execute(_READ, {"of": agreement, "refs": json.dumps(sorted(refs))})
    return {row.ref: row.wrapped for row in rows}


def _open(over: Cipher, ref: str, sealed: bytes) -> Cipher:
    return Cipher(over.open(sealed, table="claim_key", column="wrapped", row=ref))
