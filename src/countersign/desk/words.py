# SPDX-License-Identifier: Apache-2.0
"""A person's own words: people and handles, adding exports, traces, claims, review."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

from countersign import evidence
from countersign.claims import (
    ClaimView,
    Decision,
    claims,
    judge,
    last_review,
    propose,
    read_todo,
)
from countersign.desk.home import Home
from countersign.desk.logbook import keep_bindings, log_signed, publish_log
from countersign.distill import propose as proposals_of
from countersign.errors import NotAllowed, NotFound
from countersign.evidence import (
    CONTEXT_KEPT,
    Author,
    Kept,
    Record,
    authors,
    conversations,
    forget_context,
    keep,
    own_traces,
    rejoin,
    without_private,
)
from countersign.ids import ClaimId
from countersign.people import (
    Handle,
    Person,
    Role,
    add_card,
    add_person,
    bind_key,
    bindings,
    find_card,
    owner,
    people,
)
from countersign.seal import Envelope, SigningKey, write_key
from countersign.sources import Link, bare_subject, read, read_paste, thread
from countersign.terms import Permit, Refusal, decide, keep_own

KEPT_CLAIMS = 1000
ROUND = 20


@dataclass(slots=True)
class Added:
    """The totals of an add and how long it took."""

    kept: Kept = field(default_factory=Kept)
    seconds: float = 0.0


def add_someone(
    home: Home, *, name: str, handles: Iterable[str], me: bool, label: str, now: datetime
) -> Person:
    """Add a person or further handles; the vault's owner also gets a signing key and a card."""
    exact = [Handle.parse(text) for text in handles]
    person = add_person(home.vault, name=name, handles=exact, me=me, label=label, now=now)
    if person.me:
        ensure_person_signs(home, person, now)
    return person


def name_owner(home: Home, *, name: str, handles: Iterable[str], now: datetime) -> Person:
    """Say whose vault this is, without making them a key yet: nothing is signed by looking."""
    exact = [Handle.parse(text) for text in handles]
    return add_person(home.vault, name=name, handles=exact, me=True, now=now)


def ensure_person_signs(home: Home, person: Person, now: datetime) -> None:
    """Give the vault's own person a key and a card where they have none yet."""
    ensure_signer(home, id=person.id, label=person.label, name=person.name, now=now)


def ensure_signer(
    home: Home,
    *,
    id: str,
    label: str,
    name: str,
    now: datetime,
    is_party: bool = False,
    role: Role | None = None,
) -> None:
    """Give a signer of this machine a key file, a card in the hub and a bound key, logged.

    Each step is made once and found again, so that a kill in between is completed by a rerun.
    """
    path = home.key_path(label)
    if not path.exists():
        write_key(path, SigningKey.generate(), home.passphrase)
    with home.hub.db.write() as c:
        try:
            find_card(c, id)
        except NotFound:
            add_card(c, id=id, label=label, name=name, is_party=is_party, role=role, now=now)
        if not bindings(c, id):
            bind_key(c, subject=id, key=home.key(label), now=now)
        keep_bindings(c, id, now=now)
        log_signed(c, now=now)
    publish_log(home.hub, now=now)


def everybody(home: Home) -> list[Person]:
    """Return the people this vault knows, its owner first."""
    return people(home.vault)


def own_permit(home: Home, now: datetime) -> Permit:
    """Return the permit to keep one's own words, which nobody can refuse."""
    found = owner(home.vault)
    return allowed(decide(keep_own(found.id if found else "nobody-yet"), None, now=now))


def allowed(decided: Permit | Refusal) -> Permit:
    """Return the permit, or raise the refusal as `NotAllowed`."""
    if isinstance(decided, Refusal):
        raise decided.to_error()
    return decided


