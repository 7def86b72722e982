"""The demo keeps its promises: one run of the real thing, from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[1] / "examples" / "demo.py"


def _demo(folder: Path) -> subprocess.CompletedProcess[str]:
    home = folder / "empty-home"
    home.mkdir(exist_ok=True)
    env = os.environ | {"HOME": str(home), "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, str(DEMO)],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one run of the demo prints; it checks itself and ends with 0 only if all held."""
    done = _demo(tmp_path_factory.mktemp("demo"))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_demo_shows_an_answer_in_both_languages_with_its_source(shown: str) -> None:
    answers = shown[shown.index("An agent asks over MCP") : shown.index("Lin sees the use")]
    assert "query the payment's state before you try again" in answers
    assert "— Lin Wei 林伟, Jan 2026 · AI from Lin's reviewed notes, not Lin" in answers
    assert "走工单的加密字段" in answers
    assert "AI，据 Lin 审阅过的笔记，非本人" in answers
    assert answers.count("Not in this skill. Ask a person. 本技能未收录，请问人。") == 2


def test_demo_shows_that_nothing_is_published_before_both_have_signed(shown: str) -> None:
    before = shown[shown.index("No skill without a signature") : shown.index("Both sign")]
    assert "person lin" in before
    assert "party payments-team" in before


def test_demo_ends_with_the_same_question_refused_by_the_same_server(shown: str) -> None:
    after = shown[shown.index("The same question, the same running server") :]
    assert "The person took this back" in after
    assert "query the payment's state" not in after


def test_demo_shows_that_the_residue_search_finds_before_it_shows_nothing(shown: str) -> None:
    last = shown[shown.index("Is it really gone?") :]
    assert last.index("wiki.md") < last.index(" 0 found.")


def test_each_step_shows_a_command_as_it_is_typed_and_how_to_undo_what_it_did(shown: str) -> None:
    assert shown.count("    $ countersign ") >= 18
    assert shown.count("Undo 撤销: ") >= 10


def test_what_was_planted_or_private_appears_nowhere(shown: str) -> None:
    for planted in ("yh_test_", "13800138000", "1231002X", "evil.example", "in hospital", "饺子"):
        assert planted not in shown


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "demo-home" / "letter.txt"
    mine.parent.mkdir()
    mine.write_text("not the demo's", encoding="utf-8")
    done = _demo(tmp_path)
    assert done.returncode == 1
    assert mine.read_text(encoding="utf-8") == "not the demo's"
    assert "move it away" in done.stdout
