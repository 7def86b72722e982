# SPDX-License-Identifier: Apache-2.0
"""A withdrawal as a file of its own: whoever sees it can honour it without the hub (clause 2).

The file holds the signed record and what is needed to see that its signer may: the grant, the chain
of the signer's keys, the binding of a code on paper, the floor that names a representative, and the
log's proof. Pure: bytes, the grant and the keys one trusts go in, what is taken back comes out.

What is checked, and against what:
1. strict bytes: the record is what its fields say and nothing else   (stops a part sold as a whole)
2. it names the digest of exactly this grant                          (stops another grant's)
3. its signer may take this grant back in the role it says            (stops a party's or a stranger's)
4. one signature, by that signer's key; keys stand in trust, or in a
   chain that a trusted key begins                                    (stops a forged one)

A wrong or missing proof takes nothing away: a record that only stops counts without a log.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from countersign.clock import from_text, to_seconds
from countersign.errors import BadInput, CountersignError, NotVerified
from countersign.people import Reason, read_chain, read_revoke, windows
from countersign.seal import Envelope, PublicKey, canonical, read_canonical, require
from countersign.terms.pause import suspends
from countersign.terms.records import (
    REPRESENTATIVE,
    REVOKE,
    Grant,
    suspension_statement,
    withdrawal_statement,
)

FILE = "withdrawal-*.json"
MOST_BYTES = 1 << 20
Keys = Callable[[str], Collection[PublicKey]]
"""The keys that one trusts for a person, party or representative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A file: the record, and beside it whatever is needed to see who signed. All but it may lack."""

    record: Envelope
    grant: Envelope | None = None
    chain: tuple[Envelope, ...] = ()
    revoke: Envelope | None = None
    floor: Envelope | None = None
    proof: str = ""

    @property
    def name(self) -> str:
        """The name under which the file is kept."""
        return f"withdrawal-{self.record.digest[:12]}.json"

    def to_bytes(self) -> bytes:
        """Return the file, in canonical form."""
        optional = {"grant": self.grant, "revoke": self.revoke, "floor": self.floor}
        return canonical(
            {
                "v": 1,
                "withdrawal": self.record.to_value(),
                "bindings": [e.to_value() for e in self.chain],
                **{name: e.to_value() for name, e in optional.items() if e is not None},
                **({"proof": self.proof} if self.proof else {}),
            }
        )

    @classmethod
    def of(cls, data: bytes) -> Bundle:
        """Read a file, or a signed record alone; raises `NotVerified` for anything else."""
        if len(data) > MOST_BYTES:
            raise NotVerified("This is no withdrawal file.", why="It is too large to be one.")
        value = read_canonical(data)
        if isinstance(value, dict) and "payload" in value:
            return cls(record=Envelope.from_bytes(data))
        try:
            if value["v"] != 1 or not set(value) <= _FIELDS:
                raise KeyError("v")
            made = cls(
                record=_envelope(value["withdrawal"]),
                grant=_maybe(value.get("grant")),
                chain=tuple(_envelope(e) for e in value["bindings"]),
                revoke=_maybe(value.get("revoke")),
                floor=_maybe(value.get("floor")),
                proof=str(value.get("proof", "")),
            )
        except (KeyError, TypeError, AttributeError) as e:
            raise NotVerified("This is no withdrawal file.", why="A field lacks or is new.") from e
        return made


_FIELDS = frozenset("v withdrawal bindings grant revoke floor proof".split())


def _envelope(value: Any) -> Envelope:
    return Envelope.from_bytes(canonical(value))


def _maybe(value: Any) -> Envelope | None:
    return None if value is None else _envelope(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a record says: a withdrawal (`parts` empty: of all), or a suspension or its end."""

    kind: str
    grant: str
    agreement: str
    by: str
    at: datetime
    role: str = ""
    parts: frozenset[str] = frozenset()
    number: int = 0
    stops: bool = True

    @property
    def whole(self) -> bool:
        """Whether it ends the grant for good."""
        return self.kind == "withdrawal" and not self.parts


def read_word(envelope: Envelope) -> Word:
    """Read a withdrawal or suspension strictly; raises `NotVerified` for anything else."""
    statement, p = envelope.statement, envelope.statement.predicate
    try:
        common: dict[str, Any] = {
            "grant": dict(statement.subjects)["grant"],
            "agreement": str(p["agreement"]),
            "by": str(p["by"]),
            "at": from_text(p["at"]),
            "role": str(p.get("role", "")),
        }
        if statement.kind == "withdrawal":
            parts = frozenset(map(str, p.get("parts", ())))
            word = Word(kind="withdrawal", parts=parts, **common)
            same = withdrawal_statement(parts=parts, **common)
        else:
            stops, number = suspends(envelope), int(p["number"])
            word = Word(kind="suspension", number=number, stops=stops, **common)
            same = suspension_statement(number=number, resume=not stops, **common)
    except (KeyError, TypeError, ValueError, AttributeError, BadInput) as e:
        raise _other() from e
    if same.to_bytes() != envelope.payload:
        raise _other()
    return word


