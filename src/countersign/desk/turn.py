# SPDX-License-Identifier: Apache-2.0
"""Questions give way to a withdrawal, so that it never waits in line behind them.

SQLite lets one writer in at a time and makes the others poll; a withdrawal among busy servers could
poll for seconds. Whoever takes back holds the turn while it writes its record; a question looks at
the turn before it writes. The lock ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from countersign.people import Hub

LONGEST = 2.0
_LOOK = 0.002


def _open(hub: Hub) -> int:
    return os.open(hub.log_folder.parent / ".turn", os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def go_first(hub: Hub) -> Iterator[None]:
    """Hold the turn until the block ends: no question begins meanwhile."""
    fd = _open(hub)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def give_way(hub: Hub) -> None:
    """Wait while somebody takes back, at most 2 seconds: the database decides in any case."""
    fd = _open(hub)
    until = time.monotonic() + LONGEST
    try:
        while not _free(fd) and time.monotonic() < until:
            time.sleep(_LOOK)
    finally:
        os.close(fd)


def _free(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
