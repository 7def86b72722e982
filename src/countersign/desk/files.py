# SPDX-License-Identifier: Apache-2.0
"""Withdrawal files in folders: written when something is taken back, honoured wherever they lie.

A home keeps them in `withdrawals/`. A file that somebody puts there, or next to an installed skill,
makes verifying, installing and serving refuse, if its signer may.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from countersign.desk.logbook import proof_of
from countersign.errors import BadInput, CountersignError, NotFound
from countersign.people import Hub
from countersign.seal import Envelope
from countersign.terms import MOST_BYTES, Bundle, carry, read_word

FOLDER = "withdrawals"
PATTERN = "withdrawal-*.json"
MOST_FILES = 10_000


def withdrawals_folder(hub: Hub) -> Path:
    """Return where this home keeps withdrawal files."""
    return hub.log_folder.parent / FOLDER


def withdrawal_file(hub: Hub, envelope: Envelope) -> Path:
    """Write the file of a kept record into the home, with its proof; returns where it stands."""
    with hub.db.read() as c:
        bundle = carry(c, envelope, grant=read_word(envelope).grant)
    try:
        proof, _ = proof_of(hub, envelope.digest)
        bundle = replace(bundle, proof=proof.decode("utf-8"))
    except (LookupError, NotFound, OSError):
        pass  # a file without a proof counts as well; the next one written has it
    return write_file(bundle, withdrawals_folder(hub))


def write_file(bundle: Bundle, folder: Path) -> Path:
    """Write a withdrawal file into a folder, whole or not at all; the same name is replaced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / bundle.name
    beside = folder / f".{bundle.name}.{os.getpid()}"
    with open(beside, "wb") as f:
        f.write(bundle.to_bytes())
        f.flush()
        os.fsync(f.fileno())
    os.replace(beside, path)
    return path


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was looked at: what it says, or why it cannot be read."""

    path: Path
    bundle: Bundle | None
    why: str = ""


def read_files(places: Iterable[Path]) -> list[Found]:
    """Read withdrawal files: each place is a file, or a folder in which they lie."""
    found = []
    for place in places:
        paths = sorted(place.glob(PATTERN))[:MOST_FILES] if place.is_dir() else [place]
        found += [_read(path) for path in paths if path.is_file()]
    return found


def _read(path: Path) -> Found:
    try:
        with path.open("rb") as f:  # never more than a file may have, whoever put it there
            return Found(path, Bundle.of(f.read(MOST_BYTES + 1)))
    except (CountersignError, OSError) as e:
        return Found(path, None, e.what if isinstance(e, CountersignError) else "cannot be read")


def bundles_in(places: Iterable[Path], *, strict: bool = False) -> list[Bundle]:
    """Return the files that can be read in these places; `strict` raises for one that cannot."""
    given = list(places)
    if strict and (gone := [p for p in given if not p.exists()]):
        raise BadInput(f"There is no {gone[0].name}.", remedy="Give a withdrawal file or a folder.")
    found = read_files(given)
    if strict and (odd := [f for f in found if f.bundle is None]):
        raise BadInput(f"{odd[0].path.name} is no withdrawal file.", why=odd[0].why)
    return [f.bundle for f in found if f.bundle is not None]


def beside(folder: Path) -> list[Path]:
    """Return the places next to an installed skill in which a withdrawal file may have been put."""
    above = folder.resolve().parent
    return [above, above / "countersign" / FOLDER]
