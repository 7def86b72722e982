"""What stands alone, what leans on words said elsewhere, and what is done about it."""

from __future__ import annotations

import pytest

from countersign.claims import Proposal
from countersign.distill import propose
from countersign.distill.standing import leans
from countersign.evidence import Range
from tests.distill.said import kept, say, talk

ALONE = [
    "Never restart the primary database while a replica is still catching up.",
    "The customer should neither win nor lose by the rate.",
    "If a branch is used, it should be deleted once it is merged.",
    "Every call that has a lock in it must release it.",
    "Put the key in the safe and lock it.",
    "Keep big files, such as pictures, out of the archive.",
    "Use the second press instead of the first one when it rains.",
    "3DS is skipped below 30 EUR.",
    "手续费单独记账，不要从订单金额里扣。",
    "云禾重启时不要动它的网关。",
    "主从切换那几秒锁会丢。",
    "其他渠道不受影响。",
]
LEANING = [
    "Never the request id, which changes on every try.",
    "Not in the last three days of a month.",
    "64 characters, no more than that.",
    "The 409 stays, silently charging is worse.",
    "In that hour sort by reference.",
    "Never stop the poller at the same time: it still has work.",
    "Should still be small.",
    "Return the other list instead.",
    "You should avoid it at any price.",
    "The press only guarantees it when it is warm.",
    "To be safe once that does become the custom, write to the log.",
    "Something has to call that Deferred back.",
    "Only the ones where trying again can help.",
    "If not, ask the warehouse.",
    "If the shop says paid, book them under the date of the shop.",
    "64 个字符，超了直接退回，不要截断。",
    "给他们一个查询接口，不要给导出。",
    "不要重推，用查单补。",
    "那几百笔用查单补。",
    "也不要在周五发版。",
    "重开一次，所有报表都要重出。",
]


@pytest.mark.parametrize("words", ALONE)
def test_a_sentence_with_its_subject_stands_alone(words: str) -> None:
    assert not leans(words)


@pytest.mark.parametrize("words", LEANING)
def test_a_sentence_whose_subject_is_elsewhere_leans(words: str) -> None:
    assert leans(words)


def claim(found: list[Proposal], quote: str) -> Proposal:
    return next(p for p in found if quote in p.citations[0].quote)


def test_an_elliptic_rule_takes_the_sentence_that_names_its_subject() -> None:
    said = (
        "The storage key is customer plus order. Never the ticket number: you would store it twice."
    )
    made = claim(propose(say(said)), "ticket")
    assert made.text == said
    assert [c.quote for c in made.citations] == [
        "Never the ticket number: you would store it twice.",
        "The storage key is customer plus order.",
    ]


def test_the_subject_may_stand_in_the_list_item_above() -> None:
    said = "- Sort the parcels by hour.\n- In that hour always sort them by weight."
    assert "parcels by hour" in claim(propose(say(said)), "In that hour").text


def test_it_may_stand_in_the_own_message_right_before_in_the_same_answer() -> None:
    ask = kept("q", "How do we ship glass?", own=False)
    one = kept("a", "Glass bottles travel in the blue crates.", reply_to="q")
    two = kept("b", "Never in the paper boxes, they get wet and break.", reply_to="q")
    made = claim(propose([talk(ask, one, two)]), "paper boxes")
    assert made.text.startswith("Glass bottles")
    assert {c.trace.id for c in made.citations} == {"a", "b"}


def test_it_is_not_taken_from_before_words_of_others() -> None:
    ask = kept("q", "How do we ship glass?", own=False)
    one = kept("a", "Glass bottles travel in the blue crates.", reply_to="q")
    other = kept("x", "And the mirrors?", own=False, reply_to="q")
    two = kept("b", "Never in the paper boxes, they get wet and break.", reply_to="q")
    made = claim(propose([talk(ask, one, other, two)]), "paper boxes")
    assert len(made.citations) == 1

    text = (
        "Glass travels in blue crates.\n> And the mirrors?\nNever in the paper boxes, they break."
    )
    quoting = kept("a", text, written=(Range(0, 29), Range(49, len(text))))
    assert len(claim(propose([talk(quoting)]), "paper boxes").citations) == 1


def test_words_that_only_tie_to_the_talk_are_dropped_and_still_quoted() -> None:
    for said, text in (
        (
            "However, you should always tag a release.",
            "You should always tag a release.",
        ),
        ("Note that every release must have a tag.", "Every release must have a tag."),
        ("另外，上线前必须先在预发环境跑一遍完整回归。", "上线前必须先在预发环境跑一遍完整回归。"),
        ("所以上线前必须先在预发环境跑一遍完整回归。", "上线前必须先在预发环境跑一遍完整回归。"),
    ):
        made = claim(propose(say(said)), said)
        assert made.text == text


def test_a_no_that_carries_the_meaning_is_never_dropped() -> None:
    for said in (
        "No release should ever leave the house without a tag.",
        "Still water must be tested every week.",
        "First orders should always be checked by two people.",
        "So far no release may leave the house without a tag.",
    ):
        assert claim(propose(say(said)), said).text == said


def test_the_first_words_of_an_answer_to_why_rank_below_the_rule() -> None:
    rule = "Tuesday mornings are when you should always deploy the press."
    ask = kept("q", "Why Tuesday?", own=False)
    why = "Mondays must handle the weekend and there is always time left to fix it."
    plain = propose([talk(kept("a", why, reply_to="q"))])
    asked = propose([talk(ask, kept("a", why, reply_to="q"))])
    assert claim(asked, "Mondays").score < claim(plain, "Mondays").score
    assert propose(say(rule))
