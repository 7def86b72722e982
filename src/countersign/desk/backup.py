# SPDX-License-Identifier: Apache-2.0
"""Back the hub up, and bring it back so that nothing that was taken back is served again.

    OUT/hub/   hub.db, log/, withdrawals/, trust.json
    OUT/keys/  keys.db: apart, because it must die early (`key_backup_days`)

Never the index, which is derived; never the vault, which is the person's; never the key files in
`keys/`, which do not change: keep your own copy of those.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.clock import to_text
from countersign.desk.dropped import take_in
from countersign.desk.erase import erase_ordered
from countersign.desk.files import FOLDER, read_files, write_file
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.desk.packages import read_trust, trust_path
from countersign.errors import BadInput, Conflict, CountersignError, Unavailable
from countersign.log import catch_up, head
from countersign.people import Hub
from countersign.seal import Envelope, Statement, sign
from countersign.skill import end_release, rebuild_index, releases
from countersign.store import Database, upgrade
from countersign.terms import (
    KEY_BACKUP_DAYS,
    Bundle,
    KeyBackup,
    Stop,
    Word,
    carry,
    held_hub,
    hold_hub,
    keep_record,
    keep_stops,
    key_backup_gone,
    key_backups,
    let_go,
    note_key_backup,
    read_word,
    set_hub_setting,
    stops,
    tables,
)

HUB, KEYS = "hub", "keys"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Where a backup stands, when its copy of the keys must be gone, and which older ones went."""

    folder: Path
    keys: KeyBackup
    removed: tuple[Path, ...]
    left: tuple[KeyBackup, ...]


def set_key_days(home: Home, days: int) -> None:
    """Set how many days a copy of the key ring may live; a deletion receipt states it."""
    with home.hub.db.write() as c:
        set_hub_setting(c, KEY_BACKUP_DAYS, str(days))


def backup(home: Home, out: Path, *, now: datetime) -> BackedUp:
    """Write a backup into a new folder; removes copies of keys whose time is over.

    Raises `Conflict` for a folder that holds something, `Unavailable` where it cannot be written.
    """
    if out.exists() and any(out.iterdir()):
        raise Conflict("The folder is not empty.", remedy="Give a new folder for each backup.")
    keys = out.resolve() / KEYS / "keys.db"
    with home.hub.db.write() as c:  # known before it exists: a kill leaves no copy nobody knows of
        noted = note_key_backup(c, str(keys), now=now)
    try:
        for folder in (out, out / HUB, out / KEYS):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy_database(home.path / "hub.db", out / HUB / "hub.db")
        _copy_database(home.path / "keys.db", keys)
        for name in ("log", FOLDER):
            if (home.path / name).is_dir():
                shutil.copytree(home.path / name, out / HUB / name, dirs_exist_ok=True)
        if trust_path(home).exists():
            shutil.copy2(trust_path(home), out / HUB / "trust.json")
        (out / KEYS / "gone-by.txt").write_text(f"{to_text(noted.dies_at)}\n", encoding="utf-8")
    except OSError as e:
        raise Unavailable(
            "The backup cannot be written.", why=e.strerror or "", remedy="Choose another folder."
        ) from e
    removed = drop_expired_keys(home.hub, now=now)
    with home.hub.db.read() as c:
        left = tuple(b for b in key_backups(c) if b.dies_at <= now)
    return BackedUp(out, noted, removed, left)


def _copy_database(source: Path, target: Path) -> None:
    """Copy a store as one consistent state, while others use it (SQLite online backup API)."""
    fd = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(fd)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, whole
    with open(target, "rb") as f:
        os.fsync(f.fileno())


