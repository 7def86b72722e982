"""Flip one bit of one file of a complete published world, and ask verify whether it notices.

Left out is what a checker brings along and believes (trust.json, a policy of witnesses), and what
nobody signs: renderings say themselves that they prove nothing, and terms in TOML become binding
only in a signed grant.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance import world as w
from conformance.twins import Twin, twins
from countersign import desk
from countersign.errors import CountersignError
from countersign.log import Note, Step, cosign

BELIEVED = {"trust.json", "policy"}
UNSIGNED = {"rendering", "terms", "limits", "trust", "tlog-policy"}
STRANGER = "witness.example.net"


@dataclass(frozen=True, slots=True)
class Flip:
    """One flipped bit: where, and the step that found it; `step` 0 where nothing did."""

    kind: str
    path: str
    byte: int
    bit: int
    step: int

    @property
    def file(self) -> str:
        """Which kind of file it is: by its name, wherever it lies."""
        name = Path(self.path).name
        if self.path.startswith("log/tile/entries"):
            return "log entries"
        if self.path.startswith("log/tile"):
            return "log tile"
        return f"{self.kind}: {name}" if name in ("record.json", "chain.json") else name


def world() -> list[Twin]:
    """Return all sets of files in which each bit is signed for, and one with a stranger's line.

    A withdrawal of another grant beside a package is no part of it: it is checked alone.
    """
    apart = "package-beside-a-withdrawal"
    signed = [t for t in twins() if t.kind not in UNSIGNED and t.name != apart]
    stranger = next(t for t in signed if t.name == "checkpoint")
    note = cosign(
        Note.of(stranger.files["checkpoint"]), STRANGER, w.KEYS[w.MALLORY], seconds=1_700_000_000
    )
    files = {**stranger.files, "checkpoint": note.to_bytes()}
    return [*signed, Twin("cosigned", "checkpoint", "", stranger.args, files)]


def is_strangers(twin: Twin, path: str, byte: int) -> bool:
    """Tell whether a byte stands in the line of a witness whom nobody here knows.

    Without a policy no witness is known: trust.json holds logs alone.
    """
    if Path(path).name != "checkpoint" or "--policy" in twin.args:
        return False
    data = twin.files[path]
    own = data.index("— ".encode() + w.SIGNER.origin.encode())
    return byte > data.index(b"\n", own)


def verified(twin: Twin, folder: Path, changed: str = "") -> int:
    """Return the number of the first step that fails in a folder; 0 if all pass, -1 if refused.

    `changed` names a vector that brings other files, trust.json perhaps; else it is the twin's.
    """
    if not changed:
        (folder / "trust.json").write_bytes(twin.files["trust.json"])  # `seen` is noted there
    try:
        steps = _steps(twin, [a.replace("{dir}", str(folder)) for a in twin.args], folder)
    except CountersignError:
        return -1
    assert steps
    return next((s.number for s in steps if not s.passed), 0)


def _steps(twin: Twin, args: Sequence[str], folder: Path) -> list[Step]:
    if args[0] != "log":
        beside = [Path(a) for n, a in enumerate(args) if args[n - 1] == "--with"]
        trust = folder / "trust.json"
        return desk.verify_any(None, Path(args[1]), trust=trust, now=w.NOW, beside=beside)
    policy = desk.read_policy(folder / "policy") if "--policy" in args else None
    steps = desk.verify_log(folder / "log", [w.SIGNER.vkey], policy)
    if "--seen" in args:
        steps.append(desk.verify_seen(folder / "log", folder / "seen", [w.SIGNER.vkey]))
    return steps


def laid_out(twin: Twin, folder: Path) -> Path:
    """Write a twin's files below `folder` and return where."""
    target = folder / twin.name
    shutil.rmtree(target, ignore_errors=True)
    for path, data in twin.files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
    return target


def flips(number: int, folder: Path, *, seed: int) -> Iterator[tuple[Twin, Flip]]:
    """Yield so many seeded flips: any set of files, any file of it, any bit."""
    dice = random.Random(seed)  # noqa: S311 -- the same flips each time
    sets = world()
    places = {twin.name: laid_out(twin, folder) for twin in sets}
    for _ in range(number):
        twin = dice.choice(sets)
        path = dice.choice(sorted(set(twin.files) - BELIEVED))
        data = bytearray(twin.files[path])
        byte, bit = dice.randrange(len(data)), dice.randrange(8)
        data[byte] ^= 1 << bit
        file = places[twin.name] / path
        file.write_bytes(data)
        yield twin, Flip(twin.kind, path, byte, bit, verified(twin, places[twin.name]))
        file.write_bytes(twin.files[path])
