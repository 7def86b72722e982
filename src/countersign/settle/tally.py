# SPDX-License-Identifier: Apache-2.0
"""The hub's signed word on how often a release was used: a count and the root of its receipts.

The root is that of an RFC 6962 tree over the receipts' commitments in the order of their numbers.
Whoever kept an answer has its number and commitment; with the list of commitments it shows whether
the hub counts that use. A commitment says nothing of the question, the claims or the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import from_text, to_text
from countersign.errors import BadInput, NotVerified
from countersign.log import Frontier, leaf_hash
from countersign.seal import Envelope, Statement, sha256_hex
from countersign.settle.tables import receipt as table


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a release was used until `at`: the commitments of its receipts, number 1 first."""

    release: str
    commitments: tuple[str, ...]
    at: datetime

    @property
    def root(self) -> str:
        """Hex root of the commitments."""
        return root_of_commitments(self.commitments)

    def statement(self) -> Statement:
        """Return the statement that the hub signs with its online key."""
        predicate = {
            "v": 1,
            "release": self.release,
            "count": len(self.commitments),
            "root": self.root,
            "until": to_text(self.at),
        }
        subject = (("release", sha256_hex(self.release.encode())),)
        return Statement("usage-statement", subject, predicate)


def root_of_commitments(commitments: Sequence[str]) -> str:
    """Return the hex root over hex commitments in order."""
    tree, _ = Frontier().extend([leaf_hash(bytes.fromhex(c)) for c in commitments])
    return tree.root.hex()


def tally(c: sa.Connection, person: str, *, now: datetime) -> list[Tally]:
    """Return the tally of each release of a person that was used, by release id."""
    query = sa.select(table.c.release, table.c.number, table.c.commitment)
    rows = c.execute(query.where(table.c.person == person).order_by("release", "number"))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.release, []).append(row.commitment)
    at = now.replace(microsecond=0)
    return [Tally(release, tuple(known), at) for release, known in found.items()]


def read_tally(envelope: Envelope, commitments: Sequence[str]) -> Tally:
    """Return the tally an envelope states if these are its commitments; `NotVerified` else.

    The signature is checked by the caller, who knows the hub's key.
    """
    try:
        said = envelope.statement.predicate
        made = Tally(str(said["release"]), tuple(commitments), from_text(said["until"]))
        same = made.statement() == envelope.statement
    except (KeyError, TypeError, ValueError, BadInput) as e:
        raise _unreadable() from e
    if not same:
        raise _unreadable()
    return made


def _unreadable() -> NotVerified:
    return NotVerified(
        "A usage statement does not fit its list of uses.",
        why="A commitment was changed, left out or added, or it is no usage statement.",
        remedy="Get both again from the hub.",
    )
