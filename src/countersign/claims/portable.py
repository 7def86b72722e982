# SPDX-License-Identifier: Apache-2.0
"""Claims, decisions and sheets as lines of an export, and back.

A claim comes back through `Citation`, so one whose quotes do not stand in own words is refused. With
the same id key everything keeps its id and the sheets stay valid; without it claims get the ids
that this vault gives them, and the decisions are signed anew by whoever imports them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from countersign.claims.claim import Citation, Proposal
from countersign.claims.decision import Decision, Held, Verdict
from countersign.claims.propose import MILLION, claim_id
from countersign.claims.tables import claim, claim_citation, claim_decision, review_sheet
from countersign.claims.view import claims
from countersign.clock import from_seconds, from_text, to_seconds, to_text
from countersign.errors import BadInput, Conflict
from countersign.evidence import KeptTrace, traces_by_id
from countersign.ids import ClaimId, TraceId
from countersign.people import Vault
from countersign.seal import SALT_BYTES, Envelope, b64, read_b64
from countersign.terms import Kind


def claim_lines(vault: Vault) -> Iterator[dict[str, Any]]:
    """Yield every claim by id, with its citations and the salts of their commitments."""
    rows = _rows(vault, claim)
    for view in sorted(claims(vault), key=lambda v: v.id):
        row = rows[view.id]
        yield {
            "id": view.id,
            "kind": view.kind,
            "topic": view.topic,
            "text": view.text,
            "score": row.score,
            "support": view.support,
            "firstAt": _text(row.first_at),
            "lastAt": _text(row.last_at),
            "flags": list(view.flags),
            "merged": json.loads(row.merged),
            "proposedAt": _text(row.proposed_at),
            "engine": row.engine,
            "citations": sorted(
                (
                    {
                        "trace": x.trace,
                        "start": x.start,
                        "end": x.end,
                        "quote": x.quote,
                        "salt": b64(x.salt),
                    }
                    for x in view.citations
                ),
                key=lambda x: (x["trace"], x["start"], x["end"]),
            ),
        }


def decision_lines(vault: Vault) -> Iterator[dict[str, Any]]:
    """Yield the person's decisions by claim: final wording, class of a hold, accepted flags."""
    decided = _rows(vault, claim_decision)
    for view in sorted(claims(vault), key=lambda v: v.id):
        if view.id in decided:
            row = decided[view.id]
            yield {
                "claim": view.id,
                "decision": row.decision,
                "class": view.held,
                "text": view.final,
                "acceptedFlags": list(view.accepted_flags),
                "sheet": view.sheet,
                "decidedAt": _text(row.decided_at),
            }


def sheet_lines(vault: Vault) -> Iterator[dict[str, Any]]:
    """Yield the signed review sheets in the order in which they were applied."""
    query = sa.select(review_sheet).order_by(sa.literal_column("rowid"))
    with vault.db.read() as c:
        rows = c.execute(query).all()
    for row in rows:
        place = {"table": "review_sheet", "column": "envelope", "row": row.digest}
        envelope = Envelope.from_bytes(vault.cipher.open(row.envelope, **place))
        yield {
            "digest": row.digest,
            "signedAt": _text(row.signed_at),
            "envelope": envelope.to_value(),
        }


def _rows(vault: Vault, table: sa.Table) -> dict[str, Any]:
    key = table.c.id if table is claim else table.c.claim
    with vault.db.read() as c:
        return {row._mapping[key]: row for row in c.execute(sa.select(table))}


def _text(seconds: int | None) -> str | None:
    return to_text(from_seconds(seconds)) if seconds is not None else None


def restore_claims(
    vault: Vault,
    lines: Iterable[Mapping[str, Any]],
    *,
    traces: Mapping[str, TraceId],
    decided: Iterable[Mapping[str, Any]] = (),
    sheets: Iterable[Mapping[str, Any]] = (),
) -> dict[str, ClaimId]:
    """Write claims with their decisions and sheets as they were, in one transaction.

    `traces` gives each trace's id here. Where an id differs from the export's, claims get ids of
    this vault too and `decided` and `sheets` must be empty: what was signed names the old ids.
    Returns the id here of each claim. Raises `NotVerified` for a quote that does not stand in own
    words, `Conflict` where claims are here already, `BadInput` for lines that are not of an export.
    """
    same = all(old == new for old, new in traces.items())
    found = traces_by_id(vault, set(traces.values()))
    try:
        grounded = [_ground(vault, line, traces, found, same=same) for line in lines]
        here = {str(g.line["id"]): g.id for g in grounded}
        with vault.db.write() as c:
            if _is_fresh(c, set(here.values())):
                for g in grounded:
                    _restore(c, vault, g, same=same)
                for row in sheets:
                    _restore_sheet(c, vault, row)
                for row in decided:
                    _restore_decision(c, vault, row)
    except (KeyError, TypeError, ValueError) as e:
        raise BadInput("A line of claims is not of an export.", why=type(e).__name__) from e
    return here


