# SPDX-License-Identifier: Apache-2.0
"""Which mails belong to one conversation: by the ids they refer to, then by their subject.

Readers stream, so a trace's own `conversation` is only what its mail says about itself. This is
the second look, over all mails at once: mails that refer to one another, directly or by an id that
nobody has, are one conversation; a reply whose parents are all missing joins the nearest earlier
mail of the same subject. Source for the order: RFC 5256 (THREAD=REFERENCES), without its tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from countersign.evidence import Trace

WINDOW = timedelta(days=30)  # how long a subject waits for a reply that names no known parent
_PREFIX = re.compile(
    r"\s*(?:(?:re|aw|sv|vs|antw|odp|ref|rif|fwd?|wg|tr|rv|enc|i|回复|回覆|答复|答覆|转发|轉寄|转寄)"
    r"\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]|\[[^\]\n]{1,40}\])\s*",
    re.IGNORECASE,
)
_WAS = re.compile(r"\s*\((?:was|war|原)\s*[:：]?.*\)\s*$", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_NEVER = datetime.min.replace(tzinfo=UTC)


class Link(NamedTuple):
    """What threading needs of a mail: its key, the keys it refers to, and its bare subject.

    `replies` tells that the mail says it answers something (a `Re:` or an In-Reply-To).
    """

    key: str
    references: tuple[str, ...]
    subject: str
    replies: bool
    at: datetime | None


@lru_cache(maxsize=4096)  # the mails of a conversation share theirs
def bare_subject(title: str) -> tuple[str, bool]:
    """Return a subject without reply marks and list tags, folded for comparison.

    The second value tells whether a reply or forward mark was there.
    """
    replies = False
    title = title[:500]
    while found := _PREFIX.match(title):
        replies = replies or "[" not in found[0][:2].strip()[:1]
        title = title[found.end() :]
    return _SPACE.sub(" ", _WAS.sub("", title)).strip().casefold(), replies


def link_of(trace: Trace) -> Link:
    """Return the link of a mail's trace; its key is the native id, or the locator without one."""
    key = trace.native or trace.locator
    subject, replies = bare_subject(trace.title)
    named = (trace.conversation, trace.reply_to or trace.conversation)
    references = tuple(dict.fromkeys(name for name in named if name != key))
    return Link(key, references, subject, replies or trace.reply_to is not None, trace.at)


def thread(links: Iterable[Link]) -> dict[str, str]:
    """Return for each mail's key the key of its conversation: that of the oldest mail in it.

    Order does not matter, mails that stand twice count once, and cycles of references are as good
    as any other. Mails without a time are older than all others.
    """
    known: dict[str, Link] = {}
    parent: dict[str, str] = {}
    for link in links:
        known.setdefault(link.key, link)
        for named in link.references:
            _join(parent, link.key, named)
    ordered = sorted(known.values(), key=lambda link: (link.at or _NEVER, link.key))
    _join_by_subject(ordered, known, parent)
    oldest: dict[str, str] = {}
    return {link.key: oldest.setdefault(_root(parent, link.key), link.key) for link in ordered}


def _root(parent: dict[str, str], key: str) -> str:
    while (above := parent.get(key, key)) != key:
        # Halve the path on the way, so that long threads stay cheap.
        parent[key] = key = parent.get(above, above)
    return key


def _join(parent: dict[str, str], one: str, other: str) -> None:
    a, b = _root(parent, one), _root(parent, other)
    if a != b:
        parent[a] = b


def _join_by_subject(ordered: list[Link], known: dict[str, Link], parent: dict[str, str]) -> None:
    latest: dict[str, Link] = {}
    for link in ordered:
        if not link.subject:
            continue
        before = latest.get(link.subject)
        orphan = link.replies and not any(named in known for named in link.references)
        if before and orphan and link.at and before.at and link.at - before.at <= WINDOW:
            _join(parent, link.key, before.key)
        latest[link.subject] = link
