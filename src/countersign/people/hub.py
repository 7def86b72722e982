# SPDX-License-Identifier: Apache-2.0
"""The hub's stores and keys, opened together: database, key ring, index, log folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from countersign.errors import Conflict
from countersign.log import LogSigner
from countersign.people.keyring import KeyRing
from countersign.seal import SigningKey, fresh_key, read_key, read_secret, write_key, write_secret
from countersign.store import Database, TokenIndex, upgrade


@dataclass(frozen=True, slots=True)
class Hub:
    """What a hub needs to decide, serve and prove. Holds no vault."""

    db: Database
    keys: KeyRing
    index: TokenIndex
    log_folder: Path
    signer: LogSigner
    online_key: SigningKey

    def close(self) -> None:
        """Close its stores."""
        for db in (self.db, self.keys.db, self.index.db):
            db.close()


def make_hub(home: Path) -> Hub:
    """Create the hub's keys where they are missing, then open it.

    These keys carry no passphrase: a server restarts unattended. They sign the log and open
    released texts, never a vault, and never sign for a person.
    """
    keys = home / "keys"
    for path in (keys / "hub-log.key", keys / "hub-online.key"):
        _make_once(path, lambda path: write_key(path, SigningKey.generate(), None))
    for path in (keys / "hub-texts.key", keys / "hub-index.key"):
        _make_once(path, lambda path: write_secret(path, fresh_key(), None))
    return open_hub(home)


def _make_once(path: Path, make: Callable[[Path], None]) -> None:
    if not path.exists():
        # Another process may make it in between; then its key is the one to use.
        with suppress(Conflict):
            make(path)


def open_hub(home: Path) -> Hub:
    """Open the hub in `home`; raises `Unavailable` when its keys are missing."""
    keys = home / "keys"
    log_key = read_key(keys / "hub-log.key", None)
    db = Database(home / "hub.db")
    upgrade(db, "hub")
    key_db = Database(home / "keys.db")
    upgrade(key_db, "keys")
    return Hub(
        db=db,
        keys=KeyRing(key_db, read_secret(keys / "hub-texts.key", None)),
        index=TokenIndex(Database(home / "index.db"), read_secret(keys / "hub-index.key", None)),
        log_folder=home / "log",
        # The origin names this log for ever; the key id makes it unique without a registry.
        signer=LogSigner(f"countersign.local/{log_key.public.keyid[:16]}", log_key),
        online_key=read_key(keys / "hub-online.key", None),
    )
