"""Clauses 26 to 30: a successor, leaving, incapacity, a dispute, and the impact assessment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from countersign import desk
from countersign.errors import BadInput, NotAllowed, NotFound
from tests.desk import scene
from tests.desk.clauses.acts import (
    agreement,
    answers,
    ask,
    assess,
    floor,
    publish,
    sign,
    tell,
    terms,
)
from tests.desk.council import COUNCIL
from tests.desk.scene import LIN, NOW, SKILL, TEAM, hours

OTHER = "other-team"


def _transfer(home: desk.Home, *, at: float) -> None:
    desk.ask_for(home, LIN, party="Other Team", terms="my-team", now=NOW)
    desk.notice_transfer(home, OTHER, signer=TEAM, at=hours(at), now=NOW)


def test_clause_26_allows_use_until_the_party_passes_and_then_by_terms_of_the_successor(
    live: desk.Home,
) -> None:
    _transfer(live, at=24)
    assert answers(live, now=hours(23))
    under = sign(live, terms(live), "short-cooling-off", party="Other Team")
    publish(live, under, name="other-lin")
    caller = scene.caller(live, "their-bot", party=OTHER)
    assert desk.ask(live.hub, caller, scene.ASK_EN, now=hours(24)).receipt is not None


def test_clause_26_refuses_a_passed_on_agreement(live: desk.Home) -> None:
    _transfer(live, at=24)
    with pytest.raises(NotAllowed, match="passed to another"):
        ask(live, now=hours(24))
    heir = scene.caller(live, "their-bot", party=OTHER)
    with pytest.raises(NotAllowed, match="No skill is in force"):
        desk.ask(live.hub, heir, scene.ASK_EN, now=hours(24))
    with pytest.raises(BadInput, match="another party"):
        desk.notice_transfer(live, TEAM, signer=TEAM, at=NOW, now=NOW)
    with pytest.raises(NotAllowed):
        desk.notice_transfer(live, OTHER, signer=LIN, at=NOW, now=NOW)


def _leave(home: desk.Home, *, signer: str, at: float = 0) -> list[desk.Noticed]:
    return desk.notice_leaving(home, LIN, party=TEAM, signer=signer, at=hours(at), now=NOW)


def test_clause_27_allows_paid_use_after_leaving_where_that_was_granted_on_its_own(
    home: desk.Home,
) -> None:
    publish(home, sign(home, terms(home, "handover"), "short-cooling-off"))
    _leave(home, signer=LIN)
    assert answers(home, now=hours(1))


@pytest.mark.parametrize("signer", [LIN, TEAM])
def test_clause_27_refuses_use_from_the_day_of_leaving_by_default(
    live: desk.Home, signer: str
) -> None:
    _leave(live, signer=signer, at=24)
    assert answers(live, now=hours(23))
    with pytest.raises(NotAllowed, match="left on"):
        ask(live, now=hours(24))
    assert desk.list_erasures(live.hub, now=hours(24)).orders == (), "leaving erases nothing"
    (erased,) = desk.take_back(live, SKILL, signer=None, now=hours(25))
    assert erased.receipt, "who left can still take back"


def test_clause_27_refuses_use_from_the_earliest_day_that_either_side_said(
    live: desk.Home,
) -> None:
    _leave(live, signer=LIN, at=24)
    _leave(live, signer=TEAM, at=48)
    with pytest.raises(NotAllowed, match="left on"):
        ask(live, now=hours(24))


def test_clause_27_refuses_leaving_terms_without_pay_and_the_word_of_strangers(
    live: desk.Home,
) -> None:
    path = terms(live, "my-team", on_leaving='"continue"', term_days="366")
    with pytest.raises(BadInput, match="term_days"):
        scene.offer(live, terms=path)
    desk.ask_for(live, LIN, party="Other Team", terms="my-team", now=NOW)
    with pytest.raises(NotAllowed, match="Only the person and the party"):
        _leave(live, signer=OTHER)
    assert answers(live)


def _incapable(home: desk.Home, *, signer: str = COUNCIL, over: bool = False) -> desk.Noticed:
    return desk.notice_incapacity(home, LIN, signer=signer, at=NOW, now=NOW, over=over)


def _beside(home: desk.Home) -> None:
    floor(home, "always = []")
    tell(home, agreement(home))


def test_clause_28_allows_use_again_by_the_persons_own_word_alone(live: desk.Home) -> None:
    _beside(live)
    _incapable(live)
    with pytest.raises(NotAllowed, match="cannot decide"):
        ask(live)
    for stranger in (COUNCIL, TEAM):
        with pytest.raises(NotAllowed, match="own word"):
            _incapable(live, signer=stranger, over=True)
    _incapable(live, signer=LIN, over=True)
    assert answers(live)


def test_clause_28_refuses_use_while_the_person_cannot_decide(live: desk.Home) -> None:
    _beside(live)
    for stranger in (TEAM, LIN):
        with pytest.raises(NotAllowed, match="Only a delegate or representative"):
            _incapable(live, signer=stranger)
    assert answers(live)
    _incapable(live)
    with pytest.raises(NotAllowed, match="cannot decide"):
        ask(live)


def test_clause_29_allows_use_again_when_both_sides_lift_it(live: desk.Home) -> None:
    _beside(live)
    desk.floor_pause(live, COUNCIL, signer=COUNCIL, now=NOW)
    desk.floor_go_on(live, COUNCIL, signer=TEAM, now=NOW)
    with pytest.raises(NotAllowed, match="suspended"):
        ask(live)
    desk.floor_go_on(live, COUNCIL, signer=COUNCIL, now=NOW)
    assert answers(live)


def test_clause_29_refuses_use_from_the_representatives_word_on_and_nobody_elses_counts(
    live: desk.Home,
) -> None:
    _beside(live)
    for stranger in (TEAM, LIN):
        with pytest.raises((NotAllowed, NotFound)):
            desk.floor_pause(live, COUNCIL, signer=stranger, now=NOW)
    assert answers(live)
    desk.floor_pause(live, COUNCIL, signer=COUNCIL, now=NOW)
    with pytest.raises(NotAllowed, match="suspended"):
        ask(live)


def test_clause_29_refuses_use_while_the_person_pauses(live: desk.Home) -> None:
    desk.pause(live, SKILL, signer=None, now=NOW)
    with pytest.raises(NotAllowed, match="suspended"):
        ask(live)
    desk.go_on(live, SKILL, signer=None, now=NOW)
    assert answers(live)


def test_clause_30_allows_use_with_the_assessment_and_keeps_it_three_years_beyond_the_end(
    live: desk.Home,
) -> None:
    floor(live, 'always = ["full-assessment"]')
    tell(live, agreement(live))
    made = assess(live, agreement(live))
    (seen,) = desk.list_offers(live)
    assert made.kept_until is not None
    assert made.kept_until >= seen.state.expires + timedelta(days=3 * 365)
    assert answers(live)


def test_clause_30_refuses_to_go_live_while_the_assessment_is_missing_or_unfinished(
    live: desk.Home,
) -> None:
    floor(live, 'always = ["full-assessment"]')
    tell(live, agreement(live))
    with pytest.raises(NotAllowed, match="impact assessment is missing"):
        ask(live)
    path = live.path.parent / "blank.md"
    form = desk.assessment_form(live, agreement(live), lang="en", now=NOW)
    path.write_text(form, encoding="utf-8")
    with pytest.raises(BadInput, match="not finished"):
        desk.notice_assessment(live, agreement(live), path, lang="en", signer=TEAM, now=NOW)
    with pytest.raises(NotAllowed, match="impact assessment is missing"):
        ask(live)
