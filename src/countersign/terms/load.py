# SPDX-License-Identifier: Apache-2.0
"""Load how agreements stand: two statements in the caller's transaction, then `judge`.

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
from countersign.people import BoundKey, bindings, windows
from countersign.people import tables as people_tables
from countersign.store import fetch
from countersign.terms import tables
from countersign.terms.around import (
    AROUND_MANY,
    AROUND_ONE,
    BINDING,
    CHAINS,
    OFFER,
    OFFERS_OF_MANY,
    Row,
    case_of,
    chains_in,
    counting,
    judged,
    signers_in,
)
from countersign.terms.bounds import bounds
from countersign.terms.events import Opened
from countersign.terms.judge import judge, open_record
from countersign.terms.standing import Bound, Standing


def _wanted() -> sa.ScalarSelect[Any]:
    # json_each binds any number of ids as one value and keeps the statement cacheable.
    rows = sa.func.json_each(sa.bindparam("wanted")).table_valued("value")
    return sa.select(rows.c.value).scalar_subquery()


# Built once: building a statement costs more than running it.
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
        for t in (people_tables.person_card, people_tables.party, people_tables.representative)
    )
)


def _bound(ids: Iterable[str]) -> dict[str, str]:
    return {"wanted": json.dumps(sorted(ids))}


def standing(c: sa.Connection, agreement: str) -> Standing | None:
    """Return how the agreement stands, None if there is none; raises `NotVerified` if it is damaged.

    `missing` names signers by role and label ("party acme").
    """
    offers = fetch(c, OFFER, (agreement,))
    if not offers:
        return None
    offer = offers[0]
    grant, person, party = offer[2:5]
    rows = fetch(c, AROUND_ONE, (grant, person, party))
    others = signers_in(rows) - {person, party}
    if others:  # a representative beside the two, say
        rows += fetch(c, CHAINS, (json.dumps(sorted(others)),))
    return _labeled(c, [_judged(c, offer, rows)])[0]


def standings(c: sa.Connection, agreements: Collection[str]) -> dict[AgreementId, Standing]:
    """Return how many agreements stand, in a few queries.

    A damaged one is left out, so that it allows nothing and hinders no other; `standing` says what
    is wrong with it.
    """
    offers = fetch(c, OFFERS_OF_MANY, (json.dumps(sorted(agreements)),))
    about = _about(c, {id for offer in offers for id in offer[2:5]})
    stood = []
    for offer in offers:
        sides = dict.fromkeys(offer[2:5])
        rows = [row for id in sides for row in about.get(id, ())]
        others = signers_in(rows) - {*sides}
        rows += [row for id in sorted(others) for row in about.get(id, ()) if row[0] == BINDING]
        try:
            stood.append(_judged(c, offer, rows))
        except CountersignError:
            continue
    return {found.agreement: found for found in _labeled(c, stood)}


def _about(c: sa.Connection, ids: Collection[str]) -> dict[str, list[Row]]:
    """Return the rows about each of these, and the chains of everybody who signed any."""
    rows = fetch(c, AROUND_MANY, (json.dumps(sorted(ids)),))
    others = signers_in(rows) - {*ids}
    if others:
        rows += fetch(c, CHAINS, (json.dumps(sorted(others)),))
    about: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        about[row[1]].append(row)
    return about


def _judged(c: sa.Connection, offer: Row, rows: Sequence[Row]) -> Standing:
    stands = judged(offer, tuple(rows))
    if stands is None:
        keys = {of: _counting(c, of, chain) for of, chain in chains_in(rows).items()}
        stands = judge(case_of(offer, rows, keys))
    return stands


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
    found = counting(envelopes, subject)
    if found is not None:
        return found
    try:
        # Whether the key of whoever vouched was theirs then stands in another chain.
        return windows(bindings(c, subject), subject)
    except CountersignError:
        return frozenset()


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
