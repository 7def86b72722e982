# SPDX-License-Identifier: Apache-2.0
"""What one Slack message object says, who said it, and what of it they wrote themself.

Source: https://api.slack.com/events/message (subtypes) and real exports of 2016 and later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from countersign.evidence import Range
from countersign.people import Handle
from countersign.sources.lines import one_line, whole
from countersign.sources.slack_text import Roster, block_text, plain, written

# Subtypes whose text a person (or a bot) typed. Everything else is Slack speaking.
_SPOKEN = frozenset({"me_message", "thread_broadcast", "bot_message", "reply_broadcast"})
_DELETED = frozenset({"message_deleted", "tombstone"})
_SYSTEM_PREFIX = ("channel_", "group_", "bot_", "pinned_", "unpinned_", "reminder_", "huddle_")
_SYSTEM = frozenset({"sh_room_created", "ekm_access_denied", "assistant_app_thread", "joiner"})
# Attachments that repeat somebody's message, as opposed to previews of web pages.
_SHARE_MARKS = ("is_msg_unfurl", "is_share", "is_reply_unfurl", "message_blocks")


@dataclass(frozen=True, slots=True)
class Message:
    """A message that has words: plain text, the author's own ranges, and the author by handle."""

    author: Handle | None
    author_name: str
    text: str
    written: tuple[Range, ...]


def understood(m: Mapping[str, Any], roster: Roster) -> Message | str:
    """Return the message, or the reason it is no trace: `system`, `deleted`, `superseded`, `empty`.

    A message that an app posted belongs to the app even when a person's id stands on it: nobody
    can tell from the export who chose its words.
    """
    subtype = m.get("subtype") or ""
    reason = _skipped(m, subtype)
    if reason:
        return reason
    body, ranges = _body(m, subtype, roster)
    context = _shares(m, roster)
    text = "\n\n".join(part for part in (body, context) if part)
    if not text.strip():
        return "empty"
    author, name = _author(m, subtype, roster)
    return Message(author, name, text, ranges)


def _skipped(m: Mapping[str, Any], subtype: object) -> str:
    if not isinstance(subtype, str) or m.get("type", "message") != "message":
        return "system"
    if subtype in _DELETED:
        return "deleted"
    if subtype == "message_changed":
        return "superseded"
    system = subtype in _SYSTEM or subtype.startswith(_SYSTEM_PREFIX)
    return "system" if system and subtype != "bot_message" else ""


def _body(m: Mapping[str, Any], subtype: str, r: Roster) -> tuple[str, tuple[Range, ...]]:
    raw = m.get("text") if isinstance(m.get("text"), str) else ""
    text = plain(raw or block_text(m.get("blocks")), r)
    if subtype in ("file_share", "file_comment"):
        return text, _file_ranges(m, raw or "", text, r)
    if subtype and subtype not in _SPOKEN:
        # An unknown subtype may be Slack's own sentence about a person: context, never their words.
        return text, ()
    return text, written(text, names=r.names)


def _file_ranges(m: Mapping[str, Any], raw: str, text: str, r: Roster) -> tuple[Range, ...]:
    """Old exports wrap what the person wrote in Slack's sentence: `X uploaded a file: …`."""
    if not raw.startswith("<@"):
        return written(text, names=r.names)
    file = m.get("file") if isinstance(m.get("file"), dict) else {}
    note = m.get("comment") or file.get("initial_comment") if file is not None else None
    if not isinstance(note, dict) or note.get("user") != _user(m):
        return ()
    words = plain(str(note.get("comment") or ""), r)
    if not words.strip() or not text.endswith(words):
        return ()
    at = len(text) - len(words)
    inner = written(words, names=r.names)
    return tuple(Range(at + x.start, at + x.end) for x in inner)


def _user(m: Mapping[str, Any]) -> str:
    """The id of who wrote it; a file comment has it inside the comment."""
    for holder in (m, m.get("comment"), m.get("file")):
        user = holder.get("user") if isinstance(holder, dict) else None
        if isinstance(user, str) and user:
            return whole(user)  # a lone surrogate is no part of any account's id
    return ""


def _author(m: Mapping[str, Any], subtype: str, r: Roster) -> tuple[Handle | None, str]:
    bot = m.get("bot_id")
    if (isinstance(bot, str) and bot) or subtype == "bot_message":
        profile = m.get("bot_profile") if isinstance(m.get("bot_profile"), dict) else {}
        name = one_line(m.get("username")) or one_line((profile or {}).get("name"))
        key = whole(bot) if isinstance(bot, str) and bot else ""
        return (Handle.of("slack", key) if key else None), name or key or "bot"
    user = _user(m)
    if not user:
        return None, one_line(m.get("username"))
    profile = m.get("user_profile") if isinstance(m.get("user_profile"), dict) else {}
    label = (profile or {}).get("display_name") or (profile or {}).get("real_name") or ""
    return Handle.of("slack", user), r.user(user, str(label))


def _shares(m: Mapping[str, Any], r: Roster) -> str:
    """Other people's messages shared here, quoted with their author's name; also a bot's cards.

    Never inside written ranges: whoever shares a message did not write it.
    """
    items = m.get("attachments")
    attachments = [a for a in items if isinstance(a, dict)] if isinstance(items, list) else []
    bot = bool(m.get("bot_id"))
    parts = []
    for a in attachments:
        if not bot and not any(a.get(mark) for mark in _SHARE_MARKS):
            continue
        text = a.get("text") or a.get("fallback")
        name = one_line(a.get("author_name")) or one_line(a.get("title"))
        if isinstance(text, str) and text.strip():
            lines = [f"{name}:"] if name else []
            parts.append("\n".join("> " + x for x in [*lines, *plain(text, r).split("\n")]))
    return "\n\n".join(parts)
