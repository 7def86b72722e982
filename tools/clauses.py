"""List the gaps of docs/reference/clauses.md: a clause without code, or without both of its tests.

    python tools/clauses.py        exit code 1 and one line a gap

Each of the 36 rows must name code that can be imported, a test that allows and one that refuses,
both in tests/desk/clauses, both with the clause's number in their name, both through `desk`, neither
skipped. Numbers are complete and no row is extra.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "clauses.md"
TESTS = ROOT / "tests" / "desk" / "clauses"
CLAUSES = range(1, 37)
SKIPPING = ("skip", "skipif", "xfail", "long")


@dataclass(frozen=True)
class Row:
    """One clause as the page says it."""

    number: int
    english: str
    chinese: str
    code: tuple[str, ...]
    tests: tuple[str, ...]


def rows(page: str) -> list[Row]:
    """Return the rows of the page's table."""
    found = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and cells[0].isdigit():
            said = [re.findall(r"`([^`]+)`", cell) for cell in cells[3:]]
            found.append(Row(int(cells[0]), cells[1], cells[2], tuple(said[0]), tuple(said[1])))
    return found


def clause_tests(folder: Path = TESTS) -> dict[str, str]:
    """Return every clause test by name, with what is wrong with it (empty: nothing)."""
    found = {}
    for path in sorted(folder.glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        through_desk = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "countersign"
            and "desk" in {alias.name for alias in node.names}
            for node in tree.body
        )
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_clause_"):
                wrong = "" if through_desk else "does not go through desk"
                marks = " ".join(ast.unparse(d) for d in node.decorator_list)
                if any(re.search(rf"\bmark\.{word}\b", marks) for word in SKIPPING):
                    wrong = "is skipped"
                found[node.name] = wrong
    return found


def gaps(page: str, tests: dict[str, str]) -> Iterator[str]:
    """Yield one line for each gap; nothing when the page is whole."""
    known = rows(page)
    numbers = [row.number for row in known]
    for number in CLAUSES:
        if numbers.count(number) != 1:
            yield f"clause {number}: {numbers.count(number)} rows, one is needed"
    yield from (f"clause {n}: there is no such clause" for n in numbers if n not in CLAUSES)
    for row in known:
        yield from _gaps_of(row, tests)
    for name in sorted(tests):
        bears = name.split("_")[2]
        if not bears.isdigit() or int(bears) not in CLAUSES:
            yield f"{name}: no clause has this number"


def _gaps_of(row: Row, tests: dict[str, str]) -> Iterator[str]:
    at = f"clause {row.number}"
    if not (row.english and re.search(r"[\u4e00-\u9fff]", row.chinese)):
        yield f"{at}: a line is missing in one language"
    if not row.code:
        yield f"{at}: no code is named"
    yield from (f"{at}: {code} cannot be imported" for code in row.code if not _there(code))
    for direction in ("allows", "refuses"):
        start = f"test_clause_{row.number:02}_{direction}_"
        if not any(name.startswith(start) for name in row.tests):
            yield f"{at}: no test {direction}"
    for name in row.tests:
        if not name.startswith(f"test_clause_{row.number:02}_"):
            yield f"{at}: {name} bears another number"
        if name not in tests:
            yield f"{at}: {name} does not exist"
        elif tests[name]:
            yield f"{at}: {name} {tests[name]}"


def _there(code: str) -> bool:
    module, _, name = code.partition(":")
    try:
        found = importlib.import_module(f"countersign.{module}")
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):
        return False
    return bool(name)


def main() -> int:
    """Print the gaps."""
    found = list(gaps(PAGE.read_text(encoding="utf-8"), clause_tests()))
    for line in found:
        print(line)
    print(f"{len(CLAUSES)} clauses, {len(found)} gaps")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
