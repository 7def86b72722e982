# SPDX-License-Identifier: Apache-2.0
"""A kill while adding leaves whole traces, and the same add again completes it."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from countersign.evidence import own_traces
from tests.evidence.scene import kept, mail
from tests.people.scene import again, vault_of_lin

_TOTAL = 5000
# Tells its parent after every fifth record that it got so far; killed somewhere in between.
_CHILD = """
import sys
from pathlib import Path
from tests.evidence.scene import kept, mail
from tests.people.scene import again

def records():
    for n in range({total}):
        if n % 5 == 0:
            print(n, flush=True)
        yield mail(str(n), f"Mail {{n}} says so.")

with again(Path(sys.argv[1])) as vault:
    kept(vault, records())
sys.stdin.read()  # never ends of itself: the kill always finds it
"""


@pytest.mark.parametrize("seed", range(3))
def test_a_kill_leaves_whole_traces_and_a_rerun_completes(tmp_path: Path, seed: int) -> None:
    with vault_of_lin(tmp_path):
        pass
    point = random.Random(seed).randrange(100, _TOTAL // 5)  # noqa: S311
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", _CHILD.format(total=_TOTAL), str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    ) as child:
        assert child.stdout is not None
        for _ in range(point):
            child.stdout.readline()
        child.kill()
    assert child.returncode == -9
    with again(tmp_path) as vault:
        before = [k.trace for k in own_traces(vault)]  # each opens: no half trace
        assert all(t.text == f"Mail {t.native} says so." for t in before)
        assert len(before) in (0, 2000, 4000, _TOTAL), "batches are whole"
        found = kept(vault, (mail(f"{n}", f"Mail {n} says so.") for n in range(_TOTAL)))
        assert (found.own, found.skipped["duplicate"]) == (_TOTAL - len(before), len(before))
        assert sum(1 for _ in own_traces(vault)) == _TOTAL
