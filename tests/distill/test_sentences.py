"""Sentences: where they begin and end, in both languages, over wraps and never over ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.distill import split_sentences, unwrap
from countersign.evidence import Range


def cut(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, [Range(0, len(text))])]


def forms(text: str) -> list[str]:
    return [s.form for s in split_sentences(text, [Range(0, len(text))])]


def test_a_wrapped_sentence_is_one_and_keeps_its_line_break_in_the_quote() -> None:
    text = (
        "Please never restart the primary while a replica is still\ncatching up. It loses writes."
    )
    assert cut(text) == [
        "Please never restart the primary while a replica is still\ncatching up.",
        "It loses writes.",
    ]
    assert "\n" not in unwrap(cut(text)[0])


def test_a_chat_line_ends_its_sentence_without_a_full_stop() -> None:
    assert cut("Got it, thanks\nI will look tomorrow") == ["Got it, thanks", "I will look tomorrow"]


@pytest.mark.parametrize(
    "text",
    [
        "Use a queue, e.g. the one in the stock room, for that.",
        "Ask Dr. Who about version 2.5 of node.js before noon.",
        "J. P. Smith signs all orders above ten euros, i.e. most of them.",
    ],
)
def test_short_forms_end_no_sentence(text: str) -> None:
    assert cut(text) == [text]


def test_chinese_sentences_end_at_chinese_stops_and_join_over_a_comma() -> None:
    text = "先在预发环境跑一遍，\n再上线。不要直接改生产库！为什么？"
    assert cut(text) == ["先在预发环境跑一遍，\n再上线。", "不要直接改生产库！", "为什么？"]
    assert unwrap(cut(text)[0]) == "先在预发环境跑一遍，再上线。"


def test_items_are_told_apart_and_lose_their_marks() -> None:
    assert cut("1. First drain it.\n2. Then stop it.\n- 最后检查。") == [
        "First drain it.",
        "Then stop it.",
        "最后检查。",
    ]


def test_code_is_no_prose() -> None:
    text = "Do it so:\n    >>> run(1)\n    x = foo(bar)\nTraceback (most recent call last):\nDone."
    assert forms(text) == ["prose", "code", "code", "code", "prose"]


def test_paragraphs_are_different_blocks() -> None:
    text = "One here.\n\nTwo there. Three there."
    blocks = [s.block for s in split_sentences(text, [Range(0, len(text))])]
    assert blocks[0] != blocks[1] == blocks[2]


def test_no_sentence_crosses_from_one_range_to_the_next() -> None:
    text = "I said this\n> they asked that\nand went on."
    ranges = [Range(0, 11), Range(30, len(text))]
    assert [text[s.start : s.end] for s in split_sentences(text, ranges)] == [
        "I said this",
        "and went on.",
    ]


_text = st.text(alphabet="ab. \n?!,，。！？中文-1)(>\t:;'\"A", max_size=120)


@given(_text, st.lists(st.integers(0, 120), max_size=6))
def test_sentences_are_sorted_disjoint_and_inside_one_range(text: str, marks: list[int]) -> None:
    edges = sorted({min(m, len(text)) for m in marks})
    ranges = [Range(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    last = 0
    for s in split_sentences(text, ranges):
        assert last <= s.start < s.end
        assert any(r.holds(s.start, s.end) for r in ranges)
        assert text[s.start : s.end].strip() == text[s.start : s.end]
        last = s.end


@given(st.text(alphabet="abc .!?。，中\n", max_size=100))
def test_no_word_is_lost(text: str) -> None:
    spans = split_sentences(text, [Range(0, len(text))] if text else [])
    covered = {i for s in spans for i in range(s.start, s.end)}
    assert all(i in covered for i, sign in enumerate(text) if sign.isalpha())
