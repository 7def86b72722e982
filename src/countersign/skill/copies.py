# SPDX-License-Identifier: Apache-2.0
"""Copies: where a package was installed or exported to, found again and removed on withdrawal.

Only what we wrote is ever overwritten or removed, told by its digest. What somebody changed or
added is left where it is and reported: it is theirs, and they must know that it is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import BadInput, Conflict, CountersignError, NotAllowed
from countersign.ids import fresh
from countersign.seal import Envelope, sha256_hex
from countersign.skill.draft import NOT_SUBJECTS, RELEASE
from countersign.skill.folder import clear_leftovers, read_folder, write_package
from countersign.skill.tables import copy
from countersign.skill.tables import release as release_table

HOSTS = {"claude-code": Path(".claude") / "skills", "agents": Path(".agents") / "skills"}
"""Where agent hosts look below a project or a home (agentskills client guide; Claude Code docs)."""
EXPORT = "export"
"""The host of a copy that was written to a folder the user named."""


class CopyStatus(StrEnum):
    """What is known of a copy."""

    WRITING = "writing"
    PRESENT = "present"
    REMOVED = "removed"
    CHANGED = "changed"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: where it stands, what was written there, and how it was found last."""

    id: str
    release: str
    agreement: str
    host: str
    path: Path
    files: Mapping[str, str]
    at: datetime
    status: CopyStatus
    checked_at: datetime


def target(name: str, *, host: str, base: Path) -> Path:
    """Return where `host` looks for a skill of that name below a project or home folder."""
    if host not in HOSTS:
        raise BadInput(
            f"'{host[:40]}' is not a host that is known here.",
            remedy="Hosts: " + ", ".join(sorted(HOSTS)) + ".",
        )
    if not base.is_dir():
        raise BadInput("There is no such project folder.", remedy="Give an existing folder.")
    return base.resolve() / HOSTS[host] / name


def reserve(
    c: sa.Connection,
    files: Mapping[str, bytes],
    folder: Path,
    *,
    host: str,
    release: str,
    agreement: str,
    now: datetime,
) -> Copy:
    """Record that a copy is about to be written; commit this before `install` writes it.

    So that a kill in between leaves a record without a folder, which a withdrawal clears up, and
    never a folder that nobody knows of. A copy of ours that stands there stays on record too.
    Raises `NotAllowed` for a release that this hub does not serve (any more).
    """
    _require_served(c, release)
    digests = {path: sha256_hex(data) for path, data in files.items()}
    made = Copy(fresh("k"), release, agreement, host, folder, digests, now, CopyStatus.WRITING, now)
    c.execute(copy.insert().values(**_row(made)))
    return made


def install(
    c: sa.Connection,
    files: Mapping[str, bytes],
    folder: Path,
    *,
    host: str,
    release: str,
    agreement: str,
    now: datetime,
) -> Copy:
    """Write a package to `folder` and record the copy in the caller's hub transaction.

    An unchanged copy of ours at that place is replaced; anything else there raises `Conflict`. The
    transaction holds off a withdrawal until the copy is written and known.
    """
    if os.path.lexists(folder) and not _is_ours(c, folder):
        raise Conflict(
            f"Something else stands at {folder.name}.",
            why="It was not written by this hub, or was changed since.",
            remedy="Move it away yourself, then install again.",
        )
    c.execute(copy.delete().where(copy.c.path == str(folder)))
    made = reserve(c, files, folder, host=host, release=release, agreement=agreement, now=now)
    made = replace(made, status=CopyStatus.PRESENT)
    c.execute(copy.update().where(copy.c.id == made.id).values(status=made.status.value))
    write_package(files, folder, replace=True)
    return made


def _row(made: Copy) -> dict[str, Any]:
    return {
        "id": made.id,
        "release": made.release,
        "agreement": made.agreement,
        "host": made.host,
        "path": str(made.path),
        "files": json.dumps(dict(made.files), sort_keys=True),
        "at": to_seconds(made.at),
        "status": made.status.value,
        "checked_at": to_seconds(made.checked_at),
    }


def _require_served(c: sa.Connection, release: str) -> None:
    """Refuse to copy what was taken back or replaced since it was built."""
    served = sa.select(release_table.c.id).where(
        release_table.c.id == release, release_table.c.current == 1
    )
    if c.execute(served).first() is None:
        raise NotAllowed(
            "This release is not in force here.",
            why="It was taken back, or a newer version took its place.",
            remedy="Publish again, or install the newer version.",
        )


