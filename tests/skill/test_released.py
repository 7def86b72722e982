"""Released claims are sealed one by one, served in their newest version only, and forgotten whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import Conflict, NotFound
from countersign.people import Hub
from countersign.skill import (
    Draft,
    Scope,
    build,
    claims_of,
    forget_releases,
    index_release,
    open_claims,
    rebuild_index,
    recall,
    released_claim,
    releases,
    store_release,
)
from tests.skill.scene import CLAIMS, KEY, NONCE, NOW, claim, draft, hub, logged

SCOPE = Scope((("payments-lin-wei", "aexample"),))


@pytest.fixture
def h(tmp_path: Path) -> Iterator[Hub]:
    with hub(tmp_path) as opened:
        yield opened


def put(h: Hub, made: Draft) -> list[str]:
    """Store and index a release; returns what it superseded."""
    package = logged(build(made, sign_with=KEY, nonce=NONCE))
    with h.db.write() as c:
        superseded = store_release(c, made, package, keys=h.keys)
    index_release(h.index, made, superseded=superseded)
    return superseded


def texts(h: Hub, question: str, scope: Scope = SCOPE) -> list[str]:
    with h.db.read() as c:
        found = recall(question, scope, c=c, index=h.index, keys=h.keys)
    return [f.claim.text for f in found]


def test_what_was_stored_is_read_back_as_it_was_approved(h: Hub) -> None:
    put(h, draft())
    with h.db.read() as c:
        held = {x.id: x for x in claims_of(c, h.keys, "aexample").values()}
        [release] = releases(c)
    for one in CLAIMS:
        there = held[one.id]
        assert (there.text, there.kind, there.topic) == (one.text, one.kind, one.topic)
        assert (there.first_at, there.last_at, there.support) == (
            *(one.first_at, one.last_at),
            one.support,
        )
        assert there.evidence == one.evidence
        assert there.sources == tuple(sorted(one.sources))
        assert there.flags == one.flags
        assert there.release == release
    assert release.current
    assert (release.version, release.byline, release.released_at) == (1, "Lin Wei", NOW)


def test_no_file_of_the_hub_holds_a_word_of_a_claim(h: Hub, tmp_path: Path) -> None:
    put(h, draft())
    for path in (tmp_path / "home").rglob("*.db*"):
        data = path.read_bytes()
        for one in CLAIMS:
            assert one.text.encode()[:20] not in data, path.name


def test_a_sealed_claim_moved_to_another_row_does_not_open(h: Hub) -> None:
    put(h, draft())
    with h.db.write() as c:
        rows = c.execute(sa.select(released_claim.c.ref, released_claim.c.sealed)).all()
        c.execute(
            released_claim.update()
            .where(released_claim.c.ref == rows[0].ref)
            .values(sealed=rows[1].sealed)
        )
    with h.db.read() as c, pytest.raises(Exception, match="does not open"):
        claims_of(c, h.keys, "aexample")


def test_a_newer_version_takes_the_place_of_the_older_everywhere(h: Hub) -> None:
    put(h, draft())
    kept = (claim(1, "Retry a payment at most four times."),)
    superseded = put(h, draft(claims=kept, release="rsecond", version=2))
    assert len(superseded) == len(CLAIMS)
    with h.db.read() as c:
        assert [(r.version, r.current) for r in releases(c)] == [(1, False), (2, True)]
        assert [x.text for x in claims_of(c, h.keys, "aexample").values()] == [kept[0].text]
    assert texts(h, "how often do we retry a payment?") == [kept[0].text]
    assert texts(h, "支付回调为什么要幂等") == []
    assert not h.index.holds("幂等")


def test_a_version_is_stored_once_and_never_goes_back(h: Hub) -> None:
    put(h, draft(version=2))
    for version in (1, 2):
        with pytest.raises(Conflict):
            put(h, draft(version=version, release="rother"))


def test_a_refused_store_leaves_nothing(h: Hub) -> None:
    made = draft()
    package = build(made, sign_with=KEY, nonce=NONCE)

    def stopped() -> None:
        with h.db.write() as c:
            store_release(c, made, package, keys=h.keys)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stopped()
    with h.db.read() as c:
        assert releases(c) == []


def test_only_the_scope_of_the_caller_is_searched(h: Hub) -> None:
    put(h, draft())
    other = draft(name="other", agreement="aother", release="rother")
    put(h, other)
    question = "how often do we retry a payment?"
    assert len(texts(h, question)) == 1
    both = Scope((("payments-lin-wei", "aexample"), ("other", "aother")))
    assert len(texts(h, question, both)) == 2
    for nothing in (
        Scope(()),
        Scope((("another", "aexample"),)),
        Scope((("payments-lin-wei", "aother"),)),
    ):
        assert texts(h, question, nothing) == []


def test_destroyed_keys_end_recall_even_before_rows_and_index_are_gone(h: Hub) -> None:
    put(h, draft())
    h.keys.destroy("aexample")
    assert texts(h, "how often do we retry a payment?") == []
    with h.db.read() as c, pytest.raises(NotFound):
        claims_of(c, h.keys, "aexample")


def test_forgetting_leaves_a_number_and_a_digest_and_nothing_else(h: Hub) -> None:
    put(h, draft())
    with h.db.write() as c:
        refs = forget_releases(c, "aexample")
        assert sorted(refs) == sorted(h.index.refs(agreement="aexample"))
        assert forget_releases(c, "aexample") == []  # safe to run again
    with h.db.read() as c:
        [left] = releases(c)
        assert (left.title, left.byline, left.current, left.version) == ("", "", False, 1)
        assert c.execute(sa.select(released_claim)).all() == []
        assert open_claims(c, h.keys, refs, agreements=["aexample"]) == {}


def test_the_index_is_brought_in_line_after_a_kill_or_a_restore(h: Hub) -> None:
    put(h, draft())
    second = draft(claims=CLAIMS[1:], release="rsecond", version=2)
    package = build(second, sign_with=KEY, nonce=NONCE)
    with h.db.write() as c:
        store_release(c, second, package, keys=h.keys)  # killed before the index was told
    assert texts(h, "支付回调为什么要幂等") == []
    with h.db.read() as c:
        assert rebuild_index(c, h.index, h.keys) == len(second.claims)
        assert rebuild_index(c, h.index, h.keys) == 0
    assert texts(h, "支付回调为什么要幂等") == [CLAIMS[1].text]
    assert not h.index.holds("fourth")
    with h.db.write() as c:
        forget_releases(c, "aexample")
    with h.db.read() as c:
        rebuild_index(c, h.index, h.keys)
    assert h.index.refs(agreement="aexample") == []
