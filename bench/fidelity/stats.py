# SPDX-License-Identifier: Apache-2.0
"""Weighted precision, recall, F1, average precision, and bootstrap intervals. Fixed seeds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One judged item: its score, whether it is truly positive, how many items it stands for."""

    score: float
    positive: bool
    weight: float = 1.0


def prf(rows: Sequence[Row], threshold: float) -> tuple[float, float, float]:
    """Return precision, recall and F1 of "score >= threshold"; 0 where undefined."""
    hit = sum(r.weight for r in rows if r.positive and r.score >= threshold)
    said = sum(r.weight for r in rows if r.score >= threshold)
    true = sum(r.weight for r in rows if r.positive)
    precision, recall = hit / said if said else 0.0, hit / true if true else 0.0
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def average_precision(rows: Sequence[Row]) -> float:
    """Return the area under precision over recall, by steps; equal scores form one step."""
    true = sum(r.weight for r in rows if r.positive)
    by_score: dict[float, list[Row]] = {}
    for r in rows:
        by_score.setdefault(r.score, []).append(r)
    hit = said = area = 0.0
    for score in sorted(by_score, reverse=True):
        step = sum(r.weight for r in by_score[score] if r.positive)
        hit += step
        said += sum(r.weight for r in by_score[score])
        area += step * hit / said
    return area / true if true else 0.0


def interval(rows: Sequence[Row], measure: Callable[[Sequence[Row]], float]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of `measure` over `rows`."""
    draw = random.Random(7)
    found = sorted(measure(draw.choices(rows, k=len(rows))) for _ in range(ROUNDS))
    return found[int(0.025 * ROUNDS)], found[int(0.975 * ROUNDS) - 1]


def scored(name: str, rows: Sequence[Row], threshold: float) -> dict[str, float]:
    """Return P, R, F1 and AP of `rows` under `name`, the latter two with their intervals."""
    precision, recall, f1 = prf(rows, threshold)
    out = {f"{name}_p": precision, f"{name}_r": recall, f"{name}_f1": f1}
    out[f"{name}_f1_low"], out[f"{name}_f1_high"] = interval(rows, lambda r: prf(r, threshold)[2])
    out[f"{name}_ap"] = average_precision(rows)
    out[f"{name}_ap_low"], out[f"{name}_ap_high"] = interval(rows, average_precision)
    return out
