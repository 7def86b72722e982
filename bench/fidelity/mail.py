# SPDX-License-Identifier: Apache-2.0
"""Mail sets: every mail accounted for, key points among the best claims, the labelled pool.

A mail set is a folder with `mbox/` and `gold/`. Its expert is whoever wrote most of the labelled
pool's mails; as the sets count an expert by the name before the @, so do we, by exact equality.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.fidelity.stats import Row, interval, scored
from countersign.claims import Proposal
from countersign.distill import (
    Passage,
    propose,
    read_passages,
    shipped_model,
    split_sentences,
    unwrap,
    weigh,
    weigh_words,
)
from countersign.evidence import Conversation, KeptTrace, Trace
from countersign.ids import ConversationId, TraceId
from countersign.people import Handle
from countersign.sources import read_mbox

_ENVELOPE = re.compile(rb"(?m)(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]* \d{4}\r?$")


@dataclass(frozen=True, slots=True)
class Archive:
    """The distinct mails of a set by Message-ID, and what was counted while reading."""

    traces: dict[str, Trace]
    counts: dict[str, float]


def measure_mail(folder: Path) -> dict[str, float]:
    """Return every metric of one mail set."""
    archive = read_archive(folder)
    found = dict(archive.counts)
    for path in sorted(folder.glob("gold/labelled_pool*.jsonl")):
        pool = _rows(path)
        handles = expert_handles(pool, archive)
        conversations = conversations_of(archive, handles)
        own = sum(k.own for c in conversations for k in c.traces)
        found |= {"own_traces": own, "own_handles": len(handles)}
        for points in sorted(folder.glob("gold/keypoints*.jsonl")):
            found |= key_points(_rows(points), propose(conversations))
        found |= pool_scores(pool, conversations)
    return found


def read_archive(folder: Path) -> Archive:
    """Read every file of the set's `mbox/` and count what became of each mail."""
    traces: dict[str, Trace] = {}
    counted: Counter[str] = Counter()
    for path in sorted((folder / "mbox").iterdir()):
        raw = path.read_bytes()
        body = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        counted["envelopes"] += len(_ENVELOPE.findall(body))
        for record in read_mbox(path, where=path.name, workers=1):
            counted["records"] += 1
            if not isinstance(record, Trace):
                counted[type(record).__name__.lower()] += 1
            elif (record.native or record.locator) in traces:
                counted["duplicate"] += 1
            else:
                traces[record.native or record.locator] = record
    names = ("envelopes", "records", "duplicate", "skip", "reject")
    counts: dict[str, float] = {name: counted[name] for name in names}
    counts["distinct"] = len(traces)
    counts["accounted"] = counted["records"] / max(1, counted["envelopes"])
    return Archive(traces, counts)


def expert_handles(pool: list[dict[str, Any]], archive: Archive) -> set[Handle]:
    """Return every handle in the archive with the name under which most pool mails were written."""
    wrote = [archive.traces[row["msgid"]] for row in pool if row["msgid"] in archive.traces]
    names = Counter(_name(t.author) for t in wrote if t.author is not None)
    expert = max(sorted(names), key=lambda name: names[name], default=None)
    authors = {t.author for t in archive.traces.values() if t.author is not None}
    return {handle for handle in authors if _name(handle) == expert}


def _name(handle: Handle) -> str:
    return handle.value.partition("@")[0]


def conversations_of(archive: Archive, handles: set[Handle]) -> list[Conversation]:
    """Return the archive's conversations, traces by `handles` being own."""
    together: dict[str, list[KeptTrace]] = defaultdict(list)
    for key, t in archive.traces.items():
        thread = ConversationId(t.conversation)
        together[t.conversation].append(KeptTrace(TraceId(key), t.author in handles, thread, t))
    return [Conversation(k[0].conversation, k[0].trace.title, tuple(k)) for k in together.values()]


def key_points(points: list[dict[str, Any]], claims: list[Proposal]) -> dict[str, float]:
    """Return recall and precision of the key points among the best 100 and 500 claims."""
    units = [unit_of(claim) for claim in claims[:500]]
    hits = [{p["id"] for p in points if satisfies(p, *unit)} for unit in units]
    found: dict[str, float] = {"claims": len(claims)}
    for n in (100, 500):
        met = set().union(*hits[:n]) if hits else set()
        recall = [Row(float(p["id"] in met), positive=True) for p in points]
        precise = [Row(float(bool(h)), positive=True) for h in hits[:n]]
        for name, rows in ((f"kp_recall_{n}", recall), (f"kp_precision_{n}", precise)):
            found[name] = _mean(rows)
            found[f"{name}_low"], found[f"{name}_high"] = interval(rows, _mean) if rows else (0, 0)
    return found


def _mean(rows: Sequence[Row]) -> float:
    return sum(r.score for r in rows) / max(1, len(rows))


def unit_of(claim: Proposal) -> tuple[str, str]:
    """Return the claim's main sentence, and that sentence with its neighbours in the same mail."""
    main = claim.citations[0]
    trace = main.trace.trace
    spans = split_sentences(trace.text, trace.written)
    at = next((i for i, s in enumerate(spans) if s.start <= main.start < s.end), 0)
    near = [trace.text[s.start : s.end] for s in spans[max(0, at - 1) : at + 2]]
    return unwrap(main.quote), unwrap(" ".join(near))


def satisfies(point: dict[str, Any], sentence: str, unit: str) -> bool:
    """Tell whether a unit satisfies a key point, as the set's README defines it."""
    groups = [re.compile(g, re.IGNORECASE) for g in point["match_all"]]
    inside = sum(g.search(sentence) is not None for g in groups)
    return (
        all(g.search(unit) for g in groups)
        and inside >= max(1, len(groups) - 1)
        and re.search(point["normative_cue"], sentence, re.IGNORECASE) is not None
    )


def pool_scores(pool: list[dict[str, Any]], conversations: list[Conversation]) -> dict[str, float]:
    """Return the rule metrics of the labelled pool, each sentence weighed in its own mail."""
    mails = _passages(conversations)
    rules: list[Row] = []
    worth: list[Row] = []
    placed = 0
    for row in pool:
        passages = mails.get(row["msgid"], [])
        at = _place(row["text"], passages)
        placed += at is not None
        w = weigh(passages, at) if at is not None else weigh_words(row["text"])
        rules.append(Row(w.rule, row["label"] == "rule", row["weight"]))
        worth.append(Row(w.worth, row["label"] != "none", row["weight"]))
    model = shipped_model()
    found = {"pool_placed": placed / max(1, len(pool))}
    found |= scored("rule", rules, model.cuts["rule"])
    return found | scored("rule_or_gotcha", worth, model.cuts["worth"])


def _passages(conversations: list[Conversation]) -> dict[str, list[Passage]]:
    read: Iterator[list[Passage]] = (p for c in conversations for p in read_passages(c))
    return {str(p[0].kept.id): p for p in read if p}


def _place(text: str, passages: list[Passage]) -> int | None:
    """Return where in its mail a pool sentence stands, comparing words without their spacing."""
    bare = _bare(text)
    for exact in (True, False):
        for i, p in enumerate(passages):
            words = _bare(p.words)
            if words == bare or (
                not exact and len(words) > 15 and (bare in words or words in bare)
            ):
                return i
    return None


def _bare(words: str) -> str:
    return re.sub(r"\W+", "", words).lower()


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
