# SPDX-License-Identifier: Apache-2.0
"""Texts whose digests are signed, kept so that what was read can be read again (clauses 10, 30)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import NotFound, NotVerified
from countersign.seal import sha256_hex
from countersign.terms import tables

KEEP = timedelta(days=3 * 365 + 1)
"""How long a text is kept at least, counted from the end of what it is about: three years."""


def keep_texts(
    c: sa.Connection, texts: Mapping[str, str], *, keep_until: datetime
) -> dict[str, str]:
    """Keep texts (language → text) and return their hex digests; a later end replaces an earlier."""
    t = tables.kept_text
    digests = {lang: sha256_hex(text.encode()) for lang, text in texts.items()}
    for lang, digest in digests.items():
        until = to_seconds(keep_until)
        known = c.execute(sa.select(t.c.keep_until).where(t.c.digest == digest)).scalar()
        if known is None:
            c.execute(t.insert().values(digest=digest, text=texts[lang], keep_until=until))
        elif known < until:
            c.execute(t.update().where(t.c.digest == digest).values(keep_until=until))
    return digests


def kept_text(c: sa.Connection, digest: str) -> str:
    """Return a kept text by its signed digest; raises `NotFound`, `NotVerified` if it was changed."""
    t = tables.kept_text
    text = c.execute(sa.select(t.c.text).where(t.c.digest == digest)).scalar()
    if text is None:
        raise NotFound("This text is not kept here.", remedy="Ask whoever signed its digest.")
    if sha256_hex(text.encode()) != digest:
        raise NotVerified(
            "A kept text is not what was signed.",
            why="It was changed in the hub's database.",
            remedy="Restore the hub from a backup.",
        )
    return str(text)


def kept_until(c: sa.Connection, digest: str) -> datetime:
    """Return until when a text is kept at least; raises `NotFound`."""
    t = tables.kept_text
    until = c.execute(sa.select(t.c.keep_until).where(t.c.digest == digest)).scalar()
    if until is None:
        raise NotFound("This text is not kept here.", remedy="Ask whoever signed its digest.")
    return from_seconds(until)
