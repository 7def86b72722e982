# SPDX-License-Identifier: Apache-2.0
"""What is still to be erased is shown with its clock, and what is overdue is told, once, on record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import NotAllowed, NotFound, Unavailable
from countersign.seal import Envelope
from countersign.terms import Told, withdraw
from tests.desk import scene
from tests.desk.scene import NOW, SKILL, hours

DAYS_30 = NOW + timedelta(days=30)


@contextmanager
def reader(home: desk.Home) -> Iterator[None]:
    """Hold an old state open, so that an erasure cannot end."""
    with scene.opened(home.path) as other, other.hub.index.db.read() as c:
        c.exec_driver_sql("SELECT COUNT(*) FROM text").scalar()
        for db in (home.hub.db, home.hub.keys.db, home.hub.index.db):
            with db.engine.connect() as open_:
                open_.exec_driver_sql("PRAGMA busy_timeout=10")
        yield


def ordered(home: desk.Home) -> desk.Published:
    """Take back and be killed right after the record."""
    made = scene.released(home)
    with home.hub.db.write() as c:
        withdraw(c, agreement_id=made.agreement, key=home.key(scene.LIN), by=home.owner.id, now=NOW)
    return made


def state(home: desk.Home, now: datetime) -> str:
    (order,) = desk.list_erasures(home.hub, now=now).orders
    return order.state


def test_clause_04_an_open_order_shows_what_holds_it_and_until_when(home: desk.Home) -> None:
    made = ordered(home)
    found = desk.list_erasures(home.hub, now=NOW)
    (order,) = found.orders
    assert (order.agreement, order.state, found.overdue) == (made.agreement, "open", False)
    assert order.holds == ("keys.db", "hub.db", "index.db", "copies (1)")
    assert (order.due_at, order.overdue_at) == (hours(72), DAYS_30)


def test_clause_04_after_72_hours_it_is_late_and_after_30_days_overdue(home: desk.Home) -> None:
    ordered(home)
    second = timedelta(seconds=1)
    assert state(home, hours(72) - second) == "open"
    assert state(home, hours(72)) == "late"
    assert state(home, DAYS_30 - second) == "late"
    assert state(home, DAYS_30) == "overdue"


def test_clause_04_what_is_overdue_is_told_once_on_record_and_is_refused_all_the_while(
    home: desk.Home,
) -> None:
    ordered(home)
    for _ in range(2):
        assert desk.list_erasures(home.hub, now=DAYS_30).overdue
    with home.hub.db.read() as c:
        rows = c.execute(sa.text("SELECT envelope FROM record WHERE kind = 'notice'")).scalars()
        said = [Envelope.from_bytes(row).statement.predicate for row in rows]
        unlogged = sa.text("SELECT COUNT(*) FROM record WHERE leaf_index IS NULL AND complete = 1")
        assert c.execute(unlogged).scalar() == 0
    overdue = [s for s in said if s["notice"] == "erasure-overdue"]
    assert len(overdue) == 1
    assert overdue[0]["to"] == [home.owner.id]
    with pytest.raises(NotAllowed, match="took this back"):
        scene.asked(home)


def test_clause_04_once_erased_it_is_done_and_nothing_escalates(home: desk.Home) -> None:
    scene.released(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    found = desk.list_erasures(home.hub, now=DAYS_30)
    (order,) = found.orders
    assert (order.state, order.holds, found.overdue) == ("done", (), False)
    assert order.receipt
    assert desk.list_erasures(home.hub, now=DAYS_30, open_only=True).orders == ()


def test_clause_04_what_a_reader_holds_is_denied_shown_and_goes_when_it_lets_go(
    home: desk.Home,
) -> None:
    scene.released(home)
    with reader(home), pytest.raises(Unavailable, match="Denied, erasing"):
        desk.take_back(home, SKILL, signer=None, now=NOW)
    (order,) = desk.list_erasures(home.hub, now=NOW, open_only=True).orders
    assert "keys.db" not in order.holds
    desk.mend(home.hub, now=NOW)
    assert desk.list_erasures(home.hub, now=NOW, open_only=True).orders == ()


def test_clause_03_the_party_acknowledges_with_its_own_key_and_the_person_sees_it(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    scene.asked(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    with pytest.raises(NotFound, match="no such notice"):
        desk.acknowledge_withdrawal(home, made.agreement, holder=scene.LIN, now=NOW)
    with pytest.raises(NotFound, match="Nothing with that name"):
        desk.acknowledge_withdrawal(home, "aother", holder=scene.TEAM, now=NOW)
    (digest,) = desk.acknowledge_withdrawal(home, made.agreement, holder=scene.TEAM, now=NOW)
    (order,) = desk.list_erasures(home.hub, now=NOW).orders
    assert {n.state for n in order.told} == {Told.ACKNOWLEDGED}
    with home.hub.db.read() as c:
        row = c.execute(
            sa.text("SELECT envelope, leaf_index FROM record WHERE digest = :d"), {"d": digest}
        ).one()
    assert row.leaf_index is not None
    said = Envelope.from_bytes(row.envelope).statement.predicate
    assert said["withdrawal"] == order.withdrawal


def test_clause_05_what_was_earned_stays_and_nothing_is_added_after(home: desk.Home) -> None:
    path = Path(scene.write_terms(home.path.parent))
    per_use = 'kind = "per-use"\namount = 20\ncurrency = "CNY"\nperiod = "use"\n'
    text = path.read_text("utf-8").split("[[benefits]]")[0] + f"[[benefits]]\n{per_use}"
    path.write_text(text, encoding="utf-8")
    scene.released(home, terms=str(path))
    for _ in range(3):
        scene.asked(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    with pytest.raises(NotAllowed):
        scene.asked(home)
    owed = [(use.amount, use.currency) for use in desk.uses(home)]
    assert owed == [(20, "CNY")] * 3
    desk.mend(home.hub, now=NOW + timedelta(days=90))
    assert [(use.amount, use.currency) for use in desk.uses(home)] == owed
