"""Clauses 1 to 5: taking back is easy, effective, told, timed, and leaves what is owed owed."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from countersign import desk
from countersign.errors import Conflict, NotAllowed, NotFound, NotVerified
from countersign.seal import Statement, canonical, require, sign
from countersign.terms import offer_state, record, records
from countersign.terms.records import withdrawal_statement
from tests.desk import scene
from tests.desk.clauses.acts import DAY, agreement, answers, ask, install, paid_by_use, publish
from tests.desk.clauses.acts import sign as agree
from tests.desk.scene import LIN, NOW, SKILL, TEAM, hours


def _fields(verb: object) -> list[str]:
    """Return what a person must say to a verb (the home and the clock are not said by anybody)."""
    said = inspect.signature(verb).parameters.values()  # type: ignore[arg-type]
    return [p.name for p in said if p.default is p.empty and p.name not in ("home", "now")]


def test_clause_01_allows_taking_back_with_no_more_steps_than_granting(live: desk.Home) -> None:
    assert len(_fields(desk.take_back)) <= len(_fields(desk.sign))
    assert _fields(desk.take_back_by_code) == ["code", "suspend_only"]
    (erased,) = desk.take_back(live, SKILL, signer=None, now=NOW)
    assert erased.receipt
    with pytest.raises(NotAllowed, match="took this back"):
        ask(live)


def test_clause_01_refuses_a_withdrawal_that_carries_a_reason(live: desk.Home) -> None:
    for verb in (desk.take_back, desk.take_back_part, desk.take_back_by_code, desk.pause):
        assert not {"reason", "why", "note", "comment"} & set(inspect.signature(verb).parameters)
    under = agreement(live)
    with live.hub.db.read() as c:
        grant = offer_state(c, under).grant_digest
    said = withdrawal_statement(grant=grant, agreement=under, by=live.owner.id, at=NOW)
    reasoned = Statement(said.kind, said.subjects, {**said.predicate, "reason": "a new job"})
    data = canonical(sign(reasoned, live.key(LIN)).to_value())
    with pytest.raises(NotVerified, match="not a withdrawal"):
        desk.take_back_by_file(live, data, now=NOW)
    assert answers(live)
    desk.take_back_by_file(live, canonical(sign(said, live.key(LIN)).to_value()), now=NOW)
    with pytest.raises(NotAllowed, match="took this back"):
        ask(live)


def test_clause_01_refuses_a_withdrawal_by_anybody_but_the_person(live: desk.Home) -> None:
    with pytest.raises(NotAllowed, match="Only the person"):
        desk.take_back(live, agreement(live), signer=TEAM, now=NOW)
    with pytest.raises(NotAllowed, match="Only the person"):
        desk.pause(live, agreement(live), signer=TEAM, now=NOW)
    assert answers(live)


def test_clause_02_refuses_whatever_would_follow_a_withdrawal(live: desk.Home) -> None:
    under = agreement(live)
    desk.take_back(live, SKILL, signer=None, now=NOW)
    assert desk.take_back(live, under, signer=None, now=hours(1)) == []
    with live.hub.db.read() as c:
        kinds = [r.kind for r in records(c, offer_state(c, under).grant_digest)]
    assert kinds.count("withdrawal") == 1
    for verb in (desk.pause, desk.go_on):
        with pytest.raises(Conflict, match="took this back"):
            verb(live, under, signer=None, now=hours(1))
    with pytest.raises(Conflict, match="took this back"):
        desk.sign(live, under, signer=LIN, now=hours(1))


def test_clause_02_allows_answers_until_the_withdrawal_and_proves_the_erasure(
    live: desk.Home,
) -> None:
    assert answers(live)
    (erased,) = desk.take_back(live, SKILL, signer=None, now=NOW)
    with live.hub.db.read() as c:
        kept = record(c, erased.receipt)
    said = require(kept.envelope, "deletion-receipt", [live.hub.online_key.public]).predicate
    assert (said["keys"], said["texts"], said["index"]) == ("destroyed", "deleted", "rewritten")
    report = desk.residue(live)
    assert (report.found, report.unfinished) == ((), 0)
    assert report.texts >= 15


def test_clause_02_refuses_the_next_question_evidence_install_and_release_everywhere(
    live: desk.Home, tmp_path: Path
) -> None:
    under, claim = agreement(live), ask(live).claims[0]
    with scene.opened(live.path) as other:  # as another process that has answered before
        assert answers(other)
        desk.take_back(live, SKILL, signer=None, now=NOW)
        with pytest.raises(NotAllowed, match="took this back"):
            ask(other)
        with pytest.raises(NotFound):
            desk.show_evidence(
                other.hub, scene.caller(other), claim, now=NOW, purpose="answer-questions"
            )
    with pytest.raises(NotAllowed, match="took this back"):
        install(live, tmp_path)
    with pytest.raises(NotAllowed, match="took this back"):
        publish(live, under)
    assert not (live.path / "skills" / SKILL).exists()


def _told(home: desk.Home) -> dict[tuple[str, str], int]:
    (order,) = desk.list_erasures(home.hub, now=NOW).orders
    found: dict[tuple[str, str], int] = {}
    for notice in order.told:
        key = (notice.recipient.kind, notice.state.value)
        found[key] = found.get(key, 0) + 1
    return found


def test_clause_03_allows_each_holder_to_acknowledge_that_it_was_told(
    live: desk.Home, tmp_path: Path
) -> None:
    ask(live)
    install(live, tmp_path)
    desk.take_back(live, SKILL, signer=None, now=NOW)
    assert _told(live) == {("party", "told"): 1, ("caller", "told"): 1, ("copy", "acknowledged"): 2}
    (digest,) = desk.acknowledge_withdrawal(live, agreement(live), holder=TEAM, now=NOW)
    with live.hub.db.read() as c:
        require(record(c, digest).envelope, "notice", [live.key(TEAM).public])
    assert {state for _, state in _told(live)} == {"acknowledged"}


def test_clause_03_refuses_to_call_a_copy_gone_that_could_not_be_reached(
    live: desk.Home, tmp_path: Path
) -> None:
    place = install(live, tmp_path)
    (place / "notes.md").write_text("somebody's own notes", encoding="utf-8")
    under = agreement(live)
    desk.take_back(live, SKILL, signer=None, now=NOW)
    assert _told(live)["copy", "unconfirmed"] == 1
    scene.offer(live, party="Other Team")
    with pytest.raises(NotFound, match="no such notice"):
        desk.acknowledge_withdrawal(live, under, holder=LIN, now=NOW)
    with pytest.raises(NotFound, match="no such notice"):
        desk.acknowledge_withdrawal(live, under, holder="other-team", now=NOW)
    assert _told(live)["copy", "unconfirmed"] == 1


def _unreachable(home: desk.Home) -> None:
    """Take back while another process reads an old state, so that the order stays open."""
    with scene.opened(home.path) as other, other.hub.index.db.read() as c:
        c.exec_driver_sql("SELECT COUNT(*) FROM text").scalar()
        for db in (home.hub.db, home.hub.keys.db, home.hub.index.db):
            with db.engine.connect() as open_:
                open_.exec_driver_sql("PRAGMA busy_timeout=10")
        with pytest.raises(Exception, match="Denied, erasing"):
            desk.take_back(home, SKILL, signer=None, now=NOW)


def test_clause_04_allows_72_hours_and_then_closes_with_a_receipt(live: desk.Home) -> None:
    _unreachable(live)
    (order,) = desk.list_erasures(live.hub, now=hours(71)).orders
    assert (order.state, order.due_at, order.receipt) == ("open", hours(72), "")
    (done,) = desk.erase_ordered(live.hub, now=hours(71))
    (order,) = desk.list_erasures(live.hub, now=hours(71)).orders
    assert (order.state, order.receipt) == ("done", done.receipt)
    assert order.done_at == hours(71)


def test_clause_04_refuses_to_let_an_order_grow_old_in_silence(live: desk.Home) -> None:
    _unreachable(live)
    late = desk.list_erasures(live.hub, now=hours(72))
    assert (late.orders[0].state, late.overdue) == ("late", False)
    over = desk.list_erasures(live.hub, now=hours(30 * DAY))
    assert (over.orders[0].state, over.overdue) == ("overdue", True)
    assert over.orders[0].holds
    assert _overdue_notices(live) == 1
    desk.list_erasures(live.hub, now=hours(31 * DAY))
    assert _overdue_notices(live) == 1, "it is signed once"
    with pytest.raises(NotAllowed, match="took this back"):
        ask(live)


def _overdue_notices(home: desk.Home) -> int:
    with home.hub.db.read() as c:
        grant = offer_state(c, agreement(home)).grant_digest
        kept = [r for r in records(c, grant) if r.kind == "notice" and r.leaf_index is not None]
    late = [r for r in kept if r.envelope.statement.predicate.get("notice") == "erasure-overdue"]
    said = [require(r.envelope, "notice", [home.hub.online_key.public]).predicate for r in late]
    assert all(set(n["to"]) == {home.owner.id} for n in said)
    return len(said)


def _paid(home: desk.Home) -> None:
    publish(home, agree(home, paid_by_use(home), "short-cooling-off"))


def test_clause_05_allows_what_was_earned_to_stay_owed_after_the_withdrawal(
    home: desk.Home,
) -> None:
    _paid(home)
    for _ in range(3):
        ask(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert [(u.number, u.amount, u.currency) for u in desk.uses(home)] == [
        (3, 20, "CNY"),
        (2, 20, "CNY"),
        (1, 20, "CNY"),
    ]


def test_clause_05_refuses_to_count_anything_from_the_withdrawal_on(home: desk.Home) -> None:
    _paid(home)
    ask(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    for _ in range(2):
        with pytest.raises(NotAllowed, match="took this back"):
            ask(home)
    assert sum(u.amount for u in desk.uses(home)) == 20
