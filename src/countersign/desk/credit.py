# SPDX-License-Identifier: Apache-2.0
"""The credit record: the person asks with topics of their own, the party signs, anybody verifies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.claims import accepted
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.desk.packages import find_release, pin_keys, read_trust, trust_path
from countersign.errors import BadInput, NotAllowed, NotFound
from countersign.log import Step
from countersign.people import ever_bound, find_card, identity_level
from countersign.seal import Envelope, PublicKey, SigningKey, sign
from countersign.settle import (
    Credit,
    count_uses,
    credit_page,
    read_credit,
    topics_of,
    verify_credit,
)
from countersign.skill import Release, releases
from countersign.terms import (
    Attribution,
    TakeAlong,
    Terms,
    html,
    inert,
    keep_record,
    record,
    standing,
)

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Credited:
    """A signed credit record: its envelope, whose bytes are the file, and what it says."""

    envelope: Envelope
    credit: Credit

    def page(self, *, lang: str, form: str = "md") -> str:
        """Return it as a page for people: Markdown, or one HTML file."""
        text = credit_page(self.credit, digest=self.envelope.digest, lang=lang)
        return html(text, lang=lang) if form == "html" else text


def give_credit(
    home: Home, skill: str, *, party: str, topics: Collection[str], now: datetime
) -> Credited:
    """Sign as the party what a person's skill did for it, and log the record.

    `topics` are words that stand among the topics of the person's accepted claims, chosen by the
    person. Raises `NotFound` without a use, `NotAllowed` where the terms leave credit out, and
    `BadInput` for topics that are not theirs.
    """
    with home.hub.db.read() as c:
        card = find_card(c, party)
        release, terms, grant = _found(c, skill, card.id)
        person = find_card(c, release.person)
        level = identity_level(c, release.person).value
        number, first, last = count_uses(
            c, person=release.person, party=card.id, skill=release.skill
        )
    if TakeAlong.CREDIT not in terms.take_along:
        raise NotAllowed(
            "These terms leave the credit record out.",
            why="What may be taken along is a signed term (take_along).",
            remedy="Agree on terms whose take_along names credit.",
        )
    said = Credit(
        person=release.person,
        byline=inert(_byline(terms, person.name)),
        identity=level,
        party=card.id,
        party_name=inert(card.name) or card.id,
        skill=release.skill,
        topics=_topics(home, release, topics),
        first=first,
        last=last,
        answers=number,
        issued_at=now.replace(microsecond=0),
    )
    return _signed(home, said, grant, key=home.key(card.label), now=now)


def _found(c: sa.Connection, skill: str, party: str) -> tuple[Release, Terms, str]:
    """Return the newest release of a skill to a party, in force or not, with its terms and grant."""
    found = [r for r in releases(c, party=party) if skill in (r.skill, r.id)]
    stand = standing(c, found[-1].agreement) if found else None
    if stand is None:
        find_release(c, skill)  # says that there is no such skill at all
        raise NotFound(
            "That skill was not released to this party.",
            why="A party gives credit for what it used itself.",
            remedy="Name the party it was released to with --as.",
        )
    return found[-1], stand.terms, stand.grant


def _byline(terms: Terms, name: str) -> str:
    if terms.attribution is Attribution.NAME:
        return name
    return terms.alias if terms.attribution is Attribution.PSEUDONYM else ""


def _topics(home: Home, release: Release, asked: Collection[str]) -> tuple[str, ...]:
    """Return the topics asked for, each one of the person's own.

    A hub without a vault cannot know them; there the party signs what the person gave it.
    """
    wanted = topics_of(asked)
    if not (home.path / "vault.db").exists():
        return wanted
    if home.owner.id != release.person:
        raise NotAllowed(
            "This is somebody else's skill.",
            why="A credit record is asked for by the person it is about, with topics they choose.",
            remedy="The person runs this in their own home.",
        )
    with home.hub.db.read() as c:
        keys = ever_bound(c, release.person)
    known = topics_of(
        {t for claim in accepted(home.vault, keys=keys) for t in claim.topic.split(", ")}
    )
    if not wanted or not set(wanted) <= set(known):
        raise BadInput(
            "Say which of your topics the record names.",
            why="Only topics of claims that you accepted can stand in it.",
            remedy="--topic, once or more, from: " + ", ".join(known[:SHOWN]),
        )
    return wanted


def _signed(home: Home, said: Credit, grant: str, *, key: SigningKey, now: datetime) -> Credited:
    envelope = sign(said.statement(grant), key)
    with home.hub.db.write() as c:
        keep_record(c, envelope, grant=grant, now=now)
        log_signed(c, now=now)
        envelope = record(c, envelope.digest).envelope
    publish_log(home.hub, now=now)
    pin_keys(home, {said.party}, now=now)
    return Credited(envelope, said)


def check_credit(home: Home | None, path: Path, *, trust: Path | None, now: datetime) -> list[Step]:
    """Verify a credit record's file offline, with nothing but trusted keys."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise BadInput(
            f"The file {path.name} cannot be read.", why=type(e).__name__, remedy="Check its name."
        ) from e
    known = read_trust(trust or (trust_path(home) if home else Path("trust.json")))

    def keys_of(party: str, at: int) -> list[PublicKey]:
        return [key.public for key in known.keys_of(party, at=at)]

    return verify_credit(data, keys_of, now=now)


def read_credit_file(path: Path) -> Credited:
    """Read a credit record's file without verifying it; raises `NotVerified`."""
    return Credited(*read_credit(path.read_bytes()))
