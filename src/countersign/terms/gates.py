# SPDX-License-Identifier: Apache-2.0
"""The gates that a request passes one by one before there is a permit, in the order of `GATES`.

Each is pure and returns None to let pass, else what is refused and why. A gate that cannot tell
refuses. The number of the rights clause stands where a gate enforces one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from countersign.clock import to_text
from countersign.terms.limits import LEVELS, Always, Limits, Never, breaches
from countersign.terms.refusals import Refusal, refuse
from countersign.terms.request import Request
from countersign.terms.standing import Assessment, BoundBy, Standing, State
from countersign.terms.words import (
    NEVER,
    Act,
    Audience,
    Delivery,
    Item,
    Kind,
    OnLeaving,
    Profile,
    Purpose,
    Source,
)

Gate = Callable[[Request, Standing, datetime], Refusal | None]

_BY_PERSON = frozenset({Act.KEEP, Act.DISTILL, Act.PUBLISH})
_USES = frozenset({Act.INSTALL, Act.ANSWER, Act.EXPORT})
"""The acts of the party: before the first of them come notice and assessment."""
_NEEDS: dict[Act, tuple[str, ...]] = {
    Act.KEEP: ("party",),
    Act.DISTILL: ("party",),
    Act.PUBLISH: ("party", "audience", "delivery", "kinds", "sources"),
    Act.INSTALL: ("party", "audience", "delivery"),
    Act.ANSWER: ("party", "audience", "delivery", "purpose"),
    Act.EXPORT: ("party", "audience", "delivery", "purpose"),
}
_HEAVY = frozenset({Profile.COMPANY, Profile.PUBLIC})


def _version(_r: Request, s: Standing, _now: datetime) -> Refusal | None:
    # Clause 9: terms of a version that knew fewer rights are read and taken back, not used.
    return None if s.terms.v > 1 or s.terms.to_self else refuse("old-terms")


def _signed(_r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if s.missing or s.signed_at is None:
        return refuse("missing-signature", missing=", ".join(s.missing) or "a signer")
    if s.terms.zero_chosen_by_person and not s.holds(Item.ZERO_BENEFIT):  # clause 23
        return refuse("missing-item")
    return None


def _in_force(_r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if s.state is State.IN_FORCE:
        return None
    since = to_text(s.since) if s.since else "an earlier day"
    return refuse("suspended" if s.state is State.SUSPENDED else "withdrawn", since=since)


def _events(_r: Request, s: Standing, now: datetime) -> Refusal | None:
    if s.transferred_at is not None and now >= s.transferred_at:  # clause 26
        return refuse("transferred", at=to_text(s.transferred_at))
    if s.incapable_at is not None and now >= s.incapable_at:  # clause 28
        return refuse("incapable", at=to_text(s.incapable_at))
    stops = s.terms.on_leaving is not OnLeaving.CONTINUE
    if s.left_at is not None and now >= s.left_at and stops:  # clause 27
        return refuse("left", at=to_text(s.left_at))
    return None


def _in_time(_r: Request, s: Standing, now: datetime) -> Refusal | None:
    if now < s.starts:
        return refuse("not-started", starts=to_text(s.starts))
    if now >= s.expires:  # clause 13
        return refuse("expired", expires=to_text(s.expires))
    cooled = s.cooled_at
    if cooled is None or now < cooled:  # clause 12
        return refuse("cooling-off", cooled=to_text(cooled) if cooled else "it is signed")
    return None


def _floor(_r: Request, s: Standing, now: datetime) -> Refusal | None:
    for bound in s.bounds:  # clause 16; a floor only ever refuses
        if bound.by is not BoundBy.POLICY and bound.holds(now):
            below = breaches(s.terms, bound.limits)
            if below:
                return refuse("below-floor", field=below[0].field)
    return None


def _ceremony(r: Request, s: Standing, now: datetime) -> Refusal | None:
    if s.terms.to_self:
        return None
    if not s.undertaken:  # clause 12
        return refuse("undertaking")
    if LEVELS.index(s.person_level) < _level_wanted(s):
        return refuse("identity", level=LEVELS[_level_wanted(s)].value)
    if r.act not in _USES:
        return None
    heavy = s.terms.profile in _HEAVY
    if not s.noticed and (heavy or s.represented or _demanded(s, Always.NOTICE, now)):
        return refuse("notice")  # clause 17
    full = heavy or _demanded(s, Always.FULL_ASSESSMENT, now)
    enough = (Assessment.FULL,) if full else (Assessment.FULL, Assessment.PREFILLED)
    return None if s.assessment in enough else refuse("assessment")  # clause 30


def _level_wanted(s: Standing) -> int:
    heavy = 1 if s.terms.profile in _HEAVY else 0  # at least a handle challenge
    return max(heavy, LEVELS.index(s.terms.identity_at_least))


def _demanded(s: Standing, always: Always, now: datetime) -> bool:
    return any(always in b.limits.always and b.holds(now) for b in s.bounds)


def _declared(_r: Request, s: Standing, _now: datetime) -> Refusal | None:
    changed = s.processing is not None and not s.processing.within(s.terms)
    return refuse("changed") if changed else None  # clause 9


def _purpose(r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if r.purpose in NEVER:  # clauses 7 and 20
        return refuse("never", purpose=r.purpose, clause=NEVER[r.purpose])
    if not r.purpose:
        return None
    if r.purpose not in s.terms.purposes:  # clause 8
        return refuse("purpose", purposes=_list(s.terms.purposes))
    return None if s.ticked(Purpose(r.purpose)) else refuse("not-ticked")


def _who(r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if r.party and r.party != s.party:  # clause 26
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
    return released and audience in s.terms.audience and s.ticked(audience)


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
    if not all(s.ticked(Source(source)) for source in r.sources):
        return refuse("not-ticked")
    if s.withdrawn and not _parts(r).isdisjoint(s.withdrawn):
        return refuse("part-withdrawn")
    return None


def _parts(r: Request) -> set[str]:
    return {f"claim:{c}" for c in r.claims} | {f"topic:{t}" for t in r.topics}


def _apart(r: Request, s: Standing, now: datetime) -> Refusal | None:
    """Training and persona: each its own choice, its own signature, one act each (clauses 6, 7)."""
    if r.training or r.purpose == Purpose.TRAIN_MODELS:
        both = r.training and r.purpose == Purpose.TRAIN_MODELS and r.act is Act.EXPORT
        if not (both and s.holds(Item.TRAINING)):
            return refuse("training")
    rider = s.terms.persona and s.persona_until is not None and now < s.persona_until
    rider = rider and Item.PERSONA not in s.withdrawn
    if r.persona and not (rider and r.act is Act.ANSWER and r.delivery == Delivery.SERVED):
        return refuse("persona")
    return refuse("persona") if Kind.STYLE in r.kinds and not rider else None


def _place(r: Request, s: Standing, _now: datetime) -> Refusal | None:
    if r.sensitive and not s.holds(Item.SENSITIVE):
        return refuse("sensitive")
    if r.region != s.terms.region or (r.cross_border and not s.holds(Item.CROSS_BORDER)):
        return refuse("region", region=s.terms.region)  # clause 31
    if r.endpoint and r.endpoint not in s.terms.endpoints:
        return refuse("endpoint", endpoints=_list(s.terms.endpoints) or "none")
    if not (r.methods <= s.terms.methods and r.models <= s.terms.models):
        return refuse("method", methods=_list(s.terms.methods))  # clause 9
    return None


def _policy(r: Request, s: Standing, now: datetime) -> Refusal | None:
    """The company's own policy narrows what terms allow, request by request."""
    for bound in s.bounds:
        if bound.by is BoundBy.POLICY and bound.holds(now) and not _narrowed(r, s, bound.limits):
            return refuse("policy")
    return None


