# SPDX-License-Identifier: Apache-2.0
"""Go's own sumdb code accepts our bytes, and refuses them when one is changed.

Needs Debian's `golang-go` and `golang-golang-x-mod-dev`; nothing is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from countersign.log import (
    Note,
    Policy,
    Reply,
    VerifierKey,
    add_checkpoint,
    append,
    consistency,
    cosign,
    gather,
    inclusion,
    make_witness,
)
from countersign.seal import b64
from tests.log.scene import NOW, SALT, SIGNER, WITNESS, dice, hub, leaves, published, real_leaf
from tests.log.watching import LOGS

GOCODE = Path("/usr/share/gocode")
PROGRAM = Path(__file__).parents[1] / "files" / "go" / "agree" / "main.go"
pytestmark = pytest.mark.skipif(
    shutil.which("go") is None or not (GOCODE / "src/golang.org/x/mod/sumdb/tlog").is_dir(),
    reason="Debian's golang-go and golang-golang-x-mod-dev are not installed",
)
COUNCIL = VerifierKey(WITNESS[0], 4, WITNESS[1].public).text


@dataclass(frozen=True)
class Case:
    """A published folder, proofs beside it, and the program that judges them."""

    home: Path
    program: Path

    def judge(self, witness: str = COUNCIL) -> tuple[int, list[str]]:
        names = ("old.checkpoint", "consistency", "leaf.tlog-proof", "leaf")
        done = subprocess.run(
            [
                self.program,
                self.home / "log",
                SIGNER.vkey,
                *(self.home / n for n in names),
                witness,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout.splitlines()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    home = tmp_path_factory.mktemp("go")
    program = home / "agree"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(GOCODE),
        "GOCACHE": str(home / "cache"),
        "GOFLAGS": "",
    }
    subprocess.run(["go", "build", "-o", program, PROGRAM], env=environment, check=True)
    with hub(home) as db:
        random = dice(b"go")
        with db.write() as connection:
            append(connection, leaves(5000), at=NOW, random=random)
        (home / "old.checkpoint").write_bytes(published(db, home / "log"))
        with db.write() as connection:
            entries = [real_leaf(), *leaves(65_000)]
            index = append(connection, entries, at=NOW, random=random)[0]
        signed = published(db, home / "log")
        with db.read() as connection:
            grown = consistency(connection, 5000, 70_008)
            proof = inclusion(connection, index, signed, SALT)
    cosigned = cosign(Note.of(signed), WITNESS[0], WITNESS[1], seconds=1795435200)
    (home / "log" / "checkpoint").write_bytes(cosigned.to_bytes())
    (home / "consistency").write_text("".join(f"{b64(h)}\n" for h in grown))
    (home / "leaf.tlog-proof").write_bytes(proof)
    (home / "leaf").write_bytes(real_leaf())
    return Case(home, program)


def test_go_accepts_checkpoint_proofs_tiles_bundles_and_cosignature(case: Case) -> None:
    status, said = case.judge()
    assert [line.split()[0] for line in said] == [
        *("checkpoint", "consistency", "inclusion", "tiles", "bundles", "cosignature"),
    ]
    assert said[0] == "checkpoint 70008"
    assert said[1] == "consistency 5000 70008"
    assert said[4] == "bundles 70008"
    assert status == 0


def test_go_accepts_what_our_witness_signed_and_our_client_put_there(case: Case) -> None:
    """The whole way: asked, proven from what it had seen, cosigned, written into the folder."""
    path = case.home / "log" / "checkpoint"
    kept = path.read_bytes()
    witness = make_witness(case.home / "witness", name="witness.example.org/union")
    policy = Policy.of(f"witness union {witness.vkey} https://w.example.org\nquorum union\n")
    old = Note.of((case.home / "old.checkpoint").read_bytes())

    def post(_url: str, body: bytes) -> Reply:
        return add_checkpoint(witness, body, logs=LOGS, now=NOW)

    try:
        assert post("", b"old 0\n\n" + old.to_bytes()).status == 200
        assert [a.detail for a in gather(case.home / "log", policy, post=post)] == ["cosigned"]
        status, said = case.judge(witness.vkey)
        assert (status, said[-1]) == (0, "cosignature 1")
        other = make_witness(case.home / "other", name=witness.name)
        status, said = case.judge(other.vkey)
        assert (status, said[-1].split(":")[0]) == (1, "refused")
        other.close()
    finally:
        path.write_bytes(kept)
        witness.close()


@pytest.mark.parametrize(
    ("name", "at", "after"),
    [
        ("log/checkpoint", 30, 0),
        ("log/checkpoint", -200, 0),
        ("log/checkpoint", -20, 5),
        ("old.checkpoint", 30, 1),
        ("consistency", 5, 1),
        ("leaf.tlog-proof", 120, 2),
        ("leaf", 30, 2),
        ("log/tile/0/273.p/120", 40, 3),
        ("log/tile/1/001.p/17", 40, 3),
        ("log/tile/entries/100", 40, 4),
    ],
)
def test_go_refuses_one_changed_byte(case: Case, name: str, at: int, after: int) -> None:
    path = case.home / name
    kept = path.read_bytes()
    changed = bytearray(kept)
    changed[at] = ord("A") if changed[at] != ord("A") else ord("B")
    path.write_bytes(changed)
    try:
        status, said = case.judge()
    finally:
        path.write_bytes(kept)
    assert status == 1
    assert said[-1].startswith("refused: ")
    assert len(said) == after + 1
