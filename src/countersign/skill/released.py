# SPDX-License-Identifier: Apache-2.0
"""Releases in the hub: the signed record, each claim sealed under its own key, and the index.

Only the newest release of a skill under an agreement is served. Storing a newer one removes the
texts of the older: what the person took out of a release must not be found again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from countersign.claims import Accepted, Evidence
from countersign.clock import from_seconds, from_text, to_seconds, to_text
from countersign.errors import Conflict, NotFound
from countersign.ids import AgreementId, ClaimId, PartyId, PersonId, ReleaseId
from countersign.seal import Cipher, canonical
from countersign.skill.draft import Draft, Package
from countersign.skill.tables import release, released_claim
from countersign.store import Entry, TokenIndex
from countersign.terms import Kind


class ClaimKeys(Protocol):
    """The keys of released claims, one each, as the hub's key ring gives them."""

    def claim_keys(self, agreement: str, refs: Collection[str]) -> dict[str, Cipher]:
        """Return one cipher a reference, making those that are missing."""

    def open_keys(self, refs: Collection[str]) -> dict[str, Cipher]:
        """Return the ciphers that still exist; those of a destroyed key are left out."""


@dataclass(frozen=True, slots=True)
class Release:
    """One stored release, without its claims. `current` is false for superseded ones."""

    id: ReleaseId
    agreement: AgreementId
    skill: str
    version: int
    person: PersonId
    party: PartyId
    digest: str
    title: str
    byline: str
    level: str
    released_at: datetime
    valid_until: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Released:
    """A released claim, opened. `ref` names it in the hub; `release` says whose it is."""

    ref: str
    release: Release
    id: ClaimId
    kind: Kind
    topic: str
    text: str
    first_at: datetime | None
    last_at: datetime | None
    support: int
    sources: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which skills under which agreements may be asked, and the names under which they stand."""

    served: tuple[tuple[str, str], ...]
    names: frozenset[str] = frozenset()

    @property
    def skills(self) -> frozenset[str]:
        """The skills' names."""
        return frozenset(skill for skill, _ in self.served)

    @property
    def agreements(self) -> frozenset[str]:
        """The agreements under which they stand."""
        return frozenset(agreement for _, agreement in self.served)

    def without(self, agreements: Collection[str]) -> Scope:
        """Return what is left when these agreements are refused."""
        return Scope(tuple(x for x in self.served if x[1] not in agreements), self.names)


def store_release(
    c: sa.Connection, draft: Draft, package: Package, *, keys: ClaimKeys
) -> list[str]:
    """Store a signed release in the caller's hub transaction; returns the references it supersedes.

    After the transaction, call `index_release` with them. Raises `Conflict` if this version exists.
    """
    old = [r for r in releases(c, agreements=[draft.agreement]) if r.skill == draft.name]
    if any(r.version >= draft.version for r in old):
        raise Conflict(
            f"Version {draft.version} of {draft.name} was released before.",
            why="Versions only grow, so that an old copy can be told from a new one.",
            remedy="Run publish again; it takes the next number.",
        )
    superseded = drop_claims(c, [r.id for r in old])
    c.execute(release.update().where(release.c.id.in_([r.id for r in old])).values(current=0))
    c.execute(release.insert().values(**_release_row(draft, package)))
    refs = [_ref(draft.release, claim.id) for claim in draft.claims]
    ciphers = keys.claim_keys(draft.agreement, refs)
    rows = [_claim_row(draft.release, claim, ciphers) for claim in draft.claims]
    c.execute(released_claim.insert(), rows)
    return superseded


def _ref(release_id: str, claim_id: str) -> str:
    return f"{release_id}/{claim_id}"


def _release_row(draft: Draft, package: Package) -> dict[str, Any]:
    return {
        "id": draft.release,
        "agreement": draft.agreement,
        "skill": draft.name,
        "version": draft.version,
        "person": draft.person,
        "party": draft.party,
        "digest": package.release.digest,
        "envelope": package.release.to_bytes(),
        "title": draft.title,
        "byline": draft.byline,
        "level": draft.identity_level,
        "released_at": to_seconds(draft.released_at),
        "valid_until": to_seconds(draft.valid_until),
        "current": 1,
    }


