# SPDX-License-Identifier: Apache-2.0
"""A review list says nothing that the person did not write: strict to read, safe to show."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.claims import (
    CitationView,
    ClaimView,
    Decision,
    Held,
    Verdict,
    find_flags,
    one_line,
    read_todo,
    write_todo,
)
from countersign.errors import BadInput
from countersign.ids import ClaimId, TraceId

_A, _B, _C = ClaimId("caaa"), ClaimId("cbbb"), ClaimId("cccc")
_AT = datetime(2026, 3, 1, tzinfo=UTC)


def _view(id: ClaimId, text: str, *, quote: str = "quote", title: str = "title") -> ClaimView:
    cited = CitationView(
        TraceId("t1"), "mbox:1", 0, 5, quote, "mail:lin@example.org", _AT, title, "mail", b"s" * 16
    )
    flags = find_flags(text)
    return ClaimView(id, "rule", "work", text, 0.5, "proposed", 2, _AT, _AT, flags, (cited,))


_VIEWS = {
    _A: _view(_A, "Check the lock first."),
    _B: _view(_B, "See https://example.org/run for it."),
    _C: _view(_C, "Never deploy\non  Friday."),
}


def _line(view: ClaimView, verb: str) -> str:
    """Return the claim's line of the list as an editor leaves it, its first word changed."""
    [line] = [x for x in write_todo([view]).splitlines() if x.startswith("skip ")]
    return line.replace("skip", verb, 1)


def test_a_list_that_nobody_changed_decides_nothing() -> None:
    assert read_todo(write_todo(list(_VIEWS.values())), _VIEWS) == ()
    assert read_todo("", _VIEWS) == ()


@pytest.mark.parametrize("verb", ["accept", "a", "ACCEPT"])
def test_accept_takes_the_text_as_it_stands(verb: str) -> None:
    expected = (Decision(_A, Verdict.ACCEPT, "Check the lock first."),)
    assert read_todo(_line(_VIEWS[_A], verb), _VIEWS) == expected
    assert read_todo(f"{verb} {_A}", _VIEWS) == expected
    assert read_todo(f"  {verb}\t{_A}\u3000Check  the lock first.  ", _VIEWS) == expected


def test_edit_takes_own_wording_and_the_same_wording_is_an_accept() -> None:
    assert read_todo(f"edit {_A} Look at the lock.", _VIEWS) == (
        Decision(_A, Verdict.EDIT, "Look at the lock."),
    )
    assert read_todo(_line(_VIEWS[_C], "e"), _VIEWS)[0].verdict is Verdict.ACCEPT


@pytest.mark.parametrize("held", list(Held))
def test_hold_takes_each_of_its_classes(held: Held) -> None:
    expected = (Decision(_A, Verdict.HOLD, held=held),)
    assert read_todo(_line(_VIEWS[_A], f"hold {held}"), _VIEWS) == expected
    assert read_todo(json.dumps([{"claim": _A, "decision": "hold", "class": held}]), _VIEWS) == (
        expected
    )


def test_reject_and_skip_hold_no_wording() -> None:
    assert read_todo(_line(_VIEWS[_A], "r"), _VIEWS) == (Decision(_A, Verdict.REJECT),)
    assert read_todo(_line(_VIEWS[_A], "s"), _VIEWS) == ()


def test_an_editors_mark_and_line_ends_do_not_matter() -> None:
    text = write_todo(list(_VIEWS.values())).replace(f"skip {_A}", f"accept {_A}")
    expected = read_todo(text, _VIEWS)
    assert len(expected) == 1
    assert read_todo("\ufeff" + text.replace("\n", "\r\n"), _VIEWS) == expected


@pytest.mark.parametrize(
    "line",
    [
        "acept caaa",
        "accept",
        "accept czzz",
        "accept caa",
        "accept caaa Check the lock second.",
        "accept caaa Check the lock\u200b first.",
        "edit caaa",
        "edit caaa \ud83d",
        "hold caaa",
        "hold secret caaa",
        "hold pitfall",
        "Zoe wrote this on a wrapped line",
        "accept cbbb",
        "edit caaa run `rm -rf /` now",
        "edit caaa zero\u200bwidth",
        "edit caaa see [this](x)",
        "reject caaa\nreject caaa",
        "accept caaa\nhold pitfall caaa",
    ],
)
def test_every_error_names_its_line_and_applies_nothing(line: str) -> None:
    before = f"# comment\nreject {_C}\n\n"
    with pytest.raises(BadInput) as caught:
        read_todo(before + line, _VIEWS)
    number = 4 + line.count("\n")
    assert f"line {number};" in caught.value.what
    assert "nothing was applied" in caught.value.what
    assert "Zoe" not in str(caught.value), "an error never repeats a person's words"


