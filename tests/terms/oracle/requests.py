# SPDX-License-Identifier: Apache-2.0
"""Requests that terms cover, and acts inside one's own vault, drawn with own dice."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from countersign.terms import Act, Audience, Delivery, Purpose, Request, Standing
from tests.terms.oracle.fitting import ASKER, CLAIMS, PERSON, TOPICS, chance, some
from tests.terms.oracle.rules import BY_THE_PERSON

_REACHES = {
    Audience.SELF: (Audience.SELF,),
    Audience.TEAM: (Audience.TEAM,),
    Audience.COMPANY: (Audience.COMPANY, Audience.TEAM),
    Audience.CLIENT: (Audience.CLIENT,),
    Audience.EVERYONE: (Audience.TEAM, Audience.COMPANY, Audience.CLIENT, Audience.EVERYONE),
}


def draw_request(dice: Random, standing: Standing) -> Request:
    """Return an act that the terms of `standing` cover."""
    terms = standing.terms
    act = dice.choice((*Act, Act.ANSWER, Act.EXPORT))
    spoken = act in (Act.ANSWER, Act.EXPORT) or chance(dice, 0.5)
    placed = act not in (Act.KEEP, Act.DISTILL) or chance(dice, 0.5)
    audience = dice.choice(_REACHES[dice.choice(sorted(terms.audience))])
    purposes = sorted(terms.purposes - {Purpose.TRAIN_MODELS})
    delivery = Delivery.SERVED if chance(dice, 0.6) else terms.delivery
    published = 1 if act is Act.PUBLISH else 0
    request = Request(
        act=act,
        actor=PERSON if act in BY_THE_PERSON else dice.choice((ASKER, PERSON, standing.party)),
        party=standing.party,
        purpose=dice.choice(purposes) if spoken else "",
        audience=audience if placed else "",
        delivery=delivery if placed else "",
        kinds=frozenset(map(str, some(dice, terms.kinds, published))),
        sources=frozenset(map(str, some(dice, terms.sources, published))),
        sensitive=terms.sensitive and chance(dice, 0.5),
        cross_border=terms.cross_border and chance(dice, 0.5),
        region=terms.region,
        endpoint=dice.choice((*sorted(terms.endpoints), "")),
        callers=dice.choice((1, terms.callers_at_most, dice.randint(1, terms.callers_at_most))),
        methods=frozenset(map(str, some(dice, terms.methods))),
        models=some(dice, terms.models),
        claims=some(dice, CLAIMS),
        topics=some(dice, TOPICS),
    )
    if terms.training and act is Act.EXPORT and chance(dice, 0.6):
        return replace(request, training=True, purpose=Purpose.TRAIN_MODELS)
    if terms.persona and act is Act.ANSWER and chance(dice, 0.6):
        return replace(request, persona=True, delivery=Delivery.SERVED)
    return request


def draw_vault(dice: Random) -> Request:
    """Return an act that stays inside the vault of the one who acts."""
    return Request(
        act=dice.choice((Act.KEEP, Act.DISTILL, Act.EXPORT)),
        actor=PERSON,
        party=dice.choice(("", PERSON)),
        purpose=dice.choice(("", "onboard", "evaluate-person", "unknown")),
        audience=dice.choice(("", "everyone")),
        kinds=some(dice, ("rule", "unknown")),
        sensitive=chance(dice, 0.3),
        callers=dice.choice((0, 1, 999)),
        vault_of=PERSON,
        claims=some(dice, CLAIMS),
    )
