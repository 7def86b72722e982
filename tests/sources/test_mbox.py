# SPDX-License-Identifier: Apache-2.0
"""Where mails begin and end in an archive: nothing lost, nothing split, whatever the bytes are."""

from __future__ import annotations

import io
import mailbox
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.evidence import Record, Reject, Trace
from countersign.sources import looks_like_mbox, read_mbox
from countersign.sources.mbox import Blocks, split

FILES = Path(__file__).parents[1] / "files" / "mail"
MAIL = (
    b"From ann at example.org  Mon Jan  3 09:42:32 2005\n"
    b"From: ann at example.org (Ann Lee)\nMessage-ID: <%d@example.org>\n\nTake the lock first.\n\n"
)


def read(name: str, workers: int = 1) -> list[Record]:
    return list(read_mbox(FILES / name, where=name, workers=workers))


def texts(records: list[Record]) -> list[str]:
    return [r.words for r in records if isinstance(r, Trace)]


def test_every_mail_of_a_pipermail_archive_is_one_trace_by_its_author() -> None:
    records = read("pipermail_user_at_host.mbox")
    assert [str(r.author) for r in records if isinstance(r, Trace)] == [
        "mail:ann@example.org",
        "mail:bo@example.org",
    ]
    assert texts(records) == [
        "Always take the lock first.",
        "No: the queue comes first, because the lock may block.",
    ]


def test_line_ends_of_another_system_change_nothing() -> None:
    assert read("crlf_line_ends.mbox") == read("pipermail_user_at_host.mbox")


def test_gzip_is_told_by_its_first_bytes_and_members_are_joined() -> None:
    assert read("plain_gzip_two_members.mbox") == read("pipermail_user_at_host.mbox")


def test_body_lines_that_begin_with_from_do_not_split_a_mail() -> None:
    first, second = read("from_lines_unescaped_in_body.mbox")
    assert isinstance(first, Trace)
    assert first.words.endswith("it is said that nothing helps.")
    assert isinstance(second, Trace)


def test_escaped_from_is_undone_in_own_words_and_left_in_a_quotation() -> None:
    mail = read("from_lines_escaped.mbox")[0]
    assert isinstance(mail, Trace)
    assert mail.words == "From my point of view we should wait."
    assert ">From his side it is done." in mail.text


def test_copies_of_a_mail_are_yielded_each_time() -> None:
    records = read("every_mail_twice.mbox")
    assert Counter(r.locator for r in records if isinstance(r, Trace)) == {
        "mail:a1@example.org": 2,
        "mail:b1@example.org": 2,
    }


def test_a_mail_cut_off_after_its_envelope_is_a_reject_of_its_own() -> None:
    first, second = read("mail_cut_off_after_envelope.mbox")
    assert isinstance(first, Trace)
    assert isinstance(second, Reject)


def test_what_stands_before_the_first_mail_is_counted_not_dropped() -> None:
    first, second = read("preamble_before_first_mail.mbox")
    assert isinstance(first, Reject)
    assert isinstance(second, Trace)


def test_a_file_that_is_no_archive_is_one_reject_without_its_text() -> None:
    (only,) = read("no_mail_archive.txt")
    assert isinstance(only, Reject)
    assert "meeting" not in only.why


def test_gzip_data_cut_off_keep_what_came_before_and_say_so() -> None:
    *before, last = read("gzip_cut_off.mbox.gz")
    assert len(before) == 400
    assert isinstance(last, Reject)
    assert "gzip" in last.why


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    (tmp_path / "Inbox").write_bytes(b"")
    assert list(read_mbox(tmp_path / "Inbox", where="Inbox")) == []


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        list(read_mbox(tmp_path / "none", where="none"))


def test_archives_are_told_from_other_files_by_their_first_bytes() -> None:
    assert looks_like_mbox((FILES / "crlf_line_ends.mbox").read_bytes()[:300])
    assert not looks_like_mbox((FILES / "no_mail_archive.txt").read_bytes())
    assert not looks_like_mbox(b"")


