"""The main job, end to end: words become claims, claims a signed skill, the skill an end."""

from __future__ import annotations

from pathlib import Path

import pytest

from countersign import desk
from countersign.errors import NotAllowed
from tests.desk import scene
from tests.desk.scene import ASK_EN, ASK_ZH, GAP, LIN, NOW, SKILL, TEAM


def test_a_reviewed_claim_is_signed_served_used_and_taken_back(
    home: desk.Home, tmp_path: Path
) -> None:
    made = scene.offer(home)
    with pytest.raises(NotAllowed, match="person lin, party payments-team"):
        desk.publish(home, SKILL, agreement=made.id, title="", about="", now=NOW)
    desk.sign(home, made.id, signer=TEAM, now=NOW)
    signed = desk.sign(home, made.id, signer=LIN, items=["short-cooling-off"], now=NOW)
    assert signed.complete
    published = desk.publish(home, SKILL, agreement=made.id, title="", about="", now=NOW)
    assert (published.version, published.claims) == (1, 15)
    copy = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    for folder in (published.folder, copy.path):
        steps = desk.verify(home, folder, trust=None, now=NOW)
        assert [s for s in steps if not s.passed] == []
    caller = scene.caller(home)
    english = desk.ask(home.hub, caller, ASK_EN, now=NOW)
    chinese = desk.ask(home.hub, caller, ASK_ZH, now=NOW)
    assert "loses its place in the file" in english.text
    assert "必须先备份" in chinese.text
    assert [u.number for u in desk.uses(home)] == [2, 1]
    assert desk.ask(home.hub, caller, "What is the capital of France?", now=NOW).text == GAP
    (erased,) = desk.take_back(home, SKILL, signer=None, now=NOW)
    assert erased.receipt
    assert erased.unconfirmed == ()
    with pytest.raises(NotAllowed, match="took this back"):
        desk.ask(home.hub, caller, ASK_EN, now=NOW)
    assert not published.folder.exists()
    assert not copy.path.exists()
    report = desk.residue(home)
    assert report.texts > 10
    assert report.found == ()
    assert [u.number for u in desk.uses(home)] == [2, 1]
    steps = desk.verify_log(home.path / "log", desk.log_keys(home, None))
    assert [s for s in steps if not s.passed] == []
