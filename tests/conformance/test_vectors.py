"""The vectors that other implementations run, run on this one; and that they test something."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from conformance import make, run
from conformance.run import Ended
from conformance.twins import twins
from countersign.seal.envelope import PREDICATE_NAMES
from tests.conformance import flipping
from tests.conformance.warm import warm
from tests.quick import quick_folder

ROWS = run.vectors()
NEGATIVE = [row for row in ROWS if row["exit"]]
BY_NAME = {row["name"]: row for row in ROWS}


FIRST = {row["kind"]: row["name"] for row in reversed(NEGATIVE)}
BY_COMMAND = {*FIRST.values(), *(BY_NAME[name]["twin"] for name in FIRST.values())}


def test_every_vector_comes_out_as_its_index_says() -> None:
    known = {twin.name: twin for twin in twins()}
    other = []
    for row in ROWS:
        with quick_folder() as folder:
            run.lay_out(row, run.VECTORS, folder)
            step = flipping.verified(known[row["twin"]], folder, row["name"])
        if step != row["says"]:
            other.append((row["name"], row["says"], step))
    assert other == []


@pytest.mark.parametrize("name", sorted(BY_COMMAND))
def test_one_of_each_kind_comes_out_so_at_the_command_line(name: str) -> None:
    result = run.try_vector(BY_NAME[name], run.VECTORS, warm)
    assert result.got == result.expected


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(BY_NAME) - BY_COMMAND))
def test_every_other_comes_out_so_at_the_command_line(name: str) -> None:
    result = run.try_vector(BY_NAME[name], run.VECTORS, warm)
    assert result.got == result.expected


def test_what_is_committed_is_what_the_generator_makes() -> None:
    made = make.made()
    there = {
        path.relative_to(run.VECTORS).as_posix(): path.read_bytes()
        for path in run.VECTORS.rglob("*")
        if path.is_file()
    }
    assert sorted(there) == sorted(made)
    assert [path for path in made if made[path] != there[path]] == []


def test_each_negative_vector_has_a_twin_that_passes_and_differs_in_its_own_files_alone() -> None:
    seen = set()
    for row in NEGATIVE:
        twin = BY_NAME[row["twin"]]
        assert (twin["exit"], twin["says"], twin["args"]) == (0, 0, row["args"]), row["name"]
        own = run.VECTORS / row["name"]
        changed = {
            p.relative_to(own).as_posix(): p.read_bytes() for p in own.rglob("*") if p.is_file()
        }
        assert changed or row.get("remove"), row["name"]
        for path, data in changed.items():
            before = run.VECTORS / row["twin"] / path
            assert not before.is_file() or before.read_bytes() != data, row["name"]
        seen.add((row["twin"], tuple(sorted(changed.items())), tuple(row.get("remove", ()))))
    assert len(seen) == len(NEGATIVE)


def test_there_are_enough_and_every_kind_of_file_has_something_wrong() -> None:
    assert len(NEGATIVE) >= 60
    wrong: dict[str, int] = defaultdict(int)
    for row in NEGATIVE:
        wrong[row["kind"]] += 1
    assert set(wrong) == {row["kind"] for row in ROWS}
    signed = {row["kind"] for row in ROWS} & PREDICATE_NAMES
    # Nothing signs batches of receipts yet; a credit record has a check of its own.
    assert PREDICATE_NAMES - signed <= {"receipt-batch", "credit"}


@pytest.mark.parametrize("code", [0, 1])
def test_the_runner_takes_no_silence_and_no_constant_answer_for_a_pass(code: int) -> None:
    def mute(arguments: object, at: str, folder: Path) -> Ended:
        return Ended(code, "", "")

    def always(arguments: object, at: str, folder: Path) -> Ended:
        return Ended(code, '{"verified": %s, "steps": []}' % ("true" if not code else "false"), "")

    some = "[ceprt]*"
    assert not any(r.passed for r in run.try_all(mute, only=some))
    by_constant = [r.passed for r in run.try_all(always, only=some)]
    assert not all(by_constant)
    positive = sum(not row["exit"] for row in run.vectors(only=some))
    assert sum(by_constant) <= positive


@pytest.mark.long
def test_the_runner_as_others_start_it() -> None:
    done = subprocess.run(
        [sys.executable, run.HERE / "run.py"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"{len(ROWS)} of {len(ROWS)} as expected." in done.stdout