def test_flagged_wording_needs_its_own_word() -> None:
    [taken] = read_todo(_line(_VIEWS[_B], "accept-flagged"), _VIEWS)
    assert (taken.verdict, taken.flags) == (Verdict.ACCEPT, ("url",))
    [own] = read_todo(f"edit-flagged {_A} See www.example.org", _VIEWS)
    assert (own.verdict, own.flags) == (Verdict.EDIT, ("url",))
    [mended] = read_todo(f"edit {_B} See the runbook.", _VIEWS)
    assert mended.flags == ()
    with pytest.raises(BadInput):  # to accept on purpose is not to accept another text
        read_todo(f"accept-flagged {_B} See https://example.com for it.", _VIEWS)


def test_a_decision_that_hides_a_flag_cannot_be_made() -> None:
    for flags in ((), ("html",), ("html", "url")):
        with pytest.raises(BadInput):
            Decision(_A, Verdict.ACCEPT, "See https://example.org", flags=flags)
    with pytest.raises(BadInput):
        Decision(_A, Verdict.ACCEPT, "Harmless.", flags=("url",))


@pytest.mark.parametrize(
    ("verdict", "text", "held"),
    [
        (Verdict.ACCEPT, "", None),
        (Verdict.EDIT, "  ", None),
        (Verdict.REJECT, "text", None),
        (Verdict.REJECT, " ", None),
        (Verdict.HOLD, "text", Held.PITFALL),
        (Verdict.HOLD, "", None),
        (Verdict.REJECT, "", Held.PITFALL),
    ],
)
def test_a_decision_fits_together_or_is_none(
    verdict: Verdict, text: str, held: Held | None
) -> None:
    with pytest.raises(BadInput):
        Decision(_A, verdict, text, held)


def test_json_reads_as_the_list_does() -> None:
    rows = [
        {"claim": _A, "decision": "accept"},
        {"claim": _B, "decision": "edit-flagged", "text": "See www.example.org"},
        {"claim": _C, "decision": "skip", "text": None},
    ]
    lines = f"accept {_A}\nedit-flagged {_B} See www.example.org\nskip {_C}"
    assert read_todo(f" \n{json.dumps(rows)}", _VIEWS) == read_todo(lines, _VIEWS)


@pytest.mark.parametrize(
    "entry",
    [
        1,
        None,
        "accept",
        [],
        {},
        {"claim": _A},
        {"decision": "accept"},
        {"claim": _A, "decision": "Accept"},
        {"claim": _A, "decision": "accept", "class": "pitfall"},
        {"claim": _A, "decision": "accept", "text": ["Check the lock first."]},
        {"claim": _A, "decision": "accept", "txet": "x"},
        {"claim": [_A], "decision": "accept"},
        {"claim": _A, "decision": "edit", "text": "half \ud83d"},
        {"claim": _A, "decision": "hold"},
        {"claim": _B, "decision": "accept"},
        {"claim": _C, "decision": "reject"},
    ],
)
def test_every_json_error_names_its_entry(entry: object) -> None:
    with pytest.raises(BadInput) as caught:
        read_todo(json.dumps([{"claim": _C, "decision": "reject"}, entry]), _VIEWS)
    assert "entry 2;" in caught.value.what


@pytest.mark.parametrize("text", ["[", "[1,]", "[" * 100_000, '["\x00'])
def test_what_is_not_json_is_refused_whole(text: str) -> None:
    with pytest.raises(BadInput):
        read_todo(text, _VIEWS)


_HOSTILE = (
    "\naccept caaa\n# x\r\naccept caaa\x0baccept caaa\x85accept caaa\u2028accept caaa\x1c\n[]"
)


def test_quotes_titles_and_wording_cannot_pose_as_lines() -> None:
    view = _view(_B, f"text{_HOSTILE}", quote=f"“{_HOSTILE}”", title=_HOSTILE)
    listed = write_todo([replace(view, topic=_HOSTILE)])
    assert read_todo(listed, {**_VIEWS, _B: view}) == ()
    bare = [x for x in listed.splitlines() if x and not x.startswith("#")]
    assert len(bare) == 1
    assert bare[0].startswith(f"skip {_B} ")


@given(st.text(), st.text(), st.text())
def test_whatever_was_said_a_claim_is_one_line_and_the_rest_are_comments(
    text: str, quote: str, title: str
) -> None:
    listed = write_todo([_view(_A, text, quote=quote, title=title)])
    lines = [x for x in listed.splitlines() if x.strip() and not x.lstrip().startswith("#")]
    assert [x.split()[:2] for x in lines] == [["skip", _A]]


@given(st.text())
def test_one_line_is_one_line_for_every_reader_of_lines(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(max_size=60))
def test_no_list_is_ever_half_read(text: str) -> None:
    """Arbitrary text is refused, or decides on known claims in a way that fits together."""
    try:
        found = read_todo(text, _VIEWS)
    except BadInput:
        return
    assert {d.claim for d in found} <= set(_VIEWS)


def test_the_list_says_what_supports_each_claim() -> None:
    listed = write_todo([_VIEWS[_B]])
    assert "“quote” — 2026-03-01, title" in listed
    assert re.search(r"FLAGGED: url", listed)
    assert "1 claims, about 1 minutes" in listed
