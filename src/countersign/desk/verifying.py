# SPDX-License-Identifier: Apache-2.0
"""`verify` for any one file or folder: tells by itself what it was given, and checks it offline.

An auditor has one file and trust.json. Nothing is fetched and no home is needed; what a file builds
on (the grant that an agreement names, the texts that were read, a log proof) is given beside it.
What cannot be checked for want of such a file is not passed: the step fails and says what to give.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from countersign.desk.beside import Beside
from countersign.desk.credit import check_credit
from countersign.desk.home import Home
from countersign.desk.monitor import check_evidence
from countersign.desk.packages import read_trust, trust_path, verify
from countersign.desk.signed import Named, bundle_checks, chain_checks, checks_of
from countersign.desk.tell import verify_log
from countersign.desk.witnessing import read_policy
from countersign.errors import BadInput, CountersignError, NotVerified
from countersign.log import Note, Step, TlogProof, open_checkpoint, verify_logged
from countersign.seal import Envelope, canonical, read_canonical
from countersign.skill import Trust
from countersign.terms import (
    Bundle,
    load_floor,
    load_policy,
    load_terms,
    nonconforming,
    read_toml,
)

PROOF = ".tlog-proof"
MOST_BYTES = 16 << 20
_ONE = "One encoding (stops two readings of one file)."


def verify_any(
    home: Home | None,
    path: Path,
    *,
    trust: Path | None,
    now: datetime,
    beside: Collection[Path] = (),
    withdrawals: Collection[Path] = (),
) -> list[Step]:
    """Verify a package, a log's folder, or one file of any kind; returns numbered steps.

    `beside` are further files: records, texts, proofs. A proof that bears the file's name is found
    by itself. `withdrawals` are withdrawal files, or folders of them, that a package must heed. Raises `BadInput` where there is nothing, or for a kind that is not known.
    """
    believed = trust or (trust_path(home) if home else Path("trust.json"))
    if path.is_dir():
        if (path / "checkpoint").is_file() and not (path / "SKILL.md").exists():
            return verify_log(path, list(read_trust(believed).logs))
        return verify(home, path, trust=trust, now=now, withdrawals=withdrawals)
    data = _read(path)
    if _kind(data) == "credit":
        return check_credit(home, path, trust=trust, now=now)
    given = _given(read_trust(believed), now, [*beside, *_own_proof(path)])
    return _run(_checks(path, data, given))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path.name} is too large to be a file of ours.")
        return path.read_bytes()
    except OSError as e:
        raise BadInput(
            f"There is no file {path.name} that can be read.",
            why=type(e).__name__,
            remedy="Give a package's or log's folder, or a signed file.",
        ) from e


def _kind(data: bytes) -> str:
    """Return the kind of a signed record, empty for anything else."""
    try:
        return Envelope.from_bytes(data).statement.kind
    except NotVerified:
        return ""


def _own_proof(path: Path) -> list[Path]:
    names = {path.with_name(path.name + PROOF), path.with_name(path.name.split(".")[0] + PROOF)}
    return [p for p in sorted(names) if p.is_file() and p != path]


def _given(trust: Trust, now: datetime, paths: Iterable[Path]) -> Beside:
    """Sort what was given beside the file into records, texts and proofs."""
    records: list[Envelope] = []
    texts: dict[str, bytes] = {}
    proofs: list[bytes] = []
    for path in paths:
        data = _read(path)
        if path.name.endswith(PROOF):
            proofs.append(data)
        elif path.suffix == ".json":
            records += _records(data, path)
        else:
            texts[path.name] = data
    return Beside(trust=trust, now=now, records=tuple(records), texts=texts, proofs=tuple(proofs))


def _records(data: bytes, path: Path) -> list[Envelope]:
    try:
        value = read_canonical(data)
        if isinstance(value, list):
            return [Envelope.from_bytes(canonical(e)) for e in value]
        return [Envelope.from_bytes(data)]
    except CountersignError as e:
        raise BadInput(f"{path.name}, given beside it, is no signed record.", why=e.what) from e


def _run(checks: Iterator[Named]) -> list[Step]:
    """Try the checks in order; after a failed one the rest are not tried."""
    steps: list[Step] = []
    failed = 0
    for number, (name, check) in enumerate(checks, 1):
        if failed:
            steps.append(Step(number, name, False, f"Not tried: step {failed} failed."))
            continue
        try:
            steps.append(Step(number, name, True, check()))
        except CountersignError as e:
            failed = number
            steps.append(
                Step(number, name, False, " ".join(x for x in (e.what, e.why, e.remedy) if x))
            )
    return steps


def _checks(path: Path, data: bytes, given: Beside) -> Iterator[Named]:
    """Yield the checks for a file by what it is."""
    if path.suffix == ".toml":
        return _toml(path, given)
    if path.suffix == ".json" or data.lstrip()[:1] in (b"{", b"["):
        return _json(path, data, given)
    if path.name.endswith(PROOF) or data.startswith(b"c2sp.org/tlog-proof"):
        return _proof(data, given)
    if b"\n\n" in data and "\n\u2014 ".encode() in data:
        return _checkpoint(data, given)
    return _policy(path)


def _json(path: Path, data: bytes, given: Beside) -> Iterator[Named]:
    value = _loose(data)
    if isinstance(value, list):
        return _chain(data, given)
    if not isinstance(value, dict):
        raise BadInput(f"{path.name} is no file that is known here.")
    if "evidence" in value:
        return iter([("It proves what it says.", lambda: check_evidence(path, given.trust.logs))])
    if "@context" in value:
        return _rendering(data, value)
    if "withdrawal" in value:
        return _bundle(data, given)
    if "logs" in value and "keys" in value:
        return iter([("It is a file of trusted keys.", lambda: _trusted(data))])
    return _record(data, given)


def _loose(data: bytes) -> Any:
    """Return the JSON value, however it is written: only to tell what a file means to be."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return {}  # what it is, nobody can tell: its first step will fail


