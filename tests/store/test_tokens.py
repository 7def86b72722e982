# SPDX-License-Identifier: Apache-2.0
"""Texts and questions meet in the same tokens, in English and Chinese."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.store import tokens
from countersign.store.tokens import stem

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=12)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=14)


@pytest.mark.parametrize(
    "family",
    [
        "retry retries retried retrying Retries' RETRY",
        "deploy deploys deployed deploying",
        "cache caches cached caching",
        "process processes processed processing",
        "box boxes boxed boxing",
        "index indexes indexed indexing",
        "stop stops stopped stopping",
        "merge merges merged merging",
        "test tests tested testing",
        "class classes",
        "owner owner's owners owner’s",
        "warn warns warned warning warnings",
        "build building buildings",
        "meeting meetings",
        "case cases",
        "size sizes sized sizing",
        "exceed exceeds exceeded exceeding",
        "policy policies",
    ],
)
def test_forms_of_one_word_meet(family: str) -> None:
    assert len({t for word in family.split() for t in tokens(word)}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("class", "clap"), ("bus", "bun"), ("red", "ring"), ("status", "stat"), ("need", "nee")],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_identifiers_fall_into_their_words() -> None:
    assert tokens("retryBudget retry_budget RetryBudget") == ["retry", "budget"] * 3
    assert tokens("ＡＢＣ１２３") == tokens("abc123") == ["abc123"]


def test_stop_words_are_left_out_in_both_languages() -> None:
    assert tokens("What is the cache for?") == [stem("cache")]
    assert tokens("我们 的 缓存") == ["缓存"]
    assert tokens("the of 的 ，。!") == []


@given(HAN, st.data())
def test_any_two_characters_of_a_chinese_text_are_found_in_it(
    text: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(text) - 2))
    assert set(tokens(text[at : at + 2])) <= set(tokens(text))


@given(HAN, WORDS, HAN)
def test_a_latin_word_between_chinese_is_found(before: str, word: str, after: str) -> None:
    assert set(tokens(word)) <= set(tokens(f"{before}{word}{after}"))


@given(st.text(max_size=40))
def test_tokens_are_clean_and_the_same_for_every_way_to_write_a_text(text: str) -> None:
    found = tokens(text)
    assert all(found), "no empty token"
    assert found == tokens(unicodedata.normalize("NFKC", text))
    assert all(not any(c.isspace() for c in token) for token in found)


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_texts_side_by_side_have_the_tokens_of_both(one: str, other: str) -> None:
    assert tokens(f"{one}\n{other}") == tokens(one) + tokens(other)


@given(WORDS)
def test_a_stem_is_never_empty_and_the_plural_meets_it(word: str) -> None:
    assert stem(word)
    assert len(stem(word)) <= len(word)
    if len(word) > 3 and word[-1] not in "sxzhyieu":
        assert stem(word + "s") == stem(word)
