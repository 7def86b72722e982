# SPDX-License-Identifier: Apache-2.0
"""Sets of labelled sentences, scored by the sentence model alone, without a message around them."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.fidelity.stats import Row, scored
from countersign.distill import features, shipped_model, weigh_words


def measure_tc39(folder: Path) -> dict[str, float]:
    """Return P/R/F1/AP of label 1 over every `sentences*.jsonl*`."""
    rows = [r for path in sorted(folder.glob("sentences*.jsonl*")) for r in _jsonl(path)]
    return scored("conclusion", [Row(_settled(r["text"]), bool(r["label"])) for r in rows], _cut())


def measure_w3c(folder: Path) -> dict[str, float]:
    """Return line F1/AP: unique resolutions and proposals against nine times as many turns."""
    lines = [r for path in sorted(folder.glob("lines*.tsv*")) for r in _table(path)]
    settled = sorted({r["text"] for r in lines if r["kind"] in ("resolution", "proposal")})
    turns = [r["text"] for r in lines if r["kind"] == "turn" and len(r["text"].split()) >= 3]
    return scored("resolution", _against(settled, turns, _settled), _cut())


def measure_p3c(folder: Path) -> dict[str, float]:
    """Return rule F1/AP against Chinese talk, nine negatives a rule (`zh-vcsum`, `zh-crosswoz`)."""
    rules = [r["text"] for path in sorted(folder.glob("rules*.jsonl")) for r in _jsonl(path)]
    talk = [*_meeting_sentences(folder.parent / "zh-vcsum"), *_dialogues(folder.parent)]
    rows = _against(rules, talk, lambda text: weigh_words(text).worth)
    return scored("rule", rows, shipped_model().cuts["worth"])


def measure_vcsum(folder: Path) -> dict[str, float]:
    """Return salience F1/AP: positive when any word is highlighted, sentences over 3 signs."""
    rows = []
    for path in sorted(folder.glob("short*.jsonl*")):
        for r in _jsonl(path):
            for turn, flags in zip(r["context"], r["highlights"], strict=True):
                for words, marks in zip(turn, flags, strict=True):
                    if len(words) > 3:
                        rows.append(Row(weigh_words(words).worth, any(marks)))
    return scored("salience", rows, shipped_model().cuts["worth"])


def _settled(text: str) -> float:
    return shipped_model().chances(list(features(text)), "decision")[0]


def _cut() -> float:
    return shipped_model().cuts["decision"]


def _against(positives: list[str], negatives: Iterable[str], score: Any) -> list[Row]:
    """Nine negatives a positive, drawn before duplicates are removed, by `random.Random(1)`."""
    pool = list(negatives)
    drawn = random.Random(1).sample(pool, min(len(pool), 9 * len(positives)))
    negative = sorted(set(drawn) - set(positives))
    return [Row(score(t), True) for t in positives] + [Row(score(t), False) for t in negative]


def _meeting_sentences(folder: Path) -> list[str]:
    paths = sorted(folder.glob("short*.jsonl*"))
    return [s for p in paths for r in _jsonl(p) for turn in r["context"] for s in turn]


def _dialogues(data: Path) -> list[str]:
    paths = sorted((data / "zh-crosswoz").glob("*.jsonl*"))
    return [m["content"] for p in paths for r in _jsonl(p) for m in r["messages"]]


def _text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")


def _jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _text(path).split("\n") if line.strip()]


def _table(path: Path) -> list[dict[str, str]]:
    lines = _text(path).split("\n")
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return [r for r in rows if r.get("text")]
