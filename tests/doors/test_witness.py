# SPDX-License-Identifier: Apache-2.0
"""A real witness on loopback, asked by the real client, by strangers, and by the command line."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from countersign.desk import Home, Reply
from countersign.doors.witness import WitnessServer, answering
from countersign.errors import Unavailable
from countersign.log import (
    Note,
    Policy,
    VerifierKey,
    Witness,
    add_checkpoint,
    append,
    gather,
    make_witness,
    post_over_http,
    verify_folder,
)
from countersign.seal import Statement, sha256_hex, sign
from tests.doors.command import Done, run, start, until
from tests.log.scene import NOW, SIGNER, dice, grow, hub, leaves, published
from tests.log.watching import LOGS, signed, submission
from tests.quick import quick_folder

Ask = Callable[..., tuple[int, str, bytes]]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@contextmanager
def _serving(server: WitnessServer) -> Iterator[WitnessServer]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Return a fresh witness."""
    with quick_folder() as folder:
        made = make_witness(folder, name="witness.example.org/union")
        yield made
        made.close()


@pytest.fixture
def server(witness: Witness) -> Iterator[WitnessServer]:
    """Return it listening below a prefix."""
    made = WitnessServer(("127.0.0.1", 0), answering(witness, LOGS, lambda: NOW), prefix="/w/")
    with _serving(made):
        yield made


@pytest.fixture
def ask(server: WitnessServer) -> Ask:
    """Return a function that asks over one kept connection and returns status, type and body."""

    def once(
        method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, given)
        reply = connection.getresponse()
        found = reply.status, reply.headers["Content-Type"], reply.read()
        connection.close()
        return found

    return once


def test_a_growing_log_is_cosigned_over_http(ask: Ask, witness: Witness) -> None:
    plain = "text/plain; charset=utf-8"
    status, kind, body = ask("POST", "/w/add-checkpoint", submission(0, 8))
    assert (status, kind) == (200, plain)
    assert Note.of(signed(8) + body).verify([VerifierKey.of(witness.vkey)])
    assert ask("POST", "/w/add-checkpoint", submission(8, 16))[0] == 200
    stale = ask("POST", "/w/add-checkpoint", submission(8, 24))
    assert stale == (409, "text/x.tlog.size", b"16\n")
    assert ask("POST", "/w/add-checkpoint", submission(16, 24, fork=3))[:2] == (422, plain)
    assert ask("POST", "/w/add-checkpoint", b"hello")[:2] == (400, plain)


def test_one_connection_serves_many_requests(server: WitnessServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    for old, new in ((0, 8), (8, 16), (8, 16), (16, 24)):
        connection.request("POST", "/w/add-checkpoint", submission(old, new))
        kept = connection.sock
        reply = connection.getresponse()
        reply.read()
        assert connection.sock is kept, reply.status
    connection.close()


def test_the_real_client_has_a_real_log_cosigned(server: WitnessServer, witness: Witness) -> None:
    policy = Policy.of(f"witness union {witness.vkey} {server.url}\nquorum union\n")
    with quick_folder() as home, hub(home) as db:
        for count in (8, 300):
            grow(db, count)
            published(db, home / "log")
            said = gather(home / "log", policy, post=post_over_http)
            assert [a.detail for a in said] == ["cosigned"]
            steps = verify_folder(home / "log", vkeys=[SIGNER.vkey], policy=policy)
            assert all(step.passed for step in steps)


def test_the_client_follows_no_redirect_and_reads_any_refusal(server: WitnessServer) -> None:
    to = f"http://127.0.0.1:{server.server_address[1]}"
    assert post_over_http(f"{to}/nowhere", b"x").status == 404
    assert post_over_http(f"{to}/w/add-checkpoint", b"x").status == 400
    moved = WitnessServer(("127.0.0.1", 0), lambda *_: Reply(302, b"moved\n"))
    with _serving(moved):
        assert post_over_http(f"{moved.url}/add-checkpoint", b"x").status == 302
    with pytest.raises(Unavailable, match="cannot be reached"):
        post_over_http(f"{moved.url}/add-checkpoint", b"x")


def test_a_client_waits_only_so_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/add-checkpoint"
        with pytest.raises(Unavailable, match="cannot be reached"):
            post_over_http(url, b"x", seconds=0.05)


def test_a_withdrawal_finds_its_public_place(ask: Ask) -> None:
    statement = Statement("withdrawal", (("grant", sha256_hex(b"grant")),), {"v": 1})
    envelope = sign(statement, SIGNER.key)
    assert ask("GET", "/w/withdrawals") == (200, "application/json", b"[]\n")
    assert ask("POST", "/w/add-withdrawal", envelope.to_bytes())[0] == 201
    assert ask("POST", "/w/add-withdrawal", envelope.to_bytes())[0] == 200
    listed = json.loads(ask("GET", "/w/withdrawals")[2])
    assert [entry["file"] for entry in listed] == [envelope.to_value()]
    assert json.loads(ask("GET", "/w/withdrawals?after=1")[2]) == []
    assert ask("POST", "/w/add-withdrawal", b"{}")[0] == 400


def test_a_split_view_can_be_fetched_as_evidence(ask: Ask) -> None:
    for body in (submission(0, 8), submission(8, 8, fork=1)):
        ask("POST", "/w/add-checkpoint", body)
    (found,) = json.loads(ask("GET", "/w/contradictions")[2])
    assert (found["seen"].encode(), found["shown"].encode()) == (signed(8), signed(8, fork=1))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/w/add-checkpoint"),
        ("POST", "/w/withdrawals"),
        ("POST", "/add-checkpoint"),
        ("POST", "/w/add-checkpoint/"),
        ("POST", "/w//add-checkpoint"),
        ("POST", "/w/../w/add-checkpoint"),
        ("GET", "/w/withdrawals?after=-1"),
        ("GET", "/w/withdrawals?after=01"),
        ("GET", "/w/withdrawals?after=1&after=2"),
        ("GET", "/w/withdrawals?x"),
        ("GET", "/"),
        ("GET", "/w"),
    ],
)
def test_everywhere_else_there_is_nothing(ask: Ask, method: str, path: str) -> None:
    assert ask(method, path, b"x" if method == "POST" else None)[0] == 404


