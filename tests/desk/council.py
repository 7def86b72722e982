"""A works council beside Lin and the Payments Team, and floors as files."""

from __future__ import annotations

from pathlib import Path

from countersign import desk
from tests.desk.scene import NOW, TEAM

COUNCIL = "council"


def council(home: desk.Home) -> str:
    """Make a works council known, with a key of its own on this machine."""
    return desk.add_representative(home, "Works Council", label=COUNCIL, now=NOW).label


def floor_file(folder: Path, *lines: str, version: int = 1, series: str = COUNCIL) -> Path:
    """Write a floor of these lines; returns its path."""
    path = folder / f"{series}-{version}.toml"
    head = [f'series = "{series}"', f"version = {version}"]
    path.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")
    return path


def agree_on(
    home: desk.Home, *lines: str, version: int = 1, series: str = COUNCIL
) -> desk.FloorSeen:
    """Let the council propose a floor and the team sign it."""
    path = floor_file(home.path.parent, *lines, version=version, series=series)
    made = desk.floor_propose(
        home, path, party=TEAM, representative=COUNCIL, signer=COUNCIL, now=NOW
    )
    return desk.floor_sign(home, made.digest, signer=TEAM, now=NOW)


def filled_in(form: str) -> str:
    """Return a form of the full assessment as if somebody had filled in all of it."""
    lines = []
    for line in form.splitlines():
        text = line
        while "[" in text and not text.startswith("## "):
            before, _, rest = text.partition("[")
            text = f"{before}done{rest.partition(']')[2]}"
        lines.append(text.replace("| |", "| low |").replace("| |", "| low |"))
    return "\n".join(lines).replace("☐", "☑", 1)
