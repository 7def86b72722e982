# SPDX-License-Identifier: Apache-2.0
"""Destroying an agreement's key ends every text under it (DESIGN 4: keys at rest, erasure)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import NotVerified
from countersign.people import KeyRing, tables
from countersign.seal import Cipher, fresh_key
from countersign.store import Database, upgrade
from tests.people.scene import raw_bytes

_PLACE = {"table": "released_claim", "column": "sealed", "row": "r1"}


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyRing]:
    db = Database(tmp_path / "keys.db")
    upgrade(db, "keys")
    yield KeyRing(db, fresh_key())
    db.close()


def _wrapped(ring: KeyRing) -> list[bytes]:
    with ring.db.read() as c:
        keys = [*c.execute(sa.select(tables.claim_key.c.wrapped)).scalars()]
        return [*keys, *c.execute(sa.select(tables.agreement_key.c.wrapped)).scalars()]


def test_a_key_is_made_once_and_opens_what_it_sealed(ring: KeyRing) -> None:
    sealed = ring.claim_keys("a1", ["r1", "r2"])["r1"].seal(b"text", **_PLACE)
    assert ring.claim_keys("a1", ["r1", "r3"])["r1"].open(sealed, **_PLACE) == b"text"
    assert ring.open_keys(["r1"])["r1"].open(sealed, **_PLACE) == b"text"
    assert set(ring.open_keys(["r1", "r2", "r3", "unknown"])) == {"r1", "r2", "r3"}


def test_each_claim_has_a_key_of_its_own(ring: KeyRing) -> None:
    keys = ring.claim_keys("a1", ["r1", "r2"])
    with pytest.raises(NotVerified):
        keys["r2"].open(keys["r1"].seal(b"text", **_PLACE), **_PLACE)


def test_a_claim_key_opens_only_with_its_agreement(ring: KeyRing) -> None:
    ring.claim_keys("a1", ["r1"])
    ring.claim_keys("a2", ["r2"])
    with ring.db.write() as c:  # whoever writes it under another agreement gains nothing
        c.execute(tables.claim_key.update().values(agreement="a2"))
    with pytest.raises(NotVerified):
        ring.open_keys(["r1"])


def test_the_hub_key_is_needed(ring: KeyRing) -> None:
    ring.claim_keys("a1", ["r1"])
    with pytest.raises(NotVerified):
        KeyRing(ring.db, fresh_key()).open_keys(["r1"])


def test_destroyed_keys_are_not_there_and_leave_no_bytes(ring: KeyRing, tmp_path: Path) -> None:
    ring.claim_keys("a1", [f"r{n}" for n in range(300)])
    gone = _wrapped(ring)
    ring.claim_keys("a2", ["s1"])
    stays = [w for w in _wrapped(ring) if w not in gone]
    before = raw_bytes(tmp_path, "keys.db")
    assert all(w in before for w in gone), "the scan must be able to fail"

    assert ring.destroy("a1") == 300

    after = raw_bytes(tmp_path, "keys.db")
    with ring.db.read() as c:
        assert c.exec_driver_sql("PRAGMA freelist_count").scalar_one() == 0, "no free page stays"
    assert [w for w in gone if w in after] == []
    assert all(w in after for w in stays)
    assert not ring.holds("a1")
    assert ring.holds("a2")
    assert set(ring.open_keys(["r1", "r299", "s1"])) == {"s1"}


def test_destroying_again_is_harmless(ring: KeyRing) -> None:
    ring.claim_keys("a1", ["r1"])
    assert ring.destroy("a1") == 1
    assert ring.destroy("a1") == 0


def test_while_a_reader_holds_the_old_file_rewriting_says_so_and_completes_later(
    ring: KeyRing, tmp_path: Path
) -> None:
    ring.claim_keys("a1", ["r1"])
    gone = _wrapped(ring)
    reader = Database(tmp_path / "keys.db")
    sa.event.listen(ring.db.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=1"))
    ring.db.engine.dispose()  # the next connection waits a millisecond, not twenty seconds
    with reader.read() as c:
        c.execute(sa.select(tables.claim_key)).all()
        ring.destroy("a1")
        assert not ring.rewrite()
        assert ring.open_keys(["r1"]) == {}, "destroyed all the same, at once"
    reader.close()
    assert ring.rewrite()
    assert [w for w in gone if w in raw_bytes(tmp_path, "keys.db")] == []


def test_a_cipher_never_shows_its_key() -> None:
    assert repr(Cipher(b"k" * 32)) == "Cipher()"


def test_the_keys_of_single_claims_are_destroyed_and_the_others_open_as_before(
    ring: KeyRing,
) -> None:
    ring.claim_keys("a1", ["r1", "r2"])
    gone = _wrapped(ring)
    assert ring.destroy_claims(["r1", "unknown"]) == 1
    assert set(ring.open_keys(["r1", "r2"])) == {"r2"}
    assert ring.holds("a1")
    (wrapped,) = set(gone) - set(_wrapped(ring))
    assert wrapped not in raw_bytes(ring.db.path.parent, "keys.db")
    assert ring.destroy_claims(["r1"]) == 0