def test_bodies_are_bounded_and_say_their_length(ask: Ask) -> None:
    assert ask("POST", "/w/add-checkpoint", b"x" * 65_536)[0] == 400
    assert ask("POST", "/w/add-checkpoint", b"x" * 65_537)[0] == 413
    assert ask("POST", "/w/add-checkpoint", None, Content_Length="999999999999")[0] == 411
    for length in ("", "-1", "+5", "0x5", "5, 5"):
        assert ask("POST", "/w/add-checkpoint", None, Content_Length=length)[0] == 411
    chunked = ask("POST", "/w/add-checkpoint", b"0\r\n\r\n", Transfer_Encoding="chunked")
    assert chunked[0] == 411


def _raw(server: WitnessServer, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=20) as s:
        s.sendall(sent)
        s.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: s.recv(4096), b""))


def test_a_body_cut_short_is_400_and_ends_the_connection(server: WitnessServer) -> None:
    body = submission(0, 8)
    head = b"POST /w/add-checkpoint HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (len(body) + 1)
    answer = _raw(server, head + body)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nConnection: close\r\n" in answer


def test_a_refused_body_is_never_read_as_the_next_request(server: WitnessServer) -> None:
    hidden = b"GET /w/withdrawals HTTP/1.1\r\n\r\n"
    head = b"POST /w/add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert _raw(server, head + hidden).count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "sent", [b"", b"\r\n\r\n", b"hello\r\n\r\n", bytes(range(256)), b"G" * 70_000]
)
def test_what_is_no_http_ends_only_its_own_connection(
    server: WitnessServer, ask: Ask, sent: bytes
) -> None:
    _raw(server, sent)
    assert ask("GET", "/w/withdrawals")[0] == 200


