# SPDX-License-Identifier: Apache-2.0
"""From a withdrawal to denial, while four processes answer without a pause.

Measured from the moment at which the person's command begins to sign: until the last permitted
answer of any process arrived, until each process had refused once, and until all was erased.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from countersign import desk
from tests.desk import scene
from tests.desk.others import Asker, asker

PROCESSES, ROUNDS = 4, 5
Row = tuple[str, str, str]


@dataclass
class Seen:
    """What one process answered: when the last permit and the first refusal arrived."""

    permits: list[float] = field(default_factory=list)
    refused: float = 0.0


def rows() -> list[Row]:
    """Return (name, value, comment) for each measure."""
    with tempfile.TemporaryDirectory() as name:
        scene.build(Path(name) / "home")
        with scene.opened(Path(name) / "home") as home, ExitStack() as stack:
            scene.offer(home)  # makes the team known, in whose name the others ask
            others = [stack.enter_context(asker(home.path, f"bot-{n}")) for n in range(PROCESSES)]
            measured = [_round(home, others) for _ in range(ROUNDS)]
            found = len(desk.residue(home).found)
    last, denied, erased, answered = zip(*measured, strict=True)
    shown = f"{PROCESSES} processes answering, {sum(answered)} answers in {ROUNDS} withdrawals"
    return [
        ("withdrawal to last answer", f"{max(last) * 1000:.0f} ms at most", shown),
        (
            "withdrawal to denial everywhere",
            f"{max(denied) * 1000:.0f} ms at most",
            _middle(denied),
        ),
        ("withdrawal to all erased", f"{max(erased) * 1000:.0f} ms at most", _middle(erased)),
        ("residue after that", str(found), "texts, keys, tokens, copies"),
    ]


def _middle(times: tuple[float, ...]) -> str:
    return f"median {statistics.median(times) * 1000:.0f} ms"


def _round(home: desk.Home, others: list[Asker]) -> tuple[float, float, float, int]:
    """Release, let all processes answer, take back; return the three times and the answers."""
    scene.released(home)
    seen = [Seen() for _ in others]
    stop = threading.Event()
    threads = [
        threading.Thread(target=_keep_asking, args=(other, one, stop))
        for other, one in zip(others, seen, strict=True)
    ]
    for thread in threads:
        thread.start()
    while not all(len(one.permits) > 5 for one in seen):
        time.sleep(0.01)
    began = time.perf_counter()
    desk.take_back(home, scene.SKILL, signer=None, now=scene.NOW)
    erased = time.perf_counter() - began
    while not all(one.refused for one in seen):
        time.sleep(0.001)
    stop.set()
    for thread in threads:
        thread.join()
    last = max(max(one.permits) for one in seen) - began
    denied = max(one.refused for one in seen) - began
    return last, denied, erased, sum(len(one.permits) for one in seen)


def _keep_asking(other: Asker, seen: Seen, stop: threading.Event) -> None:
    while not stop.is_set():
        said = other.ask(scene.ASK_EN)
        at = time.perf_counter()
        if "refused" not in said:
            seen.permits.append(at)
        elif not seen.refused:
            seen.refused = at
