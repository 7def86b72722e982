# SPDX-License-Identifier: Apache-2.0
"""The monitor on the person's machine: keeps what a hub showed, compares, writes evidence.

It keeps public things alone (checkpoints, counts, key-binding records, one's own withdrawals), so
it needs no vault and no passphrase. It believes the log's key that it saw first, never a newer one.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from countersign.desk.home import Home
from countersign.desk.logbook import checkpoint_of, publish_log
from countersign.desk.packages import read_trust, trust_path
from countersign.desk.watching import (
    Counted,
    Finding,
    View,
    envelope_of,
    look,
    merged,
    split_found,
    use_left_out,
)
from countersign.errors import BadInput, NotFound, NotVerified
from countersign.log import SplitView, check_split, compare, open_checkpoint
from countersign.people import bindings, find_card, read_chain
from countersign.seal import canonical, require, sha256_hex, sign
from countersign.settle import Tally, read_tally, tally
from countersign.skill import delegate, online_key
from countersign.terms import offers, records

LINE = "countersign-checkpoint:"
KEPT, EVIDENCE = "monitor.json", "evidence"


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look found: findings with the file that was written for each, and what is kept."""

    findings: tuple[tuple[Finding, Path], ...]
    first: bool
    leaves: int
    uses: int


def monitor(
    home: Home,
    *,
    person: str,
    now: datetime,
    log_folder: Path | None = None,
    receipts: Sequence[Mapping[str, Any]] = (),
    vkeys: Sequence[str] = (),
) -> Watched:
    """Look at the hub once, compare with what was kept, keep the newer, write evidence.

    `person` is a label or id; `log_folder` another copy of the log than the hub's own; `receipts`
    are what callers kept. Raises `NotVerified` where the log is not signed by the key kept first.
    """
    path = home.path / KEPT
    kept = View.of(path.read_bytes()) if path.exists() else View()
    shown, own = _shown(home, person, log_folder, now)
    known = list(vkeys) or _vkeys(home)
    open_checkpoint(shown.checkpoint, known)
    folder = log_folder or home.hub.log_folder
    findings = look(kept, shown, folder=folder, vkeys=known, own=own)
    findings += [f for r in receipts if (f := use_left_out(r, shown)) is not None]
    written = tuple((f, _write(home, f)) for f in findings)
    _keep(path, merged(kept, shown, findings))
    checkpoint, _ = open_checkpoint(shown.checkpoint, known)
    uses = sum(len(c.commitments) for c in shown.uses.values())
    return Watched(written, not kept.checkpoint, checkpoint.size, uses)


def _vkeys(home: Home) -> list[str]:
    pinned = list(read_trust(trust_path(home)).logs)
    return pinned or [home.hub.signer.vkey]


def _shown(home: Home, person: str, log_folder: Path | None, now: datetime) -> tuple[View, str]:
    """Return what the hub shows now about one person."""
    hub = home.hub
    publish_log(hub, now=now)
    at = now.replace(microsecond=0)
    word = delegate(hub.signer, hub.online_key.public, now=at, until=at)
    with hub.db.read() as c:
        own = find_card(c, person).id
        mine = [o for o in offers(c) if o.person == own]
        sides = sorted({own, *(o.party for o in mine)})
        chains = {s: tuple(b.envelope for b in bindings(c, s)) for s in sides}
        taken = {
            r.digest: r.envelope
            for o in mine
            for r in records(c, o.grant_digest)
            if r.kind == "withdrawal"
        }
        counted = {
            t.release: Counted(sign(t.statement(), hub.online_key), t.commitments, word)
            for t in tally(c, own, now=now)
        }
    try:
        note = (log_folder / "checkpoint").read_bytes() if log_folder else checkpoint_of(hub)
    except OSError as e:
        raise NotFound(
            "There is no checkpoint yet.",
            why="Nothing was signed in this hub, or the folder is not a log's.",
            remedy="Look again once something was signed.",
        ) from e
    return View(checkpoint=note, uses=counted, chains=chains, withdrawals=taken), own


