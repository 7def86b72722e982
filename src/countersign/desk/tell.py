# SPDX-License-Identifier: Apache-2.0
"""What doors show of uses, evidence and skills, in words or values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from countersign.claims import claims
from countersign.clock import to_text
from countersign.desk.answer import Caller, show_evidence, skills_in_force
from countersign.desk.home import Home
from countersign.desk.packages import find_release, read_trust, trust_path
from countersign.desk.records import complaint_contact
from countersign.errors import NotVerified
from countersign.ids import ClaimId
from countersign.log import Policy, Step, verify_folder
from countersign.people import Hub
from countersign.settle import Receipt, told_with, uses_of
from countersign.skill import disclosure, inert


@dataclass(frozen=True, slots=True)
class SeenUse:
    """A use as the person sees it (clause 36): topics, time, claims, money."""

    at: datetime
    skill: str
    number: int
    purpose: str
    topics: tuple[str, ...]
    claims: tuple[str, ...]
    party: str
    identified: str
    amount: int
    currency: str
    told: Mapping[str, str] = field(default_factory=dict)


def uses(home: Home, *, skill: str | None = None) -> list[SeenUse]:
    """Return the uses of the person's skills, newest first; topics come from their own vault."""
    me = home.owner
    with home.hub.db.read() as c:
        found = uses_of(c, me.id, skill=skill)
        told = told_with(c, home.hub.keys, me.id)
    wanted = {ClaimId(id) for use in found for id in use.claims}
    topics = {view.id: view.topic for view in claims(home.vault, wanted)} if wanted else {}
    return [
        SeenUse(
            at=use.at,
            skill=use.skill,
            number=use.number,
            purpose=use.purpose,
            topics=tuple(dict.fromkeys(topics[ClaimId(id)] for id in use.claims if id in topics)),
            claims=use.claims,
            party=use.party,
            identified=use.identified,
            amount=use.amount,
            currency=use.currency,
            told=told.get((use.release, use.number), {}),
        )
        for use in found
    ]


def receipt_value(receipt: Receipt | None, *, hub: Hub | None = None) -> dict[str, Any] | None:
    """Return what a caller keeps of a receipt: number and commitment prove the use.

    With the hub it also says where complaints go (clause 34), beside what is committed to.
    """
    if receipt is None:
        return None
    value = receipt.to_value() | {"commitment": receipt.commitment}
    if hub is None:
        return value
    en, zh = complaint_contact(hub, receipt.agreement)
    return value | {"complaint": {"en": en, "zh": zh}}


def evidence_text(hub: Hub, caller: Caller, claim: str, *, purpose: str, now: datetime) -> str:
    """Return in a few lines what stands behind a claim; chat and mail are never quoted."""
    found = show_evidence(hub, caller, claim, now=now, purpose=purpose)
    c = found.claim
    lines = [f"claim {c.id} ({c.kind}) of {found.skill}, said {c.support} times"]
    for e in c.evidence:
        day = e.at.date().isoformat() if e.at else "undated"
        quote = f": {inert(e.quote)}" if e.quote else ""
        lines.append(f"- {day}, {e.source}, commitment {e.commitment[:16]}…{quote}")
    lines.append(f"{disclosure(c.release.byline, 'en')} · identity {c.release.level}")
    lines.append("Complaints 投诉: " + " / ".join(complaint_contact(hub, c.release.agreement)))
    return "\n".join(lines)


def skills_text(hub: Hub, caller: Caller, *, purpose: str, now: datetime) -> str:
    """Return one line a skill in force for this caller."""
    found = skills_in_force(hub, caller, now=now, purpose=purpose)
    lines = [
        f"- {r.skill}: {inert(r.title)} — {disclosure(r.byline, 'en')}; until {to_text(r.valid_until)}"
        for r in found
    ]
    return "\n".join(lines) or "No skill is in force for you. 目前没有对你生效的技能。"


def party_of(home: Home, skill: str) -> str:
    """Return the party for which a skill was released (who asks in the terminal asks for it)."""
    with home.hub.db.read() as c:
        return find_release(c, skill).party


def caller_for(name: str, party: str | None) -> str:
    """Return the caller's name; the terminal asks as one caller a party."""
    return f"{name}-{party}" if name == "terminal" and party else name


def log_keys(home: Home, trust: Path | None) -> list[str]:
    """Return the verifier keys of trusted logs; raises `NotVerified` where none is trusted."""
    keys = list(read_trust(trust or trust_path(home)).logs)
    if not keys and home.exists:
        keys = [home.hub.signer.vkey]
    if not keys:
        raise NotVerified(
            "No log is trusted here.",
            why="A log is believed by its key, and there is no trust.json with one.",
            remedy="Pass --vkey KEY or --trust FILE, as the hub's owner gave it to you.",
        )
    return keys


def verify_log(folder: Path, keys: list[str], policy: Policy | None = None) -> list[Step]:
    """Verify a log's folder offline; with a policy, its quorum of witnesses too."""
    return verify_folder(folder, vkeys=keys, policy=policy)
