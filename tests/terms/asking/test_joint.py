"""The record of terms signed together: its bytes stay, and nothing else is read as one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from countersign.errors import NotVerified
from countersign.seal import canonical
from countersign.terms import Joint, preset

JOINT = Joint(
    id="jaaaaaaaaaaaaaaaaaaaaaaaaaa",
    party="oaaaaaaaaaaaaaaaaaaaaaaaaaa",
    request="qaaaaaaaaaaaaaaaaaaaaaaaaaa",
    terms=preset("my-team"),
)


def test_bytes_that_people_sign_together_stay_the_same(
    golden: Callable[[str, bytes], None],
) -> None:
    golden("terms/joint-terms.v1.statement.json", JOINT.statement().to_bytes())
    assert Joint.from_payload(JOINT.statement().to_bytes()) == JOINT


def test_the_record_names_no_person() -> None:
    said = json.loads(JOINT.statement().to_bytes())["predicate"]
    assert set(said) == {"v", "joint", "party", "request", "terms", "leastSigners"}


def _changed(**said: Any) -> bytes:
    value = json.loads(JOINT.statement().to_bytes())
    value["predicate"] |= said
    return canonical(value)


@pytest.mark.parametrize(
    "said",
    [
        {"leastSigners": 1},
        {"v": 2},
        {"also": "something"},
        {"party": 7},
        {"terms": {}},
        {"terms": preset("ask-me").to_value()},
    ],
)
def test_a_record_that_says_more_less_or_else_is_not_read(said: dict[str, Any]) -> None:
    with pytest.raises(NotVerified):
        Joint.from_payload(_changed(**said))
