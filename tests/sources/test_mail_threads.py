# SPDX-License-Identifier: Apache-2.0
"""Conversations over a whole archive: by references, across missing parents, by subject last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.evidence import Trace
from countersign.sources import Link, bare_subject, link_of, read_mbox, thread

START = datetime(2005, 1, 3, tzinfo=UTC)
FILES = Path(__file__).parents[1] / "files" / "mail"


def link(
    key: str, *references: str, subject: str = "", replies: bool = False, day: int = 0
) -> Link:
    return Link(key, references, subject, replies, START + timedelta(days=day))


def test_mails_that_refer_to_one_another_are_one_conversation() -> None:
    links = [link("c", "b", day=2), link("a"), link("b", "a", day=1), link("x", day=1)]
    assert thread(links) == {"a": "a", "b": "a", "c": "a", "x": "x"}


def test_a_missing_parent_still_joins_its_answers() -> None:
    assert thread([link("b", "gone"), link("c", "gone", day=1)]) == {"b": "b", "c": "b"}


def test_cycles_of_references_end() -> None:
    assert thread([link("a", "b"), link("b", "c"), link("c", "a", "c")]) == dict.fromkeys(
        "abc", "a"
    )


def test_an_orphaned_reply_joins_the_nearest_earlier_mail_of_its_subject() -> None:
    links = [
        link("a", subject="lock"),
        link("b", subject="lock", replies=True, day=20),
        link("c", subject="lock", replies=True, day=60),
        link("d", subject="lock", day=61),
    ]
    assert thread(links) == {"a": "a", "b": "a", "c": "c", "d": "d"}


def test_a_reply_whose_parent_is_known_is_not_joined_by_subject() -> None:
    links = [
        link("a", subject="lock"),
        link("p", subject="other"),
        link("b", "p", subject="lock", replies=True, day=1),
    ]
    assert thread(links)["b"] == "p"


def test_subjects_are_compared_without_reply_marks_and_list_tags() -> None:
    for title in (
        *(
            "Re: [Dev] Locks",
            "[Dev] RE: Locks",
            "回复：Locks",
            "答复: Re: locks",
            "Fwd: Re[2]: Locks",
        ),
        *("转发: 回复: [Dev] Locks", "AW: Locks (was: Queues)"),
    ):
        assert bare_subject(title) == ("locks", True), title
    assert bare_subject("[Dev]  Locks ") == ("locks", False)
    assert bare_subject("Research: locks") == ("research: locks", False)


def test_a_trace_gives_its_link() -> None:
    path = FILES / "pipermail_user_at_host.mbox"
    first, reply = (t for t in read_mbox(path, where="x", workers=1) if isinstance(t, Trace))
    assert link_of(reply)[:4] == (
        "b1@example.org",
        ("r0@example.org", "a1@example.org"),
        "locks",
        True,
    )
    assert set(thread([link_of(first), link_of(reply)]).values()) == {"a1@example.org"}


KEYS = st.sampled_from("abcdefg")
LINKS = st.builds(
    lambda key, refs, subject, replies, day: link(
        key, *refs, subject=subject, replies=replies, day=day
    ),
    *(
        KEYS,
        st.lists(KEYS, max_size=3),
        st.sampled_from(["", "x", "y"]),
        st.booleans(),
        st.integers(0, 90),
    ),
)


@given(st.lists(LINKS, max_size=12, unique_by=lambda each: each.key), st.randoms())
def test_order_does_not_matter_and_the_key_is_a_member(links: list[Link], random: object) -> None:
    found = thread(links)
    assert set(found) == {each.key for each in links}
    assert set(found.values()) <= set(found)
    assert all(found[value] == value for value in found.values())
    assert thread(list(reversed(links))) == found
    for each in links:
        assert all(found[each.key] == found[r] for r in each.references if r in found)


@pytest.mark.long
def test_long_chains_stay_cheap() -> None:
    links = [link(str(n), str(n - 1), day=n % 300) for n in range(1, 200_000)]
    assert len(set(thread(reversed(links)).values())) == 1
