# SPDX-License-Identifier: Apache-2.0
"""Verify the chain of binding records of one subject: pure, from bytes alone.

What is checked of every record, in order:
1. It is read strictly, speaks of this subject, names the record before it, and is not older.
2. It bears exactly the signatures that its reason demands:
   - first: the new key;
   - added, rotated: the new key and a key in use;
   - ended, cancelled: a key in use;
   - attested: the attested key, in use, and the voucher's;
   - rebound: the new key and the representative's.
3. A key is bound once: what ended or was cancelled never comes back.
4. A re-binding counts 72 hours after its announcement, unless a key in use cancelled it before;
   then it ends every other key. There is one at a time.

Whether a voucher's key is really that voucher's is not in these bytes: the hub looks it up
(`identity.py`), and an installed copy looks at whom it trusts (`skill/trust.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from countersign.clock import to_seconds
from countersign.errors import NotVerified
from countersign.people.bindings import (
    Binding,
    BoundKey,
    IdentityLevel,
    Reason,
    Role,
    Said,
    read_binding,
)
from countersign.seal import Envelope, PublicKey, pae

_INTRODUCES = frozenset({Reason.FIRST, Reason.ADDED, Reason.ROTATED, Reason.REBOUND})
_VOUCHES = {
    IdentityLevel.HANDLE_CHALLENGE: {Role.PARTY, Role.REPRESENTATIVE, Role.HUB},
    IdentityLevel.PLATFORM_SIGN_IN: {Role.PARTY, Role.REPRESENTATIVE, Role.HUB},
    IdentityLevel.REPRESENTATIVE: {Role.REPRESENTATIVE},
}


@dataclass(slots=True)
class _Key:
    public: PublicKey
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class _Reading:
    """What is known of a chain after the records read so far."""

    subject: str
    read: list[tuple[Said, Envelope]] = field(default_factory=list)
    keys: dict[str, _Key] = field(default_factory=dict)
    announced: tuple[str, Said] | None = None  # a re-binding not in effect: digest and record

    def in_use(self, at: datetime) -> dict[str, PublicKey]:
        """The keys that may sign at `at`, by keyid."""
        return {
            keyid: key.public
            for keyid, key in self.keys.items()
            if key.since <= at and (key.until is None or at < key.until)
        }

    def settle(self, by: datetime) -> None:
        """Let a re-binding that is in effect `by` then end every key from before it."""
        if self.announced is None or by < self.announced[1].effective:
            return
        effective = self.announced[1].effective
        for key in self.keys.values():
            if key.since < effective:
                key.until = effective if key.until is None else min(key.until, effective)
        self.announced = None


@lru_cache(maxsize=4096)
def read_chain(envelopes: tuple[bytes, ...], subject: str) -> tuple[Binding, ...]:
    """Return the verified bindings of `subject`, oldest first; empty for an empty chain.

    Raises `NotVerified` where a record is not signed as its reason demands, does not follow the
    one before it, or speaks of somebody else.
    """
    reading = _Reading(subject)
    for data in envelopes:
        envelope = Envelope.from_bytes(data)
        said = read_binding(envelope.payload)
        _check_place(reading, said)
        reading.settle(said.at)
        _check_reason(reading, said)
        _check_signatures(reading, said, envelope)
        _apply(reading, said, envelope)
    if reading.announced is not None:  # its time will come, unless a later record cancels it
        reading.settle(reading.announced[1].effective)
    return tuple(_binding(reading, said, envelope) for said, envelope in reading.read)


@lru_cache(maxsize=4096)
def windows(chain: tuple[Binding, ...], subject: str) -> frozenset[BoundKey]:
    """Return each key of a verified chain once, with the seconds in which it counts."""
    levels = levels_at(chain, chain[-1].at) if chain else {}
    return frozenset(
        BoundKey(
            subject,
            b.public,
            to_seconds(b.since),
            None if b.until is None else to_seconds(b.until),
            levels[b.public].value if b.public in levels else "",
        )
        for b in chain
        if b.reason in _INTRODUCES and b.since != b.until
    )


def levels_at(chain: tuple[Binding, ...], at: datetime) -> dict[PublicKey, IdentityLevel]:
    """Return the keys in use at `at`, oldest first, each with the strongest level shown for it."""
    order = list(IdentityLevel)
    shown: dict[PublicKey, IdentityLevel] = {}
    for b in chain:
        if b.holds(at):
            shown[b.public] = max(shown.get(b.public, order[0]), b.level, key=order.index)
    return shown


def broken(why: str) -> NotVerified:
    """Return the error for a chain of bindings that cannot be believed."""
    return NotVerified(
        "The key bindings of a signer do not hold together.",
        why=why,
        remedy="Restore the hub from a backup, and ask the signer which keys are theirs.",
    )


def _check_place(reading: _Reading, said: Said) -> None:
    if said.subject != reading.subject:
        raise broken("A record binds a key of somebody else.")
    before = reading.read[-1] if reading.read else None
    if said.prev != (before[1].digest if before else ""):
        raise broken("A record does not follow the one before it: one was taken out or swapped.")
    if (before is None) != (said.reason is Reason.FIRST):
        raise broken("A chain begins with its first key, and only once.")
    if before is not None and said.at < before[0].at:
        raise broken("A record is dated before the one that it follows.")


def _check_reason(reading: _Reading, said: Said) -> None:
    in_use = reading.in_use(said.at)
    if said.reason in _INTRODUCES and said.public.keyid in reading.keys:
        raise broken("A key was bound a second time.")
    if said.reason not in _INTRODUCES and said.public.keyid not in in_use:
        raise broken("A record is about a key that was not in use.")
    if said.reason is Reason.ROTATED and said.ends not in in_use:
        raise broken("A rotation ends a key that was not in use.")
    announced = reading.announced[0] if reading.announced else ""
    if said.reason is Reason.REBOUND and announced:
        raise broken("A re-binding was announced while another one was.")
    if said.reason is Reason.CANCELLED and (not announced or announced != said.cancels):
        raise broken("What was cancelled was not announced, or is in effect.")
    if said.by is not None:
        _check_voucher(reading, said)


def _check_voucher(reading: _Reading, said: Said) -> None:
    by = said.by
    if by is None or by.role not in _VOUCHES[said.level]:
        raise broken("A level was attested by somebody who cannot show it.")
    # Whoever vouches is somebody else, with another key: nobody raises themselves.
    if by.id == said.subject or by.public.keyid in {*reading.keys, said.public.keyid}:
        raise broken("Somebody vouched for themselves.")


def _check_signatures(reading: _Reading, said: Said, envelope: Envelope) -> None:
    in_use = reading.in_use(said.at)
    held = {said.public.keyid: said.public, **in_use}
    if said.by is not None:
        held[said.by.public.keyid] = said.by.public
    message = pae(envelope.payload)
    signers = set()
    for keyid, signature in envelope.signatures:
        # A signature that nobody needs would be free to change, so there is none.
        if keyid not in held or not held[keyid].verify(signature, message):
            raise broken("A record bears a signature that is not of a key it needs.")
        signers.add(keyid)
    if not _enough(said, signers, set(in_use)):
        raise broken("A record is not signed by every key that its reason demands.")


def _enough(said: Said, signers: set[str], in_use: set[str]) -> bool:
    own, vouched = said.public.keyid, said.by.public.keyid if said.by else ""
    match said.reason:
        case Reason.FIRST:
            return signers == {own}
        case Reason.ADDED | Reason.ROTATED:
            return own in signers and len(signers - {own}) == 1 and signers - {own} <= in_use
        case Reason.ATTESTED | Reason.REBOUND:
            return signers == {own, vouched}
        case Reason.CANCELLED:
            return signers == {own}
        case Reason.ENDED:
            return len(signers) == 1 and signers <= in_use


def _apply(reading: _Reading, said: Said, envelope: Envelope) -> None:
    if said.reason in _INTRODUCES:
        reading.keys[said.public.keyid] = _Key(said.public, said.effective)
    if said.reason is Reason.ROTATED:
        reading.keys[said.ends].until = said.at
    if said.reason is Reason.ENDED:
        reading.keys[said.public.keyid].until = said.at
    if said.reason is Reason.REBOUND:
        reading.announced = (envelope.digest, said)
    if said.reason is Reason.CANCELLED and reading.announced is not None:
        never = reading.keys[reading.announced[1].public.keyid]
        never.until = never.since
        reading.announced = None
    reading.read.append((said, envelope))


def _binding(reading: _Reading, said: Said, envelope: Envelope) -> Binding:
    gives_nothing = said.reason in (Reason.ENDED, Reason.CANCELLED)
    until = said.at if gives_nothing else reading.keys[said.public.keyid].until
    return Binding(
        public=said.public,
        level=IdentityLevel.SELF_ASSERTED if said.legacy else said.level,
        since=said.effective,
        until=until,
        reason=said.reason,
        digest=envelope.digest,
        envelope=envelope,
        at=said.at,
        by=said.by,
        handle=said.shown.handle if said.shown else "",
    )
