# SPDX-License-Identifier: Apache-2.0
"""Closed sets: every word is explained, and some uses have no word at all."""

from __future__ import annotations

from enum import StrEnum

import pytest

from countersign.errors import BadInput
from countersign.terms import NEVER, Purpose, Terms, meaning, preset, words
from countersign.terms.text.meanings import bounds
from countersign.terms.words import read_word

SETS = [x for x in vars(words).values() if isinstance(x, type) and issubclass(x, StrEnum)]
SETS.remove(StrEnum)


@pytest.mark.parametrize("closed", SETS, ids=lambda s: s.__name__)
def test_every_word_has_a_name_and_a_sentence_in_both_languages(closed: type[StrEnum]) -> None:
    for word in closed:
        said = meaning(word)
        assert said.name_en
        assert said.name_zh
        assert said.en.endswith(".")
        assert said.zh.endswith("。")


def test_clause_08_every_purpose_has_an_example_and_says_what_it_does_not_cover() -> None:
    assert all(all(bounds(p)) for p in Purpose)


@pytest.mark.parametrize(("word", "clause"), sorted(NEVER.items()))
def test_clause_20_and_07_what_is_never_allowed_has_no_word_and_names_its_clause(
    word: str, clause: int
) -> None:
    assert all(word not in {w.value for w in closed} for closed in SETS)
    with pytest.raises(BadInput) as caught:
        read_word(Purpose, word, "purposes")
    assert f"Clause {clause}" in caught.value.why


def test_clause_08_a_free_text_is_no_purpose() -> None:
    value = preset("my-team").to_value() | {"purposes": ["any purpose"]}
    with pytest.raises(BadInput, match="purposes: 'any purpose'"):
        Terms.from_value(value)


@pytest.mark.parametrize("value", [3, None, ["rule"], {"a": 1}, "x" * 500])
def test_a_value_that_is_no_word_is_refused_and_not_repeated_at_length(value: object) -> None:
    with pytest.raises(BadInput) as caught:
        read_word(Purpose, value, "purposes")
    assert len(caught.value.what) < 80
