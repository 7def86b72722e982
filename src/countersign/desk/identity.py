# SPDX-License-Identifier: Apache-2.0
"""Keys and identity: who signs with which key, rotation, handle challenges, re-binding of lost keys.

Key files: `keys/LABEL.key` is the one in use; `keys/LABEL.next.key` waits until its binding counts
(a rotation, or a re-binding in its 72 hours); a key that was replaced is moved aside, never
overwritten. Each step is repeatable: the hub says which key counts, the files follow.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.desk.home import Home
from countersign.desk.logbook import (
    check_logged_bindings,
    keep_bindings,
    log_signed,
    publish_log,
)
from countersign.desk.words import ensure_signer
from countersign.errors import NotFound, Unavailable
from countersign.ids import fresh
from countersign.people import (
    HUB_ID,
    Binding,
    Card,
    Challenge,
    Handle,
    IdentityLevel,
    Notice,
    Role,
    accept_answer,
    answer_challenge,
    bind_key,
    bindings,
    bound_keys,
    cancel_rebinding,
    challenge_text,
    find_card,
    identity_level,
    label_of,
    make_challenge,
    mark_told,
    notice_text,
    notices,
    pending,
    rebind,
    rotate_key,
    spend_try,
)
from countersign.seal import SigningKey, read_key, write_key


@dataclass(frozen=True, slots=True)
class KeysSeen:
    """The chain of one signer, as the hub holds it and as it stands now."""

    card: Card
    chain: tuple[Binding, ...]
    in_use: frozenset[str]
    level: IdentityLevel
    announced: Binding | None
    notices: tuple[Notice, ...]


def keys_of(home: Home, who: str, *, now: datetime) -> KeysSeen:
    """Return a signer's verified chain; a key file whose binding has begun to count is taken up.

    Raises `NotVerified` also where the log holds a binding record that the chain lacks: cutting
    off the newest one would bring an ended key back.
    """
    with home.hub.db.read() as c:
        card = _card(c, home, who)
        chain = bindings(c, card.id)
        check_logged_bindings(c, card.id)
        used = frozenset(key.keyid for key in bound_keys(c, card.id, at=now))
        level = identity_level(c, card.id, now)
        seen = KeysSeen(card, chain, used, level, pending(chain, now), notices(c, card.id))
    _take_up(home, card.label, used, now)
    return seen


def rotate(home: Home, who: str, *, now: datetime) -> Binding:
    """Put a new key in the place of a signer's present one; a kill in between is completed by a rerun."""
    with home.hub.db.read() as c:
        card = _card(c, home, who)
        used = {key.keyid for key in bound_keys(c, card.id, at=now)}
    waiting = _next_key(home, card.label)
    if waiting.public.keyid not in used:
        with home.hub.db.write() as c:
            rotate_key(c, subject=card.id, key=waiting, by=home.key(card.label), now=now)
            keep_bindings(c, card.id, now=now)
            log_signed(c, now=now)
    publish_log(home.hub, now=now)
    with home.hub.db.read() as c:
        chain = bindings(c, card.id)
    _take_up(home, card.label, frozenset({waiting.public.keyid}), now)
    return next(b for b in reversed(chain) if b.public == waiting.public)


def add_representative(home: Home, name: str, *, label: str, now: datetime) -> Card:
    """Register a representative with a card and a key of its own, apart from every party."""
    chosen = label or label_of(name)
    try:
        with home.hub.db.read() as c:
            known = find_card(c, chosen).id
    except NotFound:
        known = fresh("w")
    ensure_signer(home, id=known, label=chosen, name=name, now=now, role=Role.REPRESENTATIVE)
    with home.hub.db.read() as c:
        return find_card(c, known)


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge with the texts to send to the account by hand."""

    challenge: Challenge
    texts: dict[str, str]


def challenge(home: Home, person: str, handle: str, *, by: str, now: datetime) -> Asked:
    """Make a one-time code for a person's handle, as a party, a representative or this hub (`hub`)."""
    exact = Handle.parse(handle)
    with home.hub.db.write() as c:
        asker, name, key = _challenger(c, home, by, now)
        made = make_challenge(
            c,
            person=_card(c, home, person).id,
            handle=exact,
            challenger=asker,
            public=key.public,
            now=now,
            random=os.urandom,
        )
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    texts = {lang: challenge_text(made, asker=name, lang=lang) for lang in ("en", "zh")}
    return Asked(made, texts)


