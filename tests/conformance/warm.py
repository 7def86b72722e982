"""Run the command line at a story's time without paying its imports: a fork of this process.

What `conformance/clocked.py` does before anything is loaded is done here to the loaded clock, in the
child alone.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from conformance.run import Ended, Started
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


class Warm:
    """Runs `countersign` in forks of this process."""

    def __call__(self, arguments: Sequence[str], at: str, folder: Path) -> Ended:
        """Run it to the end."""
        done = command.run(*arguments, cwd=folder, env=_env(at, folder), first=_pretend)
        return Ended(done.code, done.out.decode("utf-8", "replace"), done.err)

    def start(self, arguments: Sequence[str], at: str, folder: Path) -> Started:
        """Start what serves until it is stopped."""
        file = os.open(folder / "started.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        env = _env(at, folder) | {"PYTHONUNBUFFERED": "1"}
        going = command.start(*arguments, cwd=folder, env=env, first=_pretend, stdout=file)
        os.close(file)
        out = folder / "started.txt"
        return Started(
            lambda: out.read_text(encoding="utf-8"), lambda: _ended(going.end(signal.SIGTERM))
        )


def _env(at: str, folder: Path) -> dict[str, str]:
    return {"CONFORMANCE_NOW": at, "COLUMNS": "200", "HOME": str(folder)}


def _ended(done: command.Done) -> None:
    assert done.code in (-signal.SIGTERM, 128 + signal.SIGTERM), done.err


warm = Warm()
