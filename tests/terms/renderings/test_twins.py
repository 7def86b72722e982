"""Shapes and schemas can fail: each property has a record beside it that breaks just that."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from rdflib.namespace import RDF, SH

from countersign.terms import packaged_names
from tests.terms.renderings import checking, scene
from tests.terms.renderings.checking import SHAPES, broken_schema, broken_shapes, twin, twins_break


@pytest.mark.parametrize("name", list(scene.RENDER))
def test_our_records_are_what_the_golden_files_say(
    name: str, golden: Callable[[str, bytes], None]
) -> None:
    made = scene.rendered(scene.plain(), name)
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    golden(f"terms/records/{name}.json", text.encode())


@pytest.mark.parametrize("name", list(scene.RENDER))
def test_a_whole_record_passes_shapes_and_schema(name: str) -> None:
    value = checking.golden_value(name)
    assert broken_shapes(value, name) == set()
    assert broken_schema(value, name) == []


@pytest.mark.parametrize(("kind", "name"), list(checking.twins()))
def test_a_record_with_one_defect_fails_both(kind: str, name: str) -> None:
    breaks, value = twin(kind, name)
    assert breaks in broken_shapes(value, kind)
    assert broken_schema(value, kind)


@pytest.mark.parametrize("name", sorted(set(SHAPES.values())))
def test_every_property_of_a_shape_has_a_twin(name: str) -> None:
    graph = checking.shapes(name)
    said = {str(m) for m in graph.objects(None, SH.message)}
    bare = [p for p in graph.objects(None, SH.property) if (p, SH.message, None) not in graph]
    assert bare == []
    assert said - {breaks for kind, breaks in twins_break() if SHAPES[kind] == name} == set()
    assert list(graph.subjects(RDF.type, SH.NodeShape))


def test_every_packaged_schema_is_one() -> None:
    names = [n.removesuffix(".schema.json") for n in packaged_names() if "schema" in n]
    assert len(names) >= 4
    for name in names:
        checking.check_schema(name)
