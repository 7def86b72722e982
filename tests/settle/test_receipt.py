# SPDX-License-Identifier: Apache-2.0
"""One receipt a use: numbered without gaps, committed to, holding no question (clauses 24 and 36)."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from countersign.errors import NotAllowed
from countersign.ids import ClaimId, ReleaseId
from countersign.seal import SALT_BYTES, commitment
from countersign.settle import Identified, Receipt, SeenUse, Use, tables, uses_of, write_receipt
from countersign.store import Database, upgrade
from countersign.terms import Act, Permit, Refusal, decide, keep_own
from tests.people.scene import raw_bytes
from tests.terms.scene import LIN, NOW, ask, stand

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "hub.db")
    upgrade(db, "hub")
    yield db
    db.close()


def permit() -> Permit:
    """Return the permit to answer one question under a running agreement."""
    decided = decide(ask(), stand(), now=NOW)
    assert not isinstance(decided, Refusal)
    return decided


def use(release: str = "r1", **changes: Any) -> Use:
    """Return one use of Lin's skill by a declared caller."""
    made = Use(
        release=ReleaseId(release),
        skill="deploying",
        caller="ccaller-zanzibar",
        identified=Identified.DECLARED,
        claims=(ClaimId("c1"), ClaimId("c2")),
        amount=20,
        currency="CNY",
    )
    return dataclasses.replace(made, **changes)


def write(db: Database, *uses: Use) -> list[Receipt]:
    """Write receipts, each in a transaction of its own."""
    made = []
    for n, one in enumerate(uses):
        with db.write() as c:
            at = NOW + timedelta(seconds=n)
            made.append(write_receipt(c, one, permit=permit(), now=at, random=os.urandom))
    return made


def test_clause_24_numbers_run_from_one_for_each_release(hub: Database) -> None:
    made = write(hub, use("r1"), use("r2"), use("r1"), use("r1"), use("r2"))
    assert [(r.use.release, r.number) for r in made] == [
        ("r1", 1), ("r2", 1), ("r1", 2), ("r1", 3), ("r2", 2),
    ]  # fmt: skip
    assert len({r.id for r in made}) == 5


def test_clause_24_an_answer_that_fails_leaves_no_gap(hub: Database) -> None:
    def answer_and_fail() -> None:
        with hub.write() as c:
            write_receipt(c, use(), permit=permit(), now=NOW, random=os.urandom)
            raise LookupError

    write(hub, use())
    with pytest.raises(LookupError):
        answer_and_fail()
    assert write(hub, use())[0].number == 2


_CHILD = """
import sys
from pathlib import Path
from countersign.store import Database
from tests.settle.test_receipt import use, write

db = Database(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
write(db, *(use("r1" if n % 2 else "r2") for n in range(60)))
db.close()
"""


def test_clause_24_two_processes_at_once_leave_no_gap_and_no_double(
    hub: Database, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", _CHILD, str(tmp_path / "hub.db")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    children = [subprocess.Popen(command, cwd=_ROOT, text=True, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:  # both are up: now they write against each other
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
        assert child.returncode == 0
    with hub.read() as c:
        rows = c.execute(sa.select(tables.receipt.c.release, tables.receipt.c.number)).all()
    assert sorted(tuple(row) for row in rows) == [
        (release, n) for release in ("r1", "r2") for n in range(1, 61)
    ]


def test_the_commitment_can_be_recomputed_from_the_row_alone(hub: Database) -> None:
    [made] = write(hub, use())
    with hub.read() as c:
        row = dict(c.execute(sa.select(tables.receipt)).mappings().one())
    value = {k: row[k] for k in ("id", "release", "number", "skill", "agreement", "party",
                                 "purpose", "amount", "currency")}  # fmt: skip
    value |= {"claims": json.loads(row["claims"]), "at": "2026-11-23T12:00:00Z"}
    assert value == made.to_value()
    assert made.commitment == row["commitment"] == commitment(row["salt"], value)
    for field, other in {"amount": 0, "number": 2, "claims": ["c1"], "party": "oother"}.items():
        assert commitment(row["salt"], value | {field: other}) != made.commitment
    assert len(row["salt"]) == SALT_BYTES


def test_clause_36_a_receipt_has_no_place_for_a_question_or_a_text(hub: Database) -> None:
    assert {c.name for c in tables.receipt.columns} == {
        "id", "release", "number", "skill", "agreement", "person", "party", "caller", "identified",
        "purpose", "claims", "amount", "currency", "at", "salt", "commitment",
    }  # fmt: skip


def test_clause_36_the_caller_is_not_in_what_is_committed_to(hub: Database) -> None:
    """A caller's id becomes random when the statement closes: the commitment must not hold it."""
    one, other = write(hub, use(), use(caller="cother"))
    assert "zanzibar" not in json.dumps(one.to_value())
    assert one.to_value().keys() == other.to_value().keys()


def test_clause_36_the_person_sees_time_claims_and_money_and_never_the_caller(
    hub: Database, tmp_path: Path
) -> None:
    write(hub, use(), use("r2", skill="testing"))
    with hub.read() as c:
        seen = uses_of(c, LIN)
        assert uses_of(c, LIN, skill="testing") == [seen[0]]
        assert uses_of(c, "psomebody") == []
    assert [(u.skill, u.number, u.amount, u.claims) for u in seen] == [
        ("testing", 1, 20, ("c1", "c2")),
        ("deploying", 1, 20, ("c1", "c2")),
    ]
    assert "zanzibar" not in repr(seen)
    assert b"zanzibar" in raw_bytes(tmp_path, "hub.db"), "the check above can fail"
    assert not {"caller", "question"} & {f.name for f in dataclasses.fields(SeenUse)}


def test_a_receipt_needs_the_permit_to_answer(hub: Database) -> None:
    own = decide(keep_own(LIN, act=Act.EXPORT), None, now=NOW)
    assert isinstance(own, Permit)
    with hub.write() as c, pytest.raises(NotAllowed):
        write_receipt(c, use(), permit=own, now=NOW, random=os.urandom)
    with hub.read() as c:
        assert uses_of(c, LIN) == []


def test_who_and_what_for_is_what_the_permit_says(hub: Database) -> None:
    [made] = write(hub, use())
    granted = permit()
    assert (made.person, made.party) == (granted.person, granted.request.party)
    assert (made.agreement, made.purpose) == (granted.agreement, granted.request.purpose)
