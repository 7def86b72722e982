# SPDX-License-Identifier: Apache-2.0
"""What a part taken back means for what was released: which claims go, and what is built anew.

A claim goes by its id, by a source that it stands on, or as a style claim with the persona. Topics
are made of the person's words, so a hub knows them only through the claims that a record names.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.ids import AgreementId, ReleaseId
from countersign.skill.released import ClaimKeys, claims_of, releases
from countersign.skill.tables import rebuild, release, released_claim
from countersign.terms import Item, Kind


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A skill whose newest release is stale until the person signs the next without the claims."""

    agreement: AgreementId
    skill: str
    release: ReleaseId
    asked_at: datetime


def goes(claim: str, kind: Kind, sources: Collection[str], parts: Collection[str]) -> bool:
    """Tell whether a claim goes with these parts."""
    return (
        f"claim:{claim}" in parts
        or any(f"source:{source}" in parts for source in sources)
        or (kind is Kind.STYLE and Item.PERSONA.value in parts)
    )


def drop_parts(
    c: sa.Connection, keys: ClaimKeys, agreement: str, parts: Collection[str], *, now: datetime
) -> list[str]:
    """Delete the served claims that go with these parts; returns their references.

    In the caller's hub transaction: from its commit on nothing serves them. Each release that held
    one waits to be built anew, or ends if nothing of it is left.
    """
    served = releases(c, agreements=[agreement], current=True)
    if not served:
        return []
    held = claims_of(c, keys, agreement)
    refs = [ref for ref, x in held.items() if goes(x.id, x.kind, x.sources, parts)]
    c.execute(released_claim.delete().where(released_claim.c.ref.in_(refs)))
    for one in served:
        mine = {ref for ref, claim in held.items() if claim.release.id == one.id}
        if mine & set(refs):
            _ask(c, agreement, one.skill, one.id, now)
        if mine and mine <= set(refs):  # an empty skill answers nothing: it ends
            end_release(c, one.id)
            built_anew(c, agreement, one.skill)
    return refs


def _ask(c: sa.Connection, agreement: str, skill: str, release_id: str, now: datetime) -> None:
    built_anew(c, agreement, skill)
    row = {"agreement": agreement, "skill": skill, "release": release_id}
    c.execute(rebuild.insert().values(row | {"asked_at": to_seconds(now)}))


def rebuilds(c: sa.Connection, agreement: str | None = None) -> list[Rebuild]:
    """Return the skills that wait to be built anew, oldest first."""
    query = sa.select(rebuild).order_by(rebuild.c.asked_at, rebuild.c.skill)
    if agreement is not None:
        query = query.where(rebuild.c.agreement == agreement)
    return [
        Rebuild(
            AgreementId(row.agreement),
            row.skill,
            ReleaseId(row.release),
            from_seconds(row.asked_at),
        )
        for row in c.execute(query)
    ]


def built_anew(c: sa.Connection, agreement: str, skill: str) -> None:
    """Note that a skill has a release without what was taken back, or needs none."""
    here = (rebuild.c.agreement == agreement) & (rebuild.c.skill == skill)
    c.execute(rebuild.delete().where(here))


def served_claims(c: sa.Connection, release_id: str) -> frozenset[str]:
    """Return the ids of the claims that a release still serves."""
    query = sa.select(released_claim.c.claim).where(released_claim.c.release == release_id)
    return frozenset(c.execute(query).scalars())


def releases_holding(c: sa.Connection, agreement: str, refs: Collection[str]) -> list[str]:
    """Return the ids of every release, up to those of `refs`, of the skills that held them.

    Older releases are among them: an old copy holds what the newest one held.
    """
    known = {r.id: r for r in releases(c, agreements=[agreement])}
    newest: dict[str, int] = {}
    for ref in refs:
        one = known.get(ReleaseId(ref.partition("/")[0]))
        if one is not None:
            newest[one.skill] = max(newest.get(one.skill, 0), one.version)
    return [r.id for r in known.values() if r.version <= newest.get(r.skill, 0)]


def refs_of(c: sa.Connection, agreement: str) -> list[str]:
    """Return the references of everything that is served under an agreement."""
    query = (
        sa.select(released_claim.c.ref)
        .join(release, release.c.id == released_claim.c.release)
        .where(release.c.agreement == agreement)
        .order_by(released_claim.c.ref)
    )
    return list(c.execute(query).scalars())


def end_release(c: sa.Connection, release_id: str) -> None:
    """Serve a release no more, and delete its claims; its row stays, because receipts name it."""
    c.execute(released_claim.delete().where(released_claim.c.release == release_id))
    c.execute(release.update().where(release.c.id == release_id).values(current=0))
