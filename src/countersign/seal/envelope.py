# SPDX-License-Identifier: Apache-2.0
"""DSSE envelopes over in-toto Statements v1, signed by any number of keys.

Source: secure-systems-lab/dsse protocol (PAE), in-toto/attestation Statement v1. Every envelope
must equal its canonical re-encoding: JCS, strict base64, signatures sorted by keyid, one each.
A keyid is only a hint (DSSE): verification is by the keys that the caller already trusts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from countersign.errors import Conflict, NotVerified
from countersign.seal.canonical import b64, canonical, read_b64, read_canonical, sha256_hex
from countersign.seal.keys import PublicKey, SigningKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATES = "https://w3id.org/countersign/"
PREDICATE_NAMES = frozenset(
    {
        *("review-sheet", "grant", "agreement", "withdrawal", "suspension", "undertaking"),
        *("notice", "collective-floor", "release", "freshness", "receipt-batch"),
        *("usage-statement", "deletion-receipt", "key-binding", "joint-terms", "policy"),
        "credit",
    }
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed: subjects by SHA-256, the kind of record, and the record itself."""

    kind: str
    subjects: tuple[tuple[str, str], ...]
    predicate: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """Return the JCS bytes of the in-toto Statement."""
        return canonical(
            {
                "_type": STATEMENT_TYPE,
                "subject": [{"name": n, "digest": {"sha256": d}} for n, d in self.subjects],
                "predicateType": f"{PREDICATES}{self.kind}/v1",
                "predicate": dict(self.predicate),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Statement:
        """Read a statement of one of our kinds; raises `NotVerified` for anything else."""
        value = read_canonical(data)
        try:
            kind = str(value["predicateType"]).removeprefix(PREDICATES).removesuffix("/v1")
            subjects = tuple((str(s["name"]), str(s["digest"]["sha256"])) for s in value["subject"])
            made = cls(kind, subjects, value["predicate"])
            known = kind in PREDICATE_NAMES and isinstance(made.predicate, dict)
        except (KeyError, TypeError, AttributeError) as e:
            raise NotVerified("A signed record is not one of ours.") from e
        if not known or made.to_bytes() != data:
            raise NotVerified("A signed record is not one of ours.")
        return made


@dataclass(frozen=True, slots=True)
class Envelope:
    """Payload bytes with signatures, sorted by keyid, at most one a key."""

    payload: bytes
    signatures: tuple[tuple[str, bytes], ...] = ()

    @property
    def statement(self) -> Statement:
        """The statement inside; says nothing about who signed it (see `require`)."""
        return Statement.from_bytes(self.payload)

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the payload: names the record whoever signs it, and however often."""
        return sha256_hex(self.payload)

    def to_value(self) -> dict[str, Any]:
        """Return the DSSE JSON value."""
        return {
            "payload": b64(self.payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": k, "sig": b64(s)} for k, s in self.signatures],
        }

    def to_bytes(self) -> bytes:
        """Return the canonical bytes of the envelope."""
        return canonical(self.to_value())

    @classmethod
    def from_bytes(cls, data: bytes) -> Envelope:
        """Read an envelope that equals its canonical re-encoding; else raises `NotVerified`."""
        value = read_canonical(data)
        try:
            signatures = tuple((str(s["keyid"]), read_b64(s["sig"])) for s in value["signatures"])
            made = cls(read_b64(value["payload"]), tuple(sorted(dict(signatures).items())))
        except (KeyError, TypeError, AttributeError) as e:
            raise NotVerified("A file is not a DSSE envelope.") from e
        if made.to_bytes() != data:
            raise NotVerified("An envelope is not in canonical form.")
        return made


def pae(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return DSSE's pre-authentication encoding, the bytes that are signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign(statement: Statement, *keys: SigningKey) -> Envelope:
    """Return `statement` in an envelope signed by each of `keys`."""
    envelope = Envelope(statement.to_bytes())
    for key in keys:
        envelope = countersign(envelope, key)
    return envelope


def countersign(envelope: Envelope, key: SigningKey) -> Envelope:
    """Return `envelope` with one more signature over the same bytes; raises `Conflict` on a second by one key."""
    if any(keyid == key.public.keyid for keyid, _ in envelope.signatures):
        raise Conflict("This key has signed this record already.", remedy="Nothing is left to do.")
    added = (key.public.keyid, key.sign(pae(envelope.payload)))
    return Envelope(envelope.payload, tuple(sorted((*envelope.signatures, added))))


def signed_by(envelope: Envelope, key: PublicKey) -> bool:
    """Tell whether `key` signed the payload (whatever the keyids claim)."""
    message = pae(envelope.payload)
    return any(key.verify(sig, message) for _, sig in envelope.signatures)


def require(envelope: Envelope, kind: str, keys: Iterable[PublicKey]) -> Statement:
    """Return the statement if it is a `kind` signed by every one of `keys`; else raises `NotVerified`."""
    wanted = list(keys)
    statement = envelope.statement
    if statement.kind != kind:
        raise NotVerified(f"The record is a {statement.kind}, not a {kind}.")
    if not wanted or not all(signed_by(envelope, key) for key in wanted):
        raise NotVerified(
            f"The {kind} does not bear every signature it needs.",
            why="A needed key did not sign these bytes, or the bytes were changed since.",
            remedy="Get the record again from whoever signed it.",
        )
    return statement
