"""What the small world has published: its log, two packages, renderings for others, evidence."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from conformance import world as w
from countersign.claims import Accepted, Evidence, find_flags
from countersign.ids import AgreementId, ClaimId, GrantId, PartyId, PersonId, ReleaseId
from countersign.log import (
    Checkpoint,
    Frontier,
    LogSigner,
    Note,
    SplitView,
    TlogProof,
    VerifierKey,
    append,
    consistency_in,
    cosign,
    inclusion,
    leaf_for,
    leaf_hash,
    publish,
    root_at,
)
from countersign.log.note import COSIGNATURE
from countersign.seal import Envelope, SigningKey, sha256_hex, sign
from countersign.skill import Draft, Package, build, finish, freshness
from countersign.store import Database, upgrade
from countersign.terms import (
    Assessment,
    Delivery,
    Kind,
    Profile,
    Recorded,
    Side,
    Standing,
    State,
    Terms,
    consent_receipt,
    consent_record,
    odrl_agreement,
)
from countersign.terms.records import agreement_id

WITNESSES = {name: w.key(name) for name in ("w1.example.org", "w2.example.org")}
SKILL = "payments-lin"
_MORE = 256
"""Leaves of others: with them one tile is full, so that linking tiles is tested too."""


def dice(name: str) -> Iterator[bytes]:
    """Yield fixed bytes that look random."""
    n = 0
    while True:
        yield sha256(f"{name} {n}".encode()).digest()
        n += 1


def salt(envelope: Envelope) -> bytes:
    """Return the salt of a record's leaf."""
    return sha256(b"salt" + envelope.payload).digest()[:16]


class Log:
    """The world's log: what it published as files, and a proof for each record."""

    def __init__(self, logged: dict[str, Envelope]) -> None:
        self.files: dict[str, bytes] = {}
        self.proofs: dict[str, bytes] = {}
        with _hub() as db, tempfile.TemporaryDirectory() as folder:
            with db.write() as c:
                places = _append(c, logged)
            publish(db, Path(folder), w.SIGNER, now=w.NOW)
            self.files = {
                p.relative_to(folder).as_posix(): p.read_bytes()
                for p in sorted(Path(folder).rglob("*"))
                if p.is_file()
            }
            with db.read() as c:
                for name, index in places.items():
                    held = salt(logged[name])
                    self.proofs[name] = inclusion(c, index, self.checkpoint, held)

    @property
    def checkpoint(self) -> bytes:
        """The signed checkpoint, without cosignatures."""
        return self.files["checkpoint"]


@contextmanager
def _hub() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "hub.db")
        upgrade(db, "hub")
        try:
            yield db
        finally:
            db.close()


def _append(c: sa.Connection, logged: dict[str, Envelope]) -> dict[str, int]:
    stream = dice("log")

    def random(size: int) -> bytes:
        return next(stream)[:size]

    others = [leaf_for(w.GRANT, next(stream)[:16]) for _ in range(_MORE)]
    append(c, others, at=w.NOW, random=random)
    leaves = [leaf_for(e, salt(e)) for e in logged.values()]
    return dict(zip(logged, append(c, leaves, at=w.NOW, random=random), strict=True))


@cache
def released(delivery: Delivery) -> tuple[Package, Log]:
    """Return a package in that delivery, and the log in which its release stands."""
    unfinished = build(draft(delivery), sign_with=w.KEYS[w.LIN], nonce=sha256(b"nonce").digest())
    log = Log({**w.records(), "release": unfinished.release})
    return finish(
        unfinished, proof=log.proofs["release"], freshness=fresh(unfinished.release, log)
    ), log


def fresh(release: Envelope, log: Log, *, days: int = 14) -> Envelope:
    """Return the hub's word of today that a release is in force."""
    return freshness(
        release.digest,
        checkpoint=log.checkpoint,
        delegation=w.delegation(),
        online_key=w.ONLINE,
        now=w.NOW,
        until=w.NOW + days * w.DAY,
    )


def terms_of(delivery: Delivery) -> tuple[Terms, Envelope, Envelope]:
    """Return the terms of a delivery with grant and agreement."""
    if delivery is Delivery.SERVED:
        return w.TEAM, w.GRANT, w.AGREEMENT
    folder = replace(w.TEAM, profile=Profile.COMPANY, delivery=delivery)
    return folder, w.grant(folder, "ffolder"), w.agreement(folder, "ffolder")


