# SPDX-License-Identifier: Apache-2.0
"""Terms that a person signs, and the one function that decides by them."""

from countersign.terms import tables
from countersign.terms.benefit import Benefit
from countersign.terms.card import Card, card, render_card
from countersign.terms.decide import Permit, Scope, decide, keep_own
from countersign.terms.diff import Difference, diff
from countersign.terms.limits import Always, Breach, Limits, Never, breaches
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
from countersign.terms.request import Request
from countersign.terms.signing import sign_offer
from countersign.terms.standing import (
    Assessment,
    Bound,
    BoundBy,
    Processing,
    Standing,
    State,
)
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
    TOGGLES,
    Act,
    Attribution,
    Audience,
    BenefitKind,
    Delivery,
    Gap,
    HandOffHours,
    Item,
    Kind,
    Method,
    OnLeaving,
    Period,
    Profile,
    Purpose,
    Representation,
    Source,
    Successor,
    TakeAlong,
)

__all__ = [
    "NEVER",
    "PRESETS",
    "TOGGLES",
    "Act",
    "Always",
    "Assessment",
    "Attribution",
    "Audience",
    "Benefit",
    "BenefitKind",
    "Bound",
    "BoundBy",
    "Breach",
    "Card",
    "Delivery",
    "Difference",
    "Erasure",
    "Facts",
    "Gap",
    "HandOffHours",
    "Item",
    "Kind",
    "Limits",
    "Meaning",
    "Method",
    "Never",
    "OfferState",
    "OnLeaving",
    "Period",
    "Permit",
    "Processing",
    "Profile",
    "Purpose",
    "Record",
    "Refusal",
    "Refused",
    "Representation",
    "Request",
    "Scope",
    "Side",
    "Source",
    "Standing",
    "State",
    "Successor",
    "TakeAlong",
    "Terms",
    "agreements",
    "breaches",
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
