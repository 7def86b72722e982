# SPDX-License-Identifier: Apache-2.0
"""Bring an export into a fresh home: traces, claims, decisions, and how far they were signed.

From a sealed export everything keeps its id and the review sheets stay valid: the id key and the
signing key come with it. From one in the clear there are new ids, so the old sheets cannot name
them; the decisions are applied again and signed by the key of this home, as an act of whoever
imports. What the hub held (agreements, receipts, proofs) are records of that hub: they stay
readable and provable in the export, and are not made true in another hub by copying.

Nothing is believed before every file was compared with the manifest. A run that is stopped is
completed by running it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from countersign.claims import accepted, judge, read_decision, restore_claims
from countersign.clock import from_text
from countersign.desk.bundle import Reader
from countersign.desk.home import Home
from countersign.desk.words import ensure_person_signs, forget_due, own_permit, rejoin_mail
from countersign.errors import BadInput, Conflict
from countersign.evidence import object_to, restore_traces
from countersign.ids import ClaimId, OfferId
from countersign.people import (
    Handle,
    Person,
    adopt_id_key,
    ever_bound,
    owner,
    people,
    restore_people,
)
from countersign.seal import PublicKey, SigningKey, write_key
from countersign.sources import bare_subject
from countersign.terms import DraftAnswer, Terms, decline, keep_draft


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in: how many traces and claims, and whether they kept their ids."""

    traces: int
    claims: int
    decisions: int
    same_ids: bool


def import_export(home: Home, folder: Path, *, now: datetime) -> Imported:
    """Bring an export into this home, which must hold nothing else; see the module's words.

    Raises `Unavailable` without the passphrase it was sealed with, `NotVerified` where a file is
    not the one that was exported, `Conflict` where the home is in use, `BadInput` for another
    folder or an export that cannot come back (`--portable`).
    """
    reader = Reader(folder, passphrase=home.passphrase)
    if reader.said.get("kind") != "full":
        raise BadInput(
            "This is what a person takes along, not a whole export.",
            why="It holds masked claims without the words behind them, so nothing can stand on it.",
            remedy="Import the folder of `countersign export` without --portable.",
        )
    reader.check()
    home.create()
    _require_fresh(home, reader)
    if reader.sealed:
        adopt_id_key(home.vault, reader.whole("secret/id-key"))
    restore_people(home.vault, reader.lines("people.jsonl"))
    _take_key(home, reader)
    _objections(home, reader)  # before any trace: keeping honors them
    here = restore_traces(
        home.vault,
        reader.lines("traces.jsonl"),
        permit=lambda: own_permit(home, now),
        subject=bare_subject,
    )
    rejoin_mail(home)
    claims, decided = _claims(home, reader, dict(here), now)
    _answers(home, reader, now)
    forget_due(home, now=now)
    return Imported(len(here), claims, decided, reader.sealed)


def _objections(home: Home, reader: Reader) -> None:
    for row in reader.lines("objections.jsonl"):
        try:
            handle, since = Handle.parse(str(row["handle"])), from_text(str(row["since"]))
        except KeyError as e:
            raise BadInput("A line of objections is not of an export.") from e
        object_to(home.vault, handle, now=since)


def _require_fresh(home: Home, reader: Reader) -> None:
    """Raise `Conflict` unless everybody here came from this very export (a run that was stopped)."""
    theirs = {str(line.get("id")) for line in reader.lines("people.jsonl")}
    if not {p.id for p in people(home.vault)} <= theirs:
        raise Conflict(
            "This home is in use.",
            why="An export is brought into a fresh home; two vaults are never mixed silently.",
            remedy="Import with another --home DIR that does not exist yet.",
        )


def _take_key(home: Home, reader: Reader) -> None:
    """Put the person's own signing key where this home looks for it; a known one stays."""
    me = owner(home.vault)
    if me is None or "secret/signing-key" not in reader.paths:
        return
    path = home.key_path(me.label)
    if not path.exists():
        write_key(path, SigningKey(reader.whole("secret/signing-key")), home.passphrase)


def _claims(home: Home, reader: Reader, here: dict[str, Any], now: datetime) -> tuple[int, int]:
    sealed = reader.sealed
    known = restore_claims(
        home.vault,
        reader.lines("claims.jsonl"),
        traces=here,
        decided=reader.lines("decisions.jsonl") if sealed else (),
        sheets=reader.lines("sheets.jsonl") if sealed else (),
    )
    me = owner(home.vault)
    rows = list(reader.lines("decisions.jsonl"))
    if me is not None:
        ensure_person_signs(home, me, now)
        if sealed:
            accepted(home.vault, keys=_keys(home, me))  # raises unless its sheets verify here
        elif rows:
            _decide_again(home, me, rows, known, now)
    return len(known), len(rows)


def _keys(home: Home, me: Person) -> frozenset[PublicKey]:
    with home.hub.db.read() as c:
        return frozenset(ever_bound(c, me.id))


def _decide_again(
    home: Home, me: Person, rows: list[Any], known: dict[str, ClaimId], now: datetime
) -> None:
    try:
        again = tuple(read_decision(row, known[str(row["claim"])]) for row in rows)
    except (KeyError, TypeError, ValueError) as e:
        raise BadInput("A line of decisions is not of an export.") from e
    judge(home.vault, again, person=me.id, key=home.key(me.label), now=now)


def _answers(home: Home, reader: Reader, now: datetime) -> None:
    for row in reader.lines("answers.jsonl"):
        try:
            draft = None if row["declined"] else _draft(row)
            id = str(row["id"])
        except (KeyError, TypeError) as e:
            raise BadInput("A line of answers is not of an export.") from e
        if draft is None:
            decline(home.vault, id, now=now)
        else:
            keep_draft(home.vault, draft)


def _draft(row: Mapping[str, Any]) -> DraftAnswer:
    return DraftAnswer(
        id=OfferId(str(row["id"])),
        person=str(row["person"]),
        party=str(row["party"]),
        terms=Terms.from_value(row["terms"]),
        at=from_text(str(row["at"])),
        request=str(row["request"]),
        answers=str(row["answers"]),
    )
