# SPDX-License-Identifier: Apache-2.0
"""Traces as a reader would give them, and permits as `decide` gives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from countersign.evidence import Kept, Range, Record, Trace, keep
from countersign.people import Vault
from countersign.terms import Act, Permit, Refusal, decide, keep_own
from tests.people.scene import LIN, NOW


def permit(act: Act = Act.KEEP) -> Permit:
    """Return the permit for one's own vault."""
    decided = decide(keep_own("plin", act=act), None, now=NOW)
    assert not isinstance(decided, Refusal)
    return decided


def mail(native: str | None, text: str = "Check the lock first.", **changes: Any) -> Trace:
    """Return a mail by Lin, all of it her own words, changed as said."""
    made = Trace(
        source="mail",
        account="list",
        native=native,
        author=LIN,
        author_name="Lin",
        at=NOW,
        text=text,
        written=(Range(0, len(text)),) if text else (),
        conversation=native or "",
        reply_to=None,
        locator=f"mbox:{native}",
    )
    return replace(made, **changes)


def hours(n: float) -> datetime:
    """Return a time that many hours after the scene's."""
    return NOW + timedelta(hours=n)


def kept(vault: Vault, records: Iterable[Record], *, now: datetime = NOW) -> Kept:
    """Keep records in one's own vault."""
    return keep(vault, records, permit=permit(), now=now)
