"""Taking back: refused at once everywhere, erased in steps that may be repeated, and proven."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import NotAllowed, NotFound, Unavailable
from countersign.people import Hub
from countersign.seal import require
from countersign.skill import CopyStatus, forget_releases, remove_copies
from countersign.terms import erasures, record, records, withdraw
from tests.desk import scene
from tests.desk.others import asker
from tests.desk.scene import ASK_EN, NOW, SKILL


def _withdraw_only(home: desk.Home, under: str) -> None:
    """Do the first transaction of a withdrawal and be killed right after it."""
    with home.hub.db.write() as c:
        withdraw(c, agreement_id=under, key=home.key(scene.LIN), by=home.owner.id, now=NOW)


def _is_erased(home: desk.Home, made: desk.Published) -> None:
    with home.hub.db.read() as c:
        assert erasures(c) == ()
        assert c.execute(sa.text("SELECT COUNT(*) FROM released_claim")).scalar() == 0
        assert c.execute(sa.text("SELECT COUNT(envelope) FROM release")).scalar() == 0
    assert not home.hub.keys.holds(made.agreement)
    assert home.hub.index.refs(agreement=made.agreement) == []
    assert not home.hub.index.holds(scene.QUILLBACK)
    assert not made.folder.exists()
    report = desk.residue(home)
    assert (report.found, report.unfinished) == ((), 0)
    assert report.texts >= 15


def test_clause_02_the_next_question_in_another_running_process_is_refused(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    with asker(home.path) as other:
        assert "quillback" in other.ask(ASK_EN)["text"]
        desk.take_back(home, SKILL, signer=None, now=NOW)
        assert "took this back" in other.ask(ASK_EN)["refused"]
        assert "took this back" in other.ask("capital of France?")["refused"]
        _is_erased(home, made)


def test_the_record_alone_already_refuses_and_orders_the_erasure(home: desk.Home) -> None:
    made = scene.released(home)
    _withdraw_only(home, made.agreement)
    with pytest.raises(NotAllowed, match="took this back"):
        scene.asked(home)
    with pytest.raises(NotAllowed, match="took this back"):
        desk.publish(home, SKILL, agreement=made.agreement, title="", about="", now=NOW)
    report = desk.residue(home)
    assert report.unfinished == 1
    assert {r.form for r in report.found} >= {
        "still-decryptable rows",
        "served release",
        "index entries",
    }


def _nothing(_hub: Hub, _under: str) -> None: ...


def _keys_gone(hub: Hub, under: str) -> None:
    hub.keys.destroy(under)


def _rows_and_copies_gone(hub: Hub, under: str) -> None:
    _keys_gone(hub, under)
    with hub.db.write() as c:
        forget_releases(c, under)
        remove_copies(c, agreement=under, now=NOW)


def _index_gone(hub: Hub, under: str) -> None:
    _rows_and_copies_gone(hub, under)
    hub.index.erase(hub.index.refs(agreement=under))


_STEPS: list[Callable[[Hub, str], None]] = [
    _nothing,
    _keys_gone,
    _rows_and_copies_gone,
    _index_gone,
]


@pytest.mark.parametrize(
    ("done", "resume"),
    [*((step, "withdraw again") for step in _STEPS), (_keys_gone, "mend as serve does")],
)
def test_an_erasure_that_was_killed_after_any_step_is_completed(
    home: desk.Home, done: Callable[[Hub, str], None], resume: str
) -> None:
    made = scene.released(home)
    _withdraw_only(home, made.agreement)
    done(home.hub, made.agreement)
    if resume == "withdraw again":
        (erased,) = desk.take_back(home, SKILL, signer=None, now=NOW)
        assert erased.receipt
    else:
        desk.mend(home.hub, now=NOW)
    _is_erased(home, made)
    assert desk.take_back(home, SKILL, signer=None, now=NOW) == []


def test_the_deletion_receipt_is_signed_by_the_online_key_and_stands_in_the_log(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    (erased,) = desk.take_back(home, SKILL, signer=None, now=NOW)
    with home.hub.db.read() as c:
        kept = record(c, erased.receipt)
        size = c.execute(sa.text("SELECT COUNT(*) FROM log_leaf")).scalar()
    said = require(kept.envelope, "deletion-receipt", [home.hub.online_key.public]).predicate
    assert said["agreement"] == made.agreement
    assert said["copies"] == [{"host": "export", "status": "removed"}]
    assert str(home.path) not in repr(said)
    assert kept.leaf_index is not None
    assert kept.leaf_index < (size or 0)
    steps = desk.verify_log(home.path / "log", desk.log_keys(home, None))
    assert all(s.passed for s in steps)


def test_copies_are_removed_where_they_are_ours_and_reported_where_they_are_not(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    clean, changed, gone = (tmp_path / name for name in ("clean", "changed", "gone"))
    for project in (clean, changed, gone):
        project.mkdir()
        desk.install_skill(home, SKILL, host="claude-code", base=project, actor="", now=NOW)
    theirs = changed / ".claude" / "skills" / SKILL
    (theirs / "notes.md").write_text("my own notes", encoding="utf-8")
    shutil.rmtree(gone)
    (erased,) = desk.take_back(home, SKILL, signer=None, now=NOW)
    found = {x.path.parents[2].name: x.status for x in erased.copies if x.host != "export"}
    assert found == {
        "clean": CopyStatus.REMOVED,
        "changed": CopyStatus.CHANGED,
        "gone": CopyStatus.UNREACHABLE,
    }
    assert len(erased.unconfirmed) == 2
    assert [p.name for p in theirs.iterdir()] == ["notes.md"]
    assert not (clean / ".claude" / "skills" / SKILL).exists()


def test_a_link_in_place_of_a_copy_is_not_followed(home: desk.Home, tmp_path: Path) -> None:
    scene.released(home)
    made = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    elsewhere = tmp_path / "elsewhere"
    made.path.rename(elsewhere)
    made.path.symlink_to(elsewhere)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert (elsewhere / "SKILL.md").exists()


def test_clause_01_taking_back_is_one_call_with_a_name_and_works_before_anybody_signed(
    home: desk.Home,
) -> None:
    made = scene.offer(home)
    desk.take_back(home, made.id, signer=None, now=NOW)
    with pytest.raises(Exception, match="took this back"):
        desk.sign(home, made.id, signer=scene.LIN, now=NOW)


def test_only_the_person_can_take_back(home: desk.Home) -> None:
    made = scene.released(home)
    with pytest.raises(NotFound):
        desk.take_back(home, SKILL, signer=scene.TEAM, now=NOW)
    with pytest.raises(NotAllowed, match="Only the person"):
        desk.take_back(home, made.agreement, signer=scene.TEAM, now=NOW)
    with pytest.raises(NotFound, match="Nothing of yours"):
        desk.take_back(home, "payments", signer=None, now=NOW)
    assert scene.asked(home).receipt is not None


def test_clause_05_uses_before_a_withdrawal_stay_on_record(home: desk.Home) -> None:
    scene.released(home)
    numbers = [r.number for _ in range(3) if (r := scene.asked(home).receipt)]
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert [u.number for u in desk.uses(home)] == numbers[::-1]


def test_a_withdrawal_ends_one_agreement_and_leaves_the_others_whole(home: desk.Home) -> None:
    scene.released(home)
    other = scene.agree(home, party="Other Team")
    kept = desk.publish(home, "other-lin", agreement=other, title="", about="", now=NOW)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    caller = scene.caller(home, "their-bot", party="other-team")
    assert "quillback" in desk.ask(home.hub, caller, ASK_EN, now=NOW).text
    assert kept.folder.exists()
    # The same texts are served under the other agreement: they are no residue of the first.
    assert desk.residue(home).found == ()
    desk.take_back(home, "other-lin", signer=None, now=NOW)
    _is_erased(home, kept)


def test_after_a_withdrawal_a_new_agreement_may_be_made(home: desk.Home) -> None:
    scene.released(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    again = scene.released(home)
    assert again.version == 1
    assert "quillback" in scene.asked(home).text


def test_while_another_process_reads_an_old_state_it_is_denied_and_erasing(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    with scene.opened(home.path) as other, other.hub.index.db.read() as c:
        c.exec_driver_sql("SELECT COUNT(*) FROM text").scalar()
        for db in (home.hub.db, home.hub.keys.db, home.hub.index.db):
            with db.engine.connect() as open_:
                open_.exec_driver_sql("PRAGMA busy_timeout=10")
        with pytest.raises(Unavailable, match="Denied, erasing"):
            desk.take_back(home, SKILL, signer=None, now=NOW)
        with pytest.raises(NotAllowed, match="took this back"):
            scene.asked(home)
        assert desk.residue(home).unfinished == 1
    (erased,) = desk.take_back(home, SKILL, signer=None, now=NOW)
    assert erased.receipt
    _is_erased(home, made)


def test_the_home_may_have_been_moved(home: desk.Home, tmp_path: Path) -> None:
    made = scene.released(home)
    home.close()
    os.rename(home.path, tmp_path / "moved")
    with scene.opened(tmp_path / "moved") as moved:
        assert "quillback" in scene.asked(moved).text
        desk.take_back(moved, SKILL, signer=None, now=NOW)
        assert not (moved.path / "skills" / made.folder.name).exists()
        assert desk.residue(moved).found == ()


def test_each_record_of_a_life_is_in_the_log_once(home: desk.Home) -> None:
    made = scene.released(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    with home.hub.db.read() as c:
        grant = c.execute(
            sa.text("SELECT grant_digest FROM offer WHERE agreement = :a"), {"a": made.agreement}
        ).scalar_one()
        found = records(c, grant)
    kinds = Counter(r.kind for r in found)
    once = ("agreement", "deletion-receipt", "release", "undertaking", "withdrawal")
    assert {kind: kinds[kind] for kind in once} == dict.fromkeys(once, 1)
    assert kinds["grant"] > 1  # the grant itself, and each toggle and item as its own record
    places = [r.leaf_index for r in found]
    assert None not in places
    assert len(set(places)) == len(places)
