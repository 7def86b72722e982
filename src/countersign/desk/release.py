# SPDX-License-Identifier: Apache-2.0
"""Publish what was approved, under terms that are signed and in force."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.claims import Accepted, accepted, sheet_digests
from countersign.desk.consent import ask_for
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, proof_of, publish_log
from countersign.desk.packages import pin_keys, still_fresh
from countersign.desk.topics import left_in
from countersign.desk.words import allowed
from countersign.errors import BadInput, NotAllowed
from countersign.ids import PartyId, PersonId, ReleaseId, fresh
from countersign.people import Hub, ever_bound, identity_level
from countersign.skill import (
    EXPORT,
    Draft,
    Package,
    Release,
    build,
    built_anew,
    check_name,
    finish,
    install,
    rebuild_index,
    releases,
    render_document,
    reserve,
    served_claims,
    store_release,
)
from countersign.terms import (
    Act,
    Attribution,
    Audience,
    Kind,
    OfferState,
    Permit,
    Request,
    Source,
    Standing,
    Terms,
    decide,
    keep_record,
    offer_state,
    offers,
    record,
    records,
    standing,
)

SELF_TERMS = "only-me"


@dataclass(frozen=True, slots=True)
class Published:
    """A release: its number, how many claims it holds, and where its package stands."""

    skill: str
    release: str
    version: int
    claims: int
    left_out: int
    folder: Path
    agreement: str


def self_agreement(home: Home, *, now: datetime) -> str:
    """Return the person's grant to themself, offering one of `only-me` where there is none."""
    me = home.owner
    with home.hub.db.read() as c:
        own = [o for o in offers(c) if o.person == o.party == me.id]
    found = [o for o in own if o.state == "in-force" and now < o.expires]
    if found:
        return found[-1].agreement_id
    return ask_for(home, me.label, party=me.label, terms=SELF_TERMS, now=now).agreement_id


def publish(
    home: Home,
    name: str,
    *,
    agreement: str,
    title: str,
    about: str,
    now: datetime,
    only_served: bool = False,
) -> Published:
    """Release every approved claim that the terms cover, signed by the person, into the hub.

    What was taken back under this agreement stays out for good. `only_served` releases no more than
    what is served now: a withdrawal must not publish what the person had not published.
    Raises `NotAllowed` while a signature is missing, cooling off, or where the terms forbid it.
    A kill in between is completed by running it again: the next version replaces the unfinished.
    """
    check_name(name)
    me = home.owner
    state, found, left_out = _covered(home, agreement)
    if only_served:
        found = _only_served(home, name, state, found)
    with home.hub.db.write() as c:
        stood = standing(c, state.agreement_id)
        permit = allowed(decide(_request(state, found, stood), stood, now=now))
        _refuse_taken_name(c, name, permit)
        version = 1 + max((r.version for r in _same_skill(c, name, permit)), default=0)
        draft = _draft(c, home, state, found, name, title, about, version, now)
        package = build(draft, sign_with=home.key(me.label), nonce=os.urandom(32))
        store_release(c, draft, package, keys=home.hub.keys)
        built_anew(c, state.agreement_id, name)
        keep_record(c, package.release, grant=state.grant_digest, now=now)
        log_signed(c, now=now)
    with home.hub.db.write() as c:
        # Under the lock that a withdrawal needs: the index never learns what was just erased.
        rebuild_index(c, home.hub.index, home.hub.keys)
    publish_log(home.hub, now=now)
    folder = _write(home, draft, package, now)
    return Published(name, draft.release, version, len(found), left_out, folder, state.agreement_id)


def _only_served(
    home: Home, name: str, state: OfferState, found: tuple[Accepted, ...]
) -> tuple[Accepted, ...]:
    with home.hub.db.read() as c:
        now_served = [
            id
            for r in releases(c, agreements=[state.agreement_id], current=True)
            if r.skill == name
            for id in served_claims(c, r.id)
        ]
    kept = tuple(a for a in found if a.id in now_served)
    if not kept:
        raise NotAllowed(
            "Nothing is left of this skill.", why="Every claim in it was taken back or changed."
        )
    return kept


def document(home: Home, *, agreement: str, title: str, lang: str, now: datetime) -> str:
    """Return the approved claims that the terms cover as a hand-over document for people."""
    state, found, _ = _covered(home, agreement)
    with home.hub.db.read() as c:
        stood = standing(c, state.agreement_id)
        allowed(decide(_request(state, found, stood), stood, now=now))
        draft = _draft(c, home, state, found, "document", title, "", 1, now)
    return render_document(draft, lang=lang)


