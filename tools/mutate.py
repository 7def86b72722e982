"""Change one thing in `terms` at a time and see whether the tests notice (a mutation run).

    python tools/mutate.py --minutes 30 --seed 7 --out mutants.jsonl [--only gates,events]

A mutant is one change inside one function: a comparison turned or moved by its boundary, `and` for
`or`, a condition negated, a number moved by one, a member of a set left out, a check or a `raise`
left out, a result replaced. All tests run once and it is noted which functions each of them calls.
Then, for each mutant, a forked process puts the changed code into the living function and runs the
tests that call it, the shortest first, until one fails. No file is written to. Run it on a checkout
that nobody edits meanwhile. What survives is listed with its line.

Not changed: annotations, what an error says, and data at the top of a module (the gates' list and
what the readers say are taken out in tests/desk/clauses/test_removed.py).
"""

from __future__ import annotations

import argparse
import ast
import functools
import gc
import json
import os
import random
import re
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path.cwd()
TERMS = ROOT / "src" / "countersign" / "terms"
LIMIT = 120
"""Seconds after which a mutant is left undecided: it hangs, or its tests take that long here."""
FILES = (
    "test_decide test_permit test_load test_offers test_notices test_withdrawal test_pause "
    "test_floors test_policy test_riders test_carried test_lost_key test_beside test_together "
    "test_limits test_records test_gates test_parts test_forged test_survivors"
).split()
CORE = (
    "gates decide standing events judge bounds pause pausing signing withdrawal entitled carried "
    "accepting limits shared telling riders floors floor policy erasing recipients offers"
).split()
At = tuple[str, int, str]
"""A function: module, first line, qualified name."""

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Sub: ast.Add,
    ast.Add: ast.Sub,
}
CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One change: the module, the number of the node in walking order, what is done to it."""

    module: str
    node: int
    how: str
    line: int
    was: str

    @property
    def name(self) -> str:
        """How it is listed."""
        return f"{self.module}.py:{self.line} [{self.how}] {self.was}"


def ways(node: ast.AST, of: dict[int, ast.AST]) -> Iterator[str]:
    """Yield what can be done to a node."""
    if isinstance(node, ast.Set | ast.Tuple):
        loaded = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if loaded and len(node.elts) > 1 and not isinstance(of.get(id(node)), ast.Subscript):
            yield from (f"drop-{i}" for i in range(len(node.elts)))
    yield from (how for how, fits in WAYS.items() if fits(node))


WAYS: dict[str, Callable[[Any], bool]] = {
    "turn": lambda n: isinstance(n, ast.Compare) and len(n.ops) == 1 and type(n.ops[0]) in TURNED,
    "and-or": lambda n: isinstance(n, ast.BoolOp),
    "drop-not": lambda n: isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.Not),
    "operator": lambda n: isinstance(n, ast.BinOp) and type(n.op) in OTHER,
    "constant": lambda n: isinstance(n, ast.Constant) and type(n.value) in (int, bool),
    "any-all": lambda n: (
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in CALLED
    ),
    "result": lambda n: (
        isinstance(n, ast.Return) and n.value is not None and not isinstance(n.value, ast.Constant)
    ),
    "leave-out": lambda n: (
        isinstance(n, ast.Raise) or (isinstance(n, ast.Expr) and isinstance(n.value, ast.Call))
    ),
    "negate": lambda n: isinstance(n, ast.If) and not isinstance(n.test, ast.Compare | ast.UnaryOp),
}


def change(node: Any, how: str) -> None:
    """Do it, in place."""
    if how == "turn":
        node.ops = [TURNED[type(node.ops[0])]()]
    elif how == "and-or":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif how == "operator":
        node.op = OTHER[type(node.op)]()
    elif how == "constant":
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1
    elif how == "any-all":
        node.func.id = CALLED[node.func.id]
    elif how.startswith("drop-") and how != "drop-not":
        del node.elts[int(how[5:])]
    elif how == "result":
        node.value = ast.Constant(None)
    elif how == "negate":
        node.test = ast.UnaryOp(ast.Not(), node.test)


class _Replace(ast.NodeTransformer):
    """Put another node in the place of one."""

    def __init__(self, old: ast.AST, how: str) -> None:
        self.old, self.how = old, how

    def visit(self, node: ast.AST) -> Any:
        """Return what stands there now."""
        if node is not self.old:
            return self.generic_visit(node)
        if self.how == "drop-not":
            return node.operand  # type: ignore[attr-defined]
        return ast.copy_location(ast.Pass(), node)


def mutants_of(module: str) -> list[Mutant]:
    """Return every mutant of a module's functions, in the order of its lines."""
    source = (TERMS / f"{module}.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    of = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    inside = {
        id(n)
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef | ast.Lambda)
        for n in ast.walk(f)
        if n is not f
    }
    skipped = {id(n) for top in ast.walk(tree) for n in _not_changed(top)}
    found = []
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skipped or id(node) not in inside:
            continue
        for how in ways(node, of):
            text = " ".join((ast.get_source_segment(source, node) or "").split())
            found.append(Mutant(module, number, how, getattr(node, "lineno", 0), text[:90]))
    return sorted(found, key=lambda m: (m.line, m.node, m.how))


