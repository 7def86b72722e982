# SPDX-License-Identifier: Apache-2.0
"""Packages on disk: whom to trust, installing where an agent host looks, verifying alone."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from countersign.desk.files import FOLDER, beside, bundles_in
from countersign.desk.home import Home
from countersign.desk.logbook import checkpoint_of
from countersign.desk.words import allowed
from countersign.errors import BadInput, NotAllowed, NotFound, Unavailable
from countersign.log import Step
from countersign.people import Hub, bindings
from countersign.seal import Envelope
from countersign.skill import (
    FRESHNESS,
    HOSTS,
    LEASE_DAYS,
    Copy,
    Release,
    Trust,
    delegate,
    follow,
    freshness,
    install,
    newest_seen,
    pin_log,
    read_folder,
    rebuilds,
    releases,
    reserve,
    target,
    verify_files,
    verify_package,
)
from countersign.terms import (
    Act,
    Audience,
    Request,
    decide,
    held_hub,
    offer_state,
    standing,
)

LEASE = timedelta(days=LEASE_DAYS)
"""How long an installed copy counts as fresh without asking the hub again."""


def trust_path(home: Home) -> Path:
    """Return where this home's trusted keys stand."""
    return home.path / "trust.json"


def read_trust(path: Path) -> Trust:
    """Return the trusted keys in a file; none where there is no file yet."""
    return Trust.of(path.read_bytes()) if path.exists() else Trust()


def write_trust(path: Path, trust: Trust) -> None:
    """Replace the file of trusted keys whole, never half."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_bytes(trust.to_bytes())
    os.replace(beside, path)


def pin_keys(home: Home, subjects: Collection[str], *, now: datetime) -> None:
    """Pin the log's key and follow the chains of these signers and of whoever vouched for them.

    Raises `Conflict` where a key has changed and no pinned key proves the new one.
    """
    trust = pin_log(read_trust(trust_path(home)), home.hub.signer.vkey)
    with home.hub.db.read() as c:
        chains = {subject: bindings(c, subject) for subject in subjects}
        vouched = {b.by.id for chain in chains.values() for b in chain if b.by is not None}
        chains |= {subject: bindings(c, subject) for subject in vouched - set(subjects)}
    # Those who vouched first: a level counts where the key that attested it is known.
    for subject in (*sorted(vouched), *sorted(set(chains) - vouched)):
        envelopes = [b.envelope.to_bytes() for b in chains[subject]]
        trust = follow(trust, subject, envelopes, now=now).trust
    write_trust(trust_path(home), trust)


def find_release(c: sa.Connection, skill: str) -> Release:
    """Return the newest release of a skill, in force or not; raises `NotFound`."""
    found = [r for r in releases(c) if skill in (r.skill, r.id)]
    if not found:
        raise NotFound(
            f"No skill named '{skill}' was released here.",
            remedy="`countersign ask` without --skill says what is in force.",
        )
    return max(found, key=lambda r: (r.current, r.released_at, r.version))


def install_skill(
    home: Home, skill: str, *, host: str, base: Path, actor: str, now: datetime
) -> Copy:
    """Install a released package where an agent host finds it, and record the copy."""
    with home.hub.db.read() as c:
        require_current(c)
        release = find_release(c, skill)
        _refuse_stale(c, release)
        state = offer_state(c, release.agreement)
        stood = standing(c, release.agreement)
        left = [a for a in state.terms.audience if stood is None or stood.ticked(Audience(a))]
        request = Request(
            act=Act.INSTALL,
            actor=actor or state.party,
            party=state.party,
            audience=min(left, key=lambda a: list(Audience).index(Audience(a)), default=""),
            delivery=state.terms.delivery,
        )
        allowed(decide(request, stood, now=now))
    files = _renewed(home, release, now)
    place = target(release.skill, host=host, base=base)
    said = bundles_in([home.path / FOLDER, *beside(place)])
    trust = read_trust(trust_path(home))
    wrong = [s for s in verify_files(files, trust, now=now, withdrawals=said) if not s.passed]
    if wrong:
        raise NotAllowed(
            "The package in this home does not verify, so it is not installed.",
            why=f"Step {wrong[0].number}, {wrong[0].name}: {wrong[0].detail}",
            remedy="Publish it again.",
        )
    for step in (reserve, install):  # the record is durable before the first file is written
        with home.hub.db.write() as c:
            # Decided again in each transaction: nothing may slip in between.
            allowed(decide(request, standing(c, release.agreement), now=now))
            made = step(
                c,
                files,
                place,
                host=host,
                release=release.id,
                agreement=release.agreement,
                now=now,
            )
    return made


def install_again(home: Home, skill: str, copy: Copy, *, now: datetime) -> Copy:
    """Install the newest release of a skill where a copy of an older one was."""
    base = copy.path.parents[len(HOSTS[copy.host].parts)]
    return install_skill(home, skill, host=copy.host, base=base, actor="", now=now)


def require_current(c: sa.Connection) -> None:
    """Raise `Unavailable` while the hub waits for withdrawals after a restore."""
    seen = held_hub(c)
    if seen:
        raise Unavailable(
            "This hub was restored from an older copy and gives out nothing yet.",
            why=f"A log of {seen} leaves was seen; withdrawals in it may be missing here.",
            remedy="`countersign withdrawals fetch URL`, or `countersign restore DIR --accept-older`.",
        )


def _refuse_stale(c: sa.Connection, release: Release) -> None:
    """Give out no copy of a release from which claims were taken back."""
    if any(waiting.release == release.id for waiting in rebuilds(c, release.agreement)):
        raise NotAllowed(
            "This release is stale: a part of it was taken back.",
            why="The next release without it waits for the person's key.",
            remedy="The person runs `countersign publish` once; then install again.",
        )


def _renewed(home: Home, release: Release, now: datetime) -> dict[str, bytes]:
    """Return the package kept in this home with a freshness of now: the permit to install is one."""
    files = read_folder(home.path.resolve() / "skills" / release.skill)
    made = still_fresh(home.hub, release.digest, valid_until=release.valid_until, now=now)
    return {**files, FRESHNESS: made.to_bytes()}


def still_fresh(hub: Hub, release: str, *, valid_until: datetime, now: datetime) -> Envelope:
    """Return the hub's word, good for one lease, that a release is in force. Decide first."""
    delegation = delegate(hub.signer, hub.online_key.public, now=now, until=now + 4 * LEASE)
    return freshness(
        release,
        checkpoint=checkpoint_of(hub),
        delegation=delegation,
        online_key=hub.online_key,
        now=now,
        until=min(now + LEASE, valid_until),
    )


def verify(
    home: Home | None,
    folder: Path,
    *,
    trust: Path | None,
    now: datetime,
    withdrawals: Collection[Path] = (),
) -> list[Step]:
    """Verify a package offline with only its folder and a file of trusted keys.

    Withdrawal files are honoured where they lie: beside the folder, in the home, in `withdrawals`.
    """
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder.name}.", remedy="Give a package's folder.")
    path = trust or (trust_path(home) if home else Path("trust.json"))
    believed = read_trust(path)
    homes = [home.path / FOLDER] if home else []
    said = bundles_in([*homes, *beside(folder)]) + bundles_in(withdrawals, strict=True)
    steps = verify_package(folder, believed, now=now, withdrawals=said)
    if steps and all(s.passed for s in steps) and path.exists():
        with suppress(OSError):  # an auditor may keep trust.json where nobody can write
            write_trust(path, newest_seen(read_folder(folder), believed))
    return steps
