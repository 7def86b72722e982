"""W3C's own shapes for ODRL on our agreements, with its ontology and RDFS inference.

The two files are W3C's and are not part of this repository: `semantics/shacl/shapes.ttl` of w3c/poe
and the ODRL 2.2 ontology of https://www.w3.org/ns/odrl/2/. Put them as `shapes.ttl` and `ODRL22.ttl`
into a folder and name it in the environment variable ODRL_FILES.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib

from tests.terms.renderings import checking
from tests.terms.renderings.checking import golden_value, graph, quiet, twin

FOLDER = Path(os.environ.get("ODRL_FILES", "")) if os.environ.get("ODRL_FILES") else None
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="ODRL_FILES names no folder with W3C's shapes.ttl and ODRL22.ttl"
)
SEEN_BY_W3C = (
    "constraint_without_left_operand",
    "constraint_without_operator",
    "constraint_without_right_operand",
    "owed_by_nobody",
    "owed_to_nobody",
    "permission_by_nobody",
    "permission_on_nothing",
    "permission_to_nobody",
)


@cache
def _w3c(name: str) -> rdflib.Graph:
    assert FOLDER is not None
    return rdflib.Graph().parse(str(FOLDER / name), format="turtle")


def conforms(value: object) -> bool:
    """Tell whether an agreement conforms; ontology and profile stand with the data."""
    # pyshacl takes only classes and properties from an ontology graph, and the shapes ask whether
    # operands and conflict terms are what the ontology says they are: so it is data here.
    data = graph(value) + _w3c("ODRL22.ttl") + checking.shapes("odrl-profile.ttl")
    with quiet():
        found, _, _ = pyshacl.validate(data, shacl_graph=_w3c("shapes.ttl"), inference="rdfs")
    return bool(found)


def test_our_agreement_conforms_to_the_shapes_of_w3c() -> None:
    assert conforms(golden_value("odrl-agreement"))


@pytest.mark.parametrize("name", SEEN_BY_W3C)
def test_the_shapes_of_w3c_can_fail(name: str) -> None:
    assert not conforms(twin("odrl-agreement", f"{name}.json")[1])
