"""Run the command line at a story's time without paying its imports: a fork of this process.

What `conformance/clocked.py` does before anything is loaded is done here to the loaded clock, in the
child alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from conformance.run import Ended
from countersign import clock
from tests.doors import command


def _in_story() -> datetime:
    """Run inside `countersign.clock`, whose globals know nothing of ours."""
    import os

    from countersign.clock import from_text

    return from_text(os.environ["CONFORMANCE_NOW"])


def _pretend() -> None:
    said = os.environ.get("CONFORMANCE_NOW")
    if said:
        # Whoever imported the function holds this very object, so its code is replaced, not its name.
        code = _in_story.__code__
        clock.utc_now.__code__ = code


def warm(arguments: Sequence[str], at: str, folder: Path) -> Ended:
    """Run `countersign` with these arguments at that time in that folder."""
    env = {"CONFORMANCE_NOW": at, "COLUMNS": "200", "HOME": str(folder)}
    done = command.run(*arguments, cwd=folder, env=env, first=_pretend)
    return Ended(done.code, done.out.decode("utf-8", "replace"), done.err)