def _is_fresh(c: sa.Connection, wanted: set[ClaimId]) -> bool:
    """Tell whether there are no claims yet; False for the very same ones, none of them decided."""
    there = set(c.execute(sa.select(claim.c.id)).scalars())
    decided = c.execute(sa.select(claim_decision.c.claim).limit(1)).first() is not None
    if there and (decided or there != wanted):
        raise Conflict(
            "There are claims in this vault already.",
            why="An export is brought into a fresh home; two reviews are never mixed silently.",
            remedy="Import with another --home DIR that does not exist yet.",
        )
    return not there


@dataclass(frozen=True, slots=True)
class _Grounded:
    """A line of claims whose quotes were found at their places, with the salts beside."""

    id: ClaimId
    line: Mapping[str, Any]
    cited: tuple[tuple[Citation, bytes], ...]


def _ground(
    vault: Vault,
    line: Mapping[str, Any],
    traces: Mapping[str, TraceId],
    found: Mapping[TraceId, KeptTrace],
    *,
    same: bool,
) -> _Grounded:
    cited = tuple((_citation(x, traces, found), _salt(x["salt"])) for x in line["citations"])
    places = tuple(x for x, _ in cited)
    kind = Kind(line["kind"])
    Proposal(kind, str(line["topic"]), str(line["text"]), 0.0, places)  # raises unless grounded
    id = ClaimId(str(line["id"])) if same else claim_id(vault, kind, places)
    return _Grounded(id, line, cited)


def _citation(
    x: Mapping[str, Any], traces: Mapping[str, TraceId], found: Mapping[TraceId, KeptTrace]
) -> Citation:
    return Citation(found[traces[x["trace"]]], int(x["start"]), int(x["end"]), str(x["quote"]))


def _restore(c: sa.Connection, vault: Vault, g: _Grounded, *, same: bool) -> None:
    c.execute(claim.insert().values(id=g.id, **_values(vault, g.id, g.line, same=same)))
    for x, salt in g.cited:
        row = {"claim": g.id, "trace": x.trace.id, "start": x.start, "end": x.end, "salt": salt}
        c.execute(claim_citation.insert().values(row))


def _values(vault: Vault, id: str, line: Mapping[str, Any], *, same: bool) -> dict[str, object]:
    def seal(column: str) -> bytes:
        plain = str(line[column]).encode("utf-8", "surrogatepass")
        return vault.cipher.seal(plain, table="claim", column=column, row=id)

    score, support = int(line["score"]), int(line["support"])
    if not 0 <= score <= MILLION or support < 1:
        raise ValueError("score")
    return {
        "kind": str(line["kind"]),
        "topic": seal("topic"),
        "text": seal("text"),
        "score": score,
        "support": support,
        "first_at": _seconds(line["firstAt"]),
        "last_at": _seconds(line["lastAt"]),
        "flags": json.dumps(sorted(map(str, line["flags"]))),
        "merged": json.dumps(sorted(map(str, line["merged"])) if same else []),
        "proposed_at": _seconds(line["proposedAt"]),
        "engine": str(line["engine"]),
    }


def _salt(text: str) -> bytes:
    salt = read_b64(text)
    if len(salt) != SALT_BYTES:
        raise ValueError("salt")
    return salt


def _seconds(text: str | None) -> int | None:
    return to_seconds(from_text(text)) if text else None


def _restore_sheet(c: sa.Connection, vault: Vault, row: Mapping[str, Any]) -> None:
    value = row["envelope"]
    signatures = tuple((str(s["keyid"]), read_b64(s["sig"])) for s in value["signatures"])
    envelope = Envelope(read_b64(value["payload"]), signatures)
    sealed = vault.cipher.seal(
        envelope.to_bytes(), table="review_sheet", column="envelope", row=envelope.digest
    )
    values = {"digest": envelope.digest, "envelope": sealed, "signed_at": _seconds(row["signedAt"])}
    c.execute(review_sheet.insert().values(values))


def _restore_decision(c: sa.Connection, vault: Vault, row: Mapping[str, Any]) -> None:
    d = read_decision(row, ClaimId(str(row["claim"])))
    sealed = None
    if d.text:
        sealed = vault.cipher.seal(
            d.text.encode("utf-8"), table="claim_decision", column="text", row=d.claim
        )
    values = {
        "claim": d.claim,
        "decision": d.verdict.value,
        "held": d.held.value if d.held else None,
        "text": sealed,
        "flags": json.dumps(list(d.flags)),
        "sheet": str(row["sheet"]),
        "decided_at": _seconds(row["decidedAt"]),
    }
    c.execute(claim_decision.insert().values(values))


def read_decision(row: Mapping[str, Any], claim: ClaimId) -> Decision:
    """Read one decision of an export, about the claim that has this id here.

    Raises `BadInput` for one that could not be made, `KeyError` or `ValueError` for another line.
    """
    held = row["class"]
    return Decision(
        claim,
        Verdict(row["decision"]),
        str(row["text"] or ""),
        Held(held) if held else None,
        tuple(map(str, row["acceptedFlags"])),
    )
