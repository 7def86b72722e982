"""Pausing through the desk: the next question is refused, and goes on only by the right word."""

from __future__ import annotations

import pytest

from countersign import desk
from countersign.errors import Conflict, NotAllowed, NotFound
from countersign.terms import Refused
from tests.desk import scene
from tests.desk.council import COUNCIL, agree_on, council
from tests.desk.scene import LIN, NOW, SKILL, TEAM

ANY = "always = []"


def answers(home: desk.Home) -> bool:
    """Tell whether the team's skill answers."""
    try:
        return scene.asked(home).receipt is not None
    except Refused as e:
        if e.code != "suspended":
            raise
        return False


def told(home: desk.Home) -> str:
    """Release the skill under a floor that asks for nothing, with the council told."""
    council(home)
    agree_on_any = agree_on(home, ANY)
    under = scene.agree(home)
    desk.notice_representatives(home, under, to=[], signer=TEAM, now=NOW)
    desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW)
    assert agree_on_any.runs(NOW)
    return under


def test_the_person_pauses_by_the_skills_name_and_goes_on(home: desk.Home) -> None:
    scene.released(home)
    (done,) = desk.pause(home, SKILL, signer=None, now=NOW)
    assert done.state == "suspended"
    assert not answers(home)
    (done,) = desk.go_on(home, SKILL, signer=None, now=NOW)
    assert done.state == "in-force"
    assert answers(home)


def test_the_person_pauses_by_the_agreements_id_too(home: desk.Home) -> None:
    made = scene.released(home)
    desk.pause(home, scene_agreement(home), signer=LIN, now=NOW)
    assert not answers(home)
    assert made.skill == SKILL


def scene_agreement(home: desk.Home) -> str:
    """Return the id of the one agreement."""
    (seen,) = desk.list_offers(home)
    return seen.state.agreement_id


def test_the_party_cannot_pause_or_go_on_in_the_persons_name(home: desk.Home) -> None:
    scene.released(home)
    under = scene_agreement(home)
    with pytest.raises(NotAllowed):
        desk.pause(home, under, signer=TEAM, now=NOW)
    desk.pause(home, SKILL, signer=None, now=NOW)
    with pytest.raises(NotAllowed):
        desk.go_on(home, under, signer=TEAM, now=NOW)
    assert not answers(home)


def test_what_is_not_there_or_not_paused_is_said(home: desk.Home) -> None:
    scene.released(home)
    with pytest.raises(NotFound, match="Nothing of yours"):
        desk.pause(home, "other-skill", signer=None, now=NOW)
    with pytest.raises(Conflict, match="not suspended"):
        desk.go_on(home, SKILL, signer=None, now=NOW)


def test_clause_29_a_representative_stops_the_scope_and_both_sides_lift_it(
    home: desk.Home,
) -> None:
    told(home)
    assert answers(home)
    seen = desk.floor_pause(home, COUNCIL, signer=COUNCIL, now=NOW)
    assert seen.missing == ()
    assert not answers(home)
    assert desk.floor_go_on(home, COUNCIL, signer=TEAM, now=NOW).missing == (COUNCIL,)
    assert not answers(home)
    assert desk.floor_go_on(home, COUNCIL, signer=COUNCIL, now=NOW).missing == ()
    assert answers(home)


def test_clause_29_the_person_cannot_lift_what_the_representative_stopped_nor_the_other_way(
    home: desk.Home,
) -> None:
    told(home)
    desk.floor_pause(home, COUNCIL, signer=COUNCIL, now=NOW)
    desk.pause(home, SKILL, signer=None, now=NOW)
    (done,) = desk.go_on(home, SKILL, signer=None, now=NOW)
    assert done.state == "suspended"
    desk.pause(home, SKILL, signer=None, now=NOW)
    for signer in (TEAM, COUNCIL):
        desk.floor_go_on(home, COUNCIL, signer=signer, now=NOW)
    assert not answers(home)
    desk.go_on(home, SKILL, signer=None, now=NOW)
    assert answers(home)


@pytest.mark.parametrize("signer", [TEAM, LIN])
def test_clause_29_nobody_else_stops_a_floors_scope(home: desk.Home, signer: str) -> None:
    told(home)
    with pytest.raises((NotAllowed, NotFound)):
        desk.floor_pause(home, COUNCIL, signer=signer, now=NOW)
    assert answers(home)


def test_a_pause_stops_publishing_and_installing_as_well(home: desk.Home) -> None:
    scene.released(home)
    desk.pause(home, SKILL, signer=None, now=NOW)
    with pytest.raises(NotAllowed, match="suspended"):
        desk.publish(home, SKILL, agreement=scene_agreement(home), title="", about="", now=NOW)
    with pytest.raises(NotAllowed, match="suspended"):
        desk.install_skill(home, SKILL, host="agents", base=home.path, actor="", now=NOW)
