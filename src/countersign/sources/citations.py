# SPDX-License-Identifier: Apache-2.0
"""Others' words inside a mail's own text: cited paragraphs, chat logs, dialogues told again."""

from __future__ import annotations

import re

from countersign.sources.marks import OWN, QUOTED, Lines

_OPENING = re.compile("[\"'“‘「『«„]")
# The marks close where a line ends, and no other double ones stand between.
_CITED = re.compile(r"[\"'“‘「『«„][^\"“”「」『』«»„]+[\"'”’」』»“][\s.,;!?。]*$")
# "<ann> text", "[12:30] <ann> text": a line of a chat log.
_CHAT = re.compile(
    r"[ \t]*(?:[\[(]?\d\d?:\d\d(?::\d\d)?[\])]?[ \t]*)?<[ @+%]?[^\s<>/=]{1,20}>[ \t]"
)
_CHAT_STARTS = re.compile(r"[ \t\[(\d<]")
# "ann:" alone on a line: the label of a speaker.
_SPEAKER = re.compile(r"[\w.-]{1,15}[:：][ \t]*$")
# Labels of a program, not of a speaker.
_KEYWORDS = frozenset(["try", "except", "else", "finally", "default", "public", "private"])
_SELF = frozenset(["me", "i", "myself", "我"])


def put_citations_outside(lines: Lines, text: str) -> None:
    """Mark paragraphs in quotation marks, chat logs and others' lines of a dialogue as outside."""
    _put_cited_paragraphs_outside(lines)
    if "<" in text:
        starts = [found.start() for found in _CHAT_STARTS.finditer(lines.first)]
        chat = [i for i in starts if "<" in lines.text[i] and _CHAT.match(lines.text[i])]
        for i in chat if len(chat) > 1 else ():
            lines.put_outside(i, lines.paragraph_end(i))  # with lines that a mailer broke off
    if "\n    >" in text:
        _put_indented_outside(lines)
    if len(lines.colons) >= 3:
        _put_dialogue_outside(lines)


def _put_cited_paragraphs_outside(lines: Lines) -> None:
    for i in lines.own_beginning(_OPENING):
        if lines.text[i].startswith('"""'):
            # Some cite documents so; a docstring that falls with them is no sentence of talk.
            lines.put_outside(i, _closing_marks(lines, i) + 1)
        above = lines.text[i - 1].rstrip() if i and lines.mark[i - 1] == OWN else ":"
        if above.endswith((":", "：")):
            lines.put_outside(i, _cited_end(lines, i))


def _cited_end(lines: Lines, i: int) -> int:
    """Return the end of the lines from `i` on that stand wholly in quotation marks, or `i`."""
    said = ""
    for k in range(i, lines.paragraph_end(i, reach=30)):
        said = f"{said} {lines.text[k].strip()}".strip()
        if 30 < len(said) < 4000 and _CITED.match(said):
            return k + 1
    return i


def _put_indented_outside(lines: Lines) -> None:
    """Leave out what stands at an indent at which quoting signs stand: the indent is the sign."""
    signed = [i for i, mark in enumerate(lines.mark) if mark == QUOTED]
    indented = [i for i in signed if lines.text[i].startswith("    ")]
    if len(indented) > 1 and 2 * len(indented) > len(signed):
        depth = min(len(lines.text[i]) - len(lines.text[i].lstrip()) for i in indented)
        for i, line in enumerate(lines.text):
            if line.startswith(" " * depth):
                lines.put_outside(i, i + 1)


def _closing_marks(lines: Lines, i: int) -> int:
    """Return the line that closes the triple marks opened in line `i`, or `i`."""
    if lines.text[i].count('"""') > 1:
        return i
    ends = range(i + 1, min(i + 40, len(lines.text)))
    return next((k for k in ends if '"""' in lines.text[k]), i)


def _put_dialogue_outside(lines: Lines) -> None:
    """Leave out what others say where at least two speakers take turns on lines of their own."""
    speakers = [i for i in lines.colons if lines.mark[i] == OWN and _SPEAKER.match(lines.text[i])]
    names = [lines.text[i].strip().rstrip(":：").lower() for i in speakers]
    if len(set(names)) < 2 or len(set(names)) == len(names) or _KEYWORDS & set(names):
        return
    for i, name in zip(speakers, names, strict=True):
        if name not in _SELF:
            below = lines.next_said(i)
            lines.put_outside(i, lines.paragraph_end(below))
