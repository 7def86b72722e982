# SPDX-License-Identifier: Apache-2.0
"""The difference of two terms: every field that differs, in words, and no other."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from countersign.terms import Purpose, diff, preset
from countersign.terms.diff import NAMES
from countersign.terms.terms import FIELDS
from tests.terms.scene import FEE, some_terms


@given(st.randoms(use_true_random=False))
def test_a_difference_names_exactly_the_fields_that_differ(dice: Random) -> None:
    one, other = some_terms(dice), some_terms(dice)
    differing = [f for f in FIELDS if getattr(one, f) != getattr(other, f)]
    assert [d.field for d in diff(one, other)] == differing
    assert all(d.en != d.zh and "→" in d.en for d in diff(one, other))
    assert diff(one, one) == []


def test_every_field_has_a_name_in_both_languages() -> None:
    assert tuple(NAMES) == FIELDS


def test_a_difference_reads_as_a_line_in_each_language() -> None:
    old = preset("my-team")
    new = replace(old, purposes=frozenset({Purpose.ONBOARD}), benefits=(FEE,), quote_documents=True)
    assert [d.en for d in diff(old, new)] == [
        "Purposes: answering questions, reviewing changes, onboarding → onboarding",
        "Benefits: credit by name; paid hours to review: 2 h a month → a fee: CNY 300.00, a month",
        "Quoting documents: no → yes",
    ]
    assert diff(old, new)[0].zh == "用途：回答问题、检查改动、新人上手 → 新人上手"
    assert diff(old, new)[2].zh == "引用文档：否 → 是"
