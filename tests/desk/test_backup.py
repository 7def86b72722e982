"""An old backup brought back refuses what was taken back after it, and leaves no trace of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput, Conflict, NotAllowed, NotVerified, Unavailable
from countersign.seal import Envelope
from countersign.terms import Bundle, erasures, key_backups, record, set_hub_setting, suspend
from tests.desk import scene
from tests.desk.scene import ASK_ZH, GAP, NOW, SKILL, hours

LATER = hours(1)


@dataclass(frozen=True)
class Old:
    """A home whose skill was taken back after a backup was made."""

    home: desk.Home
    backup: Path
    agreement: str


@pytest.fixture
def old(home: desk.Home, tmp_path: Path) -> Old:
    made = scene.released(home)
    desk.backup(home, tmp_path / "backup", now=NOW)
    desk.take_back(home, SKILL, signer=None, now=LATER)
    return Old(home, tmp_path / "backup", made.agreement)


def refused(home: desk.Home) -> None:
    with pytest.raises(NotAllowed, match=r"took this back|No skill"):
        scene.asked(home)


def clean(home: desk.Home) -> None:
    report = desk.residue(home)
    assert (report.found, report.unfinished) == ((), 0)
    with home.hub.db.read() as c:
        assert c.execute(sa.text("SELECT COUNT(*) FROM released_claim")).scalar() == 0
        assert erasures(c) == ()
    steps = desk.verify_log(home.path / "log", desk.log_keys(home, None))
    assert [s for s in steps if not s.passed] == []


def test_a_backup_holds_the_hub_and_apart_the_keys_and_neither_index_vault_nor_key_files(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    made = desk.backup(home, tmp_path / "b", now=NOW)
    names = {p.name for p in (tmp_path / "b").rglob("*") if p.is_file()}
    assert {"hub.db", "keys.db", "checkpoint", "trust.json"} <= names
    assert not {n for n in names if n.startswith(("index", "vault")) or n.endswith(".key")}
    assert not (tmp_path / "b" / "hub" / "keys.db").exists()
    assert made.keys.dies_at == NOW + timedelta(days=30)
    for path in (tmp_path / "b").rglob("*.db"):
        assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="not empty"):
        desk.backup(home, tmp_path / "b", now=NOW)


def test_the_backup_of_the_hub_alone_opens_no_text(home: desk.Home, tmp_path: Path) -> None:
    scene.released(home)
    desk.backup(home, tmp_path / "b", now=NOW)
    words = b"".join(p.read_bytes() for p in (tmp_path / "b" / "hub").rglob("*") if p.is_file())
    assert scene.QUILLBACK.encode() not in words


def test_clause_02_restored_over_the_newer_hub_it_refuses_and_nothing_is_left(old: Old) -> None:
    done = desk.restore(old.home, old.backup, now=LATER)
    assert [w.whole for w in done.replayed] == [True]
    assert (done.held, done.keys) == (0, "home")
    assert done.leaves > 0
    refused(old.home)
    clean(old.home)


def test_clause_02_restored_with_a_copy_of_the_keys_they_are_destroyed_again(old: Old) -> None:
    (old.home.path / "keys.db").unlink()
    done = desk.restore(old.home, old.backup, now=LATER)
    assert done.keys == "backup"
    refused(old.home)
    assert not old.home.hub.keys.holds(old.agreement)
    clean(old.home)


def test_clause_02_restored_after_the_copy_of_the_keys_has_died(old: Old) -> None:
    shutil.rmtree(old.backup / "keys")
    (old.home.path / "keys.db").unlink()
    done = desk.restore(old.home, old.backup, now=LATER)
    assert done.keys == "none"
    refused(old.home)
    clean(old.home)


def test_restored_on_a_fresh_disk_the_withdrawal_comes_from_its_file(
    old: Old, tmp_path: Path
) -> None:
    fresh = _new_disk(old, tmp_path)
    shutil.copytree(old.home.path / "withdrawals", fresh / "withdrawals")
    shutil.copytree(old.home.path / "log", fresh / "log")
    with scene.opened(fresh) as home:
        done = desk.restore(home, old.backup, now=LATER)
        assert (len(done.replayed), done.held) == (1, 0)
        refused(home)
        assert not home.hub.keys.holds(old.agreement)


def _new_disk(old: Old, tmp_path: Path) -> Path:
    """Return a home with nothing in it but the keys that its owner kept apart."""
    fresh = tmp_path / "fresh"
    fresh.mkdir(mode=0o700)
    shutil.copytree(old.home.path / "keys", fresh / "keys")
    return fresh


def test_a_hub_behind_the_newest_log_seen_serves_nothing_until_withdrawals_were_fetched(
    old: Old, tmp_path: Path
) -> None:
    fresh = _new_disk(old, tmp_path)
    shutil.copy(old.home.path / "log" / "checkpoint", tmp_path / "newest")
    with scene.opened(fresh) as home:
        _seen(home, old)
        done = desk.restore(home, old.backup, now=LATER)
        assert done.held > 0
        assert done.replayed == ()
        with pytest.raises(Unavailable, match="older copy"):
            scene.asked(home)
        with pytest.raises(Unavailable, match="older copy"):
            desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=LATER)
        (file,) = (old.home.path / "withdrawals").iterdir()
        fetched = desk.fetch_withdrawals(home.hub, "http://w", get=_witness(file), now=LATER)
        assert (fetched.files, len(fetched.taken), fetched.released) == (1, 1, True)
        refused(home)


def _seen(home: desk.Home, old: Old) -> None:
    """Let the new disk have seen the newest log, as trust.json of any earlier check tells."""
    trust = (old.home.path / "trust.json").read_text("utf-8")
    trust = trust.replace('"seen": {}', '"seen": {"p/x": {"at": 1, "size": 4096, "version": 1}}')
    assert "4096" in trust
    (home.path / "trust.json").write_text(trust, encoding="utf-8")


def _witness(file: Path) -> desk.Get:
    """Return a witness that keeps one withdrawal."""
    envelope = Bundle.of(file.read_bytes()).record.to_value()

    def get(url: str) -> bytes:
        after = int(url.rpartition("=")[2])
        rows = [{"number": 7, "at": "", "digest": "", "envelope": envelope}]
        return json.dumps(rows if after < 7 else []).encode()

    return get


def test_an_older_hub_serves_if_somebody_with_its_key_says_so_on_record(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    desk.backup(home, tmp_path / "b", now=NOW)
    _seen(home, Old(home, tmp_path / "b", ""))
    assert desk.restore(home, tmp_path / "b", now=LATER).held == 4096
    with pytest.raises(Unavailable):
        scene.asked(home)
    assert desk.restore(home, tmp_path / "b", now=LATER, accept_older=True).held == 0
    assert scene.QUILLBACK in scene.asked(home).text
    with home.hub.db.read() as c:
        rows = c.execute(sa.text("SELECT envelope FROM record WHERE kind = 'notice'")).scalars()
        said = [Envelope.from_bytes(row).statement.predicate["notice"] for row in rows]
    assert "older-hub-accepted" in said


def test_a_hub_put_back_by_hand_is_noticed_by_its_own_published_log(old: Old) -> None:
    old.home.close()
    shutil.copyfile(old.backup / "hub" / "hub.db", old.home.path / "hub.db")
    shutil.rmtree(old.home.path / "withdrawals")
    with scene.opened(old.home.path) as home, pytest.raises(Unavailable, match="older copy"):
        scene.asked(home)


def test_a_hub_put_back_by_hand_takes_in_the_files_that_lie_in_the_home(old: Old) -> None:
    old.home.close()
    shutil.copyfile(old.backup / "hub" / "hub.db", old.home.path / "hub.db")
    with scene.opened(old.home.path) as home:
        desk.look_around(home.hub, now=LATER)
        with home.hub.db.read() as c:
            states = list(c.execute(sa.text("SELECT state FROM offer")).scalars())
        assert states == ["withdrawn"]


def test_a_part_taken_back_after_the_backup_stays_taken_back(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    desk.backup(home, tmp_path / "b", now=NOW)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    desk.take_back_part(home, SKILL, desk.Parts(claims=[gone.id]), signer=None, now=LATER)
    done = desk.restore(home, tmp_path / "b", now=LATER)
    assert [w.parts for w in done.replayed] == [frozenset({f"claim:{gone.id}"})]
    assert scene.asked(home).text == GAP
    assert scene.BACKUP in scene.asked(home, ASK_ZH).text
    report = desk.residue(home)
    assert (report.found, report.unfinished) == ((), 0)


def test_a_suspension_after_the_backup_still_holds(home: desk.Home, tmp_path: Path) -> None:
    made = scene.released(home)
    desk.backup(home, tmp_path / "b", now=NOW)
    with home.hub.db.write() as c:
        key, by = home.key(scene.LIN), home.owner.id
        suspend(c, agreement_id=made.agreement, key=key, by=by, now=LATER)
    desk.restore(home, tmp_path / "b", now=LATER)
    with pytest.raises(NotAllowed, match="suspended"):
        scene.asked(home)


def test_without_any_withdrawal_a_restored_hub_answers_as_before(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    desk.backup(home, tmp_path / "b", now=NOW)
    done = desk.restore(home, tmp_path / "b", now=LATER)
    assert (done.held, done.replayed) == (0, ())
    assert scene.QUILLBACK in scene.asked(home).text
    assert all(s.passed for s in desk.verify_log(home.path / "log", desk.log_keys(home, None)))


def test_a_damaged_hub_is_replaced_and_the_files_of_withdrawals_still_count(old: Old) -> None:
    old.home.close()
    (old.home.path / "hub.db").write_bytes(b"not a database" * 1000)
    with scene.opened(old.home.path) as home:
        done = desk.restore(home, old.backup, now=LATER)
        assert len(done.replayed) == 1
        refused(home)
        clean(home)


def test_a_restore_that_stops_halfway_serves_nothing_and_is_completed_by_a_rerun(
    old: Old,
) -> None:
    files, checkpoint = old.home.path / "withdrawals", old.home.path / "log" / "checkpoint"
    shutil.rmtree(files)
    whole = checkpoint.read_bytes()
    checkpoint.write_bytes(b"torn")
    with pytest.raises(NotVerified):
        desk.restore(old.home, old.backup, now=LATER)
    with old.home.hub.db.read() as c:  # the backup stands in place, without the withdrawal
        assert c.execute(sa.text("SELECT state FROM offer")).scalar() == "in-force"
    with pytest.raises((NotAllowed, Unavailable)):
        scene.asked(old.home)
    checkpoint.write_bytes(whole)
    assert list(files.iterdir())
    desk.restore(old.home, old.backup, now=LATER)
    refused(old.home)
    clean(old.home)


def test_the_deletion_receipt_says_when_the_last_copy_of_the_keys_dies(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    with home.hub.db.write() as c:
        set_hub_setting(c, "key_backup_days", "7")
    desk.backup(home, tmp_path / "b", now=NOW)
    (done,) = desk.take_back(home, SKILL, signer=None, now=LATER)
    with home.hub.db.read() as c:
        said = record(c, done.receipt).envelope.statement.predicate
    assert said["lastKeyBackupDiesBy"] == "2026-11-30T12:00:00Z"


def test_a_copy_of_the_keys_is_removed_when_its_time_is_over(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    desk.backup(home, tmp_path / "old", now=NOW)
    later = NOW + timedelta(days=29)
    assert desk.backup(home, tmp_path / "young", now=later).removed == ()
    done = desk.backup(home, tmp_path / "new", now=NOW + timedelta(days=30))
    assert [p.parents[1].name for p in done.removed] == ["old"]
    assert not (tmp_path / "old" / "keys" / "keys.db").exists()
    assert (tmp_path / "young" / "keys" / "keys.db").exists()
    with home.hub.db.read() as c:
        assert len(key_backups(c)) == 2


def test_a_copy_of_the_keys_out_of_reach_stays_on_the_list(home: desk.Home, tmp_path: Path) -> None:
    scene.released(home)
    desk.backup(home, tmp_path / "disk" / "b", now=NOW)
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    done = desk.backup(home, tmp_path / "new", now=NOW + timedelta(days=30))
    assert done.removed == ()
    assert [Path(b.path).parents[1].name for b in done.left] == ["b"]


def test_what_is_no_backup_is_refused_and_nothing_is_touched(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    (tmp_path / "other").mkdir()
    with pytest.raises(BadInput, match="no backup"):
        desk.restore(home, tmp_path / "other", now=NOW)
    assert scene.QUILLBACK in scene.asked(home).text


def test_a_backup_is_one_state_even_while_others_write(home: desk.Home, tmp_path: Path) -> None:
    scene.released(home)
    with home.hub.db.read() as c:
        c.execute(sa.text("SELECT 1"))
        desk.backup(home, tmp_path / "b", now=NOW)
    raw = sqlite3.connect(tmp_path / "b" / "hub" / "hub.db")
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
