# SPDX-License-Identifier: Apache-2.0
"""People who do not want their words kept in this vault (clause 35, GDPR 21).

The list holds exact handles, found by a keyed mark and sealed for the person's own list; it never
leaves the vault. Every reader's records pass it, and it is applied again to what was kept before:
the traces of such a person go, and so do the quotes of them inside other traces. The quoted ranges
are blanked in place, so that own text keeps its offsets and its claims their citations.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import NotAllowed, NotFound
from countersign.evidence.read import OWN
from countersign.evidence.tables import objection, trace
from countersign.people import Handle, Vault, handle_mark
from countersign.people import tables as people_tables

BLANK = "\u2591"
"""What stands in the place of each quoted sign that went."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A handle whose words are not kept here, and since when."""

    handle: Handle
    since: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What an objection removed: whole traces of the person, and traces in which a quote went."""

    traces: int
    quotes: int


def objections(vault: Vault) -> tuple[Objection, ...]:
    """Return everybody who objected, by handle."""
    with vault.db.read() as c:
        rows = c.execute(sa.select(objection)).all()
    found = [Objection(_open(vault, row), from_seconds(row.made_at)) for row in rows]
    return tuple(sorted(found, key=lambda o: o.handle))


def _open(vault: Vault, row: Any) -> Handle:
    place = {"table": "objection", "column": "value", "row": f"{row.scheme}:{row.mark}"}
    return Handle(row.scheme, vault.cipher.open(row.value, **place).decode("utf-8"))


def object_to(vault: Vault, handle: Handle, *, now: datetime) -> LeftOut:
    """Keep none of this handle's words from now on, and let go of those that are here.

    Raises `NotAllowed` for a handle of the vault's own person. Safe to repeat.
    """
    mark = handle_mark(vault, handle)
    with vault.db.write() as c:
        if _is_mine(c, handle.scheme, mark):
            raise NotAllowed(
                "This handle is your own.",
                why="An objection is somebody else's word about their own words.",
                remedy="Leave out what you do not want yourself: review, or withdraw.",
            )
        place = {"table": "objection", "column": "value", "row": f"{handle.scheme}:{mark}"}
        sealed = vault.cipher.seal(handle.value.encode("utf-8"), **place)
        c.execute(objection.delete().where(_here(handle.scheme, mark)))
        row = {"scheme": handle.scheme, "mark": mark, "value": sealed}
        c.execute(objection.insert().values(row | {"made_at": to_seconds(now)}))
        return _apply(c, vault, [handle])


def drop_objection(vault: Vault, handle: Handle) -> None:
    """Take a handle off the list, as its person asked; what went does not come back by itself."""
    mark = handle_mark(vault, handle)
    with vault.db.write() as c:
        if c.execute(objection.delete().where(_here(handle.scheme, mark))).rowcount == 0:
            raise NotFound(
                "This handle is not on the list.", remedy="`countersign objections list` shows it."
            )


def apply_objections(vault: Vault, *, around: Collection[str] = ()) -> LeftOut:
    """Apply the whole list again to what is kept; `around` are marks of records just left out.

    A quote goes where its conversation, root or answered record is among them (`Kept.objected`).
    """
    listed = [o.handle for o in objections(vault)]
    if not listed:
        return LeftOut(0, 0)
    with vault.db.write() as c:
        return _apply(c, vault, listed, around)


def _here(scheme: str, mark: str) -> sa.ColumnElement[bool]:
    return (objection.c.scheme == scheme) & (objection.c.mark == mark)


def _is_mine(c: sa.Connection, scheme: str, mark: str) -> bool:
    h, p = people_tables.handle, people_tables.person
    mine = (
        sa.select(h.c.mark)
        .join(p, p.c.id == h.c.person)
        .where(h.c.scheme == scheme, h.c.mark == mark, p.c.me == 1)
    )
    return c.execute(mine).first() is not None


def _apply(
    c: sa.Connection,
    vault: Vault,
    handles: Sequence[Handle],
    around: Iterable[str] = (),
) -> LeftOut:
    marks = {(h.scheme, handle_mark(vault, h)) for h in handles}
    by_them = sa.or_(
        *((trace.c.scheme == scheme) & (trace.c.author_mark == mark) for scheme, mark in marks)
    )
    rows = c.execute(sa.select(trace.c.id, trace.c.conversation).where(by_them, ~OWN)).all()
    together = {row.conversation for row in rows} | _conversations(c, set(around))
    c.execute(trace.delete().where(by_them, ~OWN))
    return LeftOut(len(rows), _blank(c, vault, together, handles))


def _conversations(c: sa.Connection, around: set[str]) -> set[str]:
    if not around:
        return set()
    t = trace.c
    rows = c.execute(sa.select(t.conversation, t.root, t.reply_to)).all()
    return {r.conversation for r in rows if around & {r.conversation, r.root, r.reply_to}}


def _blank(
    c: sa.Connection, vault: Vault, together: Collection[str], handles: Sequence[Handle]
) -> int:
    """Blank quotes where the person took part, and wherever a quote names their handle."""
    count = 0
    named = [h.value.casefold() for h in handles]
    for row in c.execute(sa.select(trace.c.id, trace.c.conversation, trace.c.body)).all():
        plain = vault.cipher.open(row.body, table="trace", column="body", row=row.id)
        body: dict[str, Any] = json.loads(plain.decode("utf-8", "surrogatepass"))
        blanked = _blanked(body["text"], body["written"])
        if blanked == body["text"]:
            continue
        quoted = _quoted(body["text"], body["written"]).casefold()
        if row.conversation in together or any(value in quoted for value in named):
            _seal(c, vault, row.id, body | {"text": blanked})
            count += 1
    return count


def _seal(c: sa.Connection, vault: Vault, id: str, body: dict[str, Any]) -> None:
    plain = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    sealed = vault.cipher.seal(
        plain.encode("utf-8", "surrogatepass"), table="trace", column="body", row=id
    )
    digest = vault.mark("text", str(body["text"]))
    c.execute(trace.update().where(trace.c.id == id).values(body=sealed, digest=digest))


def _blanked(text: str, written: list[list[int]]) -> str:
    """Return the text with everything outside `written` blanked, sign for sign."""
    return "".join(
        sign if inside or sign.isspace() else BLANK
        for sign, inside in zip(text, _inside(len(text), written), strict=True)
    )


def _quoted(text: str, written: list[list[int]]) -> str:
    inside = _inside(len(text), written)
    return "".join("" if own else sign for sign, own in zip(text, inside, strict=True))


def _inside(length: int, written: list[list[int]]) -> list[bool]:
    inside = [False] * length
    for start, end in written:
        inside[start:end] = [True] * (end - start)
    return inside
