# SPDX-License-Identifier: Apache-2.0
"""Stages for the pool's tests: module-level, as a pool needs them."""

from __future__ import annotations

import os
import signal


def double(batch: list[int]) -> list[int]:
    """Return each number twice as large."""
    return [2 * n for n in batch]


def who(batch: list[int]) -> list[int]:
    """Return the process that did the work, once a record."""
    return [os.getpid() for _ in batch]


def fail_at_seven(batch: list[int]) -> list[int]:
    """Fail where a 7 stands."""
    if 7 in batch:
        raise LookupError("seven")
    return batch


def die_at_seven(batch: list[int]) -> list[int]:
    """End the worker as an out-of-memory killer does, where a 7 stands."""
    if 7 in batch:
        os.kill(os.getpid(), signal.SIGKILL)
    return batch
