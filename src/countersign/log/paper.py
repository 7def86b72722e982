# SPDX-License-Identifier: Apache-2.0
"""The paper witness: a checkpoint in words that one writes down and later compares with the log.

Eight words are the first 64 bits of the root. They show a history that was rewritten afterwards.
They do not bind an operator who prepared two histories with equal words beforehand, which takes
about 2^32 hashes: for that, write sixteen words or keep the QR code, which holds the whole
checkpoint with the log's signature.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from countersign.errors import BadInput
from countersign.log.checkpoint import Checkpoint
from countersign.log.note import Note
from countersign.seal import digest_words

FEWEST = 8
MOST = 32
_BETWEEN = re.compile(r"[\s,;.·、，。/|_-]+")
_CHINESE = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is written down of a checkpoint; `signed` is its bytes as the log alone signed it."""

    origin: str
    size: int
    root: str
    words_en: str
    words_zh: str
    signed: str


def paper_of(checkpoint: Checkpoint, data: bytes, *, words: int = FEWEST) -> Paper:
    """Return a checkpoint for paper, its root's first `words` bytes in both languages.

    Raises `BadInput` unless 8 to 32 words are asked for.
    """
    if not FEWEST <= words <= MOST:
        raise BadInput(
            f"{words} words cannot be written.",
            why=f"A root has {MOST} bytes, a word each, and fewer than {FEWEST} prove too little.",
            remedy="Ask for 8, 16 or 32.",
        )
    root = checkpoint.root.hex()
    return Paper(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=root,
        words_en=digest_words(root, count=words).replace("-", " "),
        words_zh=digest_words(root, lang="zh", count=words),
        signed=_by_its_log(checkpoint, Note.of(data)).to_bytes().decode("utf-8"),
    )


def same_words(written: str, root: bytes) -> bool:
    """Tell whether words from paper, English or Chinese, are the beginning of a root.

    Case, hyphens, commas and line breaks do not matter. Raises `BadInput` for fewer than eight.
    """
    words = read_words(written)
    chinese = bool(_CHINESE.fullmatch(words[0]))
    lang, between = ("zh", "") if chinese else ("en", "-")
    return between.join(words) == digest_words(root.hex(), lang=lang, count=len(words))


def read_words(written: str) -> list[str]:
    """Return the words of a line copied from paper; raises `BadInput` unless there are 8 to 32."""
    words = [word for part in _BETWEEN.split(written.lower()) for word in _each(part)]
    if not FEWEST <= len(words) <= MOST:
        raise BadInput(
            f"These are {len(words)} words.",
            why=f"A checkpoint on paper has at least {FEWEST}, and at most {MOST}.",
            remedy="Copy all of them, in their order.",
        )
    return words


def _each(part: str) -> list[str]:
    """Return the words of an unbroken part: Chinese is written without spaces."""
    return list(part) if _CHINESE.fullmatch(part) else [part] if part else []


def _by_its_log(checkpoint: Checkpoint, note: Note) -> Note:
    """Leave witnesses' lines out: they would make the code too dense to scan from paper."""
    own = tuple(s for s in note.signatures if s.name == checkpoint.origin)
    return Note(note.text, own or note.signatures)
