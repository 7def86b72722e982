"""One invented person and party, fixed keys and times, so that every byte can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from countersign.claims import Accepted, Evidence, find_flags
from countersign.ids import AgreementId, ClaimId, PartyId, PersonId, ReleaseId
from countersign.log import Checkpoint, LogSigner, TlogProof, leaf_for, leaf_hash, root
from countersign.people import Hub, make_hub
from countersign.seal import SigningKey, sha256_hex
from countersign.skill import (
    Draft,
    Package,
    Trust,
    TrustedKey,
    build,
    delegate,
    finish,
    freshness,
    pin,
    pin_log,
)
from countersign.terms import (
    Audience,
    Benefit,
    BenefitKind,
    Delivery,
    Kind,
    Period,
    Profile,
    Purpose,
    Source,
    Terms,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
YEAR = timedelta(days=365)
PERSON, PARTY = PersonId("pexample"), PartyId("oexample")
NONCE = sha256(b"nonce").digest()
SALT = sha256(b"salt").digest()[:16]
SIGNER = LogSigner("log.example.org/countersign", SigningKey(sha256(b"log").digest()))
ONLINE = SigningKey(sha256(b"online").digest())
KEY = SigningKey(sha256(b"person").digest())
PARTY_KEY = SigningKey(sha256(b"party").digest())
OTHER = SigningKey(sha256(b"somebody else").digest())


def claim(number: int, text: str, **other: Any) -> Accepted:
    """Return an accepted claim; every flag its text bears is accepted unless given otherwise."""
    values: dict[str, Any] = {
        "id": ClaimId("c" + sha256(b"%d" % number).hexdigest()[:12]),
        "kind": Kind.RULE,
        "topic": "retries, payments",
        "text": text,
        "digest": sha256_hex(text.encode("utf-8", "surrogatepass")),
        "first_at": NOW - YEAR,
        "last_at": NOW - timedelta(days=30 * number),
        "support": number,
        "sources": frozenset({"mail", "slack"}),
        "evidence": (Evidence(sha256_hex(b"citation %d" % number), NOW - YEAR, "mail"),),
        "sheet": "ab" * 32,
        "flags": find_flags(text),
    }
    return Accepted(**(values | other))


CLAIMS = (
    claim(1, "Retry a payment at most three times; the bank blocks the card on the fourth."),
    claim(2, "支付回调必须幂等，因为网关会重复通知。", kind=Kind.DECISION, topic="支付, 幂等"),
    claim(
        3,
        "Never point the job at https://old.example.com/x && rm -rf /data: it still answers.\n# It did.",
        kind=Kind.PITFALL,
        topic="payments, old host",
    ),
    claim(4, "关账前先核对支付笔数。", kind=Kind.PROCEDURE, topic="关账, 支付", first_at=None),
)


def terms(delivery: Delivery = Delivery.SERVED, **other: Any) -> Terms:
    """Return terms of a team; with a folder they need the fuller profile."""
    profile = Profile.TEAM if delivery is Delivery.SERVED else Profile.COMPANY
    values: dict[str, Any] = {
        "purposes": frozenset({Purpose.ANSWER_QUESTIONS, Purpose.REVIEW_CHANGES}),
        "audience": frozenset({Audience.TEAM}),
        "sources": frozenset({Source.MAIL, Source.SLACK}),
        "kinds": frozenset({Kind.RULE, Kind.DECISION, Kind.PITFALL, Kind.PROCEDURE}),
        "benefits": (Benefit(BenefitKind.PER_USE, 20, "CNY", Period.USE),)
        if delivery is Delivery.SERVED
        else (Benefit(BenefitKind.REVIEW_HOURS, 2, "", Period.MONTH),),
    }
    return Terms(**(values | {"delivery": delivery, "profile": profile} | other))


def draft(
    delivery: Delivery = Delivery.SERVED, *, claims: Sequence[Accepted] = CLAIMS, **other: Any
) -> Draft:
    """Return a draft of the example skill."""
    values: dict[str, Any] = {
        "name": "payments-lin-wei",
        "title": "Payments, by Lin Wei",
        "description": "How payments are retried, settled and closed here.",
        "byline": "Lin Wei",
        "identity_level": "self-asserted",
        "person": PERSON,
        "party": PARTY,
        "agreement": AgreementId("aexample"),
        "agreement_digest": "11" * 32,
        "grant_digest": sha256(b"grant").hexdigest(),
        "review_sheets": ("ab" * 32,),
        "terms": terms(delivery),
        "claims": tuple(claims),
        "release": ReleaseId("rexample"),
        "version": 1,
        "released_at": NOW,
        "valid_until": NOW + YEAR,
    }
    return Draft(**(values | other))


def logged(package: Package, *, size: int = 8, at: datetime = NOW, days: int = 30) -> Package:
    """Return `package` with a proof from a log of `size` leaves and a freshness from `at`."""
    leaf = leaf_for(package.release, SALT)
    hashes = [leaf_hash(b"padding %d" % i) for i in range(size - 1)] + [leaf_hash(leaf)]
    checkpoint = SIGNER.sign(Checkpoint(SIGNER.origin, size, root(hashes)))
    proof = TlogProof(size - 1, tuple(_siblings(hashes)), checkpoint, SALT).to_bytes()
    return finish(package, proof=proof, freshness=fresh(package, checkpoint, at=at, days=days))


def _siblings(hashes: list[bytes]) -> list[bytes]:
    """Return the inclusion proof of the last leaf of a full tree."""
    proof, rest = [], hashes
    while len(rest) > 1:
        half = len(rest) // 2
        proof.append(root(rest[:half]))
        rest = rest[half:]
    return proof[::-1]


def fresh(package: Package, checkpoint: bytes, *, at: datetime, days: int = 30) -> Any:
    """Return a freshness of `package` issued at `at`."""
    word = delegate(SIGNER, ONLINE.public, now=NOW - YEAR, until=NOW + YEAR)
    return freshness(
        package.release.digest,
        checkpoint=checkpoint,
        delegation=word,
        online_key=ONLINE,
        now=at,
        until=at + timedelta(days=days),
    )


def finished(delivery: Delivery = Delivery.SERVED, **other: Any) -> Package:
    """Return the example's package, complete."""
    return logged(build(draft(delivery, **other), sign_with=KEY, nonce=NONCE))


def trust() -> Trust:
    """Return a trust that pins the example's person, party and log."""
    made = pin(Trust(), TrustedKey(PERSON, KEY.public, "self-asserted"))
    made = pin(made, TrustedKey(PARTY, PARTY_KEY.public, "self-asserted"))
    return pin_log(made, SIGNER.vkey)


@contextmanager
def hub(folder: Path) -> Iterator[Hub]:
    """Open a new hub below `folder`."""
    opened = make_hub(folder / "home")
    try:
        yield opened
    finally:
        opened.close()
