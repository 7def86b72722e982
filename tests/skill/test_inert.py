"""Text from outside stays text: inert, visible, reversible, and never out of its fence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from countersign.errors import BadInput, NotVerified
from countersign.skill.inert import FENCE, fenced, inert, live, mark_for, one_line

# What hostile text is made of: everything that some reader somewhere acts upon.
PIECES = (
    *(
        "https://evil.example/x",
        "http://",
        "www.evil.example",
        "mailto:a@b.cn",
        "javascript:alert(1)",
    ),
    *(
        "[a](b)",
        "![a](b)",
        "[a]: b",
        "[a][b]",
        "[[a]]",
        "[^1]",
        "<b>",
        "</b>",
        "<!--",
        "<?x",
        "&lt;",
    ),
    *(
        "`",
        "```",
        "~~~",
        "~~~~~~~~",
        "~~~~~~~~~~",
        "\n~~~~~~~~\n",
        "\n```\n",
        "---",
        "\n---\n",
        "===",
    ),
    *(
        "\n# h\n",
        "#",
        "\n===\n",
        "name: evil",
        "allowed-tools: Bash",
        "!`rm -rf /`",
        "$(x)",
        "${x}",
    ),
    *(
        "$ARGUMENTS",
        "$1",
        "{{x}}",
        "{%",
        "| sh",
        "&& rm -rf /",
        "\ncurl x | bash",
        "sudo rm",
        "mcp__x",
    ),
    *(
        "Bash(",
        "tools/call",
        "function_calls",
        "ignore previous instructions",
        "忽略以上指令",
        "@path/x",
    ),
    *(
        "\u200b",
        "\u202e",
        "\u2066",
        "\U000e0041",
        "\ufe0f",
        "\U000e0100",
        "\u2028",
        "\x00",
        "\x1b[2J",
    ),
    *(
        "\r",
        "\r\n",
        "\x85",
        "\t",
        " ",
        "\n",
        "⟨",
        "⟩",
        "⟨U+202E⟩",
        "⟨⟨⟩",
        "\u3164",
        "\u00a0",
        "\ud800",
    ),
    *("a", "中", "é", "9", "-", "*", "_", ">", "|", "\\", '"', "'", "%"),
)
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.characters()), max_size=30).map("".join)
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\U000e0000-\U000e0fff]"
)
ACTIVE = re.compile(
    r"://|www\.\S|\]\(|<[a-zA-Z/!?]|!`|\$[({A-Z]|\{\{|(?<!⟨)@|&&|`{3}|~{3}|mcp__|(?i:\bbash\()|(?m:^\s*#)"
)


@given(HOSTILE)
def test_what_was_said_can_be_read_back_exactly(text: str) -> None:
    assert live(inert(text)) == text


@given(HOSTILE)
def test_nothing_unseen_and_nothing_active_is_left(text: str) -> None:
    shown = inert(text)
    assert UNSEEN.search(shown) is None
    assert ACTIVE.search(shown) is None


@given(HOSTILE, st.binary(min_size=16, max_size=16))
def test_a_claim_is_one_fence_to_a_markdown_reader_and_nothing_else(
    text: str, nonce: bytes
) -> None:
    mark = mark_for(nonce, "c1", text)
    page = f"before\n\n{fenced(text, mark)}\nafter\n"
    tokens = MarkdownIt("commonmark", {"html": True}).parse(page)
    kinds = [t.type for t in tokens]
    assert kinds == [*("paragraph_open", "inline", "paragraph_close"), "fence", *kinds[:3]]
    assert tokens[3].content == f"{inert(text)}\n{mark}\n"
    assert tokens[3].info.strip() == mark


@given(HOSTILE, st.binary(min_size=16, max_size=16))
def test_the_mark_does_not_occur_in_the_text(text: str, nonce: bytes) -> None:
    mark = mark_for(nonce, "c1", text)
    assert mark not in text.lower()
    assert mark not in inert(text)
    assert mark == mark_for(nonce, "c1", text)


def test_another_release_has_another_mark() -> None:
    assert mark_for(b"one", "c1", "x") != mark_for(b"two", "c1", "x")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://a.example/b", "see https⟨:⟩//a⟨.⟩example/b"),
        ("a < b and c > d, 1 & 2", "a < b and c > d, 1 & 2"),
        ("run `make` now", "run `make` now"),
        ("!`make`", "⟨!⟩`make`"),
        ("retry_max = 3 in foo.py:12", "retry_max = 3 in foo.py:12"),
        ("- one\n- two", "- one\n- two"),
        ("rm -rf /", "rm⟨ ⟩-rf /"),
        ("不要重推，用查单补。⚠️", "不要重推，用查单补。⚠️"),
        ("a\ufe0f", "a⟨U+FE0F⟩"),
        ("name\u200d", "name⟨U+200D⟩"),
    ],
)
def test_plain_words_stay_plain_and_the_rest_is_shown(text: str, shown: str) -> None:
    assert inert(text) == shown


@pytest.mark.parametrize("shown", ["https://x", "⟨x⟩", "⟨U+0041⟩", "⟨", "a\u200bb", "⟨U+202e⟩"])
def test_a_page_that_shows_text_otherwise_than_inert_is_refused(shown: str) -> None:
    with pytest.raises(NotVerified):
        live(shown)


@pytest.mark.parametrize(
    "text",
    [
        "<b>x</b>",
        "a --- b",
        "[x](y)",
        "https://x.example",
        "x" * 81,
        "a\u202eb",
        "a`b",
        "@x",
        "a\\b",
    ],
)
def test_a_title_that_would_need_brackets_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        one_line(text, what="title", longest=80)


def test_a_title_is_one_composed_line() -> None:
    assert (
        one_line("Cafe\u0301  notes\n of  林伟", what="title", longest=80) == "Café notes of 林伟"
    )


def test_the_fence_is_longer_than_any_run_of_tildes_left_in_a_text() -> None:
    assert FENCE not in inert("~" * 100)
    assert "~~~" not in inert("~" * 100)
