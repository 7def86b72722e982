"""Homes as the commands find them: reviewed, and released to the team."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import scene
from tests.quick import quick_folder


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return a quick folder instead of pytest's own."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def _built() -> Iterator[Path]:
    with quick_folder() as folder:
        made = folder / "made"
        before = os.umask(0o077)  # as each verb does
        scene.build(made / "reviewed")
        shutil.copytree(made / "reviewed", made / "released")
        with scene.opened(made / "released") as home:
            scene.released(home)
        os.umask(before)
        # Moved away from where it was made, so that no copy of it reaches back into this one.
        yield made.rename(folder / "kept")


@pytest.fixture
def reviewed(_built: Path, tmp_path: Path) -> Path:
    """Return the folder of a home in which Lin has reviewed."""
    return Path(shutil.copytree(_built / "reviewed", tmp_path / "home"))


@pytest.fixture
def released(_built: Path, tmp_path: Path) -> Path:
    """Return the folder of a home that has released `payments-lin` to the Payments Team."""
    return Path(shutil.copytree(_built / "released", tmp_path / "home"))


@pytest.fixture(scope="session")
def standing(_built: Path) -> Iterator[Path]:
    """Return a home like `released`, for tests that only look at it or are refused."""
    with quick_folder() as folder:
        yield Path(shutil.copytree(_built / "released", folder / "home"))
