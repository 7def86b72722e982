# SPDX-License-Identifier: Apache-2.0
"""Time: UTC only, whole seconds in records, read once per request and passed down as `now`."""

from __future__ import annotations

from datetime import UTC, datetime

from countersign.errors import BadInput


def utc_now() -> datetime:
    """Return the present time in UTC. Doors call this once per request; nothing below does."""
    return datetime.now(UTC)


def to_text(at: datetime) -> str:
    """Return `at` as RFC 3339 with a trailing Z and whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """Read what `to_text` writes, exactly; anything else raises `BadInput`."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as e:
        raise BadInput(
            "A time in a record cannot be read.",
            why="Times are RFC 3339 in UTC with whole seconds and a Z.",
            remedy="Get the record again from whoever signed it.",
        ) from e


def to_seconds(at: datetime) -> int:
    """Return `at` as whole UTC seconds since 1970 (how times are stored)."""
    return int(at.timestamp())


def from_seconds(seconds: int) -> datetime:
    """Read what `to_seconds` writes."""
    return datetime.fromtimestamp(seconds, UTC)