def _record(data: bytes, given: Beside) -> Iterator[Named]:
    def encoded() -> str:
        return f"{Envelope.from_bytes(data).statement.kind} {Envelope.from_bytes(data).digest[:16]}"

    yield _ONE, encoded
    try:
        envelope = Envelope.from_bytes(data)
        envelope.statement  # noqa: B018 -- unreadable statements end here, as the step has said
    except NotVerified:
        return
    yield from checks_of(envelope, given)


def _bundle(data: bytes, given: Beside) -> Iterator[Named]:
    def read() -> Bundle:
        made = Bundle.of(data)
        carried = (made.record, made.grant, made.revoke, made.floor, *made.chain)
        for envelope in carried:
            if envelope is not None:
                envelope.statement  # noqa: B018 -- raises where it cannot be read
        return made

    yield _ONE, lambda: read().name
    try:
        bundle = read()
    except NotVerified:
        return
    yield from bundle_checks(bundle, given)


def _chain(data: bytes, given: Beside) -> Iterator[Named]:
    def read() -> list[Envelope]:
        return [Envelope.from_bytes(canonical(e)) for e in read_canonical(data)]

    yield _ONE, lambda: f"{len(read())} records"
    try:
        chain = read()
    except NotVerified:
        return
    yield from chain_checks(chain, given)


def _proof(data: bytes, given: Beside) -> Iterator[Named]:
    def included() -> str:
        if not given.records:
            raise NotVerified(
                "The record that it is about is not beside it.",
                remedy="Give the record's file too.",
            )
        at = verify_logged(data, given.records[0], given.trust.logs)
        return f"{at.origin}, leaf {at.index} of {at.size}"

    yield _ONE, lambda: f"leaf {TlogProof.of(data).index}"
    yield "The record beside it is in the log under its signed checkpoint.", included


def _checkpoint(data: bytes, given: Beside) -> Iterator[Named]:
    def signed() -> str:
        checkpoint, verified = open_checkpoint(data, given.trust.logs)
        return f"{checkpoint.origin}, {checkpoint.size} leaves, {len(verified)} trusted signatures"

    yield _ONE, lambda: f"{len(Note.of(data).text.splitlines())} lines"
    yield "Signed by the trusted key of the log that it names (stops made-up logs).", signed


def _policy(path: Path) -> Iterator[Named]:
    yield (
        "It is a policy of logs and witnesses (C2SP tlog-policy).",
        lambda: read_policy(path).quorum,
    )


def _trusted(data: bytes) -> str:
    trust = Trust.of(data)
    return f"{len(trust.keys)} keys, {len(trust.logs)} logs"


_KINDS = {
    "dpv:ConsentRecord": "consent-record",
    "dpv:ConsentReceipt": "consent-receipt",
    "odrl:Agreement": "odrl-agreement",
}


def _rendering(data: bytes, value: dict[str, Any]) -> Iterator[Named]:
    """A rendering proves nothing: only its form is checked, and it says so."""

    def once() -> str:
        json.loads(data, object_pairs_hook=_no_twice)
        return "each field once"

    def form() -> str:
        kind = _KINDS.get(str(value.get("@type", value.get("type"))))
        if kind is None:
            raise NotVerified("It is no consent record, receipt or ODRL agreement of ours.")
        if wrong := nonconforming(value, kind):
            raise NotVerified(f"It is no {kind} as its schema says.", why=wrong[0])
        return f"{kind}; a rendering: what holds are the signed records that it names"

    yield _ONE, once
    yield "It has the form that its schema says.", form


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotVerified("A field stands in it twice.")
    return made


_OF_FLOOR, _OF_LIMITS = {"series"}, {"at_most", "at_least", "never", "always"}


def _toml(path: Path, given: Beside) -> Iterator[Named]:
    def read() -> str:
        fields = set(read_toml(path))
        if fields & _OF_FLOOR:
            floor = load_floor(path, party="", representative="", now=given.now)
            return f"a floor: {floor.series}, version {floor.version}"
        if fields & _OF_LIMITS:
            return f"a policy from {load_policy(path, now=given.now)[0].since:%Y-%m-%d}"
        return f"terms {load_terms(path).digest[:16]}"

    yield "It can be read as terms, a floor or a policy, every word known.", read
