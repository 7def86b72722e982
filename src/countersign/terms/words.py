# SPDX-License-Identifier: Apache-2.0
"""The closed sets that terms speak in. What is not here cannot be granted (clause 8)."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a claim is. `style` exists only under a persona rider of its own."""

    RULE = "rule"
    DECISION = "decision"
    PROCEDURE = "procedure"
    PITFALL = "pitfall"
    CRITERION = "criterion"
    OWNERSHIP = "ownership"
    PREFERENCE = "preference"
    VOCABULARY = "vocabulary"
    CONTACT = "contact"
    STYLE = "style"
