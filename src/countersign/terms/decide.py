# SPDX-License-Identifier: Apache-2.0
"""The one function that says yes: `decide(request, standing, now=…) -> Permit | Refusal`.

- Pure: it reads no clock, disk or database, and keeps nothing between calls.
- Total: it never raises. Doubt, error and the unknown are refusals (clause 33).
- Deny by default: a `Permit` is made at the end of the list of checks, and nowhere else.
- The checks and their order stand in `gates.py`; the first that fails is what is said.

Not done here: verifying signatures and reading the state (`load.py`, in the same transaction as
the act).

    permit = decide(Request(act=Act.ANSWER, actor=caller, party=party, audience=Audience.TEAM,
                            purpose=Purpose.ANSWER_QUESTIONS, delivery=Delivery.SERVED),
                    standing(c, agreement), now=now)
    if isinstance(permit, Refusal):
        raise permit.to_error()
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Never, final

from countersign.errors import Internal, NotAllowed
from countersign.ids import AgreementId, GrantId
from countersign.terms.gates import GATES
from countersign.terms.refusals import Refusal, refuse
from countersign.terms.request import Request
from countersign.terms.standing import Standing
from countersign.terms.terms import HERE
from countersign.terms.typed import fits
from countersign.terms.words import Act

_TOKEN = object()


class Scope(StrEnum):
    """What a permit rests on: an agreement, or that it is one's own vault."""

    AGREEMENT = "agreement"
    OWN_VAULT = "own-vault"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The answer yes, for this one request. Only `decide` can make one; it cannot be copied.

    `person` is whose words it is about; `agreement` and `grant` are empty in one's own vault.
    """

    request: Request
    scope: Scope
    person: str
    agreement: AgreementId
    grant: GrantId
    at: datetime
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """Refuse to exist unless `decide` is the maker."""
        if token is not _TOKEN:
            raise Internal("A permit was made outside of decide.")

    def require(self, *acts: Act) -> None:
        """Raise `NotAllowed` unless this permit is for one of `acts` (called by who consumes it)."""
        if self.request.act not in acts:
            raise NotAllowed(
                f"A permit to {self.request.act} does not allow this.",
                why="A permit is for one act of one request.",
                remedy="Ask `decide` for the act itself.",
            )

    def __init_subclass__(cls) -> Never:
        """Refuse to be subclassed: a subclass could skip the check of its maker."""
        raise Internal("A permit cannot be subclassed.")

    def __reduce__(self) -> Never:
        """Refuse to be copied or stored: a permit lives for one request."""
        raise Internal("A permit cannot be copied or stored.")


def keep_own(person: str, *, act: Act = Act.KEEP) -> Request:
    """Return the request to keep, distill or export one's own words inside one's own vault.

    The one act that needs no signature: reading one's own export takes nothing from anybody else's
    control. What others wrote in it is kept as context only, never quoted, published or sent to a
    remote model, and deleted at most 30 days after review (clause 35).
    """
    return Request(act=act, actor=person, vault_of=person)


def decide(request: Request, standing: Standing | None, *, now: datetime) -> Permit | Refusal:
    """Return a permit if everything that was signed allows `request` at `now`, else why not."""
    try:
        if not fits(request):
            return refuse("error")
        if request.vault_of:
            return _own(request, now)
        if standing is None:
            return refuse("no-standing")
        for gate in GATES:
            refusal = gate(request, standing, now)
            if refusal is not None:
                return refusal
        return Permit(
            request=request,
            scope=Scope.AGREEMENT,
            person=standing.person,
            agreement=standing.agreement,
            grant=standing.grant,
            at=now,
            token=_TOKEN,
        )
    except Exception:  # noqa: BLE001 - fail closed: whatever goes wrong while deciding is a refusal
        return refuse("error")


_OWN_ACTS = frozenset({Act.KEEP, Act.DISTILL, Act.EXPORT})


def _own(r: Request, now: datetime) -> Permit | Refusal:
    own = r.act in _OWN_ACTS and r.actor == r.vault_of and r.party in ("", r.actor)
    if not own or r.endpoint or r.region != HERE or r.cross_border or r.training or r.persona:
        return refuse("own-vault")
    return Permit(
        request=r,
        scope=Scope.OWN_VAULT,
        person=r.vault_of,
        agreement=AgreementId(""),
        grant=GrantId(""),
        at=now,
        token=_TOKEN,
    )
