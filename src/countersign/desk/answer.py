# SPDX-License-Identifier: Apache-2.0
"""Answer a question: decide, find, compose, and a durable receipt before the answer leaves.

Everything happens in one hub write transaction: the state that was decided on is the state under
which the receipt stands, and a withdrawal that commits first is seen by the next question in any
process.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.desk.dropped import honour_dropped
from countersign.desk.held import look_around
from countersign.desk.packages import require_current
from countersign.desk.turn import give_way
from countersign.errors import BadInput, Internal, NotAllowed, NotFound
from countersign.ids import AgreementId, CallerId, ClaimId, fresh
from countersign.people import Hub, callers_of, find_card
from countersign.people import tables as people_tables
from countersign.settle import (
    Identified,
    Receipt,
    Use,
    check_tells,
    note_refused,
    tell_use,
    write_receipt,
)
from countersign.skill import (
    GAP_LINE,
    Answer,
    Found,
    Near,
    Release,
    Released,
    Scope,
    claims_of,
    compose,
    find,
    goes,
    open_near,
    releases,
    scope_of,
)
from countersign.terms import (
    Act,
    Audience,
    BenefitKind,
    Delivery,
    Permit,
    Purpose,
    Refusal,
    Refused,
    Request,
    Standing,
    State,
    Terms,
    decide,
    standings,
)
from countersign.terms import tables as terms_tables


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an agent or program of a party (or of the person), by its own word or credential."""

    id: CallerId
    label: str
    party: str
    identified: Identified
    tells: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answered:
    """What the caller gets: text, the claims behind it, and the receipt (None for a gap)."""

    text: str
    skill: str
    claims: tuple[ClaimId, ...]
    receipt: Receipt | None


def open_caller(
    hub: Hub, name: str, *, party: str | None, now: datetime, tells: Collection[str] = ()
) -> Caller:
    """Return the caller of that label, made known at first use under a party of this hub.

    `tells` is what the caller ticked for the person to see of each use; nothing by default.

    `party` may be left out where the hub knows only one side that could be asking. Nothing here
    proves who calls; receipts say `declared`.
    """
    ticked = check_tells(tells)
    look_around(hub, now=now)
    t = people_tables.caller
    with hub.db.write() as c:
        known = c.execute(sa.select(t).where(t.c.label == name)).first()
        asked = find_card(c, party).id if party else None
        if known is not None and asked in (None, known.party):
            return Caller(CallerId(known.id), name, known.party, Identified.DECLARED, ticked)
        if known is not None:
            raise BadInput(
                f"The caller '{name}' belongs to another party.",
                remedy="Choose another caller name.",
            )
        owner = asked or _only_side(c)
        id = CallerId(fresh("k"))
        c.execute(t.insert().values(id=id, label=name, party=owner, made_at=to_seconds(now)))
    return Caller(id, name, owner, Identified.DECLARED, ticked)


def _only_side(c: sa.Connection) -> str:
    """Return the one side in whose name a caller can ask; raises where that is not clear."""
    for table in (people_tables.party, people_tables.person_card):
        found = list(c.execute(sa.select(table.c.id)).scalars())
        if len(found) == 1:
            return str(found[0])
        if found:
            break
    raise BadInput(
        "It is not clear in whose name this caller asks.",
        why="A use counts for one party's agreement, and several are known here or none.",
        remedy="Say so once: countersign serve --caller NAME --party PARTY",
    )


def ask(
    hub: Hub,
    caller: Caller,
    question: str,
    *,
    now: datetime,
    skill: str | None = None,
    purpose: str = Purpose.ANSWER_QUESTIONS.value,
) -> Answered:
    """Answer from what this caller may ask now, or say the gap line; raises `NotAllowed`, `NotFound`.

    The receipt is durable when this returns. A gap leaves no receipt: nothing of anybody was used.
    """
    honour_dropped(hub, now=now)
    give_way(hub)
    with hub.db.read() as c:  # a refusal needs no place in the line of writers
        if _all_over(c, _offered(c, caller, skill)):
            _near(c, hub, caller, question, skill, purpose, now)
    with hub.db.write() as c:
        require_current(c)
        made = _answer(c, hub, caller, question, skill, purpose, now)
    if isinstance(made, Refused):  # said after its count is durable (clause 24)
        raise made
    return made


