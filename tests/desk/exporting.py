"""Homes with something in each part of them, and exports opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from countersign import desk
from countersign.desk.bundle import Reader
from tests.desk import scene
from tests.desk.scene import NOW, SKILL, TEAM

PASSPHRASE = "correct horse"  # noqa: S105 -- of a home that a test made
VAULT = ("people", "sources", "traces", "claims", "decisions", "sheets", "answers", "objections")


def full(home: desk.Home) -> desk.Home:
    """Return the home reopened with a passphrase, after an agreement, a release and uses."""
    scene.released(home)
    scene.asked(home)
    scene.asked(home, scene.ASK_ZH)
    topics = [v.topic.split(", ")[0] for v in desk.ranked(home) if scene.QUILLBACK in v.text]
    desk.give_credit(home, SKILL, party=TEAM, topics=topics, now=NOW)
    home.close()
    return desk.Home(home.path, PASSPHRASE)


def reader(folder: Path, passphrase: str | None = PASSPHRASE) -> Reader:
    """Open an export."""
    return Reader(folder, passphrase=passphrase)


def rows(folder: Path, path: str) -> list[dict[str, Any]]:
    """Return the lines of one file of an export."""
    return list(reader(folder).lines(path))


def every_byte(folder: Path) -> bytes:
    """Return all bytes of a folder."""
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())
