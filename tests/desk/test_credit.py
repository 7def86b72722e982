"""Credit through the desk: from receipts, with the person's own topics, after the end too."""

from __future__ import annotations

from pathlib import Path

import pytest

from countersign import desk
from countersign.errors import BadInput, NotAllowed, NotFound
from countersign.people import Role, add_card
from tests.desk import scene
from tests.desk.scene import LIN, NOW, SKILL, TEAM


def topic_of(home: desk.Home) -> str:
    """Return one topic of an accepted claim."""
    (view,) = [v for v in desk.ranked(home) if scene.QUILLBACK in v.text]
    return view.topic.split(", ")[0]


def give(home: desk.Home, **changes: object) -> desk.Credited:
    wanted: dict[str, object] = {"party": TEAM, "topics": [topic_of(home)], "now": NOW}
    return desk.give_credit(home, SKILL, **(wanted | changes))  # type: ignore[arg-type]


def test_a_party_gives_credit_for_what_it_used_and_anybody_verifies_it(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    for _ in range(3):
        scene.asked(home)
    made = give(home)
    assert (made.credit.answers, made.credit.byline) == (3, "Lin Wei 林伟")
    assert made.credit.topics == (topic_of(home),)
    file = tmp_path / "credit.json"
    file.write_bytes(made.envelope.to_bytes())
    steps = desk.check_credit(None, file, trust=home.path / "trust.json", now=NOW)
    assert [s.passed for s in steps] == [True] * 4
    nobody = desk.check_credit(None, file, trust=tmp_path / "none.json", now=NOW)
    assert [s.passed for s in nobody] == [True, True, False]
    assert desk.read_credit_file(file).credit == made.credit
    assert "<script" not in made.page(lang="zh", form="html")


def test_clause_05_credit_stays_after_a_withdrawal(home: desk.Home) -> None:
    scene.released(home)
    scene.asked(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert give(home).credit.answers == 1


def test_credit_holds_nothing_of_answers_questions_or_callers(home: desk.Home) -> None:
    scene.released(home)
    answered = scene.asked(home)
    text = give(home).envelope.payload.decode()
    assert not any(claim in text for claim in answered.claims)
    assert scene.ASK_EN not in text
    assert scene.caller(home).id not in text


def test_topics_are_the_persons_own_and_chosen(home: desk.Home) -> None:
    scene.released(home)
    scene.asked(home)
    for topics in ([], ["leadership"], [topic_of(home), "world peace"]):
        with pytest.raises(BadInput, match="topics"):
            give(home, topics=topics)


def test_there_is_no_credit_for_nothing_and_none_for_another_party(home: desk.Home) -> None:
    scene.released(home)
    with pytest.raises(NotFound, match="no use"):
        give(home)
    scene.asked(home)
    scene.offer(home, party="Other Team")
    with pytest.raises(NotFound, match="not released to this party"):
        give(home, party="other-team")


def test_terms_can_leave_credit_out(home: desk.Home, tmp_path: Path) -> None:
    terms = scene.write_terms(tmp_path, take_along='["claims"]')
    scene.released(home, terms=terms)
    scene.asked(home)
    with pytest.raises(NotAllowed, match="leave the credit record out"):
        give(home)


def test_clause_34_where_complaints_go_stands_in_the_contract_and_every_receipt(
    home: desk.Home,
) -> None:
    contact = "council@example.org"
    terms = scene.write_terms(home.path.parent)
    made = desk.ask_for(home, LIN, party="Payments Team", terms=terms, complaint=contact, now=NOW)
    assert contact in made.text_en
    assert contact in made.text_zh
    desk.sign(home, made.id, signer=made.party, now=NOW)
    items = [i.value for i in made.terms.items]
    desk.sign(home, made.id, signer=LIN, items=items, now=NOW)
    desk.publish(home, SKILL, agreement=made.id, title="", about="", now=NOW)
    receipt = desk.receipt_value(scene.asked(home).receipt, hub=home.hub)
    assert receipt is not None
    assert receipt["complaint"] == {"en": contact, "zh": contact}


def test_clause_34_without_a_contact_the_authority_is_named(home: desk.Home) -> None:
    made = scene.released(home)
    en, zh = desk.complaint_contact(home.hub, made.agreement)
    assert "data protection authority" in en
    assert "履行个人信息保护职责的部门" in zh


def test_clause_34_a_representative_that_the_terms_name_is_the_first_to_turn_to(
    home: desk.Home, tmp_path: Path
) -> None:
    with home.hub.db.write() as c:
        role = Role.REPRESENTATIVE
        add_card(c, id="rcouncil", label="council", name="Works Council 工会", now=NOW, role=role)
    terms = scene.write_terms(
        tmp_path, represented_by='"works-council"', representative='"rcouncil"'
    )
    made = scene.offer(home, terms=terms)
    en, zh = desk.complaint_contact(home.hub, made.agreement_id)
    for said in (en, zh, made.text_en, made.text_zh):
        assert "Works Council 工会; the data protection authority" in said


def test_records_for_others_come_from_the_hub(home: desk.Home) -> None:
    made = scene.offer(home)
    with pytest.raises(NotFound, match="no consent"):
        desk.record_of(home, made.id, form="dpv", now=NOW)
    with pytest.raises(BadInput, match="not a format"):
        desk.record_of(home, made.id, form="xml", now=NOW)
    agreed = scene.agree(home)
    for form in desk.RECORD_FORMATS:
        assert desk.record_of(home, agreed, form=form, now=NOW)
    assert "record-shapes.ttl" in desk.packaged_files()
