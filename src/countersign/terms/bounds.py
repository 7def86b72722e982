# SPDX-License-Identifier: Apache-2.0
"""Which limits bind an agreement: floors, terms made together, and the company's policy (clause 16).

The law of versions. A higher version of a floor or policy replaces every lower one from its `from`
on, for good, for whom it names: until then the lower one binds, so that announcing a version leaves
no gap. What a version says is free, since everybody who signed the old one's kind must sign it. Two
records of one version bind both. A policy that was in force when an agreement was offered binds
that agreement as long as it says itself: a later, wider one cannot widen what was promised.

A series belongs to its representative: nobody else's series of the same name replaces it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from countersign.clock import to_seconds
from countersign.errors import CountersignError, NotVerified
from countersign.terms.events import Opened
from countersign.terms.floor import FLOOR, POLICY, read_floor, read_policy
from countersign.terms.limits import limits_from_terms
from countersign.terms.standing import Bound, BoundBy
from countersign.terms.terms import Terms

JOINT = "joint-terms"
LEAST_TOGETHER = 3
"""How many persons must have signed terms together for them to be a floor."""

_Versions = list[tuple[int, Bound]]


def bounds(opened: Iterable[Opened], *, person: str, party: str, at: datetime) -> tuple[Bound, ...]:
    """Return every version that binds, or will, this person's agreement offered `at` by `party`.

    Raises `NotVerified` for a record with all its signatures that cannot be read: it could be a
    limit, so nothing is allowed beside it.
    """
    series: dict[tuple[str, ...], _Versions] = defaultdict(list)
    made: list[Bound] = []
    for o in opened:
        if o.said.get("party") != party or party not in o.signers:
            continue
        if o.kind == FLOOR:
            _add_floor(series, o, person)
        elif o.kind == POLICY:
            policy = read_policy(o.envelope.statement)
            bound = Bound(
                by=BoundBy.POLICY,
                name=o.envelope.digest,
                limits=policy.limits,
                since=max(
                    policy.since, o.signed_at[party]
                ),  # none counts from before it was signed
                until=policy.until,
            )
            series[(POLICY,)].append((policy.version, bound))
        elif o.kind == JOINT and person in o.signers:
            made += _joint(o, party)
    for key, versions in series.items():
        made += _succeeding(versions)
        if key == (POLICY,):
            made += _promised(versions, at)
    return tuple(sorted(set(made), key=lambda b: (b.by, b.since, b.name, b.until or b.since)))


def representatives(opened: Iterable[Opened], *, person: str, party: str) -> frozenset[str]:
    """Return the representatives of every floor with this party that names this person, or all."""
    found = set()
    for o in opened:
        if o.kind == FLOOR and o.said.get("party") == party and party in o.signers:
            floor = read_floor(o.envelope.statement)
            whom = not floor.persons or person in floor.persons
            if whom and floor.representative in o.signers:
                found.add(floor.representative)
    return frozenset(found)


def _add_floor(series: dict[tuple[str, ...], _Versions], o: Opened, person: str) -> None:
    if o.said.get("representative") not in o.signers:
        return  # one side alone binds nobody
    floor = read_floor(o.envelope.statement)
    if floor.representative == floor.party or (floor.persons and person not in floor.persons):
        return
    bound = Bound(
        by=BoundBy.FLOOR,
        name=o.envelope.digest,
        limits=floor.limits,
        since=floor.since,
        until=floor.until,
    )
    series[(FLOOR, floor.representative, floor.series)].append((floor.version, bound))


def _joint(o: Opened, party: str) -> Iterator[Bound]:
    """Terms that three or more signed, and then the party: its signature makes them their floor."""
    accepted = o.signed_at.get(party)
    if len(o.signers - {party}) < LEAST_TOGETHER or accepted is None:
        return
    try:
        terms = Terms.from_value(o.said["terms"])
    except (CountersignError, KeyError) as e:
        raise NotVerified(
            "Terms that were made together cannot be read.",
            why="They could be a limit that this program does not know.",
            remedy="Update countersign.",
        ) from e
    yield Bound(
        by=BoundBy.TOGETHER,
        name=o.envelope.digest,
        limits=limits_from_terms(terms),
        since=accepted,
        until=accepted + timedelta(days=terms.term_days),
    )


def _succeeding(versions: _Versions) -> Iterator[Bound]:
    for version, bound in versions:
        ends = [later.since for number, later in versions if number > version]
        until = min([*ends, *([bound.until] if bound.until else [])], default=None)
        if until is None or to_seconds(until) > to_seconds(bound.since):
            yield replace(bound, until=until)


def _promised(versions: _Versions, at: datetime) -> Iterator[Bound]:
    """The policy's version that was in force when the agreement was offered, without successor."""
    in_force = [bound for bound in _succeeding(versions) if bound.holds(at)]
    named = {bound.name for bound in in_force}
    return (bound for _, bound in versions if bound.name in named)
