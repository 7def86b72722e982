# SPDX-License-Identifier: Apache-2.0
"""Notices through the desk: representatives, assessment, processing, leaving, transfer, incapacity."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import BadInput, NotAllowed, NotFound
from countersign.people import find_card
from countersign.seal import Envelope, SigningKey
from countersign.terms import (
    Processing,
    Standing,
    agreements,
    assess,
    blank_assessment,
    check_filled,
    declare_processing,
    kept_until,
    leave,
    offer_state,
    read_processing,
    read_toml,
    representatives_texts,
    say_capable,
    say_incapable,
    standing,
    tell_representatives,
    to_be_told,
    transfer,
)

_FIELDS = ("purposes", "methods", "kinds", "audience", "models")


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice that was signed, kept and logged; `kept_until` where its text is kept until then."""

    digest: str
    kept_until: datetime | None = None


def _signed(
    home: Home,
    signer: str,
    now: datetime,
    act: Callable[[sa.Connection, str, SigningKey], Envelope],
) -> Noticed:
    """Do one signing act with the signer's own key file, in one transaction with its log leaf."""
    with home.hub.db.read() as c:
        who = find_card(c, signer)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        envelope = act(c, who.id, key)
        log_signed(c, now=now)
        texts = envelope.statement.predicate.get("texts") or {}
        until = min((kept_until(c, digest) for digest in texts.values()), default=None)
    publish_log(home.hub, now=now)
    return Noticed(envelope.digest, until)


def notice_representatives(
    home: Home, agreement: str, *, to: Collection[str], signer: str, now: datetime
) -> Noticed:
    """Sign, as the party, the notice of one agreement to its representatives (clause 17).

    `to` are labels; where none is named, those whom a floor or the terms name are told, and where
    there is nobody, the person.
    """

    def act(c: sa.Connection, who: str, key: SigningKey) -> Envelope:
        stand = _stand(c, agreement, party=who)
        named = {find_card(c, label).id for label in to} or to_be_told(c, stand)
        whom = sorted(named or {stand.person})
        names = ", ".join(find_card(c, id).name for id in whom)
        party = find_card(c, who).name
        texts = representatives_texts(stand, party=party, representative=names, at=now)
        return tell_representatives(c, stand, to=whom, texts=texts, key=key, now=now)

    return _signed(home, signer, now, act)


def assessment_form(home: Home, agreement: str, *, lang: str, now: datetime) -> str:
    """Return the full impact assessment of an agreement, to be filled in by hand."""
    with home.hub.db.read() as c:
        state = offer_state(c, agreement)
        party = find_card(c, state.party).name
    return blank_assessment(
        state.terms, party=party, agreement=state.agreement_id, at=now, lang=lang
    )


def notice_assessment(
    home: Home, agreement: str, path: Path, *, lang: str, signer: str, now: datetime
) -> Noticed:
    """Sign, as the party, a full impact assessment that was filled in (clause 30), and keep its text.

    Raises `BadInput` for one in which a part, a blank, a risk or the decision is missing.
    """
    text = _read(path)
    check_filled(text, lang)

    def act(c: sa.Connection, who: str, key: SigningKey) -> Envelope:
        stand = _stand(c, agreement, party=who)
        return assess(c, stand, {lang: text}, full=True, key=key, now=now)

    return _signed(home, signer, now, act)


def notice_processing(
    home: Home, path: Path, *, signer: str, now: datetime, agreement: str = ""
) -> Noticed:
    """Declare, as the party, what it does: under one agreement, or all of its own (clause 9)."""
    declared = _processing(path)

    def act(c: sa.Connection, who: str, key: SigningKey) -> Envelope:
        if agreement:
            _stand(c, agreement, party=who)
        return declare_processing(c, declared, party=who, key=key, now=now, agreement=agreement)

    return _signed(home, signer, now, act)


def notice_leaving(
    home: Home, person: str, *, party: str, signer: str, at: datetime, now: datetime
) -> list[Noticed]:
    """Say, as the person or the party, that the person leaves; one record for each agreement.

    Raises `NotFound` where the two have no agreement.
    """
    with home.hub.db.read() as c:
        whose, whom = find_card(c, person).id, find_card(c, party).id
        found = agreements(c, person=whose, party=whom)
    if not found:
        raise NotFound("There is no agreement between these two.", remedy="Check both names.")

    def leaving(agreement: str) -> Noticed:
        return _signed(
            home,
            signer,
            now,
            lambda c, who, key: leave(c, _stand(c, agreement), by=who, key=key, at=at, now=now),
        )

    return [leaving(agreement) for agreement in found]


def notice_transfer(
    home: Home, successor: str, *, signer: str, at: datetime, now: datetime
) -> Noticed:
    """Say, as the party, that it passes to a successor, who must offer terms of its own (clause 26)."""
    return _signed(
        home,
        signer,
        now,
        lambda c, who, key: transfer(c, party=who, successor=successor, key=key, at=at, now=now),
    )


def notice_incapacity(
    home: Home, person: str, *, signer: str, at: datetime, now: datetime, over: bool = False
) -> Noticed:
    """Say, as delegate or representative, that a person cannot decide; `over`: the person's own word.

    Clause 28. Raises `NotAllowed` for anybody else.
    """

    def act(c: sa.Connection, who: str, key: SigningKey) -> Envelope:
        whose = find_card(c, person).id
        if over and who != whose:
            raise NotAllowed(
                "Only the person's own word ends it.",
                why="Whoever spoke for them cannot also start use again (clause 28).",
                remedy="Let the person sign with their own key.",
            )
        if over:
            return say_capable(c, person=whose, key=key, now=now)
        return say_incapable(c, person=whose, by=who, key=key, at=at, now=now)

    return _signed(home, signer, now, act)


def _stand(c: sa.Connection, agreement: str, *, party: str = "") -> Standing:
    stand = standing(c, offer_state(c, agreement).agreement_id)
    if stand is None:
        raise NotFound("There is no such agreement.", remedy="`countersign terms` lists them.")
    if party and stand.party != party:
        raise NotAllowed(
            "This agreement is another party's.",
            why="Each party signs the notices of its own agreements.",
            remedy="Name the agreement's party with --as.",
        )
    return stand


def _processing(path: Path) -> Processing:
    table = read_toml(path)
    unknown, missing = sorted(set(table) - set(_FIELDS)), sorted(set(_FIELDS) - set(table))
    lists = all(isinstance(table[f], list) for f in _FIELDS if f in table)
    if unknown or missing or not lists:
        raise BadInput(
            f"{path.name}: a declaration of processing has exactly five lists.",
            why="Not in it, or no list: " + ", ".join(unknown or missing or _FIELDS) + ".",
            remedy="Lists: " + ", ".join(_FIELDS) + ".",
        )
    return read_processing(table)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise BadInput(
            f"The file {path.name} cannot be read.",
            why=type(e).__name__,
            remedy="Give a readable text file in UTF-8.",
        ) from e
