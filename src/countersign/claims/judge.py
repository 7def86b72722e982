# SPDX-License-Identifier: Apache-2.0
"""Apply a round of decisions in one transaction with its signed sheet, and read what may be released."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.claims.decision import Decision, Verdict, sign_sheet
from countersign.claims.tables import claim, claim_decision, review_sheet
from countersign.claims.view import CitationView, ClaimView, claims
from countersign.clock import from_seconds, to_seconds, to_text
from countersign.errors import NotFound, NotVerified
from countersign.ids import ClaimId, PersonId
from countersign.people import Vault
from countersign.seal import (
    Envelope,
    PublicKey,
    SigningKey,
    commitment,
    require,
    sha256_hex,
    signed_by,
)
from countersign.terms import Kind

# What a sheet says of a claim: the sheet, the digest of the approved text, the flags accepted.
_OnSheet = tuple[str | None, str | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What others get of a citation: a salted commitment, date and kind of source.

    `quote` is None unless the terms allow quoting this kind of source; chat and mail never do.
    """

    commitment: str
    at: datetime | None
    source: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A claim as the person approved it: the only form in which a claim can be released."""

    id: ClaimId
    kind: Kind
    topic: str
    text: str
    digest: str
    first_at: datetime | None
    last_at: datetime | None
    support: int
    sources: frozenset[str]
    evidence: tuple[Evidence, ...]
    sheet: str
    flags: tuple[str, ...] = ()


def judge(
    vault: Vault,
    decisions: tuple[Decision, ...],
    *,
    person: PersonId,
    key: SigningKey,
    now: datetime,
) -> Envelope:
    """Apply `decisions` and keep the signed sheet: all of it, or on any fault nothing."""
    sheet = sign_sheet(decisions, person=person, key=key, now=now)
    sealed = vault.cipher.seal(
        sheet.to_bytes(), table="review_sheet", column="envelope", row=sheet.digest
    )
    with vault.db.write() as c:
        # The same round again within its second is the same sheet, and now the newest.
        c.execute(review_sheet.delete().where(review_sheet.c.digest == sheet.digest))
        c.execute(
            review_sheet.insert().values(
                digest=sheet.digest, envelope=sealed, signed_at=to_seconds(now)
            )
        )
        for decision in decisions:
            _apply(c, vault, decision, sheet.digest, now)
    return sheet


def _apply(c: sa.Connection, vault: Vault, d: Decision, sheet: str, now: datetime) -> None:
    if c.execute(sa.select(claim.c.id).where(claim.c.id == d.claim)).first() is None:
        raise NotFound(
            f"The claim {d.claim} is not in this vault any more.", remedy="Review again."
        )
    sealed = None
    if d.text:
        sealed = vault.cipher.seal(
            d.text.encode("utf-8"), table="claim_decision", column="text", row=d.claim
        )
    values = {
        "decision": d.verdict.value,
        "held": d.held.value if d.held else None,
        "text": sealed,
        "flags": json.dumps(list(d.flags)),
        "sheet": sheet,
        "decided_at": to_seconds(now),
    }
    c.execute(claim_decision.delete().where(claim_decision.c.claim == d.claim))
    c.execute(claim_decision.insert().values(claim=d.claim, **values))


def accepted(
    vault: Vault, *, keys: Collection[PublicKey], quotable: Iterable[str] = ()
) -> tuple[Accepted, ...]:
    """Return every claim the person approved, each as the newest sheet on it has it, signed by one of `keys`.

    Raises `NotVerified` when a decision in the store is not the one on that sheet: whoever wrote it
    there, it was not the person.
    """
    signed = _signed(vault, keys)
    approved = (Verdict.ACCEPT.value, Verdict.EDIT.value)
    query = sa.select(claim_decision.c.claim).where(claim_decision.c.decision.in_(approved))
    with vault.db.read() as c:
        ids = [ClaimId(id) for id in c.execute(query).scalars()]
    allowed = frozenset(quotable)
    return tuple(_accept(view, signed, allowed) for view in claims(vault, ids))


def _signed(vault: Vault, keys: Collection[PublicKey]) -> dict[str, _OnSheet]:
    """Return for each claim what the newest verified sheet says of it."""
    # In the order in which they were applied: a clock may have been set back in between.
    query = sa.select(review_sheet).order_by(sa.literal_column("rowid"))
    with vault.db.read() as c:
        rows = c.execute(query).all()
    found: dict[str, _OnSheet] = {}
    for row in rows:
        data = vault.cipher.open(
            row.envelope, table="review_sheet", column="envelope", row=row.digest
        )
        envelope = Envelope.from_bytes(data)
        signers = [key for key in keys if signed_by(envelope, key)]
        if not signers:
            continue
        for d in require(envelope, "review-sheet", signers).predicate["decisions"]:
            flags = tuple(d.get("acceptedFlags", ()))
            found[d["claim"]] = (envelope.digest, d.get("textDigest"), flags)
    return found


def last_review(vault: Vault, *, by: datetime) -> datetime | None:
    """Return when the newest review sheet of `by` or before was signed, None without one."""
    newest = sa.select(sa.func.max(review_sheet.c.signed_at)).where(
        review_sheet.c.signed_at <= to_seconds(by)
    )
    with vault.db.read() as c:
        seconds = c.execute(newest).scalar()
    return from_seconds(seconds) if seconds is not None else None


def first_review(vault: Vault, *, since: datetime) -> datetime | None:
    """Return when the first review sheet of `since` or after was signed, None without one."""
    first = sa.select(sa.func.min(review_sheet.c.signed_at)).where(
        review_sheet.c.signed_at >= to_seconds(since)
    )
    with vault.db.read() as c:
        seconds = c.execute(first).scalar()
    return from_seconds(seconds) if seconds is not None else None


def _accept(
    view: ClaimView,
    signed: dict[str, _OnSheet],
    quotable: frozenset[str],
) -> Accepted:
    text = view.final or ""
    digest = sha256_hex(text.encode("utf-8"))
    if not text or signed.get(view.id) != (view.sheet, digest, view.accepted_flags):
        raise NotVerified(
            f"The text of claim {view.id} is on no review sheet that the person signed.",
            why="A release may hold only texts that the person decided on, word for word.",
            remedy="Review this claim again with `countersign review`.",
        )
    return Accepted(
        id=view.id,
        kind=Kind(view.kind),
        topic=view.topic,
        text=text,
        digest=digest,
        first_at=view.first_at,
        last_at=view.last_at,
        support=view.support,
        sources=frozenset(x.source for x in view.citations),
        evidence=tuple(_evidence(x, quotable) for x in view.citations),
        sheet=view.sheet or "",
        flags=view.accepted_flags,
    )


def citation_value(x: CitationView) -> dict[str, str | int | None]:
    """Return what a citation's commitment commits to (opened to an arbiter, with its salt)."""
    at = to_text(x.at) if x.at else None
    quote = x.quote.encode("utf-8", "replace").decode("utf-8")  # JCS knows no lone surrogate
    return {"trace": x.trace, "start": x.start, "end": x.end, "quote": quote, "at": at}


def _evidence(x: CitationView, quotable: frozenset[str]) -> Evidence:
    quote = x.quote if x.source in quotable else None
    return Evidence(commitment(x.salt, citation_value(x)), x.at, x.source, quote)


def sheet_digests(found: Iterable[Accepted]) -> tuple[str, ...]:
    """Return the digests of the sheets on which these claims were approved, sorted."""
    return tuple(sorted({a.sheet for a in found}))