def answer_handle(home: Home, line: str, handle: str, *, now: datetime) -> str:
    """Answer a challenge as the vault's own person; returns the one line to send back."""
    me = home.owner
    return answer_challenge(
        line, person=me.id, handle=Handle.parse(handle), key=home.key(me.label), now=now
    )


def accept_handle(home: Home, answer: str, *, by: str, now: datetime) -> Binding:
    """Check an answer as the one who asked; the handle then counts for the person's key in use."""
    with home.hub.db.write() as c:  # committed first: a wrong answer must not undo its counting
        tried = spend_try(c, answer, now=now)
    with home.hub.db.write() as c:
        _, _, key = _challenger(c, home, by, now)
        made = accept_answer(c, tried, by=key, now=now)
        keep_bindings(c, tried.subject, now=now)
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return made


def replace_lost(home: Home, person: str, *, by: str, now: datetime) -> Binding:
    """Announce, as the representative, a new key for somebody who lost theirs; counts in 72 hours."""
    with home.hub.db.read() as c:
        card, representative = find_card(c, person), find_card(c, by)
    waiting = _next_key(home, card.label)
    with home.hub.db.write() as c:
        rebind(
            c,
            subject=card.id,
            key=waiting,
            representative=representative.id,
            by=home.key(representative.label),
            now=now,
        )
        keep_bindings(c, card.id, now=now)
        log_signed(c, now=now)
        made = bindings(c, card.id)[-1]
    publish_log(home.hub, now=now)
    return made


def keep_old_key(home: Home, who: str, *, now: datetime) -> Binding:
    """Cancel an announced re-binding with the key in use; the announced key never counts."""
    with home.hub.db.write() as c:
        card = _card(c, home, who)
        cancel_rebinding(c, subject=card.id, key=home.key(card.label), now=now)
        keep_bindings(c, card.id, now=now)
        log_signed(c, now=now)
        made = bindings(c, card.id)[-1]
    publish_log(home.hub, now=now)
    waiting = _next_path(home, card.label)
    if waiting.exists():
        waiting.rename(_aside(home, card.label, now, "never"))
    return made


def told(home: Home, rebinding: str, address: str, *, now: datetime) -> None:
    """Note that one of those who must be told of a re-binding was told."""
    with home.hub.db.write() as c:
        mark_told(c, rebinding=rebinding, address=address, now=now)


def notice_texts(announced: Binding) -> dict[str, str]:
    """Return what to tell the person at each account, by language."""
    return {lang: notice_text(announced, lang=lang) for lang in ("en", "zh")}


def _card(c: sa.Connection, home: Home, who: str) -> Card:
    """Return the card of a label or id; without one, of the vault's own person."""
    return find_card(c, who or home.owner.id)


def _challenger(
    c: sa.Connection, home: Home, by: str, now: datetime
) -> tuple[str, str, SigningKey]:
    """Return id, name and key of whoever asks; the hub's own key is bound when it first asks."""
    if by != HUB_ID:
        card = find_card(c, by)
        return card.id, card.name, home.key(card.label)
    key = home.hub.online_key
    if not bindings(c, HUB_ID):
        bind_key(c, subject=HUB_ID, key=key, now=now)
        keep_bindings(c, HUB_ID, now=now)
    return HUB_ID, "countersign", key


# --- key files -----------------------------------------------------------------------------------


def _next_path(home: Home, label: str) -> Path:
    return home.key_path(f"{label}.next")  # a label has no dot, so no signer is called like this


def _next_key(home: Home, label: str) -> SigningKey:
    """Return the key that waits for its binding, made at first need and found again by a rerun."""
    path = _next_path(home, label)
    if not path.exists():
        write_key(path, SigningKey.generate(), home.passphrase)
    return read_key(path, home.passphrase)


def _aside(home: Home, label: str, now: datetime, why: str) -> Path:
    return home.key_path(f"{label}.{why}-{now:%Y%m%dT%H%M%SZ}")


def _take_up(home: Home, label: str, used: frozenset[str], now: datetime) -> None:
    """Let the waiting key file be the signer's, once the hub counts its key."""
    path = _next_path(home, label)
    if not path.exists():
        return
    try:
        waiting = read_key(path, home.passphrase)
    except Unavailable:  # listing keys needs no passphrase; the next rotation does
        return
    if waiting.public.keyid in used:
        present = home.key_path(label)
        if present.exists():
            with suppress(FileExistsError):  # a kill after this line is completed by a rerun
                os.link(present, _aside(home, label, now, "until"))
        path.replace(present)  # at no moment is there no key file: nobody makes another one
