# SPDX-License-Identifier: Apache-2.0
"""The records around an agreement as in-toto statements: undertaking, notices, persona rider.

What each is about: an undertaking, an assessment, a notice to representatives, a leaving and a rider
are about one grant; a transfer about a party, a declaration of processing about either; an
incapacity about a person. `events.py` reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from countersign.clock import to_text
from countersign.seal import Statement, sha256_hex
from countersign.terms.benefit import Benefit
from countersign.terms.standing import Processing


def undertaking_statement(*, grant: str, offer: str, party: str, person: str) -> Statement:
    """Return the party's undertaking that saying no, or taking back, costs nothing (clause 12)."""
    predicate = {"v": 1, "undertaking": "no-detriment", "grant": grant, "offer": offer}
    predicate |= {"party": party, "person": person}
    return Statement("undertaking", (("grant", grant),), predicate)


def assessment_statement(
    *,
    grant: str,
    party: str,
    texts: Mapping[str, str],
    full: bool,
    at: datetime,
    keep_until: datetime,
) -> Statement:
    """Return the party's impact assessment (clause 30).

    `texts` are the hex digests of its text by language, which the hub keeps until `keep_until`.
    """
    said = {"grant": grant, "party": party, "texts": dict(texts), "full": full}
    said |= {"at": to_text(at), "keepUntil": to_text(keep_until)}
    return _notice("impact-assessment", ("grant", grant), said)


def representatives_statement(
    *, grant: str, party: str, to: Collection[str], texts: Mapping[str, str], at: datetime
) -> Statement:
    """Return the notice to representatives of one grant before its use (clause 17).

    `to` are their ids, `texts` the digests of what they were given to read, by language.
    """
    said = {"grant": grant, "party": party, "to": sorted(to), "texts": dict(texts)}
    return _notice("to-representatives", ("grant", grant), said | {"at": to_text(at)})


def processing_statement(
    *, party: str, processing: Processing, number: int, grant: str = ""
) -> Statement:
    """Return what the party declares to do (clause 9); the declaration of highest number counts.

    `grant` is the digest of the one it is about, empty for all of the party's.
    """
    value = {
        "purposes": sorted(processing.purposes),
        "methods": sorted(processing.methods),
        "kinds": sorted(processing.kinds),
        "audience": sorted(processing.audience),
        "models": sorted(processing.models),
    }
    return _notice(
        "processing",
        ("party", sha256_hex(party.encode())),
        {"party": party, "grant": grant, "processing": value, "number": number},
    )


def leaving_statement(*, grant: str, person: str, party: str, at: datetime) -> Statement:
    """Return the notice that the person leaves the party at `at` (clause 27)."""
    said = {"grant": grant, "person": person, "party": party, "at": to_text(at)}
    return _notice("leaving", ("grant", grant), said)


def transfer_statement(*, party: str, successor: str, at: datetime) -> Statement:
    """Return the notice that a party passes to a successor at `at` (clause 26)."""
    said = {"party": party, "successor": successor, "at": to_text(at)}
    return _notice("transfer", ("party", sha256_hex(party.encode())), said)


def incapacity_statement(
    *, person: str, by: str, at: datetime, number: int, over: bool
) -> Statement:
    """Return the notice that a person cannot decide, or can again (`over`) (clause 28)."""
    said = {"person": person, "by": by, "at": to_text(at), "number": number, "over": over}
    return _notice("incapacity", ("person", sha256_hex(person.encode())), said)


def rider_statement(
    *,
    grant: str,
    agreement: str,
    texts: Mapping[str, str],
    benefits: Collection[Benefit],
    starts: datetime,
    expires: datetime,
) -> Statement:
    """Return the persona rider that both sides sign over the same bytes (clauses 7, 15).

    `texts` are the digests of its own document by language; `benefits` what it gives in return.
    """
    predicate = {
        "v": 1,
        "part": "rider",
        "rider": "persona",
        "grant": grant,
        "agreement": agreement,
        "benefits": [b.to_value() for b in sorted(benefits)],
        "starts": to_text(starts),
        "expires": to_text(expires),
    }
    return Statement("grant", tuple(sorted(texts.items())), predicate)


def _notice(name: str, subject: tuple[str, str], said: dict[str, Any]) -> Statement:
    return Statement("notice", (subject,), {"v": 1, "notice": name, **said})
