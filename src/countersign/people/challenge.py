# SPDX-License-Identifier: Apache-2.0
"""Show that a handle is somebody's: a one-time code sent to that account comes back signed.

1. A party, a representative or the hub makes a challenge for a person's handle. The hub keeps a
   salted digest of the code and a salted commitment of the handle; code and salt leave with the
   text, which is sent to the account by hand (nothing here sends anything).
2. The person checks that it names their own handle, and signs an attestation that holds the code,
   with the key in use. That is one line of text.
3. The challenger spends a try, then accepts: compares code, person, handle and key, signs as well,
   and the attestation becomes the next record of the person's chain.

A code works once, for 24 hours, for five tries. It has 130 random bits, so that guessing is
hopeless; the tries show that somebody tries.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import (
    Conflict,
    CountersignError,
    NotAllowed,
    NotFound,
    NotVerified,
    Stale,
)
from countersign.ids import from_digest
from countersign.people.answering import (
    ANSWERED,
    ASKED,
    Challenge,
    handle_commitment,
    not_a_line,
    read_line,
    write_line,
)
from countersign.people.bind import voucher
from countersign.people.bindings import (
    Binding,
    Role,
    Said,
    Voucher,
    read_binding,
    seconds,
)
from countersign.people.handle import Handle
from countersign.people.identity import SKEW, bindings, bound_keys, keep_binding, require_use
from countersign.people.tables import handle_challenge
from countersign.seal import (
    SALT_BYTES,
    Envelope,
    PublicKey,
    SigningKey,
    b64,
    canonical,
    countersign,
    sha256_hex,
)

VALID_FOR = timedelta(hours=24)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Try:
    """An answer for which a try was spent (see `spend_try`)."""

    challenge: str
    subject: str
    envelope: Envelope


def make_challenge(
    c: sa.Connection,
    *,
    person: str,
    handle: Handle,
    challenger: str,
    public: PublicKey,
    now: datetime,
    random: Callable[[int], bytes],
) -> Challenge:
    """Make a one-time code for this handle of this person; `public` is the challenger's key in use.

    Raises `NotAllowed` where a person has no key yet, or the challenger may not vouch.
    """
    by = voucher(c, challenger, public)
    if public not in bound_keys(c, challenger, at=now):
        raise NotAllowed(
            "This key is not in use for the challenger.", remedy="Use the challenger's own key."
        )
    if not bound_keys(c, person, at=now):
        raise NotAllowed(
            "This person has no key yet.",
            why="A challenge shows that a key and an account are the same person's.",
            remedy="Let them set up their key first: countersign people add NAME --me",
        )
    salt, code, code_salt = random(SALT_BYTES), from_digest("", random(17)), random(SALT_BYTES)
    id = from_digest("h", random(17))
    committed = handle_commitment(salt, handle, person)
    row: dict[str, Any] = {
        "id": id,
        "person": person,
        "challenger": challenger,
        "role": by.role.value,
    }
    row |= {"handle": committed, "made_at": to_seconds(now), "tries_left": TRIES}
    row |= {"expires_at": to_seconds(now + VALID_FOR)}
    secret = {"code_salt": code_salt, "code_digest": sha256_hex(code_salt + code.encode())}
    c.execute(handle_challenge.insert().values(row | secret))
    line = write_line(ASKED, canonical(_asked(c, person, by, id, code, salt, committed)))
    return Challenge(id, committed, seconds(now + VALID_FOR), line)


def _asked(
    c: sa.Connection, person: str, by: Voucher, id: str, code: str, salt: bytes, committed: str
) -> dict[str, Any]:
    return {
        "v": 1,
        "challenge": id,
        "person": person,
        "by": {"id": by.id, "role": by.role.value, "publicKey": by.public.text},
        "code": code,
        "handle": committed,
        "salt": b64(salt),
        "prev": bindings(c, person)[-1].digest,
    }


def spend_try(c: sa.Connection, answer: str, *, now: datetime) -> Try:
    """Count one try for the challenge that `answer` names, in a transaction of its own.

    A wrong answer must not undo its own counting, so this commits before `accept_answer` looks.
    Raises `BadInput`, `NotFound`, `Conflict` (answered already), `Stale` (too late), `NotAllowed`
    (no try left).
    """
    try:
        envelope = Envelope.from_bytes(read_line(ANSWERED, answer))
        said = read_binding(envelope.payload)
    except CountersignError as e:
        raise not_a_line(ANSWERED) from e
    if said.shown is None:
        raise not_a_line(ANSWERED)
    row = _row(c, said.shown.challenge)
    if row.used_at is not None:
        raise Conflict(
            "This challenge was answered already.",
            why="A code works once.",
            remedy="Nothing is left to do; make another challenge for another handle.",
        )
    if to_seconds(now) >= row.expires_at:
        raise Stale(
            "This answer comes too late.",
            why=f"The code was good until {from_seconds(row.expires_at):%Y-%m-%d %H:%M} UTC.",
            remedy="Make another challenge.",
        )
    if row.tries_left < 1:
        raise NotAllowed(
            "No try is left for this challenge.",
            why=f"{TRIES} answers were given and none was right: somebody may be guessing.",
            remedy="Ask the person by another way, then make another challenge.",
        )
    t = handle_challenge
    c.execute(t.update().where(t.c.id == row.id).values(tries_left=row.tries_left - 1))
    return Try(row.id, said.subject, envelope)


def accept_answer(c: sa.Connection, tried: Try, *, by: SigningKey, now: datetime) -> Binding:
    """Check an answer, sign it as the challenger and add it to the person's chain.

    Raises `NotVerified` for a wrong code, another person's code, another handle or a key that is
    not the person's; as `keep_binding` where the chain went on meanwhile.
    """
    row = _row(c, tried.challenge)
    said = read_binding(tried.envelope.payload)
    if row.used_at is not None or row.tries_left >= TRIES:
        raise Conflict("No try was spent for this answer.", remedy="Spend one first.")
    require_use(c, row.challenger, by, now)
    _check_answer(c, row, said, by, now)
    signed = countersign(tried.envelope, by)
    made = keep_binding(c, signed, now=now, not_before=from_seconds(row.made_at) - SKEW)
    t = handle_challenge
    c.execute(t.update().where(t.c.id == row.id).values(used_at=to_seconds(now)))
    return made


def _check_answer(c: sa.Connection, row: Any, said: Said, by: SigningKey, now: datetime) -> None:
    shown = said.shown
    if shown is None or said.by != Voucher(row.challenger, Role(row.role), by.public):
        raise _wrong("It names another challenger, or another key of the challenger.")
    digest = sha256_hex(row.code_salt + shown.code.encode())
    if not hmac.compare_digest(digest, row.code_digest):
        raise _wrong("The code is not the one that was sent.")
    if said.subject != row.person:
        raise _wrong("The code was sent to somebody else.")
    if shown.handle != row.handle:
        raise _wrong("It is about another handle.")
    if said.public not in bound_keys(c, row.person, at=now):
        raise _wrong("It is signed with a key that is not in use for this person.")


def _wrong(why: str) -> NotVerified:
    return NotVerified(
        "This answer does not show that the handle is the person's.",
        why=why,
        remedy="Make another challenge and send it to the account itself.",
    )


def _row(c: sa.Connection, id: str) -> Any:
    row = c.execute(sa.select(handle_challenge).where(handle_challenge.c.id == id)).first()
    if row is None:
        raise NotFound("No such challenge was made here.", remedy="Make another one.")
    return row
