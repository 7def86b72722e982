# SPDX-License-Identifier: Apache-2.0
"""A home: the folder that holds a person's vault and the hub of one machine, and its keys.

vault.db hub.db keys.db index.db    keys/<id>.key    log/    trust.json    run/
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from countersign.errors import NotFound, Unavailable
from countersign.people import Hub, Person, Vault, make_hub, make_vault, open_hub, open_vault, owner
from countersign.seal import SigningKey, fresh_key, is_protected, read_key
from countersign.store import Database, upgrade

# Keys are always made before their store, so no kill leaves a store without its keys.
_OPENED_BY = {
    "vault.db": ("vault.key",),
    "hub.db": ("hub-log.key", "hub-online.key", "hub-texts.key", "hub-index.key"),
}


@dataclass(frozen=True)
class Home:
    """Where everything of one machine lives; opens each store once, when first needed."""

    path: Path
    passphrase: str | None = None

    @property
    def exists(self) -> bool:
        """Tell whether `init` was run here."""
        return (self.path / "keys" / "vault.key").exists() or (self.path / "hub.db").exists()

    @cached_property
    def vault(self) -> Vault:
        """The open vault; raises `NotFound` before `init`, `Unavailable` without the passphrase."""
        self.require()
        return open_vault(self.path / "vault.db", self.path / "keys" / "vault.key", self.passphrase)

    @cached_property
    def hub(self) -> Hub:
        """The open hub; needs no passphrase and never opens the vault."""
        self.require()
        return open_hub(self.path)

    def require(self) -> None:
        """Raise `NotFound` where there is no home yet."""
        if not self.exists:
            raise NotFound(
                f"There is no countersign home at {self.path}.",
                why="Nothing was set up here yet.",
                remedy="Run `countersign init` (or `countersign start`), or give another --home.",
            )

    def create(self) -> bool:
        """Make what is missing of the home; False when nothing was. Safe to run again."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
        except OSError as e:
            raise Unavailable(
                f"The home {self.path} cannot be made.",
                why=e.strerror or type(e).__name__,
                remedy="Choose a folder you may write to with --home DIR or COUNTERSIGN_HOME.",
            ) from e
        self._refuse_lost_keys()
        key, store = self.path / "keys" / "vault.key", self.path / "vault.db"
        fresh = not key.exists() or not store.exists()
        if fresh:
            # A kill between key and store leaves a key alone; `init` again makes the store under it.
            make_vault(store, key, self.passphrase).close()
        make_hub(self.path).close()
        return fresh

    def _refuse_lost_keys(self) -> None:
        """Never make a new key beside a store that only the lost one opens or goes on signing."""
        for store, keys in _OPENED_BY.items():
            lost = [name for name in keys if not (self.path / "keys" / name).exists()]
            if lost and (self.path / store).exists():
                raise Unavailable(
                    f"The key file {lost[0]} is missing, and {store} is there.",
                    why="No other key can stand in for it, so none is made.",
                    remedy="Put your own copy of it back, or set up another --home.",
                )

    @property
    def is_protected(self) -> bool:
        """Tell whether the vault opens only with a passphrase."""
        return is_protected(self.path / "keys" / "vault.key")

    def key_path(self, label: str) -> Path:
        """Return where the signing key of a person or party is kept."""
        return self.path / "keys" / f"{label}.key"

    def key(self, label: str) -> SigningKey:
        """Read a signing key; raises `Unavailable` without the file or its passphrase."""
        return read_key(self.key_path(label), self.passphrase)

    @property
    def owner(self) -> Person:
        """The person whose vault this is; raises `NotFound` before anybody said."""
        found = owner(self.vault)
        if found is None:
            raise NotFound(
                "This vault does not know yet whose it is.",
                why="Own words can only be told from others' by the person's handles.",
                remedy="countersign people add NAME --handle mail:you@example.org --me",
            )
        return found

    @contextmanager
    def run_folder(self) -> Iterator[Path]:
        """Open a private folder for a file that a person edits; it is gone when the block ends."""
        self.sweep()
        (self.path / "run").mkdir(mode=0o700, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.path / "run"))
        held = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)  # ends with this process, however that ends
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)

    def sweep(self) -> None:
        """Remove what editing that was killed has left; what is being edited elsewhere stays."""
        for folder in (self.path / "run").glob("*"):
            with suppress(OSError):
                held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder)
                finally:
                    os.close(held)

    def close(self) -> None:
        """Close whatever was opened."""
        for name in ("vault", "hub"):
            if name in self.__dict__:
                self.__dict__[name].close()


@contextmanager
def passing_home() -> Iterator[Home]:
    """Open a home that leaves nothing: its vault's key exists only in this process's memory.

    There is no hub and no key file in it, so nothing can be signed or released. What a kill leaves
    in the temporary folder nobody can read.
    """
    with tempfile.TemporaryDirectory(prefix="countersign-try-") as folder:
        home = Home(Path(folder))
        db = Database(home.path / "vault.db")
        upgrade(db, "vault")
        home.__dict__["vault"] = Vault(db, fresh_key())
        try:
            yield home
        finally:
            home.close()
