"""Start the real command line at another time: `CONFORMANCE_NOW=2026-12-01T09:00:00Z`.

A story tells of 72 hours and of 12 months, and a package in a vector was fresh on one day, so both
need a time of their own. The product has no override of its clock, on purpose: with one, cooling-off
and the delay of a re-binding would be for show. So this adapter stands outside of it and replaces
the one function that reads the clock, before anything else is loaded, in this process alone.
Whoever runs another implementation writes an adapter like it, or uses `faketime`.

Without the variable it is the command line as it is.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from countersign import clock


def _pretend() -> None:
    said = os.environ.pop("CONFORMANCE_NOW", "")
    if said:
        at = datetime.strptime(said, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        clock.utc_now = lambda: at


def run() -> None:
    """Run the command line at the time that is said."""
    _pretend()
    from countersign.doors.cli import main

    main.run()


if __name__ == "__main__":
    run()
