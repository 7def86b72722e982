"""One flipped bit anywhere in what is published is found, whatever it hits."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from tests.conformance import flipping
from tests.quick import quick_folder


def _flip(number: int, seed: int) -> dict[str, Counter[int]]:
    """Flip, check each, and return which step found how many, by kind of file."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    slipped = []
    with quick_folder() as folder:
        for twin, flip in flipping.flips(number, folder, seed=seed):
            found[flip.file][flip.step] += 1
            if flip.step == 0 and not flipping.is_strangers(twin, flip.path, flip.byte):
                slipped.append((twin.name, flip))
    assert slipped == []
    return found


def test_every_set_of_files_passes_as_it_is() -> None:
    with quick_folder() as folder:
        for twin in flipping.world():
            assert flipping.verified(twin, flipping.laid_out(twin, folder)) == 0, twin.name


def test_300_flips_are_found() -> None:
    found = _flip(300, seed=1)
    assert sum(map(Counter.total, found.values())) == 300
    assert len(found) > 20


@pytest.mark.long
def test_10_000_flips_are_found_in_every_kind_of_file(capsys: pytest.CaptureFixture[str]) -> None:
    found = _flip(10_000, seed=2)
    with capsys.disabled():
        print()
        for name, steps in sorted(found.items()):
            told = ", ".join(f"{_said(step)} {n}" for step, n in sorted(steps.items()))
            print(f"  {name:<40} {steps.total():>5}  {told}")
    assert sum(map(Counter.total, found.values())) == 10_000
    assert min(map(Counter.total, found.values())) > 5


def _said(step: int) -> str:
    return {-1: "refused", 0: "ignored"}.get(step, f"step {step}:")


def test_a_stranger_s_line_is_the_only_one_that_may_change() -> None:
    twin = next(t for t in flipping.world() if t.name == "cosigned")
    data = twin.files["checkpoint"]
    strangers = [n for n in range(len(data)) if flipping.is_strangers(twin, "checkpoint", n)]
    assert strangers == list(range(data.rindex("—".encode()), len(data)))
