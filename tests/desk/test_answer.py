"""Answers: from what this caller may ask now, with a receipt, or the one neutral line."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput, NotAllowed, NotFound
from tests.desk import scene
from tests.desk.others import asker
from tests.desk.scene import ASK_EN, ASK_ZH, GAP, NOT_RELEASED, NOW, SKILL


def _receipts(home: desk.Home) -> list[tuple[str, int]]:
    with home.hub.db.read() as c:
        rows = c.execute(sa.text("SELECT release, number FROM receipt ORDER BY number"))
        return [(row.release, row.number) for row in rows]


@pytest.mark.parametrize(
    ("question", "part"),
    [
        (ASK_EN, "loses its place in the file"),
        ("QUILLBACK importer restart by hand?", "quillback"),
        (ASK_ZH, "灰度发布之前必须先备份"),
        ("备份", "灰度发布之前必须先备份"),
        ("关账", "不要重开旧账期"),
    ],
)
def test_a_question_in_english_or_chinese_even_of_two_characters_is_answered(
    home: desk.Home, question: str, part: str
) -> None:
    scene.released(home)
    found = scene.asked(home, question)
    assert part in found.text
    assert found.skill == SKILL
    assert found.receipt is not None


def test_clause_21_an_answer_says_whose_reviewed_notes_it_is_from_and_that_it_is_not_them(
    home: desk.Home,
) -> None:
    scene.released(home)
    assert "AI from Lin's reviewed notes, not Lin" in scene.asked(home, ASK_EN).text
    assert "AI，据 Lin 审阅过的笔记，非本人" in scene.asked(home, ASK_ZH).text


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "今天天气怎么样？",
        "",
        "\x00?!",
        "the of and",
        *(f"What do you know about {word}?" for word in NOT_RELEASED),
    ],
)
def test_held_rejected_undecided_and_never_known_give_the_same_bytes_and_no_receipt(
    home: desk.Home, question: str
) -> None:
    scene.released(home)
    found = scene.asked(home, question)
    assert found == desk.Answered(GAP, "", (), None)
    assert _receipts(home) == []


def test_a_question_of_any_size_is_answered_or_a_gap(home: desk.Home) -> None:
    scene.released(home)
    for question in ("restart the quillback importer by hand " * 20_000, "备" * 100_000):
        assert isinstance(scene.asked(home, question).text, str)


def test_receipts_are_numbered_without_gaps_across_two_processes_asking_at_once(
    home: desk.Home,
) -> None:
    scene.released(home)
    with asker(home.path, "one") as one, asker(home.path, "two") as two:
        for n in range(10):
            for each in (one, two):
                each.send(ASK_EN if n % 3 else "capital of France?")
        said = [each.hear()["number"] for each in (one, two) for _ in range(10)]
    numbers = sorted(n for n in said if n is not None)
    assert numbers == list(range(1, 13))
    assert [n for _, n in _receipts(home)] == numbers


def test_the_receipt_is_on_disk_before_the_answer_is_heard(home: desk.Home) -> None:
    scene.released(home)
    with asker(home.path) as other:
        number = other.ask(ASK_EN)["number"]
        other.process.kill()
    assert [n for _, n in _receipts(home)] == [number]
    assert [u.number for u in desk.uses(home)] == [number]


def test_clause_36_a_receipt_and_the_persons_view_hold_no_question_and_no_caller(
    home: desk.Home,
) -> None:
    scene.released(home)
    caller = scene.caller(home, "nosy-neighbor")
    desk.ask(home.hub, caller, f"{ASK_EN} xylophonist", now=NOW)
    (use,) = desk.uses(home)
    shown = repr(use)
    assert "nosy" not in shown
    assert caller.id not in shown
    home.close()
    assert not [p for p, data in scene.all_bytes(home.path) if b"xylophonist" in data]


def test_clause_08_a_purpose_that_was_not_signed_is_refused(home: desk.Home) -> None:
    scene.released(home)
    with pytest.raises(NotAllowed, match="purpose"):
        scene.asked(home, purpose="hand-over")
    with pytest.raises(NotAllowed):
        scene.asked(home, purpose="anything at all")


@pytest.mark.parametrize(
    "purpose", ["evaluate-person", "replace-person", "set-workload", "impersonate"]
)
def test_clause_20_what_nobody_can_sign_is_refused_by_name(home: desk.Home, purpose: str) -> None:
    scene.released(home)
    with pytest.raises(NotAllowed, match="never allowed"):
        scene.asked(home, purpose=purpose)


def test_another_party_is_refused_and_learns_nothing(home: desk.Home) -> None:
    scene.released(home)
    scene.offer(home, party="Other Team")
    other = scene.caller(home, "spy", party="other-team")
    for question in (ASK_EN, f"about {scene.MARMOTGATE}"):
        with pytest.raises((NotAllowed, NotFound)) as refusal:
            desk.ask(home.hub, other, question, now=NOW, skill=SKILL)
        assert scene.QUILLBACK not in str(refusal.value)
    assert desk.skills_in_force(home.hub, other, now=NOW, purpose="answer-questions") == []
    view = scene.one(desk.ranked(home), scene.QUILLBACK)
    with pytest.raises(NotFound):
        desk.show_evidence(home.hub, other, view.id, now=NOW, purpose="answer-questions")
    assert _receipts(home) == []


def test_a_callers_name_belongs_to_the_party_that_used_it_first(home: desk.Home) -> None:
    scene.released(home)
    scene.offer(home, party="Other Team")
    scene.caller(home, "bot")
    with pytest.raises(BadInput, match="another party"):
        scene.caller(home, "bot", party="other-team")


def test_an_unknown_skill_is_not_found(home: desk.Home) -> None:
    scene.released(home)
    with pytest.raises(NotFound, match="no such skill"):
        scene.asked(home, skill="payments")


def test_clause_22_evidence_shows_dates_and_kinds_of_source_and_no_quote_of_chat_or_mail(
    home: desk.Home,
) -> None:
    scene.released(home)
    caller = scene.caller(home)
    for view in desk.ranked(home):
        if view.status in ("accepted", "edited"):
            text = desk.evidence_text(
                home.hub, caller, view.id[:8], purpose="answer-questions", now=NOW
            )
            assert "commitment" in text
            assert not any(x.quote in text for x in view.citations)


def test_evidence_needs_more_than_a_guess_of_an_id(home: desk.Home) -> None:
    scene.released(home)
    caller = scene.caller(home)
    for guess in ("c", "", "cab", "%", "c" * 10_000, "\x00"):
        with pytest.raises(NotFound):
            desk.show_evidence(home.hub, caller, guess, now=NOW, purpose="answer-questions")


def test_of_two_skills_the_one_that_may_answer_answers(home: desk.Home) -> None:
    scene.released(home)
    other = scene.agree(home)
    desk.publish(home, "payments-two", agreement=other, title="", about="", now=NOW)
    assert {
        r.skill
        for r in desk.skills_in_force(
            home.hub, scene.caller(home), now=NOW, purpose="answer-questions"
        )
    } == {SKILL, "payments-two"}
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert scene.asked(home).skill == "payments-two"
    with pytest.raises(NotAllowed, match="took this back"):
        scene.asked(home, skill=SKILL)
