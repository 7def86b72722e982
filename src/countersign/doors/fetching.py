# SPDX-License-Identifier: Apache-2.0
"""Fetch a small file over http or https, only when a person asked for it."""

from __future__ import annotations

from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from countersign.errors import BadInput, Unavailable

SECONDS: Final = 20.0
MOST: Final = 32 << 20


def get_over_http(url: str) -> bytes:
    """Return what stands at `url`; raises `BadInput` for another scheme, `Unavailable` for no answer."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:  # urllib would open file: too
        raise BadInput("This is no web address.", remedy="Give one with http:// or https://.")
    asked = Request(url, headers={"Accept": "application/json"})  # noqa: S310 -- checked above
    try:
        with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 -- checked above
            data: bytes = answer.read(MOST + 1)
    except (OSError, HTTPException, ValueError) as e:
        raise Unavailable(
            "The address cannot be reached.",
            why=str(getattr(e, "reason", "")) or type(e).__name__,
            remedy="Check it, or ask whoever runs it; then run the same again.",
        ) from e
    if len(data) > MOST:
        raise Unavailable("The answer is too large.", why=f"More than {MOST} bytes.")
    return data
