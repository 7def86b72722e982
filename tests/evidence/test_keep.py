# SPDX-License-Identifier: Apache-2.0
"""Nothing lost, nothing kept twice, nothing attributed to the wrong person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.errors import Internal, NotAllowed
from countersign.evidence import (
    Range,
    Record,
    Reject,
    Skip,
    Trace,
    keep,
    own_traces,
    traces_by_id,
)
from countersign.people import Handle, Vault
from countersign.terms import Act
from tests.evidence.scene import hours, kept, mail, permit
from tests.people.scene import KIM, LIN, LIN_CHAT, NOW, add, raw_bytes, stands_in, vault_of_lin

_NTH = count()
_SHARED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
_AUTHORS = st.sampled_from([LIN, KIM, Handle.parse("mail:unknown@example.org"), None])


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with vault_of_lin(tmp_path) as vault:
        yield vault


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One vault for laws, in which each example is an account of its own."""
    with vault_of_lin(tmp_path_factory.mktemp("laws")) as vault:
        yield vault


@st.composite
def _records(draw: st.DrawFn) -> list[Record]:
    trace = st.builds(
        mail,
        st.one_of(st.none(), st.sampled_from("abc")),
        st.text(max_size=8),
        author=_AUTHORS,
        author_name=st.sampled_from(["", "Lin"]),
        at=st.sampled_from([None, NOW, hours(1)]),
    )
    skip = st.builds(Skip, st.sampled_from(["empty", "bot", "duplicate"]), st.just("here"))
    reject = st.builds(Reject, st.just("there"), st.just("why"))
    return draw(st.lists(st.one_of(trace, skip, reject), max_size=12))


def _in_account(records: list[Record], account: str) -> list[Record]:
    return [replace(r, account=account) if isinstance(r, Trace) else r for r in records]


@_SHARED
@given(_records())
def test_read_is_own_and_context_and_skipped_and_rejected(
    shared: Vault, records: list[Record]
) -> None:
    records = _in_account(records, f"law-{next(_NTH)}")
    found = kept(shared, records)
    assert found.read == len(records)
    assert found.read == found.own + found.context + found.skipped.total() + found.rejected
    assert found.rejected == sum(isinstance(r, Reject) for r in records)
    by_lin = [r for r in records if isinstance(r, Trace) and r.author == LIN]
    assert found.own <= len(by_lin)
    assert (found.own > 0) == bool(by_lin)


@_SHARED
@given(_records())
def test_adding_twice_adds_nothing(shared: Vault, records: list[Record]) -> None:
    records = _in_account(records, f"twice-{next(_NTH)}")
    first, again = kept(shared, records), kept(shared, records)
    assert (again.own, again.context) == (0, 0)
    assert again.skipped["duplicate"] == first.skipped["duplicate"] + first.own + first.context


