"""Seven people and a party on one hub, each with a vault of their own; nothing is shared but the hub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from countersign import desk
from countersign.people import Hub

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NAMES = ("Lin Wei", "Kim Ode", "Ana Sol", "Bo Falk", "Cy Dorn", "Di Moss", "Ed Vann")
LABELS = tuple(name.split()[0].lower() for name in NAMES)
ACME = "acme"
Office = tuple[desk.Home, list[desk.Home]]


def build(folder: Path, people: int = 7) -> None:
    """Make the homes: the party's with the hub, and so many people's."""
    for label in (ACME, *LABELS[:people]):
        home = desk.Home(folder / label)
        home.create()
        home.close()
    with office(folder) as (_, homes):
        for home, name, label in zip(homes, NAMES, LABELS, strict=False):
            handle = f"mail:{label}@example.org"
            desk.add_someone(home, name=name, handles=[handle], me=True, label=label, now=NOW)


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Open the homes that were built, all on the party's hub."""
    acme = desk.Home(folder / ACME)
    homes = [desk.Home(folder / label) for label in LABELS if (folder / label).exists()]
    try:
        for home in homes:
            home.__dict__["hub"] = acme.hub
        yield acme, homes
    finally:
        for home in homes:
            home.vault.close()
        acme.close()


def hub_content(hub: Hub) -> dict[str, list[str]]:
    """Return every row of every table of the hub, as text."""
    with hub.db.read() as c:
        return {
            name: sorted(repr(tuple(row)) for row in c.execute(sa.text(f'SELECT * FROM "{name}"')))  # noqa: S608
            for name in sa.inspect(c).get_table_names()
        }