def _narrowed(r: Request, s: Standing, most: Limits) -> bool:
    asked = (
        ({r.purpose} - {""}, most.purposes),
        ({r.audience} - {""}, most.audience),
        ({r.delivery} - {""}, most.deliveries),
        (r.kinds, most.kinds),
        (r.sources, most.sources),
        (r.methods, most.methods),
        (r.models, most.models),
        ({r.endpoint} - {""}, most.endpoints),
        ({r.region}, most.regions),
    )
    if not all(most is None or words <= most for words, most in asked):
        return False
    wanted = (
        (r.training, Never.TRAINING),
        (r.persona, Never.PERSONA),
        (r.sensitive, Never.SENSITIVE),
        (r.cross_border, Never.CROSS_BORDER),
        (r.audience == Audience.EVERYONE, Never.PUBLIC_RELEASE),
    )
    if any(asks and never in most.never for asks, never in wanted):
        return False
    # What no single request says, the terms themselves must keep.
    return not any(b.limit not in _ASKED and b.word not in _WANTED for b in breaches(s.terms, most))


_ASKED = frozenset(
    "purposes audience sources kinds deliveries methods models regions endpoints".split()
)
_WANTED = frozenset(
    {
        Never.TRAINING.value,
        Never.PERSONA.value,
        Never.SENSITIVE.value,
        Never.CROSS_BORDER.value,
        Never.PUBLIC_RELEASE.value,
    }
)


def _complete(r: Request, _s: Standing, _now: datetime) -> Refusal | None:
    needs = _NEEDS[r.act]
    if all(getattr(r, name) for name in needs):
        return None
    return refuse("incomplete", needs=", ".join(needs))  # clause 33


GATES: tuple[Gate, ...] = (
    _signed,
    _in_force,
    _version,
    _events,
    _in_time,
    _floor,
    _ceremony,
    _declared,
    _purpose,
    _who,
    _delivery,
    _content,
    _apart,
    _place,
    _policy,
    _complete,
)


def _list(words: frozenset[str]) -> str:
    return ", ".join(sorted(str(w) for w in words))
