# SPDX-License-Identifier: Apache-2.0
"""The reference page names every field, word, item, preset and refusal code."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from countersign.terms import NEVER, PRESETS, words
from countersign.terms.refusals import TEXTS
from countersign.terms.terms import FIELDS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "terms.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([a-z_-]+)`", PAGE))
CLOSED = (
    *(words.Purpose, words.Audience, words.Source, words.Kind, words.Delivery, words.Attribution),
    *(words.BenefitKind, words.Period, words.OnLeaving, words.Gap, words.Profile, words.Item),
)


@pytest.mark.parametrize("closed", CLOSED, ids=lambda c: c.__name__)
def test_every_word_that_can_be_signed_is_on_the_page(closed: type[StrEnum]) -> None:
    assert {word.value for word in closed} <= NAMED


def test_every_field_preset_refusal_and_forbidden_use_is_on_the_page() -> None:
    assert {*FIELDS, *PRESETS, *TEXTS, *NEVER} <= NAMED


def test_the_page_lists_refusals_in_the_order_in_which_they_are_asked() -> None:
    order = re.findall(r"^\| `([a-z-]+)` \|[^|]*\|$", PAGE.split("## What decide answers")[1], re.M)
    assert order == list(TEXTS)
