# SPDX-License-Identifier: Apache-2.0
"""A company's own policy: limits it signs alone, which narrow what its agreements allow.

One line of versions a party: each newer one follows the last. It permits nothing by itself, and a
wider one does not touch agreements offered under the narrower (see `bounds.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.errors import BadInput, NotFound
from countersign.people import Role, find_card
from countersign.seal import SigningKey
from countersign.terms.bound_text import policy_texts
from countersign.terms.floor import POLICY, Policy, read_policy
from countersign.terms.kept import KEEP, keep_texts
from countersign.terms.limits_file import (
    LIMIT_FIELDS,
    check_fields,
    read_limits,
    read_time,
    read_toml,
)
from countersign.terms.load import opened_about
from countersign.terms.shared import sign_shared

_ABOUT = ("contact", "representative", "authority")
_FIELDS = LIMIT_FIELDS | {"from", "until", *_ABOUT}


@dataclass(frozen=True, slots=True)
class PolicyState:
    """A policy in the hub: its record's digest and what it says."""

    digest: str
    policy: Policy


def load_policy(path: Path, *, now: datetime) -> tuple[Policy, dict[str, str]]:
    """Read a policy from TOML, and to whom a breach is told; raises `BadInput`, `NotFound`.

    Party and version are set when it is signed.
    """
    table, name = read_toml(path), path.name
    check_fields(table, frozenset(_FIELDS), name)
    since = read_time(table.get("from"), "from", name) or now.replace(microsecond=0)
    until = read_time(table.get("until"), "until", name)
    if until is not None and until <= since:
        raise BadInput(f"{name}: the end lies before the beginning.", remedy="Mend `until`.")
    about = {field: table[field] for field in _ABOUT if field in table}
    if not all(isinstance(value, str) for value in about.values()):
        raise BadInput(f"{name}: contacts are texts.", remedy='For example contact = "…".')
    limits = read_limits(table, name)
    return Policy(version=0, party="", since=since, until=until, limits=limits), about


def sign_policy(
    c: sa.Connection,
    policy: Policy,
    *,
    about: Mapping[str, str],
    party: str,
    key: SigningKey,
    now: datetime,
) -> PolicyState:
    """Sign a policy as `party`, numbered after its last one; its page is rendered and kept.

    Raises `NotAllowed` for a key that is not the party's, `BadInput` where it is no party.
    """
    card = find_card(c, party)
    if card.role is not Role.PARTY:
        raise BadInput("A policy is a party's own.", remedy="Name a party with --as.")
    last = max((s.policy.version for s in policies(c, party=card.id)), default=0)
    made = replace(policy, version=last + 1, party=card.id)
    texts = policy_texts(made, card.name, about)
    digests = keep_texts(c, texts, keep_until=(made.until or now) + KEEP)
    made = replace(made, texts=tuple(sorted(digests.items())))
    payload = made.statement().to_bytes()
    kept = sign_shared(
        c, payload, about=card.id, needed={card.id}, signer=card.id, key=key, now=now
    )
    return PolicyState(kept.digest, made)


def policies(c: sa.Connection, *, party: str) -> tuple[PolicyState, ...]:
    """Return all policies a party (id) signed, oldest version first."""
    found = [
        PolicyState(o.envelope.digest, read_policy(o.envelope.statement))
        for o in opened_about(c, party)
        if o.kind == POLICY and party in o.signers
    ]
    return tuple(sorted(found, key=lambda s: (s.policy.version, s.digest)))


def newest_policy(c: sa.Connection, *, party: str) -> PolicyState:
    """Return a party's newest policy; raises `NotFound`."""
    found = policies(c, party=party)
    if not found:
        raise NotFound(
            "This party has signed no policy.",
            remedy="Sign one: `countersign policy sign FILE --as PARTY`.",
        )
    return found[-1]
