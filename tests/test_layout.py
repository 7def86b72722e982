"""The house keeps its walls: imports go downwards only, files and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).parents[1] / "src" / "countersign"

# DESIGN section 3: room -> rooms it may import. `ids`, `errors`, `clock` are open to all.
MAY_IMPORT: dict[str, set[str]] = {
    "seal": set(),
    "store": set(),
    "frame": set(),
    "log": {"seal", "store"},
    "people": {"seal", "store", "log"},
    "terms": {"people", "log", "seal", "store"},
    "evidence": {"terms", "people", "seal", "store", "frame"},
    "sources": {"evidence", "people", "frame"},
    "claims": {"evidence", "terms", "people", "log", "store", "seal"},
    "distill": {"claims", "evidence", "terms", "people", "frame"},
    "skill": {"claims", "terms", "people", "log", "seal", "store", "frame"},
    "settle": {"terms", "log", "seal", "store", "frame"},
    "desk": {
        *("seal", "store", "frame", "log", "people", "terms", "evidence"),
        *("sources", "claims", "distill", "skill", "settle"),
    },
    "doors": {"desk"},
}
OPEN_TO_ALL = {"ids", "errors", "clock"}


def _sources() -> list[Path]:
    return sorted(p for p in SRC.rglob("*.py") if "migrations" not in p.parts)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Every imported module, lazy and TYPE_CHECKING ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the room they reach into"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_room_of_the_design_exists_and_no_other() -> None:
    rooms = {p.name for p in SRC.iterdir() if p.is_dir() and not p.name.startswith("__")}
    assert rooms == set(MAY_IMPORT)


def test_imports_go_downwards_only() -> None:
    wrong = []
    for path in _sources():
        parts = path.relative_to(SRC).parts
        room = parts[0] if len(parts) > 1 else None
        for module in _imports(ast.parse(path.read_text(encoding="utf-8"))):
            if not module.startswith("countersign."):
                continue
            target = module.split(".")[1]
            if target in OPEN_TO_ALL or target == "__version__" or target == room:
                continue
            if room is None or target not in MAY_IMPORT[room]:
                wrong.append(f"{'/'.join(parts)} imports {module}")
    assert wrong == []


def test_other_rooms_are_entered_by_the_front_door() -> None:
    wrong = []
    for path in _sources():
        parts = path.relative_to(SRC).parts
        room = parts[0] if len(parts) > 1 else None
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(
                "countersign."
            ):
                continue
            steps = (node.module or "").split(".")
            if len(steps) > 2 and steps[1] != room and steps[1] != "doors":
                wrong.append(f"{'/'.join(parts)} reaches into {node.module}")
    assert wrong == []


def test_files_stay_within_400_lines_and_functions_within_60() -> None:
    wrong = []
    for path in [*_sources(), *(Path(__file__).parent).rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 400:
            wrong.append(f"{path.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60:
                    wrong.append(f"{path.name}:{node.name}: {length} lines")
    assert wrong == []


def test_each_room_lists_its_public_names() -> None:
    rooms = [SRC / room / "__init__.py" for room in MAY_IMPORT if room != "doors"]
    assert [p.parent.name for p in rooms if "__all__" not in p.read_text(encoding="utf-8")] == []
