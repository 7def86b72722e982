"""One home built for the whole session, copied for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desk import scene

from countersign import desk


@pytest.fixture(scope="session")
def reviewed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which Lin has reviewed; never to be changed."""
    folder = tmp_path_factory.mktemp("built") / "home"
    scene.build(folder)
    return folder


@pytest.fixture
def home(reviewed_home: Path, tmp_path: Path) -> Iterator[desk.Home]:
    """Return a copy of the home of one's own, with real keys and real records."""
    shutil.copytree(reviewed_home, tmp_path / "home")
    with scene.opened(tmp_path / "home") as home:
        yield home
