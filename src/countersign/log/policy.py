# SPDX-License-Identifier: Apache-2.0
"""Whose signatures make a checkpoint believable: a policy file (C2SP tlog-policy).

One line for each log, witness and group, and exactly one quorum. A group and the quorum name only
what stands above them, so nothing can be circular; a name is a member of one group at most, so no
witness counts twice. Reading is strict: whatever is doubtful is refused with its line's number,
because a policy that is read laxly is a weaker one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from countersign.errors import BadInput
from countersign.log.note import COSIGNATURE, ED25519, VerifierKey

NONE: Final = "none"
_MAX_BYTES = 1 << 20
_SPACE = re.compile("[ \t]+")  # nothing else separates: other spaces of Unicode are parts of names
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile("[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log whose checkpoints are accepted; its key's name is the origin."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness under the name by which groups and the quorum call it in this file."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """Counts as having witnessed if at least `threshold` of its members have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs that are accepted and the quorum of witnesses that a checkpoint needs."""

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[PolicyGroup, ...]
    quorum: str

    @classmethod
    def of(cls, text: str) -> Policy:
        """Read a policy file; raises `BadInput` naming the line that cannot be read."""
        reading = _Reading()
        if len(text.encode("utf-8", "surrogateescape")) > _MAX_BYTES:
            raise _bad(1, "The file is longer than a mebibyte.")
        *lines, rest = text.split("\n")
        for number, line in enumerate(lines, 1):
            reading.line(number, line)
        if rest:  # a line cut short could read as a weaker one: `quorum none…`
            raise _bad(len(lines) + 1, "The last line does not end in a newline.")
        if not reading.quorum:
            raise _bad(len(lines), "There is no quorum line; `quorum none` asks for no witness.")
        return cls(
            tuple(reading.logs),
            tuple(reading.witnesses),
            tuple(reading.groups),
            reading.quorum,
        )

    def to_text(self) -> str:
        """Return the policy in one form: logs, witnesses, groups, quorum, numbers for any and all."""
        lines = [_words("log", log.key.text, log.url) for log in self.logs]
        lines += [_words("witness", w.name, w.key.text, w.url) for w in self.witnesses]
        lines += [_words("group", g.name, str(g.threshold), *g.members) for g in self.groups]
        return "".join(f"{line}\n" for line in (*lines, f"quorum {self.quorum}"))

    @property
    def vkeys(self) -> list[str]:
        """The verifier keys of all logs and witnesses."""
        return [log.key.text for log in self.logs] + [w.key.text for w in self.witnesses]

    def satisfied(self, witnesses: Collection[VerifierKey]) -> bool:
        """Tell whether these keys, whose cosignatures were verified, make up the quorum."""
        return self.quorum == NONE or self.quorum in self._met(witnesses)

    def unmet(self, witnesses: Collection[VerifierKey]) -> str:
        """Return in words what the quorum lacks, by the policy's own names; empty if nothing."""
        if self.satisfied(witnesses):
            return ""
        met = self._met(witnesses)
        found = next((g for g in self.groups if g.name == self.quorum), None)
        if found is None:
            return f"{self.quorum} has not cosigned"
        there = [name for name in found.members if name in met]
        return (
            f"{self.quorum} needs {found.threshold} of {', '.join(found.members)};"
            f" cosigned: {', '.join(there) or 'none'}"
        )

    def _met(self, witnesses: Collection[VerifierKey]) -> set[str]:
        known = set(witnesses)
        met = {w.name for w in self.witnesses if w.key in known}
        for group in self.groups:  # members stand above their group, so one pass is enough
            if sum(name in met for name in group.members) >= group.threshold:
                met.add(group.name)
        return met


@dataclass(slots=True)
class _Reading:
    """What was read of a file so far."""

    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: list[PolicyWitness] = field(default_factory=list)
    groups: list[PolicyGroup] = field(default_factory=list)
    quorum: str = ""
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    def line(self, number: int, line: str) -> None:
        if _FORBIDDEN.search(line):
            raise _bad(number, "It holds a control character.")
        kind, *words = _SPACE.split(line.strip(" \t"))
        if not kind or kind.startswith("#"):
            return
        readers: dict[str, Callable[[int, list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        if kind not in readers:
            raise _bad(number, "It begins with none of log, witness, group, quorum and #.")
        readers[kind](number, words)

    def _log(self, number: int, words: list[str]) -> None:
        key, url = _key_and_url(number, words, ED25519, "log <vkey> [<url>]")
        if any(key.public == log.key.public for log in self.logs):
            raise _bad(number, "This log's key stands above already.")
        self.logs.append(PolicyLog(key, url))

    def _witness(self, number: int, words: list[str]) -> None:
        key, url = _key_and_url(number, words[1:], COSIGNATURE, "witness <name> <vkey> [<url>]")
        if any(key.public == witness.key.public for witness in self.witnesses):
            raise _bad(number, "This witness's key stands above already; it would count twice.")
        self.witnesses.append(PolicyWitness(self._new_name(number, words[0]), key, url))

    def _group(self, number: int, words: list[str]) -> None:
        if len(words) < 3:
            raise _bad(number, "It should be: group <name> <k|any|all> <name>…")
        name, wanted, *members = words
        for member in members:
            if member not in self.names:
                raise _bad(number, f"No line above defines {member}.")
            if member in self.members:
                raise _bad(number, f"{member} is a group's member already; it would count twice.")
            self.members.add(member)
        threshold = {"any": 1, "all": len(members)}.get(wanted) or _number(number, wanted)
        if threshold > len(members):
            raise _bad(number, f"{threshold} of {len(members)} can never be met.")
        made = PolicyGroup(self._new_name(number, name), threshold, tuple(members))
        self.groups.append(made)

    def _quorum(self, number: int, words: list[str]) -> None:
        if len(words) != 1:
            raise _bad(number, "It should be: quorum <name>, or quorum none.")
        if self.quorum:
            raise _bad(number, "There is a quorum line above already.")
        if words[0] != NONE and words[0] not in self.names:
            raise _bad(number, f"No line above defines {words[0]}.")
        self.quorum = words[0]

    def _new_name(self, number: int, name: str) -> str:
        if name == NONE or name in self.names:
            raise _bad(number, f"The name {name} is taken.")
        self.names.add(name)
        return name


def _key_and_url(number: int, words: list[str], kind: int, form: str) -> tuple[VerifierKey, str]:
    if len(words) not in (1, 2):
        raise _bad(number, f"It should be: {form}")
    try:
        key = VerifierKey.of(words[0])
    except BadInput as e:
        raise _bad(number, "Its verifier key cannot be read.") from e
    if key.kind != kind:
        raise _bad(number, f"Its key is of type {key.kind:#04x}, where {kind:#04x} belongs: {form}")
    url = words[1] if len(words) == 2 else ""
    if url.startswith("#"):
        raise _bad(number, "A comment needs a line of its own.")
    return key, url


def _number(number: int, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise _bad(number, "A group needs any, all, or a number from 1 on.")
    return int(text)


def _words(*words: str) -> str:
    return " ".join(word for word in words if word)


def _bad(number: int, why: str) -> BadInput:
    return BadInput(
        f"The policy cannot be read: line {number}.",
        why=why,
        remedy="Correct that line; the form is c2sp.org/tlog-policy.",
    )
