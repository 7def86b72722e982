# SPDX-License-Identifier: Apache-2.0
"""Copies: where a package was installed or exported to, found again and removed on withdrawal.

Only what we wrote is ever overwritten or removed, told by its digest. What somebody changed or
added is left where it is and reported: it is theirs, and they must know that it is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import BadInput, Conflict
from countersign.ids import fresh
from countersign.seal import sha256_hex
from countersign.skill.folder import write_package
from countersign.skill.tables import copy

HOSTS = {"claude-code": Path(".claude") / "skills", "agents": Path(".agents") / "skills"}
"""Where agent hosts look below a project or a home (agentskills client guide; Claude Code docs)."""
EXPORT = "export"
"""The host of a copy that was written to a folder the user named."""


class CopyStatus(StrEnum):
    """What is known of a copy."""

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

    An unchanged copy of ours at that place is replaced; anything else there raises `Conflict`.
    """
    digests = {path: sha256_hex(data) for path, data in files.items()}
    here = _at(c, folder)
    if os.path.lexists(folder) and (here is None or _look(here) is not CopyStatus.PRESENT):
        raise Conflict(
            f"Something else stands at {folder.name}.",
            why="It was not written by this hub, or was changed since.",
            remedy="Move it away yourself, then install again.",
        )
    # The record comes first: a crash in between leaves a record without a folder, never the reverse.
    c.execute(copy.delete().where(copy.c.path == str(folder)))
    row: dict[str, Any] = {
        "id": fresh("k"),
        "release": release,
        "agreement": agreement,
        "host": host,
        "path": str(folder),
        "files": json.dumps(digests, sort_keys=True),
        "at": to_seconds(now),
        "status": CopyStatus.PRESENT.value,
        "checked_at": to_seconds(now),
    }
    c.execute(copy.insert().values(**row))
    write_package(files, folder, replace=here is not None)
    return Copy(row["id"], release, agreement, host, folder, digests, now, CopyStatus.PRESENT, now)


def copies(c: sa.Connection, *, agreement: str | None = None) -> list[Copy]:
    """Return the recorded copies, oldest first."""
    query = sa.select(copy).order_by(copy.c.at, copy.c.id)
    if agreement is not None:
        query = query.where(copy.c.agreement == agreement)
    return [_copy(row) for row in c.execute(query)]


def _at(c: sa.Connection, folder: Path) -> Copy | None:
    row = c.execute(sa.select(copy).where(copy.c.path == str(folder))).first()
    return _copy(row) if row else None


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


def check_copies(c: sa.Connection, *, now: datetime, agreement: str | None = None) -> list[Copy]:
    """Look at each copy that was not removed, record how it was found, and return them."""
    return [_record(c, found, _look(found), now) for found in _standing(c, agreement)]


def remove_copies(c: sa.Connection, *, agreement: str, now: datetime) -> list[Copy]:
    """Remove what we wrote of each copy and return how each was left; safe to run again."""
    return [_record(c, found, _remove(found), now) for found in _standing(c, agreement)]


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
            return CopyStatus.REMOVED if found.path.parent.is_dir() else CopyStatus.UNREACHABLE
        there = _digests(found.path)
    except OSError:
        return CopyStatus.UNREACHABLE
    return CopyStatus.PRESENT if there == dict(found.files) else CopyStatus.CHANGED


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


def _remove(found: Copy) -> CopyStatus:
    before = _look(found)
    if before not in (CopyStatus.PRESENT, CopyStatus.CHANGED) or found.path.is_symlink():
        return before
    try:
        there = _digests(found.path)
        for path, digest in found.files.items():
            if there.get(path) == digest:
                (found.path / path).unlink()
        _drop_empty(found.path)
    except OSError:
        return CopyStatus.UNREACHABLE
    return CopyStatus.CHANGED if os.path.lexists(found.path) else CopyStatus.REMOVED


def _drop_empty(folder: Path) -> None:
    """Remove the folders that are empty now, the innermost first."""
    for base, _, _ in os.walk(folder, topdown=False):
        if not os.listdir(base):
            os.rmdir(base)
