#!/usr/bin/env python3
"""Try an implementation on the vectors and stories here. Python 3.11 and nothing else is needed.

    python conformance/run.py                                     this repository's command line
    python conformance/run.py --command "other-tool --strict"     another implementation
    python conformance/run.py --only "package-*" --json
    python conformance/run.py --stories

A command is told the time of a check in the variable CONFORMANCE_NOW (UTC, RFC 3339), and in its
own words wherever they hold {at}: `--command "faketime -f {at} other-tool"`. Exit 1 if anything
came out otherwise than expected.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

HERE = Path(__file__).resolve().parent
VECTORS = HERE / "vectors"
OURS = f"{shlex.quote(sys.executable)} {shlex.quote(str(HERE / 'clocked.py'))}"
SECONDS = 300


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Started:
    """A command that goes on until it is stopped; `said` is what it printed so far."""

    said: Callable[[], str]
    stop: Callable[[], None]


Check = Callable[[Sequence[str], str, Path], Ended]
"""Runs a command line with these arguments at that time in that folder, to the end."""


class Run(Protocol):
    """How command lines are run: to the end, or until stopped."""

    def __call__(self, arguments: Sequence[str], at: str, folder: Path) -> Ended:
        """Run with these arguments at that time in that folder, to the end."""

    def start(self, arguments: Sequence[str], at: str, folder: Path) -> Started:
        """Start what serves until it is stopped."""


@dataclass(frozen=True)
class Result:
    """One vector or story: what was expected and what came."""

    name: str
    kind: str
    expected: str
    got: str

    @property
    def passed(self) -> bool:
        """Whether it came out as expected."""
        return self.expected == self.got


class AsProcess:
    """Runs a command as a process of its own, with stdin closed."""

    def __init__(self, command: str) -> None:
        self.command = command

    def _words(self, arguments: Sequence[str], at: str) -> list[str]:
        return [word.replace("{at}", at) for word in shlex.split(self.command)] + [*arguments]

    def _environment(self, at: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("COUNTERSIGN_")}
        return kept | {"CONFORMANCE_NOW": at, "LANG": "C.UTF-8", "COLUMNS": "200"}

    def __call__(self, arguments: Sequence[str], at: str, folder: Path) -> Ended:
        """Run it to the end."""
        done = subprocess.run(
            self._words(arguments, at),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=self._environment(at),
            cwd=folder,
            timeout=SECONDS,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, arguments: Sequence[str], at: str, folder: Path) -> Started:
        """Start it; what it prints goes to a file beside."""
        out = folder / "started.txt"
        with out.open("wb") as file:
            running = subprocess.Popen(
                self._words(arguments, at),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=self._environment(at) | {"PYTHONUNBUFFERED": "1"},
                cwd=folder,
            )

        def stop() -> None:
            running.terminate()
            running.wait(SECONDS)

        return Started(lambda: out.read_text(encoding="utf-8"), stop)


def vectors(folder: Path = VECTORS, only: str = "*") -> list[dict[str, Any]]:
    """Return the rows of the index whose names match."""
    index = json.loads((folder / "vectors.json").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = index["vectors"]
    return [row for row in rows if fnmatch.fnmatch(row["name"], only)]


def lay_out(row: dict[str, Any], folder: Path, target: Path) -> None:
    """Put a vector's files into `target`: those of its twin, then its own in their place."""
    shutil.copytree(folder / row["twin"], target, dirs_exist_ok=True)
    for path in row.get("remove", ()):
        (target / path).unlink()
    own = folder / row["name"]
    if own != folder / row["twin"] and own.is_dir():
        shutil.copytree(own, target, dirs_exist_ok=True)


def try_vector(row: dict[str, Any], folder: Path, run: Check) -> Result:
    """Run one vector in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name)
        lay_out(row, folder, target)
        ended = run([a.replace("{dir}", name) for a in row["args"]], row["at"], target)
    expected = f"exit {row['exit']}, step {row['says']}"
    got = f"exit {ended.code}, step {_step(ended)}"
    if got != expected and _step(ended) == "none":
        got += f" ({' '.join(ended.err.split())[:160]})"
    return Result(row["name"], row["kind"], expected, got)


def _step(ended: Ended) -> str:
    """Return the number of the first step that failed, 0 if all passed, `none` without an answer."""
    try:
        answer = json.loads(ended.out)
        failed = [s["number"] for s in answer["steps"] if not s["passed"]]
        return str(min(failed, default=0 if answer["verified"] else "none"))
    except (ValueError, KeyError, TypeError):
        return "none"


def try_all(run: Check, *, only: str = "*", folder: Path = VECTORS) -> Iterator[Result]:
    """Run every vector that matches."""
    for row in vectors(folder, only):
        yield try_vector(row, folder, run)


def show(results: Sequence[Result], *, as_json: bool) -> int:
    """Print a table, or JSON, and return the exit code."""
    wrong = [r for r in results if not r.passed]
    if as_json:
        rows = [asdict(r) | {"passed": r.passed} for r in results]
        print(json.dumps({"passed": not wrong, "results": rows}, ensure_ascii=False, indent=1))
    else:
        width = max((len(r.name) for r in results), default=0)
        for r in results:
            told = "ok" if r.passed else f"EXPECTED {r.expected}; CAME {r.got}"
            print(f"{r.name:<{width}}  {r.kind:<16}  {told}")
        print(f"{len(results) - len(wrong)} of {len(results)} as expected.")
    return 1 if wrong or not results else 0


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--command", default=OURS, help="the command line to try")
    parser.add_argument("--only", default="*", metavar="GLOB", help="names to run")
    parser.add_argument("--stories", action="store_true", help="run whole lives, not vectors")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    run = AsProcess(chosen.command)
    if chosen.stories:
        sys.path.insert(0, str(HERE.parent))
        from conformance import stories

        results = stories.try_all(run, only=chosen.only)
    else:
        results = try_all(run, only=chosen.only)
    return show(list(results), as_json=chosen.json)


if __name__ == "__main__":
    sys.exit(main())
