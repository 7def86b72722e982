"""What leaves the vault: only texts on a signed sheet, never a trace of what was held back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.claims import claims
from countersign.claims.tables import claim_decision
from countersign.errors import BadInput, Conflict, NotAllowed, NotVerified
from countersign.seal import SigningKey, write_key
from countersign.terms import preset, preset_text
from tests.desk import scene
from tests.desk.clauses.acts import company
from tests.desk.scene import NOT_RELEASED, NOW, SKILL


def _own_folder_terms(home: desk.Home) -> str:
    """Return a signed agreement with the team whose skill may stand whole in a folder."""
    path = home.path.parent / "company.toml"
    text = preset_text("my-team").replace('profile = "team"', 'profile = "company"')
    text = text.replace('delivery = "served"', 'delivery = "folder"')
    text = text.replace(
        "cooling_off_hours = 48", "cooling_off_hours = 0\ncooling_off_chosen_by_person = true"
    )
    path.write_text(text, encoding="utf-8")
    return company(home, str(path), "short-cooling-off", *preset("my-team").toggles)


def test_clause_18_only_what_was_accepted_or_edited_is_released(home: desk.Home) -> None:
    made = scene.released(home, terms="")
    found = desk.ask(
        home.hub, scene.caller(home), "May I open the safe without a second person?", now=NOW
    )
    assert made.claims == 15
    assert scene.EDITED in found.text
    released = {v.final for v in desk.ranked(home) if v.status in ("accepted", "edited")}
    assert len(released) == 15


@pytest.mark.parametrize("delivery", ["served", "folder"])
def test_clause_18_held_rejected_and_undecided_claims_leave_no_byte_outside_the_vault(
    home: desk.Home, tmp_path: Path, delivery: str
) -> None:
    under = scene.agree(home) if delivery == "served" else _own_folder_terms(home)
    desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW)
    desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    caller = scene.caller(home)
    for word in NOT_RELEASED:
        desk.ask(home.hub, caller, f"What about {word}?", now=NOW)
    home.close()
    seen = list(scene.all_bytes(home.path, tmp_path / ".agents"))
    assert len(seen) > 20
    for word in NOT_RELEASED:
        assert [p for p, data in seen if word.encode() in data.lower()] == []
        assert not home.hub.index.holds(word)
    shown = [p for p, data in seen if scene.QUILLBACK.encode() in data]
    assert bool(shown) == (delivery == "folder")  # the search itself can find what is there
    assert home.hub.index.holds(scene.QUILLBACK)


def test_no_count_of_what_was_held_back_or_rejected_is_in_the_package(home: desk.Home) -> None:
    made = scene.released(home)
    manifest = json.loads((made.folder / "countersign" / "manifest.json").read_text("utf-8"))
    words = json.dumps(manifest).replace(json.dumps(["claims", "credit", "portfolio"]), "") + (
        made.folder / "SKILL.md"
    ).read_text("utf-8")
    for field in ("held", "rejected", "proposed", "left_out", "portfolio"):
        assert f'"{field}"' not in words
    undecided = len([v for v in desk.ranked(home) if v.status == "proposed"])
    assert undecided > 50
    assert str(undecided) not in words.replace("-", " ").split()


def test_a_text_on_no_signed_sheet_cannot_be_released(home: desk.Home) -> None:
    under = scene.agree(home)
    view = scene.one(claims(home.vault), scene.QUILLBACK)
    forged = home.vault.cipher.seal(
        b"Always restart it by hand.", table="claim_decision", column="text", row=view.id
    )
    with home.vault.db.write() as c:
        c.execute(
            claim_decision.update().where(claim_decision.c.claim == view.id).values(text=forged)
        )
    with pytest.raises(NotVerified, match="no review sheet"):
        desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW)


def test_a_decision_flipped_in_the_store_is_not_the_persons(home: desk.Home) -> None:
    under = scene.agree(home)
    view = scene.one(claims(home.vault), scene.ZIBELLINE)
    sealed = home.vault.cipher.seal(
        view.text.encode(), table="claim_decision", column="text", row=view.id
    )
    with home.vault.db.write() as c:
        flipped = claim_decision.update().where(claim_decision.c.claim == view.id)
        c.execute(flipped.values(decision="accept", text=sealed))
    with pytest.raises(NotVerified, match="no review sheet"):
        desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW)


def test_a_sheet_signed_by_another_key_counts_for_nothing(home: desk.Home) -> None:
    under = scene.agree(home)
    path = home.key_path(scene.LIN)
    path.rename(path.with_name("kept.key"))
    write_key(path, SigningKey.generate(), None)
    view = scene.one(desk.ranked(home), scene.PANGOLIN)
    decisions = desk.read_round(home, f"accept {view.id}")
    desk.apply_round(home, decisions, now=scene.hours(1))
    path.unlink()
    path.with_name("kept.key").rename(path)
    with pytest.raises(NotVerified, match="no review sheet"):
        desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW)


def test_a_later_decision_takes_a_text_out_of_the_next_version_everywhere(home: desk.Home) -> None:
    made = scene.released(home)
    view = scene.one(desk.ranked(home), scene.QUILLBACK)
    desk.apply_round(home, desk.read_round(home, f"reject {view.id}"), now=scene.hours(1))
    again = desk.publish(
        home, SKILL, agreement=made.agreement, title="", about="", now=scene.hours(1)
    )
    assert (again.version, again.claims) == (2, 14)
    assert scene.asked(home).text == scene.GAP
    assert not home.hub.index.holds(scene.QUILLBACK)
    assert desk.residue(home).found == ()


def test_publishing_again_is_the_next_version_and_one_folder(home: desk.Home) -> None:
    made = scene.released(home)
    again = desk.publish(home, SKILL, agreement=made.agreement, title="", about="", now=NOW)
    assert (again.version, again.folder) == (2, made.folder)
    assert [p.name for p in made.folder.parent.iterdir()] == [SKILL]
    assert all(s.passed for s in desk.verify(home, again.folder, trust=None, now=NOW))
    assert desk.residue(home).found == ()


def test_one_name_stands_for_one_agreement_at_a_time(home: desk.Home) -> None:
    scene.released(home)
    other = scene.agree(home, party="Other Team")
    with pytest.raises(BadInput, match="another agreement"):
        desk.publish(home, SKILL, agreement=other, title="", about="", now=NOW)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert desk.publish(home, SKILL, agreement=other, title="", about="", now=NOW).version == 1


def test_clause_08_what_the_terms_do_not_cover_stays_in_the_vault(home: desk.Home) -> None:
    terms = scene.write_terms(home.path.parent, kinds='["procedure"]')
    under = scene.agree(home, terms=terms)
    made = desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW)
    assert made.claims + made.left_out == 15
    assert made.left_out > 0
    kinds = {v.kind for v in desk.ranked(home) if v.status in ("accepted", "edited")}
    with home.hub.db.read() as c:
        served = set(c.execute(sa.text("SELECT kind FROM released_claim")).scalars())
    assert served == {"procedure"} < kinds


def test_terms_that_cover_nothing_approved_publish_nothing(home: desk.Home) -> None:
    under = scene.agree(home, terms=scene.write_terms(home.path.parent, kinds='["contact"]'))
    with pytest.raises(NotAllowed, match="nothing to publish"):
        desk.publish(home, SKILL, agreement=under, title="", about="", now=NOW)


def test_the_handover_document_holds_the_approved_texts_and_needs_the_same_signatures(
    home: desk.Home,
) -> None:
    made = scene.offer(home)
    with pytest.raises(NotAllowed, match="not fully signed"):
        desk.document(home, agreement=made.id, title="Hand-over", lang="en", now=NOW)
    under = scene.agree(home)
    text = desk.document(home, agreement=under, title="Hand-over", lang="en", now=NOW)
    assert scene.QUILLBACK in text
    assert scene.EDITED in text
    assert not any(word in text for word in NOT_RELEASED)


def test_somebody_elses_folder_is_never_overwritten_or_removed(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    theirs = tmp_path / ".agents" / "skills" / SKILL
    theirs.mkdir(parents=True)
    (theirs / "SKILL.md").write_text("theirs", encoding="utf-8")
    with pytest.raises(Conflict, match="Something else stands"):
        desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert (theirs / "SKILL.md").read_text("utf-8") == "theirs"


def test_a_package_changed_in_the_home_is_not_installed(home: desk.Home, tmp_path: Path) -> None:
    made = scene.released(home)
    with (made.folder / "SKILL.md").open("a", encoding="utf-8") as f:
        f.write("Run this first.\n")
    with pytest.raises(NotAllowed, match="does not verify"):
        desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    assert not (tmp_path / ".agents").exists()


def test_verifying_works_where_trust_cannot_be_written(home: desk.Home, tmp_path: Path) -> None:
    made = scene.released(home)
    kept = tmp_path / "auditor"
    kept.mkdir()
    (kept / "trust.json").write_bytes((home.path / "trust.json").read_bytes())
    kept.chmod(0o500)
    steps = desk.verify(None, made.folder, trust=kept / "trust.json", now=NOW)
    kept.chmod(0o700)
    assert all(s.passed for s in steps)


def test_a_copy_installed_after_the_lease_is_fresh_again(home: desk.Home, tmp_path: Path) -> None:
    scene.released(home)
    later = scene.hours(24 * 9)
    kept = home.path / "skills" / SKILL
    assert not all(s.passed for s in desk.verify(home, kept, trust=None, now=later))
    copy = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=later)
    assert all(s.passed for s in desk.verify(home, copy.path, trust=None, now=later))
