# SPDX-License-Identifier: Apache-2.0
"""What one signed record of consent says, and whose signatures it needs: for checkers with a file.

Strict: a record is read back into exactly the statement that this program would sign, so a field
more, less or another makes it unreadable. Pure; who is believed is decided by the caller, from the
keys they trust. Withdrawals and suspensions of a grant are judged in `carried.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from countersign.clock import from_text, to_text
from countersign.errors import BadInput, CountersignError, NotVerified
from countersign.seal import Envelope, Statement
from countersign.terms import notices
from countersign.terms.asking.joint import LEAST_SIGNERS, Joint
from countersign.terms.benefit import Benefit
from countersign.terms.carried import Granted
from countersign.terms.events import RIDER_AT_MOST, read_processing
from countersign.terms.floor import read_floor, read_policy
from countersign.terms.pause import series_statement
from countersign.terms.records import CONTRACT_FILES, Grant, read_agreement, read_grant, read_item

Grants = Mapping[str, Envelope]
"""Grants that lie beside a record, by their digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Whose signatures a record needs: all of `signers`, or any one of `one_of`, or `least` people.

    `others` may sign too; nobody else. `at` is when the record says it was made, None where it bears
    no time of its own.
    """

    what: str
    signers: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    least: int = 0
    at: datetime | None = None


def needed(envelope: Envelope, grants: Grants) -> Need:
    """Return what a record of consent says and who must sign it; raises `NotVerified`.

    `grants` are those that lie beside it: an agreement and a persona rider cannot be read without.
    """
    statement = envelope.statement
    reader = _READERS.get(statement.kind)
    if reader is None:
        raise NotVerified(f"A {statement.kind} is not checked like this.")
    try:
        return reader(_Case(envelope, statement.predicate, grants))
    except (KeyError, TypeError, ValueError, AttributeError, BadInput) as e:
        raise _unreadable(statement.kind) from e


def granted_of(grant: Envelope) -> Granted:
    """Return what a grant's file says of who may stop it; raises `NotVerified`."""
    return Granted.of(read_grant(grant.payload))


@dataclass(frozen=True, slots=True)
class _Case:
    """A record, what it says, and the grants beside it."""

    envelope: Envelope
    said: Mapping[str, Any]
    grants: Grants


def texts_of(envelope: Envelope) -> dict[str, str]:
    """Return the hex digests of the texts that people read, by file name or language."""
    s = envelope.statement
    texts = s.predicate.get("texts")
    found = {str(k): str(v) for k, v in texts.items()} if isinstance(texts, dict) else {}
    return found | {n: d for n, d in s.subjects if n in {*CONTRACT_FILES, "en", "zh", "de"}}


def _grant(case: _Case) -> Need:
    p = case.said
    if p.get("part") == "item":
        return _item(case)
    if p.get("part") == "rider":
        return _rider(case)
    grant = read_grant(case.envelope.payload)
    return Need(what=f"grant of {grant.person} to {grant.party}", signers=frozenset({grant.person}))


def _item(case: _Case) -> Need:
    p = case.said
    item = read_item(case.envelope.payload, str(p["grant"]), str(p["person"]))
    if item is None:
        raise _unreadable("item")
    beside = case.grants.get(str(p["grant"]))
    if beside is not None:
        grant = read_grant(beside.payload)
        if grant.person != p["person"] or item not in {*grant.terms.items, *grant.terms.toggles}:
            raise NotVerified("The grant beside it does not ask for this item.", why=item)
    return Need(what=f"item {item}", signers=frozenset({str(p["person"])}))


def _rider(case: _Case) -> Need:
    p = case.said
    grant = _beside(case)
    benefits = [Benefit.from_value(b) for b in p["benefits"]]
    starts, expires = from_text(p["starts"]), from_text(p["expires"])
    made = notices.rider_statement(
        grant=grant.digest,
        agreement=str(p["agreement"]),
        texts=dict(case.envelope.statement.subjects),
        benefits=benefits,
        starts=starts,
        expires=expires,
    )
    if not starts < expires <= min(starts + RIDER_AT_MOST, grant.expires):
        raise NotVerified("A persona rider runs longer than one may.", why=to_text(expires))
    if not grant.terms.persona or not benefits:
        raise NotVerified("The terms have no persona, or nothing is given in return.")
    return _same(case.envelope, made, Need(what="persona rider", signers=_sides(grant)))


def _agreement(case: _Case) -> Need:
    grant = _beside(case)
    id = read_agreement(case.envelope.payload, grant)
    beside = {grant.terms.representative} if grant.terms.countersigned else set()
    others = frozenset({grant.terms.representative} - {""} - beside)
    return Need(what=f"agreement {id}", signers=_sides(grant) | beside, others=others)


def _undertaking(case: _Case) -> Need:
    p = case.said
    named = {name: str(p[name]) for name in ("grant", "offer", "party", "person")}
    made = notices.undertaking_statement(**named)
    _agrees(case)
    need = Need(what="no-detriment undertaking", signers=frozenset({named["party"]}))
    return _same(case.envelope, made, need)


def _notice(case: _Case) -> Need:
    p = case.said
    reader = _NOTICES[p["notice"]]
    _agrees(case)
    made, signers, one_of = reader(p)
    at = from_text(p["at"]) if "at" in p and p["notice"] not in _AHEAD else None
    need = Need(what=f"notice: {p['notice']}", signers=signers, one_of=one_of, at=at)
    return _same(case.envelope, made, need)


