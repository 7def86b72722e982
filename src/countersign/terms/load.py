# SPDX-License-Identifier: Apache-2.0
"""Load how agreements stand, verifying every signature against the keys bound now.

What is believed, and why:
1. Terms, parties and dates come from the grant's signed bytes, never from a column.
2. The agreement must be the contract of exactly that grant, and the stored texts must have the
   digests that were signed.
3. A signature counts if a key bound to that very signer made it over those bytes, and the hub
   noted when. A key bound to the person never counts for the party.
4. The state is the strictest of what the row says and what signed records say, so that deleting
   or editing one field cannot undo a withdrawal.

Verifying and parsing are pure functions of bytes, so their results may be kept between calls;
bindings, signatures present and state are read anew each time (`standing` is as fresh as its
transaction).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds
from countersign.errors import CountersignError, NotVerified
from countersign.ids import AgreementId
from countersign.people import tables as people_tables
from countersign.seal import Envelope, PublicKey, pae, sha256_hex
from countersign.terms import tables
from countersign.terms.records import Grant, read_agreement, read_grant, read_item
from countersign.terms.standing import Standing, State
from countersign.terms.words import Item

Keys = dict[str, frozenset[PublicKey]]


def _wanted() -> sa.ScalarSelect[Any]:
    # json_each binds any number of ids as one value and keeps the statement cacheable.
    rows = sa.func.json_each(sa.bindparam("wanted")).table_valued("value")
    return sa.select(rows.c.value).scalar_subquery()


# Built once: building a statement costs more than running it.
_OFFERS = sa.select(tables.offer).where(tables.offer.c.agreement.in_(_wanted()))
_ENVELOPES = sa.select(tables.record.c.grant_digest, tables.record.c.envelope).where(
    tables.record.c.grant_digest.in_(_wanted())
)
_SIGNINGS = sa.select(tables.signing).where(tables.signing.c.grant_digest.in_(_wanted()))
_BINDINGS = sa.select(
    people_tables.key_binding.c.subject, people_tables.key_binding.c.public
).where(
    people_tables.key_binding.c.subject.in_(_wanted()),
    people_tables.key_binding.c.ended_at.is_(None),
)
_LABELS = sa.union_all(
    *(
        sa.select(t.c.id, t.c.label).where(t.c.id.in_(_wanted()))
        for t in (people_tables.person_card, people_tables.party)
    )
)


def _bound(ids: Iterable[str]) -> dict[str, str]:
    return {"wanted": json.dumps(sorted(ids))}


@dataclass(slots=True)
class _Found:
    """The rows about one grant: envelopes as bytes, and when each signature arrived."""

    envelopes: list[bytes] = field(default_factory=list)
    signed_at: dict[tuple[str, str], datetime] = field(default_factory=dict)


def standing(c: sa.Connection, agreement: str) -> Standing | None:
    """Return how the agreement stands, None if there is none; raises `NotVerified` if it is damaged."""
    rows = c.execute(_OFFERS, _bound([agreement])).all()
    return _stand(c, rows, strict=True).get(AgreementId(agreement))


def standings(c: sa.Connection, agreements: Collection[str]) -> dict[AgreementId, Standing]:
    """Return how many agreements stand, in a few queries.

    A damaged one is left out, so that it allows nothing and hinders no other; `standing` says what
    is wrong with it.
    """
    return _stand(c, c.execute(_OFFERS, _bound(agreements)).all(), strict=False)


def _stand(c: sa.Connection, rows: Sequence[Any], *, strict: bool) -> dict[AgreementId, Standing]:
    found = _records(c, [row.grant_digest for row in rows])
    keys = _keys(c, {s for row in rows for s in (row.person, row.party)})
    stood: dict[AgreementId, Standing] = {}
    for row in rows:
        try:
            stood[AgreementId(row.agreement)] = _one(c, row, found[row.grant_digest], keys)
        except CountersignError:
            if strict:
                raise
    return stood


def _records(c: sa.Connection, grants: list[str]) -> dict[str, _Found]:
    found: dict[str, _Found] = defaultdict(_Found)
    for row in c.execute(_ENVELOPES, _bound(grants)):
        found[row.grant_digest].envelopes.append(row.envelope)
    for row in c.execute(_SIGNINGS, _bound(grants)):
        at = from_seconds(row.at)
        found[row.grant_digest].signed_at[row.digest, row.signer] = at
    return found


def _keys(c: sa.Connection, subjects: Collection[str]) -> Keys:
    """Read the bound keys of many subjects in one query (as `people.bound_keys` does for one)."""
    keys: dict[str, set[PublicKey]] = defaultdict(set)
    for row in c.execute(_BINDINGS, _bound(subjects)):
        keys[row.subject].add(PublicKey(row.public))
    return {subject: frozenset(held) for subject, held in keys.items()}


def _named(c: sa.Connection, missing: list[tuple[str, str]]) -> tuple[str, ...]:
    """Name each missing signer once, by role and label (the name they chose for commands)."""
    if not missing:
        return ()
    rows = c.execute(_LABELS, _bound({signer for _, signer in missing}))
    labels: dict[str, str] = {row.id: row.label for row in rows}
    return tuple(dict.fromkeys(f"{role} {labels.get(s, s)}" for role, s in missing))


def _one(c: sa.Connection, row: Any, found: _Found, keys: Keys) -> Standing:
    grant = read_grant(row.grant_payload)
    agreement = read_agreement(row.agreement_payload, grant)
    _check_row(row, grant, agreement)
    # What a record is, its own bytes say, not the columns beside them.
    envelopes = [_opened(data) for data in found.envelopes]
    by_digest = {e.digest: e for _, e in envelopes}
    missing: list[tuple[str, str]] = []
    times: list[datetime] = []
    for role, signer, digest, payload, trusted in needed(row, grant, keys):
        at = found.signed_at.get((digest, signer))
        if at is None or not _signed(by_digest.get(digest), payload, trusted):
            missing.append((role, signer))
        else:
            times.append(at)
    state, since = _state(row, envelopes)
    return Standing(
        agreement=agreement,
        grant=grant.digest,
        person=grant.person,
        party=grant.party,
        terms=grant.terms,
        starts=grant.starts,
        expires=grant.expires,
        missing=_named(c, missing),
        signed_at=None if missing else max(times),
        items=_items(envelopes, grant, keys.get(grant.person, frozenset())),
        state=state,
        since=since,
    )


def _check_row(row: Any, grant: Grant, agreement: AgreementId) -> None:
    texts = (sha256_hex(row.text_en.encode()), sha256_hex(row.text_zh.encode()))
    said = (row.id, row.agreement, row.grant_digest, row.person, row.party, texts)
    if said != (grant.offer, agreement, grant.digest, grant.person, grant.party, grant.texts):
        raise NotVerified(
            "An agreement does not match its signed bytes.",
            why="A column or a contract text was changed in the hub's database.",
            remedy="Restore the hub from a backup; `countersign doctor` names the agreement.",
        )


def needed(
    row: Any, grant: Grant, keys: Keys
) -> Iterable[tuple[str, str, str, bytes, frozenset[PublicKey]]]:
    """Yield (role, signer, digest, payload, keys that count) for each signature that is needed."""
    person = keys.get(grant.person, frozenset())
    agreed = sha256_hex(row.agreement_payload)
    yield "person", grant.person, grant.digest, row.grant_payload, person
    yield "person", grant.person, agreed, row.agreement_payload, person
    if grant.party != grant.person:
        party = keys.get(grant.party, frozenset()) - person
        yield "party", grant.party, agreed, row.agreement_payload, party


def _signed(envelope: Envelope | None, payload: bytes, trusted: frozenset[PublicKey]) -> bool:
    if envelope is None or envelope.payload != payload:
        return False
    # A keyid proves nothing, but one that names another key is a changed envelope.
    held = {key.keyid: key for key in trusted}
    return any(
        keyid in held and _verified(held[keyid], signature, payload)
        for keyid, signature in envelope.signatures
    )


@lru_cache(maxsize=16384)
def _verified(key: PublicKey, signature: bytes, payload: bytes) -> bool:
    return key.verify(signature, pae(payload))


@lru_cache(maxsize=16384)
def _opened(data: bytes) -> tuple[str, Envelope]:
    envelope = Envelope.from_bytes(data)
    return envelope.statement.kind, envelope


def _items(
    envelopes: list[tuple[str, Envelope]], grant: Grant, trusted: frozenset[PublicKey]
) -> frozenset[Item]:
    signed = set()
    for kind, envelope in envelopes:
        if kind == "grant" and envelope.digest != grant.digest:
            item = read_item(envelope.payload, grant.digest, grant.person)
            if item is not None and _signed(envelope, envelope.payload, trusted):
                signed.add(item)
    return frozenset(signed)


def _state(row: Any, envelopes: list[tuple[str, Envelope]]) -> tuple[State, datetime | None]:
    since = from_seconds(row.since) if row.since is not None else None
    if any(kind == "withdrawal" for kind, _ in envelopes):
        return State.WITHDRAWN, since
    state = State(row.state)
    last = last_suspension(envelope for kind, envelope in envelopes if kind == "suspension")
    if state is State.IN_FORCE and last is not None and last[1]:
        return State.SUSPENDED, since
    return state, since


def last_suspension(envelopes: Iterable[Envelope]) -> tuple[Envelope, bool] | None:
    """Return the suspension record with the highest number and whether it suspends, None without one."""
    last = max(envelopes, key=lambda e: int(e.statement.predicate["number"]), default=None)
    return None if last is None else (last, last.statement.predicate["act"] != "resume")
