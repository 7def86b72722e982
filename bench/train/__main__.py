# SPDX-License-Identifier: Apache-2.0
"""Fit the local engine's weights: `python -m bench.train --data DIR [--out FILE]`.

Needs the dependency group `train`. Prints what cross-validation on our own labels says, fixes the
threshold there too (never on the answers that measure us), and writes the weights file.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.train.inputs import ALL, Example, read_examples
from bench.train.prior import CUES
from countersign.distill import SIZE, slots, write_model

# The group `train` is not installed where the project is only checked, so nothing here is typed.
np: Any = import_module("numpy")
sparse: Any = import_module("scipy.sparse")
linear: Any = import_module("sklearn.linear_model")
metrics: Any = import_module("sklearn.metrics")
selection: Any = import_module("sklearn.model_selection")

STRENGTH = 0.05  # inverse regularization, chosen by cross-validation on our labels
PRIOR = 0.5  # how much of the prior enters as one feature


def _table(examples: list[Example]) -> Any:
    rows = [slots(iter(e.found)) for e in examples]
    starts = np.cumsum([0, *(len(r) for r in rows)])
    signs = np.array([sign for r in rows for _, sign in r], dtype=float)
    places = np.array([slot for r in rows for slot, _ in r])
    return sparse.csr_matrix((signs, places, starts), shape=(len(rows), SIZE))


def _prior(examples: list[Example]) -> Any:
    return np.array(
        [[sum(CUES.get(f[2:], 0.0) for f in e.found if f[:2] == "c:")] for e in examples]
    )


def _is(head: str, e: Example) -> bool:
    if head == "worth":
        return e.kind != "none"
    # A rule to the score is whatever asks for something; how it is phrased is the kind's matter.
    return e.kind in ("rule", "procedure") if head == "rule" else e.kind == head


def _tests(head: str, e: Example) -> bool:
    """Tell whether `e` may test `head`: minutes test decisions, drawn mail tests all the rest."""
    return (e.heads == ("decision",)) == (head == "decision")


def _fit(table: Any, labels: Any, weights: Any) -> Any:
    return linear.LogisticRegression(C=STRENGTH, max_iter=500).fit(
        table, labels, sample_weight=weights
    )


def _folded(fit: Any, *, prior: bool) -> list[float]:
    """Return one weight per slot: the learned ones, the prior's cues and the intercept folded in."""
    weights = np.array(fit.coef_[0][:SIZE], dtype=float)
    extra = {"bias": float(fit.intercept_[0])}
    if prior:
        extra |= {f"c:{cue}": PRIOR * float(fit.coef_[0][SIZE]) * v for cue, v in CUES.items()}
    for name, value in extra.items():
        [(slot, sign)] = slots(iter([name]))
        weights[slot] += sign * value
    return [float(w) for w in weights]


def _threshold(examples: list[Example], table: Any, head: str) -> float:
    """Print the cross-validated worth of `head`; return the chance with the best F1.

    Each label counts for the sentences it was drawn to represent.
    """
    drawn = np.array([i for i, e in enumerate(examples) if e.stands_for > 0 and _tests(head, e)])
    labels = np.array([_is(head, e) for e in examples])
    weights = np.array([e.weight for e in examples])
    chance = np.zeros(len(examples))
    folds = selection.StratifiedKFold(5, shuffle=True, random_state=1)
    for _, held in folds.split(drawn, labels[drawn]):
        kept = np.ones(len(examples), dtype=bool)
        kept[drawn[held]] = False
        fit = _fit(table[kept], labels[kept], weights[kept])
        chance[drawn[held]] = fit.predict_proba(table[drawn[held]])[:, 1]
    counts = np.array([examples[i].stands_for for i in drawn])
    for name, by in (("as drawn", None), ("as in the archive", counts)):
        ap = metrics.average_precision_score(labels[drawn], chance[drawn], sample_weight=by)
        print(f"{head} {name}: AP {ap:.3f}", file=sys.stderr)
    p, r, cut = metrics.precision_recall_curve(labels[drawn], chance[drawn], sample_weight=counts)
    f1 = 2 * p * r / np.maximum(p + r, 1e-9)
    best = int(np.argmax(f1[:-1]))
    print(f"{head}: F1 {f1[best]:.3f} at {cut[best]:.3f}", file=sys.stderr)
    return float(cut[best])


def main() -> None:
    """Read the examples, fit each head, write the file."""
    ask = argparse.ArgumentParser(prog="python -m bench.train", description=__doc__)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--out", type=Path, default=Path("src/countersign/distill/weights.json"))
    args = ask.parse_args()
    examples = read_examples(args.data)
    heads: dict[str, list[float]] = {}
    cuts: dict[str, float] = {}
    for head in ALL:
        mine = [e for e in examples if head in e.heads]
        # The prior speaks of worth and of rules; the other heads tell kinds apart by themselves.
        prior = head in ("worth", "rule")
        plain = _table(mine)
        table = sparse.hstack([plain, PRIOR * _prior(mine)]).tocsr() if prior else plain
        cuts[head] = round(_threshold(mine, table, head), 3)
        labels = np.array([_is(head, e) for e in mine])
        weights = np.array([e.weight for e in mine])
        heads[head] = _folded(_fit(table, labels, weights), prior=prior)
    args.out.write_text(write_model(heads, cuts), encoding="utf-8")


if __name__ == "__main__":
    main()
