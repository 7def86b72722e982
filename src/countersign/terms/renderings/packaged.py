# SPDX-License-Identifier: Apache-2.0
"""Files that come with the program: JSON-LD contexts, vocabularies, shapes and schemas. Never fetched."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from countersign.errors import NotFound

_DATA = Path(__file__).parent / "data"


def packaged(name: str) -> str:
    """Return the text of a packaged file; raises `NotFound` naming those that there are."""
    if name not in packaged_names():
        raise NotFound(
            f"No file called '{name}' comes with the program.",
            remedy="There are: " + ", ".join(packaged_names()) + ".",
        )
    return (_DATA / name).read_text(encoding="utf-8")


@cache
def packaged_names() -> tuple[str, ...]:
    """Return the names of all packaged files, sorted."""
    return tuple(sorted(p.name for p in _DATA.iterdir() if p.is_file()))


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) called `name`; raises `NotFound`."""
    value: dict[str, Any] = json.loads(packaged(f"{name}.schema.json"))
    return value


def context(name: str) -> dict[str, Any]:
    """Return the JSON-LD context of `record` or `odrl`, to stand whole inside a document."""
    found: dict[str, Any] = json.loads(packaged(f"{name}-context.jsonld"))["@context"]
    return found
