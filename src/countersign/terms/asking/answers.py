# SPDX-License-Identifier: Apache-2.0
"""Answers that a person prepares: in the vault until they sign, gone from it when they refuse.

A draft is an offer that stands in no hub. It names which request or offer it answers, with the
same terms or others, and reaches the hub together with the person's signature. A refusal is kept
here alone, so that the person is not shown the request again; the hub never learns of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_text, to_text
from countersign.people import Vault
from countersign.seal import canonical, read_canonical
from countersign.terms.asking import tables
from countersign.terms.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAnswer:
    """What becomes an offer by `person` when signed. `request` or `answers` may be empty, not both."""

    id: str
    person: str
    party: str
    terms: Terms
    at: datetime
    request: str = ""
    answers: str = ""


def keep_draft(vault: Vault, draft: DraftAnswer) -> None:
    """Keep a draft, sealed; the same id again replaces it."""
    value = {
        "id": draft.id,
        "person": draft.person,
        "party": draft.party,
        "terms": draft.terms.to_value(),
        "at": to_text(draft.at),
        "request": draft.request,
        "answers": draft.answers,
    }
    _put(vault, tables.drafted_offer, draft.id, value)


def find_draft(vault: Vault, id: str) -> DraftAnswer | None:
    """Return the draft with this id, None if there is none."""
    t = tables.drafted_offer
    mark = _mark(vault, t, id)
    with vault.db.read() as c:
        sealed = c.execute(sa.select(t.c.value).where(t.c.mark == mark)).scalar()
    return None if sealed is None else _draft(_open(vault, t, mark, sealed))


def drafts(vault: Vault) -> tuple[DraftAnswer, ...]:
    """Return all drafts, oldest first."""
    found = [_draft(value) for value in _all(vault, tables.drafted_offer)]
    return tuple(sorted(found, key=lambda draft: (draft.at, draft.id)))


def drop_draft(vault: Vault, id: str) -> None:
    """Forget a draft, sent or not."""
    t = tables.drafted_offer
    with vault.db.write() as c:
        c.execute(t.delete().where(t.c.mark == _mark(vault, t, id)))


def decline(vault: Vault, id: str, *, now: datetime) -> None:
    """Note in the vault, and nowhere else, that the person says no to a request or an offer."""
    _put(vault, tables.declined, id, {"id": id, "at": to_text(now)})


def declined(vault: Vault) -> frozenset[str]:
    """Return the ids of what the person said no to."""
    return frozenset(str(value["id"]) for value in _all(vault, tables.declined))


def note_origin(c: sa.Connection, *, offer: str, request: str, answers: str) -> None:
    """Write down, with the signed answer, what it answers."""
    row = {"offer": offer, "request": request, "answers": answers}
    c.execute(tables.offer_origin.insert().values(row))


def origin(c: sa.Connection, offer: str) -> tuple[str, str]:
    """Return the request and the offer that an offer answers, each empty for none."""
    t = tables.offer_origin
    row = c.execute(sa.select(t.c.request, t.c.answers).where(t.c.offer == offer)).first()
    return (row.request, row.answers) if row else ("", "")


def answers_to(c: sa.Connection, request: str) -> tuple[str, ...]:
    """Return the ids of the offers that answer a request."""
    t = tables.offer_origin
    return tuple(c.execute(sa.select(t.c.offer).where(t.c.request == request)).scalars())


def _draft(value: Any) -> DraftAnswer:
    return DraftAnswer(
        id=value["id"],
        person=value["person"],
        party=value["party"],
        terms=Terms.from_value(value["terms"]),
        at=from_text(value["at"]),
        request=value["request"],
        answers=value["answers"],
    )


def _mark(vault: Vault, t: sa.Table, id: str) -> str:
    return vault.mark(str(t.name), id).hex()


def _place(t: sa.Table, mark: str) -> dict[str, str]:
    return {"table": str(t.name), "column": "value", "row": mark}


def _put(vault: Vault, t: sa.Table, id: str, value: dict[str, Any]) -> None:
    mark = _mark(vault, t, id)
    sealed = vault.cipher.seal(canonical(value), **_place(t, mark))
    with vault.db.write() as c:
        c.execute(t.delete().where(t.c.mark == mark))
        c.execute(t.insert().values(mark=mark, value=sealed))


def _open(vault: Vault, t: sa.Table, mark: str, sealed: bytes) -> Any:
    return read_canonical(vault.cipher.open(sealed, **_place(t, mark)))


def _all(vault: Vault, t: sa.Table) -> Iterator[Any]:
    with vault.db.read() as c:
        rows = c.execute(sa.select(t)).all()
    for row in rows:
        yield _open(vault, t, row.mark, row.value)
