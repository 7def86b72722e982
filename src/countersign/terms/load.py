# SPDX-License-Identifier: Apache-2.0
"""Load how agreements stand: a few queries in the caller's transaction, then `judge`.

Everything that can change is read anew on each call: bindings, signatures present, state. What
follows from it (parsing, verifying) is a pure function of what was read, see `judge.py`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.errors import CountersignError
from countersign.ids import AgreementId
from countersign.people import BoundKey, Reason, bindings, read_chain, windows
from countersign.people import tables as people_tables
from countersign.terms import tables
from countersign.terms.bounds import bounds
from countersign.terms.events import Opened
from countersign.terms.judge import Case, judge, open_record
from countersign.terms.standing import Bound, Standing


def _wanted() -> sa.ScalarSelect[Any]:
    # json_each binds any number of ids as one value and keeps the statement cacheable.
    rows = sa.func.json_each(sa.bindparam("wanted")).table_valued("value")
    return sa.select(rows.c.value).scalar_subquery()


# Built once: building a statement costs more than running it.
_OFFERS = sa.select(
    *(column for column in tables.offer.c if not column.name.startswith("text_"))
).where(tables.offer.c.agreement.in_(_wanted()))
# What a record is about stands in `grant_digest`: a grant, or the id of a party or person.
_ENVELOPES = sa.select(
    tables.record.c.grant_digest, tables.record.c.envelope, tables.record.c.at
).where(tables.record.c.grant_digest.in_(_wanted()))
_SIGNINGS = sa.select(tables.signing).where(tables.signing.c.grant_digest.in_(_wanted()))
_CHAINS = (
    sa.select(people_tables.key_binding.c.subject, people_tables.key_binding.c.envelope)
    .where(people_tables.key_binding.c.subject.in_(_wanted()))
    .order_by(people_tables.key_binding.c.subject, people_tables.key_binding.c.number)
)
_LABELS = sa.union_all(
    *(
        sa.select(t.c.id, t.c.label).where(t.c.id.in_(_wanted()))
        for t in (people_tables.person_card, people_tables.party)
    )
)


def _bound(ids: Iterable[str]) -> dict[str, str]:
    return {"wanted": json.dumps(sorted(ids))}


def standing(c: sa.Connection, agreement: str) -> Standing | None:
    """Return how the agreement stands, None if there is none; raises `NotVerified` if it is damaged.

    `missing` names signers by role and label ("party acme").
    """
    rows = c.execute(_OFFERS, _bound([agreement])).all()
    stood = [judge(case) for case in _cases(c, rows)]
    return _labeled(c, stood)[0] if stood else None


def standings(c: sa.Connection, agreements: Collection[str]) -> dict[AgreementId, Standing]:
    """Return how many agreements stand, in a few queries.

    A damaged one is left out, so that it allows nothing and hinders no other; `standing` says what
    is wrong with it.
    """
    stood = []
    for case in _cases(c, c.execute(_OFFERS, _bound(agreements)).all()):
        try:
            stood.append(judge(case))
        except CountersignError:
            continue
    return {found.agreement: found for found in _labeled(c, stood)}


def opened_about(c: sa.Connection, about: str) -> list[Opened]:
    """Return every record about a grant, party or person, each with whose signatures count."""
    noted = {(r.digest, r.signer): r.at for r in c.execute(_SIGNINGS, _bound([about]))}
    keys = _keys(c, {about, *(signer for _, signer in noted)})
    held = frozenset(key for found in keys.values() for key in found)
    rows = c.execute(_ENVELOPES, _bound([about])).all()
    return [open_record(row.envelope, row.at, noted, held) for row in rows]


def bounds_of(c: sa.Connection, *, person: str, party: str, at: datetime) -> tuple[Bound, ...]:
    """Return the limits that bind an agreement of these two that is offered `at` (see `bounds`)."""
    return bounds(opened_about(c, party), person=person, party=party, at=at)


def _cases(c: sa.Connection, rows: Sequence[Any]) -> list[Case]:
    about = {id for row in rows for id in (row.grant_digest, row.person, row.party)}
    envelopes: dict[str, list[tuple[bytes, int]]] = defaultdict(list)
    for row in c.execute(_ENVELOPES, _bound(about)):
        envelopes[row.grant_digest].append((row.envelope, row.at))
    signings: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in c.execute(_SIGNINGS, _bound(about)):
        signings[row.grant_digest].append((row.digest, row.signer, row.at))
    signers = {signer for found in signings.values() for _, signer, _ in found}
    keys = _keys(c, signers | {s for row in rows for s in (row.person, row.party)})
    return [_case(row, envelopes, signings, keys) for row in rows]


def _case(
    row: Any,
    envelopes: dict[str, list[tuple[bytes, int]]],
    signings: dict[str, list[tuple[str, str, int]]],
    keys: dict[str, frozenset[BoundKey]],
) -> Case:
    about = dict.fromkeys((row.grant_digest, row.person, row.party))
    noted = tuple(found for id in about for found in signings.get(id, ()))
    signers = {row.person, row.party, *(signer for _, signer, _ in noted)}
    return Case(
        offer=row.id,
        agreement=row.agreement,
        grant_digest=row.grant_digest,
        person=row.person,
        party=row.party,
        grant_payload=row.grant_payload,
        agreement_payload=row.agreement_payload,
        state=row.state,
        since=row.since,
        envelopes=tuple(found for id in about for found in envelopes.get(id, ())),
        signings=noted,
        keys=frozenset(key for signer in signers for key in keys[signer]),
    )


def _keys(c: sa.Connection, subjects: Collection[str]) -> dict[str, frozenset[BoundKey]]:
    """Read the keys ever bound to many subjects in one query, each chain verified.

    A signer whose bindings do not hold together has no key that counts (`people.bindings` says
    what is wrong with them).
    """
    chains: dict[str, list[bytes]] = defaultdict(list)
    for row in c.execute(_CHAINS, _bound(subjects)):
        chains[row.subject].append(row.envelope)
    return {subject: _counting(c, subject, tuple(chains.get(subject, ()))) for subject in subjects}


def _counting(c: sa.Connection, subject: str, envelopes: tuple[bytes, ...]) -> frozenset[BoundKey]:
    try:
        chain = read_chain(envelopes, subject)
        if any(b.reason is Reason.REBOUND for b in chain):
            # Rare: whether the representative's key is theirs stands in another chain.
            chain = bindings(c, subject)
    except CountersignError:
        return frozenset()
    return windows(chain, subject)


def _labeled(c: sa.Connection, stood: list[Standing]) -> list[Standing]:
    """Say missing signers by the labels they chose for commands, instead of by ids."""
    signers = {name.split(" ")[1] for found in stood for name in found.missing}
    if not signers:
        return stood
    labels: dict[str, str] = {r.id: r.label for r in c.execute(_LABELS, _bound(signers))}
    return [
        replace(found, missing=tuple(_by_label(name, labels) for name in found.missing))
        for found in stood
    ]


def _by_label(name: str, labels: dict[str, str]) -> str:
    role, signer = name.split(" ")
    return f"{role} {labels.get(signer, signer)}"