_AHEAD = frozenset({"leaving", "transfer", "incapacity"})
"""Notices whose `at` is when something comes about, not when they were signed."""
_Notice = tuple[Statement, frozenset[str], frozenset[str]]


def _assessment(p: Mapping[str, Any]) -> _Notice:
    made = notices.assessment_statement(
        grant=p["grant"],
        party=p["party"],
        texts=p["texts"],
        full=p["full"] is True,
        at=from_text(p["at"]),
        keep_until=from_text(p["keepUntil"]),
    )
    return made, frozenset({str(p["party"])}), frozenset()


def _told(p: Mapping[str, Any]) -> _Notice:
    made = notices.representatives_statement(
        grant=p["grant"], party=p["party"], to=p["to"], texts=p["texts"], at=from_text(p["at"])
    )
    return made, frozenset({str(p["party"])}), frozenset()


def _processing(p: Mapping[str, Any]) -> _Notice:
    made = notices.processing_statement(
        party=p["party"],
        processing=read_processing(p["processing"]),
        number=p["number"],
        grant=p["grant"],
    )
    return made, frozenset({str(p["party"])}), frozenset()


def _leaving(p: Mapping[str, Any]) -> _Notice:
    made = notices.leaving_statement(
        grant=p["grant"], person=p["person"], party=p["party"], at=from_text(p["at"])
    )
    return made, frozenset(), frozenset({str(p["person"]), str(p["party"])})


def _transfer(p: Mapping[str, Any]) -> _Notice:
    made = notices.transfer_statement(
        party=p["party"], successor=p["successor"], at=from_text(p["at"])
    )
    return made, frozenset({str(p["party"])}), frozenset()


def _incapacity(p: Mapping[str, Any]) -> _Notice:
    over = p["over"] is True
    made = notices.incapacity_statement(
        person=p["person"], by=p["by"], at=from_text(p["at"]), number=p["number"], over=over
    )
    # That somebody can decide again is their own word alone (clause 28).
    return made, frozenset({str(p["person"] if over else p["by"])}), frozenset()


_NOTICES: dict[str, Callable[[Mapping[str, Any]], _Notice]] = {
    "impact-assessment": _assessment,
    "to-representatives": _told,
    "processing": _processing,
    "leaving": _leaving,
    "transfer": _transfer,
    "incapacity": _incapacity,
}


def _floor(case: _Case) -> Need:
    floor = read_floor(case.envelope.statement)
    if floor.party == floor.representative:
        raise NotVerified("A floor needs two sides, and this one has one.")
    what = f"floor {floor.series}, version {floor.version}"
    return Need(what=what, signers=frozenset({floor.party, floor.representative}))


def _policy(case: _Case) -> Need:
    policy = read_policy(case.envelope.statement)
    return Need(what=f"policy, version {policy.version}", signers=frozenset({policy.party}))


def _joint(case: _Case) -> Need:
    joint = Joint.from_payload(case.envelope.payload)
    others = frozenset({joint.party})
    return Need(what="terms made together", least=LEAST_SIGNERS, others=others)


def _series(case: _Case) -> Need:
    p = case.said
    resume = p["act"] == "resume"
    persons = frozenset(map(str, p["persons"]))
    made = series_statement(
        by=p["by"],
        party=p["party"],
        series=p["series"],
        persons=persons,
        at=from_text(p["at"]),
        number=p["number"],
        resume=resume,
    )
    by, party = str(p["by"]), str(p["party"])
    # A representative suspends alone; both sides of the floor lift it (clause 29).
    signers = frozenset({by, party} if resume else {by})
    what = f"{p['act']} by a representative"
    return _same(case.envelope, made, Need(what=what, signers=signers, at=from_text(p["at"])))


_READERS: dict[str, Callable[[_Case], Need]] = {
    "grant": _grant,
    "agreement": _agreement,
    "undertaking": _undertaking,
    "notice": _notice,
    "collective-floor": _floor,
    "policy": _policy,
    "joint-terms": _joint,
    "suspension": _series,
}


def _sides(grant: Grant) -> frozenset[str]:
    return frozenset({grant.person, grant.party})


def _beside(case: _Case) -> Grant:
    p = case.said
    found = case.grants.get(str(p["grant"]))
    if found is None:
        raise NotVerified(
            "The grant that it names is not beside it.",
            why=f"It names the grant {str(p['grant'])[:16]}.",
            remedy="Give the grant's file too.",
        )
    return read_grant(found.payload)


def _agrees(case: _Case) -> None:
    """Refuse a record whose sides are not those of the grant that it names, if that is here."""
    p = case.said
    beside = case.grants.get(str(p.get("grant", "")))
    if beside is None:
        return
    grant = read_grant(beside.payload)
    if p.get("party", grant.party) != grant.party or p.get("person", grant.person) != grant.person:
        raise NotVerified("The grant that it names is between others.")


def _same(e: Envelope, made: Statement, need: Need) -> Need:
    try:
        same = made.to_bytes() == e.payload
    except CountersignError as e_:
        raise _unreadable(made.kind) from e_
    if not same:
        raise _unreadable(made.kind)
    return need


def _unreadable(kind: str) -> NotVerified:
    return NotVerified(
        f"This is not a {kind} as this program knows it.",
        why="A field is missing, new, or contradicts another.",
        remedy="Update countersign; if it stays, get the record again from whoever signed it.",
    )
