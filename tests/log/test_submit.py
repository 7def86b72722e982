# SPDX-License-Identifier: Apache-2.0
"""A log asks its witnesses; only signatures that hold reach the folder, and a kill leaves it whole."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from countersign.errors import NotFound, Unavailable
from countersign.log import (
    Asked,
    Checkpoint,
    LogSigner,
    Note,
    Policy,
    Post,
    Reply,
    Submission,
    VerifierKey,
    Witness,
    add_checkpoint,
    cosign,
    gather,
    latest,
    make_witness,
    open_checkpoint,
    publish,
    verify_folder,
)
from countersign.log.witness import SIZE
from countersign.seal import SigningKey, sha256
from countersign.store import Database
from tests.log.scene import NOW, SIGNER, WITNESS, failed_step, grow, hub, published
from tests.log.watching import LOGS
from tests.quick import quick_folder

NAMES = ("council", "union", "auditor")


class Scene:
    """A hub with a folder and three witnesses, reached without a network."""

    def __init__(self, home: Path, db: Database, witnesses: dict[str, Witness]) -> None:
        self.home, self.db, self.witnesses = home, db, witnesses
        self.folder = home / "log"
        self.posted = list[str]()
        lines = [
            f"witness {name} {each.vkey} https://{name}.example.org/w/\n"
            for name, each in witnesses.items()
        ]
        members = " ".join(witnesses)
        self.policy = Policy.of("".join(lines) + f"group two 2 {members}\nquorum two\n")

    def post(self, url: str, body: bytes) -> Reply:
        """Answer as the witness at that address does."""
        name = url.removeprefix("https://").split(".")[0]
        assert url == f"https://{name}.example.org/w/add-checkpoint"
        self.posted.append(name)
        return add_checkpoint(self.witnesses[name], body, logs=LOGS, now=NOW)

    def grow(self, count: int) -> bytes:
        """Add leaves and publish."""
        grow(self.db, count)
        return published(self.db, self.folder)

    def ask(self, post: Post | None = None) -> list[bool]:
        """Ask all and return who cosigned."""
        return [each.cosigned for each in self.said(post)]

    def said(self, post: Post | None = None) -> list[Asked]:
        """Ask all."""
        return gather(self.folder, self.policy, post=post or self.post)

    @property
    def checkpoint(self) -> bytes:
        """What the folder holds."""
        return (self.folder / "checkpoint").read_bytes()

    def passed(self) -> bool:
        """Whether the folder verifies with its quorum."""
        steps = verify_folder(self.folder, vkeys=[SIGNER.vkey], policy=self.policy)
        return all(step.passed for step in steps)


@pytest.fixture
def scene() -> Iterator[Scene]:
    """Return a scene whose log has eight leaves."""
    with quick_folder() as home, hub(home) as db, ExitStack() as open_ones:
        witnesses = {n: make_witness(home / n, name=f"{n}.example.org") for n in NAMES}
        for each in witnesses.values():
            open_ones.callback(each.close)
        made = Scene(home, db, witnesses)
        made.grow(8)
        yield made


def test_all_witnesses_cosign_and_the_folder_verifies_with_its_quorum(scene: Scene) -> None:
    assert not scene.passed()
    assert scene.ask() == [True, True, True]
    assert scene.passed()
    note = Note.of(scene.checkpoint)
    assert [s.name for s in note.signatures] == [
        SIGNER.origin,
        *(f"{n}.example.org" for n in NAMES),
    ]


def test_a_grown_log_proves_its_growth_from_what_each_witness_saw(scene: Scene) -> None:
    for count in (8, 248, 8, 300):
        assert scene.ask() == [True, True, True]
        scene.grow(count)
        assert not scene.passed(), "a grown log needs new cosignatures"
    scene.posted.clear()
    assert scene.ask() == [True, True, True]
    assert scene.passed()
    assert scene.posted == [n for n in NAMES for _ in range(2)], "told a size, then proven"


def test_those_who_have_cosigned_are_not_asked_again(scene: Scene) -> None:
    scene.ask()
    before = scene.checkpoint
    scene.posted.clear()
    assert scene.ask() == [True, True, True]
    assert scene.posted == []
    assert scene.checkpoint == before
    scene.grow(0)
    assert scene.checkpoint == before, "publishing the same tree keeps the lines"


def test_one_witness_that_is_away_does_not_keep_the_others(scene: Scene) -> None:
    def away(url: str, body: bytes) -> Reply:
        if "council" in url:
            raise Unavailable("The witness cannot be reached.", why="refused")
        return scene.post(url, body)

    said = scene.said(away)
    assert [a.cosigned for a in said] == [False, True, True]
    assert said[0].detail == "The witness cannot be reached. refused"
    assert scene.passed()
    assert scene.ask() == [True, True, True], "later it is asked alone"


def test_a_forked_log_gets_no_cosignature_and_is_told_so(scene: Scene) -> None:
    scene.ask()
    (scene.home / "other").mkdir()
    with hub(scene.home / "other") as db:
        grow(db, 9)
        publish(db, scene.home / "other" / "log", SIGNER, now=NOW)
    forked = gather(scene.home / "other" / "log", scene.policy, post=scene.post)
    assert [a.cosigned for a in forked] == [False] * 3
    assert "the log was forked" in forked[0].detail
    steps = verify_folder(scene.home / "other" / "log", vkeys=[SIGNER.vkey], policy=scene.policy)
    assert [s.passed for s in steps] == [True] * 6 + [False]


def test_a_log_cut_back_is_told_that_a_larger_one_was_seen(scene: Scene) -> None:
    kept = scene.checkpoint
    scene.grow(8)
    scene.ask()
    (scene.folder / "checkpoint").write_bytes(kept)
    said = scene.said()
    assert [a.cosigned for a in said] == [False] * 3
    assert "has seen a larger log" in said[0].detail


def _signature(scene: Scene, name: str, key: SigningKey, text: str | None = None) -> bytes:
    note = Note(text or Note.of(scene.checkpoint).text, ())
    return f"{cosign(note, name, key, seconds=9).signatures[0].line}\n".encode()


def test_what_does_not_verify_never_reaches_the_folder(scene: Scene) -> None:
    before = scene.checkpoint
    council = scene.witnesses["council"]
    other_tree = Checkpoint(SIGNER.origin, 8, bytes(32)).text
    good = _signature(scene, council.name, council.key)
    answers = {
        "another key under its name": _signature(scene, council.name, WITNESS[1]),
        "its key over another tree": _signature(scene, council.name, council.key, other_tree),
        "a stranger's line alone": _signature(scene, *WITNESS),
        "a good line and a bad one": good
        + _signature(scene, council.name, council.key, other_tree),
        "nothing": b"",
        "no line": b"cosigned\n",
        "no newline": good[:-1],
        "a text before it": b"x\n\n" + good,
        "bytes": bytes(range(256)),
    }
    for name, body in answers.items():
        said = scene.said(lambda _url, _body, body=body: Reply(200, body))  # type: ignore[misc]
        assert [a.cosigned for a in said] == [False] * 3, name
        assert scene.checkpoint == before, name


def test_lines_by_others_beside_the_good_one_are_left_out(scene: Scene) -> None:
    def chatty(url: str, body: bytes) -> Reply:
        reply = scene.post(url, body)
        return Reply(reply.status, _signature(scene, *WITNESS) + reply.body, reply.kind)

    assert scene.ask(chatty) == [True] * 3
    assert WITNESS[0].encode() not in scene.checkpoint


@pytest.mark.parametrize(
    "reply",
    [
        Reply(409, b"99999\n", SIZE),
        Reply(409, b"0\n", SIZE),
        Reply(409, b"04\n", SIZE),
        Reply(409, b"4", SIZE),
        Reply(409, b"4\n"),
        Reply(302, b""),
        Reply(403, b"no\n"),
        Reply(404, b""),
        Reply(500, b"<html>"),
    ],
)
def test_a_witness_that_answers_oddly_is_left_alone(scene: Scene, reply: Reply) -> None:
    asked = list[bytes]()

    def odd(_url: str, body: bytes) -> Reply:
        asked.append(body)
        return reply

    assert scene.ask(odd) == [False] * 3
    assert len(asked) == 3, "each once, none again"


def test_a_witness_that_names_ever_other_sizes_is_given_up(scene: Scene) -> None:
    sizes = iter(range(1, 100))
    said = scene.said(lambda _url, _body: Reply(409, b"%d\n" % (next(sizes) % 8), SIZE))
    assert [a.cosigned for a in said] == [False] * 3
    assert next(sizes) == 10, "three tries each"
    assert "kept busy" in said[0].detail


@pytest.mark.parametrize(
    "url", ["", " ftp://x.example.org", " file:///etc", " https://x.example.org/?a"]
)
def test_a_witness_without_a_usable_address_is_said_so(scene: Scene, url: str) -> None:
    council = scene.witnesses["council"]
    policy = Policy.of(f"witness council {council.vkey}{url}\nquorum council\n")
    said = gather(scene.folder, policy, post=scene.post)
    assert [a.cosigned for a in said] == [False]
    assert "no address" in said[0].detail
    assert scene.posted == []


def test_a_log_that_grows_meanwhile_is_asked_for_again(scene: Scene) -> None:
    def slow(url: str, body: bytes) -> Reply:
        if not scene.posted:
            scene.grow(8)
        return scene.post(url, body)

    said = scene.said(slow)
    assert {a.detail for a in said} == {"The log has grown meanwhile; ask again."}
    assert len(Note.of(scene.checkpoint).signatures) == 1
    assert scene.ask() == [True] * 3
    assert scene.passed()


def test_a_folder_without_a_checkpoint_asks_nobody(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        gather(tmp_path, scene.policy, post=scene.post)
    assert scene.posted == []


def test_a_kill_anywhere_leaves_a_folder_that_verifies(scene: Scene) -> None:
    disk = {"open", "os.rename", "fcntl.flock"}
    for after in range(1, 40):
        scene.grow(8)
        child = os.fork()
        if child == 0:
            for each in scene.witnesses.values():  # no SQLite connection outlives a fork
                each.db.engine.dispose(close=False)
            _die_in(disk, after)
            gather(scene.folder, scene.policy, post=scene.post)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert failed_step(verify_folder(scene.folder, vkeys=[SIGNER.vkey])) is None, after
        assert open_checkpoint(scene.checkpoint, [SIGNER.vkey])
        assert len(Note.of(scene.checkpoint).signatures) in (1, 4)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        assert scene.ask() == [True] * 3
        assert scene.passed()
    assert ended == 0
    assert after > 5


def _die_in(events: set[str], after: int) -> None:
    left = iter(range(after))

    def hook(event: str, _: object) -> None:
        if event in events and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def test_what_is_sent_is_what_a_witness_reads(scene: Scene) -> None:
    sent = list[Submission]()

    def keep(url: str, body: bytes) -> Reply:
        sent.append(Submission.of(body))
        assert sent[-1].to_bytes() == body
        return scene.post(url, body)

    scene.ask(keep)
    scene.grow(8)
    scene.ask(keep)
    assert [s.old for s in sent] == [0, 0, 0, 0, 8, 0, 8, 0, 8]
    assert latest(scene.witnesses["council"], SIGNER.origin).size == 16


def test_a_witness_does_not_cosign_for_another_log_of_the_same_hub(scene: Scene) -> None:
    other = LogSigner("other.example.org", SigningKey(sha256(b"other")))
    publish(scene.db, scene.home / "elsewhere", other, now=NOW)
    said = gather(scene.home / "elsewhere", scene.policy, post=scene.post)
    assert {a.detail for a in said} == {"The witness refused. It does not watch this log."}
    assert VerifierKey.of(other.vkey) not in LOGS
