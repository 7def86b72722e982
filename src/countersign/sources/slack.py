# SPDX-License-Identifier: Apache-2.0
"""Slack workspace exports: every object in a channel's day files becomes one record.

Streaming: one day file of one channel is in memory at a time. What is *not* done here: deciding
which traces are the person's (evidence does, by handle), and dropping duplicates.

Conversations: a thread is one (`<channel>/<thread_ts>`). Messages outside threads belong together
until `SILENCE` passes without one; the run is named by its first message, so that reading the same
export twice gives the same conversations.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from unicodedata import normalize

from countersign.evidence import Reject, Skip, Trace
from countersign.sources.lines import one_line, whole
from countersign.sources.slack_files import ROOT_NAMES, Files, Unreadable, open_files
from countersign.sources.slack_message import Message, understood
from countersign.sources.slack_text import Roster

#: Chat outside threads that rests this long is taken up as a new conversation.
SILENCE = timedelta(hours=3)

# Root files of an export that hold no messages and that no reader needs.
_OTHER_ROOT = frozenset({"integration_logs.json", "canvases.json", "file_conversations.json"})
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}\.json$")
_TS = re.compile(r"^(\d{1,12})\.(\d{1,6})$")
_TEAM = re.compile(r"^[TE][A-Z0-9]{2,20}$")


@dataclass(frozen=True, slots=True)
class _Channel:
    id: str
    name: str
    title: str


def read_slack(path: Path, *, where: str) -> Iterator[Trace | Skip | Reject]:
    """Yield one record per message object of a Slack export's zip or folder, channel by channel.

    `where` is how rejects name the export. Times are UTC. A file that cannot be read is one
    `Reject`; the rest goes on. Raises `BadInput` if `path` is neither a folder nor a zip.
    """
    with open_files(path) as files:
        bad: list[Reject] = []
        names = files.names()
        root = {n: _root(files, n, where, bad) if n in names else [] for n in ROOT_NAMES}
        yield from bad
        roster = _roster(root)
        channels = _channels(root, roster)
        for folder, days in _folders(names):
            channel = channels.get(normalize("NFC", folder)) or _unlisted(folder)
            yield from _read_channel(files, channel, days, roster, where)
        yield from _others(names, where)


def timestamp(ts: object) -> datetime | None:
    """Return the time of a Slack `ts` ("seconds.microseconds" as text), None if it is none."""
    found = _TS.match(ts) if isinstance(ts, str) else None
    if found is None:
        return None
    try:
        base = datetime.fromtimestamp(int(found[1]), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return base.replace(microsecond=int(found[2].ljust(6, "0")))


def _unlisted(folder: str) -> _Channel:
    """A channel that no list names, known by its folder alone."""
    name = one_line(folder)
    return _Channel(name, name, name)


def _at(where: str, name: str) -> str:
    """The place of a file; names on disk need not be valid text, places must be."""
    return whole(f"{where}:{name}")


def _read_channel(
    files: Files, channel: _Channel, days: list[str], roster: Roster, where: str
) -> Iterator[Trace | Skip | Reject]:
    """Read a channel's day files in order, carrying the running conversation across midnight."""
    run, last = "", None
    for day in days:
        try:
            objects = _json(files.read(day))
        except Unreadable as e:
            yield Reject(_at(where, day), str(e))
            continue
        if not isinstance(objects, list):
            yield Reject(_at(where, day), "not a list of messages")
            continue
        for at, ts, m in _in_order(objects):
            if at is None or not isinstance(m, dict):
                yield Reject(_at(where, f"{day}#{ts}"), "a message without a readable ts")
                continue
            found = understood(m, roster)
            if isinstance(found, str):
                yield Skip(found, f"slack:{channel.name}/{ts}")
                continue
            thread = m.get("thread_ts")
            thread = thread if timestamp(thread) else None
            if thread is None:
                run = run if last is not None and at - last < SILENCE else ts
                last = at
            yield _trace(found, at, ts, thread, run, channel, roster)


def _trace(
    m: Message, at: datetime, ts: str, thread: str | None, run: str, channel: _Channel, r: Roster
) -> Trace:
    return Trace(
        source="slack",
        account=f"{r.team}/{channel.id}" if r.team else channel.id,
        native=f"{channel.id}/{ts}",
        author=m.author,
        author_name=m.author_name,
        at=at,
        text=m.text,
        written=m.written,
        conversation=f"{channel.id}/{thread or run}",
        reply_to=f"{channel.id}/{thread}" if thread and thread != ts else None,
        locator=f"slack:{channel.name}/{ts}",
        title=channel.title,
    )


