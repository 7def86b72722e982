# SPDX-License-Identifier: Apache-2.0
"""Names and contacts from outside change nothing but their own place, in Markdown, HTML and typst."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.terms import Side, contract_text, html, inert, preset
from countersign.terms.text.page import parse
from countersign.terms.text.paper import typeset
from tests.terms.test_contract import SHORT, facts

SIGNS = st.sampled_from("#-+=*_`~|<>[](){}!&;:$@\"'\\\n\r\t \u00a0\u202e\u200b\u2066\x00\x1b1.")
HOSTILE = st.text(alphabet=st.one_of(SIGNS, st.characters()), max_size=120)


def _contract(name: str, complaint: str, lang: str) -> str:
    shown = inert(name) or "oacme"
    given_facts = replace(
        facts(SHORT, complaint=inert(complaint, most=200)),
        party=Side("oacme", shown, "self-asserted"),
        representative=Side("runion", shown, "self-asserted"),
    )
    return contract_text(SHORT, given_facts, lang)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {attrs}")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_comment(self, _data: str) -> None:
        self.tags.append("comment")


def _tags(page: str) -> list[str]:
    reader = _Tags()
    reader.feed(page)
    return reader.tags


def _typst_shape(source: str) -> str:
    """Return the source with every string literal emptied: what typst reads as markup."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', source)


PLAIN = {lang: _contract("Acme", "x", lang) for lang in ("en", "zh")}


@given(HOSTILE, HOSTILE, st.sampled_from(["en", "zh"]))
def test_a_name_adds_and_hides_no_clause_in_markdown_html_or_typst(
    name: str, complaint: str, lang: str
) -> None:
    shown, plain = _contract(name, complaint, lang), PLAIN[lang]
    assert re.findall(r"^#.*", shown, re.M) == re.findall(r"^#.*", plain, re.M)
    assert [t.type for t in parse(shown)] == [t.type for t in parse(plain)]
    assert _tags(html(shown, lang=lang)) == _tags(html(plain, lang=lang))
    assert _typst_shape(typeset(shown, lang=lang)) == _typst_shape(typeset(plain, lang=lang))


@given(HOSTILE)
def test_any_markdown_at_all_gives_a_page_without_scripts_links_or_attributes_of_its_own(
    text: str,
) -> None:
    allowed = re.compile(
        r"^/?(h[1-6]|p|ul|ol|li|blockquote|code|pre|em|strong|s|hr|br|table|thead|tbody|tr|th|td|span|html|head|body|meta|title|style) ?"
    )
    for tag in _tags(html(text, lang="en")):
        assert allowed.match(tag), tag
        assert not re.search(r"\('(on\w+|href|src|style)'", tag), tag


OURS = re.compile(
    r'(#"";|#(strong|emph|strike)\[|#raw\(""(, block: true)?\)|#list\(|#enum\(start: \d+, '
    r'|#heading\(level: \d\)\[|#h\(0\.5em\)|#text\(size: 8pt, weight: "", fill: luma\(110\), ""\)'
    r"|#linebreak\(\)|#block\(fill: luma\(245\), inset: 9pt, width: 100%, "
    r"stroke: \(left: 2\.5pt \+ luma\(190\)\)\)\[#set text\(size: 9pt\)"
    r"|#table\(columns: \([0-9fr., ]+\), inset: 5pt, stroke: 0\.5pt \+ luma\(170\), "
    r"|table\.header\(|, |[\[\])\s])*"
)


@given(HOSTILE)
def test_of_any_text_only_markup_of_ours_reaches_typst(text: str) -> None:
    source = typeset(f"# T\n\n{text}", lang="en")
    assert OURS.fullmatch(_typst_shape(source[source.index("#heading") :]))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Acme\n## 99. Free use [free]", "Acme 99. Free use free"),
        ("\u202eAcme\u200b", "Acme"),
        ("<b>Acme</b>", "bAcme/b"),
        ("a_b@example.org", "a_b@example.org"),
        ("_Acme_", "Acme"),
        ("R&D GmbH", "R&D GmbH"),
        ("A&#x202e;B &lt;", "A& x202e;B & lt;"),
        ("  a   b ", "a b"),
        ("*`~|\\", ""),
    ],
)
def test_what_could_act_is_taken_out_and_what_names_need_stays(given: str, shown: str) -> None:
    assert inert(given) == shown


@given(HOSTILE, st.integers(1, 200))
def test_what_is_inert_stays_the_same_and_short(text: str, most: int) -> None:
    once = inert(text, most=most)
    assert len(once) <= most
    assert inert(once, most=most) == once


def test_a_grant_to_oneself_is_as_safe() -> None:
    terms = preset("only-me")
    person = Side("plin", inert("[x] ## 1. y"), "self-asserted")
    shown = contract_text(terms, replace(facts(terms), person=person, party=person), "en")
    assert shown.count("\n## ") == contract_text(terms, facts(terms), "en").count("\n## ")
