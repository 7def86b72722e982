# SPDX-License-Identifier: Apache-2.0
"""One mail: who wrote it, when, in which letters, and what it carries inside."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.evidence import Record, Reject, Trace
from countersign.people import Handle
from countersign.sources import read_mbox
from countersign.sources.decoding import decode, decode_header
from countersign.sources.headers import author, fields, own_id, sent_second
from countersign.sources.mail import read_mail
from countersign.sources.mime import Node, fast_tree, strict_tree, tree

FILES = Path(__file__).parents[1] / "files" / "mail"
SAID = "锁要先拿，队列在后，喆说过。"


def traces(name: str) -> list[Trace]:
    found = list(read_mbox(FILES / name, where=name, workers=1))
    return [r for r in found if isinstance(r, Trace)]


@pytest.mark.parametrize(
    "name",
    [
        *("gbk_labelled_gb2312", "gbk_labelled_latin1", "gbk_labelled_utf8", "gbk_without_label"),
        *("utf8_labelled_ascii", "unknown_charset_label"),
    ],
)
def test_chinese_is_read_whatever_the_label_says(name: str) -> None:
    assert traces(f"{name}.mbox")[0].text.strip() == SAID


def test_other_charsets_and_rare_characters_are_read() -> None:
    assert traces("big5.mbox")[0].text.strip() == "鎖要先拿。"
    assert traces("iso2022jp.mbox")[0].text.strip() == "ロックが先です。"
    assert "𠮷" in traces("gb18030_base64.mbox")[0].text
    assert traces("latin1_without_label.mbox")[0].text.strip() == "Le café est fermé, voilà."


def test_one_broken_byte_does_not_spoil_the_rest() -> None:
    assert traces("utf8_one_broken_byte.mbox")[0].text.split() == [SAID, "café"]


def test_subject_and_name_in_encoded_words_are_decoded() -> None:
    assert traces("gbk_labelled_gb2312.mbox")[0].title == "关于锁喆"
    mail = traces("name_encoded_word_split.mbox")[0]
    assert mail.author_name == "李雷"
    assert mail.author == Handle("mail", "li@example.cn")


def test_a_nested_mail_belongs_to_its_author_and_attachments_to_nobody() -> None:
    outer, inner = traces("nested_mail_of_another.mbox")
    assert (str(outer.author), outer.words) == ("mail:ann@example.org", "See what Cy says.")
    assert (str(inner.author), inner.words) == ("mail:cy@example.org", "Never lock twice.")
    assert inner.locator == "mail:c1@example.org"
    assert "lock" not in outer.text
    assert "notes" not in outer.text


def test_plain_text_is_preferred_and_html_is_turned_into_text() -> None:
    assert traces("alternative_plain_and_html.mbox")[0].text == "Take the lock 锁 first."
    mail = traces("html_only_with_blockquote.mbox")[0]
    assert mail.words == "先拿锁 & then the queue.\nBut never both."
    assert "The queue first." in mail.text


def test_broken_mime_keeps_its_text() -> None:
    assert traces("multipart_without_boundary_lines.mbox")[0].words == "The boundary never comes."
    assert traces("base64_broken.mbox")[0].words == "Take the lock first."


def test_a_mail_without_an_id_is_found_by_its_place() -> None:
    (mail,) = traces("no_message_id.mbox")
    assert (mail.native, mail.locator) == (None, "no_message_id.mbox#0")
    assert traces("pipermail_user_at_host.mbox")[0].locator == "mail:a1@example.org"


def test_a_mail_without_a_sender_has_no_author() -> None:
    assert traces("no_from_header.mbox")[0].author is None


def test_absurd_dates_fall_back_to_the_envelope_and_then_to_none() -> None:
    delivered = datetime(2005, 1, 3, 9, 42, 32, tzinfo=UTC)
    assert traces("date_in_the_future.mbox")[0].at == delivered
    assert traces("date_unreadable.mbox")[0].at == delivered
    assert traces("date_and_envelope_absurd.mbox")[0].at is None


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        (b"Mon, 3 Jan 2005 09:42:32 +0100", 8),
        (b"3 Jan 2005 09:42:32 GMT", 9),
        (b"Mon, 03 Jan 05 09:42:32 -0500 (EST)", 14),
        (b"Mon,  3 Jan 2005 09:42 EST", 14),
        (b"Mon, 03 Jan 2005 09:42:60 +0000", 9),
    ],
)
def test_dates_of_many_programs_are_read_in_utc(date: bytes, hour: int) -> None:
    second = sent_second(date, b"")
    assert second is not None
    at = datetime.fromtimestamp(second, UTC)
    assert (at.day, at.hour, at.tzinfo) == (3, hour, UTC)


@pytest.mark.parametrize(
    ("value", "handle", "name"),
    [
        (b"ann at example.org (Ann Lee)", "ann@example.org", "Ann Lee"),
        (b'"Lee, Ann" <Ann@Example.org>', "ann@example.org", "Lee, Ann"),
        (b"Ann Lee <ann at example.org>", "ann@example.org", "Ann Lee"),
        (b"ann@example.org", "ann@example.org", ""),
        (b"<ann@example.org>", "ann@example.org", ""),
        (b"ann@example.org (Ann (the first) Lee)", "ann@example.org", "Ann (the first) Lee"),
        (b"Ann <ann@example.org>, Bo <bo@example.org>", "ann@example.org", "Ann"),
        (b"ann at example.org (ann at example.org)", "ann@example.org", "ann at example.org"),
        (b"Ann Lee", None, "Ann Lee"),
        (b"", None, ""),
        (b"bo@evil.org <ann@example.org>", "ann@example.org", "bo@evil.org"),
    ],
)
def test_the_sender_is_an_exact_address_and_a_name_is_none(
    value: bytes, handle: str | None, name: str
) -> None:
    who, shown = author(value)
    assert (who and who.value) == handle
    assert shown == name


def test_message_ids_are_whole_and_without_brackets() -> None:
    assert own_id(b"<20050103.1$a+b/c=@[10.0.0.1]>") == "20050103.1$a+b/c=@[10.0.0.1]"
    assert (
        own_id(b"\n <long.id.on.the.next.line@example.org>")
        == "long.id.on.the.next.line@example.org"
    )
    assert own_id(b"no-brackets@example.org") == "no-brackets@example.org"
    assert own_id(b"  ") is None


def test_the_first_of_two_headers_counts_and_names_are_blind_to_case() -> None:
    found = fields(b"FROM: a@example.org\nfrom: b@example.org\nSubject: one\n two\n")
    assert found == {b"from": b"a@example.org", b"subject": b"one\n two"}


def test_threads_begin_at_the_first_reference() -> None:
    reply = traces("pipermail_user_at_host.mbox")[1]
    assert (reply.conversation, reply.reply_to) == ("r0@example.org", "a1@example.org")


def test_mails_inside_mails_end_at_a_depth() -> None:
    raw = b"From: a@example.org\n\nthe last\n"
    for _ in range(12):
        raw = b"From: a@example.org\nContent-Type: message/rfc822\n\n" + raw
    records = read_mail(raw, place="x")
    assert isinstance(records[-1], Reject)
    assert len(records) < 13


LABELS = st.sampled_from(
    [
        *("", "utf-8", "gbk", "gb2312", "big5", "iso-2022-jp", "utf-7", "hz", "utf-16", "us-ascii"),
        *("iso-8859-1", "rot13", "base64", "punycode", "x-none", "shift_jis", "idna", "\x00"),
    ]
)
WRITTEN_SO = (b"\xef\xbf\xbd", b"\x84\x31\xa4\x37")  # U+FFFD in UTF-8 and in GB18030


@given(st.binary(max_size=80), LABELS)
def test_any_bytes_under_any_label_become_text_that_can_be_stored(raw: bytes, label: str) -> None:
    decode(raw, label).encode("utf-8")


@given(st.binary(max_size=80), st.sampled_from(["", "us-ascii", "iso-8859-1", "utf-8", "gbk"]))
def test_no_replacement_character_is_ever_made(raw: bytes, label: str) -> None:
    if not any(mark in raw for mark in WRITTEN_SO):
        assert "\ufffd" not in decode(raw, label)


@given(st.text(max_size=60))
def test_text_in_its_own_charset_comes_back(text: str) -> None:
    assert decode(text.encode("utf-8"), "utf-8") == text.replace("\r\n", "\n")


@given(st.binary(max_size=80))
def test_any_header_bytes_are_decoded(raw: bytes) -> None:
    decode_header(b"=?utf-8?B?" + raw + b"?= =?gb2312?Q?" + raw + b"?=").encode("utf-8")
    author(raw)
    sent_second(raw, raw)


LINES = st.sampled_from(
    [
        *(
            b"From: a@example.org",
            b"Content-Type: multipart/mixed; boundary=B",
            b"--B",
            b"--B--",
            b"",
        ),
        *(
            b"Content-Type: message/rfc822",
            b"Content-Transfer-Encoding: base64",
            b"SGVsbG8=",
            b"=3D=",
        ),
        *(b"Content-Type: text/html", b"<blockquote><p>x", b"> quoted", b"On 1/1/05, Bo wrote:"),
        *(
            b"-- ",
            b"Content-Type: text/plain; charset=gb2312",
            b"\xb0\xa1\xb0",
            b"-----Original Message-----",
        ),
    ]
)


@given(st.lists(LINES | st.binary(max_size=20), max_size=25))
def test_any_mail_becomes_records_with_sound_ranges(lines: list[bytes]) -> None:
    records: list[Record] = list(read_mail(b"\n".join(lines), place="x#0"))
    assert records
    for record in records:
        assert isinstance(record, Trace | Reject)


def shape(node: Node) -> object:
    if node.kind == "message/rfc822":
        return (node.kind, b"".join(node.raw.split()))
    raw = b"".join(node.raw.split()) if not node.children else b""
    return (node.kind, node.charset.lower(), raw, node.attached, [shape(n) for n in node.children])


def mails_of_files() -> list[bytes]:
    raws = [path.read_bytes() for path in sorted(FILES.glob("*.mbox"))]
    return [raw.partition(b"\n")[2] for raw in raws if raw.startswith(b"From ")]


def test_the_fast_parser_and_the_library_see_the_same_parts() -> None:
    """Differential: where both trees are used, they must not differ in any text."""
    compared = 0
    for raw in mails_of_files():
        kind = fields(raw.partition(b"\n\n")[0] + b"\n").get(b"content-type", b"")
        used = tree(raw, kind)
        if used == fast_tree(raw):
            assert shape(used) == shape(strict_tree(raw))
            compared += 1
    assert compared > 20


def test_the_library_reads_what_the_fast_parser_gives_up_on() -> None:
    raw = (FILES / "multipart_without_boundary_lines.mbox").read_bytes().partition(b"\n")[2]
    assert tree(raw, b"multipart/mixed; boundary=B1") == strict_tree(raw)


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=60), max_size=4
    ),
    st.sampled_from(["7bit", "base64", "quoted-printable"]),
)
def test_the_fast_parser_and_the_library_agree_on_mails_that_are_well_made(
    texts: list[str], encoding: str
) -> None:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message["Subject"] = "x"
    message.set_content("first\n", cte="7bit")
    for text in texts:
        safe = text if encoding != "7bit" else text.encode("ascii", "ignore").decode()
        message.add_attachment(safe.replace("\x0c", "") + "\n", cte=encoding, disposition="inline")
    raw = message.as_bytes()
    fast = fast_tree(raw)
    assert fast is not None
    assert shape(fast) == shape(strict_tree(raw))
