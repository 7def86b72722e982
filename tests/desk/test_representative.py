# SPDX-License-Identifier: Apache-2.0
"""A representative who was told on paper; leaving; and how many steps taking back needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer.main

from countersign import desk
from countersign.desk.words import ensure_signer
from countersign.doors.cli import main as cli
from countersign.errors import NotAllowed, NotFound
from countersign.ids import fresh
from countersign.people import IdentityLevel, Role, add_card, bind_key
from countersign.seal import SigningKey, sign, write_key
from countersign.terms import erasures, keep_record, offer_state
from countersign.terms.notices import leaving_statement
from tests.desk import scene
from tests.desk.scene import NOW, SKILL, hours

COUNCIL = "council"


def council(home: desk.Home) -> str:
    """Make a works council known to this hub, with its own key; return its id."""
    id, key = fresh("r"), SigningKey.generate()
    write_key(home.key_path(COUNCIL), key, None)
    with home.hub.db.write() as c:
        role = Role.REPRESENTATIVE
        add_card(c, id=id, label=COUNCIL, name="Works Council", role=role, now=NOW)
        level = IdentityLevel.SELF_ASSERTED
        bind_key(c, subject=id, key=key, level=level, now=NOW)
    return id


def named(home: desk.Home, id: str) -> str:
    """Return terms that name the council as the person's representative."""
    changes = {"represented_by": '"works-council"', "representative": f'"{id}"'}
    path = Path(scene.write_terms(home.path.parent))
    text = path.read_text("utf-8")
    lines = [f"{field} = {value}" for field, value in changes.items()]
    head, _, tail = text.partition("[[benefits]]")
    kept = [x for x in head.splitlines() if not x.startswith(tuple(changes))]
    path.write_text("\n".join([*kept, *lines, ""]) + "\n[[benefits]]" + tail, encoding="utf-8")
    return str(path)


def test_a_named_representative_takes_back_on_paper_and_the_person_sees_who_it_was(
    home: desk.Home,
) -> None:
    made = scene.released(home, terms=named(home, council(home)))
    done = desk.take_back_part(home, made.agreement, desk.Parts(), signer=COUNCIL, now=hours(1))
    assert [w.role for w in done.words] == ["representative"]
    with pytest.raises(NotAllowed, match="took this back"):
        scene.asked(home)
    assert done.erased[0].receipt
    (order,) = desk.list_erasures(home.hub, now=hours(1)).orders
    assert order.state == "done"


def test_a_representative_whom_nobody_named_takes_nothing_back(home: desk.Home) -> None:
    council(home)
    made = scene.released(home)
    with pytest.raises(NotAllowed, match="Only the person"):
        desk.take_back_part(home, made.agreement, desk.Parts(), signer=COUNCIL, now=NOW)
    assert scene.QUILLBACK in scene.asked(home).text


def test_a_party_cannot_pose_as_a_representative(home: desk.Home) -> None:
    id = fresh("o")
    ensure_signer(home, id=id, label="other", name="Other", now=NOW, is_party=True)
    made = scene.released(home)
    for signer in ("other", scene.TEAM):
        with pytest.raises((NotAllowed, NotFound)):
            desk.take_back_part(home, made.agreement, desk.Parts(), signer=signer, now=NOW)
    assert scene.QUILLBACK in scene.asked(home).text


def test_clause_27_leaving_suspends_by_default_erases_nothing_and_taking_back_still_works(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    with home.hub.db.write() as c:
        state = offer_state(c, made.agreement)
        said = leaving_statement(
            grant=state.grant_digest, person=state.person, party=state.party, at=NOW
        )
        envelope = sign(said, home.key(scene.TEAM))
        keep_record(c, envelope, grant=state.grant_digest, now=NOW)
        assert erasures(c) == ()
    with pytest.raises(NotAllowed):
        desk.ask(home.hub, scene.caller(home), scene.ASK_EN, now=hours(1))
    assert made.folder.exists()
    (done,) = desk.take_back(home, SKILL, signer=None, now=hours(2))
    assert done.receipt
    assert desk.residue(home).found == ()


def _steps(verb: str, *, wanted: set[str]) -> int:
    """Count what a person fills in or ticks for this verb: the words one must give, and the call."""
    command: Any = typer.main.get_command(cli.app).commands[verb]  # type: ignore[attr-defined]
    needed = {p.name for p in command.params if p.required}
    return 1 + len(needed | wanted)


def test_clause_01_taking_back_needs_no_more_steps_than_signing(home: desk.Home) -> None:
    made = scene.offer(home)
    items = [i.value for i in made.terms.items]
    desk.sign(home, made.id, signer=made.party, now=NOW)
    desk.sign(home, made.id, signer=scene.LIN, items=items, now=NOW)  # the real parameters
    desk.take_back(home, made.agreement_id, signer=None, now=NOW)
    giving = _steps("sign", wanted={"item"} if items else set())
    taking = _steps("withdraw", wanted={"what"})
    assert (giving, taking) == (4, 2)
    assert taking <= giving
    for optional in ({"what", "claim"}, {"what", "topic"}, {"what", "purpose"}, {"code"}, {"file"}):
        assert _steps("withdraw", wanted=optional) <= giving
    names = {p.name for p in typer.main.get_command(cli.app).commands["withdraw"].params}  # type: ignore[attr-defined]
    assert not [n for n in names if "reason" in n or "why" in n]
