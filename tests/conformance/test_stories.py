"""Whole lives, told by the real command line; and that a story which goes otherwise is noticed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import run, stories
from tests.conformance.warm import warm
from tests.quick import quick_folder

SHORT = ("bystander-objects", "leaver", "lost-key")


@pytest.mark.parametrize("name", SHORT)
def test_a_short_life_goes_as_told(name: str) -> None:
    assert stories.try_story(name, warm).got == "as told"


@pytest.mark.long
@pytest.mark.parametrize("name", [n for n in stories.names() if n not in SHORT])
def test_a_life_goes_as_told(name: str) -> None:
    assert stories.try_story(name, warm).got == "as told"


@pytest.mark.long
def test_the_runner_as_others_start_it() -> None:
    words = [sys.executable, str(run.HERE / "run.py"), "--stories", "--only", "s*"]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
    assert "2 of 2 as expected." in done.stdout


def test_there_are_enough_lives_and_each_says_what_happens_and_expects_something() -> None:
    assert len(stories.names()) >= 12
    for name in stories.names():
        text = (stories.STORIES / f"{name}.txt").read_text(encoding="utf-8")
        assert text.startswith("# "), name
        assert len(re.findall(r"^= (exit [123]|says|residue|json)", text, re.MULTILINE)) > 1, name


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("= exit 1", "expected 1, came 0"),
        ("= says no such words", "it said"),
        ("= not Ready", "it said"),
        ("= json a 1", "Expecting value"),
        ("= leaves 24", "list index"),
        ("save x from text (nowhere)", "it said"),
        ("$ countersign sign nothing --as nobody\n@ 2026-12-02 09:00", "ended with"),
        ("$ countersign sign nothing --as nobody", "ended with"),
        ("$ rm -r {dir}", "only countersign is run"),
        ("dance", "dance"),
        ("$ countersign {unknown}", "unknown"),
    ],
)
def test_a_story_that_goes_otherwise_is_noticed_with_its_line(
    monkeypatch: pytest.MonkeyPatch, line: str, broken: str
) -> None:
    with quick_folder() as folder:
        (folder / "t.txt").write_text(f"# A home.\n$ countersign init\n{line}\n", encoding="utf-8")
        monkeypatch.setattr(stories, "STORIES", folder)
        got = stories.try_story("t", warm).got
    assert broken in got


def test_time_in_a_story_is_its_own() -> None:
    with quick_folder() as folder:
        teller = stories.Teller(warm, Path(folder))
        teller.tell("_lin-has-reviewed")
        assert teller.at == "2026-12-01T09:00:00Z"
        shown = warm(["--home", f"{folder}/home", "people", "keys", "lin"], teller.at, folder)
        assert "2026-12-01" in shown.out
