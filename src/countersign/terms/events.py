# SPDX-License-Identifier: Apache-2.0
"""What the signed records around an agreement say of it: undertaking, notices, rider, parts.

A record that only ever takes something away (leaving, transfer, incapacity, a part taken back)
counts when it is there. One that gives something (undertaking, notice, assessment, rider) counts
only with the signatures it needs. Where several of a kind are numbered, the highest number counts.
Floors and policies are read by `bounds.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from countersign.clock import from_text
from countersign.errors import CountersignError
from countersign.seal import Envelope
from countersign.terms.records import Grant
from countersign.terms.standing import Assessment, Processing
from countersign.terms.words import Audience, Kind, Method, Purpose, read_word


@dataclass(frozen=True, slots=True)
class Opened:
    """A record with what its own bytes say: its kind, whose bound keys signed it, and when.

    `signed_at` is the hub's time of each signature that counts.
    """

    kind: str
    envelope: Envelope
    signers: frozenset[str]
    signed_at: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def said(self) -> Any:
        """The signed predicate."""
        return self.envelope.statement.predicate


RIDER_AT_MOST = timedelta(days=180)
"""The longest time of a persona rider; one that says more counts for nothing."""
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


def noticed(opened: Iterable[Opened], grant: Grant, wanted: frozenset[str]) -> bool:
    """Tell whether the party signed that it told of this grant, before its use (clause 17).

    `wanted` are the representatives whom a floor or the terms name: each of them must have been
    told. Where nobody is named, somebody must have been.
    """
    told: set[str] = set()
    for o in _notices(opened, "to-representatives"):
        about = (o.said.get("party"), o.said.get("grant")) == (grant.party, grant.digest)
        if about and grant.party in o.signers:
            told.update(map(str, o.said.get("to", ())))
    return bool(told) and wanted <= told


def persona_until(opened: Iterable[Opened], grant: Grant) -> datetime | None:
    """Return when the persona rider ends that both sides signed over the same bytes (clause 7)."""
    ends = []
    for o in opened:
        if o.kind == "grant" and o.said.get("part") == "rider":
            about = (o.said.get("grant"), o.said.get("rider")) == (grant.digest, "persona")
            starts, expires = from_text(o.said["starts"]), from_text(o.said["expires"])
            short = expires - starts <= RIDER_AT_MOST
            if about and short and {grant.person, grant.party} <= o.signers:
                ends.append(expires)
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
    over = _number(ends[-1]) if ends else 0
    # Each that is not over counts: a further one, of a later day, must not let use go on.
    open_ = [o for o in known if o.said.get("over") is not True and _number(o) >= over]
    return min((from_text(o.said["at"]) for o in open_), default=None)


def processing(opened: Iterable[Opened], grant: Grant) -> Processing | None:
    """Return what the party declares to do now under this grant (clause 9), None without a word.

    A declaration is about one grant, or about all of the party's (its `grant` is empty).
    """
    party = grant.party
    known = [
        o
        for o in _notices(opened, "processing")
        if o.said.get("party") == party and o.said.get("grant") in ("", grant.digest)
    ]
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


def _notices(opened: Iterable[Opened], notice: str) -> list[Opened]:
    return [o for o in opened if o.kind == "notice" and o.said.get("notice") == notice]


def _number(o: Opened) -> int:
    number = o.said.get("number")
    return number if isinstance(number, int) else 0