def _not_changed(node: ast.AST) -> Iterator[ast.AST]:
    """Annotations, decorators and what an error says are not changed: no rule stands in them."""
    if isinstance(node, ast.FunctionDef):
        yield from (n for d in node.decorator_list for n in ast.walk(d))
        notes = [a.annotation for a in (*node.args.args, *node.args.kwonlyargs)] + [node.returns]
        yield from (n for note in notes if note is not None for n in ast.walk(note))
    elif isinstance(node, ast.AnnAssign):
        yield from ast.walk(node.annotation)
    elif isinstance(node, ast.Raise) and node.exc is not None:
        yield from ast.walk(node.exc)


def changed(mutant: Mutant) -> dict[At, CodeType]:
    """Return the code of every function of the module, with this one change."""
    path = TERMS / f"{mutant.module}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    node = list(ast.walk(tree))[mutant.node]
    if mutant.how in ("drop-not", "leave-out"):
        tree = _Replace(node, mutant.how).visit(tree)
    else:
        change(node, mutant.how)
    code = compile(ast.fix_missing_locations(tree), str(path), "exec")
    return {_at(c): c for c in _codes(code)}


def _codes(code: CodeType) -> Iterator[CodeType]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from _codes(const)


def _at(code: CodeType) -> At:
    return Path(code.co_filename).stem, code.co_firstlineno, code.co_qualname


class Run:
    """The plugin that takes the place of pytest's loop over the tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.calls: dict[At, set[int]] = defaultdict(set)
        self.seconds: dict[int, float] = {}
        self.survived: list[Mutant] = []
        self.done = self.total = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests once, noting what they call; then each mutant in a process of its own."""
        wanted = str(TERMS) + os.sep
        failed = [
            i.nodeid for n, i in enumerate(session.items) if not self._once(session, n, wanted)
        ]
        if failed:
            sys.exit(f"Tests fail without any change: {failed[:3]}")
        names = self.options.only.split(",") if self.options.only else CORE
        waiting = [m for name in names for m in mutants_of(name)]
        if self.options.again:
            before = map(json.loads, Path(self.options.again).read_text("utf-8").splitlines())
            left = {_unplaced(x["mutant"]) for x in before if x["result"] != "noticed"}
            waiting = [m for m in waiting if _unplaced(m.name) in left]
        random.Random(self.options.seed).shuffle(waiting)  # noqa: S311 - a sample, not a secret
        self.total = len(waiting)
        self._all(session, waiting[self.options.skip :])
        return True

    def _once(self, session: pytest.Session, number: int, wanted: str) -> bool:
        seen: set[CodeType] = set()

        def note(frame: FrameType, event: str, _arg: Any) -> None:
            if event == "call" and frame.f_code.co_filename.startswith(wanted):
                seen.add(frame.f_code)

        began = time.monotonic()
        forget()
        sys.setprofile(note)
        try:
            passed = run_one(session, number)
        finally:
            sys.setprofile(None)
        self.seconds[number] = time.monotonic() - began
        for code in seen:
            self.calls[_at(code)].add(number)
        return passed

    def _all(self, session: pytest.Session, waiting: list[Mutant]) -> None:
        ends = time.monotonic() + self.options.minutes * 60
        running: dict[int, tuple[Mutant, float]] = {}
        with Path(self.options.out).open("a", encoding="utf-8") as out:
            while running or (waiting and time.monotonic() < ends):
                while len(running) < self.options.jobs and waiting and time.monotonic() < ends:
                    mutant = waiting.pop(0)
                    running[self._start(session, mutant)] = (mutant, time.monotonic())
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    _stop_hanging(running)
                    time.sleep(0.01)
                    continue
                mutant, began = running.pop(pid)
                self.done += 1
                other = {0: "survived", 97 << 8: "not called", signal.SIGKILL: "out of time"}
                result = other.get(status, "noticed")
                if result != "noticed":
                    self.survived.append(mutant)
                took = round(time.monotonic() - began, 1)
                line = {"mutant": mutant.name, "result": result, "s": took}
                out.write(json.dumps(line) + "\n")
                out.flush()

    def _start(self, session: pytest.Session, mutant: Mutant) -> int:
        pid = os.fork()
        if pid == 0:
            code = 98
            try:
                code = self._child(session, mutant)
            except BaseException:  # noqa: BLE001 - whatever breaks is noticed
                code = 99
            finally:
                os._exit(code)
        return pid

    def _child(self, session: pytest.Session, mutant: Mutant) -> int:
        """Put the change into the living functions; 0: every test that calls them passes."""
        codes = changed(mutant)
        touched = set()
        for function in gc.get_objects():
            if isinstance(function, FunctionType):
                at = _at(function.__code__)
                new = codes.get(at)
                if new is not None and new != function.__code__ and _of_terms(function, mutant):
                    function.__code__ = new
                    touched.add(at)
        tests = {n for at in touched for n in self.calls.get(at, ())}
        if not tests:
            return 97
        for number in sorted(tests, key=self.seconds.__getitem__):
            forget()
            if not run_one(session, number):
                return 1
        return 0