def _in_order(objects: list[Any]) -> list[tuple[datetime | None, str, Any]]:
    """Messages by time; one whose time cannot be read keeps its number in the file, at the end."""
    rows: list[tuple[datetime | None, str, Any]] = []
    for number, m in enumerate(objects):
        ts = m.get("ts") if isinstance(m, dict) else None
        at = timestamp(ts)
        rows.append((at, ts if at and isinstance(ts, str) else str(number), m))
    return sorted(rows, key=lambda row: row[0] or datetime.max.replace(tzinfo=UTC))


def _folders(names: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each channel folder with its day files, oldest first."""
    days: dict[str, list[str]] = {}
    for name in names:
        parts = PurePosixPath(name).parts
        if len(parts) == 2 and _DAY.match(parts[1]):
            days.setdefault(parts[0], []).append(name)
    yield from sorted(days.items())


def _others(names: list[str], where: str) -> Iterator[Skip | Reject]:
    """Account for every file that is neither a day file nor one of the export's own lists."""
    for name in names:
        parts = PurePosixPath(name).parts
        if len(parts) == 1 and name in (*ROOT_NAMES, *_OTHER_ROOT):
            continue
        if len(parts) == 2 and _DAY.match(parts[1]):
            continue
        if name.endswith("/"):
            yield Reject(_at(where, name), "a folder that cannot be entered, or a link")
        elif ".." in parts or name.startswith(("/", "\\")):
            yield Reject(_at(where, name), "its name leads outside the export")
        else:
            yield Skip("other-file", _at(where, name))


def _root(files: Files, name: str, where: str, bad: list[Reject]) -> list[dict[str, Any]]:
    """The objects of a root list; none, and a `Reject`, if it is broken."""
    try:
        value = _json(files.read(name))
    except Unreadable as e:
        bad.append(Reject(_at(where, name), str(e)))
        return []
    if not isinstance(value, list):
        bad.append(Reject(_at(where, name), "not a list"))
        return []
    return [v for v in value if isinstance(v, dict) and isinstance(v.get("id"), str)]


def _json(data: bytes) -> Any:
    """Parse a file's JSON (UTF-8, with or without BOM, or UTF-16); raises `Unreadable`."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as e:
        raise Unreadable("not valid JSON") from e


def _roster(root: dict[str, list[dict[str, Any]]]) -> Roster:
    users: dict[str, str] = {}
    names: set[str] = set()
    teams: Counter[str] = Counter()
    for u in root["users.json"]:
        profile = u["profile"] if isinstance(u.get("profile"), dict) else {}
        shown = [profile.get("display_name"), u.get("real_name"), profile.get("real_name")]
        known = [n for v in (*shown, u.get("name")) if (n := one_line(v))]
        users[u["id"]] = known[0] if known else u["id"]
        names.update(n.casefold() for n in known)
        if isinstance(u.get("team_id"), str) and _TEAM.match(u["team_id"]):
            teams[u["team_id"]] += 1
    # Guests of shared channels bring other teams along: the export's own is the most frequent.
    team = min(teams, key=lambda t: (-teams[t], t), default="")
    rooms = root["channels.json"] + root["groups.json"]
    channels = {c["id"]: name for c in rooms if (name := one_line(c.get("name")))}
    return Roster(team, users, frozenset(names), channels)


def _channels(root: dict[str, list[dict[str, Any]]], roster: Roster) -> dict[str, _Channel]:
    """Channel folders by name: rooms are stored under their name, direct messages under their id."""
    found: dict[str, _Channel] = {}
    for c in root["dms.json"]:
        found[c["id"]] = _Channel(c["id"], c["id"], "direct message")
    for c in root["mpims.json"]:
        name = normalize("NFC", one_line(c.get("name")) or c["id"])
        found[name] = found[c["id"]] = _Channel(c["id"], name, "group message")
    for c in root["groups.json"] + root["channels.json"]:
        name = normalize("NFC", roster.channels.get(c["id"]) or c["id"])
        found[name] = _Channel(c["id"], name, name)
    return found
