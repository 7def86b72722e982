# SPDX-License-Identifier: Apache-2.0
"""Slack's message markup made plain text, and which parts of it the author wrote.

Source: https://api.slack.com/reference/surfaces/formatting (`&amp; &lt; &gt;` are the only
escapes; everything else in angle brackets is a mention, a special word or a link).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from countersign.evidence import Range
from countersign.sources.lines import fences, is_quote, join, one_line, whole

# One pass over both, so that an escaped escape (`&amp;lt;`) is undone once and not twice.
# A lone `<` that somebody's tool did not escape stays what it is.
_MARKUP = re.compile(r"<((?:[@#!]|[A-Za-z][\w+.-]*:)[^<>\n]*)>|&(amp|lt|gt);")
_ESCAPES = {"amp": "&", "lt": "<", "gt": ">"}
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)
_CLOCK = r"\[?\d{1,2}:\d{2}(?::\d{2})?\s?(?:[AaPp]\.?[Mm]\.?|上午|下午)?\]?"
_CLOCK_LINE = re.compile(rf"^(?:(?:上午|下午)\s?)?{_CLOCK}$")
_PASTED = re.compile(rf"^(?P<name>\S.{{0,60}}?)\s+(?:(?:上午|下午)\s?)?{_CLOCK}$")


@dataclass(frozen=True, slots=True)
class Roster:
    """Who and what the ids of one export stand for. Names are labels, never identity."""

    team: str = ""
    users: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def user(self, key: str, label: str = "") -> str:
        """Return the name shown for a user id; the id itself where nobody knows better."""
        return self.users.get(key) or one_line(label) or key


def plain(text: str, roster: Roster) -> str:
    """Return the text as people saw it: escapes undone, mentions and links resolved."""
    return whole(_MARKUP.sub(lambda m: _resolved(m, roster), text))


def _resolved(found: re.Match[str], roster: Roster) -> str:
    if found[2]:
        return _ESCAPES[found[2]]
    target, _, label = found[1].partition("|")
    target, label = _unescaped(target), _unescaped(label)
    mark, key = target[:1], target[1:]
    if mark == "@":
        return "@" + roster.user(key, label.lstrip("@"))
    if mark == "#":
        return "#" + (one_line(label) or roster.channels.get(key) or key)
    if mark == "!":
        return _special(key, label)
    return _link(target, label)


def _unescaped(text: str) -> str:
    return re.sub(r"&(amp|lt|gt);", lambda m: _ESCAPES[m[1]], text)


def _special(key: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@team>`, `<!date^1^{date}|fallback>`: the label, else the word."""
    if label:
        return one_line(label)
    word, _, rest = key.partition("^")
    return "@" + (one_line(rest.partition("^")[0]) or word)


def _link(target: str, label: str) -> str:
    bare = _SCHEME.sub("", target)
    if not label:
        return bare if target.lower().startswith(("mailto:", "tel:")) else target
    if label in (target, bare) or bare.rstrip("/") == label.rstrip("/"):
        return label
    return f"{one_line(label)} ({target})"


def written(text: str, *, names: frozenset[str] = frozenset()) -> tuple[Range, ...]:
    """Return the author's own ranges of a plain text: quotes and pasted chat are outside.

    `>` quotes a line, `>>>` the rest of the message. Code in fences is the author's, whatever its
    lines begin with. A line such as `Ana Souza  10:32 AM` is how copied chat begins when `names`
    (lower case) knows the name: from there on nothing is counted as written.
    """
    in_code = fences(text)
    lines = text.split("\n")
    shown = range(len(lines))
    end = next(
        (n for n in shown if not in_code[n] and _ends_own_words(lines, n, names)), len(lines)
    )
    return join(text, lambda n, line: n < end and (in_code[n] or not is_quote(line)))


def _ends_own_words(lines: list[str], n: int, names: frozenset[str]) -> bool:
    """Tell whether a rest-of-message quote or copied chat begins at line `n`.

    Slack's clients copy `Name  10:32 AM` on one line, or the name and the time on two.
    """
    line = lines[n].strip()
    if line.startswith(">>>"):
        return True
    if line.casefold() in names:
        return n + 1 < len(lines) and _CLOCK_LINE.match(lines[n + 1].strip()) is not None
    found = _PASTED.match(line)
    return found is not None and found["name"].strip().casefold() in names


def block_text(blocks: Any, depth: int = 0) -> str:
    """Return the Slack markup of Block Kit `blocks`, for messages whose `text` is empty.

    Depth is bounded: nesting comes from outside. Unknown elements give their `text`, if any.
    """
    if depth > 12 or not isinstance(blocks, (list, dict)):
        return ""
    if isinstance(blocks, list):
        return "\n".join(part for b in blocks if (part := block_text(b, depth + 1)))
    kind = blocks.get("type")
    if kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        line = "".join(_element(e) for e in _dicts(blocks.get("elements")))
        return _framed(str(kind), line)
    inner = blocks.get("text")
    if isinstance(inner, str):
        return inner
    parts = [inner, blocks.get("fields"), blocks.get("elements")]
    return "\n".join(part for p in parts if (part := block_text(p, depth + 1)))


def _framed(kind: str, text: str) -> str:
    if kind == "rich_text_quote":
        return "\n".join("&gt; " + line for line in text.split("\n"))
    return f"```\n{text}\n```" if kind == "rich_text_preformatted" else text


def _element(e: Mapping[str, Any]) -> str:
    """One inline element of rich text, written back as the markup that `plain` reads."""
    kind = e.get("type")
    if kind == "text":
        text = str(e.get("text", ""))
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if kind == "link":
        label = str(e.get("text") or "")
        return f"<{e.get('url', '')}|{label}>" if label else f"<{e.get('url', '')}>"
    if kind == "user":
        return f"<@{e.get('user_id', '')}>"
    if kind == "channel":
        return f"<#{e.get('channel_id', '')}>"
    if kind == "broadcast":
        return f"<!{e.get('range', '')}>"
    return f":{e.get('name', '')}:" if kind == "emoji" else ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
