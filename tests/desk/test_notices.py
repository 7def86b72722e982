"""Notices through the desk: use waits for them, and stops by them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from countersign import desk
from countersign.errors import BadInput, NotAllowed, NotFound
from countersign.terms import kept_text, record
from tests.desk import scene
from tests.desk.council import COUNCIL, agree_on, council, filled_in
from tests.desk.scene import LIN, NOW, SKILL, TEAM

SIGNED = """
purposes = ["answer-questions"]
methods = ["local"]
kinds = ["rule"]
audience = ["team"]
models = []
"""


def refused(home: desk.Home) -> str:
    """Ask as the team; return what the refusal says, empty for an answer."""
    try:
        scene.asked(home)
    except NotAllowed as e:
        return e.what
    return ""


def agreement(home: desk.Home) -> str:
    """Return the id of the one agreement."""
    (seen,) = desk.list_offers(home)
    return seen.state.agreement_id


def write(folder: Path, text: str) -> Path:
    """Write a file of that text."""
    path = folder / "notice.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_clause_17_use_waits_for_the_notice_to_the_council_that_a_floor_names(
    home: desk.Home,
) -> None:
    scene.released(home)
    assert refused(home) == ""
    council(home)
    agree_on(home, "always = []")
    assert "representatives were not told" in refused(home)
    made = desk.notice_representatives(home, agreement(home), to=[], signer=TEAM, now=NOW)
    assert refused(home) == ""
    with home.hub.db.read() as c:
        kept = record(c, made.digest)
        assert kept.leaf_index is not None
        texts = dict(kept.envelope.statement.predicate["texts"])
        german = kept_text(c, texts["de"])
    assert "Works Council" in german
    assert "Lin" not in german  # who signed is theirs to say


def test_clause_17_a_notice_is_signed_by_the_agreements_own_party(home: desk.Home) -> None:
    scene.released(home)
    council(home)
    scene.offer(home, party="Other Team")
    under = next(s for s in desk.list_offers(home) if s.party == TEAM).state.agreement_id
    for signer in ("other-team", LIN):
        with pytest.raises(NotAllowed, match="another party's"):
            desk.notice_representatives(home, under, to=[COUNCIL], signer=signer, now=NOW)
    agree_on(home, "always = []")
    with pytest.raises(BadInput, match="goes to representatives"):
        desk.notice_representatives(home, under, to=[LIN], signer=TEAM, now=NOW)


def test_clause_17_where_nobody_represents_the_person_the_person_is_told(home: desk.Home) -> None:
    scene.released(home)
    made = desk.notice_representatives(home, agreement(home), to=[], signer=TEAM, now=NOW)
    with home.hub.db.read() as c:
        said = record(c, made.digest).envelope.statement.predicate
    (told,) = said["to"]
    assert told == home.owner.id


def test_clause_30_where_a_floor_wants_a_full_assessment_use_waits_for_it(
    home: desk.Home,
) -> None:
    scene.released(home)
    council(home)
    agree_on(home, 'always = ["full-assessment"]')
    under = agreement(home)
    desk.notice_representatives(home, under, to=[], signer=TEAM, now=NOW)
    assert "impact assessment is missing" in refused(home)
    form = desk.assessment_form(home, under, lang="en", now=NOW)
    path = write(home.path.parent, form)
    with pytest.raises(BadInput, match="not finished"):
        desk.notice_assessment(home, under, path, lang="en", signer=TEAM, now=NOW)
    path.write_text(filled_in(form), encoding="utf-8")
    made = desk.notice_assessment(home, under, path, lang="en", signer=TEAM, now=NOW)
    assert refused(home) == ""
    assert made.kept_until is not None
    assert made.kept_until - NOW > timedelta(days=3 * 365)


def test_clause_09_a_declared_change_stops_the_skill_until_it_is_taken_back(
    home: desk.Home,
) -> None:
    scene.released(home)
    path = write(home.path.parent, SIGNED)
    desk.notice_processing(home, path, signer=TEAM, now=NOW)
    assert refused(home) == ""
    path.write_text(SIGNED.replace('"local"', '"local", "remote-model"'), encoding="utf-8")
    desk.notice_processing(home, path, signer=TEAM, agreement=agreement(home), now=NOW)
    assert "no longer what was signed" in refused(home)
    path.write_text(SIGNED, encoding="utf-8")
    desk.notice_processing(home, path, signer=TEAM, now=NOW)
    assert refused(home) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SIGNED.replace('"rule"', '"gossip"'), "gossip"),
        (SIGNED.replace("models = []", ""), "models"),
        (SIGNED + "speed = []\n", "speed"),
        (SIGNED.replace("models = []", "models = 'qwen'"), "five lists"),
        (SIGNED.replace('"answer-questions"', '"evaluate-person"'), "never be granted"),
    ],
)
def test_a_declaration_says_exactly_five_lists_of_closed_words(
    home: desk.Home, text: str, says: str
) -> None:
    scene.offer(home)
    with pytest.raises(BadInput) as e:
        desk.notice_processing(home, write(home.path.parent, text), signer=TEAM, now=NOW)
    assert says in str(e.value)


@pytest.mark.parametrize("signer", [LIN, TEAM])
def test_clause_27_when_either_side_says_that_the_person_left_the_skill_stops(
    home: desk.Home, signer: str
) -> None:
    scene.released(home)
    (made,) = desk.notice_leaving(home, LIN, party=TEAM, signer=signer, at=NOW, now=NOW)
    assert len(made.digest) == 64
    assert "The person left" in refused(home)
    with pytest.raises(NotAllowed):
        desk.publish(home, SKILL, agreement=agreement(home), title="", about="", now=NOW)


def test_clause_27_a_leaving_to_come_stops_nothing_before_its_day(home: desk.Home) -> None:
    scene.released(home)
    desk.notice_leaving(home, LIN, party=TEAM, signer=LIN, at=scene.hours(24), now=NOW)
    assert refused(home) == ""
    with pytest.raises(NotFound):
        desk.notice_leaving(home, LIN, party=LIN, signer=LIN, at=NOW, now=NOW)


def test_clause_26_at_a_transfer_the_skill_stops_and_the_successor_is_not_let_in(
    home: desk.Home,
) -> None:
    scene.released(home)
    scene.offer(home, party="New Owner")
    desk.notice_transfer(home, "new-owner", signer=TEAM, at=NOW, now=NOW)
    assert "passed to another" in refused(home)
    heir = scene.caller(home, "heir", party="new-owner")
    with pytest.raises(NotAllowed):
        desk.ask(home.hub, heir, scene.ASK_EN, now=NOW)


def test_clause_28_a_representative_says_it_and_only_the_person_ends_it(home: desk.Home) -> None:
    council(home)
    agree_on(home, "always = []")
    under = scene.agree(home)
    desk.notice_representatives(home, under, to=[], signer=TEAM, now=NOW)
    desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW)
    with pytest.raises(NotAllowed, match="Only a delegate or representative"):
        desk.notice_incapacity(home, LIN, signer=TEAM, at=NOW, now=NOW)
    assert refused(home) == ""
    desk.notice_incapacity(home, LIN, signer=COUNCIL, at=NOW, now=NOW)
    assert "cannot decide" in refused(home)
    for signer in (COUNCIL, TEAM):
        with pytest.raises(NotAllowed, match="person's own word"):
            desk.notice_incapacity(home, LIN, signer=signer, at=NOW, now=NOW, over=True)
    desk.notice_incapacity(home, LIN, signer=LIN, at=NOW, now=NOW, over=True)
    assert refused(home) == ""
