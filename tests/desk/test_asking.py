"""Asking without pressure (clause 12): the hub never learns of a look, a refusal or a silence."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign import desk
from countersign.errors import BadInput, NotAllowed, NotFound, NotVerified, Stale, Unavailable
from countersign.seal import require
from countersign.store import hub_tables, vault_tables
from countersign.terms import make_offer, preset, records
from countersign.terms import tables as terms_tables
from tests.desk.circle_scene import ACME, NOW, Office, build, hub_content, office
from tests.quick import quick_folder

LATER = NOW + timedelta(days=15)


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    with quick_folder() as folder:
        build(folder / "seven")
        build(folder / "four", 4)
        yield folder


@pytest.fixture
def seven(built: Path, tmp_path: Path) -> Iterator[Office]:
    with office(Path(shutil.copytree(built / "seven", tmp_path / "office"))) as made:
        yield made


@pytest.fixture
def four(built: Path, tmp_path: Path) -> Iterator[Office]:
    with office(Path(shutil.copytree(built / "four", tmp_path / "office"))) as made:
        yield made


def _ask(acme: desk.Home, topic: str = "payments") -> desk.TopicRequest:
    return desk.ask_topic(acme, topic, party=ACME, terms="my-team", now=NOW)


def _signed(acme: desk.Home, person: desk.Home, request: str) -> desk.OfferState:
    """Let a person answer a request and the party sign it too."""
    made = desk.prepare_answer(person, request, now=NOW)
    sent = desk.send_answer(person, made, now=NOW)
    return desk.sign(acme, sent.id, signer=ACME, now=NOW)


# --- a request to a topic ----------------------------------------------------------------------


def test_clause_12_a_topic_request_stands_under_the_partys_signed_undertaking(
    seven: Office,
) -> None:
    acme, (lin, *_) = seven
    made = _ask(acme)
    key = acme.key(ACME).public
    said = require(made.undertaking, "undertaking", [key]).predicate
    assert (said["undertaking"], said["request"], said["topic"]) == (
        "no-detriment",
        made.id,
        "payments",
    )
    (one,) = desk.asked_of_me(lin, now=NOW).open
    assert (one.id, one.party, one.topic) == (made.id, ACME, "payments")


def test_clause_12_without_the_partys_key_nobody_is_asked(seven: Office) -> None:
    acme, (lin, *_) = seven
    _ask(acme)
    before = hub_content(acme.hub)
    acme.key_path(ACME).unlink()
    with pytest.raises(Unavailable, match="no key file"):
        _ask(acme, "retries")
    with pytest.raises(Unavailable, match="no key file"):
        desk.ask_for(lin, "lin", party=ACME, terms="my-team", now=NOW)
    assert hub_content(acme.hub) == before


def test_clause_12_another_key_in_the_partys_file_asks_nobody(seven: Office) -> None:
    acme, (lin, *_) = seven
    _ask(acme)
    acme.key_path(ACME).write_bytes(lin.key_path("lin").read_bytes())
    before = hub_content(acme.hub)
    with pytest.raises(NotVerified, match="undertaking is not signed by the party"):
        _ask(acme, "retries")
    lin.key_path(ACME).write_bytes(lin.key_path("lin").read_bytes())
    with pytest.raises(NotAllowed):
        desk.ask_for(lin, "lin", party=ACME, terms="my-team", now=NOW)
    assert hub_content(acme.hub) == before


def test_a_request_whose_row_was_changed_is_not_believed(seven: Office) -> None:
    acme, (lin, *_) = seven
    made = _ask(acme)
    with acme.hub.db.write() as c:
        c.execute(sa.text("UPDATE topic_request SET topic = 'everything'"))
    with pytest.raises(NotVerified, match="not what its party signed"):
        desk.prepare_answer(lin, made.id, now=NOW)


def test_a_named_offer_exists_together_with_its_undertaking(seven: Office) -> None:
    acme, (lin, *_) = seven
    _ask(acme)
    offer = desk.ask_for(acme, "lin", party=ACME, terms="my-team", now=NOW)
    with acme.hub.db.read() as c:
        (record,) = records(c, offer.grant_digest)
    assert record.kind == "undertaking"
    assert record.leaf_index is not None
    said = require(record.envelope, "undertaking", [acme.key(ACME).public]).predicate
    assert (said["offer"], said["person"], said["party"]) == (offer.id, offer.person, offer.party)
    named = [one for one in desk.asked_of_me(lin, now=NOW).open if one.id == offer.id]
    assert [one.undertaken for one in named] == [True]


def test_an_undertaking_that_could_not_be_signed_leaves_no_offer(seven: Office) -> None:
    acme, _ = seven
    _ask(acme)
    acme.key_path(ACME).unlink()
    with pytest.raises(Unavailable):
        desk.ask_for(acme, "lin", party=ACME, terms="my-team", now=NOW)
    with acme.hub.db.read() as c:
        assert c.execute(sa.select(terms_tables.offer)).all() == []


# --- saying no ---------------------------------------------------------------------------------


def test_clause_12_a_refusal_leaves_the_hub_as_it_was(seven: Office) -> None:
    acme, (lin, kim, *_) = seven
    made = _ask(acme)
    named = desk.ask_for(acme, "kim", party=ACME, terms="my-team", now=NOW)
    before = hub_content(acme.hub)
    assert desk.say_no(lin, made.id, now=NOW) == made.id
    assert desk.say_no(kim, named.id, now=NOW) == named.id
    assert hub_content(acme.hub) == before
    assert desk.asked_of_me(lin, now=NOW).open == ()
    assert [one.id for one in desk.asked_of_me(kim, now=NOW).open] == [made.id]


def test_what_is_refused_is_not_told_by_the_vaults_file_either(seven: Office) -> None:
    acme, (lin, *_) = seven
    made = _ask(acme)
    desk.say_no(lin, made.id, now=NOW)
    with lin.vault.db.read() as c:
        rows = [bytes(str(row), "utf-8") for row in c.execute(sa.text("SELECT * FROM declined"))]
    assert len(rows) == 1
    assert made.id.encode() not in rows[0]


def test_one_says_no_only_to_what_one_is_asked(seven: Office) -> None:
    acme, (lin, kim, *_) = seven
    named = desk.ask_for(acme, "kim", party=ACME, terms="my-team", now=NOW)
    with pytest.raises(NotFound, match="not made to you"):
        desk.say_no(lin, named.id, now=NOW)
    with pytest.raises(NotFound):
        desk.say_no(lin, "qnothing", now=NOW)
    desk.sign(kim, named.id, signer="kim", now=NOW)
    desk.sign(acme, named.id, signer=ACME, now=NOW)
    with pytest.raises(NotAllowed, match="taken back") as told:
        desk.say_no(kim, named.id, now=NOW)
    assert "withdraw" in told.value.remedy


def test_a_prepared_answer_can_be_thrown_away(seven: Office) -> None:
    acme, (lin, *_) = seven
    made = _ask(acme)
    before = hub_content(acme.hub)
    prepared = desk.prepare_answer(lin, made.id, now=NOW)
    assert [d.id for d in desk.asked_of_me(lin, now=NOW).drafts] == [prepared.draft.id]
    desk.say_no(lin, prepared.draft.id, now=NOW)
    assert desk.asked_of_me(lin, now=NOW).drafts == ()
    assert hub_content(acme.hub) == before


_Move = Callable[[desk.Home, desk.TopicRequest, str], object]
_MOVES: tuple[_Move, ...] = (
    lambda h, _r, _f: desk.asked_of_me(h, now=NOW),
    lambda h, r, _: desk.show_card(h, r.id, lang="en"),
    lambda h, _, f: desk.show_card(h, f, lang="zh"),
    lambda h, _, f: desk.contract_of(h, f, lang="en"),
    lambda h, r, _: desk.prepare_answer(h, r.id, now=NOW),
    lambda h, r, _: desk.prepare_answer(h, r.id, terms="ask-me", now=NOW),
    lambda h, r, _: desk.say_no(h, r.id, now=NOW),
    lambda h, _r, _f: desk.list_offers(h),
)


@pytest.fixture(scope="module")
def asked_office(built: Path) -> Iterator[tuple[Office, desk.TopicRequest, str]]:
    with (
        quick_folder() as folder,
        office(Path(shutil.copytree(built / "seven", folder / "o"))) as made,
    ):
        request = _ask(made[0])
        named = desk.ask_for(made[0], "kim", party=ACME, terms="my-team", now=NOW)
        yield made, request, named.id


@settings(max_examples=25, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 6), st.sampled_from(_MOVES)), max_size=12))
def test_clause_12_whatever_people_do_who_do_not_sign_the_hub_and_the_partys_view_stay_the_same(
    asked_office: tuple[Office, desk.TopicRequest, str], moves: list[tuple[int, _Move]]
) -> None:
    (acme, people), request, named = asked_office
    before = hub_content(acme.hub)
    views = [repr(desk.party_view(acme, ACME, now=at)) for at in (NOW, LATER)]
    for who, move in moves:
        move(people[who], request, named)
    assert hub_content(acme.hub) == before
    assert [repr(desk.party_view(acme, ACME, now=at)) for at in (NOW, LATER)] == views


# --- answering ---------------------------------------------------------------------------------


def test_the_party_sees_an_answer_only_from_the_signature_on(seven: Office) -> None:
    acme, (lin, *_) = seven
    made = _ask(acme)
    prepared = desk.prepare_answer(lin, made.id, now=NOW)
    assert desk.party_view(acme, ACME, now=NOW).offers == ()
    desk.send_answer(lin, prepared, now=NOW)
    (seen,) = desk.party_view(acme, ACME, now=NOW).offers
    assert (seen.person, seen.request, seen.offer.complete) == ("lin", made.id, False)
    done = desk.sign(acme, seen.offer.id, signer=ACME, now=NOW)
    assert done.complete
    assert desk.asked_of_me(lin, now=NOW).drafts == ()
    assert desk.asked_of_me(lin, now=NOW).open == ()


def test_what_was_read_before_signing_is_what_is_signed(seven: Office) -> None:
    acme, (lin, *_) = seven
    made = _ask(acme)
    prepared = desk.prepare_answer(lin, made.id, now=NOW)
    id = prepared.draft.id
    read = {lang: desk.contract_of(lin, id, lang=lang) for lang in ("en", "zh")}
    desk.sign(lin, id, signer="lin", now=NOW + timedelta(hours=30))
    assert {lang: desk.contract_of(lin, id, lang=lang) for lang in ("en", "zh")} == read


def test_a_draft_is_signed_by_its_person_and_nobody_else(seven: Office) -> None:
    acme, (lin, kim, *_) = seven
    made = _ask(acme)
    id = desk.prepare_answer(lin, made.id, now=NOW).draft.id
    with pytest.raises(NotFound):  # no other vault knows of it
        desk.sign(kim, id, signer="kim", now=NOW)
    lin.key_path("kim").write_bytes(kim.key_path("kim").read_bytes())
    with pytest.raises(NotAllowed, match="not sent yet"):
        desk.sign(lin, id, signer="kim", now=NOW)


def test_a_counter_offer_on_a_lower_rung_shows_what_it_changes(seven: Office) -> None:
    acme, (_, kim, *_) = seven
    named = desk.ask_for(acme, "kim", party=ACME, terms="my-team", now=NOW)
    made = desk.prepare_answer(kim, named.id, terms="ask-me", now=NOW)
    en, zh = (desk.render_changes(made.changes, lang) for lang in ("en", "zh"))
    assert "▽ Purposes: without reviewing changes, onboarding  (narrower)" in en
    assert "▽ 用途：去掉检查改动、新人上手（更窄）" in zh
    sent = desk.send_answer(kim, made, now=NOW)
    assert sent.terms == preset("ask-me")
    (seen,) = desk.party_view(acme, ACME, now=NOW).offers
    assert seen.offer.id == sent.id
    assert desk.asked_of_me(kim, now=NOW).open == ()


def test_a_counter_offer_changes_something_and_is_ones_own(seven: Office) -> None:
    acme, (lin, kim, *_) = seven
    named = desk.ask_for(acme, "kim", party=ACME, terms="my-team", now=NOW)
    with pytest.raises(BadInput, match="terms that were offered"):
        desk.prepare_answer(kim, named.id, terms="my-team", now=NOW)
    with pytest.raises(NotAllowed, match="not made to you"):
        desk.prepare_answer(lin, named.id, terms="ask-me", now=NOW)
    with pytest.raises(BadInput):
        desk.prepare_answer(kim, named.id, terms="only-me", now=NOW)


# --- lapsing -----------------------------------------------------------------------------------


def test_everything_asked_on_one_day_lapses_at_the_same_hour(seven: Office) -> None:
    acme, (lin, kim, *_) = seven
    first = _ask(acme)
    late = NOW + timedelta(hours=9)
    named = desk.ask_for(acme, "kim", party=ACME, terms="my-team", now=late)
    hours = {one.lapses_at for one in desk.asked_of_me(kim, now=NOW).open}
    assert hours == {first.lapses_at}
    assert (first.lapses_at.hour, first.lapses_at.minute) == (0, 0)
    assert first.lapses_at - late >= timedelta(days=14)
    just_before = first.lapses_at - timedelta(seconds=1)
    assert len(desk.asked_of_me(kim, now=just_before).open) == 2
    assert desk.asked_of_me(kim, now=first.lapses_at).open == ()
    for what in (first.id, named.id):
        with pytest.raises(Stale, match="lapsed"):
            desk.prepare_answer(kim, what, terms="ask-me", now=first.lapses_at)
    with pytest.raises(Stale, match="lapsed"):
        desk.sign(kim, named.id, signer="kim", now=first.lapses_at)
    draft = desk.prepare_answer(lin, first.id, now=just_before).draft
    with pytest.raises(Stale, match="lapsed"):
        desk.sign(lin, draft.id, signer="lin", now=first.lapses_at)


def test_a_named_offer_that_nobody_signed_is_never_listed_for_the_party(seven: Office) -> None:
    acme, _ = seven
    desk.ask_for(acme, "kim", party=ACME, terms="my-team", now=NOW)
    for at in (NOW, LATER):
        assert desk.party_view(acme, ACME, now=at).offers == ()
    assert desk.list_offers(acme) == []


# --- the one figure of a round -------------------------------------------------------------------


def test_clause_12_a_rounds_figure_appears_after_the_lapse_and_then_never_changes(
    seven: Office,
) -> None:
    acme, (lin, kim, *_) = seven
    made = _ask(acme)
    offers = [_signed(acme, person, made.id) for person in (lin, kim)]
    assert desk.party_view(acme, ACME, now=NOW).requests[0].round is None
    first = desk.party_view(acme, ACME, now=LATER).requests[0].round
    assert first is not None
    assert (first.asked, first.signed) == (7, 2)
    desk.take_back(lin, offers[0].id, signer="lin", now=LATER)
    assert desk.party_view(acme, ACME, now=LATER).requests[0].round == first


def test_clause_12_below_five_asked_there_is_no_figure(four: Office) -> None:
    acme, (lin, *_) = four
    made = _ask(acme)
    _signed(acme, lin, made.id)
    assert desk.party_view(acme, ACME, now=LATER).requests[0].round is None


# --- what does not exist -------------------------------------------------------------------------


def test_clause_12_no_store_has_a_place_for_a_look_a_reminder_or_a_due_date() -> None:
    never = ("seen", "read_at", "viewed", "looked", "opened", "remind", "due", "deadline", "nudge")
    asking = ("topic_request", "offer_origin", "joint_terms", "offer", "drafted_offer", "declined")
    found = {
        f"{t.name}.{c.name}"
        for tables in (hub_tables, vault_tables)
        for t in tables.tables.values()
        if t.name in asking
        for c in t.columns
        if any(word in c.name for word in never)
    }
    assert found == set()
    assert not any("declin" in name or "refus" in name for name in hub_tables.tables)


def test_only_persons_are_asked_and_only_parties_ask(seven: Office) -> None:
    acme, _ = seven
    with pytest.raises(BadInput, match="person, not a party"):
        desk.ask_topic(acme, "payments", party="lin", terms="my-team", now=NOW)
    with pytest.raises(BadInput, match="names it"):
        desk.ask_topic(acme, " \n<>", party=ACME, terms="my-team", now=NOW)
    with pytest.raises(BadInput):
        desk.ask_topic(acme, "payments", party=ACME, terms="only-me", now=NOW)
    with acme.hub.db.write() as c, pytest.raises(BadInput):
        make_offer(c, party="lin", person=ACME, terms=preset("my-team"), now=NOW)
