# SPDX-License-Identifier: Apache-2.0
"""Templates: documents for people around an agreement, filled from values alone.

Each stands in `templates/NAME.LANG.md` as plain Markdown with `{{blank}}` for one value and a line
`- {{*blank}}` for a list of them. A value that is not given stays a labelled blank to be filled by
hand, so that an unfilled template can be printed and read. Whatever is filled in is inert: it
changes no heading, list or clause. Not legal advice; each says that a lawyer must check it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from countersign.errors import BadInput, NotFound
from countersign.terms.text.inert import at_start, inert

TEMPLATES: dict[str, tuple[str, ...]] = {
    "persona-rider": ("en", "zh"),
    "floor": ("en", "zh", "de"),
    "promise": ("en", "zh"),
    "notice-to-representatives": ("en", "zh", "de"),
    "group-notice": ("en", "zh"),
    "privacy-notice": ("en", "zh"),
    "impact-assessment-short": ("en", "zh"),
    "impact-assessment": ("en", "zh"),
}
"""Every template and the languages it is written in."""

MOST = 4000
"""The most characters of one value: a list of names fits. A longer one is refused, never cut."""

_FOLDER = Path(__file__).parent / "templates"
_BLANK = re.compile(r"\{\{([a-z_]+)\}\}")
_LIST = re.compile(r"^- \{\{\*([a-z_]+)\}\}$", re.MULTILINE)

Value = str | Sequence[str]


def render(template: str, values: Mapping[str, Value], lang: str) -> str:
    """Return a template as Markdown in `lang`; equal input gives equal bytes.

    Raises `NotFound` for an unknown template and `BadInput` for a language it is not written in, a
    value that it has no blank for, or one that is too long.
    """
    body = _read(template, lang)
    known = {*_BLANK.findall(body), *_LIST.findall(body)}
    for name in sorted(set(values) - known):
        raise BadInput(
            f"The template has no blank called '{name[:40]}'.",
            remedy="Its blanks: " + ", ".join(sorted(known)) + ".",
        )
    lists = {n: _items(values.get(n, ()), n, lang) for n in _LIST.findall(body)}
    body = _LIST.sub(lambda m: lists[m[1]], body)
    return "\n".join(_line(line, values, lang) for line in body.split("\n"))


def blanks(template: str, lang: str) -> dict[str, str]:
    """Return the blanks of a template in their order, each with its label in `lang`."""
    body = _read(template, lang)
    found = dict.fromkeys(re.findall(r"\{\{\*?([a-z_]+)\}\}", body))
    return {name: _labels()[name][lang] for name in found}


def _items(value: Value, name: str, lang: str) -> str:
    given = [value] if isinstance(value, str) else list(value)
    shown = [_inert(name, item) for item in given]
    lines = [at_start(item) for item in shown if item] or [_label(name, lang)]
    # Braces of a value must not be read as a blank when the single blanks are filled.
    return "\n".join(f"- {line}" for line in lines).replace("{{", "{ {")


def _line(line: str, values: Mapping[str, Value], lang: str) -> str:
    before = line[:2] if line.startswith(("- ", "> ")) else ""
    rest = line.removeprefix(before)
    shown = _BLANK.sub(lambda m: _filled(m[1], values, lang), rest)
    # Looked at with what follows: the value `1` before our full stop would be a list's number.
    if lang == "zh":  # blanks stand close; a name in Latin letters keeps its space
        shown = shown.replace(" 〔", "〔").replace("〕 ", "〕")
    return before + (at_start(shown) if rest.startswith("{{") else shown)


def _filled(name: str, values: Mapping[str, Value], lang: str) -> str:
    value = values.get(name, "")
    text = _inert(name, value if isinstance(value, str) else ", ".join(value))
    return text or _label(name, lang)


def _inert(name: str, text: str) -> str:
    if len(text) > MOST:
        raise BadInput(
            f"What is filled in for '{name}' is longer than {MOST} characters.",
            why="It would be cut, and what is signed would not say all of it.",
            remedy="Put it into a document of its own and name that here.",
        )
    return inert(text, most=MOST)


def _label(name: str, lang: str) -> str:
    label = _labels()[name][lang]
    return f"〔{label}〕" if lang == "zh" else f"[{label}]"


def _read(template: str, lang: str) -> str:
    if template not in TEMPLATES:
        raise NotFound(
            f"There is no template called '{template[:40]}'.",
            remedy="Choose from: " + ", ".join(TEMPLATES) + ".",
        )
    if lang not in TEMPLATES[template]:
        raise BadInput(
            f"The template {template} is not written in '{lang[:10]}'.",
            remedy="It is written in: " + ", ".join(TEMPLATES[template]) + ".",
        )
    return (_FOLDER / f"{template}.{lang}.md").read_text(encoding="utf-8")


@cache
def _labels() -> dict[str, dict[str, str]]:
    return tomllib.loads((_FOLDER / "blanks.toml").read_text(encoding="utf-8"))
