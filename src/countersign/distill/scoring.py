# SPDX-License-Identifier: Apache-2.0
"""How much a passage looks like something worth knowing, and of which kind."""

from __future__ import annotations

import math

from countersign.distill.cues import find_cues
from countersign.distill.passages import Passage
from countersign.terms import Kind

_HAND: dict[str, float] = {
    "must": 0.8, "should": 1.0, "never": 0.8, "always": 1.0, "beware": 0.9, "prefer": 0.9, "policy": 0.6,
    "you_can": 0.2, "if_start": 0.3, "if": 0.3, "because": 0.4, "harm": 0.4, "correct": 0.1, "only": 0.2,
    "decided": 0.2, "steps": 0.3, "imperative": 0.9, "then_imperative": 0.8, "clause_imperative": 0.3, "way": 0.4,
    "general": 0.5, "a_subject": 0.6, "is_subject": 0.2, "i": -1.0, "i_start": -0.5, "me": -0.5, "opinion": 0.2,
    "your": -0.4, "past": -0.7, "now": -0.6, "hedge": -0.4, "greeting": -2.0, "thanks": -1.5, "chat": -0.6,
    "deictic": -0.7, "pointing": -0.4, "question": -2.0, "ask_you": -1.0, "colon_end": -0.8, "link": -0.6,
    "number_ref": -0.6, "exclaim": -0.2, "smile": -0.5, "fragment": -0.4, "ellipsis": -0.4,
    "zh_must": 1.0, "zh_never": 1.0, "zh_if": 0.4, "zh_because": 0.4, "zh_harm": 0.4, "zh_decided": 0.3,
    "zh_steps": 0.4, "zh_prefer": 0.5, "zh_general": 0.4, "zh_i": -0.8, "zh_you": -0.1, "zh_past": -0.6,
    "zh_thanks": -1.5, "zh_question": -2.0, "zh_hedge": -0.5, "zh_deictic": -0.6, "zh_speech": -0.5,
}  # fmt: skip


def score(passage: Passage) -> tuple[float, Kind]:
    """Return the passage's worth in (0, 1) and its kind."""
    cues = find_cues(passage.words)
    total = sum(_HAND.get(c, 0.0) for c in sorted(cues)) - 2.0
    total += 0.2 * passage.answers + 0.1 * passage.thanked
    size = len(passage.words) if passage.words.isascii() else 3 * len(passage.words)
    if size < 30:
        total -= 1.5
    elif size > 350:
        total -= 0.7
    if passage.span.form == "code":
        total -= 6
    return 1 / (1 + math.exp(-total)), _kind(cues)


def _kind(cues: frozenset[str]) -> Kind:
    if cues & {"decided", "zh_decided"} and cues & {"we", "zh_we", "past"}:
        return Kind.DECISION
    if cues & {"steps", "zh_steps"} and cues & {"imperative", "zh_steps", "you_can"}:
        return Kind.PROCEDURE
    if cues & {"beware"} or (
        cues & {"harm", "zh_harm"} and not cues & {"should", "must", "imperative"}
    ):
        return Kind.PITFALL
    return Kind.RULE
