# SPDX-License-Identifier: Apache-2.0
"""Stages over batches: in order, lazy, in this process or in others, from any kind of script."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import Unavailable
from countersign.frame import batches, run
from tests.frame.stages import die_at_seven, double, fail_at_seven, who

_ROOT = Path(__file__).parents[2]


@given(st.lists(st.integers()), st.integers(1, 7))
def test_batches_keep_every_record_in_order_and_none_is_too_long(items: list[int], n: int) -> None:
    made = list(batches(iter(items), n))
    assert [x for batch in made for x in batch] == items
    assert all(len(batch) == n for batch in made[:-1])
    assert all(0 < len(batch) <= n for batch in made)


def test_batches_are_read_only_when_asked_for() -> None:
    made = batches(count(), 3)
    assert [next(made), next(made)] == [[0, 1, 2], [3, 4, 5]]


@given(st.lists(st.lists(st.integers())))
def test_one_worker_gives_what_a_plain_loop_gives(work: list[list[int]]) -> None:
    assert list(run(double, work, workers=1)) == [double(batch) for batch in work]


def test_one_worker_stays_in_this_process_and_reads_as_it_goes() -> None:
    drawn: list[int] = []
    made = run(who, _noted(drawn), workers=1)
    assert [next(made) for _ in range(20)] == [[os.getpid()]] * 20
    assert len(drawn) == 20


def _noted(drawn: list[int]) -> Iterator[list[int]]:
    for n in count():
        drawn.append(n)
        yield [n]


def test_several_workers_keep_order_and_hold_few_batches() -> None:
    drawn: list[int] = []
    most = 0
    made = run(double, _noted(drawn), workers=2)
    for n, batch in zip(range(60), made, strict=False):
        assert batch == [2 * n]
        most = max(most, len(drawn) - n)
    made.close()  # type: ignore[attr-defined]
    assert most <= 7, "twice the workers in flight, one more in hand and the next one read"


def test_small_inputs_never_leave_this_process() -> None:
    assert {p for batch in run(who, [[1], [2]], workers=2) for p in batch} == {os.getpid()}


def test_larger_inputs_do() -> None:
    assert {p for batch in run(who, [[n] for n in range(9)], workers=2) for p in batch} - {
        os.getpid()
    }


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stages_fault_comes_out_where_its_batch_would(workers: int) -> None:
    made = run(fail_at_seven, ([n] for n in range(1000)), workers=workers)
    assert [next(made) for _ in range(7)] == [[n] for n in range(7)]
    with pytest.raises(LookupError, match="seven"):
        next(made)


def test_a_readers_fault_comes_out_too() -> None:
    def work() -> Iterator[list[int]]:
        yield from ([n] for n in range(5))
        raise LookupError("reader")

    with pytest.raises(LookupError, match="reader"):
        list(run(double, work(), workers=2))


def test_a_worker_that_is_killed_is_a_clear_outcome() -> None:
    with pytest.raises(Unavailable) as caught:
        list(run(die_at_seven, ([n] for n in range(9)), workers=2))
    assert "again" in caught.value.remedy


# No `if __name__ == "__main__"` guard: a worker that imported it would start the whole again.
_SCRIPT = """
print("once")
from countersign.frame import run
from tests.frame.stages import double
print(sum(n for batch in run(double, ([n] for n in range(8)), workers=2) for n in batch))
"""


@pytest.mark.parametrize("how", ["script", "stdin"])
def test_it_runs_from_a_script_without_a_guard_and_from_stdin(tmp_path: Path, how: str) -> None:
    (tmp_path / "script.py").write_text(_SCRIPT, encoding="utf-8")
    given_to = [str(tmp_path / "script.py")] if how == "script" else ["-"]
    done = subprocess.run(
        [sys.executable, *given_to],
        input=_SCRIPT if how == "stdin" else "",
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "once\n56\n", "")


def test_the_callers_main_module_is_put_back() -> None:
    main = sys.modules["__main__"]
    list(run(double, [[n] for n in range(5)], workers=2))
    assert sys.modules["__main__"] is main
