"""Clause 29: a representative stops all use within a floor's scope; both sides let it go on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import Conflict, NotAllowed, NotFound
from countersign.seal import SigningKey, sign
from countersign.terms import (
    Floor,
    Limits,
    State,
    floor_of,
    keep_record,
    resume,
    resume_series,
    standing,
    suspend,
    suspend_series,
    tables,
)
from countersign.terms.pause import series_statement
from tests.terms.council import ALL_KEYS, COUNCIL, DAY, PUPPET, agreed, floor, works
from tests.terms.scene import ACME, KEYS, LIN, NOW, OTHER, signed

OPEN = Limits()


def state(c: sa.Connection, under: str) -> State:
    """Return the state of an agreement."""
    found = standing(c, under)
    assert found is not None
    return found.state


def stopped(c: sa.Connection, **changes: object) -> Floor:
    """Agree on a floor and suspend within it."""
    made = agreed(c, floor(OPEN, **changes)).floor
    suspend_series(c, made, key=ALL_KEYS[COUNCIL], now=NOW)
    return made


def lift(c: sa.Connection, made: Floor, *signers: str) -> None:
    """Sign the end of the suspension as these sides."""
    for signer in signers:
        resume_series(c, made, signer=signer, key=ALL_KEYS[signer], now=NOW)


def test_clause_29_a_representative_stops_every_agreement_in_scope_those_to_come_too(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        before = signed(c)
        stopped(c)
        assert state(c, before) is State.SUSPENDED
        assert state(c, signed(c)) is State.SUSPENDED


def test_a_refusal_says_since_when_the_representative_stopped_it(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        assert standing(c, under).since is None  # type: ignore[union-attr]
        stopped(c)
        assert standing(c, under).since == NOW  # type: ignore[union-attr]


@pytest.mark.parametrize("order", [(COUNCIL, ACME), (ACME, COUNCIL)])
def test_clause_29_both_sides_of_the_floor_lift_it(tmp_path: Path, order: tuple[str, str]) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        made = stopped(c)
        lift(c, made, order[0])
        assert state(c, under) is State.SUSPENDED
        lift(c, made, order[1])
        assert state(c, under) is State.IN_FORCE


@pytest.mark.parametrize("alone", [ACME, COUNCIL])
def test_clause_29_a_resumption_signed_by_one_side_lifts_nothing(
    tmp_path: Path, alone: str
) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        made = stopped(c)
        lift(c, made, alone)
        with pytest.raises(Conflict, match="signed already"):
            lift(c, made, alone)
        assert state(c, under) is State.SUSPENDED


def test_clause_29_a_party_that_signs_twice_with_a_puppet_lifts_nothing(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        made = stopped(c)
        with pytest.raises(NotAllowed, match="Only both sides"):
            lift(c, made, PUPPET)
        for by, keys in ((PUPPET, (PUPPET, ACME)), (COUNCIL, (PUPPET, ACME))):
            statement = series_statement(
                by=by,
                party=ACME,
                series="council",
                persons=frozenset(),
                at=NOW,
                number=9,
                resume=True,
            )
            forged = sign(statement, *(ALL_KEYS[k] for k in keys))
            keep_record(c, forged, grant=ACME, now=NOW)
        assert state(c, under) is State.SUSPENDED


def test_a_new_suspension_is_not_lifted_by_what_was_signed_before_it(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        made = stopped(c)
        lift(c, made, ACME, COUNCIL)
        suspend_series(c, made, key=ALL_KEYS[COUNCIL], now=NOW + DAY)
        assert state(c, under) is State.SUSPENDED
        lift(c, made, ACME, COUNCIL)
        assert state(c, under) is State.IN_FORCE
        with pytest.raises(Conflict, match="Nothing is suspended"):
            lift(c, made, ACME)


def test_a_suspension_reaches_only_the_floors_own_persons_and_party(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        stopped(c, persons=frozenset({"kim"}))
        assert state(c, under) is State.IN_FORCE
        stopped(c, series="for-lin", persons=frozenset({"lin"}))
        assert state(c, under) is State.SUSPENDED
    (tmp_path / "b").mkdir()
    with works(tmp_path / "b") as c:
        under = signed(c)
        stopped(c, party=OTHER)
        assert state(c, under) is State.IN_FORCE


@pytest.mark.parametrize(
    ("by", "now", "series"),
    [
        (PUPPET, NOW, "council"),
        (LIN, NOW, "council"),
        (COUNCIL, NOW - DAY, "council"),
        (COUNCIL, NOW + 30 * DAY, "council"),
        (COUNCIL, NOW, "other"),
    ],
)
def test_nobody_suspends_beyond_a_floor_in_force(
    tmp_path: Path, by: str, now: datetime, series: str
) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(OPEN, until=NOW + 30 * DAY))
        with pytest.raises(NotFound, match="No floor"):
            floor_of(c, series, by=by, now=now, running=True)
        assert floor_of(c, "council", by=COUNCIL, now=NOW, running=True).limits == OPEN


def test_a_proposal_lets_nobody_suspend(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, by=(COUNCIL,))
        with pytest.raises(NotFound):
            floor_of(c, "council", by=COUNCIL, now=NOW, running=True)


@pytest.mark.parametrize("key", [KEYS[ACME], KEYS[LIN], ALL_KEYS[PUPPET]])
def test_a_representatives_suspension_needs_the_representatives_key(
    tmp_path: Path, key: SigningKey
) -> None:
    with works(tmp_path) as c:
        made = agreed(c).floor
        with pytest.raises(NotAllowed, match="not bound to that signer"):
            suspend_series(c, made, key=key, now=NOW)


def test_what_a_floor_that_ended_had_suspended_is_still_lifted_by_its_sides(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        made = stopped(c, until=NOW + DAY)
        assert state(c, under) is State.SUSPENDED
        again = floor_of(c, "council", by=ACME, now=NOW + 2 * DAY, running=False)
        assert again == made
        lift(c, again, ACME, COUNCIL)
        assert state(c, under) is State.IN_FORCE


def test_the_persons_pause_and_the_representatives_are_two(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        made = stopped(c)
        suspend(c, agreement_id=under, key=KEYS[LIN], by=LIN, now=NOW)
        lift(c, made, ACME, COUNCIL)
        assert state(c, under) is State.SUSPENDED
        resume(c, agreement_id=under, key=KEYS[LIN], by=LIN, now=NOW)
        assert state(c, under) is State.IN_FORCE
        suspend_series(c, made, key=ALL_KEYS[COUNCIL], now=NOW)
        suspend(c, agreement_id=under, key=KEYS[LIN], by=LIN, now=NOW)
        resume(c, agreement_id=under, key=KEYS[LIN], by=LIN, now=NOW)
        assert state(c, under) is State.SUSPENDED


def test_suspending_twice_keeps_the_first_record(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        made = stopped(c)
        first = suspend_series(c, made, key=ALL_KEYS[COUNCIL], now=NOW)
        assert suspend_series(c, made, key=ALL_KEYS[COUNCIL], now=NOW + DAY) == first


def test_a_floor_to_act_under_is_found_by_series_or_digest_and_never_guessed(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        made = agreed(c, floor(OPEN))
        for name in ("council", made.digest[:8]):
            assert floor_of(c, name, by=COUNCIL, now=NOW, running=True) == made.floor
        with pytest.raises(NotFound):
            floor_of(c, made.digest[:7], by=COUNCIL, now=NOW, running=True)
        other = agreed(c, floor(OPEN, party=OTHER))
        with pytest.raises(Conflict, match="Several floors"):
            floor_of(c, "council", by=COUNCIL, now=NOW, running=True)
        found = floor_of(c, "council", by=COUNCIL, now=NOW, running=True, party=OTHER)
        assert found == other.floor


def test_a_suspension_under_one_series_is_not_lifted_under_another(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        stopped(c)
        second = stopped(c, series="second")
        lift(c, second, ACME, COUNCIL)
        assert state(c, under) is State.SUSPENDED


def test_a_suspension_filed_under_the_wrong_party_reaches_nobody_there(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        stopped(c, party=OTHER)
        c.execute(
            tables.record.update()
            .where(tables.record.c.kind == "suspension")
            .values(grant_digest=ACME)
        )
        assert state(c, under) is State.IN_FORCE
