# SPDX-License-Identifier: Apache-2.0
"""Identifiers: one NewType per thing, all printed as a letter and 26 base32 characters (130 bits)."""

from __future__ import annotations

import base64
import secrets
from typing import NewType

TraceId = NewType("TraceId", str)
ConversationId = NewType("ConversationId", str)
ClaimId = NewType("ClaimId", str)
PersonId = NewType("PersonId", str)
PartyId = NewType("PartyId", str)
CallerId = NewType("CallerId", str)
OfferId = NewType("OfferId", str)
GrantId = NewType("GrantId", str)
AgreementId = NewType("AgreementId", str)
ReleaseId = NewType("ReleaseId", str)
ReceiptId = NewType("ReceiptId", str)


def from_digest(prefix: str, digest: bytes) -> str:
    """Return `prefix` followed by the first 130 bits of `digest` in lower-case base32."""
    return prefix + base64.b32encode(digest[:17]).decode("ascii").lower()[:26]


def fresh(prefix: str) -> str:
    """Return a new random id: `prefix` and 130 random bits."""
    return from_digest(prefix, secrets.token_bytes(17))
