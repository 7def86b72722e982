# SPDX-License-Identifier: Apache-2.0
"""`terms text` and `terms template` as somebody at a terminal meets them."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from countersign import desk
from tests.desk import scene
from tests.doors.command import run


@pytest.fixture
def offer(standing: Path) -> str:
    """Return the id of the offer in the home that all may look at."""
    with scene.opened(standing) as home:
        return desk.list_offers(home)[0].state.id


def test_the_contract_is_printed_byte_for_byte_in_each_language(standing: Path, offer: str) -> None:
    with scene.opened(standing) as home:
        texts = {lang: desk.contract_of(home, offer, lang=lang) for lang in ("en", "zh")}
    for lang, text in texts.items():
        done = run("terms", "text", offer, "--lang", lang, home=standing)
        assert (done.code, done.text) == (0, text)


def test_a_page_is_written_for_its_owner_alone_and_never_over_another_file(
    standing: Path, offer: str, tmp_path: Path
) -> None:
    page = tmp_path / "contract.html"
    words = ("terms", "text", offer, "--format", "html", "--out", page)
    assert run(*words, home=standing).code == 0
    before = page.read_bytes()
    assert before.startswith(b"<!DOCTYPE html>")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    again = run(*words, home=standing)
    assert again.code == 3
    assert "exists already" in again.err
    assert page.read_bytes() == before


def test_a_folder_that_is_not_there_is_said_in_three_lines(tmp_path: Path) -> None:
    done = run(
        "terms", "template", "promise", "--out", tmp_path / "no" / "x.md", home=tmp_path / "h"
    )
    assert done.code == 3
    assert "cannot be written" in done.err


def test_templates_need_no_home_and_make_none(tmp_path: Path) -> None:
    home = tmp_path / "none"
    listed = run("terms", "template", "--json", home=home)
    assert listed.json == {"templates": {name: list(langs) for name, langs in desk.TEXTS.items()}}
    shown = run("terms", "template", "group-notice", "--lang", "zh", home=home)
    assert shown.code == 0
    assert "正在整理**我自己**在本群的发言" in shown.text
    assert not home.exists()


def test_the_floor_is_printed_in_german_and_other_verbs_then_speak_english(tmp_path: Path) -> None:
    done = run(
        "terms", "template", "floor", "--lang", "de", "--set", "party=Beispiel GmbH", home=tmp_path
    )
    assert done.code == 0
    assert "Zwischen Beispiel GmbH und [Betriebsrat]" in done.text
    assert "Presets: " in run("terms", "--lang", "de", home=tmp_path).text
    refused = run("terms", "template", "promise", "--lang", "de", home=tmp_path)
    assert refused.code == 3
    assert "It is written in: en, zh." in refused.err


def test_blanks_are_listed_for_programs(tmp_path: Path) -> None:
    found = run("terms", "template", "promise", "--json", home=tmp_path).json
    assert found["template"] == "promise"
    assert found["blanks"]["party"] == "name of the party"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("text", "f1", "--format", "docx"), "md, html or pdf"),
        (("template", "promise", "--set", "party"), "BLANK=TEXT"),
        (("template", "promise", "--set", "salary=1"), "no blank called 'salary'"),
    ],
)
def test_wrong_input_says_what_and_how_to_mend_it(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = run("terms", *words, home=tmp_path)
    assert done.code == 3
    assert said in done.err


def test_a_pdf_goes_to_a_pipe_as_it_is(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra `contract` is not installed")
    # A process of its own: a fork of one in which typst has threads already would wait for them.
    command = [sys.executable, "-c", "from countersign.doors.cli.main import run; run()"]
    words = ["terms", "template", "floor", "--format", "pdf", "--lang", "de"]
    done = subprocess.run(
        [*command, "--home", str(tmp_path / "none"), *words], capture_output=True, check=True
    )
    assert done.stdout.startswith(b"%PDF-")
