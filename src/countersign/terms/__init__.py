# SPDX-License-Identifier: Apache-2.0
"""Terms that a person signs, and the one function that decides by them."""

from countersign.terms.benefit import Benefit
from countersign.terms.decide import Permit, Request, Scope, decide, keep_own
from countersign.terms.presets import PRESETS, load_terms, preset, preset_text
from countersign.terms.refusals import Refusal, Refused
from countersign.terms.standing import Standing, State
from countersign.terms.terms import Terms
from countersign.terms.words import (
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
    "PRESETS",
    "Act",
    "Attribution",
    "Audience",
    "Benefit",
    "BenefitKind",
    "Delivery",
    "Gap",
    "Item",
    "Kind",
    "OnLeaving",
    "Period",
    "Permit",
    "Profile",
    "Purpose",
    "Refusal",
    "Refused",
    "Request",
    "Scope",
    "Source",
    "Standing",
    "State",
    "Terms",
    "decide",
    "keep_own",
    "load_terms",
    "preset",
    "preset_text",
]
