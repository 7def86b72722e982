# SPDX-License-Identifier: Apache-2.0
"""Short names for what makes a text dangerous to serve or private (DESIGN 3, rule 6).

A flagged claim needs its own acceptance. Secrets, phone numbers and mail addresses also keep a
sentence from being proposed at all (`PRIVATE`): nobody needs them in a skill, and everybody
suffers when they slip through.
"""

from __future__ import annotations

import re

PRIVATE = frozenset({"secret", "phone", "mail"})

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"(?:\b[a-z][a-z+.-]{1,9}://|\bwww\.)\S", re.IGNORECASE)),
    ("link", re.compile(r"!?\[[^\]\n]*\]\([^)\n]*\)|\[[^\]\n]+\]:\s|<[^<>\s|]+\|[^<>]+>")),
    ("html", re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>|<!--|&#x?[0-9a-fA-F]+;")),
    (
        "shell",
        re.compile(
            r"(?:^|[`\n;]\s*)(?:\$ |sudo |curl |wget |rm -|chmod |bash |sh -c|powershell|pip3? install|npm i(?:nstall)? "
            r"|apt(?:-get)? |docker run|eval |git (?:push|clone|reset))|\|\s*(?:ba|z)?sh\b|\brm -[rf]{1,2}\b|&&|\$\("
        ),
    ),
    (
        "tool",
        re.compile(
            r"\ballowed-tools\b|\bmcp__\w+|\btools?/call\b|\b(?:Bash|Read|Write|Edit|WebFetch|WebSearch|Task)\(|<tool|"
            r"\bfunction_calls?\b|\bsystem prompt\b|(?:ignore|disregard|forget) (?:all |any |the )?(?:previous|prior|above)"
            r" (?:instructions?|messages?)|\u5ffd\u7565(?:\u4e4b\u524d|\u4ee5\u4e0a|\u524d\u9762)",
            re.IGNORECASE,
        ),
    ),
    ("zero-width", re.compile("[\u200b-\u200d\u2060\ufeff\u00ad\u180e]")),
    ("bidi", re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")),
    ("tag", re.compile("[\U000e0000-\U000e007f]")),
    ("control", re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")),
    (
        "secret",
        re.compile(
            r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bxox[abprs]-[\w-]{10,}|\bsk-[\w-]{20,}|-----BEGIN [A-Z ]*KEY"
            r"|\beyJ[\w-]{10,}\.[\w-]{10,}\.|://[^/\s:@]+:[^/\s:@]+@"
            r"|(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_ -]?key|\u5bc6\u7801|\u53e3\u4ee4|\u5bc6\u94a5)\s*(?:is|=|:|\uff1a|\u662f|\u4e3a)\s*"
            r"[`'\"]?(?=[^\s'\"`]*[\d!@#$%^&*_])[^\s'\"`\uff0c\u3002]{6,}"
            r"|\b(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{32,}",
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![\w.+/-])(?:\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,4}\d{2,4}|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4}"
            r"|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{7,8})(?![\w./-]*\d)"
        ),
    ),
    (
        "mail",
        re.compile(
            r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w.+-]+ at [\w-]+(?: dot |\.)(?:com|org|net|edu|cn|de|io)\b"
        ),
    ),
)
ID_CARD = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)


def find_flags(text: str) -> tuple[str, ...]:
    """Return the sorted names of everything dangerous or private found in `text`."""
    found = {name for name, pattern in PATTERNS if pattern.search(text)}
    if ID_CARD.search(text):
        found.add("secret")
    return tuple(sorted(found))
