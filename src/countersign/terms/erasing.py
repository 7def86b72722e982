# SPDX-License-Identifier: Apache-2.0
"""Orders to erase with their clock (clause 4), and where the hub stands with key backups.

An order is written in the transaction of the withdrawal that asks for it and closed by a signed
deletion receipt. Due after 72 hours, overdue after 30 days at the very latest.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import BadInput, NotFound, NotVerified
from countersign.ids import AgreementId, GrantId
from countersign.seal import Envelope
from countersign.terms import tables
from countersign.terms.register import keep_record

ERASE_WITHIN = timedelta(hours=72)
ERASE_AT_MOST = timedelta(days=30)
KEY_BACKUP_DAYS = "key_backup_days"
_DEFAULTS = {KEY_BACKUP_DAYS: "30"}
_MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Erasure:
    """An order to erase; `receipt` is a digest once done.

    `withdrawal` is the digest of the record that ordered it; `refs` are the released claims it is
    about (release/claim); with `whole` everything under the agreement goes, whatever they say.
    """

    withdrawal: str
    agreement: AgreementId
    grant: GrantId
    whole: bool
    refs: tuple[str, ...]
    ordered_at: datetime
    done_at: datetime | None
    receipt: str

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of the claims that go, sorted, each once."""
        return tuple(sorted({ref.partition("/")[2] for ref in self.refs}))

    @property
    def due_at(self) -> datetime:
        """When it should be done: 72 hours after the order."""
        return self.ordered_at + ERASE_WITHIN

    @property
    def overdue_at(self) -> datetime:
        """When it must be done at the very latest: 30 days after the order."""
        return self.ordered_at + ERASE_AT_MOST


def order_erasure(
    c: sa.Connection,
    envelope: Envelope,
    *,
    agreement: str,
    grant: str,
    now: datetime,
    whole: bool,
    refs: Collection[str] = (),
) -> None:
    """Order what a withdrawal asks for, once. What is ordered again only gains the named claims."""
    t = tables.erasure
    known = c.execute(sa.select(t.c.refs).where(t.c.withdrawal == envelope.digest)).scalar()
    if known is None:
        row = {
            "withdrawal": envelope.digest,
            "agreement": agreement,
            "grant_digest": grant,
            "whole": int(whole),
            "refs": json.dumps(sorted(refs)),
            "ordered_at": to_seconds(now),
        }
        c.execute(t.insert().values(row))
    elif not set(refs) <= set(json.loads(known)):
        # Named after the order was made, or found again in a restored backup: open until erased.
        values = {"refs": json.dumps(sorted({*json.loads(known), *refs})), "done_at": None}
        c.execute(t.update().where(t.c.withdrawal == envelope.digest).values(values))


def erasures(c: sa.Connection, *, open_only: bool = True) -> tuple[Erasure, ...]:
    """Return the orders to erase that are still open (or all), oldest first."""
    t = tables.erasure
    query = sa.select(t).order_by(t.c.ordered_at, t.c.withdrawal)
    if open_only:
        query = query.where(t.c.done_at.is_(None))
    return tuple(_erasure(row) for row in c.execute(query))


def _erasure(row: Any) -> Erasure:
    return Erasure(
        withdrawal=row.withdrawal,
        agreement=AgreementId(row.agreement),
        grant=GrantId(row.grant_digest),
        whole=bool(row.whole),
        refs=tuple(json.loads(row.refs)),
        ordered_at=from_seconds(row.ordered_at),
        done_at=from_seconds(row.done_at) if row.done_at is not None else None,
        receipt=row.receipt or "",
    )


