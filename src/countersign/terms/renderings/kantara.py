# SPDX-License-Identifier: Apache-2.0
"""The same consent as a Kantara Consent Receipt 1.1 JSON, for tools that read nothing newer.

A legacy export: what that format has no place for (suspension, floors, parts taken back) is not in
it, and a purpose that was taken back is left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from countersign.clock import to_seconds, to_text
from countersign.errors import NotFound
from countersign.terms.renderings.dpv import complaint_words
from countersign.terms.renderings.facts import Recorded
from countersign.terms.text.meanings import meaning
from countersign.terms.words import Item, Purpose

VERSION = "KI-CR-v1.1.0"


def kantara_receipt(r: Recorded, *, now: datetime) -> dict[str, Any]:
    """Return the receipt; raises `NotFound` where nothing is consented to at `now`."""
    if r.given_at is None or not r.holds(now):
        raise NotFound(
            "There is no consent in force that this format could show.",
            why="A Kantara receipt has no states: it says that consent was given, and stands.",
            remedy="Use --format dpv, which says what happened and when.",
        )
    s = r.standing
    return {
        "version": VERSION,
        "jurisdiction": s.terms.region,
        "consentTimestamp": to_seconds(r.given_at),
        "collectionMethod": "own signature over the text of the agreement",
        "consentReceiptID": f"receipt-{s.grant[:32]}",
        "language": "en",
        "piiPrincipalId": s.person,
        "piiControllers": [
            {
                "piiController": r.party.id if s.terms.to_self else r.party.name,
                "contact": complaint_words(r)[0],
                "address": {},
                "email": "",
                "phone": "",
            }
        ],
        "policyUrl": f"urn:sha256:{r.texts[0]}",
        "services": [
            {
                "service": f"countersign agreement {s.agreement}",
                "purposes": [_purpose(r, p) for p in r.purposes],
            }
        ],
        "sensitive": s.holds(Item.SENSITIVE),
        "spiCat": ["as the agreement says"] if s.holds(Item.SENSITIVE) else [],
    }


def _purpose(r: Recorded, purpose: Purpose) -> dict[str, Any]:
    s = r.standing
    return {
        "purpose": meaning(purpose).en,
        "purposeCategory": [purpose.value],
        "consentType": "EXPLICIT",
        "piiCategory": sorted(x.value for x in s.terms.sources if s.ticked(x)),
        "primaryPurpose": purpose == r.purposes[0],
        "termination": f"{to_text(s.expires)}, or when taken back at any time",
        "thirdPartyDisclosure": bool(s.terms.endpoints),
        **({"thirdPartyName": ", ".join(sorted(s.terms.endpoints))} if s.terms.endpoints else {}),
    }
