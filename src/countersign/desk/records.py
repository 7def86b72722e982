# SPDX-License-Identifier: Apache-2.0
"""Records for others to read: one agreement as DPV, receipt, ODRL or Kantara; where complaints go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from countersign.desk.home import Home
from countersign.errors import BadInput
from countersign.people import Hub
from countersign.terms import (
    Recorded,
    complaint_words,
    consent_receipt,
    consent_record,
    kantara_receipt,
    odrl_agreement,
    packaged,
    packaged_names,
    recorded,
)

RECORD_FORMATS: dict[str, Callable[..., dict[str, Any]]] = {
    "dpv": consent_record,
    "receipt": consent_receipt,
    "odrl": odrl_agreement,
    "kantara": kantara_receipt,
}


def record_of(home: Home, agreement: str, *, form: str, now: datetime) -> dict[str, Any]:
    """Return one agreement as a record for others; raises `NotFound` before the person signed.

    A rendering of what the hub verified, never the source of truth.
    """
    if form not in RECORD_FORMATS:
        raise BadInput(
            f"'{form[:20]}' is not a format of records.",
            why="Each format is for other readers.",
            remedy="Choose from: " + ", ".join(RECORD_FORMATS) + ".",
        )
    with home.hub.db.read() as c:
        found: Recorded = recorded(c, agreement)
    return RECORD_FORMATS[form](found, now=now)


def complaint_contact(hub: Hub, agreement: str) -> tuple[str, str]:
    """Return where complaints about an agreement go, in en and zh (clause 34)."""
    with hub.db.read() as c:
        return complaint_words(recorded(c, agreement))


def packaged_file(name: str) -> str:
    """Return a context, vocabulary, shape or schema that comes with the program."""
    return packaged(name)


def packaged_files() -> tuple[str, ...]:
    """Return the names of those files."""
    return packaged_names()
