# SPDX-License-Identifier: Apache-2.0
"""All rows around one agreement, as plain tuples, and the case that they make: pure.

Each question to a skill reads them all anew, so they are read in two fixed statements; what
follows from the very same rows may be kept. Every row has the same seven places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from countersign.errors import CountersignError
from countersign.people import BoundKey, read_chain, windows
from countersign.terms.judge import Case, judge
from countersign.terms.standing import Standing

Row = tuple[Any, ...]
RECORD, SIGNING, BINDING = 1, 2, 3

OFFERS = (
    "SELECT id, agreement, grant_digest, person, party, grant_payload, agreement_payload,"
    " state, since FROM offer WHERE agreement "
)
# What a record is about stands in `grant_digest`: a grant, or the id of a party or person.
_AROUND = (
    "SELECT 1, grant_digest, NULL, NULL, at, envelope FROM record WHERE grant_digest {about}"
    " UNION ALL SELECT 2, grant_digest, digest, signer, at, NULL FROM signing"
    " WHERE grant_digest {about}"
    " UNION ALL SELECT 3, subject, NULL, NULL, number, envelope FROM key_binding"
    " WHERE subject {about}"
)
_MANY = "IN (SELECT value FROM json_each(?1))"
OFFER, OFFERS_OF_MANY = OFFERS + "= ?1", OFFERS + _MANY
AROUND_ONE = _AROUND.format(about="IN (?1, ?2, ?3)")
AROUND_MANY = _AROUND.format(about=_MANY)
CHAINS = (
    "SELECT 3, subject, NULL, NULL, number, envelope FROM key_binding"
    " WHERE subject IN (SELECT value FROM json_each(?1))"
)


def signers_in(rows: Iterable[Row]) -> set[str]:
    """Return everybody who signed something around the agreement."""
    return {row[3] for row in rows if row[0] == SIGNING}


def chains_in(rows: Iterable[Row]) -> dict[str, tuple[bytes, ...]]:
    """Return the binding records of each signer, in the order of their numbers."""
    found: dict[str, dict[int, bytes]] = defaultdict(dict)
    for row in rows:
        if row[0] == BINDING:
            found[row[1]][row[4]] = row[5]
    return {subject: tuple(x for _, x in sorted(by.items())) for subject, by in found.items()}


@lru_cache(maxsize=2048)
def judged(offer: Row, around: tuple[Row, ...]) -> Standing | None:
    """Return how the agreement stands, from its rows alone; raises as `judge` does.

    None where somebody vouched for a key: whether with their own stands in yet another chain.
    """
    keys: dict[str, frozenset[BoundKey]] = {}
    for subject, envelopes in chains_in(around).items():
        found = counting(envelopes, subject)
        if found is None:
            return None
        keys[subject] = found
    return judge(case_of(offer, around, keys))


def counting(envelopes: tuple[bytes, ...], subject: str) -> frozenset[BoundKey] | None:
    """Return the keys of a chain, none for one that does not hold, None where somebody vouched."""
    try:
        chain = read_chain(envelopes, subject)
    except CountersignError:
        return frozenset()
    if any(b.by is not None for b in chain):
        return None
    return windows(chain, subject)


def case_of(offer: Row, around: Iterable[Row], keys: Mapping[str, frozenset[BoundKey]]) -> Case:
    """Return the case that these rows make."""
    id, agreement, grant, person, party, grant_payload, agreement_payload, state, since = offer
    rows = tuple(around)
    return Case(
        offer=id,
        agreement=agreement,
        grant_digest=grant,
        person=person,
        party=party,
        grant_payload=grant_payload,
        agreement_payload=agreement_payload,
        state=state,
        since=since,
        envelopes=tuple((row[5], row[4]) for row in rows if row[0] == RECORD),
        signings=tuple((row[2], row[3], row[4]) for row in rows if row[0] == SIGNING),
        keys=frozenset(key for found in keys.values() for key in found),
    )
