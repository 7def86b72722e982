# SPDX-License-Identifier: Apache-2.0
"""Put an engine's proposals into the vault: known claims keep their id and the person's decision.

A claim's id comes from its kind and citations alone, so new wording or another score is the same
claim. A proposal that shares a citation with a claim already there *is* that claim: it keeps the
oldest id and lists the others. What was proposed before, is undecided and is no longer proposed
goes; what the person decided on never goes, and gets no evidence that they did not see.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa

from countersign.claims.claim import Citation, Proposal
from countersign.claims.tables import claim, claim_citation, claim_decision
from countersign.clock import to_seconds
from countersign.ids import ClaimId, from_digest
from countersign.people import Vault
from countersign.seal import SALT_BYTES

MILLION = 1_000_000


def claim_id(vault: Vault, kind: str, citations: Iterable[Citation]) -> ClaimId:
    """Return the id of a claim of this kind and these citations (DESIGN 4, ids)."""
    places = [(x.trace.id, x.start, x.end) for x in citations]
    return ClaimId(from_digest("c", vault.claim_mark(kind, places)))


def propose(
    vault: Vault, proposals: Sequence[Proposal], *, engine: str, now: datetime
) -> list[ClaimId]:
    """Store `proposals`, best first, in one transaction; returns their ids in order, without repeats."""
    with vault.db.write() as c:
        ids: dict[ClaimId, None] = {}
        for proposal in proposals:
            fresh = claim_id(vault, proposal.kind, proposal.citations)
            known = _same_claims(c, fresh, proposal)
            id = ClaimId(known[0].id) if known else fresh
            others = [row for row in known[1:] if not row.decision and row.id not in ids]
            values: dict[str, object] = {"merged": _merged(id, fresh, [*known[:1], *others])}
            if id not in ids:  # else a better proposal of this round has worded it
                values |= _values(vault, id, proposal, engine)
            _write(c, id, values, known=bool(known), now=now)
            decided = bool(known and known[0].decision)
            _absorb(c, id, [row.id for row in others], decided=decided)
            if not decided:
                _cite(c, id, proposal)
            ids[id] = None
        _drop_stale(c, list(ids), engine)
    return list(ids)


def _write(
    c: sa.Connection, id: ClaimId, values: Mapping[str, object], *, known: bool, now: datetime
) -> None:
    if known:
        c.execute(claim.update().where(claim.c.id == id).values(**values))
    else:
        c.execute(claim.insert().values(id=id, proposed_at=to_seconds(now), **values))


def _merged(id: ClaimId, fresh: ClaimId, became: Sequence[sa.Row[Any, Any, Any]]) -> str:
    """List the ids that became `id`: this proposal's, those that join now, and earlier ones."""
    earlier = chain.from_iterable(json.loads(row.merged) for row in became)
    return json.dumps(sorted({fresh, *(row.id for row in became), *earlier} - {id}))


def _absorb(c: sa.Connection, id: ClaimId, others: list[str], *, decided: bool) -> None:
    """Let undecided claims that turned out to be `id` go; an undecided `id` takes their evidence."""
    if others and not decided:
        moved = claim_citation.c.claim.in_(_values_of(others))
        c.execute(claim_citation.update().where(moved).values(claim=id))
    if others:
        _remove(c, others)


def _same_claims(
    c: sa.Connection, fresh: ClaimId, proposal: Proposal
) -> list[sa.Row[Any, Any, Any]]:
    """Find the claims of this kind that share a citation: the very same first, then the oldest."""
    sharing = sa.select(claim_citation.c.claim).where(_at(proposal.citations))
    query = (
        sa.select(claim.c.id, claim.c.merged, claim_decision.c.decision)
        .outerjoin(claim_decision, claim_decision.c.claim == claim.c.id)
        .where(sa.or_(claim.c.id == fresh, claim.c.id.in_(sharing)))
        .where(claim.c.kind == proposal.kind.value)
        .order_by(claim.c.id != fresh, claim.c.proposed_at, claim.c.id)
    )
    return list(c.execute(query).all())


def _at(citations: Iterable[Citation]) -> sa.ColumnElement[bool]:
    cited = claim_citation.c
    return sa.or_(
        *(
            sa.and_(cited.trace == x.trace.id, cited.start == x.start, cited.end == x.end)
            for x in citations
        )
    )


def _values(vault: Vault, id: str, proposal: Proposal, engine: str) -> dict[str, object]:
    def seal(column: str, text: str) -> bytes:
        return vault.cipher.seal(
            text.encode("utf-8", "surrogatepass"), table="claim", column=column, row=id
        )

    return {
        "kind": proposal.kind.value,
        "topic": seal("topic", proposal.topic),
        "text": seal("text", proposal.text),
        "score": round(proposal.score * MILLION),
        "support": proposal.support,
        "first_at": to_seconds(proposal.first_at) if proposal.first_at else None,
        "last_at": to_seconds(proposal.last_at) if proposal.last_at else None,
        "flags": json.dumps(sorted(proposal.flags)),
        "engine": engine,
    }


def _cite(c: sa.Connection, id: ClaimId, proposal: Proposal) -> None:
    """Add citations that are new; those there keep their salt, for a commitment may be out.

    A place speaks for one claim of a kind, so that whose it is does not depend on the next round.
    """
    query = (
        sa.select(claim_citation)
        .join(claim, claim.c.id == claim_citation.c.claim)
        .where(claim.c.kind == proposal.kind.value, _at(proposal.citations))
    )
    known = {(row.trace, row.start, row.end) for row in c.execute(query)}
    for x in proposal.citations:
        place = (x.trace.id, x.start, x.end)
        if place not in known:
            known.add(place)
            row = {"claim": id, "trace": x.trace.id, "start": x.start, "end": x.end}
            c.execute(claim_citation.insert().values(row | {"salt": os.urandom(SALT_BYTES)}))


def _drop_stale(c: sa.Connection, kept: list[ClaimId], engine: str) -> None:
    still = sa.select(sa.func.json_each(json.dumps(kept)).table_valued("value").c.value)
    stale = sa.select(claim.c.id).where(
        claim.c.engine == engine,
        claim.c.id.not_in(still),
        claim.c.id.not_in(sa.select(claim_decision.c.claim)),
    )
    _remove(c, list(c.execute(stale).scalars()))


def _remove(c: sa.Connection, gone: list[str]) -> None:
    c.execute(claim_citation.delete().where(claim_citation.c.claim.in_(_values_of(gone))))
    c.execute(claim.delete().where(claim.c.id.in_(_values_of(gone))))


def _values_of(ids: list[str]) -> sa.Select[tuple[str]]:
    each = sa.func.json_each(json.dumps(ids)).table_valued("value")
    return sa.select(sa.cast(each.c.value, sa.Text))
