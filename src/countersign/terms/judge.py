# SPDX-License-Identifier: Apache-2.0
"""Judge one agreement from everything the hub holds about it: pure, and strict about what counts.

What is believed, and why:
1. Terms, parties and dates come from the grant's signed bytes, never from a column.
2. The agreement must be the contract of exactly that grant. (The stored contract texts are
   checked against their signed digests where they are shown, in `offers.py`.)
3. A signature counts if a key bound to that very signer made it over those bytes, and the hub
   noted when. A key bound to the person never counts for the party.
4. The state is the strictest of what the row says and what signed records say, so that editing
   one field cannot undo a withdrawal. A resumption must bear the person's signature to count.

Not done here: reading the database (`load.py`). Since the result depends on the `Case` alone, it
may be kept between calls; every call still reads the whole case anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from countersign.clock import from_seconds
from countersign.errors import NotVerified
from countersign.ids import AgreementId
from countersign.seal import Envelope, PublicKey, pae, sha256_hex
from countersign.terms.records import Grant, read_agreement, read_grant, read_item
from countersign.terms.standing import Standing, State
from countersign.terms.words import Item

_Opened = tuple[str, Envelope]


@dataclass(frozen=True, slots=True)
class Case:
    """All that the hub holds about one agreement at one moment.

    `signings` are (record digest, signer, UTC seconds); the keys are those bound now.
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
    envelopes: tuple[bytes, ...]
    signings: tuple[tuple[str, str, int], ...]
    person_keys: frozenset[PublicKey]
    party_keys: frozenset[PublicKey]


@lru_cache(maxsize=2048)
def judge(case: Case) -> Standing:
    """Return how the agreement stands; `missing` names role and id ("party o…").

    Raises `NotVerified` when the case contradicts its own signed bytes.
    """
    grant = read_grant(case.grant_payload)
    agreement = read_agreement(case.agreement_payload, grant)
    _check_columns(case, grant, agreement)
    # What a record is, its own bytes say, not the columns beside them.
    opened = [_opened(data) for data in case.envelopes]
    by_digest = {envelope.digest: envelope for _, envelope in opened}
    signed_at = {(digest, signer): at for digest, signer, at in case.signings}
    missing: list[str] = []
    times: list[datetime] = []
    for role, signer, payload, trusted in _needed(case, grant):
        digest = sha256_hex(payload)
        at = signed_at.get((digest, signer))
        if at is None or not _signed(by_digest.get(digest), payload, trusted):
            missing.append(f"{role} {signer}")
        else:
            times.append(from_seconds(at))
    return Standing(
        agreement=agreement,
        grant=grant.digest,
        person=grant.person,
        party=grant.party,
        terms=grant.terms,
        starts=grant.starts,
        expires=grant.expires,
        missing=tuple(dict.fromkeys(missing)),
        signed_at=None if missing else max(times),
        items=_items(opened, grant, case.person_keys),
        state=_state(case, opened),
        since=from_seconds(case.since) if case.since is not None else None,
    )


def _check_columns(case: Case, grant: Grant, agreement: AgreementId) -> None:
    found = (case.offer, case.agreement, case.grant_digest, case.person, case.party)
    if found != (grant.offer, agreement, grant.digest, grant.person, grant.party):
        raise changed()


def changed() -> NotVerified:
    """Return the error for what no longer matches its signed bytes."""
    return NotVerified(
        "An agreement does not match its signed bytes.",
        why="A column or a contract text was changed in the hub's database.",
        remedy="Restore the hub from a backup; `countersign doctor` names the agreement.",
    )


def _needed(case: Case, grant: Grant) -> Iterator[tuple[str, str, bytes, frozenset[PublicKey]]]:
    """Yield (role, signer, payload, keys that count) for each signature that is needed."""
    yield "person", grant.person, case.grant_payload, case.person_keys
    yield "person", grant.person, case.agreement_payload, case.person_keys
    if grant.party != grant.person:
        party_keys = case.party_keys - case.person_keys
        yield "party", grant.party, case.agreement_payload, party_keys


def _signed(envelope: Envelope | None, payload: bytes, trusted: frozenset[PublicKey]) -> bool:
    if envelope is None or envelope.payload != payload:
        return False
    # A keyid proves nothing, but one that names another key is a changed envelope.
    held = {key.keyid: key for key in trusted}
    return any(
        keyid in held and held[keyid].verify(signature, pae(payload))
        for keyid, signature in envelope.signatures
    )


def _opened(data: bytes) -> _Opened:
    envelope = Envelope.from_bytes(data)
    return envelope.statement.kind, envelope


def _items(opened: list[_Opened], grant: Grant, trusted: frozenset[PublicKey]) -> frozenset[Item]:
    signed = set()
    for kind, envelope in opened:
        if kind == "grant" and envelope.digest != grant.digest:
            item = read_item(envelope.payload, grant.digest, grant.person)
            if item is not None and _signed(envelope, envelope.payload, trusted):
                signed.add(item)
    return frozenset(signed)


def _state(case: Case, opened: list[_Opened]) -> State:
    if any(kind == "withdrawal" for kind, _ in opened):
        return State.WITHDRAWN
    state = State(case.state)
    counted = [
        envelope
        for kind, envelope in opened
        if kind == "suspension"
        and (suspends(envelope) or _signed(envelope, envelope.payload, case.person_keys))
    ]
    last = last_suspension(counted)
    if state is State.IN_FORCE and last is not None and suspends(last):
        return State.SUSPENDED
    return state


def suspends(envelope: Envelope) -> bool:
    """Tell whether a suspension record suspends; whatever does not plainly resume, suspends."""
    return envelope.statement.predicate.get("act") != "resume"


def last_suspension(envelopes: Iterable[Envelope]) -> Envelope | None:
    """Return the suspension record with the highest number, None without one."""
    return max(envelopes, key=_number, default=None)


def _number(envelope: Envelope) -> int:
    number = envelope.statement.predicate.get("number")
    return number if isinstance(number, int) else 0
