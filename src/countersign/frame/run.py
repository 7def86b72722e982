# SPDX-License-Identifier: Apache-2.0
"""Run a pure stage over batches: in this process, or in a pool when there is enough to do."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import ModuleType
from typing import TypeVar

from countersign.errors import Unavailable

T = TypeVar("T")
R = TypeVar("R")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield `items` in lists of at most `size`, lazily and in order."""
    it = iter(items)
    while batch := list(itertools.islice(it, size)):
        yield batch


def run(
    stage: Callable[[list[T]], list[R]], work: Iterable[list[T]], *, workers: int | None = None
) -> Iterator[list[R]]:
    """Yield `stage(batch)` for each batch, in order; memory holds a few batches, never all.

    `stage` must be a module-level pure function. The first batches run here, so that small inputs
    never pay for a pool; `workers` defaults to the cores at hand, 1 keeps all in this process.
    """
    workers = workers or _cores()
    it = iter(work)
    for batch in itertools.islice(it, 2 if workers > 1 else None):
        yield stage(batch)
    rest = next(it, None)
    if rest is not None:
        yield from _pooled(stage, itertools.chain([rest], it), workers)


def _cores() -> int:
    """Return how many cores this process may use (not every system can tell those from all)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pooled(
    stage: Callable[[list[T]], list[R]], work: Iterable[list[T]], workers: int
) -> Iterator[list[R]]:
    context = multiprocessing.get_context(_start_method())
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)
    waiting: deque[Future[list[R]]] = deque()
    try:
        for batch in work:
            with _main_left_out():
                waiting.append(pool.submit(stage, batch))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as e:
        raise Unavailable(
            "A worker process ended before its work was done.",
            why="It was killed, or the machine ran out of memory.",
            remedy="Run the same again; what was done before stands.",
        ) from e
    finally:
        # Who stops early, or fails, does not wait for batches that nobody will read.
        pool.shutdown(cancel_futures=True)


def _begin_worker() -> None:
    """Make a worker that leaves signals to its parent, and outlives it by no moment."""
    # What a forked worker inherits never becomes garbage there: without `freeze`, each collection
    # would walk it, and copy the pages that it walks.
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of us; one answers
    for number in (signal.SIGTERM, signal.SIGHUP):  # no handler that a fork inherited
        signal.signal(number, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    """End this worker once its parent is gone: killed, it cannot say so, and we hold its texts."""
    wait([sentinel])
    os._exit(1)


@contextmanager
def _main_left_out() -> Iterator[None]:
    """Keep new workers from importing the caller's main script.

    A stage lives in a module of its own, so a worker never needs that script; importing it would
    cost the whole command line's start, and run a script that has no `__main__` guard again.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _start_method() -> str:
    """Return "fork" where that is safe, else "spawn".

    A forked worker starts in a hundredth of the time that a fresh interpreter needs to import the
    rooms (10 ms against 1 s, measured), which decides whether a job of a second gains at all. It is
    safe here because stages are pure: a worker never touches a connection it inherited, and it ends
    without finalizers. A second thread could hold a lock at that moment: then we do not fork.
    """
    alone = threading.active_count() == 1
    return "fork" if alone and sys.platform == "linux" else "spawn"
