# SPDX-License-Identifier: Apache-2.0
"""The credit record 贡献证明: a party's signed word on what a person's knowledge did, for the person.

It says topics, a period in days and how many answers were informed. It has no field for a rating,
for content, for a caller or for money, and what has one is not read: a credit record must never
become a reference letter that can be graded. Counted from receipts of that person and that party,
so an erased skill keeps its credit (clause 5).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, from_text, to_seconds, to_text
from countersign.errors import BadInput, CountersignError, NotFound, NotVerified
from countersign.log import Step
from countersign.seal import Envelope, PublicKey, Statement, require
from countersign.settle.tables import receipt
from countersign.terms import inert

KeysOf = Callable[[str, int], Collection[PublicKey]]
"""The trusted keys of a party that counted in a UTC second."""
MOST_TOPICS, LONGEST = 12, 60
_FIELDS = frozenset(
    "v person byline identity party partyName skill topics from until answers issuedAt".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What a party says: `answers` were informed by `byline`'s knowledge of `topics` in a period.

    `byline` is the name the person chose in the terms, empty where they chose none. Days are UTC.
    Raises `BadInput` where a field does not fit.
    """

    person: str
    byline: str
    identity: str
    party: str
    party_name: str
    skill: str
    topics: tuple[str, ...]
    first: date
    last: date
    answers: int
    issued_at: datetime

    def __post_init__(self) -> None:
        """Refuse topics that are no short plain words, and a period that ends before it begins."""
        words = (self.byline, self.party_name, self.skill, *self.topics)
        if any(inert(w, most=200) != w for w in words) or self.topics != _sorted(self.topics):
            raise _wrong("Names and topics are plain words, each once, in order.")
        if not 1 <= len(self.topics) <= MOST_TOPICS or max(map(len, self.topics)) > LONGEST:
            raise _wrong(f"There are 1 to {MOST_TOPICS} topics of at most {LONGEST} characters.")
        if self.first > self.last or type(self.answers) is not int or self.answers < 1:
            raise _wrong("It counts at least one answer, in a period of whole days.")

    def statement(self, grant: str) -> Statement:
        """Return the statement that the party signs; its subject is the grant's digest."""
        predicate = {
            "v": 1,
            "person": self.person,
            "byline": self.byline,
            "identity": self.identity,
            "party": self.party,
            "partyName": self.party_name,
            "skill": self.skill,
            "topics": list(self.topics),
            "from": self.first.isoformat(),
            "until": self.last.isoformat(),
            "answers": self.answers,
            "issuedAt": to_text(self.issued_at),
        }
        return Statement("credit", (("grant", grant),), predicate)


def topics_of(given: Collection[str]) -> tuple[str, ...]:
    """Return topics as a credit record holds them: plain words, sorted, each once."""
    return _sorted(inert(t, most=LONGEST) for t in given)


def _sorted(words: Any) -> tuple[str, ...]:
    return tuple(sorted({w for w in words if w}))


def count_uses(c: sa.Connection, *, person: str, party: str, skill: str) -> tuple[int, date, date]:
    """Return how many answers a skill informed for a party, and the first and last day of them.

    Raises `NotFound` where there was none: a record of nothing would only look like one.
    """
    t = receipt.c
    query = sa.select(sa.func.count(), sa.func.min(t.at), sa.func.max(t.at))
    found = query.where(t.person == person, t.party == party, t.skill == skill)
    number, first, last = c.execute(found).one()
    if not number:
        raise NotFound(
            "There is no use to give credit for.",
            why="A credit record counts receipts of this skill, and this party has none.",
            remedy="`countersign uses` lists what was used.",
        )
    day = from_seconds(first).date(), from_seconds(last).date()
    return int(number), *day


def read_credit(data: bytes) -> tuple[Envelope, Credit]:
    """Read a credit record from its envelope's bytes, unverified; raises `NotVerified`.

    A record with a field more (a rating, a question, a caller) is none of ours.
    """
    envelope = Envelope.from_bytes(data)
    statement = envelope.statement
    p = statement.predicate
    try:
        read = Credit(
            person=p["person"],
            byline=p["byline"],
            identity=p["identity"],
            party=p["party"],
            party_name=p["partyName"],
            skill=p["skill"],
            topics=tuple(p["topics"]),
            first=date.fromisoformat(p["from"]),
            last=date.fromisoformat(p["until"]),
            answers=p["answers"],
            issued_at=from_text(p["issuedAt"]),
        )
        same = statement.to_bytes() == read.statement(dict(statement.subjects)["grant"]).to_bytes()
    except (KeyError, TypeError, ValueError, AttributeError, BadInput) as e:
        raise _no_credit() from e
    if frozenset(p) != _FIELDS or not same:
        raise _no_credit()
    return envelope, read


def verify_credit(data: bytes, keys_of: KeysOf, *, now: datetime) -> list[Step]:
    """Verify a credit record alone, with nothing but trusted keys; steps after a fault are missed.

    1 the file   2 its fields   3 the party's signature   4 its time
    """
    steps: list[Step] = []
    for number, (name, check) in enumerate(_steps(data, keys_of, now), 1):
        try:
            steps.append(Step(number, name, True, check()))
        except CountersignError as e:
            steps.append(Step(number, name, False, " ".join(x for x in (e.what, e.why) if x)))
            break
    return steps


def _steps(data: bytes, keys_of: KeysOf, now: datetime) -> Iterator[tuple[str, Callable[[], str]]]:
    def one_encoding() -> str:
        return f"record {Envelope.from_bytes(data).digest[:16]}"

    def fields() -> str:
        said = read_credit(data)[1]
        return f"{said.answers} answers, {said.first} to {said.last}, on {', '.join(said.topics)}"

    def signed() -> str:
        envelope, said = read_credit(data)
        signers = dict(envelope.signatures)
        trusted = [k for k in keys_of(said.party, to_seconds(said.issued_at)) if k.keyid in signers]
        if len(signers) != 1 or len(trusted) != 1:
            raise NotVerified("It is not signed by a key of the party that is trusted here.")
        require(envelope, "credit", trusted)
        return f"{said.party_name}; the person's identity: {said.identity}"

    def timely() -> str:
        said = read_credit(data)[1]
        if not said.last <= said.issued_at.date() <= now.date():
            raise NotVerified("It is dated before what it counts, or in the future.")
        return f"issued {to_text(said.issued_at)}"

    yield "The file in its one encoding (stops two readings of one record).", one_encoding
    yield "Exactly the fields of a credit record (stops ratings, contents, callers).", fields
    yield "Signed by the party's pinned key (stops credit that nobody gave).", signed
    yield "Dated after what it counts (stops credit in advance).", timely


def _wrong(why: str) -> BadInput:
    return BadInput(
        "A credit record cannot say that.",
        why=why,
        remedy="Give each topic with --topic, in a few plain words.",
    )


def _no_credit() -> NotVerified:
    return NotVerified(
        "The file is not a credit record.",
        why="It has a field too many or too few, or one that such a record cannot have.",
        remedy="Ask the party to sign it again with `countersign credit`.",
    )
