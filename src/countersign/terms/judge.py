# SPDX-License-Identifier: Apache-2.0
"""Judge one agreement from everything the hub holds about it: pure, and strict about what counts.

What is believed, and why:
1. Terms, parties and dates come from the grant's signed bytes, never from a column.
2. The agreement must be the contract of exactly that grant. (The stored contract texts are
   checked against their signed digests where they are shown, in `offers.py`.)
3. A signature counts if a key bound to that very signer at that time made it over those bytes, and
   the hub noted when. A key bound to the person never counts for the party.
4. The state is the strictest of what the row says and what signed records say, so that editing
   one field cannot undo a withdrawal. A resumption must bear the right signatures to count.

Not done here: reading the database (`load.py`). Since the result depends on the `Case` alone, it
may be kept between calls; every call still reads the whole case anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from countersign.clock import from_seconds
from countersign.errors import NotVerified
from countersign.ids import AgreementId
from countersign.people import BoundKey, IdentityLevel
from countersign.seal import Envelope, pae, sha256_hex
from countersign.terms import events
from countersign.terms.bounds import bounds, representatives
from countersign.terms.events import Opened
from countersign.terms.limits import LEVELS
from countersign.terms.pause import paused_since
from countersign.terms.records import Grant, read_agreement, read_grant, read_item
from countersign.terms.standing import Standing, State


@dataclass(frozen=True, slots=True)
class Case:
    """All that the hub holds about one agreement at one moment.

    `envelopes` are the records about the grant, its person and its party, each with the UTC second
    it reached the hub; `signings` are (record digest, signer, UTC second) and may name an earlier
    second for one signer; `keys` are the keys of everybody who signed any of them.
    """

    offer: str
    agreement: str
    grant_digest: str
    person: str
    party: str
    grant_payload: bytes
    agreement_payload: bytes
    state: str
    since: int | None
    envelopes: tuple[tuple[bytes, int], ...]
    signings: tuple[tuple[str, str, int], ...]
    keys: frozenset[BoundKey]


@lru_cache(maxsize=2048)
def judge(case: Case) -> Standing:
    """Return how the agreement stands; `missing` names role and id ("party o…").

    Raises `NotVerified` when the case contradicts its own signed bytes, or a record in it cannot be
    read: what it might take away is not guessed at.
    """
    try:
        return _judge(case)
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise changed() from e


def _judge(case: Case) -> Standing:
    grant = read_grant(case.grant_payload)
    agreement = read_agreement(case.agreement_payload, grant)
    _check_columns(case, grant, agreement)
    noted = {(digest, signer): at for digest, signer, at in case.signings}
    opened = [open_record(data, at, noted, case.keys) for data, at in case.envelopes]
    missing, times = _signatures(case, grant, opened, noted)
    binding = bounds(opened, person=grant.person, party=grant.party, at=grant.offered_at)
    beside = representatives(opened, person=grant.person, party=grant.party)
    beside |= {grant.terms.representative} - {""}
    paused = paused_since(opened, grant=grant.digest, person=grant.person, party=grant.party)
    return Standing(
        agreement=agreement,
        grant=grant.digest,
        person=grant.person,
        party=grant.party,
        terms=grant.terms,
        starts=grant.starts,
        expires=grant.expires,
        missing=missing,
        # No column makes a signature older than the bytes that it is over.
        signed_at=None if missing else max(*times, grant.offered_at),
        items=_items(opened, grant),
        state=_state(case, opened, paused),
        since=_since(case, paused),
        withdrawn=events.parts(opened),
        persona_until=events.persona_until(opened, grant),
        undertaken=events.undertaken(opened, grant),
        assessment=events.assessment(opened, grant),
        represented=bool(beside),
        noticed=events.noticed(opened, grant, beside),
        person_level=_level(case, grant.person),
        bounds=binding,
        left_at=events.first_of(opened, "leaving"),
        transferred_at=events.first_of(opened, "transfer"),
        incapable_at=events.incapable_at(opened, grant.person),
        processing=events.processing(opened, grant),
    )


def _check_columns(case: Case, grant: Grant, agreement: AgreementId) -> None:
    found = (case.offer, case.agreement, case.grant_digest, case.person, case.party)
    if found != (grant.offer, agreement, grant.digest, grant.person, grant.party):
        raise changed()
    if grant.terms.to_self and grant.person != grant.party:  # its ceremony is for oneself alone
        raise changed()


def changed() -> NotVerified:
    """Return the error for what no longer matches its signed bytes."""
    return NotVerified(
        "An agreement does not match its signed bytes.",
        why="A column or a contract text was changed in the hub's database.",
        remedy="Restore the hub from a backup; `countersign doctor` names the agreement.",
    )


def _signatures(
    case: Case, grant: Grant, opened: list[Opened], noted: dict[tuple[str, str], int]
) -> tuple[tuple[str, ...], list[datetime]]:
    by_digest = {o.envelope.digest: o for o in opened}
    missing: list[str] = []
    times: list[datetime] = []
    for role, signer, payload in _needed(case, grant):
        digest = sha256_hex(payload)
        found, at = by_digest.get(digest), noted.get((digest, signer))
        if found is None or at is None or signer not in found.signers:
            missing.append(f"{role} {signer}")
        else:
            times.append(from_seconds(at))
    return tuple(dict.fromkeys(missing)), times


def _needed(case: Case, grant: Grant) -> Iterator[tuple[str, str, bytes]]:
    """Yield (role, signer, payload) for each signature that is needed."""
    yield "person", grant.person, case.grant_payload
    yield "person", grant.person, case.agreement_payload
    if grant.party != grant.person:
        yield "party", grant.party, case.agreement_payload
    if grant.terms.countersigned:
        yield "representative", grant.terms.representative, case.agreement_payload


def open_record(
    data: bytes, at: int, noted: dict[tuple[str, str], int], keys: frozenset[BoundKey]
) -> Opened:
    """Return a record with what its own bytes say it is, not the columns beside them."""
    envelope = Envelope.from_bytes(data)
    # A keyid proves nothing, but one that names another key is a changed envelope.
    held = {key.public.keyid: key for key in keys}
    over, signed_at = pae(envelope.payload), {}
    for keyid, signature in envelope.signatures:
        key = held.get(keyid)
        if key is None:
            continue
        second = noted.get((envelope.digest, key.subject), at)
        if key.counts(second) and key.public.verify(signature, over):
            signed_at[key.subject] = from_seconds(second)
    return Opened(envelope.statement.kind, envelope, frozenset(signed_at), signed_at)


def _items(opened: list[Opened], grant: Grant) -> frozenset[str]:
    signed = set()
    for o in opened:
        if o.kind == "grant" and grant.person in o.signers and o.envelope.digest != grant.digest:
            item = read_item(o.envelope.payload, grant.digest, grant.person)
            if item is not None:
                signed.add(item)
    return frozenset(signed)


def _level(case: Case, person: str) -> IdentityLevel:
    """Return the weakest level among the person's keys of today: what a proof may claim."""
    levels = [IdentityLevel(k.level) for k in case.keys if k.subject == person and k.level]
    return min(levels, key=LEVELS.index, default=IdentityLevel.SELF_ASSERTED)


def _since(case: Case, paused: datetime | None) -> datetime | None:
    if paused is not None and case.state == State.IN_FORCE:
        return paused
    return from_seconds(case.since) if case.since is not None else None


def _state(case: Case, opened: list[Opened], paused: datetime | None) -> State:
    whole = (o for o in opened if o.kind == "withdrawal" and o.said.get("scope") != "part")
    if next(whole, None) is not None:
        return State.WITHDRAWN
    state = State(case.state)
    if state is State.IN_FORCE and paused is not None:
        return State.SUSPENDED
    return state
