# SPDX-License-Identifier: Apache-2.0
"""What each word of the closed sets means to people, from `meanings.toml`: names and plain sentences.

Cards, contracts and doors take their wording from there, so a word cannot mean two things. Each
purpose also has an example and what it does not cover (clause 8).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from countersign.errors import Internal
from countersign.terms.words import Purpose

_FILE = Path(__file__).parent / "meanings.toml"


class Meaning(NamedTuple):
    """The name of a word as it stands inside a sentence, and one sentence that explains it."""

    name_en: str
    name_zh: str
    en: str
    zh: str
    name_de: str = ""


class Bounds(NamedTuple):
    """What a purpose looks like in practice, and what it does not cover; in German all of it."""

    example_en: str
    example_zh: str
    not_en: str
    not_zh: str
    says_de: str
    example_de: str
    not_de: str


@cache
def _written() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def meaning(word: StrEnum) -> Meaning:
    """Return what a word of the closed sets means: en and zh, and its name in de."""
    # Words of two sets can be equal as texts ("team"), so nothing is cached by the word alone.
    entry = _entry(word)
    name, says = entry["name"], entry["says"]
    return Meaning(name["en"], name["zh"], says["en"], says["zh"], name["de"])


def bounds(purpose: Purpose) -> Bounds:
    """Return an example of a purpose and what it does not cover, in en, zh and de (clause 8)."""
    entry = _entry(purpose)
    says, example, beyond = entry["says"], entry["example"], entry["not"]
    in_german = (says["de"], example["de"], beyond["de"])
    return Bounds(example["en"], example["zh"], beyond["en"], beyond["zh"], *in_german)


def _entry(word: StrEnum) -> Any:
    try:
        return _written()[type(word).__name__][word.value]
    except KeyError as e:
        raise Internal(f"The word '{word}' has no meaning written down.") from e


def named(word: StrEnum, lang: str) -> str:
    """Return the name of a word inside a sentence, in `en`, `zh` or `de`."""
    said = meaning(word)
    return {"en": said.name_en, "zh": said.name_zh, "de": said.name_de}[lang]


def listed(found: Iterable[StrEnum], lang: str) -> str:
    """Return the names of `found` as a list inside a sentence, in the order of their closed set."""
    members = sorted(found, key=lambda word: list(type(word).__members__.values()).index(word))
    return ("、" if lang == "zh" else ", ").join(named(m, lang) for m in members)