def mark_erased(c: sa.Connection, *, withdrawal: str, receipt: Envelope, now: datetime) -> Erasure:
    """Close an order with its signed deletion receipt; a second call keeps the first receipt.

    Raises `NotFound` without an order and `NotVerified` if `receipt` is no deletion receipt.
    The signature is checked by the caller, who holds the hub's key.
    """
    t = tables.erasure
    row = c.execute(sa.select(t).where(t.c.withdrawal == withdrawal)).first()
    if row is None:
        raise NotFound("There is no order to erase for this withdrawal.", remedy="Withdraw first.")
    if receipt.statement.kind != "deletion-receipt":
        raise NotVerified("The record is not a deletion receipt.")
    if row.done_at is None:
        keep_record(c, receipt, grant=row.grant_digest, now=now)
        values = {"done_at": to_seconds(now), "receipt": receipt.digest}
        c.execute(t.update().where(t.c.withdrawal == withdrawal).values(values))
    return next(e for e in erasures(c, open_only=False) if e.withdrawal == withdrawal)


def hub_setting(c: sa.Connection, name: str) -> str:
    """Return a setting of the hub, or its default; raises `BadInput` for an unknown one."""
    _known(name)
    t = tables.setting
    found = c.execute(sa.select(t.c.value).where(t.c.name == name)).scalar()
    return _DEFAULTS[name] if found is None else str(found)


def set_hub_setting(c: sa.Connection, name: str, value: str) -> None:
    """Set a setting of the hub; raises `BadInput` for an unknown one or an impossible value."""
    _known(name)
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= _MOST_DAYS):
        raise BadInput(
            f"'{name}' cannot be set to that.",
            why=f"Backups of keys are kept for 1 to {_MOST_DAYS} days, and a receipt states it.",
            remedy="Give a number of days; 30 is the default.",
        )
    t = tables.setting
    c.execute(t.delete().where(t.c.name == name))
    c.execute(t.insert().values(name=name, value=str(int(value))))


def _known(name: str) -> None:
    if name not in _DEFAULTS:
        raise BadInput("There is no such setting.", remedy="Settings: " + ", ".join(_DEFAULTS))


@dataclass(frozen=True, slots=True)
class KeyBackup:
    """A copy of the key ring: where it was written, and by when it must be gone."""

    path: str
    made_at: datetime
    dies_at: datetime


def note_key_backup(c: sa.Connection, path: str, *, now: datetime) -> KeyBackup:
    """Note that the key ring was copied to `path`; returns when that copy must be gone."""
    days = int(hub_setting(c, KEY_BACKUP_DAYS))
    made = KeyBackup(path, now.replace(microsecond=0), now.replace(microsecond=0) + timedelta(days))
    t = tables.key_backup
    c.execute(t.delete().where(t.c.path == path))
    row = {"path": path, "made_at": to_seconds(now), "dies_at": to_seconds(made.dies_at)}
    c.execute(t.insert().values(row))
    return made


def key_backups(c: sa.Connection) -> tuple[KeyBackup, ...]:
    """Return the copies of the key ring that are not known to be gone, oldest first."""
    t = tables.key_backup
    query = sa.select(t).where(t.c.gone_at.is_(None)).order_by(t.c.made_at, t.c.path)
    return tuple(
        KeyBackup(r.path, from_seconds(r.made_at), from_seconds(r.dies_at))
        for r in c.execute(query)
    )


def key_backup_gone(c: sa.Connection, path: str, *, now: datetime) -> None:
    """Note that a copy of the key ring was removed."""
    t = tables.key_backup
    c.execute(t.update().where(t.c.path == path).values(gone_at=to_seconds(now)))


_BEHIND = "behind"


def hold_hub(c: sa.Connection, size: int) -> None:
    """Note that this hub is older than a log of `size` leaves that was seen: it serves nothing."""
    t = tables.setting
    c.execute(t.delete().where(t.c.name == _BEHIND))
    c.execute(t.insert().values(name=_BEHIND, value=str(size)))


def held_hub(c: sa.Connection) -> int:
    """Return how many leaves the log had that this hub may lack withdrawals of; 0: not held."""
    t = tables.setting
    found = c.execute(sa.select(t.c.value).where(t.c.name == _BEHIND)).scalar()
    return int(found) if found else 0


def let_go(c: sa.Connection) -> None:
    """Note that the hub knows the withdrawals again, or that somebody took the risk on record."""
    t = tables.setting
    c.execute(t.delete().where(t.c.name == _BEHIND))
