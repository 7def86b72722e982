"""A hand-over document reads well and is still only text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from countersign.errors import BadInput
from countersign.skill import render_document
from countersign.skill.document import one_item
from countersign.terms import Kind
from tests.skill.scene import claim, draft
from tests.skill.test_inert import HOSTILE


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_document_is_the_one_that_was_reviewed(
    lang: str, golden: Callable[[str, bytes], None]
) -> None:
    golden(f"skill/document.{lang}.md", render_document(draft(), lang=lang).encode())


def test_rules_stand_before_reasons_and_the_terms_at_the_end() -> None:
    claims = [
        claim(1, "We chose it because it is quiet.", kind=Kind.DECISION),
        claim(2, "Close the window first."),
    ]
    page = render_document(draft(claims=claims), lang="en")
    order = [page.index(w) for w in ("### Rules", "Close", "### Decisions", "We chose", "## Terms")]
    assert order == sorted(order)


def test_another_language_is_refused() -> None:
    with pytest.raises(BadInput):
        render_document(draft(), lang="fr")


def _kinds(page: str) -> tuple[list[str], set[str]]:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(page)
    inside = [child for t in tokens for child in t.children or ()]
    return [t.type for t in tokens], {t.type for t in (*tokens, *inside)}


@given(st.lists(HOSTILE.filter(str.strip), min_size=1, max_size=4))
def test_no_text_is_more_than_the_words_of_one_item(texts: list[str]) -> None:
    clean = [t.encode("utf-8", "replace").decode() for t in texts]
    page = render_document(draft(claims=[claim(i, t) for i, t in enumerate(clean)]), lang="en")
    order, kinds = _kinds(page)
    assert kinds.isdisjoint(
        {
            "html_block",
            "html_inline",
            "link_open",
            "image",
            "fence",
            "code_block",
            "table_open",
            "hr",
        }
    )
    assert page.count("`") - page.count("\\`") == 2  # the card's own code
    assert order.count("bullet_list_open") == 1
    card_items = 12
    assert order.count("list_item_open") == len(clean) + card_items
    assert order.count("heading_open") == 4  # title, topic, kind, terms


@given(HOSTILE)
def test_an_item_never_opens_a_block_of_its_own(text: str) -> None:
    item = one_item(text)
    order, _ = _kinds(f"- x {item}\n")
    assert order.count("list_item_open") == 1
    assert "heading_open" not in order


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Use retry_max = 3.", "Use retry\\_max = 3."),
        ("1. Stop.\n2. Look.", "1\\. Stop.  \n  2\\. Look."),
        ("- a\n- b", "\\- a  \n  \\- b"),
        ("2 * 3 < 7", "2 \\* 3 \\< 7"),
        ("最多三次。", "最多三次。"),
    ],
)
def test_plain_items_stay_readable(text: str, item: str) -> None:
    assert one_item(text) == item