@pytest.mark.parametrize(
    "line",
    [
        b"From - Thu Jan  1 00:00:00 1970",
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
        b"From 1234567890@xxx Mon Jan 02 15:04:05 +0000 2006",
        b"From ann@example.org Mon, 02 Jan 2006 15:04:05 +0000",
        b"From ann@example.org Mon Jan  2 15:04 EST 2006 remote from host",
        b"From ann lee@example.org Mon Jan  2 15:04:05 2006",
    ],
)
def test_envelope_lines_of_many_programs_are_known(line: bytes) -> None:
    assert looks_like_mbox(line + b"\nFrom: a@example.org\n\nx\n")


def test_both_readers_of_boundaries_agree_where_no_body_line_is_bare() -> None:
    """Own rule against the standard library's, which splits at every line that begins so."""
    for name in ("pipermail_user_at_host.mbox", "every_mail_twice.mbox", "gbk_without_label.mbox"):
        assert len(read(name)) == count_by_library(name)
    assert count_by_library("from_lines_unescaped_in_body.mbox") == 5


def count_by_library(name: str) -> int:
    box = mailbox.mbox(FILES / name, create=False)
    try:
        return len(box)
    finally:
        box.close()


def test_more_workers_give_the_same_records_in_the_same_order(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"".join(MAIL % n for n in range(9000)))
    one = list(read_mbox(path, where="big", workers=1))
    assert list(read_mbox(path, where="big", workers=2)) == one
    assert len(one) == 9000


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(mails: int) -> int:
        path = tmp_path / f"{mails}"
        with path.open("wb") as file:
            for n in range(mails):
                file.write(MAIL % n + b"Words of a mail, again and again.\n" * 100 + b"\n")
        tracemalloc.start()
        assert sum(1 for _ in read_mbox(path, where="x", workers=1)) == mails
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    small, large = peak(800), peak(3_200)  # 3 and 11 MB
    assert large < 1.1 * small


def test_a_mail_longer_than_any_is_a_reject_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("countersign.sources.mbox.MAX_MAIL", 20_000)
    blocks = [MAIL % 1, b"word " * 10_000, b"\n\n", MAIL % 2]
    pieces = list(split(iter(blocks)))
    assert [bool(piece.fault) for piece in pieces] == [True, False]
    assert pieces[1].raw == MAIL % 2


PARTS = st.sampled_from(
    [
        *(MAIL % 1, MAIL % 2, (MAIL % 3).replace(b"\n", b"\r\n"), b"\n", b"\r\n", b"\n\n"),
        *(b"From the spec:\n", b"From ann Mon Jan  3 09:42:32 2005\n", b">From ann\n", b"a: b\n"),
    ]
)


@given(st.lists(PARTS | st.binary(max_size=40), max_size=30), st.integers(1, 400))
def test_no_byte_is_lost_and_block_borders_do_not_matter(parts: list[bytes], step: int) -> None:
    whole = b"".join(parts)
    pieces = list(split(iter([whole])))
    kept = b"".join(piece.raw for piece in pieces)
    assert whole.endswith(kept)
    # Before the first mail, and in a file of nothing else, only white space and a byte-order mark go.
    assert whole[: len(whole) - len(kept)].replace(b"\xef\xbb\xbf", b"").strip() == b""
    steps = (whole[i : i + step] for i in range(0, len(whole), step))
    if whole[:4].strip() == whole[:4]:  # the first block decides about leading blank lines
        assert [p.raw for p in split(steps)] == [p.raw for p in pieces]


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_rejected(raw: bytes) -> None:
    def blocks() -> Iterator[bytes]:
        yield from Blocks(io.BytesIO(raw))

    assert sum(len(piece.raw) for piece in split(blocks())) <= max(len(raw), 1 << 20)
