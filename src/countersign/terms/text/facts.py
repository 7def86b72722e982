# SPDX-License-Identifier: Apache-2.0
"""What a contract is made of: its sides, the facts beyond the terms, and the form of a clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Side:
    """One signer as the contract names them: id, name as shown, and how identity was shown."""

    id: str
    name: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a contract says beyond the terms: who, which offer, when, and where to complain.

    `representative` and `delegate` are given where the terms name one by id.
    """

    person: Side
    party: Side
    offer: str
    offered_at: datetime
    starts: datetime
    expires: datetime
    complaint: str = ""
    representative: Side | None = None
    delegate: Side | None = None

    @property
    def to_self(self) -> bool:
        """Whether the person grants to themself."""
        return self.person.id == self.party.id


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: stable id, the rights clauses it serves, title and text in both languages.

    `covers` names the fields of the terms that this clause alone puts into words.
    """

    id: str
    rights: tuple[int, ...]
    title_en: str
    title_zh: str
    en: str
    zh: str
    covers: tuple[str, ...] = ()
