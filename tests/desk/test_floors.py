"""Floors and policies through the desk: nothing below is signed, nothing above is permitted by them."""

from __future__ import annotations

import json

import pytest

from countersign import desk
from countersign.errors import BadInput, NotAllowed, NotFound, Unavailable
from countersign.seal import Envelope, require, sha256_hex
from countersign.terms import BelowFloor, record
from tests.desk import scene
from tests.desk.council import COUNCIL, agree_on, council, floor_file
from tests.desk.scene import LIN, NOW, SKILL, TEAM

DAYS = ("[at_most]", "term_days = 180")


def test_clause_16_a_floor_above_the_offer_hinders_its_signing_and_names_the_mend(
    home: desk.Home,
) -> None:
    made = scene.offer(home)
    council(home)
    agree_on(home, *DAYS)
    for signer in (LIN, TEAM):
        with pytest.raises(BelowFloor, match="term_days"):
            desk.sign(home, made.id, signer=signer, now=NOW)
    (short,) = desk.floor_check(home, made.id, party="", person="", now=NOW)
    assert "180" in short.line("en")
    mended = scene.write_terms(home.path.parent, term_days="180")
    assert desk.floor_check(home, mended, party=TEAM, person=LIN, now=NOW) == ()
    under = scene.agree(home, terms=mended)
    desk.notice_representatives(home, under, to=[], signer=TEAM, now=NOW)
    assert desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW).version == 1


def test_clause_16_a_rising_floor_refuses_the_next_question_and_no_earlier_one(
    home: desk.Home,
) -> None:
    scene.released(home)
    assert scene.asked(home).receipt is not None
    council(home)
    agree_on(home, *DAYS)
    with pytest.raises(NotAllowed, match="below a floor that binds both sides: term_days"):
        scene.asked(home)


def test_clause_16_a_floor_alone_lets_nobody_publish_or_ask(home: desk.Home) -> None:
    made = scene.offer(home)
    council(home)
    agree_on(home, "always = []")
    with pytest.raises(NotAllowed, match="not fully signed"):
        desk.publish(home, SKILL, agreement=made.id, title="", about="", now=NOW)
    with pytest.raises(NotAllowed, match="No skill is in force"):
        scene.asked(home)


def test_clause_16_a_floor_signed_by_one_side_alone_binds_nobody(home: desk.Home) -> None:
    scene.released(home)
    council(home)
    path = floor_file(home.path.parent, *DAYS)
    seen = desk.floor_propose(home, path, party=TEAM, representative=COUNCIL, signer=TEAM, now=NOW)
    assert seen.missing == (COUNCIL,)
    assert not seen.runs(NOW)
    assert scene.asked(home).receipt is not None
    scene.offer(home)


def test_only_the_sides_themselves_sign_a_floor(home: desk.Home) -> None:
    scene.offer(home)
    council(home)
    path = floor_file(home.path.parent, *DAYS)
    desk.floor_propose(home, path, party=TEAM, representative=COUNCIL, signer=COUNCIL, now=NOW)
    with pytest.raises(NotAllowed, match="not for this signer"):
        desk.floor_sign(home, COUNCIL, signer=LIN, now=NOW)
    (home.path / "keys" / f"{TEAM}.key").unlink()
    with pytest.raises(Unavailable, match="no key file"):
        desk.floor_sign(home, COUNCIL, signer=TEAM, now=NOW)


def test_a_signed_floor_stands_in_the_log(home: desk.Home) -> None:
    scene.offer(home)
    council(home)
    seen = agree_on(home, *DAYS)
    with home.hub.db.read() as c:
        assert record(c, seen.digest).leaf_index is not None
    assert desk.verify_log(home.hub.log_folder, [home.hub.signer.vkey])


def test_a_floors_text_is_shown_as_it_was_signed_in_three_languages(home: desk.Home) -> None:
    scene.offer(home)
    council(home)
    agree_on(home, *DAYS)
    texts = {lang: desk.floor_text(home, COUNCIL, lang=lang) for lang in ("en", "zh", "de")}
    assert all("180" in text and "Works Council" in text for text in texts.values())
    with pytest.raises(BadInput, match="no text in 'fr'"):
        desk.floor_text(home, COUNCIL, lang="fr")
    (seen,) = desk.list_floors(home)
    assert (seen.party, seen.representative, seen.missing) == (TEAM, COUNCIL, ())
    assert dict(seen.floor.texts)["de"] == sha256_hex(texts["de"].encode())


def test_a_floor_that_a_higher_version_replaced_is_shown_as_over(home: desk.Home) -> None:
    council(home)
    agree_on(home, *DAYS)
    agree_on(home, "from = 2026-11-24T12:00:00Z", version=2)
    first, second = desk.list_floors(home, party=TEAM)
    assert (first.runs(NOW), second.runs(NOW)) == (True, False)
    assert (first.runs(scene.hours(24)), second.runs(scene.hours(24))) == (False, True)
    assert (first.ends, second.ends) == (scene.hours(24), None)


def test_checking_terms_needs_to_know_for_which_party(home: desk.Home) -> None:
    with pytest.raises(BadInput, match="for which party"):
        desk.floor_check(home, "my-team", party="", person="", now=NOW)
    with pytest.raises(NotFound):
        desk.floor_check(home, "my-team", party="nobody", person="", now=NOW)


def test_a_policy_refuses_the_next_question_and_its_page_can_be_checked_alone(
    home: desk.Home,
) -> None:
    scene.released(home)
    path = floor_file(home.path.parent, "x")
    path.write_text('never = ["training"]\n[at_most]\npurposes = ["onboard"]\n', encoding="utf-8")
    seen = desk.policy_sign(home, path, party=TEAM, now=NOW)
    assert (seen.state.policy.version, seen.party.label) == (1, TEAM)
    with pytest.raises(NotAllowed, match="company's own policy"):
        scene.asked(home)
    assert scene.asked(home, purpose="onboard").receipt is not None
    for lang in ("en", "zh"):
        text, envelope = desk.policy_page(home, TEAM, lang=lang)
        again = Envelope.from_bytes(envelope.to_bytes())
        statement = require(again, "policy", [home.key(TEAM).public])
        assert dict(statement.subjects)[lang] == sha256_hex(text.encode())
    assert json.loads(envelope.to_bytes())["signatures"]


def test_a_policy_is_shown_only_where_one_was_signed(home: desk.Home) -> None:
    scene.offer(home)
    with pytest.raises(NotFound, match="signed no policy"):
        desk.policy_show(home, TEAM)
