# SPDX-License-Identifier: Apache-2.0
"""A PDF from Markdown of ours, by typst (extra `contract`): same text, time and fonts, same bytes.

Text reaches typst only inside string literals, so nothing in it can be markup. A character that no
declared font shows is an error: a contract with empty boxes must not look like a contract.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from markdown_it.tree import SyntaxTreeNode

from countersign.errors import BadInput, Unavailable
from countersign.terms.text.page import first_heading, heading, parse

LATIN = "Libertinus Serif"  # comes with typst
CJK = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Songti SC",
    "PingFang SC",
    "SimSun",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
)
"""Families with Chinese characters, in order of choice; the first that is there is used."""

_WESTERN = ("LATIN ", "GREEK ", "CYRILLIC ", "FEMININE ", "MASCULINE ", "MICRO ")
_EASTERN = ("CJK ", "IDEOGRAPHIC ", "HIRAGANA ", "KATAKANA", "HANGUL ", "FULLWIDTH ", "HALFWIDTH ")
_SYMBOLS = frozenset("☐✓✗©®°^´`¨")


def pdf(
    markdown: str, *, lang: str, now: datetime, title: str = "", fonts: Sequence[Path] = ()
) -> bytes:
    """Return the PDF; `now` is its creation time (UTC), `fonts` are folders with more fonts.

    Raises `Unavailable` without the extra `contract` or without a font for Chinese characters, and
    `BadInput` for a character of a script that no declared font shows.
    """
    try:
        import typst
    except ImportError as e:
        raise Unavailable(
            "PDF needs typst, which is not installed.",
            why="It comes with the extra `contract`; Markdown and HTML need nothing.",
            remedy='pip install "countersign[contract]", or print the HTML page.',
        ) from e
    found = typst.Fonts(True, True, [str(folder) for folder in fonts])
    families = found.families()
    eastern = next((family for family in CJK if family in families), "")
    check_characters(markdown, eastern=bool(eastern))
    source = typeset(markdown, lang=lang, title=title, eastern=eastern)
    return typst.compile(source.encode(), format="pdf", font_paths=found, timestamp=now)


def check_characters(text: str, *, eastern: bool) -> None:
    """Raise for the first character that would show as an empty box; `eastern`: a font is there."""
    for ch in sorted(set(text)):
        name, category = unicodedata.name(ch, ""), unicodedata.category(ch)
        far = name.startswith(_EASTERN)
        if far and not eastern:
            raise Unavailable(
                "No font here shows Chinese characters.",
                why="The PDF would have empty boxes in place of words.",
                remedy="Install Noto Serif CJK (package fonts-noto-cjk), or print the HTML page.",
            )
        letter = category[0] == "L" and not (far or name.startswith(_WESTERN))
        symbol = category in ("So", "Sk", "Co", "Cn", "Cs") and not far and ch not in _SYMBOLS
        if letter or symbol:
            raise BadInput(
                f"The character U+{ord(ch):04X} is in no font that contracts are set in.",
                why="The PDF would have an empty box in its place.",
                remedy="Print the HTML page, whose reader's own fonts show it.",
            )


def typeset(markdown: str, *, lang: str, title: str = "", eastern: str = "") -> str:
    """Return the typst source of a page of Markdown."""
    tokens = parse(markdown)
    shown = title or first_heading(tokens)
    faces = f'(name: {_text(LATIN)}, covers: "latin-in-cjk"), {_text(eastern)}' if eastern else ""
    font = f"({faces})" if eastern else _text(LATIN)
    region = ', region: "cn"' if lang == "zh" else ""
    head = (
        f"#set document(title: {_text(shown)})\n"
        f"#set text(font: {font}, size: 10.5pt, lang: {_text(lang)}{region})\n"
        '#set page(paper: "a4", margin: (x: 2.4cm, y: 2.2cm), footer: context align(center, '
        'text(size: 8pt, fill: luma(100), counter(page).display("1 / 1", both: true))))\n'
        "#set par(justify: true, leading: 0.72em, spacing: 0.9em)\n"
        "#show heading: set block(above: 1.5em, below: 0.7em)\n"
        "#show heading.where(level: 1): set text(size: 16pt, hyphenate: false)\n"
        "#show heading.where(level: 2): set text(size: 11.5pt)\n"
        "#show table: set text(size: 8.5pt)\n#show table: set par(justify: false)\n"
    )
    return head + "".join(_block(node) for node in SyntaxTreeNode(tokens).children)


def _block(node: SyntaxTreeNode) -> str:
    if node.type == "heading":
        return _heading(node)
    if node.type == "paragraph":
        return f"{_inside(node)}\n\n"
    if node.type in ("bullet_list", "ordered_list"):
        return _list(node)
    if node.type == "blockquote":
        return (
            "#block(fill: luma(245), inset: 9pt, width: 100%, stroke: (left: 2.5pt + luma(190)))["
            f"#set text(size: 9pt)\n{_blocks(node.children)}]\n\n"
        )
    if node.type == "table":
        return _table(node)
    return f"#raw({_text(node.content)}, block: true)\n\n"


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> str:
    return "".join(_block(node) for node in nodes).strip()


def _heading(node: SyntaxTreeNode) -> str:
    token = node.children[0].token
    text, id = heading(token) if token else ("", "")
    shown = f"#{_text(text)};"
    if id:
        shown += (
            f'#h(0.5em)#text(size: 8pt, weight: "regular", fill: luma(110), {_text(f"[{id}]")})'
        )
    return f"#heading(level: {int(node.tag[1])})[{shown}]\n\n"


def _list(node: SyntaxTreeNode) -> str:
    items = ", ".join(f"[{_blocks(item.children)}]" for item in node.children)
    start = node.attrs.get("start", 1)
    kind = "list(" if node.type == "bullet_list" else f"enum(start: {int(start)}, "
    return f"#{kind}{items})\n\n"


def _table(node: SyntaxTreeNode) -> str:
    head, *body = node.children
    top = [f"[#strong[{_inside(cell)}]]" for cell in head.children[0].children]
    cells = [f"[{_inside(c)}]" for part in body for row in part.children for c in row.children]
    columns = ", ".join(["2fr", *["1fr"] * (len(top) - 3), "2.4fr", "1.2fr"][: len(top)])
    rows = ", ".join([f"table.header({', '.join(top)})", *cells])
    return f"#table(columns: ({columns},), inset: 5pt, stroke: 0.5pt + luma(170), {rows})\n\n"


def _inside(node: SyntaxTreeNode) -> str:
    return "".join(_inline(child) for child in node.children)


_MARKS = {"strong": "strong", "em": "emph", "s": "strike"}


def _inline(node: SyntaxTreeNode) -> str:
    if node.type == "inline":
        return _inside(node)
    if node.type in _MARKS:
        return f"#{_MARKS[node.type]}[{_inside(node)}]"
    if node.type == "code_inline":
        return f"#raw({_text(node.content)})"
    if node.type in ("softbreak", "hardbreak"):
        return "\n" if node.type == "softbreak" else "#linebreak()"
    return f"#{_text(node.content)};"


def _text(text: str) -> str:
    """Return a typst string literal: inside it nothing is markup, and only these two can end it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
