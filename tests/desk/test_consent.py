"""Who signs what: nothing is published before both sides signed, each with their own key."""

from __future__ import annotations

import shutil
from itertools import permutations

import pytest

from countersign import desk
from countersign.errors import BadInput, Conflict, NotAllowed, NotFound, Unavailable
from tests.desk import scene
from tests.desk.council import COUNCIL, council
from tests.desk.scene import LIN, NOW, SKILL, TEAM


def _publish(home: desk.Home, under: str, **other: object) -> desk.Published:
    said = {"title": "", "about": "", "now": NOW} | other
    return desk.publish(home, SKILL, agreement=under, **said)  # type: ignore[arg-type]


def test_publishing_without_any_signature_names_both_signers(home: desk.Home) -> None:
    made = scene.offer(home)
    with pytest.raises(NotAllowed, match="person lin, party payments-team has not signed"):
        _publish(home, made.id)
    assert not (home.path / "skills").exists()


@pytest.mark.parametrize(("first", "missing"), [(LIN, "party payments-team"), (TEAM, "person lin")])
def test_publishing_with_one_signature_names_the_other_signer(
    home: desk.Home, first: str, missing: str
) -> None:
    made = scene.offer(home)
    state = desk.sign(home, made.id, signer=first, now=NOW)
    assert state.missing == (missing,)
    with pytest.raises(NotAllowed, match=f"not fully signed: {missing} has not signed"):
        _publish(home, made.id)


@pytest.mark.parametrize("order", list(permutations([LIN, TEAM])))
def test_either_side_may_sign_first(home: desk.Home, order: tuple[str, ...]) -> None:
    made = scene.offer(home)
    for signer in order:
        items = ["short-cooling-off"] if signer == LIN else []
        desk.sign(home, made.id, signer=signer, items=items, now=NOW)
    assert _publish(home, made.agreement_id).version == 1


def test_one_key_cannot_sign_for_two(home: desk.Home) -> None:
    made = scene.offer(home)
    keys = home.path / "keys"
    (keys / f"{TEAM}.key").unlink()
    shutil.copy(keys / f"{LIN}.key", keys / f"{TEAM}.key")
    with pytest.raises(NotAllowed, match="not bound to that signer"):
        desk.sign(home, made.id, signer=TEAM, now=NOW)
    assert desk.sign(home, made.id, signer=LIN, now=NOW).missing == (f"party {TEAM}",)


def test_a_signer_without_their_key_file_cannot_sign(home: desk.Home) -> None:
    made = scene.offer(home)
    (home.path / "keys" / f"{TEAM}.key").unlink()
    with pytest.raises(Unavailable, match=f"no key file {TEAM}.key"):
        desk.sign(home, made.id, signer=TEAM, now=NOW)


def test_somebody_who_is_no_side_cannot_sign(home: desk.Home) -> None:
    made = scene.offer(home)
    scene.offer(home, party="Other Team")
    with pytest.raises(NotAllowed):
        desk.sign(home, made.id, signer="other-team", now=NOW)
    with pytest.raises(NotFound):
        desk.sign(home, made.id, signer="nobody", now=NOW)


def test_signing_twice_changes_nothing(home: desk.Home) -> None:
    made = scene.offer(home)
    desk.sign(home, made.id, signer=TEAM, now=NOW)
    with pytest.raises(Conflict, match="signed already"):
        desk.sign(home, made.id, signer=TEAM, now=NOW)


def test_clause_06_an_item_that_the_terms_do_not_name_cannot_be_signed(home: desk.Home) -> None:
    made = scene.offer(home)
    with pytest.raises(BadInput):
        desk.sign(home, made.id, signer=LIN, items=["persona"], now=NOW)
    with pytest.raises(NotAllowed, match="Only the person"):
        desk.sign(home, made.id, signer=TEAM, items=["short-cooling-off"], now=NOW)
    with pytest.raises(BadInput, match="do not ask for"):
        desk.sign(home, made.id, signer=LIN, items=["everything"], now=NOW)


def test_a_grant_to_self_needs_one_signature(home: desk.Home) -> None:
    under = desk.self_agreement(home, now=NOW)
    with pytest.raises(NotAllowed, match="person lin has not signed"):
        _publish(home, under)
    state = desk.sign(home, under, signer=LIN, now=NOW)
    assert state.complete
    made = _publish(home, under)
    assert made.claims == 15
    assert desk.self_agreement(home, now=NOW) == under
    me = scene.caller(home, "my-agent", party=LIN)
    assert scene.QUILLBACK in desk.ask(home.hub, me, scene.ASK_EN, now=NOW).text


def test_an_ended_grant_to_self_makes_room_for_a_new_one(home: desk.Home) -> None:
    under = desk.self_agreement(home, now=NOW)
    desk.sign(home, under, signer=LIN, now=NOW)
    assert desk.self_agreement(home, now=scene.hours(24 * 366)) != under