def draft(delivery: Delivery, *, version: int = 1, **other: object) -> Draft:
    """Return the skill as Lin signs it."""
    terms, grant, agreement = terms_of(delivery)
    said: dict[str, object] = {
        "name": SKILL,
        "title": "Payments, by Lin Wei",
        "description": "How payments are retried, settled and closed here.",
        "byline": "Lin Wei",
        "identity_level": "self-asserted",
        "person": PersonId(w.LIN),
        "party": PartyId(w.ACME),
        "agreement": AgreementId(agreement_id(agreement.payload)),
        "agreement_digest": agreement.digest,
        "grant_digest": grant.digest,
        "review_sheets": ("ab" * 32,),
        "terms": terms,
        "claims": (
            claim(1, "Retry a payment at most three times; the bank blocks the card after that."),
            claim(2, "支付回调必须幂等，因为网关会重复通知。", kind=Kind.DECISION),
        ),
        "release": ReleaseId("rpayments"),
        "version": version,
        "released_at": w.SIGNED + 3 * w.DAY,
        "valid_until": w.NOW + 200 * w.DAY,
        "grant_envelope": grant,
        "agreement_envelope": agreement,
    }
    return Draft(**(said | other))  # type: ignore[arg-type]


def claim(number: int, text: str, kind: Kind = Kind.RULE) -> Accepted:
    """Return a claim that Lin accepted."""
    return Accepted(
        id=ClaimId("c" + sha256(b"claim %d" % number).hexdigest()[:12]),
        kind=kind,
        topic="retries, payments",
        text=text,
        digest=sha256_hex(text.encode()),
        first_at=w.NOW - 400 * w.DAY,
        last_at=w.NOW - 90 * w.DAY,
        support=number + 1,
        sources=frozenset({"mail", "slack"}),
        evidence=(Evidence(sha256_hex(b"citation %d" % number), w.NOW - 400 * w.DAY, "mail"),),
        sheet="ab" * 32,
        flags=find_flags(text),
    )


def folder_of(package: Package) -> dict[str, bytes]:
    """Return a package's files below its own folder."""
    return {f"{package.name}/{path}": data for path, data in package.files.items()}


def cosigned(checkpoint: bytes, *names: str, seconds: int = 0) -> bytes:
    """Return a checkpoint cosigned by these witnesses."""
    note = Note.of(checkpoint)
    for name in names:
        note = cosign(note, name, WITNESSES[name], seconds=seconds or int(w.NOW.timestamp()))
    return note.to_bytes()


def policy(quorum: str = "both", group: str = "group both all first second") -> str:
    """Return a policy that trusts the log and asks for its witnesses."""
    lines = [f"log {w.SIGNER.vkey}"]
    for short, (name, held) in zip(("first", "second"), WITNESSES.items(), strict=True):
        vkey = VerifierKey(name, COSIGNATURE, held.public).text
        lines.append(f"witness {short} {vkey} https://{name}/")
    return "\n".join([*lines, *([group] if group else []), f"quorum {quorum}", ""])


