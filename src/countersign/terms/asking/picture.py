# SPDX-License-Identifier: Apache-2.0
"""The terms card as a picture: SVG from the card's twelve lines, by code alone.

Text stays text, in whatever fonts the reader has; ticks, crosses and the QR code are drawn, since
not every font has such signs. Each line is measured for the widest font and wrapped, so nothing
overflows. No scripts, no links, no outside files. Equal cards give equal bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from countersign.errors import BadInput
from countersign.seal import qr_svg
from countersign.terms.asking.measure import width, wrapped
from countersign.terms.card import Card, CardLine

WIDTH = 840
LANGS = ("both", "en", "zh")
_FONTS = (
    "'Noto Sans','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Hiragino Sans GB',"
    "'Microsoft YaHei',system-ui,'Helvetica Neue',Arial,sans-serif"
)
_EDGE, _LEFT, _TEXT = 20, 56, 124
_MOST = WIDTH - _TEXT - 52
_INK, _SOFT, _LINE, _GREEN, _RED, _PAPER, _DESK = (
    *("#1c2430", "#5b6675", "#e3e7ec", "#1a7f4b", "#b3412e", "#ffffff", "#f3f5f7"),
)
_MAIN, _SECOND, _LEAD = 18.0, 17.0, 1.42
_QR = 116
THE_LINE = ("No skill without a signature.", "没有会签，不成技能。")


@dataclass(slots=True)
class _Drawing:
    """Elements so far, and how far down the page they reach."""

    parts: list[str]
    y: float

    def text(self, said: str, x: float, size: float, *, fill: str = _INK, **more: str) -> None:
        """Put one line of text with its baseline at the present height."""
        extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
        self.parts.append(
            f'<text x="{x:g}" y="{self.y:g}" font-size="{size:g}" fill="{fill}"{extra}>'
            f"{escape(said, quote=False)}</text>"
        )

    def struck(self, said: str, instead: str, size: float, weight: str) -> None:
        """Put a line that does not hold, and what holds instead behind it."""
        self.parts.append(
            f'<text x="{_TEXT}" y="{self.y:g}" font-size="{size:g}" fill="{_SOFT}">'
            f'<tspan text-decoration="line-through">{escape(said, quote=False)}</tspan>'
            f'<tspan dx="{size * 0.4:g}" fill="{_RED}" font-weight="{weight}">'
            f"{escape(instead, quote=False)}</tspan></text>"
        )


def card_svg(made: Card, *, lang: str = "both", link: str = "") -> bytes:
    """Return the card as one SVG file in `en`, `zh` or both; `link` is drawn as a QR code."""
    if lang not in LANGS:
        raise BadInput("A card's picture is in en, zh or both.", remedy="Choose one of them.")
    drawn = _Drawing([], 0)
    _head(drawn, made, lang)
    for line in made.lines:
        _row(drawn, line, lang)
    _foot(drawn, made, lang, link)
    return _whole(drawn).encode("utf-8")


def _head(d: _Drawing, made: Card, lang: str) -> None:
    title = {"en": "Terms card", "zh": "条款卡", "both": "Terms card  条款卡"}[lang]
    d.y = 80
    d.text(title, _LEFT, 30, font_weight="700")
    d.y = 112
    d.text(made.code, _LEFT, 15, fill=_SOFT, letter_spacing="0.4")
    d.y = 134
    _rule(d)
    d.y = 146


def _rule(d: _Drawing) -> None:
    d.parts.append(
        f'<path d="M{_LEFT} {d.y:g}H{WIDTH - _LEFT}" stroke="{_LINE}" stroke-width="1.5"/>'
    )


def _row(d: _Drawing, line: CardLine, lang: str) -> None:
    """Draw one of the twelve lines: struck through with what holds instead, where it does not hold."""
    top = d.y
    for one in ("en", "zh") if lang == "both" else (lang,):
        said, instead = (line.zh, line.instead_zh) if one == "zh" else (line.en, line.instead_en)
        size, weight = (_SECOND, "400") if one == "zh" else (_MAIN, "500")
        if line.holds:
            _lines(d, said, size, font_weight=weight)
        elif width(f"{said} {instead}", size) <= _MOST:
            d.y += size * _LEAD
            d.struck(said, instead, size, weight)
        else:
            _lines(d, said, size, fill=_SOFT, text_decoration="line-through")
            _lines(d, instead, size, fill=_RED, font_weight=weight)
    _mark(d, line, top)
    d.y += 13


def _lines(d: _Drawing, said: str, size: float, *, fill: str = _INK, **more: str) -> None:
    for part in wrapped(said, size, _MOST):
        d.y += size * _LEAD
        d.text(part, _TEXT, size, fill=fill, **more)


def _mark(d: _Drawing, line: CardLine, top: float) -> None:
    """Draw a tick or a cross in a disc, with the line's number left of it."""
    y = top + _MAIN * _LEAD - 6
    color = _GREEN if line.holds else _RED
    sign = "M-5 0.5L-1.5 4L5 -3.5" if line.holds else "M-4 -4L4 4M4 -4L-4 4"
    d.parts.append(
        f'<g transform="translate(100 {y:g})"><circle r="10.5" fill="{color}"/>'
        f'<path d="{sign}" fill="none" stroke="#fff" stroke-width="2.2"'
        ' stroke-linecap="round" stroke-linejoin="round"/></g>'
    )
    here, d.y = d.y, y + 5
    d.text(str(line.number), 80, 14, fill=_SOFT, text_anchor="end")
    d.y = here


def _foot(d: _Drawing, made: Card, lang: str, link: str) -> None:
    d.y += 10
    _rule(d)
    top = d.y
    most = WIDTH - 2 * _LEFT - (_QR + 24 if link else 0)
    d.y += 10
    for one in ("en", "zh") if lang == "both" else (lang,):
        digest = f"{'摘要：' if one == 'zh' else 'Digest: '}{made.words(one)}"
        for part in wrapped(digest, 15, most):
            d.y += 22
            d.text(part, _LEFT, 15, fill=_SOFT)
    for n, said in enumerate(THE_LINE):
        if lang in ("both", ("en", "zh")[n]):
            d.y += 26 if n == 0 or lang == "zh" else 22
            d.text(said, _LEFT, 15, fill=_INK, font_weight="600")
    if link:
        _qr(d, link, top + 14)
        d.y = max(d.y, top + 14 + _QR)
    d.y += 44


def _qr(d: _Drawing, link: str, y: float) -> None:
    code = qr_svg(link, scale=1).decode("utf-8")
    side = re.search(r'<svg[^>]* width="(\d+)"', code)
    body = re.search(r"<svg[^>]*>(.*)</svg>", code, re.DOTALL)
    if side is None or body is None:  # another version of the library draws otherwise
        return
    scale = _QR / int(side[1])
    d.parts.append(
        f'<g transform="translate({WIDTH - _LEFT - _QR} {y:g}) scale({scale:.4f})">{body[1]}</g>'
    )


def _whole(d: _Drawing) -> str:
    height = round(d.y)
    inner = WIDTH - 2 * _EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" font-family="{_FONTS}" role="img" aria-label="Terms card 条款卡">'
        f'<rect width="{WIDTH}" height="{height}" fill="{_DESK}"/>'
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{inner}" height="{height - 2 * _EDGE}" rx="18"'
        f' fill="{_PAPER}" stroke="{_LINE}" stroke-width="1.5"/>'
        f"{''.join(d.parts)}</svg>\n"
    )
