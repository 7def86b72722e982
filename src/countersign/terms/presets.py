# SPDX-License-Identifier: Apache-2.0
"""Terms from readable TOML: the preset ladder that ships with the program, and a person's own files.

A file is either whole, or names a preset with `like = "my-team"` and says only what differs.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from countersign.errors import BadInput, CountersignError, NotFound
from countersign.terms.terms import FIELDS, Terms, read_field

PRESETS = ("ask-me", "only-me", "my-team", "handover")
"""The ladder, lowest rung first; a counter-offer may be a lower rung."""

FILE_VERSION = 1
MOST_BYTES = 64 * 1024  # a page of terms has about 2 KB: more is not a file of terms
_FOLDER = Path(__file__).parent / "presets"
_REQUIRED = frozenset({"purposes", "audience", "sources", "kinds", "delivery", "profile"})


@cache
def preset(name: str) -> Terms:
    """Return the terms of a preset; raises `NotFound` for a name that is not on the ladder."""
    return _read(preset_text(name), f"{name}.toml")


def preset_text(name: str) -> str:
    """Return a preset's file as people read it, comments included; raises `NotFound`."""
    if name not in PRESETS:
        raise NotFound(
            f"There is no preset called '{name[:40]}'.",
            why="Presets are the rungs of one ladder.",
            remedy="Choose from: " + ", ".join(PRESETS) + "; or give a TOML file.",
        )
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def load_terms(path: Path) -> Terms:
    """Read terms from a TOML file; raises `BadInput` naming the line and field, or `NotFound`."""
    try:
        data = path.read_bytes()
        if len(data) > MOST_BYTES:
            raise BadInput(f"{path.name} is too long for a file of terms.")
        return _read(data.decode("utf-8"), path.name)
    except FileNotFoundError as e:
        raise NotFound(
            f"There is no file {path.name}.",
            why="Terms are a preset's name or the path of a TOML file.",
            remedy="Presets: " + ", ".join(PRESETS) + ".",
        ) from e
    except UnicodeDecodeError as e:
        raise BadInput(f"{path.name} is not UTF-8 text.", remedy="Save it as UTF-8.") from e
    except OSError as e:
        raise BadInput(f"{path.name} cannot be read.", why=e.strerror or type(e).__name__) from e


def _read(text: str, name: str) -> Terms:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as e:
        raise BadInput(
            f"{name} is not valid TOML.", why=str(e)[:200], remedy="Mend the line that is named."
        ) from e
    try:
        return _from_table(table)
    except CountersignError as e:
        raise type(e)(_at_line(text, name, e.what), why=e.why, remedy=e.remedy) from e


def _from_table(table: Mapping[str, Any]) -> Terms:
    known = {*FIELDS, "version", "like"}
    for field in table:
        if field not in known:
            raise BadInput(
                f"terms: '{field[:40]}' is not a field.",
                why="An unknown field could be a limit that this program does not keep.",
                remedy="Fields: " + ", ".join(FIELDS) + ".",
            )
    if table.get("version", FILE_VERSION) != FILE_VERSION:
        raise BadInput(f"terms: version must be {FILE_VERSION}.", remedy="Update countersign.")
    given = {f: read_field(f, _as_text(table[f])) for f in FIELDS if f in table}
    like = table.get("like")
    if like is not None:
        return dataclasses.replace(preset(str(like)), **given)
    for field in sorted(_REQUIRED - set(given)):
        raise BadInput(
            f"terms: '{field}' is missing.",
            why="What is not said is not granted.",
            remedy='Add it, or begin the file with like = "my-team".',
        )
    return Terms(**given)


def _as_text(value: object) -> object:
    """Let TOML's own times stand where a time is meant (`starts = 2027-01-01T00:00:00Z`)."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if _is_utc(value) else value  # type: ignore[attr-defined]


def _is_utc(value: object) -> bool:
    return isinstance(value, datetime) and value.utcoffset() is not None and not value.utcoffset()


def _at_line(text: str, name: str, what: str) -> str:
    """Put file and line before an error that names a field."""
    named = re.match(r"(?:terms: )?'?([a-z_]+)", what)
    fields = [named[1]] if named else []
    for number, line in enumerate(text.splitlines(), 1):
        if fields and re.match(rf"\s*(?:\[\[)?{fields[0]}\b", line):
            return f"{name}, line {number}: {what}"
    return f"{name}: {what}"
