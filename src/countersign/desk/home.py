# SPDX-License-Identifier: Apache-2.0
"""A home: the folder that holds a person's vault and the hub of one machine, and its keys.

vault.db hub.db keys.db index.db    keys/<id>.key    log/    trust.json    run/
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from countersign.errors import NotFound, Unavailable
from countersign.people import Hub, Person, Vault, make_hub, make_vault, open_hub, open_vault, owner
from countersign.seal import SigningKey, read_key


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
        fresh = not (self.path / "keys" / "vault.key").exists()
        if fresh:
            make_vault(
                self.path / "vault.db", self.path / "keys" / "vault.key", self.passphrase
            ).close()
        make_hub(self.path).close()
        return fresh

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

    def run_folder(self) -> Path:
        """Return a private folder for files that a person edits; older leftovers are swept."""
        folder = self.path / "run"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        os.chmod(folder, 0o700)
        return folder

    def sweep(self) -> None:
        """Remove the private folder for edited files."""
        shutil.rmtree(self.path / "run", ignore_errors=True)

    def close(self) -> None:
        """Close whatever was opened."""
        for name in ("vault", "hub"):
            if name in self.__dict__:
                self.__dict__[name].close()
