# SPDX-License-Identifier: Apache-2.0
"""Mask others and secrets in a text that goes along with a person: typed placeholders, no words.

What is masked: names and accounts of people other than the person, mail addresses, phone numbers,
links, secrets and identity numbers. Rather one word too many than one name too few: a part of a
known name is masked wherever it stands as a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from countersign.claims.flags import ID_CARD, PATTERNS

PERSON = "[person]"
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>|(?<![\w@.])@[\w.-]{2,}")
_LINK = re.compile(r"(?:\b[a-z][a-z+.-]{1,9}://|\bwww\.)[^\s<>\"'，。；）)]+", re.IGNORECASE)
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LEAST = 3
"""Shorter parts of names in letters are common words and initials."""


def mask(text: str, *, others: Iterable[str], own: Iterable[str] = ()) -> str:
    """Return `text` without others' names, contacts and secrets.

    `others` are full names, labels and account names as they are known; `own` are the person's
    own names, of which nothing is masked.
    """
    for name, pattern in PATTERNS:
        if name in ("secret", "mail", "phone"):
            text = pattern.sub(f"[{name}]", text)
        elif name == "url":
            text = _LINK.sub("[url]", text)
    text = ID_CARD.sub("[secret]", text)
    text = _MENTION.sub(PERSON, text)
    names = name_parts(others) - name_parts(own)
    return _pattern(names).sub(PERSON, text) if names else text


def name_parts(names: Iterable[str]) -> frozenset[str]:
    """Return names with their parts that stand for somebody alone, casefolded."""
    found: set[str] = set()
    for name in names:
        whole = " ".join(name.split()).casefold()
        if len(whole) >= 2:
            found.add(whole)
        for part in re.split(r"[\s,;()（）·._-]+", whole):
            if _CJK.search(part):
                # A Chinese name is often called without its family name.
                found.update(p for p in (part, part[1:]) if len(p) >= 2)
            elif len(part) >= _LEAST and not part.isdigit():
                found.add(part)
    return frozenset(found)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda n: (-len(n), n))
    words = (
        re.escape(n) if _CJK.search(n) else rf"(?<![^\W_]){re.escape(n)}(?![^\W_])"
        for n in longest_first
    )
    return re.compile("|".join(words), re.IGNORECASE)
