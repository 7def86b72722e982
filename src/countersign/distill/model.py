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
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from countersign.distill.features import SIZE, slots
from countersign.errors import Internal


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by head, and for each head the chance from which on a sentence counts as of it."""

    heads: dict[str, array[float]]
    cuts: dict[str, float]

    def chances(self, found: Iterable[str], *names: str) -> list[float]:
        """Return, for each head named, the chance in (0, 1) that the sentence is of it."""
        hashed = slots(iter(found))
        out = []
        for name in names:
            weights = self.heads[name]
            out.append(_squash(math.fsum(weights[slot] * sign for slot, sign in hashed)))
        return out


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
        heads[name] = array("d", (value * head["scale"] for value in signed))
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
