# SPDX-License-Identifier: Apache-2.0
"""Who stands beside the person in terms: representative and delegate, by the ids of this hub (14, 28)."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from countersign.errors import BadInput, NotFound
from countersign.people import Card, Role, find_card
from countersign.terms.terms import Terms
from countersign.terms.words import Representation, read_word


def countersigned_by(terms: Terms, named: str) -> Terms:
    """Return `terms` that a representative signs as well: `council`, or `union:LABEL` for another kind.

    Kinds are works-council (the default), union and counsel. Raises `BadInput` for another kind.
    """
    kind, colon, label = named.partition(":")
    return replace(
        terms,
        represented_by=read_word(Representation, kind, "representative")
        if colon
        else Representation.WORKS_COUNCIL,
        representative=label if colon else named,
        countersigned=True,
    )


def with_ids(c: sa.Connection, terms: Terms, *, person: Card, party: Card) -> Terms:
    """Return `terms` with representative and delegate by id where a label was written.

    Somebody outside this hub stands by the name that was written, and cannot sign here. Raises
    `BadInput` for a representative who is none, or a delegate who is the party or the person, and
    `NotFound` where an unknown one would have to countersign.
    """
    if terms.to_self:
        return terms
    beside, delegate = _find(c, terms.representative), _find(c, terms.delegate)
    if terms.countersigned and beside is None:
        raise NotFound(
            "The representative who is to countersign is not known here.",
            why="Only somebody with a key in this hub can sign.",
            remedy="`countersign people representative NAME` makes them known.",
        )
    if beside is not None and beside.role is not Role.REPRESENTATIVE:
        raise BadInput(
            "The representative named in the terms is none.",
            why="A works council, union or counsel stands apart from both sides (clause 14).",
            remedy="Name one; `countersign people representative NAME` makes them known.",
        )
    if delegate is not None and delegate.id in (person.id, party.id):
        raise BadInput(
            "The delegate is one of the two sides.",
            why="A delegate speaks for the person where they cannot, against nobody (clause 28).",
            remedy="Name somebody whom the person trusts with it.",
        )
    return replace(
        terms,
        representative=beside.id if beside else terms.representative,
        delegate=delegate.id if delegate else terms.delegate,
    )


def _find(c: sa.Connection, name: str) -> Card | None:
    try:
        return find_card(c, name) if name else None
    except NotFound:
        return None