@_SHARED
@given(st.text(), st.data())
def test_what_was_read_is_what_is_kept(shared: Vault, text: str, data: st.DataObject) -> None:
    """Lone surrogates, NUL, any script: text, ranges and all that names them survive."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    written = (Range(start, end),) if start < end else ()
    account = f"same-{next(_NTH)}"
    trace = mail("n\ud800", text, written=written, account=account, title=text, author_name=text)
    kept(shared, [trace])
    assert [k.trace for k in own_traces(shared) if k.trace.account == account] == [trace]


@given(st.text(max_size=20), st.lists(st.tuples(st.integers(-2, 22), st.integers(-2, 22))))
def test_ranges_that_do_not_fit_the_text_make_no_trace(
    text: str, pairs: list[tuple[int, int]]
) -> None:
    fits = all(0 <= a < b <= len(text) for a, b in pairs) and all(
        before[1] <= after[0] for before, after in pairwise(pairs)
    )
    try:
        mail("n", text, written=tuple(Range(a, b) for a, b in pairs))
    except Internal:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=8))])
def test_a_time_that_is_not_utc_makes_no_trace(zone: timezone | None) -> None:
    """A naive time would be read in whatever zone the machine stands."""
    with pytest.raises(Internal):
        mail("n", at=datetime(2026, 1, 1, tzinfo=zone))


def test_times_at_the_ends_of_the_calendar_can_be_read_back(vault: Vault) -> None:
    ends = [datetime.min.replace(tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    kept(vault, [mail(f"{n}", at=at) for n, at in enumerate(ends)])
    assert [k.trace.at for k in own_traces(vault)] == ends


def test_copies_whose_text_differs_by_a_footer_are_one_record(vault: Vault) -> None:
    found = kept(vault, [mail("1", "Hello"), mail("1", "Hello\n-- \nlist footer")])
    assert (found.own, found.skipped["duplicate"]) == (1, 1)
    assert [k.trace.text for k in own_traces(vault)] == ["Hello"]


def test_two_peoples_mails_under_one_message_id_are_both_kept(vault: Vault) -> None:
    first, second = mail("1", "Mine"), mail("1", "Hers", author=KIM)
    found = kept(vault, [first, second, mail("1", "Mine, with a footer")])
    assert (found.own, found.context, found.skipped["duplicate"]) == (1, 1, 1)
    # In another add too, and when the copy of the later one differs by a footer.
    again = kept(vault, [second, mail("1", "Hers, with a footer", author=KIM), first])
    assert (again.own, again.context, again.skipped["duplicate"]) == (0, 0, 3)
    assert [k.trace.text for k in own_traces(vault)] == ["Mine"]


def test_one_message_id_at_another_time_is_another_record(vault: Vault) -> None:
    assert kept(vault, [mail("1"), mail("1", at=hours(1)), mail("1", at=None)]).own == 3


def test_the_same_native_id_of_another_account_or_source_is_another_record(vault: Vault) -> None:
    assert kept(vault, [mail("1"), mail("1", account="b"), mail("1", source="slack")]).own == 3


def test_records_without_native_id_are_told_apart_by_their_words(vault: Vault) -> None:
    quoted = [mail(None, text, written=()) for text in ("> one", "> two", "> one")]
    found = kept(vault, [mail(None, "A"), mail(None, "B"), mail(None, "A"), *quoted])
    assert (found.own, found.skipped["duplicate"]) == (4, 2)


def test_a_name_is_not_a_handle(vault: Vault) -> None:
    found = kept(vault, [mail("1", author=None, author_name="Lin Wei"), mail("2", author=KIM)])
    assert (found.own, found.context) == (0, 2)


def test_rejects_are_all_counted_and_the_first_ones_shown(vault: Vault) -> None:
    found = kept(vault, (Reject(f"line {n}", "broken") for n in range(5000)))
    assert (found.read, found.rejected, len(found.rejects)) == (5000, 5000, 200)


def test_authors_are_counted_by_handle(vault: Vault) -> None:
    found = kept(
        vault, [mail("1"), mail("2"), mail("2"), mail("3", author=KIM), mail("4", author=None)]
    )
    assert found.authors == {LIN: 2, KIM: 1}


def test_keeping_needs_a_permit_to_keep(vault: Vault) -> None:
    with pytest.raises(NotAllowed):
        keep(vault, [mail("1")], permit=permit(Act.DISTILL), now=NOW)
    assert list(own_traces(vault)) == []


def test_a_reader_that_fails_leaves_whole_batches(vault: Vault) -> None:
    def reader() -> Iterator[Record]:
        yield from (mail(f"{n}") for n in range(2500))
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 -- raised by the reader above
        kept(vault, reader())
    assert sum(1 for _ in own_traces(vault)) == 2000


def test_what_was_said_stands_nowhere_in_the_vaults_bytes(vault: Vault, tmp_path: Path) -> None:
    add(vault, "Lin Wei", LIN_CHAT, me=True)
    words = (
        "zanzibar-text",
        "zanzibar-title",
        "zanzibar-name",
        "zanzibar@example.org",
        "zanzibar-locator",
        "zanzibar-native",
        "zanzibar-thread",
        "zanzibar-reply",
    )
    kept(vault, [
        mail("zanzibar-native", "zanzibar-text 文字", author=Handle.parse("mail:zanzibar@example.org"),
             title="zanzibar-title", author_name="zanzibar-name", locator="zanzibar-locator",
             conversation="zanzibar-thread", reply_to="zanzibar-reply"),
    ])  # fmt: skip
    assert stands_in(raw_bytes(tmp_path, "vault.db"), *words, "文字") == []
    with vault.db.write() as c:  # the scan can fail
        c.exec_driver_sql("UPDATE trace SET body = ?", (b"zanzibar-text",))
    assert stands_in(raw_bytes(tmp_path, "vault.db"), *words) == ["zanzibar-text"]


def test_traces_are_found_by_id_and_unknown_ids_are_left_out(vault: Vault) -> None:
    kept(vault, [mail("1"), mail("2", author=KIM)])
    mine = next(own_traces(vault))
    assert set(traces_by_id(vault, [mine.id, "tunknown"])) == {mine.id}
