# SPDX-License-Identifier: Apache-2.0
"""trust.json: the keys a machine believes, pinned at first install, and the newest it has seen.

A signer may have several keys, each with the time in which it counts. Another key than those
pinned is taken where the signer's own chain of bindings proves it (`follow.py`); else it is shown
and refused until somebody confirms it. What was seen newest of each skill and of each chain is
remembered, so that nothing older can be shown again as if it were the present one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from countersign.errors import BadInput, Conflict, NotVerified
from countersign.log import VerifierKey
from countersign.seal import PublicKey, digest_words

VERSION = 2  # version 1 knew neither spans of keys nor chains; it is still read


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A person's or party's key, with how identity was shown when it was bound.

    It counts from `since` until just before `until` (UTC seconds; None: to this day).
    """

    subject: str
    public: PublicKey
    level: str
    since: int = 0
    until: int | None = None

    def counts(self, at: int) -> bool:
        """Tell whether what is dated second `at` may be this key's (the last second included)."""
        return self.since <= at and (self.until is None or at <= self.until)


@dataclass(frozen=True, slots=True)
class ChainSeen:
    """The newest binding record seen of one signer: its number in the chain and its digest."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest seen of one skill: version, freshness (UTC seconds), and size of the log."""

    version: int
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom this machine believes. `seen` is by `person/skill`, `chains` by signer."""

    logs: tuple[str, ...] = ()
    keys: tuple[TrustedKey, ...] = ()
    seen: Mapping[str, Seen] = field(default_factory=dict)
    chains: Mapping[str, ChainSeen] = field(default_factory=dict)

    def keys_of(self, subject: str, *, at: int | None = None) -> tuple[TrustedKey, ...]:
        """Return the keys pinned for a signer; with `at`, those that counted in that UTC second."""
        return tuple(
            key for key in self.keys if key.subject == subject and (at is None or key.counts(at))
        )

    def to_bytes(self) -> bytes:
        """Return trust.json, for people to read."""
        value = {
            "v": VERSION,
            "logs": sorted(self.logs),
            "keys": [
                {
                    "subject": k.subject,
                    "public": k.public.text,
                    "identityLevel": k.level,
                    "since": k.since,
                    "until": k.until,
                }
                for k in _sorted(self.keys)
            ],
            "seen": {
                name: {"version": s.version, "at": s.at, "size": s.size}
                for name, s in self.seen.items()
            },
            "chains": {
                name: {"number": x.number, "digest": x.digest} for name, x in self.chains.items()
            },
        }
        return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()

    @classmethod
    def of(cls, data: bytes) -> Trust:
        """Read trust.json strictly; raises `BadInput`."""
        try:
            value = json.loads(data.decode("utf-8"))
            made = _read(value)
            fields = {"v", "logs", "keys", "seen"} | ({"chains"} if value["v"] == 2 else set())
            json_is_whole = set(value) == fields and value["v"] in (1, VERSION)
        except (ValueError, KeyError, TypeError, AttributeError, NotVerified) as e:
            raise _damaged() from e
        if not json_is_whole:
            raise _damaged()
        return made


def _read(value: Mapping[str, Any]) -> Trust:
    seen = {
        n: Seen(int(s["version"]), int(s["at"]), int(s["size"])) for n, s in value["seen"].items()
    }
    chains = {
        n: ChainSeen(int(x["number"]), str(x["digest"])) for n, x in value.get("chains", {}).items()
    }
    logs = tuple(VerifierKey.of(v).text for v in value["logs"])
    return Trust(logs, tuple(_key(k) for k in value["keys"]), seen, chains)


def _key(k: Mapping[str, Any]) -> TrustedKey:
    until = k.get("until")
    return TrustedKey(
        str(k["subject"]),
        PublicKey.of(k["public"]),
        str(k["identityLevel"]),
        int(k.get("since", 0)),
        None if until is None else int(until),
    )


def _sorted(keys: Iterable[TrustedKey]) -> list[TrustedKey]:
    return sorted(keys, key=lambda k: (k.subject, k.since, k.public))


def _damaged() -> BadInput:
    return BadInput(
        "trust.json cannot be read.",
        why="It is not a list of keys as this program writes it.",
        remedy="Restore it, or delete it and confirm each key anew by its words.",
    )


def pin(trust: Trust, key: TrustedKey, *, confirmed: bool = False) -> Trust:
    """Return `trust` with `key`; raises `Conflict` if another is pinned and nobody confirmed."""
    pinned = trust.keys_of(key.subject)
    if any(known.public == key.public for known in pinned):
        others = tuple(k for k in trust.keys if k.public != key.public or k.subject != key.subject)
        return replace(trust, keys=tuple(_sorted((*others, key))))
    if pinned and not confirmed:
        raise key_changed(key.subject, pinned[0].public.keyid, key.public.keyid)
    kept = tuple(k for k in trust.keys if k.subject != key.subject)
    return replace(trust, keys=tuple(_sorted((*kept, key))))


def pin_log(trust: Trust, vkey: str, *, confirmed: bool = False) -> Trust:
    """Return `trust` with the log's key; raises `Conflict` if that log had another."""
    new = VerifierKey.of(vkey)
    known = [v for v in trust.logs if VerifierKey.of(v).name == new.name]
    if known and vkey not in known and not confirmed:
        raise key_changed(new.name, VerifierKey.of(known[0]).public.keyid, new.public.keyid)
    kept = [v for v in trust.logs if v not in known]
    return replace(trust, logs=tuple(sorted({*kept, vkey})))


def key_changed(whose: str, old: str, new: str) -> Conflict:
    """Return the error that shows both keys in words."""
    return Conflict(
        f"The key of {whose} has changed.",
        why=f"Pinned here: {digest_words(old)}. Shown now: {digest_words(new)}.",
        remedy="Compare the words with the owner by another way; then confirm the new key.",
    )


def remember(trust: Trust, skill: str, seen: Seen) -> Trust:
    """Return `trust` with the newest of what was seen before and now."""
    before = trust.seen.get(skill, seen)
    newest = Seen(
        max(before.version, seen.version), max(before.at, seen.at), max(before.size, seen.size)
    )
    return replace(trust, seen={**trust.seen, skill: newest})
