# SPDX-License-Identifier: Apache-2.0
"""How much a passage looks like something worth knowing, and of which kind."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.distill.cues import find_cues
from countersign.distill.features import features
from countersign.distill.model import shipped_model
from countersign.distill.passages import Passage, place_of
from countersign.terms import Kind

# Below this chance of being worth anything, the other heads are not asked.
FLOOR = 0.05
_SHORTEST = 12


@dataclass(frozen=True, slots=True)
class Weighed:
    """A passage's worth and chance of being a rule, both in (0, 1), and its kind."""

    worth: float
    rule: float
    kind: Kind


NOTHING = Weighed(0.0, 0.0, Kind.RULE)


def weigh(passages: list[Passage], at: int) -> Weighed:
    """Weigh `passages[at]` between its neighbours."""
    main = passages[at]
    if main.span.form == "code" or len(main.words) < (_SHORTEST if main.words.isascii() else 6):
        return NOTHING
    before = passages[at - 1].words if at else None
    after = passages[at + 1].words if at + 1 < len(passages) else None
    return weigh_words(main.words, before, after, place_of(main))


def weigh_words(
    words: str, before: str | None = None, after: str | None = None, place: list[str] | None = None
) -> Weighed:
    """Weigh an unwrapped sentence that stands between `before` and `after` (None: at an edge)."""
    found = list(features(words, before, after, place or ()))
    model = shipped_model()
    [worth] = model.chances(found, "worth")
    if worth < FLOOR:
        return Weighed(worth, 0.0, Kind.RULE)
    rule, pitfall = model.chances(found, "rule", "pitfall")
    return Weighed(worth, rule, _kind(find_cues(words), rule, pitfall))


def _kind(cues: frozenset[str], rule: float, pitfall: float) -> Kind:
    if cues & {"decided", "zh_decided"} and cues & {"we", "zh_we", "past", "zh_past"}:
        return Kind.DECISION
    if cues & {"steps", "zh_steps"} and cues & {
        "imperative",
        "then_imperative",
        "you_can",
        "zh_steps",
    }:
        return Kind.PROCEDURE
    return (
        Kind.PITFALL if pitfall > rule or ("beware" in cues and pitfall > 0.5 * rule) else Kind.RULE
    )