def _is_ours(c: sa.Connection, folder: Path) -> bool:
    """Tell whether `folder` holds, unchanged, a copy on record or a whole release of this hub.

    The latter is what a kill between writing the folder and committing its record leaves.
    """
    rows = c.execute(sa.select(copy).where(copy.c.path == str(folder))).all()
    if any(_look(_copy(row)) is CopyStatus.PRESENT for row in rows):
        return True
    try:
        files = read_folder(folder)
        signed = Envelope.from_bytes(files[RELEASE])
    except (CountersignError, KeyError):
        return False
    known = sa.select(release_table.c.id).where(release_table.c.digest == signed.digest)
    there = {p: sha256_hex(d) for p, d in files.items() if p not in NOT_SUBJECTS}
    return c.execute(known).first() is not None and dict(signed.statement.subjects) == there


def copies(c: sa.Connection, *, agreement: str | None = None) -> list[Copy]:
    """Return the recorded copies, oldest first."""
    query = sa.select(copy).order_by(copy.c.at, copy.c.id)
    if agreement is not None:
        query = query.where(copy.c.agreement == agreement)
    return [_copy(row) for row in c.execute(query)]


def _copy(row: Any) -> Copy:
    return Copy(
        id=row.id,
        release=row.release,
        agreement=row.agreement,
        host=row.host,
        path=Path(row.path),
        files=json.loads(row.files),
        at=from_seconds(row.at),
        status=CopyStatus(row.status),
        checked_at=from_seconds(row.checked_at),
    )


def moved(c: sa.Connection, found: Copy, path: Path) -> None:
    """Record that a copy stands elsewhere now, because a folder above it was moved."""
    c.execute(copy.update().where(copy.c.id == found.id).values(path=str(path)))


def check_copies(c: sa.Connection, *, now: datetime, agreement: str | None = None) -> list[Copy]:
    """Look at each copy that was not removed, record how it was found, and return them."""
    return [_record(c, found, _look(found), now) for found in _standing(c, agreement)]


def remove_copies(
    c: sa.Connection, *, agreement: str, now: datetime, releases: Collection[str] | None = None
) -> list[Copy]:
    """Remove what we wrote of each copy and return how each was left; safe to run again.

    `releases` leaves copies of other releases of the agreement where they are.
    """
    standing = [x for x in _standing(c, agreement) if releases is None or x.release in releases]
    stuck = {found.id for found in standing if not _remove(found)}
    # Looked at only now: two records may name one place, if a writing was killed.
    return [_record(c, x, _left(x, stuck=x.id in stuck), now) for x in standing]


def _left(found: Copy, *, stuck: bool) -> CopyStatus:
    if stuck:
        return CopyStatus.UNREACHABLE
    left = _look(found)
    return CopyStatus.CHANGED if left is CopyStatus.PRESENT else left


def _standing(c: sa.Connection, agreement: str | None) -> list[Copy]:
    return [x for x in copies(c, agreement=agreement) if x.status is not CopyStatus.REMOVED]


def _record(c: sa.Connection, found: Copy, status: CopyStatus, now: datetime) -> Copy:
    values = {"status": status.value, "checked_at": to_seconds(now)}
    c.execute(copy.update().where(copy.c.id == found.id).values(**values))
    row = c.execute(sa.select(copy).where(copy.c.id == found.id)).one()
    return _copy(row)


def _look(found: Copy) -> CopyStatus:
    try:
        if not os.path.lexists(found.path):
            return CopyStatus.REMOVED if _base(found).is_dir() else CopyStatus.UNREACHABLE
        there = _digests(found.path)
    except OSError:
        return CopyStatus.UNREACHABLE
    return CopyStatus.PRESENT if there == dict(found.files) else CopyStatus.CHANGED


def _base(found: Copy) -> Path:
    """Return the project or home of a copy: while that is not there, a disk may be missing."""
    above = len(HOSTS[found.host].parts) if found.host in HOSTS else 0
    return found.path.parents[above]


def _digests(folder: Path) -> dict[str, str]:
    """Return what stands below `folder`; a link or anything odd has no digest of ours."""
    there: dict[str, str] = {}
    if folder.is_symlink():
        return {"": "link"}
    for base, folders, names in os.walk(folder, followlinks=False):
        for name in (*names, *(f for f in folders if (Path(base) / f).is_symlink())):
            path = Path(base) / name
            plain = path.is_file() and not path.is_symlink()
            key = path.relative_to(folder).as_posix()
            there[key] = sha256_hex(path.read_bytes()) if plain else "not a file"
    return there


def _remove(found: Copy) -> bool:
    """Remove the files that are still as we wrote them; False where the disk would not let us."""
    try:
        clear_leftovers(found.path)
        if found.path.is_symlink() or not found.path.is_dir():
            return True
        there = _digests(found.path)
        for path, digest in found.files.items():
            if there.get(path) == digest:
                (found.path / path).unlink()
        _drop_empty(found.path)
    except OSError:
        return False
    return True


def _drop_empty(folder: Path) -> None:
    """Remove the folders that are empty now, the innermost first."""
    for base, _, _ in os.walk(folder, topdown=False):
        if not os.listdir(base):
            os.rmdir(base)
