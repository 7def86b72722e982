"""Signals, pipes and the editor: a run ends in order, clears up behind itself, and loses nothing."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk import scene
from tests.desk.scene import EXAMPLES
from tests.doors.command import PLAIN, run, start, until

COMMAND = Path(sys.executable).with_name("countersign")


def _many_mails(path: Path, copies: int) -> Path:
    """Write an archive of many different mails."""
    one = (EXAMPLES / "mail.mbox").read_text("utf-8")
    parts = (one.replace("@mail.example.com>", f".{n}@mail.example.com>") for n in range(copies))
    path.write_text("".join(parts), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_stopped_add_says_so_keeps_whole_traces_and_a_rerun_completes_it(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    home, mails = tmp_path / "home", _many_mails(tmp_path / "all.mbox", 160)  # several batches
    run("init", home=home)
    before = (home / "vault.db").stat().st_size
    adding = start("add", mails, "--json", home=home)
    wal = home / "vault.db-wal"
    until(lambda: wal.exists() and wal.stat().st_size > 100_000)
    done = adding.end(number)
    assert (done.code, done.out) == (code, b""), done.err
    assert done.err.splitlines()[0] == "Stopped."
    assert len(done.err.splitlines()) == 3
    if number is not signal.SIGINT:
        return
    total = run("add", mails, "--json", home=home).json
    again = run("add", mails, "--json", home=home).json
    kept = total["own"] + total["context"]
    assert (again["own"], again["context"]) == (0, 0)
    assert again["skipped"]["duplicate"] == kept + total["skipped"].get("duplicate", 0)
    assert (home / "vault.db").stat().st_size > before


def test_ctrl_c_before_everything_is_imported_shows_no_traceback() -> None:
    process = subprocess.Popen([COMMAND, "--help"], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    marker = "countersign/doors/cli"
    until(lambda: process.poll() is not None or marker in _open_or_mapped(process.pid))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert b"Traceback" not in err


def _open_or_mapped(pid: int) -> str:
    """Tell how far a starting process is: once the C library of ours is mapped, it imports."""
    maps = Path(f"/proc/{pid}/maps").read_text("utf-8")
    return "countersign/doors/cli" if "cryptography" in maps else ""


@pytest.mark.parametrize(
    "verb", [["claims"], ["claims", "--json"], ["traces"], ["review", "--print"]]
)
def test_a_reader_that_goes_away_ends_the_run_silently(standing: Path, verb: list[str]) -> None:
    reading, writing = os.pipe()
    running = start(*verb, home=standing, stdout=writing)
    os.close(writing)
    os.close(reading)
    done = running.wait()
    assert done.err == ""
    assert done.code in (0, -signal.SIGPIPE)


def test_the_command_itself_starts_and_shows_its_groups() -> None:
    done = subprocess.run([COMMAND, "--help"], capture_output=True, text=True, env=PLAIN)
    assert done.returncode == 0
    for group in ("For you", "For a team", "For checkers"):
        assert group in done.stdout
    for verb in ("start", "review", "publish", "withdraw", "ask-for", "serve", "verify", "residue"):
        assert f" {verb} " in done.stdout


def test_every_verb_explains_itself(standing: Path) -> None:
    for verb in (["start"], ["review"], ["publish"], ["terms", "diff"], ["log", "verify"], ["ask"]):
        done = run(*verb, "--help")
        assert done.code == 0
        assert "Usage: countersign" in done.text


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"words": ["--lang", "zh"]}, "下一步"),
        ({"words": ["--lang", "en"], "env": {"LANG": "zh_CN.UTF-8"}}, "Next:"),
        ({"env": {"LANG": "zh_CN.UTF-8"}}, "下一步"),
        ({"env": {"LC_ALL": "zh_TW.UTF-8", "LANG": "C"}}, "下一步"),
        ({"env": {"LANG": "de_DE.UTF-8"}}, "Next:"),
    ],
)
def test_the_language_is_chosen_or_the_locales(
    tmp_path: Path, how: dict[str, object], said: str
) -> None:
    words = [str(w) for w in how.get("words", [])]  # type: ignore[attr-defined]
    done = run("init", *words, home=tmp_path / "home", env=how.get("env"))
    assert said in done.text


def test_a_refusal_speaks_chinese_too(standing: Path) -> None:
    done = run("ask", "x", "--purpose", "impersonate", "--lang", "zh", home=standing)
    assert done.err.startswith("任何条款都不允许此用途")


_TRY = ["start", str(EXAMPLES), "--try", "--me", scene.HANDLES[0], "--for", "self"]


def test_trying_shows_ten_claims_and_leaves_nothing_anywhere(tmp_path: Path) -> None:
    env = {"TMPDIR": str(tmp_path / "tmp"), "HOME": str(tmp_path / "user")}
    (tmp_path / "tmp").mkdir()
    (tmp_path / "user").mkdir()
    done = run(*_TRY, cwd=tmp_path / "user", env=env)
    assert done.code == 0, done.err
    assert "Nothing leaves this machine and nothing is signed yet." in done.text
    assert "\n10. " in done.text
    assert "Next: countersign start " in done.text
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list((tmp_path / "user").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_trying_that_is_stopped_leaves_nothing_that_can_be_read(
    tmp_path: Path, number: signal.Signals
) -> None:
    env = {"TMPDIR": str(tmp_path)}
    trying = start(*_TRY, env=env)
    until(lambda: any(p.stat().st_size > 50_000 for p in tmp_path.glob("*/vault.db*")))
    trying.end(number)
    left = list(tmp_path.rglob("*"))
    if number is not signal.SIGKILL:
        assert left == []
    assert not [p for p in left if p.suffix == ".key"]
    assert not [p for p in left if p.is_file() and b"quillback" in p.read_bytes()]


def test_starting_makes_no_signing_key_and_signs_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = run(*[w for w in _TRY if w != "--try"], home=home)
    assert done.code == 0, done.err
    assert "Next: countersign review" in done.text
    assert not [
        p.name for p in (home / "keys").iterdir() if not p.name.startswith(("hub", "vault"))
    ]
    again = run("start", EXAMPLES, "--for", "self", home=home)
    assert again.code == 0, again.err
    first = run("claims", "--json", home=home).json[0]["id"]
    accepted = run("review", "--from", "-", home=home, stdin=f"accept {first}".encode())
    assert accepted.code == 0, accepted.err
    assert run("publish", "mine", "--to-self", home=home).code == 1
    (offer,) = run("terms", "--json", home=home).json["offers"]
    label = run("people", "--json", home=home).json[0]["label"]
    assert run("sign", offer["offer"], "--as", label, home=home).code == 0
    assert run("publish", "mine", "--to-self", home=home).code == 0


class Terminal:
    """A review at a real terminal, with an editor of our own."""

    def __init__(self, home: Path, editor: Path) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            env = PLAIN | {"EDITOR": str(editor), "TERM": "xterm"}
            os.execve(COMMAND, [str(COMMAND), "--home", str(home), "review", "--size", "5"], env)  # noqa: S606
        self.said = b""

    def hear(self, *words: str) -> str:
        """Read until all has been said (or the end)."""
        while not words or not all(w.encode() in self.said for w in words):
            try:
                part = os.read(self.fd, 4096)
            except OSError:
                break
            self.said += part
        return self.said.decode("utf-8", "replace")

    def wait(self) -> int:
        """Return the exit code, or the negative signal."""
        self.hear()
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def _editor(folder: Path, script: str) -> Path:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_editor_gets_a_private_file_and_its_decisions_are_signed(
    reviewed: Path, tmp_path: Path
) -> None:
    waiting = len(run("review", "--print", "--json", "--size", "200", home=reviewed).json)
    seen = tmp_path / "seen"
    script = f'stat -c %a "$1" "$(dirname "$1")" > {seen}; sed -i s/^skip/reject/ "$1"'
    terminal = Terminal(reviewed, _editor(tmp_path, script))
    assert terminal.wait() == 0, terminal.said
    assert "Decided: reject 5" in terminal.said.decode()
    assert seen.read_text("utf-8").split() == ["600", "700"]
    assert list((reviewed / "run").glob("*")) == []
    left = len(run("review", "--print", "--json", "--size", "200", home=reviewed).json)
    assert left <= waiting


def test_a_slip_in_the_editor_reopens_it_with_all_that_was_written(
    reviewed: Path, tmp_path: Path
) -> None:
    script = 'if grep -q ^skip "$1"; then sed -i s/^skip/rejetc/ "$1"; else sed -i s/^rejetc/reject/ "$1"; fi'
    terminal = Terminal(reviewed, _editor(tmp_path, script))
    terminal.hear("nothing was applied", "Open the editor again?")
    os.write(terminal.fd, b"\n")
    assert terminal.wait() == 0, terminal.said
    assert "Decided: reject 5" in terminal.said.decode()


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$", "true"])
def test_an_editor_that_fails_or_changes_nothing_decides_nothing(
    reviewed: Path, tmp_path: Path, script: str
) -> None:
    before = run("claims", "--json", home=reviewed).json
    terminal = Terminal(reviewed, _editor(tmp_path, script))
    assert terminal.wait() == 1
    assert run("claims", "--json", home=reviewed).json == before
    assert list((reviewed / "run").glob("*")) == []


def test_a_killed_review_leaves_nothing_after_the_next_command(
    reviewed: Path, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    os.mkfifo(go)
    terminal = Terminal(reviewed, _editor(tmp_path, f"cat {go} > /dev/null"))
    until(lambda: any((reviewed / "run").glob("*/round.txt")))
    run("uses", home=reviewed)
    assert any((reviewed / "run").glob("*/round.txt"))  # while it is edited nobody sweeps it
    os.kill(terminal.pid, signal.SIGKILL)
    assert terminal.wait() == -signal.SIGKILL  # the editor ends with its terminal
    run("uses", home=reviewed)
    assert list((reviewed / "run").glob("*")) == []


def test_an_editor_that_is_not_there_is_named(reviewed: Path, tmp_path: Path) -> None:
    terminal = Terminal(reviewed, tmp_path / "no-such-editor")
    assert terminal.wait() == 1
    assert "could not be used" in terminal.said.decode()
