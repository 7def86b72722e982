# SPDX-License-Identifier: Apache-2.0
"""What every verb begins with: the home with its passphrase, and the time of the request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from countersign.clock import utc_now
from countersign.desk import Home
from countersign.doors.cli.out import Settings
from countersign.errors import BadInput

Json = Annotated[bool, typer.Option("--json", help="Print JSON alone on stdout.")]
FOR_YOU = "For you"
FOR_A_TEAM = "For a team"
FOR_CHECKERS = "For checkers"

now = utc_now


def passphrase() -> str | None:
    """Return the passphrase from the file or the environment, None where neither is given."""
    path = Settings.passphrase_file
    if path is None:
        return os.environ.get("COUNTERSIGN_PASSPHRASE") or None
    try:
        first = path.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as e:
        raise BadInput(
            "The passphrase file cannot be read.",
            why=type(e).__name__,
            remedy="Give a readable text file whose first line is the passphrase.",
        ) from e
    if not first:
        raise BadInput("The passphrase file is empty.", remedy="Put the passphrase on line one.")
    return first


@contextmanager
def home(*, private: bool = True) -> Iterator[Home]:
    """Open the home of this run and close what was opened.

    What is written meanwhile only its owner can read, unless it is meant for a project.
    """
    before = os.umask(0o077) if private else None
    opened = Home(Settings.home, passphrase())
    try:
        opened.sweep()
        yield opened
    finally:
        opened.close()
        if before is not None:
            os.umask(before)
