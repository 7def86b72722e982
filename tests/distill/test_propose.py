"""The local engine's promises: grounded, deterministic, useful first, nothing of others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from countersign.distill import propose, unwrap
from countersign.evidence import Conversation, Range
from countersign.ids import ConversationId
from countersign.terms import Kind
from tests.distill.said import kept, say, talk

RULE = "Never restart the primary database while a replica is still catching up."
CHAT = ("Thanks a lot, that did the trick!", "I restarted it this morning and it seems fine now.")


def texts(*said: str) -> list[str]:
    return [p.text for p in propose(say(*said))]


def test_a_rule_stands_before_small_talk() -> None:
    assert texts(*CHAT, RULE)[0] == RULE


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (RULE, Kind.RULE),
        ("We decided to keep the old press because the new one wastes paper.", Kind.DECISION),
        (
            "First drain the node, then wait for its connections, then switch it off.",
            Kind.PROCEDURE,
        ),
        ("Note that the scanner silently drops leading zeros.", Kind.PITFALL),
        ("上线前必须先在预发环境跑一遍完整回归。", Kind.RULE),
        ("经过讨论我们决定继续用现在的数据库，因为没人能在夜里运维另一套。", Kind.DECISION),
    ],
)
def test_each_kind_is_told_in_both_languages(said: str, kind: Kind) -> None:
    assert propose(say(said))[0].kind is kind


def test_every_citation_is_a_quote_of_an_own_range() -> None:
    text = (
        "Intro of mine.\n> They said: never do that at all, ever.\nYou should always tag a release."
    )
    mine = (Range(0, 14), Range(56, len(text)))
    found = propose([talk(kept("a", text, written=mine))])
    assert found
    for citation in (c for p in found for c in p.citations):
        assert text[citation.start : citation.end] == citation.quote
        assert any(r.holds(citation.start, citation.end) for r in mine)


def test_words_of_others_are_never_cited_nor_worded() -> None:
    theirs = kept("q", "You should never use the yellow glue on glass.", own=False)
    mine = kept("a", "Always wait twelve hours before you move it.", reply_to="q")
    found = propose([talk(theirs, mine)])
    assert [c.trace.id for p in found for c in p.citations] == ["a"]
    assert not any("yellow" in p.text or "yellow" in p.topic for p in found)


def test_somebody_elses_subject_line_is_no_topic() -> None:
    assert all("subject" not in p.topic for p in propose(say(RULE)))


def test_a_sentence_that_leans_carries_its_neighbour_and_cites_both() -> None:
    found = propose(
        say("The weekly export locks the orders table. You should never run it at noon.")
    )
    leaning = next(p for p in found if "noon" in p.citations[0].quote)
    assert "export" in leaning.text
    assert len(leaning.citations) == 2


def test_a_reason_that_follows_is_taken_along() -> None:
    found = propose(
        say("Always rotate the key on the first of the month. Otherwise the audit fails.")
    )
    assert "Otherwise the audit fails." in found[0].text
    assert len(found[0].citations) == 2


def test_what_points_nowhere_ranks_below_what_stands_alone() -> None:
    leaning, alone = (
        "You should always do it like that.",
        "You should always sign the delivery note.",
    )
    assert texts(leaning, alone)[0] == alone


def test_the_same_advice_to_two_people_is_one_claim_with_both_dates() -> None:
    [claim] = propose(say(RULE, RULE.replace("Never", "Please never")))
    assert claim.support == 2
    assert len(claim.citations) == 2
    assert claim.first_at is not None
    assert claim.last_at is not None
    assert claim.first_at < claim.last_at


def test_advice_and_its_opposite_never_merge() -> None:
    found = propose(
        say("Always close the till before counting.", "Never close the till before counting.")
    )
    assert [p.support for p in found] == [1, 1]


def test_a_wrapped_sentence_reads_unwrapped_and_is_quoted_as_it_stands() -> None:
    said = "Never restart the primary database server while a replica of it is\nstill catching up."
    [claim] = propose(say(said))
    assert claim.text == unwrap(said)
    assert claim.citations[0].quote == said


@pytest.mark.parametrize(
    "secret",
    [
        "You should always log in with the password: hunter2-99x!",
        "Always call the desk at +49 30 1234567 before you ship.",
        "Never mail the list, always write to someone@example.org first.",
    ],
)
def test_secrets_and_addresses_are_not_proposed(secret: str) -> None:
    assert texts(secret) == []


def test_a_link_is_flagged() -> None:
    [claim] = propose(say("You should always read https://example.org/guide before a release."))
    assert "url" in claim.flags


def test_a_limit_keeps_the_best_and_nothing_gives_nothing() -> None:
    said = say(*CHAT, RULE, "You should always tag a release before you announce it.")
    assert propose(said, limit=1) == propose(said)[:1]
    assert propose([]) == []
    assert propose([talk(kept("a", "Never do it.", own=False))]) == []


def test_scores_fall_and_stay_between_0_and_1() -> None:
    scores = [p.score for p in propose(say(*CHAT, RULE, RULE + " Otherwise writes are lost."))]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1 for s in scores)


_PROGRAM = """
from countersign.distill import propose
from tests.distill.said import say
for p in propose(say("Never push on Friday, since nobody is there to fix it. Always tag a release first.",
                     "不要在周五发版，因为没人值守。", "You need a test for each fix, and docs.")):
    print(p.kind, p.score, p.topic, p.text, p.support, [c.start for c in p.citations])
"""


def test_another_hash_seed_gives_the_same_bytes() -> None:
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root), str(root / "src")])
    runs = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert runs.pop()


def test_more_processes_give_the_same_claims() -> None:
    said = say(*(f"Always oil pump {n} and never the belt of line {n}." for n in range(20)))
    many = [
        Conversation(ConversationId(f"{n}-{c.id}"), c.title, c.traces)
        for n in range(8)
        for c in said
    ]
    assert propose(many, workers=2) == propose(many, workers=1)
