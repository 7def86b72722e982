# SPDX-License-Identifier: Apache-2.0
"""Floors and policies as signed records: what each says, made and read strictly.

A floor (`collective-floor/v1`) is signed by the party and a representative over the same bytes; a
policy (`policy/v1`) by the party alone. Both carry limits and permit nothing. Versions of a floor
count within one series of one representative, versions of a policy within one party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from countersign.clock import from_text, to_text
from countersign.errors import BadInput, NotVerified
from countersign.seal import Statement, sha256_hex
from countersign.terms.limits import Limits

FLOOR, POLICY = "collective-floor", "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A collective minimum for everybody's agreements with `party`, or those of `persons` alone.

    It binds from `since` (inclusive) until `until` (exclusive), or until a higher version begins.
    `texts` are the hex digests of the text that people read, by language.
    """

    series: str
    version: int
    party: str
    representative: str
    since: datetime
    until: datetime | None
    persons: frozenset[str]
    limits: Limits
    texts: tuple[tuple[str, str], ...] = ()

    def statement(self) -> Statement:
        """Return the statement that both sides sign."""
        predicate = _common(self) | {
            "series": self.series,
            "representative": self.representative,
            "persons": sorted(self.persons),
        }
        return Statement(FLOOR, _subjects(self.limits, self.texts), predicate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A company's own limits, which only narrow; times and texts as of a floor."""

    version: int
    party: str
    since: datetime
    until: datetime | None
    limits: Limits
    texts: tuple[tuple[str, str], ...] = ()

    def statement(self) -> Statement:
        """Return the statement that the party signs."""
        return Statement(POLICY, _subjects(self.limits, self.texts), _common(self))


def read_floor(statement: Statement) -> Floor:
    """Read a floor from its statement; raises `NotVerified` for anything that is not exactly one."""
    p = statement.predicate
    try:
        made = Floor(
            **_read_common(statement),
            series=_text(p["series"]),
            representative=_text(p["representative"]),
            persons=frozenset(map(_text, p["persons"])),
        )
    except (KeyError, TypeError, BadInput) as e:
        raise _unreadable(FLOOR) from e
    if made.statement() != statement or not made.series or made.version < 1:
        raise _unreadable(FLOOR)
    return made


def read_policy(statement: Statement) -> Policy:
    """Read a policy from its statement; raises `NotVerified` for anything that is not exactly one."""
    try:
        made = Policy(**_read_common(statement))
    except (KeyError, TypeError, BadInput) as e:
        raise _unreadable(POLICY) from e
    if made.statement() != statement or made.version < 1:
        raise _unreadable(POLICY)
    return made


def _common(made: Floor | Policy) -> dict[str, Any]:
    return {
        "v": 1,
        "version": made.version,
        "party": made.party,
        "from": to_text(made.since),
        "until": to_text(made.until) if made.until else "",
        "limits": made.limits.to_value(),
        "texts": dict(made.texts),
    }


def _subjects(limits: Limits, texts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return (("limits", sha256_hex(limits.to_bytes())), *texts)


def _read_common(statement: Statement) -> dict[str, Any]:
    p = statement.predicate
    if type(p["version"]) is not int or not isinstance(p["texts"], Mapping):
        raise TypeError("version")
    until = _text(p["until"])
    return {
        "version": p["version"],
        "party": _text(p["party"]),
        "since": from_text(_text(p["from"])),
        "until": from_text(until) if until else None,
        "limits": Limits.from_value(p["limits"]),
        "texts": tuple(sorted((_text(k), _text(v)) for k, v in p["texts"].items())),
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _unreadable(kind: str) -> NotVerified:
    return NotVerified(
        f"A signed {kind} is not one this program can hold to.",
        why="It could bound what this program does not know, so nothing is allowed beside it.",
        remedy="Update countersign; if it stays, get the record again from whoever signed it.",
    )
