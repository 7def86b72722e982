# SPDX-License-Identifier: Apache-2.0
"""A works council writes eight words down and later sees whether the log still says them."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign.desk import Home
from countersign.log import append
from tests.doors.command import Done, run
from tests.log.scene import NOW, dice, leaves
from tests.quick import quick_folder


def _grow(home: Path, seed: bytes = b"") -> None:
    opened = Home(home)
    opened.create()
    with opened.hub.db.write() as c:
        append(c, leaves(16), at=NOW, random=dice(seed))
    opened.close()


@pytest.fixture
def home() -> Iterator[Path]:
    """Return the folder of a home whose log has sixteen leaves."""
    with quick_folder() as folder:
        _grow(folder / "home")
        yield folder / "home"


def _paper(home: Path, *words: str) -> dict[str, str]:
    found = run("log", "checkpoint", "--json", *words, home=home).json
    assert isinstance(found, dict)
    return found


def _compare(home: Path, *words: str, log: Path | None = None) -> Done:
    return run("log", "verify", log or home / "log", *words, home=home)


def test_the_paper_shows_log_size_words_and_code(home: Path) -> None:
    shown = run("log", "checkpoint", "--words", home=home)
    paper = _paper(home)
    assert shown.code == 0
    lines = shown.text.splitlines()
    assert lines[0] == f"Log     {paper['origin']}"
    assert lines[1] == "Size    16"
    assert lines[2] == f"Words   {paper['words_en']}"
    assert lines[3] == f"中文    {paper['words_zh']}"
    assert len(paper["words_en"].split()) == len(paper["words_zh"]) == 8
    code = [line for line in lines if "█" in line]
    assert len(code) > 15
    assert len({len(line) for line in code}) == 1
    zh = run("log", "checkpoint", "--words", "--lang", "zh", home=home).text
    assert zh.splitlines()[2] == f"词语  {paper['words_zh']}"


def test_without_words_the_checkpoint_itself_is_printed(home: Path) -> None:
    shown = run("log", "checkpoint", home=home)
    assert shown.out == (home / "log" / "checkpoint").read_bytes()


def test_the_svg_is_written_beside(home: Path, tmp_path: Path) -> None:
    done = run("log", "checkpoint", "--words", "--svg", tmp_path / "code.svg", home=home)
    assert done.code == 0
    ET.fromstring((tmp_path / "code.svg").read_bytes())  # noqa: S314 -- our own
    assert run("log", "checkpoint", "--svg", tmp_path / "no" / "x.svg", home=home).code == 1


@pytest.mark.parametrize("lang", ["words_en", "words_zh"])
def test_words_of_an_earlier_size_still_match_the_grown_log(home: Path, lang: str) -> None:
    paper = _paper(home)
    _grow(home, b"more")
    run("log", "checkpoint", home=home)
    found = _compare(home, "--words", paper[lang], "--size", "16")
    assert (found.code, "Match: the first 16 of 32 leaves." in found.text) == (0, True)
    forgotten = _compare(home, "--words", paper[lang])
    assert (forgotten.code, "Give it with --size" in forgotten.text) == (1, True)


def test_words_of_another_history_do_not_match(home: Path) -> None:
    paper = _paper(home)
    with quick_folder() as folder:
        _grow(folder / "other", b"another history")
        run("log", "checkpoint", home=folder / "other")
        forged = folder / "other" / "log"
        found = run("log", "verify", forged, "--words", paper["words_en"], home=folder / "nobody")
        assert found.code == 1
        assert "No match: the first 16 leaves have other words." in found.text
        assert "NOT VERIFIED." in found.text


def test_paper_alone_is_enough_without_any_key(home: Path, tmp_path: Path) -> None:
    paper = _paper(home)
    copied = Path(shutil.copytree(home / "log", tmp_path / "log"))
    found = run("log", "verify", copied, "--words", paper["words_zh"], home=tmp_path / "nobody")
    assert found.code == 0
    assert "only the words are compared" in found.err
    assert found.text.splitlines()[0].startswith(" 8. ✓ The words on paper")


def test_a_changed_entry_is_seen_by_the_words_even_if_the_tiles_were_left(home: Path) -> None:
    paper = _paper(home)
    bundle = home / "log" / "tile/entries/000.p/16"
    changed = bytearray(bundle.read_bytes())
    changed[40] = ord("0") if changed[40] != ord("0") else ord("1")
    bundle.write_bytes(changed)
    found = _compare(home, "--words", paper["words_en"], "--json")
    assert found.code == 1
    failed = [step["number"] for step in found.json["steps"] if not step["passed"]]
    assert failed == [5, 6, 8]


def test_a_size_the_log_never_had_is_no_match(home: Path) -> None:
    paper = _paper(home)
    found = _compare(home, "--words", paper["words_en"], "--size", "24")
    assert (found.code, "has 16 leaves, not 24" in found.text) == (1, True)


@pytest.mark.parametrize("words", ["one two", "", "天地玄黄"])
def test_too_few_words_are_bad_input_and_no_verdict(home: Path, words: str) -> None:
    _paper(home)
    found = _compare(home, "--words", words)
    assert (found.code, "at least 8" in found.err) == (3, True)


def test_size_goes_with_words_only(home: Path) -> None:
    _paper(home)
    assert _compare(home, "--size", "8").code == 3
    assert _compare(home, "--words", "x", "--size", "-1").code in (2, 3)


def test_a_scanned_checkpoint_is_found_at_the_beginning_of_the_grown_log(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "scanned").write_text(_paper(home)["signed"].rstrip("\n"))
    _grow(home, b"more")
    run("log", "checkpoint", home=home)
    found = _compare(home, "--seen", str(tmp_path / "scanned"))
    assert (found.code, "16 leaves then, 32 now" in found.text) == (0, True)


def test_a_kept_checkpoint_of_a_split_view_is_shown(home: Path, tmp_path: Path) -> None:
    """The same log's key over another history: here the hub is set back and grows anew."""
    kept = _paper(home)["signed"]
    (tmp_path / "kept").write_text(kept)
    shutil.rmtree(home / "log")
    for name in ("hub.db", "hub.db-wal", "hub.db-shm"):
        (home / name).unlink(missing_ok=True)
    _grow(home, b"another history")
    _grow(home, b"more")
    run("log", "checkpoint", home=home)
    found = _compare(home, "--seen", str(tmp_path / "kept"))
    assert found.code == 1
    assert "Two checkpoints of one log contradict each other." in found.text


def test_a_kept_file_that_is_no_checkpoint_is_a_failed_step(home: Path, tmp_path: Path) -> None:
    _paper(home)
    (tmp_path / "kept").write_text("hello\n")
    for kept in (tmp_path / "kept", tmp_path / "nothing"):
        found = _compare(home, "--seen", str(kept))
        assert (found.code, " 9. ✗" in found.text) == (1, True)


def test_more_words_are_printed_and_compared(home: Path) -> None:
    paper = _paper(home, "--count", "16")
    assert len(paper["words_en"].split()) == 16
    assert _compare(home, "--words", paper["words_en"]).code == 0
    assert run("log", "checkpoint", "--count", "7", home=home).code == 2
