"""Clauses 7 and 15 through the desk: no persona without its own document, and nothing asks for one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from countersign import desk
from countersign.errors import BadInput, NotAllowed
from countersign.people import IdentityLevel, attest_key, find_card
from countersign.terms import (
    Act,
    Audience,
    Delivery,
    Purpose,
    Refusal,
    Request,
    State,
    decide,
    standing,
)
from tests.desk import scene
from tests.desk.council import COUNCIL, council, filled_in
from tests.desk.scene import LIN, NOW, SKILL, TEAM

SRC = Path(__file__).parents[2] / "src" / "countersign"
PAY = ["300 CNY a month"]


def styled(home: desk.Home) -> str:
    """Agree on terms that allow a rider, with everything else that the profile company needs."""
    council(home)
    terms = scene.write_terms(home.path.parent, profile='"company"', persona="true")
    made = scene.offer(home, terms=terms)
    with home.hub.db.write() as c:
        attest_key(
            c,
            subject=find_card(c, LIN).id,
            key=home.key(LIN),
            attester=find_card(c, COUNCIL).id,
            by=home.key(COUNCIL),
            level=IdentityLevel.REPRESENTATIVE,
            now=NOW,
        )
    items = [i.value for i in made.terms.items if i != "persona"]
    desk.sign(home, made.id, signer=LIN, items=[*items, *made.terms.toggles], now=NOW)
    desk.sign(home, made.id, signer=TEAM, now=NOW)
    return made.agreement_id


def speaks(home: desk.Home, under: str) -> str:
    """Ask `decide` for the persona; return the refusal's code, or "permit"."""
    with home.hub.db.read() as c:
        stand = standing(c, under)
    assert stand is not None
    assert stand.state is State.IN_FORCE
    request = Request(
        act=Act.ANSWER,
        actor="c1",
        party=stand.party,
        purpose=Purpose.ANSWER_QUESTIONS,
        audience=Audience.TEAM,
        delivery=Delivery.SERVED,
        persona=True,
    )
    answer = decide(request, stand, now=NOW)
    return answer.code if isinstance(answer, Refusal) else "permit"


def test_clause_07_the_rider_is_signed_apart_by_both_sides_and_only_then_holds(
    home: desk.Home,
) -> None:
    under = styled(home)
    desk.notice_representatives(home, under, to=[COUNCIL], signer=TEAM, now=NOW)
    form = home.path.parent / "form.md"
    text = desk.assessment_form(home, under, lang="en", now=NOW)
    form.write_text(filled_in(text), encoding="utf-8")
    desk.notice_assessment(home, under, form, lang="en", signer=TEAM, now=NOW)
    assert speaks(home, under) == "persona"
    made = desk.persona_offer(home, under, benefits=PAY, days=30, signer=TEAM, now=NOW)
    assert made.missing == (LIN,)
    assert speaks(home, under) == "persona"
    done = desk.persona_sign(home, made.state.digest, signer=LIN, now=NOW)
    assert done.missing == ()
    assert speaks(home, under) == "permit"
    assert done.state.expires == scene.hours(30 * 24)
    assert [s.state.digest for s in desk.persona_riders(home, under)] == [made.state.digest]
    for lang in ("en", "zh"):
        assert "CNY 300.00" in desk.persona_text(home, made.state.digest, lang=lang)


def test_clause_07_signing_the_grant_never_signs_a_persona(home: desk.Home) -> None:
    council(home)
    terms = scene.write_terms(home.path.parent, profile='"company"', persona="true")
    made = scene.offer(home, terms=terms)
    with pytest.raises(BadInput, match="persona has its own document"):
        desk.sign(home, made.id, signer=LIN, items=["persona"], now=NOW)
    with pytest.raises(NotAllowed, match="not in force"):
        desk.persona_offer(home, made.id, benefits=PAY, days=30, signer=TEAM, now=NOW)


def test_clause_07_terms_without_a_persona_have_none(home: desk.Home) -> None:
    under = scene.agree(home)
    with pytest.raises(NotAllowed, match="no persona"):
        desk.persona_offer(home, under, benefits=PAY, days=30, signer=TEAM, now=NOW)


def test_clause_07_a_skill_works_fully_without_its_rider(home: desk.Home) -> None:
    scene.released(home)
    answered = scene.asked(home)
    assert answered.receipt is not None
    assert "not Lin" in answered.text
    assert answered.skill == SKILL


def test_clause_07_nothing_in_the_program_asks_to_speak_as_the_person() -> None:
    """A persona is served by no door yet; whoever adds one must come past this test and the rider."""
    asking = []
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Request":
                asking += [
                    path.name
                    for k in node.keywords
                    if k.arg == "persona" or (k.arg is None and path.parts[-2] == "desk")
                ]
    assert asking == []
