# SPDX-License-Identifier: Apache-2.0
"""One self-contained HTML page from Markdown of ours: no scripts, nothing loaded, prints well.

Raw HTML, links and images of the Markdown are never passed on: what we emit has none, so whatever
looks like one came from outside and is shown as text.
"""

from __future__ import annotations

import html as escaping
import re
from collections.abc import Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root{color-scheme:light dark;--ink:#1d2329;--paper:#fff;--soft:#5b6670;--line:#d5dadf;--mark:#f4f6f8}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#16191d;--soft:#9aa5ae;--line:#363d44;--mark:#20252a}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2.5rem 1.25rem 4rem;max-width:44rem;background:var(--paper);color:var(--ink);
font:1.0625rem/1.65 Georgia,"Noto Serif","Noto Serif CJK SC","Songti SC","SimSun",serif;overflow-wrap:break-word}
h1{font-size:1.7rem;line-height:1.3;margin:0 0 1rem}
h2{font-size:1.1rem;line-height:1.4;margin:2rem 0 .4rem}
h1,h2,h3,blockquote,table,.id{font-family:system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
.id{font-size:.75rem;font-weight:400;color:var(--soft);margin-left:.5em}
p,ul,ol{margin:.4rem 0 .8rem}
li{margin:.25rem 0}
blockquote{margin:0 0 1.5rem;padding:.6rem 1rem;background:var(--mark);border-left:4px solid var(--line);font-size:.9rem}
blockquote p{margin:0}
code{font-size:.9em;background:var(--mark);padding:.1em .3em;border-radius:3px}
table{border-collapse:collapse;width:100%;font-size:.85rem;margin:1rem 0}
th,td{border:1px solid var(--line);padding:.4rem .5rem;text-align:left;vertical-align:top}
th{background:var(--mark)}
s{color:var(--soft)}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--soft:#444;--line:#999;--mark:#f2f2f2}
body{max-width:none;padding:0;font-size:10.5pt}h2{break-after:avoid}li,tr,blockquote{break-inside:avoid}}
@page{margin:2cm}
""".strip()
_ID = re.compile(r"^(.*) \[([a-z0-9-]+)\]$")


def parse(markdown: str) -> list[Token]:
    """Return the tokens of Markdown: headings, lists, paragraphs, emphasis, tables, strike, code."""
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # An entity could bring back a sign that was taken out of a name, so none is decoded.
    reader.disable(
        ["link", "image", "autolink", "reference", "html_block", "html_inline", "entity"]
    )
    return reader.parse(markdown)


def html(markdown: str, *, lang: str, title: str = "") -> str:
    """Return the page; its title is the first heading where none is given.

    The same Markdown gives the same bytes. Section ids at the end of headings become anchors.
    """
    tokens = parse(markdown)
    shown = title or first_heading(tokens)
    body = _body(tokens)
    code = {"zh": "zh-Hans"}.get(lang, lang)
    return (
        f'<!DOCTYPE html>\n<html lang="{escaping.escape(code)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escaping.escape(shown)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


def first_heading(tokens: Sequence[Token]) -> str:
    """Return the text of the first heading, without its id; empty without one."""
    for token, inside in pairwise(tokens):
        if token.type == "heading_open":
            return heading(inside)[0]
    return ""


def heading(inline: Token) -> tuple[str, str]:
    """Return a heading's text and the id at its end, empty without one."""
    text = "".join(child.content for child in inline.children or ())
    found = _ID.match(text)
    return (found[1], found[2]) if found else (text, "")


def _body(tokens: Sequence[Token]) -> str:
    out: list[str] = []
    for n, token in enumerate(tokens):
        if token.type == "inline":
            opened = tokens[n - 1].type == "heading_open"
            out.append(_heading(token) if opened else _inline(token))
        elif token.type in ("fence", "code_block"):
            out.append(f"<pre>{escaping.escape(token.content)}</pre>\n")
        elif not token.hidden:
            out.append(_tag(token, tokens[n + 1] if n + 1 < len(tokens) else None))
    return "".join(out)


def _tag(token: Token, following: Token | None) -> str:
    if token.nesting < 0:
        return f"</{token.tag}>\n"
    if token.type == "heading_open" and following is not None:
        id = heading(following)[1]
        return f'<{token.tag} id="{id}">' if id else f"<{token.tag}>"
    start = token.attrGet("start")
    return f'<{token.tag} start="{int(start)}">' if start else f"<{token.tag}>"


def _heading(inline: Token) -> str:
    text, id = heading(inline)
    shown = escaping.escape(text)
    return f'{shown}<span class="id">[{id}]</span>' if id else shown


_MARKS = {"strong": "strong", "em": "em", "s": "s"}


def _inline(token: Token) -> str:
    out: list[str] = []
    for child in token.children or ():
        name = child.type.removesuffix("_open").removesuffix("_close")
        if name in _MARKS:
            out.append(f"</{name}>" if child.nesting < 0 else f"<{name}>")
        elif child.type == "code_inline":
            out.append(f"<code>{escaping.escape(child.content)}</code>")
        elif child.type == "softbreak":
            out.append("\n")
        elif child.type == "hardbreak":
            out.append("<br>\n")
        else:
            out.append(escaping.escape(child.content))
    return "".join(out)
