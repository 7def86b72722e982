# SPDX-License-Identifier: Apache-2.0
"""The usage statement of a month: what was asked of one person's skills, for the person (clause 24).

For each agreement: answers, by purpose and audience, what is owed for them, what was refused by
reason, and the root over the receipts' commitments, so that every use on it can be shown and none
can be left out afterwards. It counts no caller and holds no question (clause 36).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import to_seconds, to_text
from countersign.errors import BadInput, Stale
from countersign.seal import Statement, sha256_hex
from countersign.settle.tables import denied_use, receipt
from countersign.settle.tally import root_of_commitments
from countersign.terms import Audience


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in UTC, written as 2026-11."""

    name: str
    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, text: str) -> Month:
        """Read a month; raises `BadInput`."""
        try:
            begins = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
            if f"{begins:%Y-%m}" != text:
                raise ValueError(text)
        except ValueError as e:
            raise BadInput("A month is written as 2026-11.", remedy="Name one that is over.") from e
        years, month = divmod(begins.month, 12)
        return cls(text, begins, begins.replace(year=begins.year + years, month=month + 1))

    def require_over(self, now: datetime) -> None:
        """Raise `Stale` while the month runs: a statement is made once, of all of it."""
        if now < self.ends:
            raise Stale(
                f"The month {self.name} is not over.",
                why="A statement counts a whole month, so that no use falls between two.",
                remedy=f"Ask from {to_text(self.ends)} on.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One agreement in a statement; `owed` in minor units by currency."""

    agreement: str
    party: str
    answers: int = 0
    purposes: Mapping[str, int] = field(default_factory=dict)
    audiences: Mapping[str, int] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    root: str = ""

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value that is signed."""
        counts = {"purposes": self.purposes, "audiences": self.audiences}
        counts |= {"owed": self.owed, "refused": self.refused}
        said = {"agreement": self.agreement, "party": self.party, "answers": self.answers}
        return said | {name: dict(found) for name, found in counts.items()} | {"root": self.root}


def note_refused(c: sa.Connection, agreements: Iterable[str], *, code: str, now: datetime) -> None:
    """Count a question that was refused, by agreement, month and reason; never whose it was."""
    t = denied_use
    for agreement in agreements:
        here = (t.c.agreement == agreement) & (t.c.month == f"{now:%Y-%m}") & (t.c.code == code)
        if not c.execute(t.update().where(here).values(number=t.c.number + 1)).rowcount:
            row = {"agreement": agreement, "month": f"{now:%Y-%m}", "code": code, "number": 1}
            c.execute(t.insert().values(row))


def statement_lines(
    c: sa.Connection, person: str, month: Month, *, parties: Mapping[str, str]
) -> tuple[Line, ...]:
    """Return what a month came to, by agreement; `parties` are the person's agreements (id to party).

    An agreement under which nothing was asked has no line.
    """
    t = receipt.c
    during = (t.at >= to_seconds(month.begins)) & (t.at < to_seconds(month.ends))
    rows = c.execute(
        sa.select(receipt).where(t.person == person, during).order_by(t.release, t.number)
    )
    used: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        used[row.agreement].append(row)
    refused = _refused(c, month, parties)
    return tuple(
        _line(agreement, parties[agreement], person, used[agreement], refused[agreement])
        for agreement in sorted(parties)
        if used[agreement] or refused[agreement]
    )


def _refused(
    c: sa.Connection, month: Month, parties: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    t = denied_use.c
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in c.execute(sa.select(denied_use).where(t.month == month.name).order_by(t.code)):
        if row.agreement in parties:
            found[row.agreement][row.code] = row.number
    return found


def _line(
    agreement: str, party: str, person: str, rows: list[Any], refused: Mapping[str, int]
) -> Line:
    owed: Counter[str] = Counter()
    for row in rows:
        if row.currency:
            owed[row.currency] += row.amount
    audience = Audience.SELF if party == person else Audience.TEAM
    return Line(
        agreement=agreement,
        party=party,
        answers=len(rows),
        purposes=dict(sorted(Counter(row.purpose for row in rows).items())),
        audiences={audience.value: len(rows)} if rows else {},
        owed=dict(sorted(owed.items())),
        refused=dict(refused),
        root=root_of_commitments([row.commitment for row in rows]) if rows else "",
    )


def statement_of(person: str, month: Month, lines: Iterable[Line]) -> Statement:
    """Return the statement that the hub signs with its online key; equal uses give equal bytes."""
    predicate = {
        "v": 1,
        "person": person,
        "month": month.name,
        "until": to_text(month.ends),
        "agreements": [line.to_value() for line in lines],
    }
    subject = (("person", sha256_hex(person.encode())),)
    return Statement("usage-statement", subject, predicate)
