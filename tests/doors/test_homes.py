"""Homes and keys: private, never half made, and clear about what is wrong with them."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.desk import scene
from tests.desk.scene import ASK_EN, EXAMPLES, FILES, SKILL
from tests.doors.command import Done, run

NOBODY = 65534


def _clear(done: Done, code: int, *said: str) -> None:
    """Check that a run ended with that code and said so in a few plain lines."""
    assert done.code == code, done.err
    assert done.out == b""
    assert 1 <= len(done.err.strip().splitlines()) <= 3
    assert "Traceback" not in done.err
    assert "Something broke" not in done.err
    for words in said:
        assert words in done.err


def test_init_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("init", home=home).code == 0
    keys = {p.name: p.read_bytes() for p in (home / "keys").iterdir()}
    again = run("init", home=home)
    assert again.code == 0
    assert "Already set up" in again.text
    assert "Warning" not in again.err
    assert {p.name: p.read_bytes() for p in (home / "keys").iterdir()} == keys


def test_nothing_in_a_home_can_be_read_by_others(reviewed: Path) -> None:
    assert run("publish", "own", "--to-self", home=reviewed).code == 1
    (offer,) = run("terms", "--json", home=reviewed).json["offers"]
    run("sign", offer["offer"], "--as", "lin", home=reviewed)
    assert run("publish", "own", "--to-self", home=reviewed).code == 0
    run("ask", ASK_EN, "--party", "lin", home=reviewed)
    new = [
        reviewed / "trust.json",
        *(reviewed / "skills").rglob("*"),
        *(reviewed / "log").rglob("*"),
    ]
    stores = [p for p in reviewed.iterdir() if p.suffix.startswith(".db")]
    assert len(new) > 10
    assert len(stores) == 4
    for path in [reviewed, *new, *stores, *(reviewed / "keys").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_init_makes_an_existing_folder_private(tmp_path: Path) -> None:
    home = tmp_path / "open"
    home.mkdir(mode=0o755)
    run("init", home=home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_an_installed_copy_can_be_read_by_the_project(released: Path, tmp_path: Path) -> None:
    before = os.umask(0o022)
    run("install", SKILL, "--project", tmp_path, home=released)
    os.umask(before)
    page = tmp_path / ".agents" / "skills" / SKILL / "SKILL.md"
    assert stat.S_IMODE(page.stat().st_mode) == 0o644


@pytest.mark.parametrize("verb", [["traces"], ["claims"], ["distill"], ["uses"], ["residue"]])
def test_without_a_home_every_verb_says_how_to_make_one(tmp_path: Path, verb: list[str]) -> None:
    _clear(run(*verb, home=tmp_path / "none"), 2, "There is no countersign home", "init")
    assert not (tmp_path / "none").exists()


def test_a_home_inside_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    _clear(run("init", home=tmp_path / "file" / "home"), 1, "cannot be made")
    _clear(run("init", home=tmp_path / "file"), 1, "cannot be made")
    _clear(run("traces", home=tmp_path / "file" / "home"), 2)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become somebody else")
def test_a_home_that_one_may_not_write_or_read_is_refused(released: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    _clear(run("init", home=tmp_path / "new", uid=NOBODY), 1, "cannot be made")
    for verb in (["traces"], ["uses"], ["ask", ASK_EN], ["residue"], ["init"]):
        assert run(*verb, home=released, uid=NOBODY).code in (1, 2), verb
    page = released / "skills" / SKILL
    shutil.copytree(page, tmp_path / "copy" / SKILL)
    for path in [tmp_path / "copy", *(tmp_path / "copy").rglob("*")]:
        path.chmod(0o755)  # as it is handed to somebody else
    shutil.copy(released / "trust.json", tmp_path / "trust.json")
    (tmp_path / "trust.json").chmod(0o444)
    done = run(
        *("verify", tmp_path / "copy" / SKILL, "--trust", tmp_path / "trust.json"),
        home=tmp_path / "none",
        uid=NOBODY,
    )
    assert done.code == 0, done.text


def test_a_passphrase_protects_and_both_ways_of_giving_it_work(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "phrase"
    file.write_text("correct horse\r\nsecond line", encoding="utf-8")
    env = {"COUNTERSIGN_PASSPHRASE": "correct horse"}
    made = run("init", "--json", home=home, env=env)
    assert (made.json["protected"], made.err) == (True, "")
    assert run("traces", "--json", home=home, env=env).json == []
    assert run("traces", "--passphrase-file", file, "--json", home=home).json == []
    _clear(run("traces", home=home), 1, "locked", "COUNTERSIGN_PASSPHRASE")
    wrong = {"COUNTERSIGN_PASSPHRASE": "wrong"}
    _clear(run("traces", home=home, env=wrong), 1, "not the right one")
    _clear(run("traces", "--passphrase-file", tmp_path / "none", home=home), 3, "cannot be read")
    file.write_text("\nx", encoding="utf-8")
    _clear(run("traces", "--passphrase-file", file, home=home), 3, "empty")
    # Without the passphrase init neither makes a new key nor claims that there is none.
    assert run("init", "--json", home=home).json["protected"] is True


def test_a_lost_key_is_named_and_never_replaced(released: Path) -> None:
    key = released / "keys" / "vault.key"
    key.rename(released / "vault.kept")
    for verb in ("traces", "init"):
        _clear(run(verb, home=released), 1, "vault.key")
    assert not key.exists()
    (released / "vault.kept").rename(key)
    assert run("traces", "--json", home=released).code == 0
    for name in ("hub-log.key", "hub-online.key", "hub-texts.key", "hub-index.key"):
        hub = released / "keys" / name
        hub.rename(released / "hub.kept")
        _clear(run("init", home=released), 1, name)
        _clear(run("uses", home=released), 1, name)
        (released / "hub.kept").rename(hub)
    assert run("ask", ASK_EN, "--json", home=released).code == 0


@pytest.mark.parametrize("name", ["vault.db", "hub.db", "keys.db", "index.db"])
def test_a_store_that_is_not_ours_is_named(released: Path, name: str) -> None:
    for suffix in ("-wal", "-shm"):
        (released / f"{name}{suffix}").unlink(missing_ok=True)
    (released / name).write_bytes(b"this is a shopping list\n" * 400)
    verb = ["traces"] if name == "vault.db" else ["ask", ASK_EN]
    _clear(run(*verb, home=released), 3, name)


@pytest.mark.parametrize("name", ["vault.key", "hub-log.key", "hub-texts.key"])
@pytest.mark.parametrize("data", [b"", b"[1]"])
def test_a_damaged_key_file_is_named(
    standing: Path, tmp_path: Path, name: str, data: bytes
) -> None:
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    for path in (standing / "keys").iterdir():
        shutil.copy(path, home / "keys")
    (home / "keys" / name).write_bytes(data)
    verb = ["traces"] if name == "vault.key" else ["log", "key"]
    _clear(run(*verb, home=home), 3, name, "damaged")


def test_a_damaged_trust_file_is_named(released: Path) -> None:
    (released / "trust.json").write_text("{}", encoding="utf-8")
    _clear(run("verify", released / "skills" / SKILL, home=released), 3, "trust.json")


def test_a_package_of_strangers_is_not_verified_without_trust(
    released: Path, tmp_path: Path
) -> None:
    done = run("verify", released / "skills" / SKILL, "--json", home=tmp_path / "none")
    assert done.code == 1
    assert done.json["verified"] is False
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.mbox", b""),
        ("picture.mbox", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("empty.zip", b""),
        ("broken.zip", b"PK\x03\x04" + b"\0" * 100),
        ("broken.gz", b"\x1f\x8b\x08\x00" + b"\xff" * 50),
        ("noise.json", b"[[[[["),
    ],
)
def test_a_wrong_empty_or_foreign_file_ends_clearly(
    standing: Path, tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    done = run("add", path, "--json", home=standing)
    assert "Traceback" not in done.err
    assert "Something broke" not in done.err
    if done.code == 0:
        total = done.json
        assert total["own"] == 0
        read = total["context"] + sum(total["skipped"].values()) + total["rejected"]
        assert total["read"] == read
    else:
        _clear(done, 3)


def test_a_mistyped_path_adds_nothing_of_the_others(standing: Path, tmp_path: Path) -> None:
    before = run("traces", "--json", home=standing).json
    fresh = tmp_path / "fresh.md"
    fresh.write_text("---\nauthor: mail:lin.wei@example.com\n---\nNever do it.\n", encoding="utf-8")
    _clear(run("add", fresh, tmp_path / "none.mbox", home=standing), 3)
    assert run("traces", "--json", home=standing).json == before


def test_adding_the_home_itself_reads_nothing_of_it(released: Path) -> None:
    before = run("traces", "--json", home=released).json
    done = run("add", released, "--json", home=released)
    assert "Something broke" not in done.err
    assert run("traces", "--json", home=released).json == before


def test_with_stdin_closed_or_empty_no_verb_prompts(released: Path, tmp_path: Path) -> None:
    for stdin in (None, b""):
        _clear(run("start", home=tmp_path / "new", stdin=stdin), 3, "nobody can be asked")
        _clear(run("review", home=released, stdin=stdin), 1, "no terminal")
        asked = run("start", EXAMPLES / "mail.mbox", home=tmp_path / "new", stdin=stdin)
        _clear(asked, 3, "Which of the accounts are you?", "--me HANDLE")
        assert run("claims", "--json", home=released, stdin=stdin).code == 0
    assert run("add", "--paste", "--json", home=released, stdin=None).code in (0, 3)


def test_text_from_outside_cannot_steer_the_terminal(standing: Path, tmp_path: Path) -> None:
    note = tmp_path / "evil.md"
    evil = "Never press \x1b]0;owned\x07 the \x9b31m red \u202ebutton\u202c, because it bites."
    note.write_text(f"---\nauthor: {scene.HANDLES[0]}\n---\n{evil}\n", encoding="utf-8")
    home = tmp_path / "home"
    shutil.copytree(standing, home)
    run("add", note, home=home)
    run("distill", home=home)
    for verb in (["traces"], ["claims"], ["review", "--print", "--size", "200"]):
        shown = run(*verb, home=home).text
        assert "Never press" in shown
        for sign in "\x1b\x07\x9b\u202e":
            assert sign not in shown


def test_any_locale_can_print_any_text(standing: Path) -> None:
    for env in ({"LANG": "C"}, {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}):
        done = run("claims", home=standing, env=env)
        assert done.code == 0
        assert "灰度发布" in done.text


def test_files_of_the_tests_are_what_the_tests_say() -> None:
    text = (FILES / "lin-canaries.md").read_text("utf-8").lower()
    assert all(word in text for word in (*scene.NOT_RELEASED, scene.QUILLBACK))
