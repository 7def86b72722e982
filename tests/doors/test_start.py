"""`start` in a home that knows its owner already, and what help says first."""

from __future__ import annotations

from pathlib import Path

from tests.doors.command import run

EXAMPLES = Path(__file__).parents[2] / "examples"
LIN = ("--me", "mail:lin.wei@example.com", "--name", "Lin Wei", "--for", "self")


def test_an_export_in_which_no_account_is_the_owners_says_so_and_how_to_name_one(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    assert run("start", EXAMPLES / "mail.mbox", *LIN, home=home).code == 0
    done = run("start", EXAMPLES / "slack-export", home=home)
    assert done.code == 0
    assert "slack:U0LINWEI01" in done.err
    assert "countersign people add 'Lin Wei' --handle HANDLE --me" in done.err


def test_a_further_account_joins_the_owner_without_naming_them_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("start", EXAMPLES / "mail.mbox", *LIN, home=home).code == 0
    assert run("start", EXAMPLES / "slack-export", "--me", "slack:U0LINWEI01", home=home).code == 0
    known = run("people", "--json", home=home).json
    assert [(p["name"], p["handles"]) for p in known] == [
        ("Lin Wei", ["mail:lin.wei@example.com", "slack:U0LINWEI01"])
    ]


def test_help_lists_verbs_by_whom_they_serve_and_names_the_first_one_to_try() -> None:
    said = run("--help").text
    places = [said.index(x) for x in ("For you", "For a team", "For checkers", "Begin with:")]
    assert places == sorted(places)
    assert said.index("  start ") < said.index("  withdraw ") < said.index("For a team")
    assert "countersign start PATH --try" in said
