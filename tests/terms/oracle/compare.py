# SPDX-License-Identifier: Apache-2.0
"""`decide`, the evaluator and Cedar side by side on many cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from os import nice

from countersign.terms import Permit, decide
from tests.terms.oracle.cases import cases
from tests.terms.oracle.cedar import engine
from tests.terms.oracle.evaluator import RULES, allowed, failing, rule
from tests.terms.oracle.fitting import Case

BLOCK = 10_000
"""Cases of one seed."""
_KEPT = 3


@dataclass(slots=True)
class Tally:
    """What a comparison found. `alone` counts refusals for one reason only, by rule and by condition."""

    cases: int = 0
    permits: int = 0
    unreadable: int = 0
    permits_on_error: int = 0
    disagreements: list[str] = field(default_factory=list)
    first: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Case]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Count `other` in."""
        self.cases += other.cases
        self.permits += other.permits
        self.unreadable += other.unreadable
        self.permits_on_error += other.permits_on_error
        self.disagreements += other.disagreements
        self.first += other.first
        self.alone += other.alone
        for name, found in other.examples.items():
            kept = self.examples.setdefault(name, [])
            kept += found[: _KEPT - len(kept)]

    def report(self) -> str:
        """Return how often each rule refused first, and how often it was the only reason, in %."""
        lines = [f"{self.cases} cases, {self.permits} permits, {len(self.disagreements)} differ"]
        for name in RULES:
            first, alone = (100 * n[name] / self.cases for n in (self.first, self.alone))
            lines.append(f"rule {name:>2}: first {first:5.2f} %, alone {alone:5.2f} %")
        return "\n".join(lines)


def decided(case: Case) -> bool:
    """Tell whether `decide` allows the case."""
    return isinstance(decide(case.request, case.standing, now=case.now), Permit)


def compare(seed: int, count: int = BLOCK) -> Tally:
    """Ask all three about `count` cases of one seed."""
    tally = Tally()
    for case in cases(seed, count):
        _compare_one(tally, case)
    return tally


def _compare_one(tally: Tally, case: Case) -> None:
    asked = (case.request, case.standing, case.now)
    answers = (decided(case), allowed(*asked), engine.allowed(*asked))
    reasons = () if answers[1] else failing(*asked)
    tally.cases += 1
    tally.permits += answers[1]
    if reasons == ("- unreadable",):
        tally.unreadable += 1
        tally.permits_on_error += any(answers)
    if len(set(answers)) > 1 or answers[1] is bool(reasons):
        tally.disagreements.append(f"decide, evaluator, Cedar: {answers}; {reasons}; {case}")
    if not reasons:
        return
    rules = tuple(dict.fromkeys(rule(name) for name in reasons))
    tally.first[rules[0]] += 1
    if len(rules) == 1:
        tally.alone[rules[0]] += 1
    if len(reasons) == 1:
        tally.alone[reasons[0]] += 1
        kept = tally.examples.setdefault(reasons[0], [])
        if len(kept) < _KEPT:
            kept.append(case)


def compare_all(seeds: Sequence[int], *, niceness: int = 0) -> Tally:
    """Compare a block of cases for each seed, two at a time in processes of their own.

    With `niceness` they give way to whatever else runs on the machine.
    """
    spawn = get_context("spawn")
    with ProcessPoolExecutor(2, spawn, initializer=nice, initargs=(niceness,)) as pool:
        return total(pool.map(compare, seeds))


def total(tallies: Iterable[Tally]) -> Tally:
    """Add up tallies."""
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole
