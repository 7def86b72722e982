"""Our own check of our own schemas says what an independent implementation says."""

from __future__ import annotations

import pytest

from countersign.errors import Internal
from countersign.terms import nonconforming, packaged_names, schema
from countersign.terms.renderings import conforms
from tests.terms.renderings import checking


@pytest.mark.parametrize("name", list(checking.SHAPES))
def test_a_whole_record_conforms_and_another_kind_does_not(name: str) -> None:
    value = checking.golden_value(name)
    for schema_name in checking.SHAPES:
        ours = nonconforming(value, schema_name)
        assert (
            bool(ours) == bool(checking.broken_schema(value, schema_name)) == (schema_name != name)
        )


@pytest.mark.parametrize(("kind", "name"), list(checking.twins()))
def test_each_record_with_one_defect_is_found_by_both(kind: str, name: str) -> None:
    _, value = checking.twin(kind, name)
    assert checking.broken_schema(value, kind)
    assert nonconforming(value, kind)


@pytest.mark.parametrize("value", [None, True, 1, "x", [], {}, [1, 1], {"@type": True}])
def test_odd_values_are_refused_by_both(value: object) -> None:
    for name in checking.SHAPES:
        assert nonconforming(value, name)
        assert checking.broken_schema(value, name)


def test_true_is_not_one_and_an_unknown_keyword_is_no_pass() -> None:
    assert list(conforms._check(True, {"const": 1}, {}, ""))
    assert list(conforms._check([1, 1], {"uniqueItems": True}, {}, ""))
    assert not list(conforms._check([1, True], {"uniqueItems": True}, {}, ""))
    with pytest.raises(Internal):
        list(conforms._check(1, {"maximum": 3}, {}, ""))
    for name in packaged_names():
        if name.endswith(".schema.json"):
            nonconforming({}, name.removesuffix(".schema.json"))
    assert schema("consent-record")["type"] == "object"