def test_a_skill_for_oneself_is_not_answered_to_a_team(home: desk.Home) -> None:
    under = desk.self_agreement(home, now=NOW)
    desk.sign(home, under, signer=LIN, now=NOW)
    _publish(home, under)
    scene.offer(home)
    with pytest.raises(NotAllowed):
        desk.ask(home.hub, scene.caller(home), scene.ASK_EN, now=NOW)


def test_terms_for_a_team_cannot_be_offered_to_oneself_nor_by_a_person(home: desk.Home) -> None:
    with pytest.raises(BadInput, match="do not fit"):
        desk.ask_for(home, LIN, party=LIN, terms="my-team", now=NOW)
    with pytest.raises(BadInput, match="do not fit"):
        desk.ask_for(home, LIN, party="Payments Team", terms="only-me", now=NOW)
    with pytest.raises(NotFound):
        desk.ask_for(home, "nobody", party="Payments Team", terms="my-team", now=NOW)


def test_a_party_named_again_by_name_or_label_is_the_same_party(home: desk.Home) -> None:
    named = {scene.offer(home, party=p).party for p in ("Payments Team", TEAM)}
    assert len(named) == 1


def test_clause_12_cooling_off_holds_until_its_last_second(home: desk.Home) -> None:
    under = scene.agree(home, terms="my-team")
    for hours in (0, 47.99):
        with pytest.raises(NotAllowed, match="cooling-off"):
            _publish(home, under, now=scene.hours(hours))
    assert _publish(home, under, now=scene.hours(48)).version == 1


def test_clause_12_a_shorter_cooling_off_that_the_person_did_not_sign_on_its_own_stays_48_hours(
    home: desk.Home,
) -> None:
    made = scene.offer(home)
    desk.sign(home, made.id, signer=LIN, now=NOW)
    desk.sign(home, made.id, signer=TEAM, now=NOW)
    with pytest.raises(NotAllowed, match="cooling-off"):
        _publish(home, made.id)


def test_clause_13_every_grant_ends(home: desk.Home) -> None:
    under = scene.agree(home)
    made = _publish(home, under)
    caller = scene.caller(home)
    last = scene.hours(24 * 365 - 1)
    assert desk.ask(home.hub, caller, scene.ASK_EN, now=last).receipt is not None
    ended = scene.hours(24 * 365)
    for act in (
        lambda: desk.ask(home.hub, caller, scene.ASK_EN, now=ended),
        lambda: _publish(home, under, now=ended),
        lambda: desk.install_skill(
            home, made.skill, host="agents", base=home.path, actor="", now=ended
        ),
    ):
        with pytest.raises(NotAllowed, match="ended on 2027-11-23"):
            act()
    assert desk.skills_in_force(home.hub, caller, now=ended, purpose="answer-questions") == []


def test_clause_10_what_is_signed_can_be_read_first_in_both_languages(home: desk.Home) -> None:
    made = scene.offer(home)
    for lang in ("en", "zh"):
        text = desk.contract_of(home, made.id, lang=lang)
        assert "Lin Wei 林伟" in text
        assert len(desk.show_card(home, made.id, lang=lang).splitlines()) >= 12
    assert {d.field for d in desk.difference(home, "my-team", made.id)} == {
        "cooling_off_hours",
        "cooling_off_chosen_by_person",
    }


def test_offers_are_listed_with_who_has_not_signed(home: desk.Home) -> None:
    made = scene.offer(home)
    (seen,) = desk.list_offers(home)
    assert (seen.state.id, seen.person, seen.party) == (made.id, LIN, TEAM)
    assert seen.state.missing == ("person lin", f"party {TEAM}")


def test_clause_14_the_person_chooses_who_signs_as_well_when_they_answer(home: desk.Home) -> None:
    council(home)
    offered = desk.ask_for(home, LIN, party="Payments Team", terms="my-team", now=NOW)
    answer = desk.prepare_answer(home, offered.id, representative="works-council:council", now=NOW)
    sent = desk.send_answer(home, answer, now=NOW)
    assert sent.missing == (f"party {TEAM}", f"representative {COUNCIL}")
    desk.sign(home, sent.id, signer=TEAM, now=NOW)
    assert not desk.sign(home, sent.id, signer=COUNCIL, now=NOW).missing
    with pytest.raises(BadInput, match="representative"):
        desk.prepare_answer(home, offered.id, representative="cousin:council", now=NOW)


def test_clause_14_a_party_may_ask_with_a_representative_beside_from_the_start(
    home: desk.Home,
) -> None:
    council(home)
    made = desk.ask_for(
        home, LIN, party="Payments Team", terms="my-team", representative=COUNCIL, now=NOW
    )
    for signer in (LIN, TEAM):
        made = desk.sign(home, made.id, signer=signer, now=NOW)
    assert made.missing == (f"representative {COUNCIL}",)
    assert desk.sign(home, made.id, signer=COUNCIL, now=NOW).complete
