# SPDX-License-Identifier: Apache-2.0
"""A circle: people who agree on one set of terms before the party learns that they talk.

A circle is one small file that its members pass on among themselves, sealed under a join code that
they share by another way. The hub holds nothing of it: no row, no id, no time. Every file of every
circle has the same size, so that it tells neither how many are in it nor what about.

Not prevented: a member who shows file and code to somebody. `docs/reference/asking.md` says so.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from countersign.errors import BadInput, CountersignError, NotVerified
from countersign.ids import from_digest
from countersign.seal import (
    SALT_BYTES,
    Cipher,
    Envelope,
    PublicKey,
    SigningKey,
    canonical,
    countersign,
    read_canonical,
    signed_by,
)
from countersign.terms.asking.joint import Joint

MAGIC = b"countersign together v1\n"
SIZE = 32 * 1024
"""Bytes of every file. Room for terms and about a hundred members."""
_CODE_LENGTH = 25
_CODE = frozenset("abcdefghijklmnopqrstuvwxyz234567")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a circle, with the public key they sign with."""

    id: str
    name: str
    public: PublicKey


@dataclass(frozen=True, slots=True)
class Circle:
    """What stands in the file: the terms to be signed, who is in, and the signatures so far."""

    envelope: Envelope
    members: tuple[Member, ...]

    @property
    def joint(self) -> Joint:
        """What is signed together."""
        return Joint.from_payload(self.envelope.payload)

    @property
    def signed(self) -> tuple[Member, ...]:
        """The members whose signatures verify."""
        return tuple(m for m in self.members if signed_by(self.envelope, m.public))


def start_circle(joint: Joint) -> Circle:
    """Return a new circle about these terms, nobody in it yet."""
    return Circle(Envelope(joint.statement().to_bytes()), ())


def join_circle(circle: Circle, member: Member) -> Circle:
    """Return the circle with one more member; the same person again changes nothing but the key."""
    others = [m for m in circle.members if m.id != member.id]
    return replace(circle, members=tuple(sorted([*others, member], key=lambda m: m.id)))


def sign_circle(circle: Circle, member: Member, key: SigningKey) -> Circle:
    """Return the circle with a member's signature; raises `Conflict` for a second one."""
    return replace(join_circle(circle, member), envelope=countersign(circle.envelope, key))


def propose_terms(circle: Circle, joint: Joint) -> Circle:
    """Return the circle about other terms: all are still in it, and nobody has signed these."""
    return replace(circle, envelope=Envelope(joint.statement().to_bytes()))


def merged_circles(circles: Iterable[Circle]) -> Circle:
    """Return several copies of one circle as one; raises `BadInput` where their terms differ."""
    first, *others = circles
    for other in others:
        if other.envelope.payload != first.envelope.payload:
            raise BadInput(
                "These files are about different terms.",
                why="A signature counts for the exact terms that were signed.",
                remedy="Agree on one file's terms and let the others sign that one.",
            )
        signatures = {**dict(first.envelope.signatures), **dict(other.envelope.signatures)}
        envelope = Envelope(first.envelope.payload, tuple(sorted(signatures.items())))
        members = {m.id: m for m in (*first.members, *other.members)}
        first = Circle(envelope, tuple(members[id] for id in sorted(members)))
    return first


def fresh_code(random: bytes) -> str:
    """Return a join code of 125 bits from at least 17 random bytes, in groups that can be read out."""
    text = from_digest("", random)[:_CODE_LENGTH]
    return "-".join(text[i : i + 5] for i in range(0, _CODE_LENGTH, 5))


def seal_circle(circle: Circle, code: str, *, random: bytes) -> bytes:
    """Return the file's bytes under `code`; `random` is a fresh salt of 16 bytes."""
    body = canonical(_to_value(circle))
    room = SIZE - len(MAGIC) - SALT_BYTES - 28  # nonce and tag of AES-GCM
    if len(body) >= room:
        raise BadInput(
            "This circle is too large for one file.",
            why="All files have one size, so that none tells how many are in it.",
            remedy="Start a second circle on the same terms.",
        )
    padded = body + b" " * (room - len(body))
    return MAGIC + random + Cipher(_key(code, random)).seal(padded, **_place(random))


def open_circle(data: bytes, code: str) -> Circle:
    """Read a file; raises `BadInput` for another file or a wrong code."""
    salt = data[len(MAGIC) : len(MAGIC) + SALT_BYTES]
    if not data.startswith(MAGIC) or len(data) != SIZE:
        raise BadInput("This is not a circle's file.", remedy="Give the file that was passed on.")
    key = _key(code, salt)
    try:
        opened = Cipher(key).open(data[len(MAGIC) + SALT_BYTES :], **_place(salt))
        return _from_value(read_canonical(opened.rstrip(b" ")))
    except (CountersignError, KeyError, TypeError, ValueError) as e:
        raise BadInput(
            "The file does not open with this code.",
            why="The code is another file's, has a typing error, or the file was changed.",
            remedy="Ask whoever gave you the file for its join code.",
        ) from e


def _key(code: str, salt: bytes) -> bytes:
    plain = code.lower().replace("-", "").replace(" ", "")
    if len(plain) != _CODE_LENGTH or not _CODE.issuperset(plain):
        raise BadInput(
            "This is not a join code.",
            why="A join code is 25 letters and digits in groups; hyphens and case do not matter.",
            remedy="Type it again as it was given to you.",
        )
    # 125 random bits need no slow hash; the salt makes each file's key its own (RFC 5869, extract).
    return hmac.digest(salt, b"countersign together v1\x00" + plain.encode(), "sha256")


def _place(salt: bytes) -> dict[str, str]:
    return {"table": "together", "column": "file", "row": salt.hex()}


def _to_value(circle: Circle) -> dict[str, Any]:
    members = [{"id": m.id, "name": m.name, "key": m.public.raw.hex()} for m in circle.members]
    return {"v": 1, "envelope": circle.envelope.to_value(), "members": members}


def _from_value(value: Any) -> Circle:
    envelope = Envelope.from_bytes(canonical(value["envelope"]))
    Joint.from_payload(envelope.payload)
    if value["v"] != 1 or set(value) != {"v", "envelope", "members"}:
        raise NotVerified("This circle's file is of another version.")
    members = (
        Member(str(m["id"]), str(m["name"]), PublicKey(bytes.fromhex(m["key"])))
        for m in value["members"]
    )
    return Circle(envelope, tuple(members))