def _covered(home: Home, agreement: str) -> tuple[OfferState, tuple[Accepted, ...], int]:
    """Return the offer, the approved claims that its terms cover, and how many they do not."""
    me = home.owner
    with home.hub.db.read() as c:
        state = offer_state(c, agreement)
        stood = standing(c, state.agreement_id)
        keys = ever_bound(c, me.id)  # a sheet stays signed when its key is rotated
    quotable = {Source.NOTES} if state.terms.quote_documents else set()
    approved = accepted(home.vault, keys=keys, quotable=quotable)
    stays = left_in(home.vault, approved, stood.withdrawn if stood else ())
    found = tuple(_told(a) for a in stays if _covers(state.terms, a))
    if not found and state.complete:
        raise NotAllowed(
            "There is nothing to publish yet.",
            why=f"{len(approved)} claims are approved, none of a kind and source the terms cover.",
            remedy="countersign review",
        )
    return state, found, len(approved) - len(found)


def _covers(terms: Terms, claim: Accepted) -> bool:
    return claim.kind in terms.kinds and claim.sources <= {str(s) for s in terms.sources}


def _told(claim: Accepted) -> Accepted:
    """Return the claim with a topic of words that stand in its approved text.

    The engine's topic is of the proposal: a name that the person edited out may still be in it, and
    no sheet was signed over it.
    """
    text = claim.text.casefold()
    kept = [term for term in claim.topic.split(", ") if term.casefold() in text]
    return replace(claim, topic=", ".join(kept))


def _request(state: OfferState, found: tuple[Accepted, ...], stood: Standing | None) -> Request:
    left = [a for a in state.terms.audience if stood is None or stood.ticked(Audience(a))]
    audience = min(left, key=lambda a: list(Audience).index(Audience(a)), default="")
    return Request(
        act=Act.PUBLISH,
        actor=state.person,
        party=state.party,
        audience=audience,
        delivery=state.terms.delivery,
        kinds=frozenset(str(Kind(a.kind)) for a in found),
        sources=frozenset(s for a in found for s in a.sources),
    )


def _same_skill(c: sa.Connection, name: str, permit: Permit) -> list[Release]:
    return [r for r in releases(c, agreements=[permit.agreement]) if r.skill == name]


def _refuse_taken_name(c: sa.Connection, name: str, permit: Permit) -> None:
    """One name answers for one agreement at a time, so that `ask --skill` means one thing."""
    for other in releases(c, current=True):
        if other.skill == name and other.agreement != permit.agreement:
            raise BadInput(
                f"A skill named {name} is in force under another agreement.",
                why="A name answers for one agreement at a time.",
                remedy="Choose another name, or take the other one back first.",
            )


def _draft(
    c: sa.Connection,
    home: Home,
    state: OfferState,
    found: tuple[Accepted, ...],
    name: str,
    title: str,
    about: str,
    version: int,
    now: datetime,
) -> Draft:
    me, at = home.owner, now.replace(microsecond=0)
    agreed = next(r for r in records(c, state.grant_digest) if r.kind == "agreement")
    return Draft(
        name=name,
        title=title or name.replace("-", " ").title(),
        description=about,
        byline=_byline(state.terms, me.name),
        identity_level=identity_level(c, me.id, at).value,
        person=PersonId(state.person),
        party=PartyId(state.party),
        agreement=state.agreement_id,
        agreement_digest=agreed.digest,
        grant_digest=state.grant_digest,
        review_sheets=sheet_digests(found),
        terms=state.terms,
        claims=found,
        release=ReleaseId(fresh("r")),
        version=version,
        released_at=at,
        valid_until=state.expires,
        grant_envelope=record(c, state.grant_digest).envelope,
        agreement_envelope=agreed.envelope,
    )


def _byline(terms: Terms, name: str) -> str:
    if terms.attribution is Attribution.NAME:
        return name
    return terms.alias if terms.attribution is Attribution.PSEUDONYM else ""


def _write(home: Home, draft: Draft, package: Package, now: datetime) -> Path:
    """Finish the package with proof and freshness, and keep it in the home as a recorded copy."""
    done = _finished(home.hub, package, valid_until=draft.valid_until, now=now)
    folder = home.path.resolve() / "skills" / draft.name
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    for step in (reserve, install):  # the record is durable before the first file is written
        with home.hub.db.write() as c:
            step(
                c,
                done.files,
                folder,
                host=EXPORT,
                release=draft.release,
                agreement=draft.agreement,
                now=now,
            )
    beside = {draft.terms.representative} if draft.terms.countersigned else set()
    pin_keys(home, {draft.person, draft.party} | beside, now=now)
    return folder


def _finished(hub: Hub, package: Package, *, valid_until: datetime, now: datetime) -> Package:
    proof, _ = proof_of(hub, package.release.digest)
    made = still_fresh(hub, package.release.digest, valid_until=valid_until, now=now)
    return finish(package, proof=proof, freshness=made)
