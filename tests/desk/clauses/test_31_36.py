"""Clauses 31 to 36: the place, the log, doubt, complaints, bystanders, and the caller's privacy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput, NotAllowed
from countersign.evidence import authors
from countersign.log import verify_logged
from countersign.terms import offer_state, records
from tests.desk import scene
from tests.desk.clauses.acts import DAY, agreement, answers, ask, publish, sign, terms
from tests.desk.scene import ASK_EN, LIN, NOW, SKILL, TEAM, hours


def test_clause_31_allows_use_where_the_person_signed(live: desk.Home) -> None:
    assert desk.terms_of(live, agreement(live)).region == "here"
    assert desk.terms_of(live, agreement(live)).endpoints == frozenset()
    assert answers(live)


def test_clause_31_refuses_use_in_another_place_than_was_signed(
    home: desk.Home, tmp_path: Path
) -> None:
    under = sign(home, terms(home, region='"eu"'), "short-cooling-off")
    with pytest.raises(NotAllowed, match="this place"):
        publish(home, under)


def test_clause_31_refuses_remote_models_that_are_not_named(home: desk.Home) -> None:
    with pytest.raises(BadInput, match="methods"):
        scene.offer(home, terms=terms(home, methods='["local", "remote-model"]'))


def _log_bytes(home: desk.Home) -> bytes:
    return b"".join(data for _, data in scene.all_bytes(home.path / "log"))


def test_clause_32_allows_whoever_kept_record_and_salt_to_find_the_leaf(live: desk.Home) -> None:
    folder = live.path / "skills" / SKILL / "countersign"
    proof = (folder / "release.tlog-proof").read_bytes()
    with live.hub.db.read() as c:
        grant = offer_state(c, agreement(live)).grant_digest
        (kept,) = [r for r in records(c, grant) if r.kind == "release"]
    vkeys = desk.log_keys(live, None)
    assert verify_logged(proof, kept.envelope, vkeys) is not None
    assert all(s.passed for s in desk.verify_log(live.path / "log", vkeys))


def test_clause_32_refuses_anything_in_the_log_that_names_or_links_somebody(
    live: desk.Home,
) -> None:
    ask(live)
    under = agreement(live)
    with live.hub.db.read() as c:
        state = offer_state(c, under)
        known = records(c, state.grant_digest)
    named = [state.person, state.party, under, state.grant_digest, state.id, SKILL, LIN, TEAM]
    named += [r.digest for r in known] + ["Lin Wei", "林伟", "quillback"]
    log = _log_bytes(live)
    assert len(log) > 1000
    assert [n for n in named if n.encode() in log] == []
    desk.take_back(live, SKILL, signer=None, now=NOW)
    log = _log_bytes(live)
    assert [n for n in named if n.encode() in log] == []
    leaves = [json.loads(x) for x in re.findall(rb'\{"commit":[^}]*\}', log)]
    assert len(leaves) >= 16
    assert {tuple(sorted(leaf)) for leaf in leaves} == {("commit", "v")}


def test_clause_33_allows_what_is_said_completely(live: desk.Home) -> None:
    assert publish(live, agreement(live)).version == 2


def test_clause_33_refuses_whatever_is_doubtful(home: desk.Home) -> None:
    under = sign(home, terms(home), "short-cooling-off", leave_out=("audience:team",))
    with pytest.raises(NotAllowed, match="does not say enough"):
        publish(home, under)


def test_clause_33_refuses_terms_with_a_word_that_this_program_does_not_know(
    home: desk.Home,
) -> None:
    for field, value in (("purposes", '["help"]'), ("silence_means_yes", "true")):
        with pytest.raises(BadInput):
            scene.offer(home, terms=terms(home, hours=0, **{field: value}))


def test_clause_34_allows_every_receipt_to_say_where_complaints_go(live: desk.Home) -> None:
    value = desk.receipt_value(ask(live).receipt, hub=live.hub)
    assert value is not None
    assert "data protection authority" in value["complaint"]["en"]
    assert "个人信息保护" in value["complaint"]["zh"]
    shown = json.dumps(desk.record_of(live, agreement(live), form="receipt", now=NOW))
    assert "data protection authority" in shown
    made = desk.ask_for(
        live, LIN, party=TEAM, terms="my-team", now=NOW, complaint="works-council@example.org"
    )
    assert "works-council@example.org" in desk.contract_of(live, made.id, lang="en")


def test_clause_34_refuses_to_leave_the_complaint_contact_out(live: desk.Home) -> None:
    made = desk.ask_for(live, LIN, party=TEAM, terms="my-team", now=NOW, complaint="  \u200b ")
    en, zh = desk.complaint_contact(live.hub, made.agreement_id) if made.complete else ("", "")
    for lang, word in (("en", "data protection authority"), ("zh", "个人信息保护")):
        assert word in desk.contract_of(live, made.id, lang=lang)
    assert (en, zh) == ("", "")


def _others(home: desk.Home) -> int:
    mine = set(home.owner.handles)
    return sum(a.traces for a in authors(home.vault) if a.handle not in mine)


def test_clause_35_allows_context_while_it_serves_and_own_text_for_good(home: desk.Home) -> None:
    own, before = len(desk.traces(home)), _others(home)
    assert before > 0
    desk.distill(home, now=hours(30 * DAY - 1))
    assert _others(home) == before
    desk.distill(home, now=hours(30 * DAY))
    assert len(desk.traces(home)) == own
    for lang, word in (("en", "Lin Wei"), ("zh", "林伟")):
        assert word in desk.bystander_notice(home, lang=lang, now=NOW)


def test_clause_35_refuses_to_keep_others_words_beyond_30_days_after_review(
    home: desk.Home,
) -> None:
    assert desk.context_due(home) == hours(30 * DAY)
    desk.distill(home, now=hours(30 * DAY))
    assert _others(home) == 0


def test_clause_35_refuses_the_words_of_whoever_objected_in_every_reader_and_afterwards(
    home: desk.Home,
) -> None:
    mine = set(home.owner.handles)
    others = [a for a in authors(home.vault) if a.handle not in mine]
    who = others[0]
    own = len(desk.traces(home))
    desk.add_objection(home, str(who.handle), now=NOW)
    assert who.handle not in {a.handle for a in authors(home.vault)}
    desk.add(home, [*scene.EXPORTS], source=None, author=None, now=NOW)
    assert who.handle not in {a.handle for a in authors(home.vault)}
    assert len(desk.traces(home)) == own, "own text is kept"
    assert [o.handle for o in desk.list_objections(home)] == [who.handle]
    with pytest.raises(NotAllowed):
        desk.add_objection(home, scene.HANDLES[0], now=NOW)
    desk.remove_objection(home, str(who.handle))
    desk.add(home, [*scene.EXPORTS], source=None, author=None, now=NOW)
    assert who.handle in {a.handle for a in authors(home.vault)}


def test_clause_36_allows_the_person_to_see_topic_time_claims_and_money(live: desk.Home) -> None:
    made = ask(live)
    (use,) = desk.uses(live)
    assert (use.at, use.skill, use.purpose, use.claims) == (
        NOW,
        SKILL,
        "answer-questions",
        made.claims,
    )
    assert use.topics


def test_clause_36_refuses_to_keep_or_show_the_question_or_to_count_callers_for_the_party(
    live: desk.Home,
) -> None:
    ask(live, f"{ASK_EN} xylograph")
    bot = scene.caller(live, "named-bot-zephyr")
    desk.ask(live.hub, bot, ASK_EN, now=NOW)
    shown = repr(desk.uses(live)) + repr(desk.party_view(live, TEAM, now=NOW))
    assert bot.id not in shown
    assert "zephyr" not in shown
    live.close()
    for path, data in scene.all_bytes(live.path):
        assert b"xylograph" not in data, path


def _callers(home: desk.Home) -> set[str]:
    with home.hub.db.read() as c:
        return set(c.execute(sa.text("SELECT caller FROM receipt")).scalars())


def test_clause_36_refuses_to_keep_caller_ids_once_the_statement_closes(live: desk.Home) -> None:
    ask(live)
    ask(live)
    bot = scene.caller(live).id
    assert _callers(live) == {bot}
    desk.usage_statement(live, LIN, "2026-11", now=hours(10 * DAY))
    assert bot not in _callers(live)
    assert len(_callers(live)) == 2, "two uses by one caller can no longer be told to be so"


def test_clause_36_refuses_to_keep_caller_ids_beyond_60_days_without_any_statement(
    live: desk.Home,
) -> None:
    ask(live)
    desk.mend(live.hub, now=hours(60 * DAY))
    assert _callers(live) == {scene.caller(live).id}
    desk.mend(live.hub, now=hours(60 * DAY + 1))
    assert scene.caller(live).id not in _callers(live)