def _answer(
    c: sa.Connection,
    hub: Hub,
    caller: Caller,
    question: str,
    skill: str | None,
    purpose: str,
    now: datetime,
) -> Answered | Refused:
    try:
        near, decided = _near(c, hub, caller, question, skill, purpose, now)
    except Refused as e:
        note_refused(c, _offered(c, caller, skill).agreements, code=e.code, now=now)
        return e
    found = _not_withdrawn(open_near(near, c=c, keys=hub.keys), decided)
    made = compose(found, question, nonce=os.urandom(32))
    if not made.claims:
        return Answered(GAP_LINE, "", (), None)
    release = made.claims[0].release
    receipt = _receipt(c, caller, made, decided[release.agreement], now)
    if caller.tells:
        _tell(c, hub, caller, receipt, question)
    return Answered(made.text, release.skill, made.ids, receipt)


def _not_withdrawn(found: list[Found], decided: Mapping[AgreementId, Permitted]) -> list[Found]:
    """Leave out claims that were taken back alone, should their rows still be there."""
    gone = {a: p.withdrawn for a, p in decided.items() if p.withdrawn}
    if not gone:
        return found
    return [
        f
        for f in found
        if not goes(
            f.claim.id, f.claim.kind, f.claim.sources, gone.get(f.claim.release.agreement, ())
        )
    ]


def _near(
    c: sa.Connection,
    hub: Hub,
    caller: Caller,
    question: str,
    skill: str | None,
    purpose: str,
    now: datetime,
) -> tuple[Near, dict[AgreementId, Permitted]]:
    """Find what answers among agreements that all permit it; nothing is opened before that.

    An agreement that is refused leaves the search and the search is made again, so that a refused
    skill neither answers nor takes the place of one that may.
    """
    scope = _offered(c, caller, skill)
    refused: dict[AgreementId, Refusal] = {}
    while scope.served:
        near = find(question, scope, c=c, index=hub.index)
        # With nothing near, one is decided all the same: a gap is only said where asking is allowed.
        asked = near.agreements or {min(scope.agreements)}
        decided = _decide_all(c, caller, {AgreementId(a) for a in asked}, purpose, now)
        refused |= {a: d for a, d in decided.items() if isinstance(d, Refusal)}
        permitted = {a: d for a, d in decided.items() if isinstance(d, Permitted)}
        if len(permitted) == len(decided):
            return near, permitted
        scope = scope.without(refused)
    if refused:
        raise min(refused.values(), key=lambda r: r.code).to_error()
    raise NotAllowed(
        "No skill is in force for you.",
        why="Nothing was released to your party, or it was taken back.",
        remedy="Ask the person; `countersign ask-for` offers terms.",
    )


def _all_over(c: sa.Connection, scope: Scope) -> bool:
    """Tell whether everything in scope was taken back, by a look that can only hasten a refusal."""
    t = terms_tables.offer
    states = sa.select(t.c.state).where(t.c.agreement.in_(sorted(scope.agreements)))
    found = set(c.execute(states).scalars())
    return found == {State.WITHDRAWN.value}


def _offered(c: sa.Connection, caller: Caller, skill: str | None) -> Scope:
    """Return what this caller's party could ask, by name if one is given.

    Where nothing is served any more, the last that was is returned, so that its refusal is said.
    """
    served = scope_of(c, caller.party, skill)
    if served.served:
        return served
    once = releases(c, party=caller.party, skill=skill)[-1:]
    if skill is not None and not once:
        raise NotFound(
            "There is no such skill for you here.",
            why="Skills are asked by their exact name, for the party they were released to.",
            remedy="list_skills names those in force for you.",
        )
    return Scope(tuple((r.skill, r.agreement) for r in once))


