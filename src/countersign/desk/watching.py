# SPDX-License-Identifier: Apache-2.0
"""What a person's monitor keeps of a hub, and what it finds when the hub shows something else.

Pure: values in, findings out. A finding carries evidence as a JSON value that stands alone; what
kind of proof it is, it says itself: `proves` is False where it only shows what was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from countersign.errors import BadInput, NotVerified
from countersign.log import Checkpoint, Note, SplitView, compare
from countersign.seal import Envelope, canonical, read_canonical

VERSION = 1


@dataclass(frozen=True, slots=True)
class Counted:
    """A hub's signed usage statement with the commitments it counts.

    `delegation` is the log's word on whose key signed it; without it nothing is proved to others.
    """

    statement: Envelope
    commitments: tuple[str, ...]
    delegation: Envelope | None = None

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value that is kept, and that stands in evidence."""
        value = {"statement": self.statement.to_value(), "of": list(self.commitments)}
        if self.delegation is not None:
            value["delegation"] = self.delegation.to_value()
        return value

    @classmethod
    def from_value(cls, value: Any) -> Counted:
        """Read what `to_value` writes; raises `KeyError`, `TypeError` or `NotVerified`."""
        word = value.get("delegation")
        delegation = None if word is None else envelope_of(word)
        return cls(envelope_of(value["statement"]), tuple(map(str, value["of"])), delegation)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a hub shows at one moment, or what a monitor kept of it.

    `checkpoint` is the signed note; `chains` are the key-binding records of each signer, oldest
    first; `withdrawals` are the person's own, by digest.
    """

    checkpoint: bytes = b""
    uses: Mapping[str, Counted] = field(default_factory=dict)
    chains: Mapping[str, tuple[Envelope, ...]] = field(default_factory=dict)
    withdrawals: Mapping[str, Envelope] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the file's canonical bytes."""
        return canonical(
            {
                "v": VERSION,
                "checkpoint": self.checkpoint.decode(),
                "uses": {release: c.to_value() for release, c in self.uses.items()},
                "chains": {s: [e.to_value() for e in chain] for s, chain in self.chains.items()},
                "withdrawals": {d: e.to_value() for d, e in self.withdrawals.items()},
            }
        )

    @classmethod
    def of(cls, data: bytes) -> View:
        """Read what `to_bytes` writes; raises `BadInput` for anything else."""
        try:
            value = read_canonical(data)
            if value["v"] != VERSION:
                raise KeyError("v")
            return cls(
                checkpoint=value["checkpoint"].encode(),
                uses={release: Counted.from_value(c) for release, c in value["uses"].items()},
                chains={s: tuple(map(envelope_of, known)) for s, known in value["chains"].items()},
                withdrawals={d: envelope_of(e) for d, e in value["withdrawals"].items()},
            )
        except (KeyError, TypeError, AttributeError, NotVerified) as e:
            raise BadInput(
                "What the monitor kept cannot be read.",
                why="The file was changed, or is of another version.",
                remedy="Move monitor.json away and look at what it held before you begin anew.",
            ) from e


def envelope_of(value: Any) -> Envelope:
    """Return the envelope in a JSON value; raises `NotVerified` if it is not one."""
    return Envelope.from_bytes(canonical(value))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: what, in both languages, and the evidence for others."""

    kind: str
    en: str
    zh: str
    evidence: dict[str, Any]


def look(kept: View, shown: View, *, folder: Path, vkeys: Sequence[str], own: str) -> list[Finding]:
    """Return everything in `shown` that contradicts `kept`; `own` is the person's id."""
    return [
        *_log(kept, shown, folder, vkeys),
        *_uses(kept, shown),
        *_chains(kept, shown, own),
        *_withdrawals(kept, shown),
    ]


def merged(kept: View, shown: View, findings: Iterable[Finding]) -> View:
    """Return what to keep from now on: the newer view, but nothing that a finding is about."""
    about = {f.kind for f in findings}
    after = replace(shown, withdrawals={**shown.withdrawals, **kept.withdrawals})
    if about & {"split-view", "cut-back"}:
        after = replace(after, checkpoint=kept.checkpoint)
    if "hidden-use" in about:
        after = replace(after, uses={**shown.uses, **kept.uses})
    if "re-binding" in about:
        after = replace(after, chains={**shown.chains, **kept.chains})
    return after


