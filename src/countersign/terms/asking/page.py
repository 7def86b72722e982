# SPDX-License-Identifier: Apache-2.0
"""The reply kit as one HTML page: card, texts, link. Self-contained, and inert by its own policy.

The page asks the network for nothing and runs nothing: its content security policy allows its one
style sheet, by digest. It follows the reader's dark mode and prints on one or two sheets.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from countersign.seal import sha256
from countersign.terms.asking.picture import THE_LINE
from countersign.terms.asking.reply import Said
from countersign.terms.card import Card, CardLine

_STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--rule:#e3e7ec;--paper:#fff;--desk:#f3f5f7;
--ok:#1a7f4b;--no:#b3412e}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebf0;--soft:#9aa5b4;--rule:#303a47;--paper:#1a212b;
--desk:#11161d;--ok:#4cc38a;--no:#f08c78}}
*{box-sizing:border-box}
body{margin:0;padding:2rem 1rem;background:var(--desk);color:var(--ink);font:16px/1.5 "Noto Sans",
"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
main{max-width:52rem;margin:0 auto}
section{background:var(--paper);border:1px solid var(--rule);border-radius:16px;padding:1.6rem 2rem;
margin:0 0 1.2rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.05rem;margin:0 0 .8rem}
.code,.foot{color:var(--soft);font-size:.92rem;margin:.2rem 0 0}
ol{list-style:none;margin:1.2rem 0;padding:1rem 0;border:solid var(--rule);border-width:1px 0}
li{display:grid;grid-template-columns:2.2rem 1.6rem 1fr;padding:.3rem 0}
li>b{color:var(--soft);font-weight:400;font-size:.9rem;padding-top:.1rem}
li>i{font-style:normal;font-weight:700;color:var(--ok)}li.no>i{color:var(--no)}
li p{margin:0;overflow-wrap:anywhere}s{color:var(--soft)}em{font-style:normal;color:var(--no)}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1.6rem}.pair p{margin:0;white-space:pre-line;
overflow-wrap:anywhere;user-select:all}
section>p:last-child{margin-bottom:0}
code{overflow-wrap:anywhere;user-select:all}
@media (max-width:40rem){.pair{grid-template-columns:1fr}section{padding:1.2rem}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--rule:#bbb;--paper:#fff;--desk:#fff;
--ok:#000;--no:#000}body{padding:0;font-size:11pt}section{border:0;padding:0 0 1rem;break-inside:avoid}}
"""


def reply_page(made: Card, texts: Sequence[Said], *, link: str) -> str:
    """Return the page; equal input gives equal bytes. Whatever stands in it is shown as text."""
    digest = base64.b64encode(sha256(_STYLE.encode())).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Terms card 条款卡 · {escape(made.code)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{_card(made)}{''.join(map(_text, texts))}{_link(link)}</main>\n</body>\n</html>\n"
    )


def _card(made: Card) -> str:
    rows = "".join(map(_row, made.lines))
    return (
        f'<section>\n<h1>Terms card <span lang="zh">条款卡</span></h1>\n'
        f'<p class="code">{escape(made.code)}</p>\n<ol>\n{rows}</ol>\n'
        f'<p class="foot">Digest: {made.words("en")}<br><span lang="zh">摘要：{made.words("zh")}</span></p>\n'
        f'<p><strong>{THE_LINE[0]} <span lang="zh">{THE_LINE[1]}</span></strong></p>\n</section>\n'
    )


def _row(line: CardLine) -> str:
    kind, mark = ("yes", "✓") if line.holds else ("no", "✗")
    en, zh = (
        _said(line.holds, line.en, line.instead_en),
        _said(line.holds, line.zh, line.instead_zh),
    )
    return (
        f'<li class="{kind}"><b>{line.number}</b><i>{mark}</i>'
        f'<div><p>{en}</p><p lang="zh">{zh}</p></div></li>\n'
    )


def _said(holds: bool, said: str, instead: str) -> str:
    return escape(said) if holds else f"<s>{escape(said)}</s> <em>{escape(instead)}</em>"


def _text(said: Said) -> str:
    title = f'{escape(said.title_en)} · <span lang="zh">{escape(said.title_zh)}</span>'
    return (
        f'<section>\n<h2>{title}</h2>\n<div class="pair"><p>{escape(said.en)}</p>'
        f'<p lang="zh">{escape(said.zh)}</p></div>\n</section>\n'
    )


def _link(link: str) -> str:
    return (
        '<section>\n<h2>These terms in one line · <span lang="zh">一行条款</span></h2>\n'
        f"<p><code>{escape(link)}</code></p>\n"
        '<p class="foot">Opens with <code>countersign terms show</code>; it is no web address and'
        ' fetches nothing. <span lang="zh">用 countersign terms show 打开；不是网址，不联网。</span></p>\n'
        "</section>\n"
    )