def _claim_row(release_id: str, claim: Accepted, ciphers: Mapping[str, Cipher]) -> dict[str, Any]:
    ref = _ref(release_id, claim.id)
    inside = {
        "text": claim.text,
        "topic": claim.topic,
        "sources": sorted(claim.sources),
        "flags": sorted(claim.flags),
        "evidence": [
            {
                "commitment": e.commitment,
                "at": to_text(e.at) if e.at else None,
                "source": e.source,
                "quote": e.quote,
            }
            for e in claim.evidence
        ],
    }
    sealed = ciphers[ref].seal(canonical(inside), table="released_claim", column="sealed", row=ref)
    return {
        "ref": ref,
        "release": release_id,
        "claim": claim.id,
        "kind": claim.kind.value,
        "first_at": to_seconds(claim.first_at) if claim.first_at else None,
        "last_at": to_seconds(claim.last_at) if claim.last_at else None,
        "support": claim.support,
        "sealed": sealed,
    }


def releases(
    c: sa.Connection,
    *,
    agreements: Collection[str] | None = None,
    current: bool = False,
    party: str | None = None,
    skill: str | None = None,
) -> list[Release]:
    """Return stored releases, oldest first; `current` keeps those that may be served."""
    query = sa.select(release).order_by(release.c.released_at, release.c.id)
    if agreements is not None:
        query = query.where(release.c.agreement.in_(_among(agreements)))
    if current:
        query = query.where(release.c.current == 1)
    if party is not None:
        query = query.where(release.c.party == party)
    if skill is not None:
        query = query.where(release.c.skill == skill)
    return [_release(row) for row in c.execute(query)]


def scope_of(c: sa.Connection, party: str, skill: str | None = None) -> Scope:
    """Return what is served to a party, all of it or one skill: the widest that it could ask."""
    rows = c.execute(_SCOPE, {"party": party, "skill": skill}).all()
    return Scope(
        tuple((row.skill, row.agreement) for row in rows), frozenset(row.byline for row in rows)
    )


def _among(values: Collection[str]) -> sa.Select[tuple[str]]:
    each = sa.func.json_each(_json(values)).table_valued("value")
    return sa.select(sa.cast(each.c.value, sa.Text))


def _release(row: Any) -> Release:
    return Release(
        id=ReleaseId(row.id),
        agreement=AgreementId(row.agreement),
        skill=row.skill,
        version=row.version,
        person=PersonId(row.person),
        party=PartyId(row.party),
        digest=row.digest,
        title=row.title,
        byline=row.byline,
        level=row.level,
        released_at=from_seconds(row.released_at),
        valid_until=from_seconds(row.valid_until),
        current=bool(row.current),
    )


def claims_of(c: sa.Connection, keys: ClaimKeys, agreement: str) -> dict[str, Released]:
    """Return all served claims of one agreement by reference, opened.

    Raises `NotFound` once the agreement's keys are destroyed.
    """
    rows = list(c.execute(_SERVED, {"agreements": _json([agreement])}))
    opened = _opened(keys, rows)
    if rows and not opened:
        raise NotFound(
            "The keys of this agreement do not exist.",
            why="They were destroyed when it was taken back.",
            remedy="What was released under it can no longer be read, by design.",
        )
    return opened


def open_claims(
    c: sa.Connection, keys: ClaimKeys, refs: Collection[str], *, agreements: Collection[str]
) -> dict[str, Released]:
    """Return those of `refs` that are served under `agreements`, opened.

    The index is derived data: what the hub no longer serves, or has lost the key of, is left out.
    """
    if not refs:
        return {}
    rows = c.execute(_SERVED_REFS, {"agreements": _json(agreements), "refs": _json(refs)})
    return _opened(keys, list(rows))


def count_up_to(c: sa.Connection, most: int) -> int:
    """Return how many claims the hub holds, counting no further than `most`."""
    return int(c.execute(_COUNT, {"most": most}).scalar_one())


def _listed(name: str) -> sa.Select[tuple[str]]:
    # One bound value, however many, so that these statements are built and compiled once.
    each = sa.func.json_each(sa.bindparam(name)).table_valued("value")
    return sa.select(sa.cast(each.c.value, sa.Text))


