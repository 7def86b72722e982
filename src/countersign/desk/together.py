# SPDX-License-Identifier: Apache-2.0
"""Answering together 一起谈: a file that people pass on, then one set of terms that the party signs.

Until `send`, nothing here writes to the hub: a circle lives in its members' file alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.desk.consent import party_signs, terms_of
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import BadInput, NotFound, Unavailable
from countersign.ids import fresh
from countersign.people import find_card
from countersign.seal import SALT_BYTES, SigningKey
from countersign.terms import (
    LEAST_SIGNERS,
    Circle,
    Joint,
    JointTerms,
    Member,
    OfferState,
    Terms,
    accept_joint,
    fresh_code,
    join_circle,
    make_offer,
    merged_circles,
    note_origin,
    offer_state,
    open_circle,
    propose_terms,
    require_open,
    seal_circle,
    send_joint,
    sign_circle,
    sign_offer,
    start_circle,
    too_few,
    topic_request,
    undertake,
)

MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Started:
    """A new circle's file, and the code that opens it: said once, kept nowhere."""

    path: Path
    code: str
    circle: Circle


def together_start(home: Home, about: str, *, terms: str, out: Path) -> Started:
    """Start a circle about a topic request, an offer or a party, with its owner as first member.

    Raises `BadInput` for a file that is there already: it may hold others' signatures.
    """
    wanted = terms_of(home, terms)
    if wanted.to_self:
        raise BadInput(
            "Terms with oneself are not agreed on together.",
            remedy="Take terms for a party, like my-team.",
        )
    if out.exists():
        raise BadInput(
            f"There is a file {out.name} already.",
            why="It may be a circle with others' signatures.",
            remedy="Choose another --out.",
        )
    with home.hub.db.read() as c:
        party, request = _about(c, about)
    joint = Joint(id=fresh("j"), party=party, request=request, terms=wanted)
    circle = join_circle(start_circle(joint), _me(home)[0])
    code = fresh_code(os.urandom(17))
    _save(out, circle, code)
    return Started(out, code, circle)


def _about(c: sa.Connection, about: str) -> tuple[str, str]:
    """Return the party and the topic request, if it is one. An offer's id would name its person."""
    if about.startswith("q") and len(about) == 27:
        found = topic_request(c, about)
        return found.party, found.id
    if about[:1] in ("f", "a") and len(about) == 27:
        return offer_state(c, about).party, ""
    card = find_card(c, about)
    if not card.is_party:
        raise BadInput(
            "People agree together on terms for a party.",
            remedy="Name the request, the offer or the party.",
        )
    return card.id, ""


def _me(home: Home) -> tuple[Member, SigningKey]:
    me = home.owner
    if not home.key_path(me.label).exists():  # making one would write to the hub
        raise Unavailable(
            "You have no signing key here yet.",
            why="One signs with a key that the hub knows.",
            remedy="countersign people add NAME --handle mail:you@example.org --me",
        )
    key = home.key(me.label)
    return Member(me.id, me.name, key.public), key


def together_open(path: Path, code: str) -> Circle:
    """Read a circle's file; raises `BadInput` for another file or a wrong code."""
    try:
        with path.open("rb") as f:
            data = f.read(MOST_BYTES)
    except OSError as e:
        raise BadInput(
            f"The file {path.name} cannot be read.",
            why=e.strerror or type(e).__name__,
            remedy="Give the file that was passed on.",
        ) from e
    return open_circle(data, code)


def together_join(home: Home, path: Path, code: str) -> Circle:
    """Put the vault's owner into a circle, not signing yet."""
    circle = join_circle(together_open(path, code), _me(home)[0])
    _save(path, circle, code)
    return circle


def together_propose(home: Home, path: Path, code: str, *, terms: str) -> Circle:
    """Put other terms into a circle; whoever had signed the old ones signs anew."""
    circle = together_open(path, code)
    joint = replace(circle.joint, terms=terms_of(home, terms))
    circle = join_circle(propose_terms(circle, joint), _me(home)[0])
    _save(path, circle, code)
    return circle


def together_sign(home: Home, path: Path, code: str) -> Circle:
    """Sign a circle's terms as the vault's owner; raises `Conflict` for a second time."""
    circle = sign_circle(together_open(path, code), *_me(home))
    _save(path, circle, code)
    return circle


def _save(path: Path, circle: Circle, code: str) -> None:
    data = seal_circle(circle, code, random=os.urandom(SALT_BYTES))
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "wb") as f:
            f.write(data)
            f.flush()
            os.fsync(f.fileno())
        beside.replace(path)
    except OSError as e:
        beside.unlink(missing_ok=True)
        raise Unavailable(
            f"The file {path.name} cannot be written.",
            why=e.strerror or type(e).__name__,
            remedy="Choose a folder you may write to with --out.",
        ) from e


def together_send(home: Home, paths: Sequence[Path], code: str, *, now: datetime) -> JointTerms:
    """Show the party what three or more have signed; several copies of the file count as one.

    Raises `NotAllowed` for fewer than three, `Stale` when the request has lapsed.
    """
    circle = merged_circles(together_open(path, code) for path in paths)
    signed = [member.id for member in circle.signed]
    if len(signed) < LEAST_SIGNERS:
        raise too_few(len(signed))
    with home.hub.db.write() as c:
        _require_known(c, signed)
        if circle.joint.request:
            require_open(topic_request(c, circle.joint.request).asked_at, now)
        return send_joint(c, circle.envelope, persons=signed, now=now)


def _require_known(c: sa.Connection, persons: Sequence[str]) -> None:
    """Refuse members whom this hub does not know: their signatures could not be checked by it."""
    for person in persons:
        try:
            find_card(c, person)
        except NotFound as e:
            raise NotFound(
                "Somebody who signed is not known to this hub.",
                why="The party checks each signature by a key that its hub knows.",
                remedy="Each member runs `countersign people add NAME --me …` with this hub, once.",
            ) from e


@dataclass(frozen=True, slots=True)
class Accepted:
    """Joint terms that the party signed, and an offer made ready for each signer."""

    joint: JointTerms
    offers: tuple[OfferState, ...]


def together_accept(home: Home, id: str, *, party: str, now: datetime) -> Accepted:
    """Sign joint terms as the party: they become the signers' floor, each with an offer to sign.

    The party has signed each of these offers, and that saying no to it costs nothing.
    """
    _, key = party_signs(home, party, now)
    with home.hub.db.write() as c:
        joint = accept_joint(c, id, key=key, now=now)
        made = [_offer(c, joint, person, key, now) for person in joint.persons]
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return Accepted(joint, tuple(made))


def _offer(
    c: sa.Connection, joint: JointTerms, person: str, key: SigningKey, now: datetime
) -> OfferState:
    terms: Terms = joint.joint.terms
    made = make_offer(c, party=joint.joint.party, person=person, terms=terms, now=now)
    note_origin(c, offer=made.id, request=joint.joint.request, answers="")
    undertake(c, made.id, key=key, now=now)
    return sign_offer(c, made.id, signer=joint.joint.party, key=key, now=now)
