# SPDX-License-Identifier: Apache-2.0
"""Words that come from people or parties, made unable to act inside a text of ours."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = frozenset("<>[]`*#|\\~")
_ENTITY = re.compile(r"&(?=#?\w{1,40};)")
_LOOSE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_OPENS = re.compile(r"[-+=]|\d{1,9}[.)](?=\s|$)")


def inert(text: str, *, most: int = 80) -> str:
    """Return a name or contact so that it cannot act inside a contract, a page or a form.

    Line breaks, control, bidirectional and invisible characters go, and so does what Markdown or
    HTML would read as a sign: a name must not add a clause or hide one. An underscore stays inside
    a word, as in an address; an ampersand that would begin an entity is set apart.
    """
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    kept = (ch for ch in spaced if ch == " " or unicodedata.category(ch)[0] not in "CZ")
    plain = "".join(ch for ch in kept if ch not in _SIGNS)
    plain = _ENTITY.sub("& ", _LOOSE.sub("", plain))
    return " ".join(plain[:most].split())


def at_start(text: str) -> str:
    """Return inert text so that it opens no list or heading where it stands first in a line."""
    found = _OPENS.match(text)
    return f"{text[: found.end() - 1]}\\{text[found.end() - 1 :]}" if found else text
