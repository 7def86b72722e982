"""Homes as the commands find them: reviewed, and released to the team."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.desk import scene


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doors")
    scene.build(folder / "reviewed")
    shutil.copytree(folder / "reviewed", folder / "released")
    with scene.opened(folder / "released") as home:
        scene.released(home)
    # Moved away from where it was made, so that no copy of it reaches back into this one.
    return folder.rename(folder.with_name("kept"))


@pytest.fixture
def reviewed(_built: Path, tmp_path: Path) -> Path:
    """Return the folder of a home in which Lin has reviewed."""
    return Path(shutil.copytree(_built / "reviewed", tmp_path / "home"))


@pytest.fixture
def released(_built: Path, tmp_path: Path) -> Path:
    """Return the folder of a home that has released `payments-lin` to the Payments Team."""
    return Path(shutil.copytree(_built / "released", tmp_path / "home"))


@pytest.fixture(scope="session")
def standing(_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home like `released`, for tests that only look at it or are refused."""
    return Path(shutil.copytree(_built / "released", tmp_path_factory.mktemp("s") / "home"))
