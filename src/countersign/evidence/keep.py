# SPDX-License-Identifier: Apache-2.0
"""Keep traces in the vault: each once, sealed, counted; adding the same again adds nothing.

A record with a native id is the same record whenever source, account, native id, author and time
agree: archives hold copies whose text differs by a mangled link or a footer, and the first stands.
Where author or time differ (two people's mails under one Message-ID), both are kept and the later
one is named by what makes it another, so that nothing is lost and nobody is misattributed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import Internal
from countersign.evidence import tables
from countersign.evidence.objecting import OBJECTION, objecting
from countersign.evidence.trace import Record, Reject, Skip, Trace
from countersign.frame import batches
from countersign.ids import TraceId
from countersign.people import Handle, Vault, handle_mark, people
from countersign.terms import Act, Permit

NORMALIZER = 1
"""Version of how bytes become text; a trace says which one its offsets were made with."""

_BATCH = 2000
REJECTS_SHOWN = 200

Subject = Callable[[str], tuple[str, bool]]


def _as_it_is(title: str) -> tuple[str, bool]:
    return title, False


@dataclass(slots=True)
class Kept:
    """What came of an add: read = own + context + Σ skipped + rejected, always."""

    read: int = 0
    own: int = 0
    context: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    authors: Counter[Handle] = field(default_factory=Counter)
    # The name shown beside a handle, so that people recognise themselves; never an identity.
    names: dict[Handle, str] = field(default_factory=dict)
    # Marks of the records left out because their author objected, and of their conversations.
    objected: set[str] = field(default_factory=set)

    def check(self) -> None:
        """Refuse totals that do not add up."""
        if self.read != self.own + self.context + self.skipped.total() + self.rejected:
            raise Internal("The totals of an add do not add up.")


@dataclass(frozen=True, slots=True)
class _Row:
    values: dict[str, object]
    own: bool
    author: Handle | None
    sameness: bytes
    trace: Trace


def keep(
    vault: Vault,
    records: Iterable[Record],
    *,
    permit: Permit,
    now: datetime,
    subject: Subject = _as_it_is,
) -> Kept:
    """Seal `records` into the vault, in batches that each commit; returns the totals.

    `subject` brings a title to the form that replies share, and tells whether it marks a reply. A
    kill between two batches leaves whole traces only, and the same add again completes it.
    """
    permit.require(Act.KEEP)
    kept = Kept()
    mine, left_out = own_handles(vault), objecting(vault)
    for batch in batches(records, _BATCH):
        wanted = list(_without(vault, batch, kept, left_out)) if left_out else batch
        _keep_batch(vault, list(_sealed(vault, wanted, kept, mine, now, subject)), kept)
    kept.check()
    return kept


def own_handles(vault: Vault) -> frozenset[Handle]:
    """Return the handles of the vault's own person, as they are now."""
    return frozenset(h for p in people(vault) if p.me for h in p.handles)


def _without(
    vault: Vault, batch: list[Record], kept: Kept, left_out: Set[tuple[str, str]]
) -> Iterator[Record]:
    """Leave out the records of people who objected, counted and not kept (clause 35)."""
    for record in batch:
        if not (isinstance(record, Trace) and _is_by(vault, record.author, left_out)):
            yield record
            continue
        kept.read += 1
        kept.skipped[OBJECTION] += 1
        around = (record.native, record.conversation)
        kept.objected |= {trace_id(vault, record.source, record.account, x) for x in around if x}


def _is_by(vault: Vault, author: Handle | None, among: Set[tuple[str, str]]) -> bool:
    return author is not None and (author.scheme, handle_mark(vault, author)) in among


def _sealed(
    vault: Vault,
    batch: list[Record],
    kept: Kept,
    mine: Set[Handle],
    now: datetime,
    subject: Subject,
) -> Iterator[_Row]:
    for record in batch:
        kept.read += 1
        if isinstance(record, Skip):
            kept.skipped[record.reason] += 1
        elif isinstance(record, Reject):
            kept.rejected += 1
            if len(kept.rejects) < REJECTS_SHOWN:
                kept.rejects.append(record)
        else:
            yield _row(vault, record, record.author in mine, now, subject(record.title))


