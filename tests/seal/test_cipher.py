# SPDX-License-Identifier: Apache-2.0
"""A sealed value opens with its key, at its place, unchanged; otherwise not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import NotVerified
from countersign.seal import KEY_BYTES, Cipher, fresh_key

CIPHER = Cipher(bytes(range(32)))
PLACE = {"table": "trace", "column": "text", "row": "t1"}


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_at_its_place(plain: bytes) -> None:
    assert CIPHER.open(CIPHER.seal(plain, **PLACE), **PLACE) == plain


@pytest.mark.parametrize(
    "place",
    [
        {**PLACE, "table": "claim"},
        {**PLACE, "column": "locator"},
        {**PLACE, "row": "t2"},
        {"table": "text", "column": "trace", "row": "t1"},
        {"table": "trace", "column": "tex", "row": "tt1"},
        {"table": "", "column": "", "row": ""},
    ],
)
def test_a_value_moved_to_another_place_does_not_open(place: dict[str, str]) -> None:
    with pytest.raises(NotVerified):
        CIPHER.open(CIPHER.seal(b"own words", **PLACE), **place)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NotVerified):
        Cipher(fresh_key()).open(CIPHER.seal(b"own words", **PLACE), **PLACE)


@given(st.data())
def test_a_changed_or_cut_value_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(CIPHER.seal(b"own words", **PLACE))
    cut = data.draw(st.integers(0, len(sealed) - 1))
    sealed[cut] ^= 1 << data.draw(st.integers(0, 7))
    for broken in (bytes(sealed), bytes(sealed[:cut])):
        with pytest.raises(NotVerified):
            CIPHER.open(broken, **PLACE)


def test_sealing_twice_gives_different_bytes_that_hide_the_text() -> None:
    one, two = (CIPHER.seal(b"own words", **PLACE) for _ in range(2))
    assert one != two
    assert one[:12] != two[:12]
    assert b"own words" not in one
    assert len(one) == 12 + 9 + 16


def test_keys_are_fresh_and_never_printed() -> None:
    assert len(fresh_key()) == KEY_BYTES == 32
    assert fresh_key() != fresh_key()
    assert repr(CIPHER) == "Cipher()"
