# SPDX-License-Identifier: Apache-2.0
"""Build skills anew without what was taken back, where the person's key is at hand.

A release is signed by the person, so nobody else can make the next one. Until then the old one is
stale: it gets no fresh freshness, its copies were removed, and the hub serves what is left of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from countersign.desk.home import Home
from countersign.desk.packages import install_again
from countersign.desk.release import Published, publish
from countersign.errors import CountersignError, NotAllowed
from countersign.seal import Envelope
from countersign.skill import HOSTS, RELEASE, Copy, CopyStatus, about_of, copies, rebuilds, releases


@dataclass(frozen=True, slots=True)
class Again:
    """A skill and its next release, None while it waits for the person's key; where it went."""

    skill: str
    release: Published | None
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """A skill as it was before: what its next release takes over."""

    agreement: str
    skill: str
    title: str
    about: str
    installed: tuple[Copy, ...]


def again_at(home: Home, agreements: Collection[str]) -> list[Served]:
    """Return what is served under these agreements, and where it is installed, before the erasure."""
    with home.hub.db.read() as c:
        served = releases(c, agreements=agreements, current=True)
        known = [x for x in copies(c) if x.host in HOSTS and x.status is CopyStatus.PRESENT]
    return [
        Served(
            agreement=r.agreement,
            skill=r.skill,
            title=r.title,
            about=_about(home.path / "skills" / r.skill),
            installed=tuple(x for x in known if x.release == r.id),
        )
        for r in served
    ]


def _about(folder: Path) -> str:
    """Return the line on what a skill is about, as its package says; empty where it is gone."""
    with suppress(CountersignError, OSError):
        return about_of(folder)
    return ""


def build_again(home: Home, served: Sequence[Served], *, now: datetime) -> tuple[Again, ...]:
    """Sign and publish the next release of each skill that waits, and install it where it was.

    A release whose package was not finished, because it was killed in between, waits too.
    """
    with home.hub.db.read() as c:
        waiting = {(w.agreement, w.skill) for w in rebuilds(c)}
        digests = {(r.agreement, r.skill): r.digest for r in releases(c, current=True)}
    waiting |= {
        (agreement, skill)
        for (agreement, skill), digest in digests.items()
        if _release_in(home.path / "skills" / skill) != digest
    }
    return tuple(_again(home, one, now) for one in served if (one.agreement, one.skill) in waiting)


def _release_in(folder: Path) -> str:
    """Return the digest of the release whose package stands in a folder, empty for none."""
    with suppress(CountersignError, OSError):
        return Envelope.from_bytes((folder / RELEASE).read_bytes()).digest
    return ""


def _again(home: Home, one: Served, now: datetime) -> Again:
    try:
        made = publish(
            home,
            one.skill,
            agreement=one.agreement,
            title=one.title,
            about=one.about,
            now=now,
            only_served=True,
        )
    except NotAllowed:  # suspended, or nothing is left that may be released: it waits
        return Again(one.skill, None, ())
    placed = []
    for copy in one.installed:
        with suppress(CountersignError):  # somebody put something else there meanwhile
            placed.append(install_again(home, one.skill, copy, now=now))
    return Again(one.skill, made, tuple(placed))
