# SPDX-License-Identifier: Apache-2.0
"""Text from outside, shown so that nothing reads it as anything but text (DESIGN 3, rule 6).

Every sign that could make a page, a host or a terminal *do* something is written with visible
brackets: `https⟨:⟩//…`, `⟨<⟩script>`, `⟨U+202E⟩`. The brackets themselves are escaped the same way,
so `live(inert(text)) == text` for every text: a reader sees exactly what was said, and a verifier
can compare it with what was signed. Inside a package a claim stands in a fence whose delimiter
cannot occur in it.
"""

from __future__ import annotations

import re
import unicodedata

from countersign.errors import BadInput, NotVerified
from countersign.seal import sha256_hex

FENCE = "~~~~~~~~"  # longer than any run of tildes that `inert` lets stand
_ESCAPE = re.compile(r"⟨(?:U\+([0-9A-F]{4,6})|(.))⟩", re.DOTALL)
_COMMANDS = (
    r"sudo|curl|wget|rm|chmod|chown|bash|sh|zsh|eval|exec|source|powershell|pwsh|cmd|iex|python3?|node|npx"
    r"|pip3?|npm|pnpm|yarn|uvx?|apt|apt-get|brew|docker|kubectl|git|ssh|scp|nc|dd|mkfs|export|kill|crontab"
)
# Each pattern's group 1 is the one sign that is bracketed. Word ends are spelled out in ASCII: to
# `\b` an unseen letter is a letter, and it would hide the word behind it.
_ACTIVE = tuple(
    re.compile(pattern, re.MULTILINE | re.IGNORECASE)
    for pattern in (
        # Addresses: schemes, www., a host followed by a path, the schemes without slashes.
        r"(:)(?=//)",
        r"www(\.)(?=\S)",
        r"(?<![a-z0-9_])(?:mailto|javascript|vbscript)(:)",
        r"(?<![a-z0-9_])data(:)(?=[a-z]+/)",
        r"(?<![a-z0-9_])(?:file|tel|sms|about|blob)(:)(?=[a-z0-9/+])",
        r"[a-z0-9-](\.)(?=[a-z]{2,18}(?::\d+)?/\w)",
        # Mail, mentions, and the `@path` that some hosts import files by.
        r"(@)",
        # Markdown links, images, references, footnotes, wiki links.
        r"\](\()",
        r"\]\s?(\[)",
        r"\](:)",
        r"(!)(?=\[)",
        r"(\[)(?=\[)",
        r"(\[)(?=\^)",
        # HTML, autolinks, entities, XML-like tool calls.
        r"(<)(?=[a-z/!?|@#])",
        r"(&)(?=#?\w+;)",
        # What a shell, a template or a host's preprocessor would run or fill in.
        r"(!)(?=`)",
        r"(\$)(?=[({a-z0-9_])",
        r"^\s*(\$)(?=\s)",
        r"(\{)(?=[{%#])",
        r"(&)(?=&)",
        r"(\|)(?=\s*(?:ba|z|fi)?sh(?![a-z0-9_]))",
        rf"(?:^|[`;|&(\uff1b])\s*(?:{_COMMANDS})(\s)(?=\S)",
        r"(?<![a-z0-9_])rm(\s)(?=-)",
        # Tool names and calls, and the sentence that every injection begins with.
        r"mcp(_)(?=_)",
        r"(?<![a-z0-9_])(?:bash|read|write|edit|multiedit|glob|grep|task|agent|skill|webfetch|websearch)(\()",
        r"(?<![a-z0-9_])allowed(-)(?=tools(?![a-z0-9_]))",
        r"(?<![a-z0-9_])tools?(/)(?=call)",
        r"(?<![a-z0-9_])function(_)(?=calls?(?![a-z0-9_]))",
        r"(?<![a-z0-9_])(?:ignore|disregard|forget|override)(\s)(?=(?:all |any |the |your |my )*(?:previous|prior|above|earlier|system))",
        r"(忽)(?=略(?:之前|以上|前面|上面|先前|所有|系统))",
        # Lines that would be headings, rules, frontmatter, fences or directives outside a fence.
        r"^[ \t]*(#)",
        r"^[ \t]*([-=+:*_])(?=[ \t]*[-=+:*_][ \t]*[-=+:*_])",
        r"^[ \t]*(=)(?==*[ \t]*$)",
        r"^[ \t]*(-)(?=-*[ \t]*$)",
    )
)
_RUNS = re.compile(r"`{3,}|~{3,}")
# Letters and marks that show as nothing, and so can hide a message or split a word.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def inert(text: str) -> str:
    """Return `text` with every active or unseen sign in visible brackets; lines stay lines."""
    marked = {m.start(1) for pattern in _ACTIVE for m in pattern.finditer(text)}
    for run in _RUNS.finditer(text):
        marked.update(range(run.start(), run.end()))
    return "".join(_shown(text, i, i in marked) for i in range(len(text)))


def _shown(text: str, i: int, marked: bool) -> str:
    sign = text[i]
    if " " < sign < "\x7f" or sign == " ":
        return f"⟨{sign}⟩" if marked else sign
    if _is_unseen(sign, text[i - 1] if i else ""):
        return f"⟨U+{ord(sign):04X}⟩"
    return f"⟨{sign}⟩" if marked or sign in "⟨⟩" else sign


def _is_unseen(sign: str, before: str) -> bool:
    if sign in "\n\t":
        return False
    if "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef":
        # One emoji selector after a symbol is how "⚠️" is spelled; more of them carry hidden bytes.
        return not (sign == "\ufe0f" and bool(before) and unicodedata.category(before) == "So")
    odd_space = unicodedata.category(sign) == "Zs" and sign not in " \u3000"
    return sign in _BLANK or odd_space or unicodedata.category(sign) in _UNSEEN


def live(shown: str) -> str:
    """Return the text that `inert` showed so; raises `NotVerified` if it never shows one so."""
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], shown)
    if inert(text) != shown:
        raise NotVerified(
            "A text on a page is not in its inert form.",
            why="Something in it could act, or was hidden in its brackets.",
            remedy="Do not use this copy; get the package again.",
        )
    return text


def one_line(text: str, *, what: str, longest: int) -> str:
    """Return a name or title as one plain line; raises `BadInput` if anything in it is active.

    Titles, descriptions and bylines stand in frontmatter and headings, where nothing can be
    fenced; so what would need brackets there is refused instead of shown.
    """
    line = plain(text)
    if len(line) > longest or inert(line) != line or re.search(r"[<>`\\\[\]*|]|---", line):
        raise BadInput(
            f"The {what} cannot be used.",
            why=f"It is longer than {longest} signs, or holds a link, markup, or unseen signs.",
            remedy=f"Give a plain {what} of one line.",
        )
    return line


def plain(text: str) -> str:
    """Return `text` composed (NFC) and on one line."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def mark_for(nonce: bytes, claim: str, text: str, *, length: int = 12) -> str:
    """Return hex signs that do not occur in `text`, new for every nonce."""
    for attempt in range(1 << 16):
        mark = sha256_hex(b"%b\0%b\0%d" % (nonce, claim.encode(), attempt))[:length]
        if mark not in text.lower():
            return mark
    raise BadInput("A claim's text cannot be fenced.", remedy="Shorten the claim.")


def fenced(text: str, mark: str) -> str:
    """Return `text` inert between two lines that bear `mark`, in a fence it cannot close."""
    return f"{FENCE} {mark}\n{inert(text)}\n{mark}\n{FENCE}\n"