def split_view(*, equal: bool) -> dict[str, object]:
    """Return evidence that the log signed two histories: at one size, or at two."""
    other = Frontier()
    other, _ = other.extend([leaf_hash(b"another history %d" % n) for n in range(8)])
    forked = w.SIGNER.sign(Checkpoint(w.SIGNER.origin, 8, other.root))
    _, log = released(Delivery.SERVED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, data in log.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        size = Checkpoint.of(Note.of(log.checkpoint).text).size
        begins = root_at(folder, 8)
        proof = tuple(consistency_in(folder, 8, size))
    own = w.SIGNER.sign(Checkpoint(w.SIGNER.origin, 8, begins))
    if equal:
        found = SplitView(min(own, forked), max(own, forked))
    else:
        found = SplitView(forked, log.checkpoint, begins, proof)
    return {"proves": True, **found.to_value()}


def honest_pair() -> dict[str, object]:
    """Return "evidence" whose newer tree does begin with the older one: it proves nothing."""
    value = split_view(equal=False)
    begins = SplitView.from_value({k: v for k, v in value.items() if k != "proves"}).root_in_newer
    own = w.SIGNER.sign(Checkpoint(w.SIGNER.origin, 8, begins))
    return value | {"older": own.decode()}


def other_log() -> LogSigner:
    """Return a log of the same name that is run by somebody else."""
    return LogSigner(w.SIGNER.origin, w.key("another log"))


def _recorded() -> Recorded:
    stood = Standing(
        agreement=AgreementId(w.AGREED),
        grant=GrantId(w.GRANT.digest),
        person=w.LIN,
        party=w.ACME,
        terms=w.TEAM,
        starts=w.OFFERED,
        expires=w.OFFERED + 365 * w.DAY,
        missing=(),
        signed_at=w.SIGNED,
        items=frozenset({*w.TEAM.items, *w.TEAM.toggles}),
        undertaken=True,
        assessment=Assessment.PREFILLED,
        represented=True,
        noticed=True,
        state=State.IN_FORCE,
    )
    texts = sha256_hex(w.TEXTS["contract.en.md"]), sha256_hex(w.TEXTS["contract.zh.md"])
    return Recorded(
        standing=stood,
        offer="fpayments",
        offered_at=w.OFFERED,
        texts=texts,
        person=Side(w.LIN, "Lin Wei 林伟", "self-asserted"),
        party=Side(w.ACME, "Acme 极致", "self-asserted"),
        given_at=w.SIGNED,
        leaf=7,
    )


def renderings() -> dict[str, dict[str, object]]:
    """Return consent record, receipt and ODRL agreement of Lin's grant."""
    made = _recorded()
    return {
        "consent-record": consent_record(made, now=w.NOW),
        "consent-receipt": consent_receipt(made, now=w.NOW),
        "odrl-agreement": odrl_agreement(made, now=w.NOW),
    }


def pretty(value: object) -> bytes:
    """Return JSON for people."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def swap_signer(envelope: Envelope, *keys: SigningKey) -> bytes:
    """Return the same statement signed by others."""
    return sign(envelope.statement, *keys).to_bytes()


def by_strangers(checkpoint: bytes) -> bytes:
    """Return a checkpoint cosigned by one known witness and one that nobody knows."""
    note = Note.of(cosigned(checkpoint, "w1.example.org"))
    stranger = w.KEYS[w.MALLORY]
    return cosign(note, "w2.example.org", stranger, seconds=int(w.NOW.timestamp())).to_bytes()


def _last_line(checkpoint: bytes, place: int) -> bytes:
    """Flip one bit in the body of the last signature."""
    note = Note.of(checkpoint)
    *others, last = note.signatures
    body = bytearray(last.body)
    body[place] ^= 1
    return Note(note.text, (*others, replace(last, body=bytes(body)))).to_bytes()


def broken_cosignature(checkpoint: bytes) -> bytes:
    """Return a checkpoint whose last cosignature does not hold."""
    return _last_line(checkpoint, 40)


def retimed_cosignature(checkpoint: bytes) -> bytes:
    """Return a checkpoint whose last cosignature names another second."""
    return _last_line(checkpoint, 7)


def moved_proof(proof: bytes) -> bytes:
    """Return a proof for the next leaf."""
    read = TlogProof.of(proof)
    return replace(read, index=read.index + 1).to_bytes()


def shorter_proof(proof: bytes) -> bytes:
    """Return a proof that lacks its last hash."""
    read = TlogProof.of(proof)
    return replace(read, hashes=read.hashes[:-1]).to_bytes()


def salted_proof(proof: bytes) -> bytes:
    """Return a proof with another salt."""
    return replace(TlogProof.of(proof), extra=b"s" * 16).to_bytes()


def one_twice(evidence: bytes) -> bytes:
    """Return evidence whose two checkpoints are one."""
    value = json.loads(evidence)
    return pretty(value | {"older": value["newer"]})


def forged_split() -> dict[str, object]:
    """Return evidence of two histories, one of them signed by somebody else."""
    value = split_view(equal=True)
    other = other_log().sign(Checkpoint(w.SIGNER.origin, 8, sha256(b"made up").digest()))
    return value | {"newer": other.decode()}
