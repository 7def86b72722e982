# SPDX-License-Identifier: Apache-2.0
"""Traces as lines of an export, and back: through `keep`, so that every rule of keeping holds again.

When a trace was added travels with it: bringing an export in must not lengthen how long others'
words stay (clause 35). Text may hold half a character from a broken export; it stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, from_text, to_text
from countersign.errors import BadInput, CountersignError
from countersign.evidence import tables
from countersign.evidence.keep import (
    NORMALIZER,
    Subject,
    _id_by_sameness,
    _known,
    _native_id,
    _row,
    keep,
    own_handles,
)
from countersign.evidence.read import _WITH_OWN, _kept
from countersign.evidence.trace import Range, Trace
from countersign.frame import batches
from countersign.ids import TraceId
from countersign.people import Handle, Vault
from countersign.terms import Permit

_BATCH = 2000


def trace_lines(vault: Vault, *, words_of_others: bool) -> Iterator[dict[str, Any]]:
    """Yield every kept trace in the order in which it was kept.

    Without `words_of_others` a trace of somebody else is listed by id, source and time alone.
    """
    mine = own_handles(vault)
    with vault.db.read() as c:
        for row in c.execute(_WITH_OWN.order_by(tables.trace.c.number)):
            kept = _kept(vault, row, mine)
            line: dict[str, Any] = {
                "id": kept.id,
                "own": kept.own,
                "source": kept.trace.source,
                "at": _text(row.at),
                "addedAt": _text(row.added_at),
            }
            if kept.own or words_of_others:
                line |= _words(kept.trace, row)
            yield line


def _words(t: Trace, row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "account": t.account,
        "native": t.native,
        "author": str(t.author) if t.author else None,
        "name": t.author_name,
        "text": t.text,
        "written": [[r.start, r.end] for r in t.written],
        "conversation": t.conversation,
        "replyTo": t.reply_to,
        "locator": t.locator,
        "title": t.title,
        "normalizer": row.normalizer,
    }


def _text(seconds: int | None) -> str | None:
    return to_text(from_seconds(seconds)) if seconds is not None else None


def restore_traces(
    vault: Vault,
    lines: Iterable[Mapping[str, Any]],
    *,
    permit: Callable[[], Permit],
    subject: Subject,
) -> dict[str, TraceId]:
    """Keep the traces of an export again; return for each id in it the id that it has here.

    With the same id key they are the same. Lines without words are left out. A rerun adds nothing.
    Raises `BadInput` for a line that is not of an export.
    """
    here: dict[str, TraceId] = {}
    whole = (line for line in lines if "text" in line)
    for added, together in groupby(whole, key=lambda line: str(line.get("addedAt"))):
        for batch in batches(together, _BATCH):
            read = [(str(line.get("id")), _trace(line)) for line in batch]
            keep(
                vault,
                [trace for _, trace in read],
                permit=permit(),
                now=from_text(added),
                subject=subject,
            )
            here |= dict(_placed(vault, read, subject))
    return here


def _placed(
    vault: Vault, read: list[tuple[str, Trace]], subject: Subject
) -> Iterator[tuple[str, TraceId]]:
    """Yield the id in the export and the id here of every trace that was kept."""
    mine = own_handles(vault)
    now = from_seconds(0)
    rows = [
        _row(vault, trace, trace.author in mine, now, subject(trace.title)) for _, trace in read
    ]
    with vault.db.read() as c:
        known = dict(_known(c, vault, rows))
    for (old, trace), row in zip(read, rows, strict=True):
        native, other = _native_id(vault, trace), _id_by_sameness(vault, row)
        if native is not None and known.get(native) == row.sameness:
            yield old, native
        elif known.get(other) == row.sameness:
            yield old, other


def _trace(line: Mapping[str, Any]) -> Trace:
    try:
        if line["normalizer"] != NORMALIZER:
            raise BadInput(
                "The export was made by another version of reading texts.",
                why="Offsets of quotes hold only for the text as it was read then.",
                remedy="Update countersign, then import again.",
            )
        author = str(line["author"]).partition(":") if line["author"] else None
        return Trace(
            source=str(line["source"]),
            account=str(line["account"]),
            native=line["native"],
            author=Handle(author[0], author[2]) if author else None,
            author_name=str(line["name"]),
            at=from_text(line["at"]) if line["at"] else None,
            text=str(line["text"]),
            written=tuple(Range(int(a), int(b)) for a, b in line["written"]),
            conversation=str(line["conversation"]),
            reply_to=line["replyTo"],
            locator=str(line["locator"]),
            title=str(line["title"]),
        )
    except (KeyError, TypeError, ValueError) as e:
        raise BadInput("A line of traces is not of an export.") from e
    except CountersignError as e:
        raise BadInput("A line of traces does not fit together.", why=e.what) from e
