# SPDX-License-Identifier: Apache-2.0
"""What a file that no reader takes resembles, so that the error can say what to do instead."""

from __future__ import annotations

import re

from countersign.errors import BadInput
from countersign.sources.notes import decoded

READABLE = (
    "Give a mail archive (mbox, plain or .gz), a Slack export (zip or folder), "
    "or Markdown and text files."
)
_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html)\b", re.IGNORECASE)
# Not every bracket: Markdown likes to begin with a link or a badge.
_JSON_BEGINS = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[{\]])")
_MAIL_HEADER = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}", re.I)

# What a foreign file resembles: first bytes, or a piece of JSON near the beginning.
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3\x00", "a database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document or an Outlook file"),
    (b"!BDN", "an Outlook archive (.pst)"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
)
_JSON = (
    (rb'"date_unixtime"|"from_id"', "a Telegram export"),
    (rb'"timestampEdited"|"guild"', "a Discord export"),
    (rb'"message_id"\s*:\s*"om_|"chat_id"\s*:\s*"oc_', "a Feishu export"),
    (rb'"msgtype"|"conversationTitle"', "a DingTalk or WeCom export"),
    (rb'"sender_full_name"', "a Zulip export"),
    (rb'"ts"\s*:\s*"\d+\.\d+"', "a single file of a Slack export"),
    (rb'"is_archived"|"real_name"|"team_id"', "a single file of a Slack export"),
)
_ZIPPED = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint document"),
    ("xl/workbook.xml", "an Excel document"),
    ("content.xml", "an OpenDocument file"),
)


def foreign(name: str, resembles: str) -> BadInput:
    """Return the error for a path whose content is `resembles`."""
    return BadInput(
        f"{name} is not something that can be read.",
        why=f"By its content it resembles {resembles}.",
        remedy=READABLE,
    )


def resembled(head: bytes) -> str:
    """Return what the first bytes of a file resemble; "" if they are plain text."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    text = decoded(head[: len(head) // 2 * 2])
    if text is None:
        return "a binary file"
    if _MARKUP.match(text):
        return "a web page or XML file"
    if _JSON_BEGINS.match(text):
        return _json_name(head)
    if _MAIL_HEADER.match(head) and re.search(rb"(?im)^(?:from|received|message-id):", head):
        return "a single mail (.eml); several in one mbox file can be read"
    return ""


def resembled_zip(names: list[str]) -> str:
    """Return what a zip with these members resembles, no Slack export being there."""
    found = next((name for member, name in _ZIPPED if member in names), None)
    return found or "a zip file that is no Slack export; unpack it first"


def _json_name(head: bytes) -> str:
    return next((name for shape, name in _JSON if re.search(shape, head)), "a JSON file")
