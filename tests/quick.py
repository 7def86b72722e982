"""Folders in memory where the system has them: waiting for disks is most of what a durable store
does, and a test of homes makes hundreds. That syncing is asked for is tested in tests/store."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 -- a fresh private folder is made in it
ENOUGH = 1 << 30


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Make a private folder, in memory if there is plenty; it is gone when the block ends."""
    usable = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    where = MEMORY if usable else None
    with tempfile.TemporaryDirectory(
        prefix="countersign-test-", dir=where, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)
