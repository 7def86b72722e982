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

MOST = 600
"""The most characters of one value: an address fits, a hidden contract does not."""

_FOLDER = Path(__file__).parent / "templates"
_BLANK = re.compile(r"\{\{([a-z_]+)\}\}")
_LIST = re.compile(r"^- \{\{\*([a-z_]+)\}\}$", re.MULTILINE)

Value = str | Sequence[str]


def render(template: str, values: Mapping[str, Value], lang: str) -> str:
    """Return a template as Markdown in `lang`; equal input gives equal bytes.

    Raises `NotFound` for an unknown template and `BadInput` for a language it is not written in, or
    a value that it has no blank for.
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
    return _BLANK.sub(lambda m: _filled(m, values, lang), body)


def blanks(template: str, lang: str) -> dict[str, str]:
    """Return the blanks of a template in their order, each with its label in `lang`."""
    body = _read(template, lang)
    found = dict.fromkeys(re.findall(r"\{\{\*?([a-z_]+)\}\}", body))
    return {name: _labels()[name][lang] for name in found}


def _items(value: Value, name: str, lang: str) -> str:
    given = [value] if isinstance(value, str) else list(value)
    shown = [inert(item, most=MOST) for item in given]
    lines = [at_start(item) for item in shown if item] or [_label(name, lang)]
    # Braces of a value must not be read as a blank when the single blanks are filled.
    return "\n".join(f"- {line}" for line in lines).replace("{{", "{ {")


def _filled(found: re.Match[str], values: Mapping[str, Value], lang: str) -> str:
    value = values.get(found[1], "")
    text = inert(value if isinstance(value, str) else ", ".join(value), most=MOST)
    if not text:
        return _label(found[1], lang)
    opens = found.string[: found.start()].endswith(("\n", "\n- ", "\n> "))
    return at_start(text) if opens else text


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
