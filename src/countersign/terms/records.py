# SPDX-License-Identifier: Apache-2.0
"""The signed records of consent as in-toto statements: grant, agreement, item, withdrawal, suspension.

- A grant's subject is the digest of the terms. No signing time stands inside, so either side may
  sign first; the hub notes when each signature arrived.
- An agreement's subjects are the digests of the contract text in each language; it names the
  grant's digest.
- An item is a small grant of its own, by the person alone, that names the grant it belongs to.
- A withdrawal's and a suspension's subject is the grant's digest; each can be verified alone.

Reading is strict: a field that this version does not know makes the record unreadable.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from countersign.clock import from_text, to_text
from countersign.errors import BadInput, NotVerified
from countersign.ids import AgreementId, GrantId, from_digest
from countersign.seal import Statement, sha256, sha256_hex
from countersign.terms.terms import Terms
from countersign.terms.text.clauses import clauses
from countersign.terms.text.facts import Facts
from countersign.terms.words import TOGGLES, Item

ITEMS: tuple[str, ...] = (*(item.value for item in Item), *TOGGLES.values())
"""Everything that a person can sign on its own, in the order in which it is signed."""
CONTRACT_FILES = ("contract.en.md", "contract.zh.md")
REVOKE, REPRESENTATIVE = "revoke", "representative"
"""Roles other than the person's own in which a record that takes away may be signed."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as it was read from its signed bytes. `texts` are the contract texts' digests."""

    digest: GrantId
    offer: str
    person: str
    party: str
    terms: Terms
    texts: tuple[str, str]
    offered_at: datetime
    starts: datetime
    expires: datetime


def grant_statement(terms: Terms, facts: Facts, texts: tuple[str, str]) -> Statement:
    """Return the grant that the person signs; `texts` are the digests of the texts in en and zh."""
    predicate = {
        "v": 1,
        "part": "whole",
        **_common(terms, facts),
        "terms": terms.to_value(),
        "texts": dict(zip(CONTRACT_FILES, texts, strict=True)),
        "items": [item.value for item in terms.items],
        "identity": {"person": facts.person.level, "party": facts.party.level},
        "offeredAt": to_text(facts.offered_at),
    }
    return Statement("grant", (("terms", terms.digest),), predicate)


def agreement_statement(
    terms: Terms, facts: Facts, texts: tuple[str, str], grant: str
) -> Statement:
    """Return the agreement that both sides sign over the same bytes."""
    predicate = {"v": 1, "grant": grant, **_common(terms, facts)}
    return Statement("agreement", tuple(zip(CONTRACT_FILES, texts, strict=True)), predicate)


def _common(terms: Terms, facts: Facts) -> dict[str, Any]:
    return {
        "offer": facts.offer,
        "person": facts.person.id,
        "party": facts.party.id,
        "termsDigest": terms.digest,
        "clauses": [clause.id for clause in clauses(terms, facts)],
        "starts": to_text(facts.starts),
        "expires": to_text(facts.expires),
    }


def item_statement(grant: str, person: str, item: str) -> Statement:
    """Return one item or toggle that the person signs on its own, beside the grant."""
    predicate = {"v": 1, "part": "item", "item": str(item), "grant": grant, "person": person}
    return Statement("grant", (("grant", grant),), predicate)


def withdrawal_statement(
    *,
    grant: str,
    agreement: str,
    by: str,
    at: datetime,
    parts: Collection[str] = (),
    role: str = "",
) -> Statement:
    """Return the withdrawal of a grant for good: whole, or of `parts`.

    Needs no reason and has no field for one. `role` is empty for the person's own key, `revoke`
    for the code on paper, `representative` for a representative who was told on paper.
    """
    scope = "part" if parts else "whole"
    predicate: dict[str, Any] = {"v": 1, "scope": scope, "agreement": agreement, "by": by}
    predicate |= {"at": to_text(at)}
    if parts:
        predicate["parts"] = sorted(set(parts))
    if role:
        predicate |= {"role": role} | ({"channel": "paper"} if role == REPRESENTATIVE else {})
    return Statement("withdrawal", (("grant", grant),), predicate)


def suspension_statement(
    *,
    grant: str,
    agreement: str,
    by: str,
    at: datetime,
    number: int,
    resume: bool,
    role: str = "",
) -> Statement:
    """Return a suspension or its end. `number` counts them, so that the last one is known."""
    act = "resume" if resume else "suspend"
    predicate = {"v": 1, "act": act, "agreement": agreement, "by": by, "number": number}
    predicate |= {"at": to_text(at)} | ({"role": role} if role else {})
    return Statement("suspension", (("grant", grant),), predicate)


_GRANT_FIELDS = frozenset(
    "v part offer person party termsDigest clauses starts expires terms texts items identity"
    " offeredAt".split()
)
_AGREEMENT_FIELDS = frozenset(
    "v grant offer person party termsDigest clauses starts expires".split()
)


# Reading is a pure function of the bytes, so its result may be kept; no state of any agreement is.
@lru_cache(maxsize=4096)
def read_grant(payload: bytes) -> Grant:
    """Read a whole grant from its signed bytes; raises `NotVerified` for anything else."""
    statement = Statement.from_bytes(payload)
    p = statement.predicate
    try:
        terms = Terms.from_value(p["terms"])
        made = Grant(
            digest=GrantId(sha256_hex(payload)),
            offer=_text(p, "offer"),
            person=_text(p, "person"),
            party=_text(p, "party"),
            terms=terms,
            texts=(_text(p["texts"], CONTRACT_FILES[0]), _text(p["texts"], CONTRACT_FILES[1])),
            offered_at=from_text(_text(p, "offeredAt")),
            starts=from_text(_text(p, "starts")),
            expires=from_text(_text(p, "expires")),
        )
        right = (
            (statement.kind, p["part"], p["v"]) == ("grant", "whole", 1)
            and frozenset(p) == _GRANT_FIELDS
            and statement.subjects == (("terms", terms.digest),)
            and p["termsDigest"] == terms.digest
            and p["items"] == [item.value for item in terms.items]
        )
    except (KeyError, TypeError, AttributeError, BadInput) as e:
        raise _unreadable("grant") from e
    if not right:
        raise _unreadable("grant")
    return made


@lru_cache(maxsize=4096)
def read_agreement(payload: bytes, grant: Grant) -> AgreementId:
    """Return the agreement's id if its bytes are the contract of exactly this grant.

    Raises `NotVerified` otherwise: an agreement that names another grant, party, time or text.
    """
    statement = Statement.from_bytes(payload)
    p = statement.predicate
    said = {
        "v": 1,
        "grant": grant.digest,
        "offer": grant.offer,
        "person": grant.person,
        "party": grant.party,
        "termsDigest": grant.terms.digest,
        "starts": to_text(grant.starts),
        "expires": to_text(grant.expires),
    }
    right = (
        statement.kind == "agreement"
        and frozenset(p) == _AGREEMENT_FIELDS
        and all(p[field] == value for field, value in said.items())
        and statement.subjects == tuple(zip(CONTRACT_FILES, grant.texts, strict=True))
    )
    if not right:
        raise _unreadable("agreement")
    return agreement_id(payload)


def agreement_id(payload: bytes) -> AgreementId:
    """Return the id that an agreement's signed bytes give it."""
    return AgreementId(from_digest("a", sha256(payload)))


@lru_cache(maxsize=4096)
def read_item(payload: bytes, grant: str, person: str) -> str | None:
    """Return which item of this grant the bytes sign, None if they are something else."""
    statement = Statement.from_bytes(payload)
    p = statement.predicate
    if statement.kind != "grant" or p.get("part") != "item":
        return None
    item = p.get("item")
    if item not in ITEMS:
        return None
    same = statement.to_bytes() == item_statement(grant, person, item).to_bytes()
    return item if same else None


def _text(p: Mapping[str, Any], field: str) -> str:
    value = p[field]
    if not isinstance(value, str):
        raise TypeError(field)
    return value


def _unreadable(kind: str) -> NotVerified:
    return NotVerified(
        f"A signed {kind} is not one this program can hold to.",
        why="A field is missing, unknown or contradicts another, so nothing is allowed by it.",
        remedy="Update countersign; if it stays, get the record again from whoever signed it.",
    )
