# SPDX-License-Identifier: Apache-2.0
"""The words of a digest are frozen: cards and paper already printed depend on them."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from countersign.seal import digest_words


def test_the_lists_stay_the_same(golden: Callable[[str, bytes], None]) -> None:
    lines = []
    for byte in range(256):
        digest = f"{byte:02x}"
        lines.append(f"{digest} {digest_words(digest)} {digest_words(digest, lang='zh')}\n")
    golden("seal/words.txt", "".join(lines).encode())


def test_each_byte_has_a_word_of_its_own_in_both_languages() -> None:
    for lang in ("en", "zh"):
        assert len({digest_words(f"{byte:02x}", lang=lang) for byte in range(256)}) == 256


@given(st.binary(min_size=32, max_size=32))
def test_words_tell_the_digest_s_first_eight_bytes(digest: bytes) -> None:
    en, zh = digest_words(digest.hex()).split("-"), digest_words(digest.hex(), lang="zh")
    assert len(en) == len(zh) == 8
    assert [digest_words(f"{b:02x}") for b in digest[:8]] == en
    assert digest_words(digest.hex(), count=4) == "-".join(en[:4])
