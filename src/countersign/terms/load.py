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
from typing import Any

import sqlalchemy as sa

from countersign.errors import CountersignError
from countersign.ids import AgreementId
from countersign.people import tables as people_tables
from countersign.seal import PublicKey
from countersign.terms import tables
from countersign.terms.judge import Case, judge
from countersign.terms.standing import Standing


def _wanted() -> sa.ScalarSelect[Any]:
    # json_each binds any number of ids as one value and keeps the statement cacheable.
    rows = sa.func.json_each(sa.bindparam("wanted")).table_valued("value")
    return sa.select(rows.c.value).scalar_subquery()


# Built once: building a statement costs more than running it.
_OFFERS = sa.select(
    *(column for column in tables.offer.c if not column.name.startswith("text_"))
).where(tables.offer.c.agreement.in_(_wanted()))
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


def _cases(c: sa.Connection, rows: Sequence[Any]) -> list[Case]:
    grants = _bound(row.grant_digest for row in rows)
    envelopes: dict[str, list[bytes]] = defaultdict(list)
    for row in c.execute(_ENVELOPES, grants):
        envelopes[row.grant_digest].append(row.envelope)
    signings: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in c.execute(_SIGNINGS, grants):
        signings[row.grant_digest].append((row.digest, row.signer, row.at))
    keys = _keys(c, {s for row in rows for s in (row.person, row.party)})
    return [
        Case(
            offer=row.id,
            agreement=row.agreement,
            grant_digest=row.grant_digest,
            person=row.person,
            party=row.party,
            grant_payload=row.grant_payload,
            agreement_payload=row.agreement_payload,
            state=row.state,
            since=row.since,
            envelopes=tuple(envelopes[row.grant_digest]),
            signings=tuple(signings[row.grant_digest]),
            person_keys=frozenset(keys[row.person]),
            party_keys=frozenset(keys[row.party]),
        )
        for row in rows
    ]


def _keys(c: sa.Connection, subjects: Collection[str]) -> dict[str, set[PublicKey]]:
    """Read the bound keys of many subjects in one query (as `people.bound_keys` does for one)."""
    keys: dict[str, set[PublicKey]] = defaultdict(set)
    for row in c.execute(_BINDINGS, _bound(subjects)):
        keys[row.subject].add(PublicKey(row.public))
    return keys


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
