# SPDX-License-Identifier: Apache-2.0
"""Keys through the desk: files follow the hub, every record is logged, what was signed stays signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import Conflict, NotAllowed, NotVerified
from countersign.people import (
    REBINDING_DELAY,
    IdentityLevel,
    Reason,
    bindings,
    bound_keys,
    ever_bound,
)
from countersign.seal import SigningKey, write_key
from countersign.terms import keep_record, records
from tests.desk import scene
from tests.desk.scene import LIN, NOW, TEAM

MAIL = "mail:lin.wei@example.com"
HOUR = timedelta(hours=1)
EFFECT = NOW + HOUR + REBINDING_DELAY


def logged(home: desk.Home) -> set[str]:
    """Return the digests of the binding records that stand in the log."""
    query = "SELECT digest FROM record WHERE kind = 'key-binding' AND leaf_index IS NOT NULL"
    with home.hub.db.read() as c:
        return set(c.execute(sa.text(query)).scalars())


def chain(home: desk.Home, who: str = LIN) -> list[str]:
    return [b.digest for b in desk.keys_of(home, who, now=NOW).chain]


def shown(home: desk.Home, by: str = "hub") -> None:
    asked = desk.challenge(home, LIN, MAIL, by=by, now=NOW)
    answer = desk.answer_handle(home, asked.challenge.line, MAIL, now=NOW + HOUR)
    desk.accept_handle(home, answer, by=by, now=NOW + HOUR)


def test_every_binding_record_stands_in_the_log(home: desk.Home) -> None:
    scene.offer(home)
    desk.rotate(home, LIN, now=NOW + HOUR)
    for who in (LIN, TEAM):
        assert set(chain(home, who)) <= logged(home)
    assert all(
        step.passed for step in desk.verify_log(home.hub.log_folder, desk.log_keys(home, None))
    )


def test_a_rotated_key_signs_from_now_on_and_the_old_file_is_moved_aside(home: desk.Home) -> None:
    before = home.key(LIN).public
    made = desk.rotate(home, LIN, now=NOW + HOUR)
    assert made.reason is Reason.ROTATED
    assert home.key(LIN).public == made.public != before
    files = sorted(p.name for p in (home.path / "keys").glob("lin.*"))
    assert files == ["lin.key", "lin.until-20261123T130000Z.key"]
    with home.hub.db.read() as c:
        assert bound_keys(c, home.owner.id, at=NOW + HOUR) == (made.public,)
        assert ever_bound(c, home.owner.id) == (before, made.public)


def test_a_rotation_killed_before_the_files_followed_is_completed_by_a_rerun(
    home: desk.Home,
) -> None:
    waiting = SigningKey.generate()
    write_key(home.key_path("lin.next"), waiting, None)
    made = desk.rotate(home, LIN, now=NOW + HOUR)
    assert made.public == waiting.public
    # Killed after the hub knew it and before the file took its place:
    home.key_path("lin").replace(home.key_path("lin.next"))
    old = next((home.path / "keys").glob("lin.until-*"))
    old.replace(home.key_path("lin"))
    again = desk.rotate(home, LIN, now=NOW + 2 * HOUR)
    assert again == made
    assert home.key(LIN).public == waiting.public
    assert len(chain(home)) == 2


def test_what_was_reviewed_and_signed_before_a_rotation_is_released_after_it(
    home: desk.Home,
) -> None:
    under = scene.agree(home)
    later = NOW + timedelta(days=3)
    desk.rotate(home, LIN, now=later)
    published = desk.publish(home, scene.SKILL, agreement=under, title="", about="", now=later)
    steps = desk.verify(home, published.folder, trust=None, now=later)
    assert [s for s in steps if not s.passed] == []


def test_a_handle_is_shown_by_the_hub_and_by_a_party(home: desk.Home) -> None:
    scene.offer(home)
    assert desk.keys_of(home, LIN, now=NOW).level is IdentityLevel.SELF_ASSERTED
    for by in ("hub", TEAM):
        shown(home, by)
        seen = desk.keys_of(home, LIN, now=NOW + HOUR)
        assert seen.level is IdentityLevel.HANDLE_CHALLENGE
    assert set(chain(home)) <= logged(home)
    assert MAIL.encode() not in (home.path / "hub.db").read_bytes()


def test_a_wrong_answer_costs_a_try_although_it_is_refused(home: desk.Home) -> None:
    scene.offer(home)
    asked = desk.challenge(home, LIN, MAIL, by="hub", now=NOW)
    answer = desk.answer_handle(home, asked.challenge.line, MAIL, now=NOW)
    for left in (4, 3):
        with pytest.raises(NotAllowed, match="not in use"):
            desk.accept_handle(home, answer, by=TEAM, now=NOW)  # not who asked
        with home.hub.db.read() as c:
            query = sa.text("SELECT tries_left FROM handle_challenge")
            assert c.execute(query).scalar() == left


def test_a_lost_key_is_replaced_after_72_hours_and_its_file_follows(home: desk.Home) -> None:
    shown(home)
    desk.add_representative(home, "Works Council", label="", now=NOW)
    home.key_path("lin").unlink()
    made = desk.replace_lost(home, LIN, by="works-council", now=NOW + HOUR)
    assert made.since == EFFECT
    seen = desk.keys_of(home, LIN, now=EFFECT - HOUR)
    assert seen.announced == made
    assert len(seen.notices) == 2  # the card, and the handle that was shown
    assert not home.key_path("lin").exists()
    desk.told(home, made.digest, seen.notices[0].address, now=EFFECT - HOUR)
    seen = desk.keys_of(home, LIN, now=EFFECT)
    assert seen.announced is None
    assert seen.level is IdentityLevel.REPRESENTATIVE
    assert home.key(LIN).public == made.public
    assert set(chain(home)) <= logged(home)


def test_the_old_key_cancels_and_the_announced_file_never_takes_its_place(
    home: desk.Home,
) -> None:
    before = home.key(LIN).public
    desk.add_representative(home, "Works Council", label="", now=NOW)
    desk.replace_lost(home, LIN, by="works-council", now=NOW + HOUR)
    desk.keep_old_key(home, LIN, now=NOW + 2 * HOUR)
    seen = desk.keys_of(home, LIN, now=EFFECT + HOUR)
    assert seen.in_use == {before.keyid}
    assert home.key(LIN).public == before
    # Another announcement makes another key: the cancelled one is never tried again.
    desk.replace_lost(home, LIN, by="works-council", now=EFFECT + HOUR)


def test_a_party_announces_no_new_key_for_a_person(home: desk.Home) -> None:
    scene.offer(home)
    with pytest.raises(NotAllowed, match="Only a representative"):
        desk.replace_lost(home, LIN, by=TEAM, now=NOW)


def test_a_representative_is_registered_once(home: desk.Home) -> None:
    first = desk.add_representative(home, "Works Council", label="", now=NOW)
    again = desk.add_representative(home, "Works Council", label="", now=NOW)
    assert first == again
    assert first.is_representative
    with pytest.raises(Conflict):
        desk.keep_old_key(home, "works-council", now=NOW)


def test_cutting_off_the_newest_record_is_found_by_the_log(home: desk.Home) -> None:
    desk.rotate(home, LIN, now=NOW + HOUR)
    with home.hub.db.write() as c:
        c.execute(sa.text("DELETE FROM key_binding WHERE number = 2"))
        assert len(bound_keys(c, home.owner.id)) == 1  # the chain alone cannot know
    with pytest.raises(NotVerified, match="missing from the key bindings"):
        desk.keys_of(home, LIN, now=NOW + HOUR)


def test_a_binding_record_is_about_no_grant(home: desk.Home) -> None:
    made = scene.offer(home)
    with home.hub.db.write() as c:
        for binding in bindings(c, made.person):
            keep_record(c, binding.envelope, now=NOW)  # again changes nothing
        assert all(r.kind != "key-binding" for r in records(c, made.grant_digest))
