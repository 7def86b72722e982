# SPDX-License-Identifier: Apache-2.0
"""Freshness: the hub's word that a release was still in force at a time, good until another.

It is signed by an online key that the log's own key delegated in a key-binding record; the record
travels inside, so that a checker needs to trust the log's key alone and the online key can change
without anybody being asked. A withdrawn release gets no new one, so its copies go stale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign.clock import from_text, to_text
from countersign.errors import BadInput, NotVerified, Stale
from countersign.log import Checkpoint, LogSigner, VerifierKey, open_checkpoint
from countersign.seal import (
    Envelope,
    PublicKey,
    SigningKey,
    Statement,
    canonical,
    require,
    sha256_hex,
)
from countersign.seal import sign as sign_statement

SKEW = timedelta(minutes=5)
"""How far another machine's clock may be ahead."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a freshness says: for which release, when, until when, and the log's size then."""

    release_digest: str
    checkpoint: Checkpoint
    issued_at: datetime
    valid_until: datetime


def delegate(signer: LogSigner, online: PublicKey, *, now: datetime, until: datetime) -> Envelope:
    """Return the log key's signed word that `online` may issue freshness until `until`."""
    predicate = {
        "subject": f"freshness of {signer.origin}",
        "publicKey": online.text,
        "level": "delegated",
        "boundAt": to_text(now),
        "validUntil": to_text(until),
    }
    subject = (("key", sha256_hex(online.raw)),)
    return sign_statement(Statement("key-binding", subject, predicate), signer.key)


def freshness(
    release_digest: str,
    *,
    checkpoint: bytes,
    delegation: Envelope,
    online_key: SigningKey,
    now: datetime,
    until: datetime,
) -> Envelope:
    """Return the freshness of one release. Call it only where `terms.decide` would permit serving."""
    predicate = {
        "release": release_digest,
        "checkpoint": checkpoint.decode("utf-8"),
        "issuedAt": to_text(now),
        "validUntil": to_text(until),
        "delegation": delegation.to_value(),
    }
    statement = Statement("freshness", (("release", release_digest),), predicate)
    return sign_statement(statement, online_key)


def read_freshness(envelope: Envelope, vkeys: tuple[str, ...]) -> Fresh:
    """Return what a freshness says if log key, delegation and online key all hold; `NotVerified` else."""
    statement = envelope.statement
    said = statement.predicate
    try:
        delegation = Envelope.from_bytes(canonical(said["delegation"]))
        checkpoint, _ = open_checkpoint(str(said["checkpoint"]).encode(), vkeys)
        issued, until = from_text(said["issuedAt"]), from_text(said["validUntil"])
        online = _delegated(delegation, checkpoint.origin, vkeys, issued)
        release = str(said["release"])
    except (KeyError, TypeError, AttributeError, BadInput) as e:
        raise NotVerified("A freshness is not one of ours.", why=type(e).__name__) from e
    require(envelope, "freshness", [online])
    _only_signer(envelope, online)
    if statement.subjects != (("release", release),) or set(said) != _SAID:
        raise NotVerified("A freshness names two releases, or says more than one does.")
    return Fresh(release, checkpoint, issued, until)


_SAID = {"release", "checkpoint", "issuedAt", "validUntil", "delegation"}


def online_key(delegation: Envelope, vkeys: tuple[str, ...], *, at: datetime) -> PublicKey:
    """Return the hub's online key that a trusted log delegated at that time; raises `NotVerified`.

    With it whatever the hub signs from day to day is checked: freshness, usage statements, deletion
    receipts.
    """
    try:
        origin = str(delegation.statement.predicate["subject"]).removeprefix("freshness of ")
        return _delegated(delegation, origin, vkeys, at)
    except (KeyError, TypeError, BadInput) as e:
        raise NotVerified("This delegates no key.", why=type(e).__name__) from e


def _delegated(
    delegation: Envelope, origin: str, vkeys: tuple[str, ...], at: datetime
) -> PublicKey:
    """Return the online key that the log of this origin delegated at that time."""
    keys = [key for v in vkeys if (key := VerifierKey.of(v)).name == origin]
    if not keys:
        raise NotVerified("No log of this name is trusted here.", why=ascii(origin[:80]))
    statement = require(delegation, "key-binding", [key.public for key in keys])
    for key in keys:
        _only_signer(delegation, key.public)
    said = statement.predicate
    online = PublicKey.of(said["publicKey"])
    if statement.subjects != (("key", sha256_hex(online.raw)),):
        raise NotVerified("A delegation names two keys.")
    if said["subject"] != f"freshness of {origin}":
        raise NotVerified("The online key was delegated for something else.")
    if not from_text(said["boundAt"]) <= at <= from_text(said["validUntil"]):
        raise Stale("The online key was not delegated at that time.")
    return online


def _only_signer(envelope: Envelope, key: PublicKey) -> None:
    """A signature that nobody checks could be changed unnoticed: there must be none."""
    if [keyid for keyid, _ in envelope.signatures] != [key.keyid]:
        raise NotVerified("A record bears a signature that nobody asked for.")
