# SPDX-License-Identifier: Apache-2.0
"""Mail at speed: parse and thread archives, beside the standard library in the same run.

`python -m bench.mail DIR [RUNS]` reads every `mbox/*.gz` and `mbox/*.mbox` below DIR, several times
each way in turn, and prints medians. The floor is the least that a reader must do: `mailbox` and
`email` with body, sender and date, without own ranges and without threads.
"""

from __future__ import annotations

import gzip
import mailbox
import os
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from countersign.evidence import Record, Trace
from countersign.sources import link_of, read_mbox, thread

Row = tuple[str, str, str]
RUNS = 5


def archives(data: Path) -> list[Path]:
    """Return the mail archives below `data`, in order."""
    return sorted(p for p in data.rglob("mbox/*") if p.suffix in (".gz", ".mbox"))


def parse_and_thread(paths: list[Path], workers: int) -> dict[str, str]:
    """Read and thread all archives; return for each mail the conversation that it is in."""
    return thread(link_of(r) for r in _records(paths, workers) if isinstance(r, Trace))


def _records(paths: list[Path], workers: int) -> Iterator[Record]:
    for path in paths:
        yield from read_mbox(path, where=path.name, workers=workers)


def count(paths: list[Path]) -> Counter[str]:
    """Read and thread all archives once, unhurried; return what came out."""
    kept: Counter[str] = Counter()
    ids = set()
    for record in _records(paths, 1):
        kept[type(record).__name__.lower()] += 1
        if isinstance(record, Trace):
            ids.add(record.locator)
            kept["without author"] += record.author is None
            kept["without date"] += record.at is None
            kept["own characters"] += sum(r.end - r.start for r in record.written)
            kept["characters"] += len(record.text)
    kept["distinct"] = len(ids)
    kept["conversations"] = len(set(parse_and_thread(paths, 1).values()))
    return kept


def floor(paths: list[Path]) -> int:
    """Read all archives with the standard library alone; return how many mails it makes."""
    made = 0
    for path in paths:
        with tempfile.NamedTemporaryFile(suffix=".mbox") as plain:
            raw = path.read_bytes()
            plain.write(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
            plain.flush()
            box = mailbox.mbox(plain.name, create=False)
            made += sum(1 for message in box if _seen(message))
            box.close()
    return made


def _seen(message: Message) -> bool:
    part: Message | str = message
    while isinstance(part, Message) and part.is_multipart():
        inside = part.get_payload()
        part = inside[0] if isinstance(inside, list) and isinstance(inside[0], Message) else ""
    body = part.get_payload(decode=True) if isinstance(part, Message) else b""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else ""
    parseaddr(str(message.get("From", "")))
    try:
        parsedate_to_datetime(str(message.get("Date", "")))
    except (TypeError, ValueError):
        return True
    return len(text) >= 0


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that `act` took, and the processor seconds, workers included."""
    start, spent = time.perf_counter(), _spent()
    act()
    return time.perf_counter() - start, _spent() - spent


def _spent() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def rows(data: Path, *, runs: int = RUNS) -> list[Row]:
    """Measure on the archives below `data`; without any there is one row that says so."""
    paths = archives(data)
    if not paths:
        return [("mail: parse and thread", "not measured", "no archives found")]
    cores = len(os.sched_getaffinity(0))
    kept = count(paths)
    mails = sum(kept[kind] for kind in ("trace", "skip", "reject"))
    ways: dict[str, Callable[[], object]] = {
        "all": lambda: parse_and_thread(paths, cores),
        "one": lambda: parse_and_thread(paths, 1),
        "floor": lambda: floor(paths),
    }
    # In turn, so that a busy minute of the machine falls on all ways alike.
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, act in ways.items():
            times[name].append(_timed(act))
    rate = {name: mails / statistics.median(t for t, _ in each) for name, each in times.items()}
    cost = {
        name: f"{1e6 * statistics.median(c for _, c in each) / mails:.0f} us of processor each"
        for name, each in times.items()
    }
    against = f"{rate['all'] / rate['floor']:.1f} times the floor, {cost['all']}"
    return [
        (
            "mail: parse and thread",
            f"{rate['all']:,.0f}/s",
            f"{cores} workers, {mails:,} mails; {against}",
        ),
        ("mail: the same, one worker", f"{rate['one']:,.0f}/s", f"median of {runs}; {cost['one']}"),
        (
            "mail: floor (mailbox, email)",
            f"{rate['floor']:,.0f}/s",
            f"no own ranges, no threads; {cost['floor']}",
        ),
        ("mail: kept", f"{kept['trace']:,} traces", _kept(kept)),
    ]


def _kept(kept: Counter[str]) -> str:
    share = 100 * kept["own characters"] / max(1, kept["characters"])
    return (
        f"{kept['skip']} skipped, {kept['reject']} rejected, {kept['distinct']:,} distinct, "
        f"{kept['conversations']:,} conversations, {share:.0f} % of characters own, "
        f"{kept['without author']} without author, {kept['without date']} without date"
    )


def main(data: Path, runs: int = RUNS) -> None:
    """Print the rows for the archives below `data`."""
    for name, value, note in rows(data, runs=runs):
        print(f"{name:32} {value:>16}  {note}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(runs) for runs in sys.argv[2:3]))
