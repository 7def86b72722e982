"""Notes: sections with an author who is stated or nobody, a date that is stated or none."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.evidence import Reject, Skip, Trace
from countersign.people import Handle
from countersign.sources import read_notes, read_paste
from countersign.sources.lines import is_quote
from countersign.sources.notes import MAX_NOTE_BYTES

FILES = Path(__file__).parents[1] / "files" / "notes"
ME = Handle("mail", "me@example.com")


def _read(name: str, author: Handle | None = None) -> list[Trace | Skip | Reject]:
    return list(read_notes(FILES / name, where=name, author=author))


def _traces(name: str, author: Handle | None = None) -> list[Trace]:
    return [t for t in _read(name, author) if isinstance(t, Trace)]


@pytest.mark.parametrize("name", ["gb18030.md", "utf16_with_mark.md", "utf8_with_mark_crlf.md"])
def test_the_same_note_reads_the_same_in_every_encoding(name: str) -> None:
    (trace,) = _traces(name)
    assert trace.text == "# 对账手册\n\n先停出款，再查原因。\n\n> 财务的原话\n\n金额用整数分。"
    assert trace.words == "先停出款，再查原因。\n金额用整数分。"
    assert trace.author == Handle("slack", "U0LIN")
    assert trace.at == datetime(2026, 5, 28, tzinfo=UTC)
    assert (trace.source, trace.native, trace.reply_to) == ("notes", None, None)


def test_utf16_without_a_mark_is_told_by_its_zeros() -> None:
    (trace,) = _traces("utf16_without_mark.txt")
    assert trace.text == "Query first.\nThen retry, never the other way."


def test_headings_cut_sections_and_name_their_places() -> None:
    traces = {t.locator.partition("#")[2]: t for t in _traces("headings_of_all_kinds.md")}
    assert {slug: t.title for slug, t in traces.items()} == {
        "": "Runbook",
        "refunds": "Runbook › Refunds",
        "stuck": "Runbook › Refunds › Stuck",
        "stuck-1": "Runbook › Refunds › Stuck",
        "underlined": "Runbook › Underlined",
        "also-underlined": "Runbook › Underlined › Also underlined",
        "2026-04-07-incident": "Runbook › Underlined › 2026-04-07 Incident",
    }
    assert {t.conversation for t in traces.values()} == {"headings_of_all_kinds.md"}
    assert traces["stuck"].words == "1. Look it up.\n2. Query it."
    assert traces["refunds"].words == "Query the channel first.\nThen stop the queue."
    assert "payctl stop" in traces["refunds"].text


def test_a_heading_without_text_is_counted_as_empty() -> None:
    skips = [r for r in _read("headings_of_all_kinds.md") if isinstance(r, Skip)]
    assert skips == [Skip("empty", "headings_of_all_kinds.md#only-a-heading")]


def test_a_dated_heading_or_file_name_dates_its_part() -> None:
    dated = {t.locator.partition("#")[2]: t.at for t in _traces("headings_of_all_kinds.md")}
    assert dated["2026-04-07-incident"] == datetime(2026, 4, 7, tzinfo=UTC)
    assert dated["refunds"] is None
    (trace,) = _traces("2026-02-03-dated_by_name.md")
    assert trace.at == datetime(2026, 2, 3, tzinfo=UTC)


def test_nobody_is_the_author_of_a_note_that_does_not_say() -> None:
    assert [t.author for t in _traces("no_author.md")] == [None]


def test_the_callers_handle_stands_where_the_note_is_silent() -> None:
    assert [t.author for t in _traces("no_author.md", ME)] == [ME]


@pytest.mark.parametrize(
    "name", ["author_is_only_a_name.md", "several_authors.md", "two_handles_on_one_line.md"]
)
def test_an_author_who_is_named_but_not_identified_is_not_replaced_by_the_caller(
    name: str,
) -> None:
    (trace,) = _traces(name, ME)
    assert trace.author is None
    assert trace.author_name


def test_a_handle_in_the_note_outranks_the_callers() -> None:
    authors = {t.author for t in _traces("headings_of_all_kinds.md", ME)}
    assert authors == {Handle("mail", "lin@example.com")}


def test_a_ruled_line_at_the_top_is_no_front_matter() -> None:
    (trace,) = _traces("begins_with_a_ruled_line.md", ME)
    assert trace.author == ME
    assert "no front matter" in trace.text


def test_a_binary_file_is_one_reject() -> None:
    assert _read("binary_named_md.md") == [Reject("binary_named_md.md", "not text")]


def test_a_file_beyond_the_limit_is_one_reject_and_never_held(tmp_path: Path) -> None:
    path = tmp_path / "big.md"
    with path.open("wb") as f:
        f.truncate(MAX_NOTE_BYTES + 1)
    (record,) = read_notes(path, where="big.md", author=None)
    assert isinstance(record, Reject)


def test_a_missing_note_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        list(read_notes(tmp_path / "none.md", where="none.md", author=None))


@given(st.lists(st.sampled_from(["# a", "b", "===", "---", "```", "> q", "", "- i", "~~~"])))
def test_sections_lose_nothing_and_own_no_quote(lines: list[str]) -> None:
    text = "two lines\nof text\n\n" + "\n".join(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "n.md"
        path.write_text(text, encoding="utf-8")
        traces = [t for t in read_notes(path, where="n", author=ME) if isinstance(t, Trace)]
    for line in ("- i", "> q", "two lines"):
        assert sum(t.text.count(line) for t in traces) == text.count(line)
    for t in traces:
        assert not any(is_quote(line) for line in t.words.split("\n"))


def test_a_paste_is_one_trace_without_what_it_quotes() -> None:
    at = datetime(2026, 8, 1, tzinfo=UTC)
    trace = read_paste("> who?\r\nMe.\r\n", author=ME, at=at)
    assert trace.text == "> who?\nMe.\n"
    assert trace.words == "Me."
    assert (trace.source, trace.native, trace.author, trace.at) == ("paste", None, ME, at)
    assert trace.locator == read_paste("> who?\nMe.\n", author=None, at=None).locator
