# SPDX-License-Identifier: Apache-2.0
"""Slack exports: how many message objects were read, how many mentions became names."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from pathlib import Path

from countersign.evidence import Reject, Trace
from countersign.sources import read_slack

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_DAY = re.compile(r"[^/]+/\d{4}-\d\d-\d\d\.json$")


def measure_slack(folder: Path) -> dict[str, float]:
    """Return parse rate and mention resolution over every export zip of the set."""
    counted: Counter[str] = Counter()
    for path in sorted(folder.glob("*.zip")):
        counted += _raw(path)
        for record in read_slack(path, where=path.name):
            counted[type(record).__name__.lower()] += 1
            if isinstance(record, Trace):
                counted["unresolved"] += len(re.findall(r"@[UW][A-Z0-9]{7,}\b", record.text))
    # Whatever is no message object (roster files and the like) is counted as skipped beside them.
    yielded = counted["trace"] + counted["skip"]
    return {
        "objects": counted["objects"],
        "parse_rate": min(1.0, yielded / max(1, counted["objects"])),
        "trace_rate": counted["trace"] / max(1, counted["objects"]),
        "rejected": counted[Reject.__name__.lower()],
        "mentions": counted["mentions"],
        "mention_resolution": 1 - counted["unresolved"] / max(1, counted["mentions"]),
    }


def _raw(path: Path) -> Counter[str]:
    counted: Counter[str] = Counter()
    with zipfile.ZipFile(path) as z:
        for name in (n for n in z.namelist() if _DAY.search(n)):
            for thing in json.loads(z.read(name)):
                counted["objects"] += 1
                counted["mentions"] += len(_MENTION.findall(thing.get("text") or ""))
    return counted
