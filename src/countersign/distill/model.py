# SPDX-License-Identifier: Apache-2.0
"""The linear model: one weight per slot and head, read once from a small file in the package.

`weights.json` = {"size", "cuts", "heads": {name: {"scale", "weights"}}}, where `weights` is
base64 over zlib over `size` signed bytes; a weight is its byte times `scale`. The bias is the
feature of that name. Made by `python -m bench.train`; nothing in it can be turned back into words.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from countersign.distill.features import SIZE, slots
from countersign.errors import Internal

_FIELD = 24  # bits of one head's sum; a sentence would need 60,000 features to leave them
_MOST = 300_000  # features remembered


@dataclass(frozen=True, slots=True)
class Head:
    """One head's weights: a signed byte for each slot, and what to multiply each by."""

    weights: array[int]
    scale: float


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by head, and for each head the chance from which on a sentence counts as of it.

    The heads' weights of a feature lie side by side in one whole number, so that one sum of whole
    numbers serves all heads, exactly, and in any order.
    """

    heads: dict[str, Head]
    cuts: dict[str, float]
    _known: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def chances(self, found: Iterable[str], *names: str) -> list[float]:
        """Return, for each head named, the chance in (0, 1) that the sentence is of it."""
        total = self.total(found)
        return [self.chance(total, name) for name in names]

    def total(self, found: Iterable[str]) -> int:
        """Return the sum of the weights of the distinct features `found`, for `chance` to read."""
        known = self._known
        return sum([known[f] if f in known else self._look_up(f) for f in dict.fromkeys(found)])

    def chance(self, total: int, name: str) -> float:
        """Return the chance in (0, 1) that a sentence with this sum is of the head `name`."""
        for head in self.heads:
            low = ((total + (1 << _FIELD - 1)) & ((1 << _FIELD) - 1)) - (1 << _FIELD - 1)
            if head == name:
                return _squash(low * self.heads[head].scale)
            total = (total - low) >> _FIELD
        raise KeyError(name)

    def _look_up(self, feature: str) -> int:
        [(slot, sign)] = slots(iter((feature,)))
        packed = 0
        for i, head in enumerate(self.heads.values()):
            packed += head.weights[slot] * sign << i * _FIELD
        if len(self._known) > _MOST:
            self._known.clear()
        self._known[feature] = packed
        return packed


def _squash(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def shipped_model() -> Model:
    """Return the model that ships with the package, read on first use."""
    text = files("countersign.distill").joinpath("weights.json").read_text(encoding="utf-8")
    return read_model(text)


def read_model(text: str) -> Model:
    """Read a weights file; raises `Internal` when it was made for other features."""
    raw = json.loads(text)
    if raw["size"] != SIZE:
        raise Internal("The weights do not fit the features.", remedy="Run python -m bench.train.")
    heads = {}
    for name, head in raw["heads"].items():
        signed = array("b", zlib.decompress(base64.b64decode(head["weights"])))
        heads[name] = Head(signed, head["scale"])
    return Model(heads, raw["cuts"])


def write_model(heads: dict[str, list[float]], cuts: dict[str, float]) -> str:
    """Return the weights file for `heads`, each rounded to signed bytes."""
    packed = {}
    for name, weights in heads.items():
        scale = max(abs(w) for w in weights) / 127
        signed = array("b", (round(w / scale) for w in weights))
        body = base64.b64encode(zlib.compress(signed.tobytes(), 9)).decode("ascii")
        packed[name] = {"scale": scale, "weights": body}
    return json.dumps({"size": SIZE, "cuts": cuts, "heads": packed}, indent=1) + "\n"
