# SPDX-License-Identifier: Apache-2.0
"""Files, old keys, codes and edited rows do no more than their holders may."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from countersign import desk
from countersign.desk.dropped import _LOOKED
from countersign.desk.files import withdrawals_folder, write_file
from countersign.errors import BadInput, NotAllowed, NotVerified
from countersign.people import (
    add_key,
    find_card,
    fresh_code,
    rebind,
    revoke_key,
    revoke_statement,
    rotate_key,
)
from countersign.seal import SigningKey, sha256_hex, sign
from countersign.terms import Bundle, State, carry, erasures, offer_state, standing, suspend, tables
from countersign.terms.records import withdrawal_statement
from tests.desk import council, scene
from tests.desk.scene import ASK_EN, NOW, SKILL, hours
from tests.desk.test_parts import CODE, give_code

LATER = hours(1)


def _grant(home: desk.Home, agreement: str) -> str:
    with home.hub.db.read() as c:
        return offer_state(c, agreement).grant_digest


def _still(home: desk.Home) -> None:
    assert scene.QUILLBACK in scene.asked(home, ASK_EN).text
    with home.hub.db.read() as c:
        assert erasures(c, open_only=False) == ()


@pytest.mark.parametrize("part", [True, False])
def test_a_code_for_one_grant_erases_nothing_of_another_agreement_that_its_file_names(
    home: desk.Home, part: bool
) -> None:
    made = scene.released(home)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    mine = scene.agree(home)
    give_code(home, mine)
    said = withdrawal_statement(
        grant=_grant(home, mine),
        agreement=made.agreement,
        by=home.owner.id,
        at=NOW,
        role="revoke",
        parts=[f"claim:{gone.id}"] if part else (),
    )
    with pytest.raises(NotVerified, match="another agreement"):
        desk.take_back_by_file(home, sign(said, revoke_key(CODE)).to_bytes(), now=LATER)
    _still(home)


def _by_code_of(home: desk.Home, agreement: str, key: SigningKey) -> bytes:
    """Return a withdrawal by a code that `key` signed alone, outside of the hub."""
    grant, code = _grant(home, agreement), revoke_key(fresh_code(lambda n: b"\5" * n))
    said = withdrawal_statement(
        grant=grant, agreement=agreement, by=home.owner.id, at=NOW, role="revoke"
    )
    record = sign(said, code)
    with home.hub.db.read() as c:
        bundle = carry(c, record, grant=grant)
    revoke = sign(revoke_statement(grant, code.public), key)
    return replace(bundle, revoke=revoke).to_bytes()


def test_who_found_an_old_key_makes_no_code_with_it(home: desk.Home) -> None:
    made = scene.released(home)
    old = home.key(scene.LIN)
    with home.hub.db.write() as c:
        rotate_key(c, subject=home.owner.id, key=SigningKey.generate(), by=old, now=LATER)
    with pytest.raises(NotVerified):
        desk.take_back_by_file(home, _by_code_of(home, made.agreement, old), now=hours(2))
    _still(home)


def test_an_announced_key_makes_no_code_before_its_time(home: desk.Home) -> None:
    made = scene.released(home)
    council.council(home)
    fresh = SigningKey.generate()
    with home.hub.db.write() as c:
        who = find_card(c, council.COUNCIL).id
        rebind(
            c,
            subject=home.owner.id,
            key=fresh,
            representative=who,
            by=home.key(council.COUNCIL),
            now=LATER,
        )
    with pytest.raises(NotVerified):
        desk.take_back_by_file(home, _by_code_of(home, made.agreement, fresh), now=hours(2))
    _still(home)


def test_a_withdrawal_filed_under_something_else_counts_again_by_its_file(home: desk.Home) -> None:
    made = scene.released(home)
    desk.take_back(home, SKILL, signer=None, now=LATER)
    with home.hub.db.write() as c:
        t = tables.record
        c.execute(t.update().where(t.c.kind == "withdrawal").values(grant_digest=""))
        c.execute(tables.offer.update().values(state="in-force"))
    path = home.path
    home.close()
    _LOOKED.clear()  # as in a new process
    with scene.opened(path) as again:
        desk.look_around(again.hub, now=hours(2))
        with again.hub.db.read() as c:
            found = standing(c, made.agreement)
    assert found is not None
    assert found.state is State.WITHDRAWN


def test_a_pause_within_a_floor_hides_no_other_word_from_a_restore(
    home: desk.Home, tmp_path: Path
) -> None:
    made = scene.released(home)
    council.council(home)
    council.agree_on(home, "[at_most]", "term_days = 3000")
    desk.backup(home, tmp_path / "b", now=NOW)
    desk.floor_pause(home, council.COUNCIL, signer=council.COUNCIL, now=LATER)
    with home.hub.db.write() as c:
        key, by = home.key(scene.LIN), home.owner.id
        suspend(c, agreement_id=made.agreement, key=key, by=by, now=LATER)
    desk.restore(home, tmp_path / "b", now=LATER)
    with pytest.raises(NotAllowed, match="suspended"):
        scene.asked(home)


def test_a_pause_within_a_floor_after_the_backup_still_holds(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    council.council(home)
    council.agree_on(home, "[at_most]", "term_days = 3000")
    desk.backup(home, tmp_path / "b", now=NOW)
    desk.floor_pause(home, council.COUNCIL, signer=council.COUNCIL, now=LATER)
    desk.restore(home, tmp_path / "b", now=LATER)
    with pytest.raises(NotAllowed, match="suspended"):
        scene.asked(home)


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
LINES = {
    "traces.jsonl": DEEP,
    "people.jsonl": b'{"id":"\\ud800","label":"x","name":"x","me":true,"handles":[],'
    b'"madeAt":"2026-11-23T12:00:00Z"}',
    "objections.jsonl": b'{"handle":"mail:a@b.example","since":5}',
    "answers.jsonl": b"{}",
}


@pytest.mark.parametrize("name", sorted(LINES))
def test_an_export_with_a_made_up_line_is_refused_and_not_fallen_over(
    home: desk.Home, tmp_path: Path, name: str
) -> None:
    desk.export(home, tmp_path / "x", plain=True, now=NOW)
    (tmp_path / "x" / name).write_bytes(LINES[name] + b"\n")
    manifest = json.loads((tmp_path / "x" / "manifest.json").read_bytes())
    for entry in manifest["files"]:
        if entry["path"] == name:
            entry["sha256"] = sha256_hex(LINES[name] + b"\n")
            entry["bytes"] = len(LINES[name]) + 1
    (tmp_path / "x" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with scene.opened(tmp_path / "new") as new, pytest.raises(BadInput):
        desk.import_export(new, tmp_path / "x", now=NOW)


ENTRIES = {
    "nul": '[{"path":"a\\u0000b","sha256":"","bytes":0}]',
    "half": '[{"path":"\\ud800","sha256":"","bytes":0}]',
    "above": '[{"path":"../x","sha256":"","bytes":0}]',
    "endless": '[{"path":"a","sha256":"","bytes":1e400}]',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("files", sorted(ENTRIES))
def test_a_manifest_that_no_export_writes_is_refused_and_not_fallen_over(
    tmp_path: Path, files: str
) -> None:
    (tmp_path / "x").mkdir()
    text = f'{{"v":1,"kind":"full","files":{ENTRIES[files]}}}'
    (tmp_path / "x" / "manifest.json").write_text(text, encoding="utf-8")
    with scene.opened(tmp_path / "new") as new, pytest.raises(BadInput, match="not an export"):
        desk.import_export(new, tmp_path / "x", now=NOW)


def test_clause_02_a_restore_under_a_clock_moved_back_still_replays_what_was_taken_back(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    desk.backup(home, tmp_path / "b", now=NOW)
    desk.take_back(home, SKILL, signer=None, now=LATER)
    found = desk.restore(home, tmp_path / "b", now=hours(-3))  # before any key was bound
    assert [word.whole for word in found.replayed] == [True]


def test_a_file_that_did_not_count_yet_is_looked_at_again_when_the_clock_is_right(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    spare = SigningKey.generate()
    grant = _grant(home, made.agreement)
    said = withdrawal_statement(grant=grant, agreement=made.agreement, by=home.owner.id, at=NOW)
    write_file(Bundle(record=sign(said, spare)), withdrawals_folder(home.hub))
    _still(home)  # nobody knows this key
    with home.hub.db.write() as c:
        add_key(c, subject=home.owner.id, key=spare, by=home.key(scene.LIN), now=LATER)
    with pytest.raises(NotAllowed, match="took this back"):
        desk.ask(home.hub, scene.caller(home), ASK_EN, now=hours(2))


def test_a_file_too_large_to_be_a_withdrawal_is_not_read(home: desk.Home) -> None:
    scene.released(home)
    folder = withdrawals_folder(home.hub)
    folder.mkdir(exist_ok=True)
    with open(folder / "withdrawal-huge.json", "wb") as f:
        f.truncate(1 << 27)
    tracemalloc.start()
    try:
        _still(home)
        assert tracemalloc.get_traced_memory()[1] < 1 << 26
    finally:
        tracemalloc.stop()
