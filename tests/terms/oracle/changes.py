# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG005 - every change is asked in one way
"""Single changes to a case, each of one facet; many break one rule, some stop right before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from countersign.terms import Act, Assessment, BoundBy, Item, Processing, Standing, State
from tests.terms.oracle.fitting import (
    CLAIMS,
    ENDPOINTS,
    MODELS,
    PERSON,
    REGIONS,
    SECOND,
    TOPICS,
    Case,
    chance,
)
from tests.terms.oracle.limiting import draw_bound, tight
from tests.terms.oracle.limits import LEVELS

Change = Callable[[Random, Case], Case]
PURPOSES = ("answer-questions", "review-changes", "onboard", "hand-over")
NO_PURPOSES = ("evaluate-person", "replace-person", "set-workload", "impersonate", "train-models")


def _request(**made: Callable[[Random, Case], Any]) -> Change:
    return lambda dice, case: replace(
        case, request=replace(case.request, **{f: make(dice, case) for f, make in made.items()})
    )


def _standing(**made: Callable[[Random, Standing, datetime], Any]) -> Change:
    def changed(dice: Random, case: Case) -> Case:
        s = case.standing
        if s is None:
            return case
        fields = {field: make(dice, s, case.now) for field, make in made.items()}
        return replace(case, standing=replace(s, **fields))

    return changed


def _one_of(*words: Any) -> Callable[..., Any]:
    return lambda dice, *rest: dice.choice(words)


def _edge(dice: Random, s: Standing, now: datetime) -> datetime:
    """The second itself, the one before, or the one after."""
    return now + SECOND * dice.choice((-1, 0, 0, 1))


def _more(field: str, *words: str) -> Callable[[Random, Case], Any]:
    return lambda dice, case: getattr(case.request, field) | {dice.choice(words)}


def _signed_late(dice: Random, case: Case) -> Case:
    """Signed so that the cooling-off ends about now: the term's hours, 48, or no hours at all."""
    s = case.standing
    if s is None:
        return case
    hours = dice.choice((s.terms.cooling_off_hours, 48, 0))
    return replace(
        case, standing=replace(s, signed_at=_edge(dice, s, case.now) - SECOND * 3600 * hours)
    )


def _unsigned_item(dice: Random, s: Standing, now: datetime) -> Any:
    return s.items - {dice.choice(sorted(s.items))} if s.items else s.items


def _taken_back(dice: Random, s: Standing, now: datetime) -> Any:
    return s.withdrawn | {dice.choice((*sorted(s.items), *_parts(s)))}


def _parts(s: Standing) -> tuple[str, ...]:
    t = s.terms
    groups = {"purpose": t.purposes, "audience": t.audience, "source": t.sources}
    ticks = [f"{group}:{word}" for group, words in groups.items() for word in sorted(words)]
    return (*ticks, *(f"claim:{c}" for c in CLAIMS), *(f"topic:{t}" for t in TOPICS), *Item)


def _asked_back(dice: Random, case: Case) -> Case:
    """Take back exactly something that the request uses."""
    s, r = case.standing, case.request
    if s is None:
        return case
    used = [f"claim:{c}" for c in sorted(r.claims)] + [f"topic:{t}" for t in sorted(r.topics)]
    used += [f"source:{word}" for word in sorted(r.sources)]
    used += [f"{group}:{w}" for group, w in (("purpose", r.purpose), ("audience", r.audience)) if w]
    flags = (r.training, r.persona or "style" in r.kinds, r.sensitive, r.cross_border)
    used += [
        w
        for w, on in zip(("training", "persona", "sensitive", "cross-border"), flags, strict=True)
        if on
    ]
    if not used:
        return case
    return replace(case, standing=replace(s, withdrawn=s.withdrawn | {dice.choice(used)}))


def _unticked(dice: Random, case: Case) -> Case:
    """Something that is asked for was never ticked, or was never in the terms but is ticked."""
    s, r = case.standing, case.request
    if s is None:
        return case
    asked = {f"source:{word}" for word in r.sources} | {f"purpose:{r.purpose}"}
    asked |= {f"audience:{w}" for w in ("team", "company", "client", "everyone")}
    asked |= {"sensitive", "training", "cross-border", "public-release", "short-cooling-off"}
    asked |= {"zero-benefit"}
    return replace(case, standing=replace(s, items=s.items - {dice.choice(sorted(asked))}))


def _ticked_too_much(dice: Random, case: Case) -> Case:
    if case.standing is None:
        return case
    group, field, words = dice.choice(
        (
            ("purpose", "purpose", (*PURPOSES, "train-models", "evaluate-person")),
            ("audience", "audience", ("team", "company", "client", "everyone", "self")),
            ("source", "sources", ("mail", "wechat", "matrix")),
        )
    )
    word = dice.choice(words)
    items = case.standing.items | {f"{group}:{word}", "training", "public-release", "sensitive"}
    said: Any = case.request.sources | {word} if field == "sources" else word
    return replace(
        case,
        standing=replace(case.standing, items=items),
        request=replace(case.request, **{field: said}),
    )


def _old_terms(dice: Random, s: Standing, now: datetime) -> Any:
    return replace(s.terms, v=1)


def _wider(dice: Random, s: Standing, now: datetime) -> Any:
    t, field = s.terms, dice.choice(("purposes", "methods", "kinds", "audience", "models"))
    words = {
        "purposes": (*PURPOSES, "train-models"),
        "methods": ("local", "host-agent", "remote-model"),
        "kinds": ("rule", "pitfall", "contact", "style"),
        "audience": ("team", "company", "client", "everyone"),
        "models": MODELS,
    }[field]
    own = {f: getattr(t, f) for f in ("purposes", "methods", "kinds", "audience", "models")}
    member = type(next(iter(own[field]), ""))
    return Processing(**own | {field: own[field] | {member(dice.choice(words))}})


