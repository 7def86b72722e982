# SPDX-License-Identifier: Apache-2.0
"""What all tests share: golden files (bytes that others parse, compared exactly), no deadlines.

`COUNTERSIGN_GOLDEN=write .venv/bin/pytest` writes them anew; the difference is then reviewed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# No timed tests: a busy machine must not turn a law into a failure.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden() -> Callable[[str, bytes], None]:
    """Return a check that bytes equal `tests/golden/NAME`, which must exist."""

    def check(name: str, data: bytes) -> None:
        path = GOLDEN / name
        if os.environ.get("COUNTERSIGN_GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        assert path.read_bytes() == data

    return check
