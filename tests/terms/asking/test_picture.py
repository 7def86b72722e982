"""The card as a picture and a page: nothing overflows, nothing acts, nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.errors import BadInput, Unavailable
from countersign.terms import Attribution, Terms, card, card_png, preset, reply_kit, terms_link
from countersign.terms.asking.measure import width, wrapped
from countersign.terms.asking.picture import WIDTH, card_svg
from tests.terms.scene import some_terms

SVG = "{http://www.w3.org/2000/svg}"


def _terms(seed: int) -> Terms:
    return some_terms(Random(seed))  # noqa: S311 -- dice, not keys


def _root(svg: bytes) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 -- our own picture


def _texts(svg: bytes) -> list[ET.Element]:
    return list(_root(svg).iter(f"{SVG}text"))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), lang=st.sampled_from(["en", "zh", "both"]))
def test_every_line_stays_inside_the_card_in_the_widest_font(seed: int, lang: str) -> None:
    terms = _terms(seed)
    svg = card_svg(card(terms), lang=lang, link=terms_link(terms))
    height = float(_root(svg).attrib["height"])
    below = 0.0
    for text in _texts(svg):
        size, said = float(text.attrib["font-size"]), "".join(text.itertext())
        assert width(said, size) + float(text.attrib["x"]) <= WIDTH - 40 or text.get("text-anchor")
        below = max(below, float(text.attrib["y"]))
    assert below + 20 < height


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_all_twelve_lines_stand_in_the_picture_as_text(seed: int) -> None:
    made = card(_terms(seed))
    said = "".join("".join("".join(t.itertext()).split()) for t in _texts(card_svg(made)))
    for line in made.lines:
        for words in (line.en, line.zh, line.instead_en, line.instead_zh):
            shown = "".join(words.split())
            assert shown in said or (line.holds and words in (line.instead_en, line.instead_zh))


def test_equal_cards_are_equal_pictures_and_a_third_language_is_none() -> None:
    made = card(preset("my-team"))
    assert card_svg(made) == card_svg(made)
    with pytest.raises(BadInput):
        card_svg(made, lang="de")


def test_a_picture_asks_for_nothing_and_runs_nothing() -> None:
    kit = reply_kit(preset("handover"))
    for element in _root(kit.svg).iter():
        assert element.tag.removeprefix(SVG) in {
            "svg",
            "rect",
            "path",
            "circle",
            "g",
            "text",
            "tspan",
        }
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert "url(" not in value


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_is_self_contained_and_its_policy_allows_its_own_style_alone() -> None:
    html = reply_kit(preset("my-team"), topic="payments").files["card.html"].decode()
    page = _Page()
    page.feed(html)
    tags = {tag for tag, _ in page.tags}
    assert tags.isdisjoint({"script", "img", "link", "iframe", "object", "form", "a", "svg"})
    assert not any("src" in attrs or "href" in attrs or "style" in attrs for _, attrs in page.tags)
    style = re.search(r"<style>(.*)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html
    assert "url(" not in style[1]
    assert "prefers-color-scheme:dark" in style[1]
    assert "@media print" in style[1]


def test_a_name_or_topic_that_looks_like_markup_is_shown_as_text() -> None:
    alias = "Robert 'Bobby' Tables"
    terms = replace(preset("my-team"), attribution=Attribution.PSEUDONYM, alias=alias)
    kit = reply_kit(terms, topic='<b onclick="x">payments</b>')
    html = kit.files["card.html"].decode()
    assert "<b onclick" not in html
    assert "Robert &#x27;Bobby&#x27; Tables" in html
    assert alias in "".join("".join(t.itertext()) for t in _texts(kit.svg))


@given(text=st.text(max_size=200), most=st.integers(60, 700))
def test_wrapping_keeps_every_visible_character_and_every_limit(text: str, most: int) -> None:
    lines = wrapped(text, 18, most)
    assert "".join("".join(lines).split()) == "".join(text.split())
    # A closing mark may hang over by its own width rather than begin a line.
    assert all(width(line, 18) <= most + 18 * 3 or len(line) < 5 for line in lines if _plain(line))


def _plain(line: str) -> bool:
    return not re.search(r"[，。；：、？！）》”’」』】,.;:?!)\]}%…]{3}", line)


def test_a_long_benefit_line_is_broken_where_both_scripts_break() -> None:
    words = wrapped(
        "回报：署名贡献；固定报酬：CNY 3,000.00，每月；带薪审阅：2小时，每月。", 17, 300
    )
    assert len(words) > 1
    assert not any(line[0] in "，。；：" for line in words)
    assert "CNY 3,000.00" in "\n".join(words).replace("\n", " ")


def test_a_png_is_drawn_from_the_same_picture_or_names_its_extra() -> None:
    svg = reply_kit(preset("my-team")).svg
    if importlib.util.find_spec("typst") is None:
        with pytest.raises(Unavailable, match="contract"):
            card_png(svg)
        return
    png = card_png(svg)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    wide = int.from_bytes(png[16:20], "big")
    tall = int.from_bytes(png[20:24], "big")
    assert wide == 1260
    assert abs(tall / wide - float(_root(svg).attrib["height"]) / WIDTH) < 0.01
