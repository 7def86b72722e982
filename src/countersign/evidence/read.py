# SPDX-License-Identifier: Apache-2.0
"""Read kept traces: own ones, by id, and whole conversations. Whose a trace is follows from the
handles as they are now, so that a handle added later makes its earlier traces own. The columns only
find a trace; own is what its sealed author says beside the sealed handles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds
from countersign.evidence import tables
from countersign.evidence.keep import open_body, own_handles
from countersign.evidence.trace import Conversation, KeptTrace, Range, Trace
from countersign.ids import ConversationId, TraceId
from countersign.people import Handle, Vault
from countersign.people import tables as people_tables

_t, _h, _p = tables.trace, people_tables.handle, people_tables.person
OWN = sa.exists().where(
    _h.c.scheme == _t.c.scheme, _h.c.mark == _t.c.author_mark, _p.c.id == _h.c.person, _p.c.me == 1
)
_WITH_OWN = sa.select(_t, OWN.label("own"))


def own_traces(vault: Vault) -> Iterator[KeptTrace]:
    """Yield the person's own traces, oldest first."""
    mine = own_handles(vault)
    with vault.db.read() as c:
        for row in c.execute(_WITH_OWN.where(OWN).order_by(_t.c.at, _t.c.number)):
            if (kept := _kept(vault, row, mine)).own:
                yield kept


@dataclass(frozen=True, slots=True)
class Author:
    """An account, how many traces it wrote, and the name shown beside it (no identity)."""

    handle: Handle
    traces: int
    name: str


def authors(vault: Vault) -> list[Author]:
    """Return every account that wrote a kept trace, most frequent first."""
    query = (
        sa.select(sa.func.min(_t.c.id), sa.func.count())
        .where(_t.c.author_mark.is_not(None))
        .group_by(_t.c.scheme, _t.c.author_mark)
    )
    with vault.db.read() as c:
        counted = {id: n for id, n in c.execute(query)}
    found = traces_by_id(vault, counted)
    made = [
        Author(kept.trace.author, counted[kept.id], kept.trace.author_name)
        for kept in found.values()
        if kept.trace.author
    ]
    return sorted(made, key=lambda author: (-author.traces, author.handle))


def traces_by_id(vault: Vault, ids: Iterable[str]) -> dict[TraceId, KeptTrace]:
    """Return the kept traces among `ids`."""
    wanted = sa.func.json_each(json.dumps(sorted(set(ids)))).table_valued("value").c.value
    with vault.db.read() as c:
        rows = c.execute(_WITH_OWN.where(_t.c.id.in_(sa.select(wanted)))).all()
    mine = own_handles(vault)
    return {TraceId(row.id): _kept(vault, row, mine) for row in rows}


def conversations(vault: Vault) -> Iterator[Conversation]:
    """Yield each conversation in which the person speaks, its traces oldest first.

    Conversations without an own trace are never opened. Memory holds one conversation at a time.
    """
    spoken = sa.select(_t.c.conversation).where(OWN).distinct()
    query = _WITH_OWN.where(_t.c.conversation.in_(spoken)).order_by(
        _t.c.conversation, _t.c.at, _t.c.number
    )
    mine = own_handles(vault)
    with vault.db.read() as c:
        together: list[KeptTrace] = []
        for row in c.execute(query):
            if together and together[0].conversation != row.conversation:
                yield _conversation(together)
                together = []
            together.append(_kept(vault, row, mine))
        if together:
            yield _conversation(together)


def _conversation(together: list[KeptTrace]) -> Conversation:
    title = next((t.trace.title for t in together if t.trace.title), "")
    return Conversation(together[0].conversation, title, tuple(together))


def _kept(vault: Vault, row: sa.Row[Any], mine: Set[Handle]) -> KeptTrace:
    body: dict[str, Any] = open_body(vault, row.id, row.body)
    trace = Trace(
        source=row.source,
        account=body["account"],
        native=body["native"],
        author=_handle(body["author"]),
        author_name=body["name"],
        at=_time(row.at),
        text=body["text"],
        written=tuple(Range(start, end) for start, end in body["written"]),
        conversation=body["conversation"],
        reply_to=body["reply_to"],
        locator=body["locator"],
        title=body["title"],
    )
    own = bool(row.own) and trace.author in mine
    return KeptTrace(TraceId(row.id), own, ConversationId(row.conversation), trace)


def _handle(text: str | None) -> Handle | None:
    if text is None:
        return None
    scheme, _, value = text.partition(":")
    return Handle(scheme, value)


@dataclass(frozen=True, slots=True)
class Link:
    """What joins one trace to others: keyed marks only, nothing readable."""

    id: str
    refers_to: tuple[str, ...]
    subject: str
    replies: bool
    at: datetime | None


# Everything but the words: these are held for a whole source at once.
_LINKED = tuple(c for c in _t.c if c.name not in ("body", "digest"))


def rejoin(
    vault: Vault, source: str, thread: Callable[[Iterable[Link]], Mapping[str, str]]
) -> None:
    """Recompute the conversations of one source by `thread`, over all its traces, old and new."""
    with vault.db.write() as c:
        query = sa.select(*_LINKED).where(_t.c.source == source).order_by(_t.c.at, _t.c.number)
        rows = c.execute(query).all()
        joined = thread(_link(row) for row in rows)
        moved = [
            {"of": row.id, "to": joined[row.id]}
            for row in rows
            if joined[row.id] != row.conversation
        ]
        if moved:
            statement = _t.update().where(_t.c.id == sa.bindparam("of"))
            c.execute(statement.values(conversation=sa.bindparam("to")), moved)


def _link(row: sa.Row[Any]) -> Link:
    named = dict.fromkeys(x for x in (row.root, row.reply_to) if x and x != row.id)
    return Link(row.id, tuple(named), row.subject_mark or "", bool(row.replies), _time(row.at))


def _time(seconds: int | None) -> datetime | None:
    return from_seconds(seconds) if seconds is not None else None