def _other() -> NotVerified:
    return NotVerified(
        "The record is not a withdrawal or suspension that this program knows.",
        why="A field lacks, is new, or contradicts another.",
        remedy="Update countersign; if it stays, ask for the file again.",
    )


@dataclass(frozen=True, slots=True)
class Granted:
    """What must be known of a grant to judge who may stop it."""

    digest: str
    person: str
    party: str
    representative: str

    @classmethod
    def of(cls, grant: Grant) -> Granted:
        """Return what a grant's signed bytes say."""
        return cls(grant.digest, grant.person, grant.party, grant.terms.representative)


def honoured(bundle: Bundle, granted: Granted, *, trusted: Keys) -> Word:
    """Return what the file says of this grant; raises `NotVerified` with the reason it is not."""
    word = read_word(bundle.record)
    if word.grant != granted.digest:
        raise NotVerified("The withdrawal is about another grant.")
    keys = _keys_for(bundle, word, granted, trusted)
    signers = [key for key in keys if key.keyid in dict(bundle.record.signatures)]
    if len(signers) != 1 or len(bundle.record.signatures) != 1:
        raise NotVerified(
            "The withdrawal is not signed by somebody who may take this grant back.",
            why="Only the person, their code on paper, and a representative they named may.",
            remedy="Ask the person for the file again.",
        )
    require(bundle.record, word.kind, signers)
    if not word.stops and word.role:
        raise NotVerified("Only the person lets a suspended grant be used again.")
    return word


def signer_of(bundle: Bundle) -> str:
    """Return the keyid that stands beside the signature; it proves nothing by itself."""
    return bundle.record.signatures[0][0]


def _keys_for(bundle: Bundle, word: Word, granted: Granted, trusted: Keys) -> tuple[PublicKey, ...]:
    if word.role == REPRESENTATIVE:
        named = word.by == granted.representative or _floor_names(bundle, word, granted, trusted)
        return tuple(trusted(word.by)) if named and word.by else ()
    if word.by != granted.person:
        return ()
    if word.role == REVOKE:
        known = {*trusted(granted.person), *_chain_keys(bundle, granted, trusted, None)}
        if bundle.revoke is None:
            return ()
        return (read_revoke(bundle.revoke, grant=granted.digest, keys=known),)
    if word.role:
        return ()
    return (*{*trusted(granted.person), *_chain_keys(bundle, granted, trusted, word.at)},)


def _chain_keys(
    bundle: Bundle, granted: Granted, trusted: Keys, at: datetime | None
) -> set[PublicKey]:
    """Return the person's keys by the chain in the file, if a trusted key stands in that chain.

    `at` None: every key there ever was; else those in use at that time.
    """
    if not bundle.chain:
        return set()
    try:
        chain = read_chain(tuple(e.to_bytes() for e in bundle.chain), granted.person)
    except CountersignError:
        return set()
    known = set(trusted(granted.person))
    # A re-binding counts only if one trusts the representative who vouched for it.
    vouched = all(
        b.by is not None and b.by.public in trusted(b.by.id)
        for b in chain
        if b.reason is Reason.REBOUND
    )
    if not vouched or known.isdisjoint(b.public for b in chain):
        return set()
    held = windows(chain, granted.person)
    return {key.public for key in held if at is None or key.counts(to_seconds(at))}


def _floor_names(bundle: Bundle, word: Word, granted: Granted, trusted: Keys) -> bool:
    if bundle.floor is None:
        return False
    said = bundle.floor.statement.predicate
    persons = said.get("persons") or (granted.person,)
    if (said.get("party"), said.get("representative")) != (granted.party, word.by):
        return False
    if bundle.floor.statement.kind != "collective-floor" or granted.person not in persons:
        return False
    signers = {keyid for keyid, _ in bundle.floor.signatures}
    for side in (granted.party, word.by):
        keys = [key for key in trusted(side) if key.keyid in signers]
        if len(keys) != 1:
            return False
        require(bundle.floor, "collective-floor", keys)
    return True


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What files say of one grant together: the end, a pause, parts; and why some do not count."""

    whole: Word | None = None
    paused: Word | None = None
    parts: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = field(default=())


def taken_back(bundles: Iterable[Bundle], granted: Granted, *, trusted: Keys) -> TakenBack:
    """Return what all files together take back of a grant; those about other grants say nothing."""
    words: list[Word] = []
    ignored: list[str] = []
    for bundle in bundles:
        try:
            if read_word(bundle.record).grant == granted.digest:
                words.append(honoured(bundle, granted, trusted=trusted))
        except CountersignError as e:
            ignored.append(f"{bundle.name}: {e.what}")
    pauses = sorted((w for w in words if w.kind == "suspension"), key=lambda w: w.number)
    # Each side lifts only what it stopped: of each, its last word counts.
    last = {w.by if w.role == REPRESENTATIVE else "": w for w in pauses}
    return TakenBack(
        whole=next((w for w in words if w.whole), None),
        paused=next((w for w in last.values() if w.stops), None),
        parts=frozenset(part for w in words for part in w.parts),
        ignored=tuple(ignored),
    )