def drop_expired_keys(hub: Hub, *, now: datetime) -> tuple[Path, ...]:
    """Remove copies of the key ring whose time is over; those out of reach stay on the list."""
    with hub.db.read() as c:
        due = [b for b in key_backups(c) if b.dies_at <= now]
    gone = []
    for one in due:
        path = Path(one.path)
        try:
            if path.exists():
                path.write_bytes(b"\0" * path.stat().st_size)
                path.unlink()
        except OSError:
            continue
        if path.parent.parent.exists():  # else a disk may only be unplugged
            gone.append(path)
            with hub.db.write() as c:
                key_backup_gone(c, one.path, now=now)
    return tuple(gone)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore. `replayed` are withdrawals it brought back into force.

    `held`: how many leaves the log had that is newer than all of this; 0 when the hub may serve.
    `keys`: where the keys of released claims came from: home, backup, or none.
    """

    leaves: int
    replayed: tuple[Word, ...]
    held: int
    keys: str


def restore(home: Home, source: Path, *, now: datetime, accept_older: bool = False) -> Restored:
    """Put a backup in the hub's place and replay every withdrawal known since, before serving.

    Withdrawals come from the hub that stands here, the home's and the backup's folders of files.
    Leaves come from the published log. If a newer log was seen than both can show, the hub serves
    nothing until withdrawals were fetched, or `accept_older` says so on record.
    Raises `BadInput` for what is no backup. A kill in between is completed by running it again.
    """
    if not (source / HUB / "hub.db").is_file():
        raise BadInput("This is no backup.", remedy="Give the folder that `backup` wrote.")
    seen = newest_seen_size(home)
    newer, stopped = _words_of(home.path)
    for bundle in newer:  # kept as files first: a kill after the swap loses none
        write_file(bundle, home.path / FOLDER)
    keys = _put_keys(home, source)
    _swap(home, source, seen)
    hub = home.hub
    with hub.db.write() as c:
        leaves = catch_up(c, source / HUB / "log", vkey=hub.signer.vkey, at=now)
        leaves += catch_up(c, hub.log_folder, vkey=hub.signer.vkey, at=now)
    places = [home.path / FOLDER, source / HUB / FOLDER]
    found = newer + [f.bundle for f in read_files(places) if f.bundle is not None]
    replayed = take_in(hub, found, now=now)
    with hub.db.write() as c:
        keep_stops(c, stopped)
        log_signed(c, now=now)
    erase_ordered(hub, now=now)
    _end_unreadable(hub)
    with hub.db.write() as c:
        rebuild_index(c, hub.index, hub.keys)
    publish_log(hub, now=now)
    held = _settle(hub, seen, now=now, accept_older=accept_older)
    return Restored(leaves, tuple(replayed), held, keys)


def newest_seen_size(home: Home) -> int:
    """Return the size of the largest log that this home has seen signed: folder or trust.json."""
    sizes = [0]
    with suppress(CountersignError, OSError):
        sizes += [s.size for s in read_trust(trust_path(home)).seen.values()]
    with suppress(OSError, ValueError, IndexError):
        text = (home.path / "log" / "checkpoint").read_text(encoding="utf-8")
        sizes.append(int(text.split("\n")[1]))
    return max(sizes)


def _words_of(folder: Path) -> tuple[list[Bundle], tuple[Stop, ...]]:
    """Return every withdrawal and suspension of the hub that stands here, and what else stops use."""
    if not (folder / "hub.db").is_file():
        return [], ()
    db = Database(folder / "hub.db")
    try:
        with db.read() as c:
            t = tables.record
            rows = c.execute(
                sa.select(t.c.envelope)
                .where(t.c.kind.in_(("withdrawal", "suspension")))
                .order_by(t.c.at)
            )
            bundles = []
            for row in rows.all():
                with suppress(CountersignError):  # one that cannot be read hides no other
                    envelope = Envelope.from_bytes(row.envelope)
                    bundles.append(carry(c, envelope, grant=read_word(envelope).grant))
            return bundles, stops(c)
    except CountersignError:
        return [], ()  # a damaged store is why a backup is restored; files and witnesses remain
    finally:
        db.close()


def _put_keys(home: Home, source: Path) -> str:
    """Keep the key ring that stands here: it is newer, and what was destroyed in it stays so."""
    if (home.path / "keys.db").is_file():
        return "home"
    if (source / KEYS / "keys.db").is_file():
        _replace(source / KEYS / "keys.db", home.path / "keys.db")
        return "backup"
    return "none"


def _swap(home: Home, source: Path, seen: int) -> None:
    """Put the backup's hub.db in place, held until its withdrawals are known, in one rename."""
    home.close()
    home.__dict__.pop("hub", None)
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = home.path / ".hub.db.restored"
    shutil.copyfile(source / HUB / "hub.db", beside)
    beside.chmod(0o600)
    db = Database(beside)
    try:
        upgrade(db, "hub")
        with db.write() as c:
            hold_hub(c, max(seen, 1))
        db.settle_wal()
    finally:
        db.close()
    for name in ("hub.db-wal", "hub.db-shm", ".hub.db.restored-wal", ".hub.db.restored-shm"):
        (home.path / name).unlink(missing_ok=True)
    os.replace(beside, home.path / "hub.db")
    for name in ("log", "trust.json"):
        there, kept = home.path / name, source / HUB / name
        if kept.is_dir() and not there.exists():
            shutil.copytree(kept, there)
        elif kept.is_file() and not there.exists():
            _replace(kept, there)


def _replace(source: Path, target: Path) -> None:
    beside = target.with_name(f".{target.name}.restored")
    shutil.copyfile(source, beside)
    beside.chmod(0o600)
    os.replace(beside, target)


def _end_unreadable(hub: Hub) -> None:
    """Stop serving releases whose keys are gone: no copy of the key ring was left to restore."""
    with hub.db.write() as c:
        for one in releases(c, current=True):
            if not hub.keys.holds(one.agreement):
                end_release(c, one.id)


def _settle(hub: Hub, seen: int, *, now: datetime, accept_older: bool) -> int:
    """Let the hub serve if its log is as long as any that was seen; returns that size if not."""
    with hub.db.write() as c:
        held = held_hub(c)
        behind = head(c).size < seen
        if not held:
            return 0
        if behind and not accept_older:
            return seen
        if behind:
            keep_record(c, sign(_accepted(c, seen, now), hub.signer.key), now=now)
            log_signed(c, now=now)
        let_go(c)
    publish_log(hub, now=now) if not behind else None
    return 0


def _accepted(c: sa.Connection, seen: int, now: datetime) -> Statement:
    """Return the record that somebody with the hub's key lets an older hub serve."""
    top = head(c)
    said = {"v": 1, "notice": "older-hub-accepted", "leaves": top.size, "seen": seen}
    said |= {"at": to_text(now.replace(microsecond=0))}
    return Statement("notice", (("root", top.root.hex()),), said)
