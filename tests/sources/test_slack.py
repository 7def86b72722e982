"""Slack exports: every object accounted for, words to whom they belong, hostile files survived."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.evidence import Reject, Skip, Trace
from countersign.people import Handle
from countersign.sources import read_slack
from countersign.sources.slack import timestamp

FILES = Path(__file__).parents[1] / "files" / "slack"
EXAMPLE = Path(__file__).parents[2] / "examples" / "slack-export"
LIN = Handle("slack", "U0LIN")


def _read(name: str) -> list[Trace | Skip | Reject]:
    return list(read_slack(FILES / name, where=name))


def _by_ts(name: str) -> dict[str, Trace]:
    return {t.locator.rsplit("/", 1)[-1]: t for t in _read(name) if isinstance(t, Trace)}


def _traces(name: str) -> list[Trace]:
    return [t for t in _read(name) if isinstance(t, Trace)]


def test_every_object_of_the_day_files_becomes_exactly_one_record() -> None:
    days = [p for p in EXAMPLE.glob("*/*.json")]
    objects = sum(len(json.loads(p.read_text(encoding="utf-8"))) for p in days)
    assert len(list(read_slack(EXAMPLE, where="x"))) == objects > 250


def test_zip_and_folder_give_the_same_records(tmp_path: Path) -> None:
    packed = tmp_path / "export"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        for path in sorted(EXAMPLE.rglob("*.json")):
            z.write(path, path.relative_to(EXAMPLE).as_posix())
    assert list(read_slack(packed, where="x")) == list(read_slack(EXAMPLE, where="x"))


def test_a_message_is_read_with_its_place_its_time_and_its_thread() -> None:
    reply = _by_ts("everyday")["1772359320.000300"]
    assert reply.source == "slack"
    assert reply.account == "T0KES/C0PAY"
    assert reply.native == "C0PAY/1772359320.000300"
    assert reply.author == LIN
    assert reply.author_name == "Lin Wei 林伟"
    assert str(reply.at) == "2026-03-01 10:02:00.000300+00:00"
    assert reply.title == "payments"
    assert reply.locator == "slack:payments/1772359320.000300"
    assert reply.reply_to == reply.conversation == "C0PAY/1772359260.000200"


def test_mentions_channels_links_and_escapes_read_as_people_saw_them() -> None:
    assert _by_ts("everyday")["1772359260.000200"].text == (
        "@Lin Wei 林伟 is 5 < 6 && a &lt; b? See #对账, #payments, @here, "
        "the page (https://example.com/a?b=1&c=2), example.com and x@example.com"
    )


def test_an_unknown_user_is_shown_by_id() -> None:
    assert _by_ts("everyday")["1772359330.000000"].text == "nobody knows @U0GONE"


def test_quoted_lines_are_not_the_authors_words() -> None:
    reply = _by_ts("everyday")["1772359320.000300"]
    assert reply.words == "Yes, always query before you retry.\nThen you wait."


@pytest.mark.parametrize(
    ("ts", "words"),
    [
        ("1772370000.000500", "look at this"),  # another's message shared below
        ("1772370180.000800", ""),  # >>> quotes the rest
        ("1772370200.000000", "From the other channel:"),  # copied chat, one line
        ("1772370210.000000", "Copied:"),  # copied chat, two lines
        ("1772370300.000000", "a < b, ask @Ana Souza"),  # rich text with a quote block
        ("1772370330.000000", ""),  # a subtype nobody knows yet
    ],
)
def test_other_peoples_words_stay_readable_but_are_never_written_by_who_passes_them_on(
    ts: str, words: str
) -> None:
    trace = _by_ts("everyday")[ts]
    assert trace.words == words
    assert len(trace.text) > len(words)


def test_code_in_fences_is_the_authors_whatever_its_lines_begin_with() -> None:
    trace = _by_ts("everyday")["1772370240.000900"]
    assert trace.words == trace.text
    assert "\n> not a quote" in trace.text


def test_what_an_app_posts_is_the_apps_even_in_a_persons_name() -> None:
    traces = _by_ts("everyday")
    assert traces["1772359380.000400"].author == Handle("slack", "B0PAGER")
    assert traces["1772359390.000000"].author == Handle("slack", "B0APP")


def test_records_without_a_persons_words_are_skipped_by_reason() -> None:
    reasons = Counter(r.reason for r in _read("everyday") if isinstance(r, Skip))
    assert reasons == {"system": 1, "deleted": 1, "superseded": 1, "empty": 1, "other-file": 1}


def test_a_name_in_the_roster_cannot_begin_a_line_of_its_own() -> None:
    assert _by_ts("everyday")["1772370310.000000"].author_name == "Gus > trick"


def test_private_rooms_and_direct_messages_are_found_under_their_own_ids() -> None:
    natives = {str(t.native).split("/")[0]: t.title for t in _traces("everyday")}
    assert natives == {
        "C0PAY": "payments",
        "C0ZH": "对账",
        "G0SEC": "secret-plans",
        "G0MP": "group message",
        "D0LINANA": "direct message",
    }


def test_unthreaded_messages_run_together_until_three_silent_hours() -> None:
    t = _by_ts("everyday")
    runs = [t[ts].conversation for ts in ("1772413200.000000", "1772416800.000000")]
    assert runs == ["C0PAY/1772413200.000000"] * 2
    assert t["1772431200.000000"].conversation == "C0PAY/1772431200.000000"
    assert t["1772413200.000000"].reply_to is None


def test_old_exports_name_the_file_and_only_the_remark_is_the_persons() -> None:
    t = _by_ts("year_2016_files_and_comments")
    assert t["1452859200.000001"].words == "Read it & tell me."
    assert t["1452859260.000001"].words == ""  # a remark by the file's owner, shared by another
    assert t["1452859320.000001"].words == "I disagree."
    assert t["1452859320.000001"].author == Handle("slack", "U0ANA")
    assert t["1452859380.000001"].words == "typed by a new client"


def test_broken_lists_and_days_are_one_reject_each_and_the_rest_goes_on() -> None:
    records = _read("broken_lists_and_days")
    rejects = [r.where.split(":")[1] for r in records if isinstance(r, Reject)]
    assert rejects == [
        "users.json",
        *[f"payments/2026-03-01.json#{n}" for n in (1, 2, 3)],
        *[f"payments/2026-03-0{n}.json" for n in (2, 3, 4)],
    ]
    texts = [r.text for r in records if isinstance(r, Trace)]
    assert texts == ["good one, @U0ANA", "lone \ufffd half, whole \U0001f600"]
    assert Counter(r.reason for r in records if isinstance(r, Skip)) == {"empty": 1, "system": 1}


@pytest.mark.parametrize("name", ["wrapped_in_a_folder_with_macosx.zip", "plain.zip"])
def test_a_zip_is_read_wherever_its_root_lies(name: str) -> None:
    (record,) = _read(name)
    assert isinstance(record, Trace)
    assert record.native == "C0PAY/1772359200.000000"


def test_zip_names_in_utf8_without_the_flag_still_find_their_channel() -> None:
    assert [t.title for t in _traces("utf8_names_without_the_flag.zip")] == ["对账"]


def test_members_that_lead_outside_are_refused_and_counted() -> None:
    records = _read("names_leave_the_export.zip")
    assert [type(r).__name__ for r in records].count("Reject") == 3
    assert {r.why for r in records if isinstance(r, Reject)} == {
        "its name leads outside the export"
    }
    assert len(_traces("names_leave_the_export.zip")) == 1


@pytest.mark.parametrize(
    ("name", "why", "traces"),
    [
        ("day_inflates_a_thousand_fold.zip", "larger than 1048576 bytes when unpacked", 1),
        ("day_damaged.zip", "damaged inside the zip", 0),
        ("day_encrypted.zip", "encrypted, or packed in a way that is not supported", 0),
    ],
)
def test_a_hostile_or_damaged_day_is_one_reject(name: str, why: str, traces: int) -> None:
    records = _read(name)
    assert [r.why for r in records if isinstance(r, Reject)] == [why]
    assert len(_traces(name)) == traces


@pytest.mark.parametrize(
    "name", ["cut_off.zip", "members_overlap.zip", "needs_an_unknown_zip_version.zip"]
)
def test_a_zip_that_cannot_be_trusted_as_a_whole_is_bad_input(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        _read(name)
    assert caught.value.why
    assert caught.value.remedy


@given(st.data())
def test_flipped_bytes_of_a_zip_never_escape_as_anything_but_bad_input(data: st.DataObject) -> None:
    raw = bytearray((FILES / "plain.zip").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.NamedTemporaryFile() as f:
        f.write(bytes(raw))
        f.flush()
        try:
            records = list(read_slack(Path(f.name), where="x"))
        except BadInput:
            return
    assert all(isinstance(r, Trace | Skip | Reject) for r in records)


def test_names_on_disk_that_are_no_text_give_places_that_are(tmp_path: Path) -> None:
    room = os.fsencode(tmp_path) + b"/export/caf\xe9"
    try:
        os.makedirs(room)
    except OSError:
        pytest.skip("this file system only takes names that are text")
    for name, text in (
        (b"2026-03-01.json", '[{"ts": "1772359200.000000", "text": "hi"}]'),
        (b"\xff", ""),
    ):
        Path(os.fsdecode(room + b"/" + name)).write_text(text, encoding="utf-8")
    records = list(read_slack(tmp_path / "export", where="x"))
    assert [type(r) for r in records] == [Trace, Skip]
    for r in records:
        (r.locator if isinstance(r, Trace) else r.where).encode("utf-8")


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "2026-03-01.json").write_text("[]", encoding="utf-8")
    export = tmp_path / "export"
    (export / "payments").mkdir(parents=True)
    (export / "channels.json").write_text("[]", encoding="utf-8")
    (export / "leak").symlink_to(tmp_path / "outside")
    (export / "payments" / "2026-03-01.json").symlink_to(tmp_path / "outside" / "2026-03-01.json")
    rejects = [r.where for r in read_slack(export, where="x") if isinstance(r, Reject)]
    assert rejects == ["x:payments/2026-03-01.json", "x:leak/"]


@pytest.mark.parametrize(
    "ts", ["", "1", "x.y", "1772359200", "-1.0", "999999999999.0", "1.1234567", None, 1772359200.0]
)
def test_a_ts_that_is_none_has_no_time(ts: object) -> None:
    assert timestamp(ts) is None


def test_the_fraction_of_a_ts_is_microseconds() -> None:
    at = timestamp("1772359200.0001")
    assert at is not None
    assert at.microsecond == 100
