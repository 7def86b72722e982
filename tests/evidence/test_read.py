# SPDX-License-Identifier: Apache-2.0
"""Whose a trace is follows from the handles as they are now; conversations come whole and in order."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from countersign.errors import NotVerified
from countersign.evidence import (
    Link,
    authors,
    conversations,
    own_traces,
    rejoin,
    tables,
    traces_by_id,
)
from countersign.people import Handle, Vault
from countersign.people import tables as people_tables
from tests.evidence.scene import hours, kept, mail
from tests.people.scene import KIM, LIN, LIN_CHAT, add, vault_of_lin

_STRANGER = Handle.parse("mail:stranger@example.org")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with vault_of_lin(tmp_path) as vault:
        yield vault


def _natives(vault: Vault) -> list[list[str | None]]:
    return [[k.trace.native for k in c.traces] for c in conversations(vault)]


def test_a_handle_added_later_makes_its_earlier_traces_own(vault: Vault) -> None:
    assert kept(vault, [mail("1", author=LIN_CHAT), mail("2", author=KIM)]).own == 0
    add(vault, "Lin Wei", LIN_CHAT, me=True)
    assert [k.trace.native for k in own_traces(vault)] == ["1"]
    assert _natives(vault) == [["1"]]


def test_own_traces_come_oldest_first(vault: Vault) -> None:
    kept(vault, [mail("b", at=hours(2)), mail("a", at=hours(1)), mail("c", at=hours(3))])
    assert [k.trace.native for k in own_traces(vault)] == ["a", "b", "c"]


def test_authors_come_most_frequent_first(vault: Vault) -> None:
    kept(vault, [mail("1", author=_STRANGER), mail("2", author=KIM), mail("3", author=KIM)])
    assert [(a.handle, a.traces) for a in authors(vault)] == [(KIM, 2), (_STRANGER, 1)]


def test_conversations_come_oldest_first_and_only_where_the_person_speaks(vault: Vault) -> None:
    kept(vault, [
        mail("3", conversation="1", at=hours(3)),
        mail("1", conversation="1", author=KIM, at=hours(1), title="Locks"),
        mail("2", conversation="1", author=_STRANGER, at=hours(2)),
        mail("x", conversation="x", author=KIM),
        mail("y", conversation="x", author=KIM),
    ])  # fmt: skip
    found = list(conversations(vault))
    assert [[k.trace.native for k in c.traces] for c in found] == [["1", "2", "3"]]
    assert [k.own for k in found[0].traces] == [False, False, True]
    assert found[0].title == "Locks"


def test_traces_without_a_time_keep_reading_order(vault: Vault) -> None:
    kept(vault, [mail(n, conversation="c", at=None) for n in "bca"])
    assert _natives(vault) == [["b", "c", "a"]]


def test_one_conversation_at_a_time_is_in_memory(vault: Vault) -> None:
    long = "word " * 20_000
    kept(vault, (mail(f"{n}", long, conversation=f"{n}") for n in range(100)))
    tracemalloc.start()
    assert sum(len(c.traces) for c in conversations(vault)) == 100
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * len(long), "a hundred of them would be five times as much"


def test_a_row_meddled_with_does_not_make_anothers_words_own(vault: Vault) -> None:
    """The columns only find a trace: own is what the sealed author and sealed handles say."""
    kept(vault, [mail("mine"), mail("hers", author=KIM)])
    t = tables.trace
    with vault.db.write() as c:
        mark = c.exec_driver_sql(
            "SELECT h.mark FROM handle h JOIN person p ON p.id = h.person WHERE p.me = 1"
        ).scalar_one()
        c.execute(t.update().values(author_mark=mark))
    assert [k.trace.native for k in own_traces(vault)] == ["mine"]
    assert all(k.own == (k.trace.author == LIN) for c in conversations(vault) for k in c.traces)


def test_a_body_moved_to_another_row_does_not_open(vault: Vault) -> None:
    kept(vault, [mail("1"), mail("2", author=KIM, conversation="1")])
    ids = [k.id for c in conversations(vault) for k in c.traces]
    with vault.db.write() as c:
        c.exec_driver_sql("UPDATE trace SET body = (SELECT body FROM trace ORDER BY id LIMIT 1)")
    with pytest.raises(NotVerified):
        traces_by_id(vault, ids)


def test_a_handle_row_without_its_seal_is_not_believed(vault: Vault) -> None:
    kept(vault, [mail("hers", author=_STRANGER)])
    with vault.db.write() as c:
        mark = c.exec_driver_sql("SELECT author_mark FROM trace").scalar_one()
        me = c.exec_driver_sql("SELECT id FROM person WHERE me = 1").scalar_one()
        row = {"scheme": "mail", "mark": mark, "value": b"forged" * 9, "person": me}
        c.execute(people_tables.handle.insert().values(row))
    with pytest.raises(NotVerified):
        list(own_traces(vault))


def _all_in_one(links: Iterable[Link]) -> dict[str, str]:
    ids = [link.id for link in links]
    return dict.fromkeys(ids, ids[0])


def test_rejoining_moves_one_source_and_keeps_what_was_said(vault: Vault) -> None:
    kept(vault, [mail("1", at=hours(1)), mail("2", at=hours(2)), mail("3", source="slack")])
    before = {k.id: k.trace for k in own_traces(vault)}
    rejoin(vault, "mail", _all_in_one)
    assert sorted(map(len, _natives(vault))) == [1, 2]
    assert {k.id: k.trace for k in own_traces(vault)} == before


def test_what_joins_traces_is_keyed_marks_only(vault: Vault) -> None:
    seen: list[Link] = []

    def thread(links: Iterable[Link]) -> dict[str, str]:
        seen.extend(links)
        return {link.id: link.id for link in seen}

    kept(
        vault, [mail("<1@a>"), mail("<2@a>", reply_to="<1@a>", conversation="<0@a>", title="Re: x")]
    )
    rejoin(vault, "mail", thread)
    first, second = seen
    assert first.refers_to == ()
    assert first.id in second.refers_to
    assert second.replies
    assert not any(
        "@a" in part for link in seen for part in (link.id, link.subject, *link.refers_to)
    )


def test_a_thread_that_breaks_leaves_conversations_as_they_were(vault: Vault) -> None:
    kept(vault, [mail("1"), mail("2")])
    before = _natives(vault)
    with pytest.raises(KeyError):
        rejoin(vault, "mail", lambda _: {})
    assert _natives(vault) == before


def test_traces_by_id_says_whose_each_is(vault: Vault) -> None:
    kept(vault, [mail("1"), mail("2", author=KIM, conversation="1")])
    ids = [k.id for c in conversations(vault) for k in c.traces]
    assert {k.trace.native: k.own for k in traces_by_id(vault, ids).values()} == {
        "1": True,
        "2": False,
    }
