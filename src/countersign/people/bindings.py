# SPDX-License-Identifier: Apache-2.0
"""The record that binds a key to somebody (`key-binding/v1`): what it says, made and read strictly.

Each record names the one before it by digest (`prev`), so the records of one subject form a chain
in which an added key always shows. Who must sign which reason, `chain.py` checks. The first
version of the record had no `v`; such a record is read as the beginning of a chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from countersign.clock import from_seconds, from_text, to_seconds, to_text
from countersign.errors import BadInput, NotVerified
from countersign.seal import Envelope, PublicKey, Statement, sha256_hex

REBINDING_DELAY = timedelta(hours=72)
"""How long a re-binding stands announced before it counts. A constant: nothing shortens it."""


class IdentityLevel(StrEnum):
    """How it was shown that a key is somebody's, weakest first."""

    SELF_ASSERTED = "self-asserted"
    HANDLE_CHALLENGE = "handle-challenge"
    PLATFORM_SIGN_IN = "platform-sign-in"
    REPRESENTATIVE = "representative"


class Reason(StrEnum):
    """Why a binding record was made."""

    FIRST = "first"  # the chain begins
    ADDED = "added"  # one more key, by a key bound before
    ROTATED = "rotated"  # a key in place of another, by a key bound before
    REBOUND = "rebound"  # a key in place of lost ones, by the representative, after 72 hours
    CANCELLED = "cancelled"  # an announced re-binding will not happen, by a key bound before
    ATTESTED = "attested"  # somebody else saw how identity was shown
    ENDED = "ended"  # a key counts no more, by a key bound before


class Role(StrEnum):
    """What somebody is in a hub: who may vouch for whom depends on it."""

    PERSON = "person"
    PARTY = "party"
    REPRESENTATIVE = "representative"
    HUB = "hub"


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who vouches in an attestation or a re-binding, and with which key."""

    id: str
    role: Role
    public: PublicKey


@dataclass(frozen=True, slots=True)
class Shown:
    """What a handle challenge left behind: its id, its spent code, the commitment of the handle."""

    challenge: str
    code: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one binding record says; `at` is UTC in whole seconds. Nothing here is verified yet.

    `ends` is the keyid that a rotation ends, `cancels` the digest of the re-binding that will not
    happen. `effective` is when a re-binding begins to count.
    """

    subject: str
    public: PublicKey
    at: datetime
    reason: Reason
    prev: str = ""
    level: IdentityLevel = IdentityLevel.SELF_ASSERTED
    ends: str = ""
    cancels: str = ""
    by: Voucher | None = None
    shown: Shown | None = None
    legacy: bool = False

    @property
    def effective(self) -> datetime:
        """When this record begins to count."""
        return self.at + REBINDING_DELAY if self.reason is Reason.REBOUND else self.at

    def statement(self) -> Statement:
        """Return the statement that is signed."""
        common = {
            "subject": self.subject,
            "publicKey": self.public.text,
            "level": self.level.value,
            "boundAt": to_text(self.at),
        }
        subjects = (("key", sha256_hex(self.public.raw)),)
        if self.legacy:
            return Statement("key-binding", subjects, common)
        predicate = common | {"v": 1, "prev": self.prev, "reason": self.reason.value}
        return Statement("key-binding", subjects, predicate | self._particulars())

    def _particulars(self) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if self.reason is Reason.ROTATED:
            more["ends"] = self.ends
        if self.reason is Reason.CANCELLED:
            more["cancels"] = self.cancels
        if self.reason is Reason.REBOUND:
            more |= {"announcedAt": to_text(self.at), "effectiveAt": to_text(self.effective)}
        if self.by is not None:
            by = self.by
            more["by"] = {"id": by.id, "role": by.role.value, "publicKey": by.public.text}
        if self.shown is not None:
            shown = self.shown
            more["shown"] = {
                "challenge": shown.challenge,
                "code": shown.code,
                "handle": shown.handle,
            }
        return more


def read_binding(payload: bytes) -> Said:
    """Read one binding record; raises `NotVerified` for anything that is not exactly one."""
    statement = Statement.from_bytes(payload)
    try:
        said = _read(statement.predicate)
        right = said.statement() == statement and _consistent(said)
    except (KeyError, TypeError, AttributeError, ValueError, BadInput) as e:
        raise _unreadable() from e
    if not right:
        raise _unreadable()
    return said


def _read(p: Mapping[str, Any]) -> Said:
    legacy = "v" not in p
    reason = Reason.FIRST if legacy else Reason(p["reason"])
    by = p.get("by")
    shown = p.get("shown")
    return Said(
        subject=_text(p["subject"]),
        public=PublicKey.of(p["publicKey"]),
        at=from_text(p["boundAt"]),
        reason=reason,
        prev="" if legacy else _text(p["prev"]),
        level=IdentityLevel(p["level"]),
        ends=_text(p.get("ends", "")),
        cancels=_text(p.get("cancels", "")),
        by=None if by is None else _voucher(by),
        shown=None if shown is None else _shown(shown),
        legacy=legacy,
    )


def _voucher(value: Mapping[str, Any]) -> Voucher:
    return Voucher(_text(value["id"]), Role(value["role"]), PublicKey.of(value["publicKey"]))


def _shown(value: Mapping[str, Any]) -> Shown:
    return Shown(_text(value["challenge"]), _text(value["code"]), _text(value["handle"]))


def _consistent(said: Said) -> bool:
    """Tell whether the record carries what its reason needs, and no level it could not have."""
    own = said.level is IdentityLevel.SELF_ASSERTED
    vouched = said.reason in (Reason.ATTESTED, Reason.REBOUND)
    if said.legacy:  # such a record could name any level by itself; it counts as self-asserted
        return True
    return (
        vouched == (said.by is not None)
        and own != vouched
        and (said.reason is not Reason.REBOUND or said.level is IdentityLevel.REPRESENTATIVE)
        and (said.level is IdentityLevel.HANDLE_CHALLENGE) == (said.shown is not None)
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _unreadable() -> NotVerified:
    return NotVerified(
        "A key binding is not one this program can hold to.",
        why="A field is missing, unknown or contradicts another, so nobody is bound by it.",
        remedy="Update countersign; if it stays, get the record again from whoever signed it.",
    )


@dataclass(frozen=True, slots=True)
class Binding:
    """One verified record of a chain. `public` counts from `since` until just before `until`.

    A record that binds no key (an end, a cancelled re-binding) has `since == until`. `level` is
    what this record shows about the key, `by` who vouched for it.
    """

    public: PublicKey
    level: IdentityLevel
    since: datetime
    until: datetime | None
    reason: Reason
    digest: str
    envelope: Envelope
    at: datetime
    by: Voucher | None = None
    handle: str = ""

    def holds(self, at: datetime) -> bool:
        """Tell whether the key counts at that time by this record."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class BoundKey:
    """A key, whose it is, and the whole UTC seconds in which it counts; `until` None: to this day.

    `level` is the strongest level attested for it, empty for a key that is not in use as of the
    newest record of its chain.
    """

    subject: str
    public: PublicKey
    since: int
    until: int | None
    level: str

    def counts(self, at: int) -> bool:
        """Tell whether a signature that reached the hub in second `at` may be this key's.

        The last second counts: times are whole seconds, and what was signed in the second in which
        a key ended may have come before its end. What came after it, the hub refused at signing.
        """
        return self.since <= at and (self.until is None or at <= self.until)


def seconds(at: datetime) -> datetime:
    """Return `at` in whole UTC seconds, as records say it."""
    return from_seconds(to_seconds(at))