def test_answers_tell_nothing_of_the_machine_and_nothing_is_written_down(
    server: WitnessServer, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = _raw(server, b"GET /w/withdrawals HTTP/1.1\r\n\r\n")
    assert b"Python" not in answer
    _raw(server, b"GET /w/secret HTTP/1.0\r\n\r\nsecret")
    assert capfd.readouterr() == ("", "")


def test_one_connection_more_than_there_are_places_is_hung_up_on(witness: Witness) -> None:
    answer = answering(witness, LOGS, lambda: NOW)
    with _serving(WitnessServer(("127.0.0.1", 0), answer, places=2)) as small:
        address = ("127.0.0.1", small.server_address[1])
        held = list[socket.socket]()
        for _ in range(2):
            held.append(socket.create_connection(address, timeout=20))
            held[-1].sendall(b"GET /withdrawals HTTP/1.1\r\n\r\n")
            assert held[-1].recv(15) == b"HTTP/1.1 200 OK"
        with socket.create_connection(address, timeout=20) as third:
            assert third.recv(1) == b""
        for each in held:
            each.close()
        until(lambda: _is_served(address))


def _is_served(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=20) as s:
            s.sendall(b"GET /withdrawals HTTP/1.1\r\n\r\n")
            return s.recv(15) == b"HTTP/1.1 200 OK"
    except ConnectionError:
        return False


def test_a_witness_that_cannot_write_says_not_now_and_signs_nothing() -> None:
    def full(*_: object) -> Reply:
        raise Unavailable("The store witness.db is busy, full or not writable.", why="disk I/O")

    with _serving(WitnessServer(("127.0.0.1", 0), full)) as sick:
        reply = post_over_http(f"{sick.url}/add-checkpoint", b"x")
    assert (reply.status, reply.body) == (503, b"not now\n")


def test_many_clients_at_once_get_one_history(server: WitnessServer, witness: Witness) -> None:
    url, statuses = f"{server.url}/add-checkpoint", list[int]()

    def submit(number: int) -> None:
        body = submission(0, 8, fork=None if number % 2 else 5)
        statuses.append(post_over_http(url, body).status)

    threads = [Thread(target=submit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 7
    assert add_checkpoint(witness, submission(0, 8), logs=LOGS, now=NOW).status == 409


@pytest.fixture
def home() -> Iterator[Path]:
    """Return the folder of a home whose log has sixteen leaves."""
    with quick_folder() as folder:
        made = Home(folder / "home")
        made.create()
        _grow(made)
        made.close()
        yield folder / "home"


def _grow(home: Home) -> None:
    with home.hub.db.write() as c:
        append(c, leaves(16), at=NOW, random=dice(str(NOW).encode()))


@contextmanager
def _witness_at(home: Path, *words: str) -> Iterator[tuple[str, list[Done]]]:
    """Run `countersign witness` until the block ends; yield its policy line and how it ended."""
    running, ended = start("witness", *words, "--port", "0", home=home), list[Done]()
    shown = f"/proc/self/fd/{running.out.fileno()}"

    def said() -> str:
        return Path(shown).read_text(encoding="utf-8")

    try:
        until(lambda: re.search(r"^witness NAME .*\n", said(), re.MULTILINE) is not None)
        line = re.search(r"^witness NAME (.*)\n", said(), re.MULTILINE)
        assert line
        yield line[1], ended
    finally:
        ended.append(running.end(signal.SIGTERM))


def test_the_verbs_make_a_witness_and_have_a_log_cosigned(home: Path, tmp_path: Path) -> None:
    vkey = run("log", "key", home=home).text.strip()
    council, policy = tmp_path / "council", tmp_path / "policy.txt"
    with _witness_at(council, "--origin-key", vkey, "--make-key") as (line, ended):
        policy.write_text(f"log {vkey}\nwitness council {line}\nquorum council\n")
        log = home / "log"
        assert run("log", "checkpoint", home=home).code == 0
        assert run("log", "verify", log, "--policy", policy).code == 1
        done = run("log", "submit", "--policy", policy, "--json", home=home)
        assert (done.code, done.json["size"], done.json["lacking"]) == (0, 16, "")
        assert [a["detail"] for a in done.json["asked"]] == ["cosigned"]
        verified = run("log", "verify", log, "--policy", policy, "--json")
        assert (verified.code, len(verified.json["steps"])) == (0, 7)
    assert ended[0].code == 128 + signal.SIGTERM
    with _witness_at(council, "--origin-key", vkey) as (again, _):
        assert again.split()[0] == line.split()[0], "the same key after a restart"
    away = run("log", "submit", "--policy", policy, home=home)
    assert (away.code, "had cosigned already" in away.text) == (0, True)


def test_an_unmet_quorum_is_exit_1_and_says_what_is_lacking(home: Path, tmp_path: Path) -> None:
    with quick_folder() as folder:
        made = make_witness(folder)
        line = f"witness council {made.vkey} http://127.0.0.1:9/\n"
        made.close()
    policy = tmp_path / "policy.txt"
    policy.write_text(f"{line}quorum council\n")
    done = run("log", "submit", "--policy", policy, home=home)
    assert done.code == 1
    assert "✗ council: The witness cannot be reached." in done.text
    assert "The quorum is not met: council has not cosigned." in done.text
    zh = run("log", "submit", "--policy", policy, "--lang", "zh", home=home)
    assert "未达到法定见证数" in zh.text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--origin-key", "hello", "--make-key"], 3, "verifier key cannot be read"),
        (["--origin-key", SIGNER.vkey], 2, "--make-key"),
        (["--origin-key", SIGNER.vkey, "--make-key", "--name", "a b"], 3, "name"),
        (["--make-key"], 2, "--origin-key"),
        (["--origin-key", SIGNER.vkey, "--make-key", "--host", "203.0.113.1"], 1, "listen"),
    ],
)
def test_a_witness_that_cannot_begin_says_why(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    done = run("witness", *words, home=tmp_path / "w")
    assert (done.code, said in done.err) == (code, True)


def test_a_witness_watches_logs_and_not_witnesses(tmp_path: Path) -> None:
    with quick_folder() as folder:
        made = make_witness(folder)
        done = run("witness", "--origin-key", made.vkey, "--make-key", home=tmp_path / "w")
        made.close()
    assert (done.code, "key of each log" in done.err) == (3, True)
    assert not (tmp_path / "w").exists()
