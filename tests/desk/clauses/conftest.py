"""A home in which Lin's skill is signed, in force and released, built once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign import desk
from tests.desk import scene
from tests.quick import quick_folder


@pytest.fixture(scope="session")
def released_home(reviewed_home: Path) -> Iterator[Path]:
    """Return a home whose skill answers the team; never to be changed."""
    with quick_folder() as folder:
        shutil.copytree(reviewed_home, folder / "home")
        with scene.opened(folder / "home") as home:
            scene.released(home)
        # Its package is on record where it stood: nothing of a test may reach another's copy.
        (folder / "home").rename(folder / "kept")
        yield folder / "kept"


@pytest.fixture
def live(released_home: Path, tmp_path: Path) -> Iterator[desk.Home]:
    """Return a copy of one's own of the home whose skill answers."""
    shutil.copytree(released_home, tmp_path / "home")
    with scene.opened(tmp_path / "home") as home:
        yield home
