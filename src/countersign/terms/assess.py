# SPDX-License-Identifier: Apache-2.0
"""The impact assessment that terms of the light profile answer by themselves (clause 30)."""

from __future__ import annotations

from typing import Any

from countersign.seal import canonical
from countersign.terms.terms import Terms


def prefilled_answers(terms: Terms) -> dict[str, Any]:
    """Return the five questions' answers that follow from the terms alone."""
    return {
        "what": sorted(terms.kinds),
        "why": sorted(terms.purposes),
        "who": {"audience": sorted(terms.audience), "callersAtMost": terms.callers_at_most},
        "risks": {"sensitive": terms.sensitive, "crossBorder": terms.cross_border},
        "measures": {
            "reviewOfEveryClaim": True,
            "delivery": terms.delivery.value,
            "coolingOffHours": terms.cooling_off_hours,
            "termDays": terms.term_days,
        },
    }


def short_texts(terms: Terms) -> dict[str, str]:
    """Return the text of the prefilled assessment by language."""
    return {"en": canonical(prefilled_answers(terms)).decode()}
