# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG005 - every condition is asked the same three things
"""The conditions of docs/reference/deciding.md, one function for each sentence, in its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from countersign.people import IdentityLevel
from countersign.terms import (
    Act,
    Always,
    Assessment,
    BenefitKind,
    Delivery,
    OnLeaving,
    Profile,
    Request,
    Standing,
    State,
    Terms,
)
from tests.terms.oracle.bounds import FLOOR, POLICY, Condition, in_force
from tests.terms.oracle.limits import LEVELS

TO_USE = (Act.INSTALL, Act.ANSWER, Act.EXPORT)
BY_THE_PERSON = (Act.KEEP, Act.DISTILL, Act.PUBLISH)
NEVER_USED = ("evaluate-person", "replace-person", "set-workload", "impersonate")

VAULT: dict[str, Callable[[Request], bool]] = {
    "0 act": lambda r: r.act in (Act.KEEP, Act.DISTILL, Act.EXPORT),
    "0 actor": lambda r: r.actor == r.vault_of,
    "0 party": lambda r: r.party in ("", r.actor),
    "0 endpoint": lambda r: r.endpoint == "",
    "0 region": lambda r: r.region == "here",
    "0 cross-border": lambda r: not r.cross_border,
    "0 training": lambda r: not r.training,
    "0 persona": lambda r: not r.persona,
}


# Items and ticks ----------------------------------------------------------------------------------


def _to_self(s: Standing) -> bool:
    return s.terms.profile is Profile.SELF


def _asks_for(terms: Terms, item: str) -> bool:
    if item == "short-cooling-off":
        return terms.cooling_off_chosen_by_person and terms.profile is not Profile.SELF
    if item == "zero-benefit":
        return any(b.kind is BenefitKind.ZERO for b in terms.benefits)
    return bool(
        {
            "public-release": terms.public_release,
            "cross-border": terms.cross_border,
            "sensitive": terms.sensitive,
            "training": terms.training,
            "persona": terms.persona,
        }[item]
    )


def _item(s: Standing, item: str) -> bool:
    return _asks_for(s.terms, item) and item in s.items and item not in s.withdrawn


def _ticked(s: Standing, group: str, word: str) -> bool:
    name = f"{group}:{word}"
    return (name in s.items or _to_self(s)) and name not in s.withdrawn


# Rules 1 to 8: the agreement ----------------------------------------------------------------------


def _zero(r: Request, s: Standing, now: datetime) -> bool:
    return not s.terms.zero_chosen_by_person or _item(s, "zero-benefit")


def _not_yet(moment: datetime | None, now: datetime) -> bool:
    return moment is None or now < moment


def _left(r: Request, s: Standing, now: datetime) -> bool:
    return s.terms.on_leaving is OnLeaving.CONTINUE or _not_yet(s.left_at, now)


def _cooled(r: Request, s: Standing, now: datetime) -> bool:
    if s.signed_at is None:
        return True  # "1 signed" refuses; said there alone
    hours = s.terms.cooling_off_hours
    if not _to_self(s) and not _item(s, "short-cooling-off") and hours < 48:
        hours = 48
    return now >= s.signed_at + timedelta(hours=hours)


def _heavy(s: Standing) -> bool:
    return s.terms.profile in (Profile.COMPANY, Profile.PUBLIC)


def _known(r: Request, s: Standing, now: datetime) -> bool:
    least = LEVELS.index(s.terms.identity_at_least)
    return _to_self(s) or LEVELS.index(s.person_level) >= least


def _shown(r: Request, s: Standing, now: datetime) -> bool:
    return not _heavy(s) or s.person_level is not IdentityLevel.SELF_ASSERTED


def _asked_by_bound(s: Standing, word: Always, now: datetime) -> bool:
    return any(in_force(b, now) and word in b.limits.always for b in s.bounds)


def _noticed(r: Request, s: Standing, now: datetime) -> bool:
    if _to_self(s) or r.act not in TO_USE:
        return True
    asked = _heavy(s) or s.represented or _asked_by_bound(s, Always.NOTICE, now)
    return s.noticed or not asked


def _assessed(r: Request, s: Standing, now: datetime) -> bool:
    if _to_self(s) or r.act not in TO_USE:
        return True
    if _heavy(s) or _asked_by_bound(s, Always.FULL_ASSESSMENT, now):
        return s.assessment is Assessment.FULL
    return s.assessment in (Assessment.PREFILLED, Assessment.FULL)


def _declared(field: str) -> Condition:
    def within(r: Request, s: Standing, now: datetime) -> bool:
        declared = s.processing
        return declared is None or all(
            word in getattr(s.terms, field) for word in getattr(declared, field)
        )

    return within


# Rules 9 to 14 and 16: what is asked for ----------------------------------------------------------


def _purpose_ticked(r: Request, s: Standing, now: datetime) -> bool:
    return r.purpose == "" or _ticked(s, "purpose", r.purpose)


REACHED_BY = {
    "self": ("self",),
    "team": ("team", "company", "everyone"),
    "company": ("company", "everyone"),
    "client": ("client", "everyone"),
    "everyone": ("everyone",),
}


def _reached(r: Request, s: Standing, now: datetime) -> bool:
    if r.audience == "":
        return True
    for word in REACHED_BY.get(r.audience, ()):
        if word not in s.terms.audience or not _ticked(s, "audience", word):
            continue
        if word != "everyone" or _item(s, "public-release"):
            return True
    return False


def _actor(r: Request, s: Standing, now: datetime) -> bool:
    return r.actor != "" and (r.act not in BY_THE_PERSON or r.actor == s.person)


def _delivered(r: Request, s: Standing, now: datetime) -> bool:
    if r.delivery in ("", "served"):
        return True
    return r.delivery == "folder" and s.terms.delivery is Delivery.FOLDER


def _sources_ticked(r: Request, s: Standing, now: datetime) -> bool:
    return all(_ticked(s, "source", word) for word in r.sources)


def _training(r: Request, s: Standing, now: datetime) -> bool:
    if not r.training and r.purpose != "train-models":
        return True
    both = r.training and r.purpose == "train-models"
    return both and r.act is Act.EXPORT and _item(s, "training")


def _as_oneself(r: Request) -> bool:
    return r.persona or "style" in r.kinds


def _rider_runs(r: Request, s: Standing, now: datetime) -> bool:
    return not _as_oneself(r) or (s.persona_until is not None and now < s.persona_until)


NEEDED = {
    Act.KEEP: ("party",),
    Act.DISTILL: ("party",),
    Act.PUBLISH: ("party", "audience", "delivery", "kinds", "sources"),
    Act.INSTALL: ("party", "audience", "delivery"),
    Act.ANSWER: ("party", "audience", "delivery", "purpose"),
    Act.EXPORT: ("party", "audience", "delivery", "purpose"),
}


def _says(field: str) -> Condition:
    def said(r: Request, s: Standing, now: datetime) -> bool:
        return field not in NEEDED[r.act] or len(getattr(r, field)) > 0

    return said


AGREEMENT: dict[str, Condition] = {
    "1 missing": lambda r, s, now: len(s.missing) == 0,
    "1 signed": lambda r, s, now: s.signed_at is not None,
    "1 zero": _zero,
    "2 state": lambda r, s, now: s.state is State.IN_FORCE,
    "3 version": lambda r, s, now: s.terms.v == 2 or (s.terms.v == 1 and _to_self(s)),
    "4 transferred": lambda r, s, now: _not_yet(s.transferred_at, now),
    "4 incapable": lambda r, s, now: _not_yet(s.incapable_at, now),
    "4 left": _left,
    "5 starts": lambda r, s, now: s.starts <= now,
    "5 expires": lambda r, s, now: now < s.expires,
    "5 cooled": _cooled,
    **{f"6 {name}": condition for name, condition in FLOOR.items()},
    "7 undertaken": lambda r, s, now: _to_self(s) or s.undertaken,
    "7 identity": _known,
    "7 shown": _shown,
    "7 noticed": _noticed,
    "7 assessed": _assessed,
    **{
        f"8 {field}": _declared(field)
        for field in ("purposes", "methods", "kinds", "audience", "models")
    },
    "9 never": lambda r, s, now: r.purpose not in NEVER_USED,
    "9 purpose": lambda r, s, now: r.purpose == "" or r.purpose in s.terms.purposes,
    "9 ticked": _purpose_ticked,
    "10 party": lambda r, s, now: r.party in ("", s.party),
    "10 audience": _reached,
    "10 actor": _actor,
    "10 one caller": lambda r, s, now: r.callers >= 1,
    "10 callers": lambda r, s, now: r.callers <= s.terms.callers_at_most,
    "11 delivery": _delivered,
    "12 kinds": lambda r, s, now: all(word in s.terms.kinds for word in r.kinds),
    "12 sources": lambda r, s, now: all(word in s.terms.sources for word in r.sources),
    "12 ticked": _sources_ticked,
    "12 claims": lambda r, s, now: all(f"claim:{c}" not in s.withdrawn for c in r.claims),
    "12 topics": lambda r, s, now: all(f"topic:{t}" not in s.withdrawn for t in r.topics),
    "13 training": _training,
    "13 persona answers": lambda r, s, now: not r.persona or r.act is Act.ANSWER,
    "13 persona served": lambda r, s, now: not r.persona or r.delivery == "served",
    "13 persona in terms": lambda r, s, now: not _as_oneself(r) or s.terms.persona,
    "13 persona rider": _rider_runs,
    "13 persona kept": lambda r, s, now: not _as_oneself(r) or "persona" not in s.withdrawn,
    "14 sensitive": lambda r, s, now: not r.sensitive or _item(s, "sensitive"),
    "14 region": lambda r, s, now: r.region == s.terms.region,
    "14 border": lambda r, s, now: not r.cross_border or _item(s, "cross-border"),
    "14 endpoint": lambda r, s, now: r.endpoint == "" or r.endpoint in s.terms.endpoints,
    "14 methods": lambda r, s, now: all(word in s.terms.methods for word in r.methods),
    "14 models": lambda r, s, now: all(word in s.terms.models for word in r.models),
    **{f"15 {name}": condition for name, condition in POLICY.items()},
    **{
        f"16 {field}": _says(field)
        for field in ("party", "audience", "delivery", "kinds", "sources", "purpose")
    },
}
"""Every condition of an act under an agreement. The act is allowed if all hold."""