def _bound(dice: Random, case: Case) -> Case:
    """One bound more that the case keeps within, or made stricter in one place."""
    if case.standing is None:
        return case
    bound = draw_bound(dice, case)
    if chance(dice, 0.85):
        by = bound.by if chance(dice, 0.7) else dice.choice(tuple(BoundBy))
        bound = replace(bound, by=by, limits=tight(dice, case, by, bound.limits))
    if chance(dice, 0.2):
        bound = replace(bound, since=_edge(dice, case.standing, case.now))
    if chance(dice, 0.2):
        bound = replace(bound, until=_edge(dice, case.standing, case.now))
    return replace(case, standing=replace(case.standing, bounds=(*case.standing.bounds, bound)))


def _persona(dice: Random, case: Case) -> Case:
    request = replace(
        case.request,
        persona=True,
        act=dice.choice((Act.ANSWER, Act.ANSWER, case.request.act)),
        delivery=dice.choice(("served", "served", "", "folder")),
    )
    return _standing(persona_until=_edge)(dice, replace(case, request=request))


def _style(dice: Random, case: Case) -> Case:
    case = replace(case, request=replace(case.request, kinds=case.request.kinds | {"style"}))
    if chance(dice, 0.3):
        return _standing(withdrawn=_one_of(frozenset({"persona"})))(dice, case)
    return _standing(persona_until=_edge)(dice, case)


def _training(dice: Random, case: Case) -> Case:
    purpose = dice.choice(("train-models", "train-models", case.request.purpose))
    act = dice.choice((Act.EXPORT, case.request.act))
    training = chance(dice, 0.7)
    return replace(case, request=replace(case.request, purpose=purpose, act=act, training=training))


CHANGES: Mapping[str, tuple[int, Change]] = {
    "missing": (2, _standing(missing=_one_of(("party acme",), ("person lin", "party acme")))),
    "unsigned": (1, _standing(signed_at=_one_of(None))),
    "signed late": (5, _signed_late),
    "state": (2, _standing(state=_one_of(State.SUSPENDED, State.WITHDRAWN))),
    "version 1": (2, _standing(terms=_old_terms)),
    "transferred": (2, _standing(transferred_at=_edge)),
    "incapable": (2, _standing(incapable_at=_edge)),
    "left": (3, _standing(left_at=_edge)),
    "starts": (2, _standing(starts=_edge)),
    "expires": (2, _standing(expires=_edge)),
    "not undertaken": (2, _standing(undertaken=_one_of(False))),
    "level": (3, _standing(person_level=_one_of(*LEVELS[:2]))),
    "represented": (1, _standing(represented=_one_of(True), noticed=_one_of(True, False))),
    "not noticed": (2, _standing(noticed=_one_of(False))),
    "assessment": (2, _standing(assessment=_one_of(Assessment.NONE, Assessment.PREFILLED))),
    "declared": (5, _standing(processing=_wider)),
    "item": (4, _standing(items=_unsigned_item)),
    "taken back": (4, _standing(withdrawn=_taken_back)),
    "asked and taken back": (7, _asked_back),
    "unticked": (6, _unticked),
    "ticked too much": (6, _ticked_too_much),
    "bound": (45, _bound),
    "act": (4, _request(act=_one_of(*Act))),
    "purpose": (5, _request(purpose=_one_of(*PURPOSES, *NO_PURPOSES, "unknown", ""))),
    "audience": (
        4,
        _request(audience=_one_of("self", "team", "company", "client", "everyone", "all", "")),
    ),
    "delivery": (3, _request(delivery=_one_of("folder", "folder", "mailed", ""))),
    "party": (3, _request(party=_one_of("oother", "oother", PERSON, ""))),
    "actor": (2, _request(actor=_one_of("", "okim", PERSON))),
    "callers": (
        4,
        _request(
            callers=lambda dice, case: dice.choice(
                (0, 1, *(_most(case) + n for n in (0, 1, 1))),
            )
        ),
    ),
    "kinds": (2, _request(kinds=_more("kinds", "rule", "contact", "style", "gossip"))),
    "sources": (2, _request(sources=_more("sources", "mail", "notes", "wechat", "diary"))),
    "nothing said": (
        2,
        _request(
            act=_one_of(Act.PUBLISH),
            actor=_one_of(PERSON),
            kinds=lambda dice, case: dice.choice((frozenset(), case.request.kinds)),
            sources=lambda dice, case: dice.choice((frozenset(), case.request.sources)),
        ),
    ),
    "claims": (1, _request(claims=_more("claims", *CLAIMS))),
    "topics": (1, _request(topics=_more("topics", *TOPICS))),
    "persona": (6, _persona),
    "style": (3, _style),
    "training": (3, _training),
    "sensitive": (2, _request(sensitive=_one_of(True))),
    "border": (2, _request(cross_border=_one_of(True))),
    "region": (2, _request(region=_one_of(*REGIONS, ""))),
    "endpoint": (2, _request(endpoint=_one_of(*ENDPOINTS, "other.example"))),
    "methods": (2, _request(methods=_more("methods", "local", "remote-model", "magic"))),
    "models": (2, _request(models=_more("models", *MODELS, "other"))),
    "vault": (1, _request(vault_of=_one_of(PERSON, "pother"))),
}
"""Every change with its weight."""


def _most(case: Case) -> int:
    return 1 if case.standing is None else case.standing.terms.callers_at_most
