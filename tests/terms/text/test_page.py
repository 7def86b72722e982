# SPDX-License-Identifier: Apache-2.0
"""The HTML page: one file, nothing loaded, sections with anchors."""

from __future__ import annotations

import re
from collections.abc import Callable

from countersign.terms import html, preset, render
from tests.terms.test_contract import text


def test_pages_stay_the_same(golden: Callable[[str, bytes], None]) -> None:
    page = html(render("impact-assessment", {}, "zh"), lang="zh")
    golden("terms/templates/impact-assessment.zh.html", page.encode())


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    page = html(text(preset("my-team"), "en"), lang="en")
    assert (
        "Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'" in page
    )
    assert not re.search(r"<(script|img|link|iframe|a|object|form)\b|url\(|@import|https?:", page)


def test_a_page_has_a_title_a_language_and_an_anchor_for_each_clause() -> None:
    page = html(text(preset("my-team"), "zh"), lang="zh")
    assert '<html lang="zh-Hans">' in page
    assert "<title>技能会签协议</title>" in page
    assert '<h2 id="employment">' in page
    assert page.count("<h2 id=") == text(preset("my-team"), "zh").count("\n## ")


def test_every_form_of_markdown_that_we_write_is_shown() -> None:
    page = html(
        "# T [t]\n\n> q\n\n1. a\n2. ~~b~~ c\n\n- **d**\n- *e* `f<`\n\n| g | h |\n|---|---|\n| i | |\n",
        lang="en",
    )
    for part in (
        '<h1 id="t">T<span class="id">[t]</span></h1>',
        "<blockquote><p>q</p>\n</blockquote>",
        "<ol><li>a</li>\n<li><s>b</s> c</li>\n</ol>",
        "<strong>d</strong>",
        "<em>e</em> <code>f&lt;</code>",
        "<th>g</th>",
        "<td></td>",
    ):
        assert part in page, part


def test_html_links_and_images_of_a_text_are_shown_as_text() -> None:
    page = html("<script>x</script> [a](http://b) ![c](d) <http://e> &lt;f&gt;", lang="en")
    assert "&lt;script&gt;x&lt;/script&gt; [a](http://b) ![c](d) &lt;http://e&gt; &amp;lt;f" in page


def test_a_page_prints_well_and_knows_the_dark() -> None:
    page = html("# T", lang="en")
    assert "@media print" in page
    assert "prefers-color-scheme:dark" in page
