# SPDX-License-Identifier: Apache-2.0
"""The one function that says yes: `decide(request, standing, now=…) -> Permit | Refusal`.

- Pure: it reads no clock, disk or database, and keeps nothing between calls.
- Total: it never raises. Doubt, error and the unknown are refusals (clause 33).
- Deny by default: a `Permit` is made at the end of the list of checks, and nowhere else.
- The order of the checks is fixed and stands in `_CHECKS`; the first that fails is what is said.

Not done here: verifying signatures and reading the state (`load.py`, in the same transaction as
the act); company policy and floors, which will only ever add checks to the list.

    permit = decide(Request(act=Act.ANSWER, actor=caller, party=party, audience=Audience.TEAM,
                            purpose=Purpose.ANSWER_QUESTIONS, delivery=Delivery.SERVED),
                    standing(c, agreement), now=now)
    if isinstance(permit, Refusal):
        raise permit.to_error()
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import InitVar, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Never, final

from countersign.clock import to_text
from countersign.errors import Internal, NotAllowed
from countersign.ids import AgreementId, GrantId
from countersign.terms.refusals import Refusal, refuse
from countersign.terms.standing import Standing, State
from countersign.terms.terms import HERE
from countersign.terms.words import NEVER, Act, Audience, Delivery, Item, Purpose

_TOKEN = object()


class Scope(StrEnum):
    """What a permit rests on: an agreement, or that it is one's own vault."""

    AGREEMENT = "agreement"
    OWN_VAULT = "own-vault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who wants to do what, for whom and why. Made per request, from what the door authenticated.

    Texts are allowed where words of the closed sets are meant, since they come from outside: an
    unknown one is refused, never an error. Empty means "not said" and is refused wherever the act
    needs it. `party` is in whose name the actor asks; `callers` is how many callers that party
    has; `vault_of` says that the act stays inside this person's own vault; `endpoint` is the
    remote model that would see texts, empty for none.
    """

    act: Act
    actor: str
    party: str = ""
    purpose: str = ""
    audience: str = ""
    delivery: str = ""
    kinds: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    training: bool = False
    persona: bool = False
    sensitive: bool = False
    cross_border: bool = False
    region: str = HERE
    endpoint: str = ""
    callers: int = 1
    vault_of: str = ""


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
        if request.vault_of:
            return _own(request, now)
        if standing is None:
            return refuse("no-standing")
        for check in _CHECKS:
            refusal = check(request, standing, now)
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
_BY_PERSON = frozenset({Act.KEEP, Act.DISTILL, Act.PUBLISH})
_NEEDS: dict[Act, tuple[str, ...]] = {
    Act.KEEP: ("party",),
    Act.DISTILL: ("party",),
    Act.PUBLISH: ("party", "audience", "delivery", "kinds", "sources"),
    Act.INSTALL: ("party", "audience", "delivery"),
    Act.ANSWER: ("party", "audience", "delivery", "purpose"),
    Act.EXPORT: ("party", "audience", "delivery", "purpose"),
}


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


def _signed(_r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if s.missing or s.signed_at is None:
        return refuse("missing-signature", missing=", ".join(s.missing) or "a signer")
    if s.terms.zero_chosen_by_person and not s.holds(Item.ZERO_BENEFIT):
        return refuse("missing-item")
    return None


def _in_force(_r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if s.state is State.IN_FORCE:
        return None
    since = to_text(s.since) if s.since else "an earlier day"
    return refuse("suspended" if s.state is State.SUSPENDED else "withdrawn", since=since)


def _in_time(_r: Request, s: Standing, now: datetime) -> Refusal | None:
    if now < s.starts:
        return refuse("not-started", starts=to_text(s.starts))
    if now >= s.expires:
        return refuse("expired", expires=to_text(s.expires))
    cooled = s.cooled_at
    if cooled is None or now < cooled:
        return refuse("cooling-off", cooled=to_text(cooled) if cooled else "it is signed")
    return None


def _purpose(r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if r.purpose in NEVER:
        return refuse("never", purpose=r.purpose, clause=NEVER[r.purpose])
    if r.purpose and r.purpose not in s.terms.purposes:
        return refuse("purpose", purposes=_list(s.terms.purposes))
    return None


def _who(r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if r.party and r.party != s.party:
        return refuse("party")
    if r.audience and not any(_reaches(wide, s) for wide in _WITHIN.get(r.audience, ())):
        return refuse("audience", audience=_list(s.terms.audience))
    if not r.actor or (r.act in _BY_PERSON and r.actor != s.person):
        return refuse("actor")
    if not 1 <= r.callers <= s.terms.callers_at_most:
        return refuse("callers", callers=s.terms.callers_at_most)
    return None


# Who stands inside whom: the team is part of the company, and everyone is everyone.
_WITHIN: dict[str, tuple[Audience, ...]] = {
    Audience.SELF: (Audience.SELF,),
    Audience.TEAM: (Audience.TEAM, Audience.COMPANY, Audience.EVERYONE),
    Audience.COMPANY: (Audience.COMPANY, Audience.EVERYONE),
    Audience.CLIENT: (Audience.CLIENT, Audience.EVERYONE),
    Audience.EVERYONE: (Audience.EVERYONE,),
}


def _reaches(audience: Audience, s: Standing) -> bool:
    released = audience is not Audience.EVERYONE or s.holds(Item.PUBLIC_RELEASE)
    return released and audience in s.terms.audience


def _delivery(r: Request, s: Standing, _now: datetime) -> Refusal | None:
    # Asking a skill that may be copied is the narrower use, so folder terms allow served as well.
    folder = s.terms.delivery is Delivery.FOLDER
    allowed = (Delivery.SERVED, Delivery.FOLDER) if folder else (Delivery.SERVED,)
    if r.delivery and r.delivery not in allowed:
        return refuse("delivery", delivery=s.terms.delivery.value)
    return None


def _content(r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if not r.kinds <= s.terms.kinds:
        return refuse("kinds", kinds=_list(s.terms.kinds))
    if not r.sources <= s.terms.sources:
        return refuse("sources", sources=_list(s.terms.sources))
    return None


def _never_yet(r: Request, _s: Standing, _now: datetime) -> Refusal | None:
    if r.training or r.purpose == Purpose.TRAIN_MODELS:
        return refuse("training")
    return refuse("persona") if r.persona else None


def _place(r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if r.sensitive and not s.holds(Item.SENSITIVE):
        return refuse("sensitive")
    if r.region != s.terms.region or (r.cross_border and not s.holds(Item.CROSS_BORDER)):
        return refuse("region", region=s.terms.region)
    if r.endpoint and r.endpoint not in s.terms.endpoints:
        return refuse("endpoint", endpoints=_list(s.terms.endpoints) or "none")
    return None


def _complete(r: Request, _s: Standing, _now: datetime) -> Refusal | None:
    needs = _NEEDS[r.act]
    if all(getattr(r, name) for name in needs):
        return None
    return refuse("incomplete", needs=", ".join(needs))


_Check = Callable[[Request, Standing, datetime], Refusal | None]
_CHECKS: tuple[_Check, ...] = (
    _signed,
    _in_force,
    _in_time,
    _purpose,
    _who,
    _delivery,
    _content,
    _never_yet,
    _place,
    _complete,
)


def _list(words: frozenset[str] | frozenset[Purpose] | frozenset[Audience]) -> str:
    return ", ".join(sorted(str(w) for w in words))
