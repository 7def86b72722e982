# SPDX-License-Identifier: Apache-2.0
"""Terms that a person signs, and the one function that decides by them."""

from countersign.terms import tables
from countersign.terms.benefit import Benefit
from countersign.terms.card import Card, card, render_card
from countersign.terms.decide import Permit, Request, Scope, decide, keep_own
from countersign.terms.diff import Difference, diff
from countersign.terms.load import standing, standings
from countersign.terms.offers import (
    OfferState,
    agreements,
    make_offer,
    offer_state,
    offers,
)
from countersign.terms.presets import PRESETS, load_terms, preset, preset_text
from countersign.terms.refusals import Refusal, Refused
from countersign.terms.register import (
    Record,
    keep_record,
    mark_logged,
    record,
    records,
    unlogged,
)
from countersign.terms.signing import sign_offer
from countersign.terms.standing import Standing, State
from countersign.terms.terms import Terms
from countersign.terms.text.contract import contract_text
from countersign.terms.text.facts import Facts, Side
from countersign.terms.text.meanings import Meaning, meaning
from countersign.terms.withdrawal import (
    Erasure,
    erasures,
    mark_erased,
    resume,
    suspend,
    withdraw,
)
from countersign.terms.words import (
    NEVER,
    Act,
    Attribution,
    Audience,
    BenefitKind,
    Delivery,
    Gap,
    Item,
    Kind,
    OnLeaving,
    Period,
    Profile,
    Purpose,
    Source,
)

__all__ = [
    "NEVER",
    "PRESETS",
    "Act",
    "Attribution",
    "Audience",
    "Benefit",
    "BenefitKind",
    "Card",
    "Delivery",
    "Difference",
    "Erasure",
    "Facts",
    "Gap",
    "Item",
    "Kind",
    "Meaning",
    "OfferState",
    "OnLeaving",
    "Period",
    "Permit",
    "Profile",
    "Purpose",
    "Record",
    "Refusal",
    "Refused",
    "Request",
    "Scope",
    "Side",
    "Source",
    "Standing",
    "State",
    "Terms",
    "agreements",
    "card",
    "contract_text",
    "decide",
    "diff",
    "erasures",
    "keep_own",
    "keep_record",
    "load_terms",
    "make_offer",
    "mark_erased",
    "mark_logged",
    "meaning",
    "offer_state",
    "offers",
    "preset",
    "preset_text",
    "record",
    "records",
    "render_card",
    "resume",
    "sign_offer",
    "standing",
    "standings",
    "suspend",
    "tables",
    "unlogged",
    "withdraw",
]
