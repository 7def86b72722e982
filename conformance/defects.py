"""One defect each: what is changed in a set of files that passes, and the step that must find it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import published as p
from conformance import world as w
from conformance.twins import Twin, chain_file, twins
from countersign.seal import Envelope, Statement, canonical, countersign, sign

Files = Mapping[str, bytes]
Change = Mapping[str, bytes | None]
"""Files to put in place of others; None takes one away."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A negative vector: its twin, what is wrong, and the number of the step that finds it."""

    name: str
    twin: str
    what: str
    says: int
    change: Change


def at(path: str, old: str, new: str) -> Callable[[Files], Change]:
    """Replace the first `old` in a file by `new`, whatever that breaks."""

    def change(files: Files) -> Change:
        data = files[path]
        assert data.count(old.encode()) >= 1, f"{path} does not hold {old}"
        return {path: data.replace(old.encode(), new.encode(), 1)}

    return change


def put(path: str, data: bytes | None) -> Callable[[Files], Change]:
    """Put other bytes in a file's place."""
    return lambda _: {path: data}


def signed(path: str, *names: str, **changes: Any) -> Callable[[Files], Change]:
    """Say something else in a record and sign it anew with these people's keys.

    A field that is changed to None is left out; `subject` replaces the subjects.
    """

    def change(files: Files) -> Change:
        statement = _said(Envelope.from_bytes(files[path]).statement, changes)
        return {path: sign(statement, *(_key(n) for n in names)).to_bytes()}

    return change


def edited(path: str, **changes: Any) -> Callable[[Files], Change]:
    """Say something else under the old signatures."""

    def change(files: Files) -> Change:
        envelope = Envelope.from_bytes(files[path])
        payload = _said(envelope.statement, changes).to_bytes()
        return {path: Envelope(payload, envelope.signatures).to_bytes()}

    return change


def within(path: str, *way: str, **changes: Any) -> Callable[[Files], Change]:
    """Change fields of a canonical JSON file, at the end of a way through it."""

    def change(files: Files) -> Change:
        value = json.loads(files[path])
        place = value
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        for name, said in changes.items():
            if said is None:
                del place[name]
            else:
                place[name] = said
        return {path: canonical(value) if path != "record.json" else p.pretty(value)}

    return change


def _said(statement: Statement, changes: Mapping[str, Any]) -> Statement:
    subjects = changes.get("subject", statement.subjects)
    said = {**statement.predicate, **{k: v for k, v in changes.items() if k != "subject"}}
    kept = {k: v for k, v in said.items() if v is not None}
    return Statement(changes.get("kind", statement.kind), subjects, {
        k: v for k, v in kept.items() if k != "kind"
    })  # fmt: skip


def _key(name: str) -> Any:
    others = {"code": w.CODE_KEY, "online": w.ONLINE, "old": w.LIN_OLD, "kim": w.KIM_NEW}
    return others.get(name) or w.KEYS[name]


def in_payload(path: str, old: bytes, new: bytes) -> Callable[[Files], Change]:
    """Write the payload itself in another way, and sign exactly that."""

    def change(files: Files) -> Change:
        envelope = Envelope.from_bytes(files[path])
        assert old in envelope.payload
        other = Envelope(envelope.payload.replace(old, new, 1))
        return {path: countersign(other, w.KEYS[w.LIN]).to_bytes()}

    return change


def loose_base64(path: str) -> Callable[[Files], Change]:
    """Set bits of the payload's base64 that a lax reader ignores."""

    def change(files: Files) -> Change:
        value = json.loads(files[path])
        text = value["signatures"][0]["sig"]
        assert text.endswith("=="), text
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        value["signatures"][0]["sig"] = text[:-3] + letters[letters.index(text[-3]) + 1] + "=="
        return {path: canonical(value)}

    return change


def truncated(path: str, by: int) -> Callable[[Files], Change]:
    """Cut the end off a file."""
    return lambda files: {path: files[path][:-by]}


def twice(path: str) -> Callable[[Files], Change]:
    """Repeat the first field of a JSON object."""

    def change(files: Files) -> Change:
        value = json.loads(files[path])
        name = next(iter(sorted(value)))
        first = json.dumps({name: "another"})[1:-1].encode()
        return {path: b"{" + first + b"," + files[path].lstrip()[1:]}

    return change


def more_signed(path: str, name: str) -> Callable[[Files], Change]:
    """Add a signature that nobody asked for."""

    def change(files: Files) -> Change:
        return {path: countersign(Envelope.from_bytes(files[path]), _key(name)).to_bytes()}

    return change


def cut_chain(*keep: int) -> Callable[[Files], Change]:
    """Leave records out of a chain."""
    chain = w.lin_chain()
    return put("chain.json", chain_file(tuple(chain[n] for n in keep)))


def in_chain(number: int, *names: str, **changes: Any) -> Callable[[Files], Change]:
    """Sign one record of a chain anew, by others or with other words."""

    def change(files: Files) -> Change:
        value = json.loads(files["chain.json"])
        statement = _said(Envelope.from_bytes(canonical(value[number])).statement, changes)
        value[number] = sign(statement, *(_key(n) for n in names)).to_value()
        return {"chain.json": canonical(value)}

    return change


def all_defects() -> Iterator[tuple[Twin, Defect]]:
    """Yield every twin with each of its defects, the change worked out."""
    from conformance.table import TABLE

    known = {twin.name: twin for twin in twins()}
    for name, twin, says, what, change in TABLE:
        made = change(known[twin].files)
        yield known[twin], Defect(name, twin, what, says, made)
