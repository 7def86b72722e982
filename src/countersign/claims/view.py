# SPDX-License-Identifier: Apache-2.0
"""Read claims back with their evidence: what the person sees before deciding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.claims.claim import Citation
from countersign.claims.tables import claim, claim_citation, claim_decision
from countersign.clock import from_seconds
from countersign.errors import NotVerified
from countersign.evidence import KeptTrace, traces_by_id
from countersign.ids import ClaimId, TraceId
from countersign.people import Vault
from countersign.seal import sha256_hex


@dataclass(frozen=True, slots=True)
class CitationView:
    """A citation found again in its trace, ready to show."""

    trace: TraceId
    locator: str
    start: int
    end: int
    quote: str
    author: str
    at: datetime | None
    title: str
    source: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with its evidence and the person's decision so far (`proposed` before any)."""

    id: ClaimId
    kind: str
    topic: str
    text: str
    score: float
    status: str
    support: int
    first_at: datetime | None
    last_at: datetime | None
    flags: tuple[str, ...]
    citations: tuple[CitationView, ...]
    held: str | None = None
    final: str | None = None
    sheet: str | None = None
    accepted_flags: tuple[str, ...] = ()

    @property
    def digest(self) -> str | None:
        """Hex SHA-256 of the approved text, None where there is none."""
        return sha256_hex(self.final.encode("utf-8")) if self.final else None


_STATUS = {"accept": "accepted", "edit": "edited", "hold": "held", "reject": "rejected"}


def claims(vault: Vault, ids: Iterable[ClaimId] | None = None) -> list[ClaimView]:
    """Return claims, best first; all of them, or those among `ids`.

    Each citation is found again in its trace as it is read: own, in range, same text. Raises
    `NotVerified` when one is not (a damaged or meddled-with vault).
    """
    query = sa.select(claim, claim_decision).outerjoin(
        claim_decision, claim_decision.c.claim == claim.c.id
    )
    cited = sa.select(claim_citation)
    if ids is not None:
        wanted = sa.select(sa.func.json_each(json.dumps(sorted(ids))).table_valued("value").c.value)
        query = query.where(claim.c.id.in_(wanted))
        cited = cited.where(claim_citation.c.claim.in_(wanted))
    with vault.db.read() as c:
        rows = c.execute(query.order_by(claim.c.score.desc(), claim.c.id)).mappings().all()
        places: dict[str, list[Any]] = {}
        for row in c.execute(cited.order_by(claim_citation.c.trace, claim_citation.c.start)):
            places.setdefault(row.claim, []).append(row)
    traces = traces_by_id(vault, {p.trace for found in places.values() for p in found})
    return [_view(vault, row, places.get(row[claim.c.id], []), traces) for row in rows]


def _view(
    vault: Vault,
    row: sa.RowMapping,
    places: list[Any],
    traces: Mapping[TraceId, KeptTrace],
) -> ClaimView:
    id = ClaimId(row[claim.c.id])

    def opened(column: sa.Column[Any], table: str) -> str | None:
        sealed = row[column]
        if sealed is None:
            return None
        plain = vault.cipher.open(sealed, table=table, column=column.name, row=id)
        return plain.decode("utf-8", "surrogatepass")

    decision = row[claim_decision.c.decision]
    return ClaimView(
        id=id,
        kind=row[claim.c.kind],
        topic=opened(claim.c.topic, "claim") or "",
        text=opened(claim.c.text, "claim") or "",
        score=row[claim.c.score] / 1_000_000,
        status=_STATUS[decision] if decision else "proposed",
        support=row[claim.c.support],
        first_at=_time(row[claim.c.first_at]),
        last_at=_time(row[claim.c.last_at]),
        flags=tuple(json.loads(row[claim.c.flags])),
        citations=tuple(_citation(p, traces) for p in places),
        held=row[claim_decision.c.held],
        final=opened(claim_decision.c.text, "claim_decision"),
        sheet=row[claim_decision.c.sheet],
        accepted_flags=tuple(json.loads(row[claim_decision.c.flags] or "[]")),
    )


def _time(seconds: int | None) -> datetime | None:
    return from_seconds(seconds) if seconds is not None else None


def _citation(place: Any, traces: Mapping[TraceId, KeptTrace]) -> CitationView:
    kept = traces.get(TraceId(place.trace))
    if kept is None:
        raise NotVerified(
            "A claim cites a trace that is not in this vault.",
            remedy="Run `countersign distill` again; what you decided stays.",
        )
    found = Citation.at(kept, place.start, place.end)  # raises unless grounded
    t = kept.trace
    return CitationView(
        trace=kept.id,
        locator=t.locator,
        start=place.start,
        end=place.end,
        quote=found.quote,
        author=str(t.author),
        at=t.at,
        title=t.title,
        source=t.source,
        salt=place.salt,
    )
