"""Topics: shared, readable, of the claim's own words, and never anybody's name."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.claims import find_flags
from countersign.distill import propose
from countersign.distill.nouns import key_of
from countersign.distill.topics import FEW, MOST, name_topics
from tests.distill.said import kept, say, talk


def topics(*texts: str, titles: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> list[str]:
    return name_topics(texts, titles=titles, names=names, repeats=lambda _: 0.0)


INVOICES = (
    "Never send an invoice without a number.",
    "Invoices must name the supplier.",
    "Check the invoice twice before you pay.",
)


def test_claims_about_one_thing_share_a_topic_in_its_singular() -> None:
    assert topics(*INVOICES) == ["invoice"] * 3


def test_chinese_topics_are_words_and_never_pieces_of_two() -> None:
    said = ("导入前先看账单。", "账单没到就不要关账。", "核对账单的笔数。", "先看账单再退款。")
    assert topics(*said) == ["账单"] * 4


def test_signs_that_the_dictionary_leaves_alone_join_where_they_recur() -> None:
    said = ("幂等键要落库。", "幂等键不能变。", "幂等键由商户给。")
    assert set(topics(*said)) == {"幂等键"}


def test_an_identifier_stays_as_written() -> None:
    said = (
        "Close it in connectionLost().",
        "Override connectionLost.",
        "connectionLost comes last.",
    )
    assert {t.removesuffix("()") for t in topics(*said)} == {"connectionLost"}


def test_two_words_that_stand_together_are_one_term() -> None:
    said = (
        "Ask on the mailing list.",
        "Read the mailing list first.",
        "Use a mailing list for this.",
    )
    assert topics(*said) == ["mailing list"] * 3


def test_what_is_left_takes_a_noun_of_its_own_and_neither_a_verb_nor_a_number() -> None:
    [*_, left] = topics(*INVOICES, "You should always stop the boiler by 18:00.")
    assert left == "boiler"


@pytest.mark.parametrize(
    "text",
    [
        "Never ask Ines about it, because Ines said no.",
        "Never do that again.",
        "Always write to someone@example.org or https://example.org/guide.",
        "千万别再发一次。",
        "Wait 30 seconds, then 60.",
    ],
)
def test_names_addresses_and_numbers_are_no_topics(text: str) -> None:
    assert topics(text) == [""]


def test_who_speaks_is_no_topic_even_when_many_claims_name_them() -> None:
    said = ["Take the Smith to the yard.", "Wash the Smith first.", "The Smith is old."]
    assert set(topics(*said)) == {"Smith"}
    assert "Smith" not in topics(*said, names=("Ann Smith",))
    assert "小明" not in topics(*["问小明。"] * 3, names=("王小明",))


def test_an_author_in_the_conversation_names_no_topic() -> None:
    theirs = kept("q", "How do we close the you?", own=False)
    mine = [
        kept(f"a{i}", f"Never close the you {x}.", thread="q")
        for i, x in enumerate(("early", "late"))
    ]
    assert all(p.topic != "you" for p in propose([talk(theirs, *mine)]))


def test_a_word_of_nearly_all_claims_tells_nothing() -> None:
    things = ("pump", "valve", "boiler", "filter", "tank")
    said = [f"Check the {t} of the plant {x}." for t in things for x in ("first", "again", "now")]
    found = Counter(topics(*said))
    assert found == {t: 3 for t in things}


def test_every_topic_stands_in_its_claim() -> None:
    said = say(*INVOICES, "对账以渠道的账单日为准，不要用入库时间。", "Never run it by hand.")
    for proposal in propose(said):
        assert proposal.topic.casefold() in proposal.text.casefold()


@given(st.lists(st.text(max_size=60), max_size=40))
def test_any_text_gets_a_short_harmless_topic(texts: list[str]) -> None:
    found = topics(*texts)
    assert len(found) == len(texts)
    assert all(len(t) <= 40 and not find_flags(t) and "\n" not in t for t in found)
    assert sum(n >= FEW for t, n in Counter(found).items() if t) <= MOST
    assert found == topics(*texts)


def test_spellings_share_a_key() -> None:
    for one, many in (
        ("branch", "Branches"),
        ("retry", "retries"),
        ("class", "classes"),
        ("API", "APIs"),
    ):
        assert key_of(one) == key_of(many)
    assert key_of("status") == "status"
