"""Taking back at the command line: by name, by the code on paper, by a file; what is left to show."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.desk import scene
from tests.desk.scene import ASK_EN, SKILL
from tests.doors.command import run


def _signed(home: Path, folder: Path) -> tuple[str, str]:
    """Offer and sign on both sides; return the agreement and the code that signing printed."""
    terms = scene.write_terms(folder)
    words = ("ask-for", "lin", "--as", "Payments Team", "--terms", terms, "--json")
    made = run(*words, home=home).json
    party = run("sign", made["offer"], "--as", "payments-team", "--json", home=home)
    assert "take_back_code" not in party.json
    item = ("--item", "short-cooling-off")
    person = run("sign", made["offer"], "--as", "lin", *item, "--json", home=home)
    return made["agreement"], person.json["take_back_code"]


def test_signing_prints_the_code_once_for_the_person_and_it_stands_nowhere(
    reviewed: Path, tmp_path: Path
) -> None:
    agreement, code = _signed(reviewed, tmp_path)
    for path in reviewed.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert code.encode() not in data, path.name
            assert code.replace("-", "").encode() not in data, path.name
    again = run("code", agreement, home=reviewed)
    assert again.code == 0
    assert code not in again.text
    assert "█" in again.text or "▀" in again.text


def test_clause_01_the_code_alone_pauses_and_takes_back(reviewed: Path, tmp_path: Path) -> None:
    agreement, code = _signed(reviewed, tmp_path)
    assert run("publish", SKILL, "--agreement", agreement, home=reviewed).code == 0
    (reviewed / "keys" / "lin.key").unlink()
    for name in ("vault.db", "vault.db-wal", "vault.db-shm"):
        (reviewed / name).unlink(missing_ok=True)
    stopped = run("withdraw", "--code", code, "--suspend", "--json", home=reviewed)
    assert (stopped.code, stopped.json[0]["kind"]) == (0, "suspension")
    assert "suspended" in run("ask", ASK_EN, "--skill", SKILL, home=reviewed).err.lower()
    ended = run("withdraw", "--code", code.lower().replace("-", " "), "--json", home=reviewed)
    assert (ended.code, ended.json[0]["kind"]) == (0, "withdrawal")
    assert ended.json[0]["deletion_receipt"]
    assert "took this back" in run("ask", ASK_EN, "--skill", SKILL, home=reviewed).err


def test_a_mistyped_code_names_its_group_and_stops_nothing(standing: Path) -> None:
    wrong = run("withdraw", "--code", "AAAAA-" * 6 + "AAAAA", home=standing)
    assert wrong.code == 3
    assert "roup 1 of 7" in wrong.err
    assert run("ask", ASK_EN, "--skill", SKILL, home=standing).code == 0


def test_a_part_is_taken_back_by_its_option_and_the_rest_goes_on(released: Path) -> None:
    claims = run("claims", "--json", home=released).json
    (gone,) = [c["id"] for c in claims if scene.QUILLBACK in c["text"]]
    done = run("withdraw", SKILL, "--claim", gone, "--json", home=released)
    assert (done.code, done.json[0]["built_again"]) == (0, [SKILL])
    assert done.json[0]["parts"] == [f"claim:{gone}"]
    assert run("ask", ASK_EN, "--skill", SKILL, home=released).text.strip() == scene.GAP
    assert run("verify", released / "skills" / SKILL, home=released).code == 0
    assert run("residue", home=released).code == 0


def test_the_file_that_taking_back_leaves_is_good_elsewhere(released: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(released, elsewhere)
    done = run("withdraw", SKILL, "--json", home=released)
    file = Path(done.json[0]["file"])
    package = elsewhere / "skills" / SKILL
    assert run("verify", package, home=elsewhere).code == 0
    assert run("verify", package, "--withdrawals", file, home=elsewhere).code == 1
    taken = run("withdraw", "--file", file, "--json", home=elsewhere)
    assert (taken.code, taken.json[0]["kind"]) == (0, "withdrawal")
    assert "took this back" in run("ask", ASK_EN, "--skill", SKILL, home=elsewhere).err


def test_a_file_dropped_into_the_home_is_honoured_by_the_next_question(
    released: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(released, other)
    file = Path(run("withdraw", SKILL, "--json", home=other).json[0]["file"])
    assert run("ask", ASK_EN, "--skill", SKILL, home=released).code == 0
    (released / "withdrawals").mkdir()
    shutil.copy(file, released / "withdrawals" / file.name)
    assert "took this back" in run("ask", ASK_EN, "--skill", SKILL, home=released).err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["x", "--code", "y"],
        ["x", "--suspend"],
        ["--code", "y", "--claim", "c"],
        ["x", "--on-paper"],
        ["--file", "nothing.json"],
    ],
)
def test_options_that_contradict_each_other_are_refused_with_a_remedy(
    standing: Path, words: list[str]
) -> None:
    done = run("withdraw", *words, home=standing)
    assert (done.code, done.out) == (3, b"")
    assert done.err.count("\n") >= 2
    assert run("ask", ASK_EN, "--skill", SKILL, home=standing).code == 0


def test_what_was_taken_back_is_listed_and_acknowledged(released: Path) -> None:
    assert run("erasures", "--json", home=released).json == {
        "overdue": False,
        "orders": [],
        "waiting": [],
    }
    run("ask", ASK_EN, "--skill", SKILL, home=released)
    ended = run("withdraw", SKILL, "--json", home=released).json
    listed = run("erasures", "--json", home=released)
    assert (listed.code, listed.json["orders"][0]["state"]) == (0, "done")
    who = ("--as", "payments-team")
    done = run("acknowledge", ended[0]["agreement"], *who, "--json", home=released)
    assert len(done.json["acknowledged"]) == 1
    told = run("erasures", "--json", home=released).json["orders"][0]["told"]
    assert {n["state"] for n in told} == {"acknowledged"}
    assert "已删除" in run("erasures", "--lang", "zh", home=released).text


def test_backup_and_restore_at_the_command_line_keep_a_withdrawal(
    released: Path, tmp_path: Path
) -> None:
    made = run("backup", "--out", tmp_path / "b", "--key-days", "7", "--json", home=released)
    assert made.code == 0
    run("withdraw", SKILL, home=released)
    done = run("restore", tmp_path / "b", "--json", home=released)
    assert (done.code, len(done.json["replayed"])) == (0, 1)
    assert run("ask", ASK_EN, "--skill", SKILL, home=released).code == 1
    assert run("residue", home=released).code == 0
    text = json.dumps(run("backup", "--out", tmp_path / "c", "--json", home=released).json)
    assert "dies_at" in text


def test_clause_35_objections_are_added_listed_and_removed(reviewed: Path) -> None:
    them = "mail:somebody@example.org"
    assert run("objections", "add", them, "--json", home=reviewed).json["traces"] == 0
    listed = run("objections", "list", "--json", home=reviewed).json
    assert [o["handle"] for o in listed["objections"]] == [them]
    assert listed["others_words_gone_by"].startswith("2026-12-23")
    assert run("objections", "remove", them, home=reviewed).code == 0
    assert run("objections", "remove", them, home=reviewed).code == 2
    assert run("objections", "add", "nobody", home=reviewed).code == 3
    assert "30" in run("notice", "bystanders", "--lang", "zh", home=reviewed).text


def test_fetching_needs_a_web_address(standing: Path) -> None:
    done = run("withdrawals", "fetch", "file:///etc/hosts", home=standing)
    assert done.code == 3
    assert "http" in done.err
