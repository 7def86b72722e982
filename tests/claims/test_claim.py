# SPDX-License-Identifier: Apache-2.0
"""The grounding law of DESIGN 4, held by construction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.claims import Citation, Proposal
from countersign.errors import NotVerified
from countersign.evidence import KeptTrace, Range
from countersign.terms import Kind
from tests.claims.scene import loose

_TEXT = "Mine. > theirs. Mine again."
_WRITTEN = (Range(0, 5), Range(16, 27))


def _trace(*, own: bool = True) -> KeptTrace:
    return loose(_TEXT, own=own, written=_WRITTEN)


def test_a_quote_at_its_place_in_own_words_is_a_citation() -> None:
    assert Citation(_trace(), 0, 4, "Mine").quote == "Mine"
    assert Citation.at(_trace(), 16, 27).quote == "Mine again."


@pytest.mark.parametrize(
    ("start", "end", "quote"),
    [
        (0, 4, "mine"),  # another text
        (1, 5, "Mine"),  # elsewhere
        (0, 16, "Mine. > theirs. "),  # runs over into another's words
        (5, 16, " > theirs. "),  # another's words
        (4, 17, ". > theirs. M"),  # from one own range into the next
        (0, 27, _TEXT),
        (3, 3, ""),  # nothing
        (4, 0, ""),
        (-5, -1, "gain"),
        (20, 99, "e again."),  # beyond the end
    ],
)
def test_anything_else_is_no_citation(start: int, end: int, quote: str) -> None:
    with pytest.raises(NotVerified):
        Citation(_trace(), start, end, quote)


def test_anothers_trace_cannot_be_cited_at_all() -> None:
    with pytest.raises(NotVerified):
        Citation.at(_trace(own=False), 0, 4)


@given(st.booleans(), st.text(max_size=30), st.data())
def test_a_citation_exists_exactly_when_it_is_grounded(
    own: bool, text: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    written = tuple(Range(a, b) for a, b in pairs if a < b)
    start = data.draw(st.integers(-3, len(text) + 3))
    end = data.draw(st.integers(-3, len(text) + 3))
    quote = data.draw(st.sampled_from([text[start:end], text[: end - start], text]))
    grounded = (
        own
        and any(r.start <= start and end <= r.end for r in written)
        and start < end
        and quote == text[start:end]
    )
    try:
        Citation(loose(text, own=own, written=written), start, end, quote)
    except NotVerified:
        assert not grounded
    else:
        assert grounded


@pytest.mark.parametrize(("cited", "text"), [(0, "Words."), (1, ""), (1, " \n ")])
def test_a_proposal_needs_a_citation_and_words(cited: int, text: str) -> None:
    citations = (Citation.at(_trace(), 0, 4),) * cited
    with pytest.raises(NotVerified):
        Proposal(Kind.RULE, "topic", text, 0.5, citations)
