"""The line that carries terms: short, exact, unchanging, and never half believed."""

from __future__ import annotations

import base64
import zlib
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.terms import PRESETS, Terms, preset, read_link, terms_link
from tests.terms.scene import some_terms

# Own rule: links that were pasted stay readable, so these lines never change.
PASTED = {
    "my-team": "countersign:terms/1/Gy0MRguD0cJgtDAAFwYA.bench-chain-olive",
    "ask-me": "countersign:terms/1/G8DCYDQrY8vK8FYDIvcOqjxJ_4w3lLMXAA.ember-glove-lava",
}


@pytest.mark.parametrize("name", list(PASTED))
def test_links_already_pasted_open_as_they_did(name: str) -> None:
    read = read_link(PASTED[name])
    assert (read.term_days, read.v, read.cooling_off_hours) == (365, 2, 48)
    assert terms_link(read) == PASTED[name]


def _terms(seed: int) -> Terms:
    return some_terms(Random(seed))  # noqa: S311 -- dice, not keys


@given(seed=st.integers(0, 2**32))
def test_any_terms_come_back_whole_and_fit_in_a_chat_message(seed: int) -> None:
    terms = _terms(seed)
    line = terms_link(terms)
    assert read_link(line) == terms
    assert read_link(f"  {line}\n") == terms
    assert len(line) < 500
    assert line == terms_link(terms)


@pytest.mark.parametrize("name", PRESETS)
def test_a_presets_line_is_shorter_than_a_web_address_usually_is(name: str) -> None:
    assert len(terms_link(preset(name))) < 140


@given(seed=st.integers(0, 2**32), place=st.integers(0, 10_000), to=st.sampled_from("aA0-_.z"))
def test_a_changed_or_cut_line_is_refused_or_the_same(seed: int, place: int, to: str) -> None:
    line = terms_link(_terms(seed))
    at = len("countersign:terms/1/") + place % (len(line) - len("countersign:terms/1/"))
    for changed in (line[:at] + to + line[at + 1 :], line[:at], line[:at] + line[at + 1 :]):
        with suppress(BadInput):
            assert read_link(changed) == read_link(line)


@pytest.mark.parametrize(
    "text",
    [
        "countersign:",
        "countersign:terms/2/Gy0MRguD0cJgtDAAFwYA.bench-chain-olive",
        "countersign:terms/1/Gy0MRguD0cJgtDAAFwYA",
        "countersign:terms/1/Gy0MRguD0cJgtDAAFwYA.bench-chain-onion",
        "countersign:terms/1/!.bench-chain-olive",
        "https://example.org/",
    ],
)
def test_what_is_no_line_of_terms_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadInput, match="no terms that can be read"):
        read_link(text)


def test_a_line_that_would_unfold_to_a_mountain_is_refused() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(b'"' + b"a" * 5_000_000 + b'"') + packed.flush()
    text = base64.urlsafe_b64encode(data).decode().rstrip("=")
    with pytest.raises(BadInput, match="no terms"):
        read_link(f"countersign:terms/1/{text}.acid-acid-acid")
