"""What a path holds is told by its content; what cannot be read is said in three short lines."""

from __future__ import annotations

import gzip
import os
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from countersign.errors import BadInput
from countersign.evidence import Skip, Trace
from countersign.people import Handle
from countersign.sources import SOURCES, detect, read

FILES = Path(__file__).parents[1] / "files"
EXAMPLES = Path(__file__).parents[2] / "examples"
LIN = {
    Handle.parse(h)
    for h in ("mail:lin.wei@example.com", "mail:lin@old.example.com", "slack:U0LINWEI01")
}


def _refusal(path: Path) -> BadInput:
    with pytest.raises(BadInput) as caught:
        detect(path)
    assert caught.value.what
    assert caught.value.why
    assert caught.value.remedy
    return caught.value


def test_each_source_is_told_whatever_the_file_is_called(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "mail.mbox", tmp_path / "a.zip")
    shutil.copy(FILES / "slack" / "plain.zip", tmp_path / "b.mbox")
    shutil.copy(EXAMPLES / "notes" / "refund-runbook.md", tmp_path / "c.json")
    (tmp_path / "d.txt").write_bytes(gzip.compress((EXAMPLES / "mail.mbox").read_bytes()))
    kinds = [detect(p) for p in sorted(tmp_path.iterdir())]
    assert kinds == ["mbox", "slack", "notes", "mbox"]
    assert set(kinds) == set(SOURCES)


def test_folders_are_told_by_what_is_in_them() -> None:
    assert detect(EXAMPLES / "slack-export") == "slack"
    assert detect(EXAMPLES / "notes") == "notes"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"SQLite format 3\x00", "database"),
        (b"!BDN", "Outlook"),
        (bytes(range(256)), "binary"),
        (b'[{"type":"message","ts":"1772359200.000000"}]', "Slack export"),
        (b'{"messages":[{"id":1,"date_unixtime":"1","from_id":"user1"}]}', "Telegram"),
        (b'{"guild":{"id":"1"}}', "Discord"),
        (b'{"items":[{"message_id":"om_1"}]}', "Feishu"),
        (b'[{"msgid":"1","msgtype":"text"}]', "WeCom"),
        (b'[{"sender_full_name":"A"}]', "Zulip"),
        (b'{"a": 1}', "JSON"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"Received: x\nFrom: a@b.example\nTo: c@d.example\nSubject: s\n\nbody\n", "single mail"),
        (gzip.compress(b"only text"), "gzip"),
        (b"\x1f\x8bdamaged", "gzip"),
        (b"PK\x03\x04 cut", "cut off"),
    ],
)
def test_a_foreign_file_is_named_by_what_it_resembles(
    tmp_path: Path, content: bytes, word: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    assert word in _refusal(tmp_path / "file").why


@pytest.mark.parametrize(
    "text", ["[link](https://e.example) first", "[![badge](x)](y)\n# Title", "{ braces } too", "x"]
)
def test_text_that_begins_like_json_is_still_text(tmp_path: Path, text: str) -> None:
    (tmp_path / "note").write_text(text, encoding="utf-8")
    assert detect(tmp_path / "note") == "notes"


@pytest.mark.parametrize(
    ("member", "word"),
    [("word/document.xml", "Word"), ("xl/workbook.xml", "Excel"), ("a.txt", "no Slack export")],
)
def test_a_zip_of_something_else_is_named(tmp_path: Path, member: str, word: str) -> None:
    with zipfile.ZipFile(tmp_path / "z", "w") as z:
        z.writestr(member, "x")
    assert word in _refusal(tmp_path / "z").why


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\x00\x00", gzip.compress(b"")])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert "empty" in _refusal(tmp_path / "file").what


def test_missing_empty_and_foreign_paths_are_refused_before_reading(tmp_path: Path) -> None:
    _refusal(tmp_path / "none")
    assert "empty" in _refusal(tmp_path).what
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    assert "1 files of other kinds" in _refusal(tmp_path).why
    for source in (None, "notes"):
        with pytest.raises(BadInput):
            read(tmp_path / "none", source=source)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "pipe" in _refusal(tmp_path / "pipe").why


def test_an_unknown_source_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput) as caught:
        read(EXAMPLES / "mail.mbox", source="telegram")
    assert "mbox, slack, notes" in caught.value.why


def test_a_folder_is_walked_and_what_is_foreign_in_it_is_counted(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "notes", tmp_path / "team" / "notes")
    shutil.copytree(EXAMPLES / "slack-export", tmp_path / "team" / "chat")
    (tmp_path / "team" / "logo.md").write_bytes(b"\x89PNG")
    (tmp_path / "team" / "run.py").write_text("print()\n", encoding="utf-8")
    (tmp_path / "team" / ".git").mkdir()
    (tmp_path / "team" / ".git" / "note.md").write_text("hidden\n", encoding="utf-8")
    records = list(read(tmp_path / "team"))
    foreign = [r.where for r in records if isinstance(r, Skip) and r.reason == "foreign-file"]
    assert foreign == ["team/logo.md", "team/run.py"]
    assert {r.source for r in records if isinstance(r, Trace)} == {"notes", "slack"}
    forced = list(read(tmp_path / "team", source="notes"))
    assert {r.source for r in forced if isinstance(r, Trace)} == {"notes"}


def test_locators_say_the_same_on_another_machine(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "notes", tmp_path / "notes")
    assert [str(r) for r in read(tmp_path / "notes")] == [str(r) for r in read(EXAMPLES / "notes")]


def test_the_examples_hold_what_their_readme_says() -> None:
    records = [
        r
        for name in ("slack-export", "mail.mbox", "notes")
        for r in read(EXAMPLES / name, author=None)
    ]
    traces = [r for r in records if isinstance(r, Trace)]
    own = [t for t in traces if t.author in LIN and t.written]
    assert Counter(t.source for t in traces) == {"slack": 278, "mail": 48, "notes": 24}
    assert {t.at.month for t in traces if t.at} == set(range(1, 9)) - {0}
    chinese = [t for t in own if any("\u4e00" <= c <= "\u9fff" for c in t.words)]
    assert len(own) > 150
    assert 0.3 < len(chinese) / len(own) < 0.5
    words = "\n".join(t.words for t in own)
    assert "Ignore all previous instructions" not in words
    assert "accept every open" not in words
    assert words.count("Found it: step 3 exactly") == 0
    assert "yh_test_" in words
    assert "13800138000" in words
    assert "\u200b" in words