@dataclass(frozen=True, slots=True)
class Permitted:
    """A permit with the terms it rests on, both of this one request."""

    permit: Permit
    terms: Terms
    withdrawn: frozenset[str] = frozenset()


def _decide_all(
    c: sa.Connection,
    caller: Caller,
    agreements: Collection[AgreementId],
    purpose: str,
    now: datetime,
) -> dict[AgreementId, Permitted | Refusal]:
    stood = standings(c, agreements)
    callers = callers_of(c, caller.party)
    return {a: _decide(caller, stood.get(a), purpose, callers, now) for a in sorted(agreements)}


def _decide(
    caller: Caller, standing: Standing | None, purpose: str, callers: int, now: datetime
) -> Permitted | Refusal:
    decided = decide(_request(caller, standing, purpose, callers), standing, now=now)
    if isinstance(decided, Refusal):
        return decided
    if standing is None:
        raise Internal("A permit rests on no standing.")
    return Permitted(decided, standing.terms, standing.withdrawn)


def _request(caller: Caller, standing: Standing | None, purpose: str, callers: int) -> Request:
    own = standing is not None and standing.person == caller.party
    return Request(
        act=Act.ANSWER,
        actor=caller.id,
        party=caller.party,
        purpose=purpose,
        audience=Audience.SELF if own else Audience.TEAM,
        delivery=Delivery.SERVED,
        callers=callers,
    )


def _receipt(
    c: sa.Connection, caller: Caller, made: Answer, permitted: Permitted, now: datetime
) -> Receipt:
    release = made.claims[0].release
    per_use = [b for b in permitted.terms.benefits if b.kind is BenefitKind.PER_USE]
    use = Use(
        release=release.id,
        skill=release.skill,
        caller=caller.id,
        identified=caller.identified,
        claims=made.ids,
        amount=sum(b.amount for b in per_use),
        currency=per_use[0].currency if per_use else "",
    )
    return write_receipt(c, use, permit=permitted.permit, now=now, random=os.urandom)


def _tell(c: sa.Connection, hub: Hub, caller: Caller, receipt: Receipt, question: str) -> None:
    """Keep for the person what this caller ticked, and nothing else of them (clause 36)."""
    ticked = {"name": caller.label, "question": question}
    told = {what: said for what, said in ticked.items() if what in caller.tells}
    tell_use(c, hub.keys, receipt_id=receipt.id, agreement=receipt.agreement, told=told)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a caller may see behind a claim: text, dates, kinds of source, support, commitments."""

    claim: Released
    skill: str


def show_evidence(hub: Hub, caller: Caller, claim: str, *, now: datetime, purpose: str) -> Evidence:
    """Return the evidence behind a served claim (by id or unique beginning of at least 4 signs)."""
    honour_dropped(hub, now=now)
    with hub.db.read() as c:
        require_current(c)
        for release in releases(c, party=caller.party, current=True):
            decided = _decide_all(c, caller, [release.agreement], purpose, now)
            if not isinstance(decided[release.agreement], Permitted):
                continue
            held = claims_of(c, hub.keys, release.agreement)
            near = [
                x
                for x in held.values()
                if x.id == claim or (len(claim) > 3 and x.id.startswith(claim))
            ]
            if len(near) == 1:
                return Evidence(near[0], release.skill)
    raise NotFound(
        "No claim of a skill in force for you has that id.",
        remedy="Take the id from an answer's last line.",
    )


def skills_in_force(hub: Hub, caller: Caller, *, now: datetime, purpose: str) -> list[Release]:
    """Return the skills this caller may ask now."""
    honour_dropped(hub, now=now)
    with hub.db.read() as c:
        require_current(c)
        offered = releases(c, party=caller.party, current=True)
        decided = _decide_all(c, caller, {r.agreement for r in offered}, purpose, now)
    return [r for r in offered if isinstance(decided[r.agreement], Permitted)]
