"""Clauses 6 to 10: each choice apart, no likeness by the way, closed purposes, changes, languages."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput, NotAllowed, NotVerified
from countersign.seal import sha256_hex
from countersign.terms import Terms, preset, terms_link
from tests.desk import scene
from tests.desk.clauses.acts import (
    DAY,
    agreement,
    answers,
    ask,
    company,
    declare,
    publish,
    sign,
    terms,
)
from tests.desk.scene import LIN, NOW, SKILL, TEAM, hours

OFF = ("training", "persona", "public_release", "cross_border", "sensitive", "quote_documents")


def test_clause_06_allows_exactly_what_was_ticked(home: desk.Home) -> None:
    made = preset("my-team")
    assert [name for name in OFF if getattr(made, name)] == []
    assert {f.name for f in fields(Terms)} >= set(OFF)
    publish(home, sign(home, terms(home), "short-cooling-off", leave_out=("purpose:onboard",)))
    assert answers(home)
    assert ask(home, purpose="review-changes").receipt is not None


def test_clause_06_refuses_a_purpose_that_was_left_out(home: desk.Home) -> None:
    publish(home, sign(home, terms(home), "short-cooling-off", leave_out=("purpose:onboard",)))
    with pytest.raises(NotAllowed, match="did not tick"):
        ask(home, purpose="onboard")


def test_clause_06_refuses_a_source_that_was_left_out(home: desk.Home) -> None:
    under = sign(home, terms(home), "short-cooling-off", leave_out=("source:notes",))
    with pytest.raises(NotAllowed, match="did not tick"):
        publish(home, under)


def test_clause_06_refuses_a_part_from_the_moment_it_is_taken_back(live: desk.Home) -> None:
    assert ask(live, purpose="onboard").receipt is not None
    desk.take_back_part(live, SKILL, desk.Parts(purposes=["onboard"]), signer=None, now=NOW)
    with pytest.raises(NotAllowed, match="did not tick"):
        ask(live, purpose="onboard")
    assert answers(live)


def test_clause_06_refuses_a_part_that_there_is_not(live: desk.Home) -> None:
    with pytest.raises(BadInput, match="no such part"):
        desk.take_back_part(live, SKILL, desk.Parts(purposes=["any"]), signer=None, now=NOW)
    assert answers(live)


def test_clause_06_refuses_more_callers_than_were_signed(home: desk.Home) -> None:
    publish(home, sign(home, terms(home, callers_at_most="2"), "short-cooling-off"))
    for name in ("bot", "second"):
        scene.caller(home, name)
    assert answers(home)
    scene.caller(home, "third")
    with pytest.raises(NotAllowed, match="More callers"):
        ask(home)


def test_clause_06_refuses_training_without_its_own_item(home: desk.Home) -> None:
    path = terms(
        home,
        purposes='["answer-questions", "train-models"]',
        training="true",
        profile='"company"',
    )
    made = scene.offer(home, terms=path)
    assert "training" in {i.value for i in made.terms.items}
    under = company(home, path, "short-cooling-off", *made.terms.toggles)
    publish(home, under)
    assert answers(home)
    with pytest.raises(NotAllowed, match="Training"):
        ask(home, purpose="train-models")


def _with_persona(home: desk.Home) -> str:
    path = terms(home, persona="true", profile='"company"')
    under = company(home, path, "short-cooling-off", *preset("my-team").toggles)
    publish(home, under)
    return under


def test_clause_07_allows_a_rider_of_its_own_and_the_skill_works_without_it(
    home: desk.Home,
) -> None:
    under = _with_persona(home)
    assert answers(home)
    made = desk.persona_offer(
        home, under, benefits=["300 CNY a month"], days=90, signer=TEAM, now=NOW
    )
    assert made.missing == (LIN,)
    done = desk.persona_sign(home, made.state.digest, signer=LIN, now=NOW)
    assert done.missing == ()
    assert done.state.expires == hours(90 * DAY)
    assert desk.contract_of(home, under, lang="en") != desk.persona_text(
        home, made.state.digest, lang="en"
    )


def test_clause_07_refuses_a_persona_by_the_way_and_impersonation_always(
    home: desk.Home,
) -> None:
    assert preset("my-team").persona is False
    plain = scene.agree(home)
    for item in ("persona", "style"):
        with pytest.raises(BadInput):
            desk.sign(home, plain, signer=LIN, items=[item], now=NOW)
    with pytest.raises(NotAllowed, match="no persona"):
        desk.persona_offer(home, plain, benefits=["10 CNY a month"], days=9, signer=TEAM, now=NOW)
    publish(home, plain)
    with pytest.raises(NotAllowed, match="never allowed"):
        ask(home, purpose="impersonate")
    assert "not them" in ask(home).text.casefold() or "not Lin" in ask(home).text


def test_clause_07_refuses_a_rider_before_its_agreement_and_beyond_180_days(
    home: desk.Home,
) -> None:
    path = terms(home, persona="true", profile='"company"')
    made = scene.offer(home, terms=path)
    pay = ["300 CNY a month"]
    with pytest.raises(NotAllowed, match="not in force"):
        desk.persona_offer(home, made.id, benefits=pay, days=90, signer=TEAM, now=NOW)
    under = _with_persona(home)
    with pytest.raises(BadInput, match="180 days"):
        desk.persona_offer(home, under, benefits=pay, days=181, signer=TEAM, now=NOW)


def test_clause_08_allows_a_purpose_that_is_named(live: desk.Home) -> None:
    for purpose in ("answer-questions", "review-changes", "onboard"):
        assert ask(live, purpose=purpose).receipt is not None
    text = desk.contract_of(live, agreement(live), lang="en")
    assert "answer" in text.casefold()
    assert "not" in text.casefold()


def test_clause_08_refuses_what_the_companys_own_policy_takes_out(live: desk.Home) -> None:
    path = live.path.parent / "policy.toml"
    path.write_text('never = ["training"]\n[at_most]\npurposes = ["onboard"]\n', "utf-8")
    desk.policy_sign(live, path, party=TEAM, now=NOW)
    with pytest.raises(NotAllowed, match="company's own policy"):
        ask(live)
    assert ask(live, purpose="onboard").receipt is not None


@pytest.mark.parametrize("purpose", ["hand-over", "any purpose", "", "Answer-Questions"])
def test_clause_08_refuses_every_purpose_that_is_not_named(live: desk.Home, purpose: str) -> None:
    with pytest.raises(NotAllowed):
        ask(live, purpose=purpose)


def test_clause_08_refuses_terms_of_any_purpose(home: desk.Home) -> None:
    with pytest.raises(BadInput, match="not one of its words"):
        scene.offer(home, terms=terms(home, purposes='["any purpose"]'))


def test_clause_09_allows_what_stays_within_what_was_signed(live: desk.Home) -> None:
    declare(live, purposes=["answer-questions"])
    assert answers(live)


@pytest.mark.parametrize(
    "change",
    [
        {"purposes": ["answer-questions", "hand-over"]},
        {"methods": ["local", "remote-model"]},
        {"kinds": ["rule", "contact"]},
        {"audience": ["company"]},
        {"models": ["qwen"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_clause_09_refuses_use_while_something_else_is_done_than_was_signed(
    live: desk.Home, change: dict[str, list[str]]
) -> None:
    declare(live, **change)
    with pytest.raises(NotAllowed, match="no longer what was signed"):
        ask(live)
    declare(live)
    assert answers(live), "a declaration that goes back lifts it"


def test_clause_09_refuses_terms_of_an_older_form(home: desk.Home) -> None:
    old = terms_link(replace(desk.terms_of(home, terms(home)), v=1))
    under = sign(home, old, "short-cooling-off")
    with pytest.raises(NotAllowed, match="older form"):
        publish(home, under)
    publish(home, sign(home, terms(home), "short-cooling-off"))
    assert answers(home)


def test_clause_10_allows_reading_first_in_both_languages_and_signs_those_texts(
    home: desk.Home,
) -> None:
    made = scene.offer(home)
    texts = {lang: desk.contract_of(home, made.id, lang=lang) for lang in ("en", "zh")}
    desk.sign(home, made.id, signer=TEAM, now=NOW)
    desk.sign(home, made.id, signer=LIN, items=["short-cooling-off"], now=NOW)
    said = desk.record_of(home, made.id, form="receipt", now=NOW)
    shown = str(said)
    for text in texts.values():
        assert sha256_hex(text.encode()) in shown
    assert texts == {lang: desk.contract_of(home, made.id, lang=lang) for lang in ("en", "zh")}


@pytest.mark.parametrize("column", ["text_en", "text_zh"])
def test_clause_10_refuses_to_show_or_sign_another_text_than_the_one_that_was_offered(
    home: desk.Home, column: str
) -> None:
    made = scene.offer(home)
    with home.hub.db.write() as c:
        c.execute(sa.text(f"UPDATE offer SET {column} = {column} || 'and more'"))  # noqa: S608
    with pytest.raises(NotVerified, match="does not match its signed bytes"):
        desk.contract_of(home, made.id, lang="en" if column == "text_en" else "zh")
