# SPDX-License-Identifier: Apache-2.0
"""People whose words stand beside the person's: a notice, an objection list, a day on which they go."""

from __future__ import annotations

from datetime import datetime

from countersign.claims import first_review
from countersign.desk.home import Home
from countersign.desk.texts import template_file
from countersign.evidence import (
    CONTEXT_KEPT,
    LeftOut,
    Objection,
    drop_objection,
    object_to,
    objections,
    oldest_context,
)
from countersign.people import Handle

NOTICE = "group-notice"


def bystander_notice(home: Home, *, lang: str, now: datetime) -> str:
    """Return the text for a group chat, to be sent by hand before an export is read (clause 35)."""
    who = {"person": home.owner.name}
    return template_file(home, NOTICE, lang=lang, form="md", now=now, given=who).decode("utf-8")


def add_objection(home: Home, handle: str, *, now: datetime) -> LeftOut:
    """Keep none of this handle's words, from now on and of what is here; own text stays.

    Raises `BadInput` for what is no handle, `NotAllowed` for one's own.
    """
    return object_to(home.vault, Handle.parse(handle), now=now)


def remove_objection(home: Home, handle: str) -> None:
    """Take a handle off the list; raises `NotFound` for one that is not on it."""
    drop_objection(home.vault, Handle.parse(handle))


def list_objections(home: Home) -> tuple[Objection, ...]:
    """Return who objected, by handle; the list never leaves the vault."""
    return objections(home.vault)


def context_due(home: Home) -> datetime | None:
    """Return when others' words must be gone; None while there are none or nothing was reviewed."""
    oldest = oldest_context(home.vault)
    reviewed = first_review(home.vault, since=oldest) if oldest else None
    return reviewed + CONTEXT_KEPT if reviewed else None
