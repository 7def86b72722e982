# SPDX-License-Identifier: Apache-2.0
"""One SQLite file opened the safe way: every connection durable, checked and wiping what it deletes.

`synchronous=FULL`, WAL, foreign keys and `secure_delete=ON` hold on every connection (DESIGN 4);
`tests/store` asserts it. Write transactions begin IMMEDIATE, so that deciding and acting see one
state and two writers queue instead of failing halfway.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from countersign.errors import BadInput, Unavailable

BUSY_SECONDS = 20
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA cell_size_check=ON",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
)


class Database:
    """A SQLite file of mode 0600 with short read and write transactions."""

    __slots__ = ("engine", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        _create_private(path)
        self.engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
        sa.event.listen(self.engine, "connect", _prepare)
        sa.event.listen(self.engine, "begin", _begin)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a read transaction: one consistent state until the block ends."""
        with _explained(self.path), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a write transaction; it commits when the block ends and rolls back on any error."""
        with _explained(self.path), self.engine.connect() as plain:
            connection = plain.execution_options(countersign_write=True)
            with connection.begin():
                yield connection

    def settle_wal(self) -> bool:
        """Move the write-ahead log into the file and truncate it; False while a reader holds it."""
        with _explained(self.path), self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def fetch(c: sa.Connection, sql: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return all rows of a fixed statement in the transaction of `c`, past the query builder.

    For the few statements that run with every question: the driver keeps them prepared, and its
    plain tuples cost half of what rows with names do. `sql` is never made of data.
    """
    raw: Any = c.connection.driver_connection
    try:
        found: list[tuple[Any, ...]] = raw.execute(sql, values).fetchall()
    except sqlite3.DatabaseError:
        # Once more the long way, so that the fault is explained as every other one.
        return [tuple(row) for row in c.exec_driver_sql(sql, tuple(values))]
    return found


def _create_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as e:
        raise Unavailable(
            f"The store {path.name} cannot be opened.",
            why=e.strerror or type(e).__name__,
            remedy="Choose a folder you may write to with --home DIR or COUNTERSIGN_HOME.",
        ) from e


def _prepare(raw: sqlite3.Connection, _record: object) -> None:
    raw.isolation_level = None  # the driver's own transactions begin late; ours begin on BEGIN
    for pragma in _PRAGMAS:
        raw.execute(pragma)


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("countersign_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the driver's faults into ours, without the SQL or its values (they may hold text)."""
    try:
        yield
    except (OperationalError, sa.exc.DatabaseError) as e:
        cause = e.orig
        if isinstance(cause, sqlite3.OperationalError):
            raise Unavailable(
                f"The store {path.name} is busy, full or not writable.",
                why=str(cause),
                remedy="Close other programs that use it, check the disk, and run the same again.",
            ) from None
        if isinstance(cause, sqlite3.DatabaseError) and not isinstance(
            cause, sqlite3.IntegrityError
        ):
            raise BadInput(
                f"The store {path.name} is not a database of ours.",
                why=str(cause),
                remedy="Restore it from a backup, or choose another --home.",
            ) from None
        raise
