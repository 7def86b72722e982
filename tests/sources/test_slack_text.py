"""Slack markup and message objects: laws that hold for whatever an export says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.sources.lines import is_quote
from countersign.sources.slack_message import Message, understood
from countersign.sources.slack_text import Roster, block_text, plain, written

ROSTER = Roster(
    team="T0",
    users={"U0LIN": "Lin Wei 林伟"},
    names=frozenset({"lin wei 林伟", "lin"}),
    channels={"C0PAY": "payments"},
)

_PIECE = st.sampled_from(
    [
        *("<@U0LIN>", "<@U0X|ann>", "<#C0PAY>", "<#C9|a|b>", "<!here>", "<!subteam^S1|@ops>"),
        *("<https://e.example|x>", "<", ">", "&lt;", "&amp;gt;", "&gt; q", "\n", "```", "\r\n"),
        *("lin 10:30", "好", " ", "\u200b", "\ud83d", "<>", "<|>", "<!date^1^{date}|May>"),
    ]
)
_TEXT = st.lists(_PIECE | st.text(max_size=8)).map("".join)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
_FIELDS = ["type", "subtype", "user", "text", "bot_id", "file", "comment", "attachments", "blocks"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("&amp;lt;", "&lt;"),
        ("<@U0LIN|old name>", "@Lin Wei 林伟"),
        ("<@U0X|ann>", "@ann"),
        ("<!subteam^S1|@ops> <!subteam^S2>", "@ops @S2"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
        ("<#C0PAY> <#C9>", "#payments #C9"),
        ("<https://e.example/|https://e.example/>", "https://e.example/"),
        ("<tel:+1|call me>", "call me (tel:+1)"),
        ("<mailto:a@e.example>", "a@e.example"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_markup_reads_as_it_was_shown(markup: str, text: str) -> None:
    assert plain(markup, ROSTER) == text


@given(_TEXT)
def test_no_known_mention_survives_and_every_text_can_be_stored(markup: str) -> None:
    text = plain(markup, ROSTER)
    text.encode("utf-8")
    assert "<@U0LIN>" not in text
    assert "\r" not in text


@given(_TEXT)
def test_written_ranges_fit_and_hold_no_quoted_line_outside_code(markup: str) -> None:
    text = plain(markup, ROSTER)
    ranges = written(text, names=ROSTER.names)
    last = 0
    for r in ranges:
        assert last <= r.start < r.end <= len(text)
        last = r.end
        part = text[r.start : r.end]
        assert part == part.strip()
        if "`" not in text and "~" not in text:
            assert not any(is_quote(line) for line in part.split("\n"))


def test_a_fence_inside_a_quote_does_not_open_a_block_for_its_author() -> None:
    text = "> ```\n> their words\n> ```\nmine"
    assert [text[r.start : r.end] for r in written(text)] == ["mine"]


def test_a_clock_after_a_word_that_is_no_name_does_not_end_ones_own_words() -> None:
    text = "Standup moves to 10:30\nBring numbers."
    assert [text[r.start : r.end] for r in written(text, names=ROSTER.names)] == [text]


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(_FIELDS, _JSON | _TEXT)))
def test_any_object_is_understood_or_skipped_with_a_reason(m: dict[str, Any]) -> None:
    found = understood(m, ROSTER)
    if isinstance(found, Message):
        found.text.encode("utf-8")
        found.author_name.encode("utf-8")
        assert found.text.strip()
        assert all(0 <= r.start < r.end <= len(found.text) for r in found.written)
    else:
        assert found in {"system", "deleted", "superseded", "empty"}


def test_blocks_nested_without_end_give_up_quietly() -> None:
    block: Any = {"type": "section", "text": "deep"}
    for _ in range(5000):
        block = {"elements": [block]}
    assert block_text(block) == ""


def test_lists_and_code_of_rich_text_keep_their_lines() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "one & two"}]}
    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "rm -i"}]}
    link = {"type": "link", "url": "https://e.example", "text": "page"}
    more = {
        "type": "rich_text_section",
        "elements": [
            link,
            {"type": "link", "url": "https://e.example"},
            {"type": "channel", "channel_id": "C0PAY"},
            {"type": "broadcast", "range": "here"},
            {"type": "emoji", "name": "ok"},
            {"type": "color", "value": "red"},
        ],
    }
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": [item]}]}]
    markup = block_text([*blocks, code, more])
    assert plain(markup, ROSTER) == (
        "one & two\n```\nrm -i\n```\npage (https://e.example)https://e.example#payments@here:ok:"
    )


def test_an_app_names_itself_by_its_profile_when_it_gives_no_name() -> None:
    m = {"bot_id": "B0", "bot_profile": {"name": "Deploy"}, "text": "done", "subtype": None}
    found = understood(m, ROSTER)
    assert isinstance(found, Message)
    assert found.author_name == "Deploy"


def test_a_message_of_nobody_has_no_author() -> None:
    found = understood({"text": "who am I", "username": "ghost"}, ROSTER)
    assert isinstance(found, Message)
    assert found.author is None
    assert re.fullmatch("ghost", found.author_name)
