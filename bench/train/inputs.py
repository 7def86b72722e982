# SPDX-License-Identifier: Apache-2.0
"""What the local engine's model may learn from, and nothing else.

- `seed_en.jsonl`, `seed_zh.jsonl`: sentences written for this purpose, across many trades.
- `labels.tsv`: our labels on sentences of public mail, review comments and chat, kept by digest
  only: the words are read from the data folder, and where it is absent the label is not used.
- Minutes (what was settled against what was said) for the head `decision`; Chinese talk without
  advice as examples of `none`.

The answers that measure us are never opened here, nor are sentences by the people whom they are
about: a test reads this file for it.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import json
import random
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countersign.distill import Passage, features, place_of, read_passages, split_sentences, unwrap
from countersign.evidence import Conversation, KeptTrace, Range, Trace
from countersign.ids import ConversationId, TraceId
from countersign.sources import read_mbox

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled sentence: its features, its kind (`none` included), how much it weighs.

    `heads` names the heads that may learn from it; `stands_for` is how many sentences of its
    archive it was drawn to represent, 0 where it was not drawn at random.
    """

    words: str
    found: tuple[str, ...]
    kind: str
    weight: float
    heads: tuple[str, ...]
    stands_for: float = 0.0


ALL = ("worth", "rule", "pitfall", "procedure", "decision")


def read_examples(data: Path) -> list[Example]:
    """Return everything there is to learn from under `data`, in a fixed order."""
    return [*_seeds(), *_labelled(data), *_minutes(data), *_chinese_talk(data)]


def _seeds() -> Iterator[Example]:
    for name in ("seed_en.jsonl", "seed_zh.jsonl"):
        weight = 0.3 if name == "seed_en.jsonl" else 1.0
        for line in (HERE / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Example(row["text"], tuple(features(row["text"])), row["kind"], weight, ALL)


def _labelled(data: Path) -> Iterator[Example]:
    with (HERE / "labels.tsv").open(encoding="utf-8", newline="") as f:
        labels = {row[0]: (row[1], float(row[2])) for row in csv.reader(f, delimiter="\t")}
    for words, found in (*_mail(data), *_comments(data)):
        kind, stands_for = labels.pop(digest(words), ("", 0.0))
        if kind:
            yield Example(words, found, kind, 1.0, ALL, stands_for)


def digest(words: str) -> str:
    """Return the digest under which a sentence's label is kept."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _mail(data: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for conversation in mail_of_others(data):
        for passages in read_passages(conversation):
            for p in passages:
                yield p.words, features_of(p, passages)


def features_of(p: Passage, passages: list[Passage]) -> tuple[str, ...]:
    """Return the features of a passage between its neighbours."""
    before = passages[p.index - 1].words if p.index else None
    after = passages[p.index + 1].words if p.index + 1 < len(passages) else None
    return tuple(features(p.words, before, after, place_of(p)))


def mail_of_others(data: Path) -> Iterator[Conversation]:
    """Yield the mail archives' conversations, all traces own but those of the busiest author.

    The busiest author of an archive is the one whom measures are about: their words are context.
    """
    for folder in sorted(data.glob("*-mail/mbox")):
        traces: dict[str, Trace] = {}
        for path in sorted(folder.iterdir()):
            for record in read_mbox(path, where=path.name, workers=1):
                if isinstance(record, Trace):
                    traces.setdefault(record.native or record.locator, record)
        expert = _busiest(list(traces.values()))
        by_thread: dict[str, list[KeptTrace]] = defaultdict(list)
        for key, t in traces.items():
            own = t.author is not None and t.author.value.partition("@")[0] != expert
            thread = ConversationId(t.conversation)
            by_thread[t.conversation].append(KeptTrace(TraceId(key), own, thread, t))
        for thread_id, kept in by_thread.items():
            yield Conversation(ConversationId(thread_id), kept[0].trace.title, tuple(kept))


def _busiest(traces: list[Trace]) -> str:
    counted = Counter(t.author.value.partition("@")[0] for t in traces if t.author)
    return max(sorted(counted), key=lambda name: counted[name])


def _comments(data: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the sentences of review comments and chat, which have no neighbours here."""
    for text in (*_review_comments(data), *_chat(data)):
        for span in split_sentences(text, [Range(0, len(text))] if text else []):
            words = unwrap(text[span.start : span.end])
            yield words, tuple(features(words))


def _review_comments(data: Path) -> Iterator[str]:
    for path in sorted(data.glob("nova-review/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["message"]
    for path in sorted(data.glob("ietf-review/*.json.gz")):
        archive = json.loads(gzip.decompress(path.read_bytes()))
        for pull in archive["pulls"]:
            for review in pull.get("reviews") or []:
                for comment in review.get("comments") or []:
                    yield re.sub("(?m)^>.*$", "", comment.get("body") or "")


def _chat(data: Path) -> Iterator[str]:
    for path in sorted(data.glob("zulip-pr-reviews/*.zip")):
        with zipfile.ZipFile(path) as z:
            for name in (n for n in z.namelist() if n.endswith(".json")):
                topic = json.loads(z.read(name))
                yield from (_bare(m["content"]) for m in topic if isinstance(m, dict))
    for path in sorted(data.glob("slack-disentangled/*.xml.gz")):
        xml = gzip.decompress(path.read_bytes()).decode("utf-8")
        yield from (html.unescape(t) for t in re.findall("(?s)<text>(.*?)</text>", xml))


def _bare(content: str) -> str:
    shown = re.sub("(?s)<blockquote>.*?</blockquote>|<pre>.*?</pre>", "", content)
    return html.unescape(re.sub("<[^>]+>", "", shown))


def _minutes(data: Path) -> Iterator[Example]:
    rows: list[tuple[str, int]] = []
    for path in sorted(data.glob("tc39/sentences.jsonl")):
        sentences = [json.loads(s) for s in path.read_text(encoding="utf-8").splitlines()]
        rows += [(s["text"], s["label"]) for s in sentences]
    for path in sorted(data.glob("w3c-minutes/lines.tsv.gz")):
        rows += _lines(gzip.decompress(path.read_bytes()).decode("utf-8"))
    talk = [row for row in rows if not row[1]]
    settled_rows = [row for row in rows if row[1]]
    some = random.Random(3).sample(talk, min(len(talk), 5 * len(settled_rows)))
    for words, settled in settled_rows + some:
        kind = "decision" if settled else "none"
        yield Example(words, tuple(features(words)), kind, 0.1, ("decision",), 1.0)


def _lines(text: str) -> list[tuple[str, int]]:
    table: list[dict[str, Any]] = list(
        csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    )
    return [
        (row["text"], int(row["kind"] in ("proposal", "resolution")))
        for row in table
        if row["text"] and len(row["text"].split()) > 2
    ]


def _chinese_talk(data: Path) -> Iterator[Example]:
    said: list[str] = []
    for path in sorted(data.glob("zh-crosswoz/*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
            said += [m["content"] for m in json.loads(line)["messages"]]
    for path in sorted(data.glob("zh-vcsum/short*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
            said += [s for turn in json.loads(line)["context"] for s in turn]
    for words in random.Random(4).sample(sorted(set(said)), min(len(said), 1500)):
        yield Example(words, tuple(features(words)), "none", 0.1, ALL)