def _unplaced(name: str) -> str:
    """Return a mutant's name without its line, which moves."""
    return re.sub(r":\d+ ", " ", name)


def _of_terms(function: FunctionType, mutant: Mutant) -> bool:
    return function.__code__.co_filename == str(TERMS / f"{mutant.module}.py")


@functools.cache
def _keeping() -> tuple[Any, ...]:
    """Return every cache of ours; searched for once, when all modules are there."""
    caches = (o for o in gc.get_objects() if isinstance(o, functools._lru_cache_wrapper))
    return tuple(c for c in caches if c.__module__.startswith("countersign."))


def forget() -> None:
    """Let go of every result that was kept between calls: it was made by other code."""
    for kept in _keeping():
        kept.cache_clear()


class _Kept:
    """Stands for the next test: only what belongs to the whole session is kept for it."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[Any]:
        """Return what is not torn down."""
        return [self.session]


def run_one(session: pytest.Session, number: int) -> bool:
    """Run one test; the session's fixtures stay for the next."""
    reports = runtestprotocol(session.items[number], log=False, nextitem=_Kept(session))  # type: ignore[arg-type]
    return all(r.passed or r.skipped for r in reports)


def _stop_hanging(running: dict[int, tuple[Mutant, float]]) -> None:
    for pid, (_, began) in running.items():
        if time.monotonic() - began > LIMIT:
            os.kill(pid, signal.SIGKILL)


def main() -> int:
    """Run until the time is over; the exit code is 1 when something survived."""
    run = Run(_options())
    clauses = sorted(map(str, Path("tests/desk/clauses").glob("test_[0-9]*.py")))
    files = [f"tests/terms/{name}.py" for name in FILES] + clauses + _options().also.split()
    options = ["-q", "-p", "no:cacheprovider", "-m", "not long", "-s"]
    pytest.main([*options, *files], plugins=[run])
    print(f"{run.done} of {run.total} mutants, {len(run.survived)} survived")
    for mutant in sorted(run.survived, key=lambda m: m.name):
        print(" ", mutant.name)
    return 1 if run.survived else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--skip", type=int, default=0, help="how many of the sample were run before"
    )
    parser.add_argument("--only", default="", help="modules, with commas between")
    parser.add_argument("--again", default="", help="an earlier --out: only what was not noticed")
    parser.add_argument("--also", default="", help="further test files, with spaces between")
    parser.add_argument("--out", default="mutants.jsonl")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
