"""Check records with tools that we did not write: JSON Schema by jsonschema, shapes by pyshacl."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import rdflib
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rdflib.namespace import SH

from countersign.terms import packaged, schema

FILES = Path(__file__).parents[2] / "files" / "records"
GOLDEN = Path(__file__).parents[2] / "golden" / "terms" / "records"
SHAPES = {
    "consent-record": "record-shapes.ttl",
    "consent-receipt": "record-shapes.ttl",
    "odrl-agreement": "odrl-shapes.ttl",
}


@cache
def shapes(name: str) -> rdflib.Graph:
    """Return packaged shapes as a graph."""
    return rdflib.Graph().parse(data=packaged(name), format="turtle")


def graph(value: object) -> rdflib.Graph:
    """Return a JSON-LD value as a graph; its context stands inside, so nothing is fetched."""
    text = json.dumps(value, ensure_ascii=False)
    with quiet():
        return rdflib.Graph().parse(data=text, format="json-ld")


@contextmanager
def quiet() -> Iterator[None]:
    """Let the checkers' own deprecations pass; every other warning stays an error."""
    with warnings.catch_warnings():
        for module in ("rdflib", "pyshacl"):
            warnings.filterwarnings("ignore", category=DeprecationWarning, module=module)
        yield


def broken_shapes(value: object, name: str) -> set[str]:
    """Return the messages of all shapes that a record breaks, those inside nested shapes too."""
    with quiet():
        _, report, _ = pyshacl.validate(graph(value), shacl_graph=shapes(SHAPES[name]))
    assert isinstance(report, rdflib.Graph)
    return {str(m) for m in report.objects(None, SH.resultMessage)}


def broken_schema(value: object, name: str) -> list[str]:
    """Return what the JSON Schema finds wrong."""
    checker = Draft202012Validator(schema(name))
    return [error.message for error in checker.iter_errors(value)]


def breaks_kind(value: object, kind: str) -> list[str]:
    """Return what is wrong with one line of an export, by the schema of its kind."""
    checker = Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema("export")["$defs"]})
    return [error.message for error in checker.iter_errors(value)]


def check_schema(name: str) -> None:
    """Raise unless a packaged schema is a valid JSON Schema."""
    Draft202012Validator.check_schema(schema(name))


def patched(value: Any, patch: list[dict[str, Any]]) -> Any:
    """Return a copy changed by a JSON Patch (RFC 6902) of `add`, `remove` and `replace`."""
    made = json.loads(json.dumps(value))
    for step in patch:
        *way, last = [
            int(x) if x.isdigit() else x.replace("~1", "/") for x in step["path"].split("/")[1:]
        ]
        at = made
        for part in way:
            at = at[part]
        if step["op"] == "remove":
            del at[last]
        else:
            at[last] = step["value"]
    return made


def golden_value(name: str) -> Any:
    """Return a golden record."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def twins() -> Iterator[tuple[str, str]]:
    """Yield kind and file name of every must-fail twin."""
    for path in sorted(FILES.rglob("*.json")):
        yield path.parent.name, path.name


def twin(kind: str, name: str) -> tuple[str, Any]:
    """Return which shape a twin breaks, and the broken record."""
    file = json.loads((FILES / kind / name).read_text(encoding="utf-8"))
    return file["breaks"], patched(golden_value(kind), file["patch"])


def twins_break() -> Iterator[tuple[str, str]]:
    """Yield kind and broken shape of every twin."""
    for kind, name in twins():
        yield kind, twin(kind, name)[0]
