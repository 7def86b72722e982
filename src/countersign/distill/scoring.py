# SPDX-License-Identifier: Apache-2.0
"""How much a passage looks like something worth knowing, and of which kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from countersign.distill.cues import has_chinese
from countersign.distill.features import cue_features, shape_features
from countersign.distill.model import shipped_model
from countersign.distill.passages import Passage, place_of
from countersign.distill.spotting import find_cues
from countersign.terms import Kind

# Below this chance of being worth anything, the other heads are not asked.
FLOOR = 0.1
_SHORTEST = 20  # characters; Chinese says in 6 what English says in 20
_SHORTEST_ZH = 6


@dataclass(frozen=True, slots=True)
class Weighed:
    """A passage's worth and chance of being a rule, both in (0, 1), and its kind."""

    worth: float
    rule: float
    kind: Kind


_ASKING = ("?", "？")
_SETTLED = frozenset({"decided", "zh_decided"})
# What people plainly settled. Mail says such things rarely, so the model undervalues them.
_DECIDED = re.compile(
    r"\b(?:we|the (?:team|group|committee|board)|everyone|it was|(?:he|she|they) and i)(?: have|'ve| all| both| also| finally"
    r"| then| therefore)* (?:decided|agreed|chose|settled|went with|rejected|approved|ruled out|will not|(?:a|')re (?:dropping"
    r"|moving|switching|sticking|going with|keeping))\b|^(?:resolved|decided|agreed|decision|conclusion)\s*[:：]"
    r"|(?:我们|大家|会上|会议|最后|最终|团队).{0,8}(?:决定|一致|同意|确定|通过|选了|选择|放弃|改成|改为|改用|采用)|^(?:结论|决定|决议)",
    re.IGNORECASE,
)
# Without one of these no such sentence; looking for them is much cheaper.
_SETTLING = (
    *(
        "decided",
        "agreed",
        "chose",
        "settled",
        "went with",
        "rejected",
        "approved",
        "ruled out",
        "will not",
        "dropping",
    ),
    *(
        "moving",
        "switching",
        "sticking",
        "going with",
        "keeping",
        "resolved",
        "decision",
        "conclusion",
    ),
)
_WITH_REASON, _WITHOUT = 0.55, 0.3
_PEOPLE = frozenset({"we", "past", "zh_we", "zh_past", "zh_general", "zh_because"})
_DOING = frozenset({"imperative", "then_imperative", "clause_imperative", "zh_steps"})
NOTHING = Weighed(0.0, 0.0, Kind.RULE)


def weigh(passages: list[Passage], at: int) -> Weighed:
    """Weigh `passages[at]` between its neighbours."""
    main = passages[at]
    shortest = _SHORTEST_ZH if has_chinese(main.words) else _SHORTEST
    if main.span.form == "code" or len(main.words) < shortest or main.words.endswith(_ASKING):
        return NOTHING
    before = passages[at - 1].words if at else None
    after = passages[at + 1].words if at + 1 < len(passages) else None
    return weigh_words(main.words, before, after, place_of(main))


def weigh_words(
    words: str, before: str | None = None, after: str | None = None, place: list[str] | None = None
) -> Weighed:
    """Weigh an unwrapped sentence that stands between `before` and `after` (None: at an edge)."""
    cues = find_cues(words)
    model = shipped_model()
    total = _sum_of(cues) + model.total(shape_features(words, before, after, place or ()))
    worth = model.chance(total, "worth")
    if _is_settled(words):
        reason = "because" in cues or "zh_because" in cues
        worth = max(worth, _WITH_REASON if reason else _WITHOUT)
        return Weighed(worth, model.chance(total, "rule"), Kind.DECISION)
    if worth < FLOOR:
        return Weighed(worth, 0.0, Kind.RULE)
    rule, pitfall = model.chance(total, "rule"), model.chance(total, "pitfall")
    return Weighed(worth, rule, _kind(cues, rule, pitfall))


def _is_settled(words: str) -> bool:
    low = words.lower()
    if words.isascii() and not any(word in low for word in _SETTLING):
        return False
    return _DECIDED.search(words) is not None and not words.endswith(_ASKING)


@lru_cache(maxsize=1 << 15)
def _sum_of(cues: frozenset[str]) -> int:
    return shipped_model().total(cue_features(cues))


def _kind(cues: frozenset[str], rule: float, pitfall: float) -> Kind:
    """Tell the kind: settled by people, done in steps, a trap, else a rule."""
    settled = bool(cues & _SETTLED) and bool(cues & _PEOPLE)
    if settled and not cues & {"you_can", "your", "if_start", "zh_you", "zh_if"}:
        return Kind.DECISION
    if cues & {"steps", "zh_steps"} and cues & _DOING:
        return Kind.PROCEDURE
    trap = pitfall > rule or ("beware" in cues and pitfall > 0.5 * rule)
    return Kind.PITFALL if trap else Kind.RULE
