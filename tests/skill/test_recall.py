"""Questions find their claims in both languages, and what is not there gets an honest gap."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.skill import Found, Scope, build, index_release, recall, store_release
from countersign.skill.question import content_words, coverage
from countersign.terms import Kind
from tests.skill.scene import KEY, NONCE, NOW, claim, draft, hub, logged

FILE = Path(__file__).parents[1] / "files" / "skill" / "recall_example_team.json"
TEAM: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
Ask = Callable[[str], list[Found]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    claims = [
        claim(i, c["text"], kind=Kind(c["kind"]), topic=c["topic"], last_at=NOW)
        for i, c in enumerate(TEAM["claims"], 1)
    ]
    made = draft(claims=claims)
    with hub(tmp_path_factory.mktemp("team")) as h:
        with h.db.write() as c:
            store_release(c, made, logged(build(made, sign_with=KEY, nonce=NONCE)), keys=h.keys)
        index_release(h.index, made)
        scope = Scope(((made.name, made.agreement),), frozenset({made.byline}))
        with h.db.read() as c:
            yield lambda q: recall(q, scope, c=c, index=h.index, keys=h.keys)


def right(ask: Ask, sets: str) -> int:
    """Return how many questions of a set have a right claim among their first three."""
    return sum(
        any(word in f.claim.text for f in ask(x["q"])[:3] for word in x["holds"])
        for x in TEAM[sets]
    )


def test_questions_that_set_the_thresholds_are_answered(ask: Ask) -> None:
    assert right(ask, "inside") >= 31  # of 37; the rest need synonyms, or their claim was flagged


def test_questions_written_afterwards_are_answered(ask: Ask) -> None:
    assert right(ask, "inside_unseen") >= 14  # of 20


@pytest.mark.parametrize("sets", ["outside", "outside_unseen"])
def test_questions_about_something_else_get_no_answer(ask: Ask, sets: str) -> None:
    assert [q for q in TEAM[sets] if ask(q)] == []


@pytest.mark.parametrize("word", ["日元", "长款", "汇率", "退款", "关账"])
def test_a_chinese_word_of_two_signs_is_a_question(ask: Ask, word: str) -> None:
    found = ask(word)
    assert found
    assert all(word in f"{f.claim.text} {f.claim.topic}" for f in found)


def test_the_person_is_asked_by_name_without_the_name_counting(ask: Ask) -> None:
    plain = [f.claim.id for f in ask("how should I add a column?")]
    assert plain
    assert [f.claim.id for f in ask("What does Lin Wei say: how should I add a column?")] == plain
    assert ask("Is Lin Wei a good engineer?") == []
    assert ask("Lin Wei?") == []


@pytest.mark.parametrize(
    "question", ["", " ", "???", "how do I do that?", "怎么办", "什么", "\x00\u202e"]
)
def test_a_question_without_content_gets_no_answer(ask: Ask, question: str) -> None:
    assert ask(question) == []


@given(question=st.text(max_size=200))
def test_no_question_breaks_recall(ask: Ask, question: str) -> None:
    assert all(f.by_count >= 0.5 for f in ask(question))


def test_words_are_cut_so_that_chinese_pairs_across_words_do_not_count() -> None:
    assert [w.text for w in content_words("支付重试几次？")] == ["支付", "重试"]
    assert [w.text for w in content_words("幂等怎么做")] == ["幂等"]
    assert [w.text for w in content_words("How often is Yunhe retried?")][-2:] == [
        "Yunhe",
        "retried",
    ]


def test_a_name_or_number_weighs_twice() -> None:
    words = content_words("Which version of Kafka runs on node 7?")
    assert {w.text: w.weight for w in words}["Kafka"] == 2
    assert {w.text: w.weight for w in words}["7"] == 2
    assert coverage(words, "version runs node") < 0.5


def test_coverage_of_nothing_is_nothing() -> None:
    assert coverage([], "text") == 0.0
