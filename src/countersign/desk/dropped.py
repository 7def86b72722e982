# SPDX-License-Identifier: Apache-2.0
"""Withdrawal files that lie in the home are taken into the hub; a witness's are fetched there.

Whoever can put a file into the folder can make it count only if its signer may withdraw. What
cannot be believed stays where it lies and does nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from countersign.desk.erase import erase_ordered
from countersign.desk.files import read_files, withdrawals_folder, write_file
from countersign.desk.logbook import log_signed
from countersign.desk.takeback import follow
from countersign.errors import BadInput, CountersignError, NotFound, NotVerified, Unavailable
from countersign.people import Hub
from countersign.seal import Envelope, canonical
from countersign.terms import Bundle, Word, accept, held_hub, let_go, record

Get = Callable[[str], bytes]
"""Fetches a URL; raises `Unavailable`."""
MOST_PAGES = 200
# When each folder was changed last, as this process saw it; and the minute of the clock where a file
# did not count, since it may later: its key is bound, the clock is set right.
_LOOKED: dict[Path, tuple[int, int | None]] = {}


def honour_dropped(hub: Hub, *, now: datetime, caught_up: bool = False) -> list[Word]:
    """Take in what lies in the home's folder of withdrawals; costs one look where nothing changed.

    Returns what was new. Run before anything is served. A held hub takes in nothing, since it
    serves nothing and its log may lack leaves, unless those were `caught_up` just now.
    """
    folder = withdrawals_folder(hub)
    try:
        changed = os.stat(folder).st_mtime_ns
    except OSError:
        return []
    minute = int(now.timestamp()) // 60
    if _LOOKED.get(folder) in ((changed, None), (changed, minute)):
        return []
    with hub.db.read() as c:
        if held_hub(c) and not caught_up:
            return []
    bundles = [f.bundle for f in read_files([folder]) if f.bundle]
    taken = take_in(hub, bundles, now=now)
    settled = all(_is_here(hub, bundle) for bundle in bundles)
    _LOOKED[folder] = (changed, None if settled else minute)
    return taken


def take_in(hub: Hub, bundles: list[Bundle], *, now: datetime) -> list[Word]:
    """Take in files that are new to this hub and count; returns what those say."""
    taken = [word for bundle in bundles if (word := _take(hub, bundle, now)) is not None]
    if taken:
        erase_ordered(hub, now=now)
    return taken


def _is_here(hub: Hub, bundle: Bundle) -> bool:
    """Tell whether the hub holds a record; one that somebody filed elsewhere takes nothing back."""
    with hub.db.read() as c, suppress(NotFound):
        kept = record(c, bundle.record.digest)
        return kept.grant == dict(bundle.record.statement.subjects).get("grant")
    return False


def _take(hub: Hub, bundle: Bundle, now: datetime) -> Word | None:
    if _is_here(hub, bundle):
        return None
    try:
        with hub.db.write() as c:
            word = accept(c, bundle, now=now)
            follow(c, hub, bundle.record, now=now)
            log_signed(c, now=now)
    except Unavailable:
        raise  # the hub is busy: it may count, so nothing is served before it was tried again
    except CountersignError:
        return None  # about another hub's grant, or by somebody who may not
    return word


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a witness had: how many files, how many were new here, and what those say."""

    files: int
    written: int
    taken: tuple[Word, ...]
    released: bool


def fetch_withdrawals(hub: Hub, url: str, *, get: Get, now: datetime) -> Fetched:
    """Fetch all withdrawals that a witness keeps; a hub held after a restore may serve again.

    Raises `Unavailable` where nobody answers, `BadInput` for an answer that is not a witness's.
    """
    envelopes = list(_pages(url.rstrip("/"), get))
    folder, before = withdrawals_folder(hub), set(_names(withdrawals_folder(hub)))
    bundles = [Bundle(record=envelope) for envelope in envelopes]
    for bundle in bundles:
        if bundle.name not in before:  # a fuller file of ours is never replaced by a bare record
            write_file(bundle, folder)
    taken = take_in(hub, bundles, now=now)
    with hub.db.write() as c:
        held = held_hub(c)
        if held:
            let_go(c)
    return Fetched(len(bundles), len({b.name for b in bundles} - before), tuple(taken), bool(held))


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("withdrawal-*.json")]


def _pages(url: str, get: Get) -> list[Envelope]:
    found: list[Envelope] = []
    after = 0
    for _ in range(MOST_PAGES):
        page = _page(get(f"{url}/withdrawals?after={after}"))
        if not page:
            return found
        for number, envelope in page:
            if number <= after:
                raise _odd("its numbers do not grow")
            after = number
            found += [envelope] if envelope is not None else []
    raise _odd("it never ends")


def _page(data: bytes) -> list[tuple[int, Envelope | None]]:
    try:
        rows = [(int(row["number"]), row["envelope"]) for row in json.loads(data)]
    except (ValueError, TypeError, KeyError) as e:
        raise _odd("it is not a list of withdrawals") from e
    return [(number, _envelope(value)) for number, value in rows]


def _envelope(value: object) -> Envelope | None:
    try:
        return Envelope.from_bytes(canonical(value))
    except (NotVerified, TypeError, ValueError):
        return None  # one broken file must not hide all others


def _odd(why: str) -> BadInput:
    return BadInput(
        "This is no answer of a witness.",
        why=f"Of its list of withdrawals, {why}.",
        remedy="Give the URL that `countersign witness serve` printed.",
    )