def _keep(path: Path, view: View) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    with beside.open("wb") as file:
        file.write(view.to_bytes())
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def _write(home: Home, found: Finding) -> Path:
    """Write the evidence once: the same evidence again has the same name."""
    data = canonical(found.evidence)
    folder = home.path / EVIDENCE
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{found.kind}-{sha256_hex(data)[:12]}.json"
    path.write_bytes(data)
    return path


def line_of(home: Home) -> str:
    """Return the checkpoint that was kept as one line, to be read out or sent to somebody else."""
    path = home.path / KEPT
    if not path.exists():
        raise NotFound("Nothing is kept yet.", remedy="Run `countersign monitor` first.")
    note = View.of(path.read_bytes()).checkpoint
    return LINE + base64.urlsafe_b64encode(note).decode("ascii")


def compare_line(home: Home, line: str, *, log_folder: Path | None = None) -> Path | None:
    """Compare what somebody else was shown with this hub's log; returns the evidence's file if any.

    Raises `BadInput` for a line that is not one, `NotVerified` if this log did not sign it.
    """
    head, _, body = line.strip().partition(":")
    try:
        note = base64.b64decode(body, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as e:
        raise _no_line() from e
    if f"{head}:" != LINE:
        raise _no_line()
    folder = log_folder or home.hub.log_folder
    own = (folder / "checkpoint").read_bytes()
    found = compare(folder, own, note, _vkeys(home))
    return _write(home, split_found(found)) if found else None


def _no_line() -> BadInput:
    return BadInput(
        "This is not a monitor's line.",
        why=f"It begins with {LINE} and holds one signed checkpoint.",
        remedy="Let the other person send what `countersign monitor --line` prints.",
    )


def check_evidence(path: Path, vkeys: Sequence[str]) -> str:
    """Return in a line what an evidence file proves by itself; raises `NotVerified` if nothing."""
    try:
        value = json.loads(path.read_bytes())
        kind, proves = value["evidence"], value.pop("proves")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise BadInput("This is not an evidence file.", why=type(e).__name__) from e
    if kind == "split-view":
        return check_split(SplitView.from_value(value), vkeys)
    if not proves:
        raise NotVerified(
            f"This shows '{kind}' as somebody saw it, and does not prove it by itself.",
            why="It rests on the word of who kept it; ask the hub to explain it.",
        )
    try:
        return _prove(kind, value, tuple(vkeys))
    except (KeyError, TypeError, AttributeError, ValueError) as e:
        raise NotVerified("The evidence is not complete.", why=type(e).__name__) from e


def _prove(kind: str, value: Mapping[str, Any], vkeys: tuple[str, ...]) -> str:
    if kind == "hidden-use":
        was, now = (_stated(Counted.from_value(value[k]), vkeys) for k in ("before", "after"))
        if was.release != now.release or was.at > now.at:
            raise NotVerified("The two usage statements are not of one release, in order.")
        if now.commitments[: len(was.commitments)] == was.commitments:
            raise NotVerified("The later statement counts all that the earlier one counted.")
        return f"The hub stated {len(was.commitments)} uses of {was.release}, and later others."
    if kind == "re-binding":
        old, new = (tuple(envelope_of(e).to_bytes() for e in value[k]) for k in ("before", "after"))
        subject = str(value["subject"])
        was_bound, bound = (read_chain(chain, subject) for chain in (old, new))
        if [b.digest for b in bound[: len(was_bound)]] == [b.digest for b in was_bound]:
            raise NotVerified("The later history begins with the earlier one.")
        return (
            f"Two key histories of {subject} contradict each other, each signed as it must be."
            " That one hub showed both rests on the word of who kept them."
        )
    raise BadInput(f"'{str(kind)[:40]}' is no kind of evidence that is known here.")


def _stated(counted: Counted, vkeys: tuple[str, ...]) -> Tally:
    """Return a tally that the hub signed, by a key which a trusted log delegated."""
    made = read_tally(counted.statement, counted.commitments)
    if counted.delegation is None:
        raise NotVerified("Nothing in it shows which key the hub signs with.")
    require(
        counted.statement, "usage-statement", [online_key(counted.delegation, vkeys, at=made.at)]
    )
    return made
