# SPDX-License-Identifier: Apache-2.0
"""All errors that a caller may catch: one root, eight children, each with what, why and remedy.

A text here may carry ids, paths that the user named, and numbers: never the words or the name of
a person (DESIGN 3, rule 5). A bad *record* is not an error but a value (`evidence.Reject`); a
failed *verification* always raises.
"""

from __future__ import annotations

from typing import ClassVar


class CountersignError(Exception):
    """Says what happened, why, and what to do about it; `exit_code` is what a door returns."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        """Print as at most three short lines: what, why, remedy."""
        return "\n".join(line for line in (self.what, self.why, self.remedy) if line)


class NotAllowed(CountersignError):
    """The terms in force do not allow this act (a refusal, not a fault)."""


class NotVerified(CountersignError):
    """A signature, digest, proof or quote does not hold."""


class Stale(CountersignError):
    """A copy, lease or database is older, or newer, than what may be used."""


class Conflict(CountersignError):
    """Somebody else changed the same thing, or the record contradicts one that stands."""


class NotFound(CountersignError):
    """No such person, skill, claim, offer or file."""

    exit_code = 2


class BadInput(CountersignError):
    """A file or value that was given cannot be read as what it should be."""

    exit_code = 3


class Unavailable(CountersignError):
    """A needed part is missing or busy: an extra, a key, a passphrase, a lock, the disk."""


class Internal(CountersignError):
    """A law of the program itself does not hold: a defect of ours, please report it."""