def _log(kept: View, shown: View, folder: Path, vkeys: Sequence[str]) -> list[Finding]:
    if not kept.checkpoint:
        return []
    was, now = _checkpoint(kept.checkpoint), _checkpoint(shown.checkpoint)
    if was.origin == now.origin and now.size < was.size:
        en = f"The log was cut back: it had {was.size} leaves, now it shows {now.size}."
        zh = f"日志被截短：原有 {was.size} 条，现只显示 {now.size} 条。"
        return [Finding("cut-back", en, zh, _seen(kept.checkpoint, shown.checkpoint))]
    found = compare(folder, kept.checkpoint, shown.checkpoint, vkeys)
    return [] if found is None else [split_found(found)]


def split_found(found: SplitView) -> Finding:
    """Return the finding of a split view."""
    en = "The log shows two histories: what was signed before is not the beginning of it."
    zh = "日志给出了两份历史：先前签署的内容不是它的开头。"
    return Finding("split-view", en, zh, {"proves": True, **found.to_value()})


def _checkpoint(note: bytes) -> Checkpoint:
    return Checkpoint.of(Note.of(note).text)


def _seen(kept: bytes, shown: bytes) -> dict[str, Any]:
    return {
        "v": 1,
        "evidence": "cut-back",
        "proves": False,  # an old checkpoint is true too; that it is shown now, the date must say
        "kept": kept.decode(),
        "shown": shown.decode(),
    }


def _uses(kept: View, shown: View) -> list[Finding]:
    found = []
    for release, was in kept.uses.items():
        now = shown.uses.get(release)
        if now is None or now.commitments[: len(was.commitments)] != was.commitments:
            en = f"Uses of release {release} that were counted before are missing or changed."
            zh = f"版本 {release} 先前计入的使用记录缺失或被改动。"
            value = {"before": was.to_value(), "after": now.to_value() if now else None}
            found.append(_hidden(en, zh, value | {"proves": now is not None}))
    return found


def _hidden(en: str, zh: str, value: dict[str, Any]) -> Finding:
    return Finding("hidden-use", en, zh, {"v": 1, "evidence": "hidden-use", **value})


def use_left_out(receipt: Mapping[str, Any], shown: View) -> Finding | None:
    """Compare a receipt that a caller kept with what the hub counts; None if it counts it.

    Raises `BadInput` if `receipt` is not one.
    """
    try:
        release, number = str(receipt["release"]), int(receipt["number"])
        commitment = str(receipt["commitment"])
    except (KeyError, TypeError, ValueError) as e:
        raise BadInput("This is no receipt.", remedy="Give a file from `ask --json`.") from e
    counted = shown.uses.get(release)
    if counted and (number, commitment) in enumerate(counted.commitments, 1):
        return None
    en = f"The hub does not count use {number} of release {release}, of which a receipt exists."
    zh = f"版本 {release} 的第 {number} 次使用有回执，但枢纽未计入。"
    value = {"receipt": dict(receipt), "after": counted.to_value() if counted else None}
    return _hidden(en, zh, value | {"proves": False})


def _chains(kept: View, shown: View, own: str) -> list[Finding]:
    found = []
    for subject, was in kept.chains.items():
        now = shown.chains.get(subject, ())
        if [e.digest for e in now[: len(was)]] == [e.digest for e in was]:
            new = now[len(was) :]
            if subject == own and any(_by_others(e, was) for e in new):
                en = "A key was bound to you that none of your own keys signed for."
                zh = "有一把密钥被绑定到你名下，却没有你自己的任何密钥为其签名。"
                found.append(_bound(en, zh, subject, was, now))
            continue
        en = f"The key history of {subject} is no longer what it was."
        zh = f"{subject} 的密钥历史已与先前不同。"
        found.append(_bound(en, zh, subject, was, now))
    return found


def _by_others(e: Envelope, was: Sequence[Envelope]) -> bool:
    mine = {keyid for known in was for keyid, _ in known.signatures}
    return not mine & {keyid for keyid, _ in e.signatures}


def _bound(
    en: str, zh: str, subject: str, was: Sequence[Envelope], now: Sequence[Envelope]
) -> Finding:
    value = {
        "v": 1,
        "evidence": "re-binding",
        "proves": [e.digest for e in now[: len(was)]] != [e.digest for e in was],
        "subject": subject,
        "before": [e.to_value() for e in was],
        "after": [e.to_value() for e in now],
    }
    return Finding("re-binding", en, zh, value)


def _withdrawals(kept: View, shown: View) -> list[Finding]:
    found = []
    for digest, envelope in kept.withdrawals.items():
        if digest not in shown.withdrawals:
            en = "A withdrawal of yours is missing in the hub."
            zh = "你的一份收回声明在枢纽中不见了。"
            value = {"v": 1, "evidence": "missing-withdrawal", "proves": False}
            found.append(
                Finding("missing-withdrawal", en, zh, value | {"withdrawal": envelope.to_value()})
            )
    return found
