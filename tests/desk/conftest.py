"""One home built for the whole session, copied for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign import desk
from tests.desk import scene
from tests.quick import quick_folder


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return a quick folder instead of pytest's own."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def reviewed_home() -> Iterator[Path]:
    """Return a home in which Lin has reviewed; never to be changed."""
    with quick_folder() as folder:
        scene.build(folder / "home")
        yield folder / "home"


@pytest.fixture
def home(reviewed_home: Path, tmp_path: Path) -> Iterator[desk.Home]:
    """Return a copy of the home of one's own, with real keys and real records."""
    shutil.copytree(reviewed_home, tmp_path / "home")
    with scene.opened(tmp_path / "home") as home:
        yield home