def add(
    home: Home,
    paths: Iterable[Path],
    *,
    source: str | None,
    author: str | None,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Added:
    """Read files and folders into the vault. Adding again adds nothing; a rerun completes a kill."""
    # Opened one by one but checked all first: a typo in the third path must not half-add.
    writer = Handle.parse(author) if author else None
    records = [read(path, source=source, author=writer) for path in paths]
    return _keep(home, chain.from_iterable(records), now, progress)


def add_paste(home: Home, text: str, *, author: str | None, now: datetime) -> Added:
    """Keep one pasted text; without an author it is nobody's own words."""
    writer = Handle.parse(author) if author else None
    return _keep(home, [read_paste(text, author=writer, at=now)], now, lambda _: None)


def _keep(
    home: Home, records: Iterable[Record], now: datetime, progress: Callable[[int], None]
) -> Added:
    started = time.perf_counter()
    forget_due(home, now=now)
    permit = own_permit(home, now)
    counted = _counted(records, progress)
    kept = keep(home.vault, counted, permit=permit, now=now, subject=bare_subject)
    rejoin_mail(home)
    return Added(kept, time.perf_counter() - started)


def rejoin_mail(home: Home) -> None:
    """Join mail into conversations anew, over all that the vault holds."""
    rejoin(home.vault, "mail", _threads)


def _threads(links: Iterable[evidence.Link]) -> dict[str, str]:
    return thread(Link(x.id, x.refers_to, x.subject, x.replies, x.at) for x in links)


def _counted(records: Iterable[Record], progress: Callable[[int], None]) -> Iterator[Record]:
    for number, record in enumerate(records, 1):
        if number % 500 == 0:
            progress(number)
        yield record


def distill(home: Home, *, now: datetime) -> list[ClaimId]:
    """Propose claims from the person's own words; what was decided before stays decided."""
    home.owner  # noqa: B018 -- raises with the remedy before minutes are spent
    forget_due(home, now=now)
    talk = without_private(conversations(home.vault))  # before any engine sees it (clause 19)
    found = proposals_of(talk, limit=KEPT_CLAIMS)
    return propose(home.vault, found, engine="local", now=now)


def ranked(home: Home) -> list[ClaimView]:
    """Return all claims, best first, each found again in its trace."""
    return claims(home.vault)


def next_round(home: Home, *, size: int = ROUND) -> list[ClaimView]:
    """Return the best claims that are not decided yet."""
    return [view for view in claims(home.vault) if view.status == "proposed"][:size]


def read_round(home: Home, text: str) -> tuple[Decision, ...]:
    """Read an edited round; raises `BadInput` naming the line, and applies nothing."""
    return read_todo(text, {view.id: view for view in claims(home.vault)})


def apply_round(home: Home, decisions: tuple[Decision, ...], *, now: datetime) -> Envelope:
    """Apply decisions and sign their sheet, all or nothing; raises `NotAllowed` for an empty list."""
    if not decisions:
        raise NotAllowed(
            "Nothing was decided.",
            why="Every line says skip, or the list is empty.",
            remedy="Change the first word of at least one line to accept, edit, hold or reject.",
        )
    me = home.owner
    ensure_person_signs(home, me, now)
    return judge(home.vault, decisions, person=me.id, key=home.key(me.label), now=now)


def forget_due(home: Home, *, now: datetime) -> int:
    """Delete others' words that a review 30 days ago or more has served; returns how many (clause 35).

    Called by every verb that works on the vault, so that no clock of its own is needed.
    """
    reviewed = last_review(home.vault, by=now - CONTEXT_KEPT)
    return forget_context(home.vault, added_by=reviewed) if reviewed else 0


def has_owner(home: Home) -> bool:
    """Tell whether the vault knows whose it is."""
    return owner(home.vault) is not None


def handles_met(home: Home, added: Added) -> list[Author]:
    """Return the accounts that wrote what was added, else what is in the vault, most frequent first."""
    kept = added.kept
    met = [Author(h, n, kept.names.get(h, "")) for h, n in kept.authors.most_common()]
    return met or authors(home.vault)


def traces(home: Home) -> list[dict[str, object]]:
    """Return the person's own traces as the command prints them: own words only."""
    return [
        {
            "id": kept.id,
            "at": kept.trace.at,
            "text": kept.trace.words,
            "author": str(kept.trace.author),
            "reply_to": kept.trace.reply_to,
            "conversation": kept.conversation,
            "locator": kept.trace.locator,
        }
        for kept in own_traces(home.vault)
    ]


def claim_value(view: ClaimView) -> dict[str, object]:
    """Return a claim as `claims --json` prints it."""
    return {
        "id": view.id,
        "kind": view.kind,
        "topic": view.topic,
        "text": view.final or view.text,
        "score": view.score,
        "status": view.status,
        "first_at": view.first_at,
        "last_at": view.last_at,
        "support": view.support,
        "flags": list(view.flags),
        "citations": [
            {
                "trace": x.trace,
                "locator": x.locator,
                "start": x.start,
                "end": x.end,
                "quote": x.quote,
                "author": x.author,
                "at": x.at,
            }
            for x in view.citations
        ],
    }