_SERVED = (
    sa.select(released_claim, release)
    .join(release, release.c.id == released_claim.c.release)
    .where(release.c.agreement.in_(_listed("agreements")), release.c.current == 1)
    .order_by(released_claim.c.ref)
)
_SERVED_REFS = _SERVED.where(released_claim.c.ref.in_(_listed("refs")))
_SCOPE = (
    sa.select(release.c.skill, release.c.agreement, release.c.byline)
    .where(release.c.party == sa.bindparam("party"), release.c.current == 1)
    .where(
        sa.or_(
            sa.bindparam("skill", type_=sa.Text).is_(None), release.c.skill == sa.bindparam("skill")
        )
    )
    .order_by(release.c.released_at, release.c.id)
)
_COUNT = sa.select(sa.func.count()).select_from(
    sa.select(released_claim.c.ref).limit(sa.bindparam("most")).subquery()
)


def _json(values: Collection[str]) -> str:
    return json.dumps(sorted(values))


def _opened(keys: ClaimKeys, rows: list[Any]) -> dict[str, Released]:
    ciphers = keys.open_keys([row.ref for row in rows])
    return {row.ref: _open(row, ciphers[row.ref]) for row in rows if row.ref in ciphers}


def _open(row: Any, cipher: Cipher) -> Released:
    plain = cipher.open(row.sealed, table="released_claim", column="sealed", row=row.ref)
    inside = json.loads(plain)
    return Released(
        ref=row.ref,
        release=_release(row),
        id=ClaimId(row.claim),
        kind=Kind(row.kind),
        topic=inside["topic"],
        text=inside["text"],
        first_at=from_seconds(row.first_at) if row.first_at is not None else None,
        last_at=from_seconds(row.last_at) if row.last_at is not None else None,
        support=row.support,
        sources=tuple(inside["sources"]),
        evidence=tuple(_evidence(e) for e in inside["evidence"]),
        flags=tuple(inside["flags"]),
    )


def _evidence(value: Mapping[str, Any]) -> Evidence:
    at = from_text(value["at"]) if value["at"] else None
    return Evidence(value["commitment"], at, value["source"], value["quote"])


def drop_claims(c: sa.Connection, release_ids: Iterable[str]) -> list[str]:
    """Delete the sealed claims of these releases; returns their references."""
    of_these = released_claim.c.release.in_(_among(list(release_ids)))
    refs = list(c.execute(sa.select(released_claim.c.ref).where(of_these)).scalars())
    c.execute(released_claim.delete().where(of_these))
    return refs


def forget_releases(c: sa.Connection, agreement: str) -> list[str]:
    """Delete all that the hub holds of an agreement's releases but their ids; returns claim references.

    A row with id, version and digest stays, because receipts and statements count by it.
    """
    refs = drop_claims(c, [r.id for r in releases(c, agreements=[agreement])])
    gone = {"envelope": None, "title": "", "byline": "", "current": 0}
    c.execute(release.update().where(release.c.agreement == agreement).values(**gone))
    return refs


def index_release(index: TokenIndex, draft: Draft, *, superseded: Collection[str] = ()) -> None:
    """Make the claims of a stored release findable, and those it supersedes no longer."""
    if superseded:
        index.erase(superseded)
    index.add(
        Entry(_ref(draft.release, claim.id), draft.name, draft.agreement, _indexed(claim))
        for claim in draft.claims
    )


def _indexed(claim: Accepted | Released) -> str:
    return f"{claim.text}\n{claim.topic}"


def rebuild_index(c: sa.Connection, index: TokenIndex, keys: ClaimKeys) -> int:
    """Bring the index in line with the hub after a restore or a kill; returns how many it added.

    Run it before serving: what the hub serves no longer is erased from the index first. References
    are compared before anything is opened, so it costs little where nothing is missing.
    """
    added = 0
    for agreement in sorted({r.agreement for r in releases(c)}):
        of_served = sa.select(released_claim.c.ref).join(
            release, release.c.id == released_claim.c.release
        )
        held = set(
            c.execute(
                of_served.where(release.c.agreement == agreement, release.c.current == 1)
            ).scalars()
        )
        there = set(index.refs(agreement=agreement))
        if there - held:
            index.erase(there - held)
        missing = open_claims(c, keys, held - there, agreements=[agreement])
        index.add(
            Entry(ref, claim.release.skill, agreement, _indexed(claim))
            for ref, claim in missing.items()
        )
        added += len(missing)
    return added