def _row(vault: Vault, t: Trace, own: bool, now: datetime, subject: tuple[str, bool]) -> _Row:
    who = str(t.author) if t.author else t.author_name
    at = to_seconds(t.at) if t.at else None
    if t.native:
        sameness = vault.mark("same", t.source, t.account, t.native, who, at)
    else:
        sameness = vault.mark("content", t.source, t.account, who, t.words or t.text, at)
    values: dict[str, object] = {
        "source": t.source,
        "scheme": t.author.scheme if t.author else None,
        "author_mark": handle_mark(vault, t.author) if t.author else None,
        "root": trace_id(vault, t.source, t.account, t.conversation),
        "reply_to": trace_id(vault, t.source, t.account, t.reply_to) if t.reply_to else None,
        "subject_mark": vault.mark("subject", subject[0]).hex()[:32] if subject[0] else None,
        "replies": subject[1] or t.reply_to is not None,
        "at": at,
        "added_at": to_seconds(now),
        "normalizer": NORMALIZER,
        "digest": vault.mark("text", t.text),
    }
    values["conversation"] = values["root"]
    return _Row(values, own, t.author, sameness, t)


def trace_id(vault: Vault, source: str, account: str, native: str) -> TraceId:
    """Return the id of the record that the platform calls `native`."""
    return TraceId(vault.id_of("t", source, account, native))


def _keep_batch(vault: Vault, rows: list[_Row], kept: Kept) -> None:
    with vault.db.write() as c:
        known = dict(_known(c, vault, rows))
        number = c.execute(sa.select(sa.func.coalesce(sa.func.max(tables.trace.c.number), 0)))
        next_number = int(number.scalar_one())
        fresh: list[dict[str, object]] = []
        for row in rows:
            other = _id_by_sameness(vault, row)
            native = _native_id(vault, row.trace) or other
            if row.sameness in (known.get(native), known.get(other)):
                kept.skipped["duplicate"] += 1
                continue
            id = other if native in known else native
            known[id] = row.sameness
            next_number += 1
            fresh.append(row.values | {"id": id, "number": next_number, **_body(vault, id, row)})
            kept.own += row.own
            kept.context += not row.own
            if row.author:
                kept.authors[row.author] += 1
                kept.names.setdefault(row.author, row.trace.author_name)
        if fresh:
            c.execute(tables.trace.insert(), fresh)


def _native_id(vault: Vault, t: Trace) -> TraceId | None:
    return trace_id(vault, t.source, t.account, t.native) if t.native else None


def _id_by_sameness(vault: Vault, row: _Row) -> TraceId:
    return TraceId(vault.id_of("t", "same", row.sameness.hex()))


def _known(c: sa.Connection, vault: Vault, rows: list[_Row]) -> Iterator[tuple[TraceId, bytes]]:
    ids = [_id_by_sameness(vault, row) for row in rows]
    ids += [id for row in rows if (id := _native_id(vault, row.trace))]
    wanted = sa.func.json_each(json.dumps(ids)).table_valued("value").c.value
    for row in c.execute(sa.select(tables.trace).where(tables.trace.c.id.in_(sa.select(wanted)))):
        yield TraceId(row.id), _sameness_of(vault, row.id, row.body)


def _body(vault: Vault, id: TraceId, row: _Row) -> dict[str, object]:
    t = row.trace
    body = {
        "text": t.text,
        "written": [[r.start, r.end] for r in t.written],
        "native": t.native,
        "account": t.account,
        "author": str(t.author) if t.author else None,
        "name": t.author_name,
        "locator": t.locator,
        "title": t.title,
        "reply_to": t.reply_to,
        "conversation": t.conversation,
        "sameness": row.sameness.hex(),
    }
    # surrogatepass: a lone surrogate in a broken export is kept as it was read.
    plain = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    return {"body": vault.cipher.seal(plain, table="trace", column="body", row=id)}


def open_body(vault: Vault, id: str, sealed: bytes) -> dict[str, object]:
    """Open a sealed body as the JSON object that `keep` sealed."""
    plain = vault.cipher.open(sealed, table="trace", column="body", row=id)
    body: dict[str, object] = json.loads(plain.decode("utf-8", "surrogatepass"))
    return body


def _sameness_of(vault: Vault, id: str, sealed: bytes) -> bytes:
    return bytes.fromhex(str(open_body(vault, id, sealed)["sameness"]))
