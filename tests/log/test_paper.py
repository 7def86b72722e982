# SPDX-License-Identifier: Apache-2.0
"""What was written on paper is compared with a log, whichever way it was copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from json import dumps
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.log import (
    Checkpoint,
    Note,
    append,
    cosign,
    open_checkpoint,
    paper_of,
    read_words,
    same_words,
)
from countersign.seal import digest_words, sha256
from tests.log.scene import NOW, SIGNER, WITNESS, dice, hub, published, real_leaf

ROOT = sha256(b"a tree")
EN = digest_words(ROOT.hex()).replace("-", " ")
ZH = digest_words(ROOT.hex(), lang="zh")
MADE = Checkpoint(SIGNER.origin, 24, ROOT)


def test_a_checkpoint_on_paper_stays_the_same(
    tmp_path: Path, golden: Callable[[str, bytes], None]
) -> None:
    """Paper that was signed years ago must still be comparable."""
    with hub(tmp_path) as db:
        with db.write() as connection:
            append(connection, [real_leaf()], at=NOW, random=dice(b"golden"))
        data = published(db, tmp_path / "log")
    paper = paper_of(Checkpoint.of(Note.of(data).text), data)
    golden("log/paper.json", dumps(asdict(paper), ensure_ascii=False, indent=1).encode() + b"\n")


@pytest.mark.parametrize(
    "written",
    [
        EN,
        EN.upper(),
        EN.replace(" ", "-"),
        EN.replace(" ", ", ") + ".",
        f"  {EN.replace(' ', chr(10), 3)}\n",
        ZH,
        " ".join(ZH),
        f"{ZH[:4]}，{ZH[4:]}。",
        digest_words(ROOT.hex(), count=16),
        digest_words(ROOT.hex(), count=32),
        digest_words(ROOT.hex(), lang="zh", count=32),
    ],
)
def test_words_match_in_any_copying(written: str) -> None:
    assert same_words(written, ROOT)
    assert not same_words(written, sha256(b"another tree"))


@given(st.integers(0, 7), st.integers(0, 255), st.sampled_from(["en", "zh"]))
def test_one_other_word_is_no_match(place: int, byte: int, lang: str) -> None:
    other = bytearray(ROOT)
    other[place] = byte
    words = digest_words(bytes(other).hex(), lang=lang)
    assert same_words(words, ROOT) is (bytes(other) == ROOT)


def test_swapped_misspelled_or_mixed_words_are_no_match() -> None:
    words = EN.split()
    assert not same_words(" ".join([words[1], words[0], *words[2:]]), ROOT)
    assert not same_words(" ".join([*words[:7], words[7] + "s"]), ROOT)
    assert not same_words(" ".join([*words[:7], ZH[7]]), ROOT)
    assert not same_words(" ".join([ZH[0], *words[1:]]), ROOT)
    assert not same_words("x " * 8, ROOT)


@pytest.mark.parametrize("written", ["", EN.rsplit(" ", 1)[0], ZH[:7], f"{ZH}" * 5, "---", "，"])
def test_too_few_or_too_many_words_are_no_comparison(written: str) -> None:
    with pytest.raises(BadInput, match="words"):
        same_words(written, ROOT)


@given(st.text(max_size=80))
def test_any_text_is_words_or_bad_input(written: str) -> None:
    try:
        words = read_words(written)
    except BadInput:
        return
    assert 8 <= len(words) <= 32
    assert not same_words(written, ROOT)


def test_what_goes_into_the_code_opens_with_the_log_s_key_and_without_witnesses() -> None:
    bare = SIGNER.sign(MADE)
    seen = cosign(Note.of(bare), WITNESS[0], WITNESS[1], seconds=1).to_bytes()
    paper = paper_of(MADE, seen)
    assert paper.signed.encode() == bare
    assert open_checkpoint(paper.signed.encode(), [SIGNER.vkey])[0] == MADE
    assert (paper.origin, paper.size, paper.root) == (SIGNER.origin, 24, ROOT.hex())
    assert (paper.words_en, paper.words_zh) == (EN, ZH)


def test_more_words_can_be_asked_for() -> None:
    signed = SIGNER.sign(MADE)
    assert len(paper_of(MADE, signed, words=16).words_en.split()) == 16
    assert len(paper_of(MADE, signed, words=32).words_zh) == 32
    for count in (0, 7, 33):
        with pytest.raises(BadInput, match="cannot be written"):
            paper_of(MADE, signed, words=count)
