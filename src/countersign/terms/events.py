# SPDX-License-Identifier: Apache-2.0
"""What the signed records around an agreement say of it: undertaking, notices, floors, riders, parts.

A record that only ever takes something away (leaving, transfer, incapacity, a part taken back)
counts when it is there. One that gives something (undertaking, notice, assessment, rider) counts
only with the signatures it needs. Where several of a kind are numbered, the highest number counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from countersign.clock import from_text
from countersign.errors import CountersignError
from countersign.seal import Envelope
from countersign.terms.limits import Limits
from countersign.terms.records import Grant
from countersign.terms.standing import Assessment, Bound, BoundBy, Processing
from countersign.terms.words import Audience, Kind, Method, Purpose, read_word


@dataclass(frozen=True, slots=True)
class Opened:
    """A record with what its own bytes say: its kind, and whose bound keys signed it."""

    kind: str
    envelope: Envelope
    signers: frozenset[str]

    @property
    def said(self) -> Any:
        """The signed predicate."""
        return self.envelope.statement.predicate


EVERYTHING = Processing(
    purposes=frozenset(Purpose),
    methods=frozenset(Method),
    kinds=frozenset(Kind),
    audience=frozenset(Audience),
    models=frozenset({"any"}),
)
"""What a declaration that cannot be read is taken for: more than any terms allow."""


def undertaken(opened: Iterable[Opened], grant: Grant) -> bool:
    """Tell whether the party signed for this grant that saying no has no consequence (clause 12)."""
    return any(
        o.kind == "undertaking"
        and grant.party in o.signers
        and o.said.get("undertaking") == "no-detriment"
        and (o.said.get("party"), o.said.get("grant")) == (grant.party, grant.digest)
        for o in opened
    )


def assessment(opened: Iterable[Opened], grant: Grant) -> Assessment:
    """Return the heaviest impact assessment the party signed for this grant (clause 30)."""
    found = [
        o.said.get("full") is True
        for o in _notices(opened, "impact-assessment")
        if grant.party in o.signers and o.said.get("grant") == grant.digest
    ]
    if not found:
        return Assessment.NONE
    return Assessment.FULL if any(found) else Assessment.PREFILLED


def noticed(opened: Iterable[Opened], grant: Grant) -> bool:
    """Tell whether the party signed that it told the representatives (clause 17)."""
    return any(
        grant.party in o.signers and o.said.get("party") == grant.party and bool(o.said.get("to"))
        for o in _notices(opened, "to-representatives")
    )


def persona_until(opened: Iterable[Opened], grant: Grant) -> datetime | None:
    """Return when the persona rider ends that both sides signed over the same bytes (clause 7)."""
    ends = [
        from_text(o.said["expires"])
        for o in opened
        if o.kind == "grant"
        and o.said.get("part") == "rider"
        and (o.said.get("grant"), o.said.get("rider")) == (grant.digest, "persona")
        and {grant.person, grant.party} <= o.signers
    ]
    return min(max(ends), grant.expires) if ends else None


def first_of(opened: Iterable[Opened], notice: str) -> datetime | None:
    """Return the earliest time that notices of this name give in `at` (leaving, transfer)."""
    return min((from_text(o.said["at"]) for o in _notices(opened, notice)), default=None)


def incapable_at(opened: Iterable[Opened], person: str) -> datetime | None:
    """Return since when the person cannot decide; only their own later word ends it (clause 28)."""
    known = sorted(
        (o for o in _notices(opened, "incapacity") if o.said.get("person") == person), key=_number
    )
    ends = [o for o in known if o.said.get("over") is True and person in o.signers]
    open_ = [o for o in known if o.said.get("over") is not True]
    if not open_ or (ends and _number(ends[-1]) > _number(open_[-1])):
        return None
    return from_text(open_[-1].said["at"])


def processing(opened: Iterable[Opened], party: str) -> Processing | None:
    """Return what the party declares to do now (clause 9), None if it declared nothing yet."""
    known = [o for o in _notices(opened, "processing") if o.said.get("party") == party]
    if not known:
        return None
    newest = max(known, key=_number)
    try:
        return read_processing(newest.said["processing"]) if party in newest.signers else EVERYTHING
    except (CountersignError, KeyError, TypeError):
        return EVERYTHING


def read_processing(value: Any) -> Processing:
    """Read a declaration's JSON value; raises `BadInput`, `KeyError` or `TypeError`."""
    words = {"purposes": Purpose, "methods": Method, "kinds": Kind, "audience": Audience}
    read = {f: frozenset(read_word(w, v, f) for v in value[f]) for f, w in words.items()}
    return Processing(**read, models=frozenset(map(str, value["models"])))  # type: ignore[arg-type]


def parts(opened: Iterable[Opened]) -> frozenset[str]:
    """Return the parts that were taken back alone."""
    named: set[str] = set()
    for o in opened:
        if o.kind == "withdrawal" and o.said.get("scope") == "part":
            named.update(map(str, o.said.get("parts", ())))
    return frozenset(named)


def bounds(opened: Sequence[Opened], grant: Grant) -> tuple[Bound, ...]:
    """Return the newest version of each floor and policy that binds this grant's two sides."""
    newest: dict[str, tuple[int, Bound]] = {}
    for o in opened:
        read = _bound(o, grant)
        if read is not None:
            series, version, bound = read
            if series not in newest or newest[series][0] < version:
                newest[series] = (version, bound)
    return tuple(bound for _, (_, bound) in sorted(newest.items()))


def _bound(o: Opened, grant: Grant) -> tuple[str, int, Bound] | None:
    by = {"collective-floor": BoundBy.FLOOR, "policy": BoundBy.POLICY}.get(o.kind)
    if by is None or o.said.get("party") != grant.party:
        return None
    if by is BoundBy.FLOOR and o.said.get("together") is True:
        by = BoundBy.TOGETHER
    persons = o.said.get("persons", ())
    if persons and grant.person not in persons:
        return None
    if not _bound_signers(o, by) <= o.signers:
        return None
    until = o.said.get("until", "")
    bound = Bound(
        by=by,
        name=o.envelope.digest,
        limits=Limits.from_value(o.said["limits"]),
        since=from_text(o.said["from"]),
        until=from_text(until) if until else None,
    )
    return str(o.said["series"]), int(o.said["version"]), bound


def _bound_signers(o: Opened, by: BoundBy) -> set[str]:
    """Who must have signed: both sides of a floor; everybody of terms made together; the company."""
    party = str(o.said["party"])
    if by is BoundBy.FLOOR:
        return {party, str(o.said["representative"])}
    return {party, *map(str, o.said["persons"])} if by is BoundBy.TOGETHER else {party}


def _notices(opened: Iterable[Opened], notice: str) -> list[Opened]:
    return [o for o in opened if o.kind == "notice" and o.said.get("notice") == notice]


def _number(o: Opened) -> int:
    number = o.said.get("number")
    return number if isinstance(number, int) else 0
