# SPDX-License-Identifier: Apache-2.0
"""The monitor on the person's machine: what fits is kept, what does not fit becomes evidence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput, NotVerified
from countersign.people import tables as people_tables
from countersign.settle import tables as settle_tables
from countersign.terms import tables as terms_tables
from tests.desk import scene

NOW = scene.NOW


def look(home: desk.Home, **other: object) -> desk.Watched:
    return desk.monitor(home, person=scene.LIN, now=NOW, **other)  # type: ignore[arg-type]


def kinds(seen: desk.Watched) -> list[str]:
    return [found.kind for found, _ in seen.findings]


def evidence(seen: desk.Watched) -> Path:
    ((_, path),) = seen.findings
    return path


def test_what_only_grows_is_kept_without_a_finding(home: desk.Home) -> None:
    scene.released(home)
    first = look(home)
    assert (kinds(first), first.first, first.uses) == ([], True, 0)
    scene.asked(home)
    desk.take_back(home, scene.SKILL, signer=None, now=NOW)
    second = look(home)
    assert (kinds(second), second.first, second.uses) == ([], False, 1)
    assert second.leaves > first.leaves
    assert kinds(look(home)) == []


def test_the_monitor_needs_no_vault_and_keeps_nothing_of_the_persons_words(
    home: desk.Home,
) -> None:
    scene.released(home)
    (home.path / "vault.db").unlink()
    assert kinds(look(home)) == []
    kept = (home.path / "monitor.json").read_text(encoding="utf-8")
    assert not any(
        word in kept.lower() for word in (*scene.NOT_RELEASED, scene.QUILLBACK, "lin wei")
    )


def another_log(home: desk.Home, folder: Path) -> Path:
    """Let the log sign two histories, as a dishonest operator could: one here, one in `folder`."""
    other = folder / "other"
    shutil.copytree(home.path, other, ignore=shutil.ignore_patterns("run", "monitor.json"))
    with scene.opened(other) as twin:
        scene.agree(twin, party="Other Team")
        desk.publish_log(twin.hub, now=NOW)
    return other / "log"


def test_two_histories_are_found_and_the_evidence_stands_alone(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    theirs = another_log(home, tmp_path)
    scene.agree(home, party="Third Team")
    scene.agree(home, party="Fourth Team")
    look(home)
    vkeys = [home.hub.signer.vkey]
    seen = look(home, log_folder=theirs)
    assert kinds(seen) in (["cut-back"], ["split-view"])
    line = desk.line_of(home)
    with scene.opened(theirs.parent) as twin:
        found = desk.compare_line(twin, line, log_folder=home.hub.log_folder)
        assert found is None
        here = desk.compare_line(twin, desk_line(twin), log_folder=home.hub.log_folder)
        assert here is not None
        assert "two histories" in desk.check_evidence(here, vkeys)
        value = json.loads(here.read_bytes())
    swapped = value | {"older": value["newer"], "rootInNewer": "", "proof": []}
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(swapped), encoding="utf-8")
    with pytest.raises(NotVerified):
        desk.check_evidence(bad, vkeys)


def desk_line(home: desk.Home) -> str:
    look(home)
    return desk.line_of(home)


def test_two_people_who_were_shown_the_same_log_agree(home: desk.Home, tmp_path: Path) -> None:
    scene.released(home)
    look(home)
    early = desk.line_of(home)
    scene.agree(home, party="Third Team")
    assert desk.compare_line(home, early) is None
    for broken in ("", "countersign-checkpoint:???", "hello", early[:-8] + "AAAAAAAA"):
        with pytest.raises((BadInput, NotVerified)):
            desk.compare_line(home, broken)


def test_a_use_that_disappears_is_found_and_proved(home: desk.Home) -> None:
    scene.released(home)
    for _ in range(3):
        scene.asked(home)
    look(home)
    receipt = settle_tables.receipt
    with home.hub.db.write() as c:
        c.execute(receipt.delete().where(receipt.c.number == 2))
    seen = look(home)
    assert kinds(seen) == ["hidden-use"]
    found = evidence(seen)
    vkeys = [home.hub.signer.vkey]
    assert "3 uses" in desk.check_evidence(found, vkeys)
    with pytest.raises(NotVerified, match="trusted"):
        desk.check_evidence(found, [])
    value = json.loads(found.read_bytes())
    forged = value["before"]["statement"] | {
        "signatures": value["after"]["statement"]["signatures"]
    }
    worse: list[dict[str, Any]] = [{"statement": forged}, {"delegation": None}, {"of": []}]
    for before in worse:
        found.write_text(json.dumps(value | {"before": value["before"] | before}), encoding="utf-8")
        with pytest.raises(NotVerified):
            desk.check_evidence(found, vkeys)
    assert kinds(look(home)) == ["hidden-use"], "it stays found until it is there again"


def test_a_use_of_which_a_caller_kept_the_receipt_must_be_counted(home: desk.Home) -> None:
    scene.released(home)
    answered = scene.asked(home)
    kept = desk.receipt_value(answered.receipt)
    assert kept is not None
    assert kinds(look(home, receipts=[kept])) == []
    with home.hub.db.write() as c:
        c.execute(settle_tables.receipt.delete())
    seen = look(home, receipts=[kept])
    assert kinds(seen) == ["hidden-use", "hidden-use"]
    with pytest.raises(BadInput):
        look(home, receipts=[{"number": "one"}])


def test_a_key_that_nobody_of_mine_signed_for_is_found(home: desk.Home) -> None:
    scene.released(home)
    look(home)
    t = people_tables.key_binding
    with home.hub.db.write() as c:
        row = c.execute(sa.select(t).where(t.c.subject.like("o%"))).first()
        assert row is not None
        c.execute(t.delete().where(t.c.keyid == row.keyid))
    seen = look(home)
    assert kinds(seen) == ["re-binding"]
    found = evidence(seen)
    assert "contradict" in desk.check_evidence(found, [])
    value = json.loads(found.read_bytes())
    value["before"][0]["signatures"] = []
    found.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(NotVerified):
        desk.check_evidence(found, [])


def test_a_withdrawal_that_disappears_is_found(home: desk.Home) -> None:
    scene.released(home)
    desk.take_back(home, scene.SKILL, signer=None, now=NOW)
    look(home)
    r = terms_tables.record
    with home.hub.db.write() as c:
        c.execute(r.delete().where(r.c.kind == "withdrawal"))
    seen = look(home)
    assert kinds(seen) == ["missing-withdrawal"]
    with pytest.raises(NotVerified, match="missing-withdrawal"):
        desk.check_evidence(evidence(seen), [])


def test_what_was_kept_and_then_changed_is_not_believed(home: desk.Home) -> None:
    scene.released(home)
    look(home)
    path = home.path / "monitor.json"
    path.write_bytes(path.read_bytes().replace(b'"v":1', b'"v":2'))
    with pytest.raises(BadInput, match="kept"):
        look(home)
