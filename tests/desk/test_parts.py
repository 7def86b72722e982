"""A part taken back: refused and erased at once, built again without it, and the rest goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.desk.takeback import follow
from countersign.errors import BadInput, Conflict, NotAllowed, NotFound, NotVerified
from countersign.people import fresh_code, revoke_key, revoke_statement
from countersign.seal import sha256, sign
from countersign.skill import claims_of, rebuilds, releases
from countersign.terms import (
    Bundle,
    Told,
    accept,
    erasures,
    keep_record,
    notices_of,
    offer_state,
    record,
    standing,
)
from countersign.terms.records import withdrawal_statement
from tests.desk import scene
from tests.desk.scene import ASK_EN, ASK_ZH, GAP, NOW, SKILL, hours

LATER = hours(1)
CODE = fresh_code(lambda n: sha256(b"paper")[:n])


def part(home: desk.Home, **named: object) -> desk.TookBack:
    """Take back a part of Lin's skill."""
    return desk.take_back_part(home, SKILL, desk.Parts(**named), signer=None, now=LATER)  # type: ignore[arg-type]


def served(home: desk.Home, agreement: str) -> set[str]:
    """Return the ids of the claims that are served under an agreement."""
    with home.hub.db.read() as c:
        return {x.id for x in claims_of(c, home.hub.keys, agreement).values()}


def asked(home: desk.Home, question: str = ASK_EN, **other: str) -> desk.Answered:
    return desk.ask(home.hub, scene.caller(home), question, now=LATER, **other)


def in_order(home: desk.Home, made: desk.Published, agreement: str) -> None:
    """Check that package, hub, keys and index hold the same claims, and nothing of others."""
    assert all(s.passed for s in desk.verify(home, made.folder, trust=None, now=LATER))
    with home.hub.db.read() as c:
        refs = set(c.execute(sa.text("SELECT ref FROM released_claim")).scalars())
        assert rebuilds(c) == []
        assert erasures(c) == ()
    assert set(home.hub.index.refs(agreement=agreement)) == refs
    with home.hub.keys.db.read() as c:
        assert set(c.execute(sa.text("SELECT ref FROM claim_key")).scalars()) >= refs
    report = desk.residue(home)
    assert (report.found, report.unfinished) == ((), 0)


def test_clause_06_one_claim_taken_back_is_gone_everywhere_and_the_rest_answers(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    before = served(home, made.agreement)
    done = part(home, claims=[gone.id])
    assert asked(home).text == GAP
    assert scene.BACKUP in asked(home, ASK_ZH).text
    assert served(home, made.agreement) == before - {gone.id}
    (again,) = done.again
    assert again.release is not None
    assert (again.release.version, again.release.claims) == (2, len(before) - 1)
    in_order(home, again.release, made.agreement)
    words = b"".join(data for _, data in scene.all_bytes(home.path))
    assert scene.QUILLBACK.encode() not in words
    assert str(gone.id) not in (again.release.folder / "SKILL.md").read_text("utf-8")


def test_what_was_taken_back_is_never_published_again_under_that_grant(home: desk.Home) -> None:
    made = scene.released(home)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    part(home, claims=[gone.id])
    again = desk.publish(home, SKILL, agreement=made.agreement, title="", about="", now=LATER)
    assert gone.id not in served(home, made.agreement)
    other = scene.agree(home, party="Other Team")
    desk.publish(home, "other-lin", agreement=other, title="", about="", now=NOW)
    assert gone.id in served(home, other)  # another grant, another choice
    assert again.version == 3


def test_building_again_publishes_nothing_that_was_not_served_before(home: desk.Home) -> None:
    made = scene.released(home)
    before = served(home, made.agreement)
    fresh = next(v for v in desk.ranked(home) if v.status == "proposed" and not v.flags)
    desk.apply_round(home, desk.read_round(home, f"accept {fresh.id}"), now=NOW)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    part(home, claims=[gone.id])
    assert served(home, made.agreement) == before - {gone.id}


def test_clause_06_a_source_taken_back_takes_its_claims_along(home: desk.Home) -> None:
    made = scene.released(home)
    with home.hub.db.read() as c:
        held = claims_of(c, home.hub.keys, made.agreement)
    mail = {x.id for x in held.values() if "mail" in x.sources}
    others = {x.id for x in held.values()} - mail
    assert mail
    assert others
    (again,) = part(home, sources=["mail"]).again
    assert served(home, made.agreement) == others
    assert again.release is not None
    in_order(home, again.release, made.agreement)


def test_clause_06_a_topic_is_named_by_a_mark_and_no_word_of_it_leaves_the_vault(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    view = scene.one(desk.ranked(home), scene.QUILLBACK)
    term = view.topic.split(", ")[0]
    done = part(home, topics=[f"  {term.upper()} "])
    (word,) = done.words
    assert sum(p.startswith("topic:") for p in word.parts) == 1
    assert f"claim:{view.id}" in word.parts
    assert term.casefold() not in " ".join(word.parts).casefold()
    assert term.encode() not in done.files[0].read_bytes()
    assert view.id not in served(home, made.agreement)
    with pytest.raises(BadInput, match="None of your claims"):
        part(home, topics=["no such topic at all"])


def test_clause_06_a_purpose_taken_back_is_refused_and_others_are_not(home: desk.Home) -> None:
    made = scene.released(home)
    before = served(home, made.agreement)
    done = part(home, purposes=["onboard"])
    assert (done.erased, done.again) == ((), ())
    assert scene.QUILLBACK in asked(home).text
    with pytest.raises(NotAllowed):
        asked(home, purpose="onboard")
    assert served(home, made.agreement) == before
    part(home, purposes=["answer-questions"])
    with pytest.raises(NotAllowed):
        asked(home)


def test_clause_06_an_audience_taken_back_is_refused(home: desk.Home) -> None:
    scene.released(home)
    part(home, audiences=["team"])
    with pytest.raises(NotAllowed):
        asked(home)


def test_what_is_no_part_or_not_mine_is_said_and_changes_nothing(home: desk.Home) -> None:
    made = scene.released(home)
    for named in ({"purposes": ["anything"]}, {"sources": ["telepathy"]}, {"audiences": [""]}):
        with pytest.raises(BadInput):
            part(home, **named)
    with pytest.raises(NotFound):
        desk.take_back_part(home, "other", desk.Parts(persona=True), signer=None, now=LATER)
    with pytest.raises(NotAllowed):
        desk.take_back_part(
            home, made.agreement, desk.Parts(persona=True), signer=scene.TEAM, now=LATER
        )
    assert scene.QUILLBACK in asked(home).text


def test_the_last_claim_taken_back_ends_the_skill_and_nothing_waits(home: desk.Home) -> None:
    made = scene.released(home)
    done = part(home, claims=sorted(served(home, made.agreement)))
    assert done.again == ()
    with home.hub.db.read() as c:
        assert releases(c, current=True) == []
    assert not made.folder.exists()
    assert desk.residue(home).found == ()


def test_installed_copies_are_replaced_by_the_next_release_where_they_were(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    copy = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    (again,) = part(home, claims=[gone.id]).again
    assert [x.path for x in again.copies] == [copy.path]
    steps = desk.verify(home, copy.path, trust=None, now=LATER)
    assert all(s.passed for s in steps)
    assert str(gone.id) not in (copy.path / "countersign" / "manifest.json").read_text("utf-8")


def test_a_copy_that_somebody_changed_stays_and_is_unconfirmed(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    copy = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    (copy.path / "mine.md").write_text("my own", encoding="utf-8")
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    done = part(home, claims=[gone.id])
    assert [x.path for x in done.erased[0].unconfirmed] == [copy.path]
    assert (copy.path / "mine.md").exists()
    with home.hub.db.read() as c:
        states = {n.recipient.id: n.state for n in notices_of(c, [done.erased[0].withdrawal])}
    assert states[copy.id] is Told.UNCONFIRMED


def test_a_part_brought_as_a_file_waits_for_the_persons_key_to_be_built_anew(
    home: desk.Home, tmp_path: Path
) -> None:
    made = scene.released(home)
    copy = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    data = signed_elsewhere(home, made.agreement, parts=[f"claim:{gone.id}"])
    done = desk.take_back_by_file(home, data, now=LATER)
    assert done.waiting == (SKILL,)
    assert asked(home).text == GAP
    assert not copy.path.exists()
    with pytest.raises(NotAllowed, match="stale"):
        desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=LATER)
    again = desk.publish(home, SKILL, agreement=made.agreement, title="", about="", now=LATER)
    in_order(home, again, made.agreement)
    desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=LATER)


def signed_elsewhere(home: desk.Home, agreement: str, *, parts: list[str] | None = None) -> bytes:
    """Return a file by Lin's key that was made where no hub was at hand."""
    with home.hub.db.read() as c:
        grant = offer_state(c, agreement).grant_digest
    said = withdrawal_statement(
        grant=grant, agreement=agreement, by=home.owner.id, at=NOW, parts=parts or ()
    )
    return sign(said, home.key(scene.LIN)).to_bytes()


def give_code(home: desk.Home, agreement: str) -> None:
    """Let Lin sign the paper code of an agreement, as signing at the command line does."""
    public = revoke_key(CODE).public
    with home.hub.db.write() as c:
        grant = offer_state(c, agreement).grant_digest
        envelope = sign(revoke_statement(grant, public), home.key(scene.LIN))
        keep_record(c, envelope, grant=grant, now=NOW)


def test_the_code_on_paper_needs_no_vault_no_login_and_no_key_file(home: desk.Home) -> None:
    made = scene.released(home)
    give_code(home, made.agreement)
    home.key_path(scene.LIN).unlink()
    home.close()
    (home.path / "vault.db").rename(home.path.parent / "elsewhere")
    with scene.opened(home.path) as hub_only:
        desk.take_back_by_code(hub_only, CODE, suspend_only=True, now=LATER)
        with pytest.raises(NotAllowed, match="suspended"):
            asked(hub_only)
        done = desk.take_back_by_code(hub_only, CODE.lower(), suspend_only=False, now=LATER)
        assert done.erased[0].receipt
        with pytest.raises(NotAllowed, match="took this back"):
            asked(hub_only)
        with pytest.raises(NotFound, match="no grant"):
            desk.take_back_by_code(
                hub_only, fresh_code(lambda n: b"\7" * n), suspend_only=False, now=LATER
            )


def test_a_withdrawal_file_beside_a_copy_fails_it_without_any_hub(
    home: desk.Home, tmp_path: Path
) -> None:
    made = scene.released(home)
    copy = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    trust = home.path / "trust.json"
    assert all(s.passed for s in desk.verify(None, copy.path, trust=trust, now=NOW))
    beside = copy.path.parent / "withdrawal-of-lin.json"
    beside.write_bytes(signed_elsewhere(home, made.agreement))
    last = desk.verify(None, copy.path, trust=trust, now=NOW)[-1]
    assert (last.number, last.passed) == (12, False)
    assert "took this back" in last.detail
    with pytest.raises(NotAllowed, match="took this back"):
        desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    beside.unlink()
    assert all(s.passed for s in desk.verify(None, copy.path, trust=trust, now=NOW))
    given = tmp_path / "mirror" / "withdrawal-1.json"
    given.parent.mkdir()
    given.write_bytes(signed_elsewhere(home, made.agreement))
    for place in (given, given.parent):
        steps = desk.verify(None, copy.path, trust=trust, now=NOW, withdrawals=[place])
        assert not steps[-1].passed


@pytest.mark.parametrize("by", ["the party", "edited", "of another grant"])
def test_a_forged_or_foreign_file_beside_a_copy_changes_nothing(
    home: desk.Home, tmp_path: Path, by: str
) -> None:
    made = scene.released(home)
    copy = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    data = signed_elsewhere(home, made.agreement)
    with home.hub.db.read() as c:
        grant = offer_state(c, made.agreement).grant_digest
    if by == "the party":
        said = withdrawal_statement(grant=grant, agreement=made.agreement, by=home.owner.id, at=NOW)
        data = sign(said, home.key(scene.TEAM)).to_bytes()
    if by == "edited":
        data = data.replace(b"A", b"B", 1)
    if by == "of another grant":
        data = signed_elsewhere(home, scene.agree(home, party="Other Team"))
    (copy.path.parent / "withdrawal-x.json").write_bytes(data)
    steps = desk.verify(home, copy.path, trust=None, now=NOW)
    assert all(s.passed for s in steps)
    if by != "of another grant":
        with pytest.raises(NotVerified):
            desk.take_back_by_file(home, data, now=NOW)
        assert scene.QUILLBACK in asked(home).text


def test_every_withdrawal_leaves_a_file_that_a_bare_verifier_honours(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    copy = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    kept = tmp_path / "mirror" / SKILL
    kept.parent.mkdir()
    copy.path.rename(kept)
    done = desk.take_back_part(home, SKILL, desk.Parts(), signer=None, now=LATER)
    (path,) = done.files
    assert b'"proof"' in path.read_bytes()
    trust = home.path / "trust.json"
    assert desk.verify(None, kept, trust=trust, now=NOW)[-1].passed
    steps = desk.verify(None, kept, trust=trust, now=NOW, withdrawals=[path])
    assert [s.number for s in steps if not s.passed] == [12]


def test_clause_03_every_recipient_is_told_and_the_party_acknowledges(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    scene.asked(home)
    desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    done = desk.take_back_part(home, SKILL, desk.Parts(), signer=None, now=LATER)
    withdrawal = done.erased[0].withdrawal
    with home.hub.db.read() as c:
        told = notices_of(c, [withdrawal])
    kinds = sorted((n.recipient.kind, n.state.value) for n in told)
    assert kinds == [
        ("caller", "told"),
        ("copy", "acknowledged"),
        ("copy", "acknowledged"),
        ("party", "told"),
    ]


def test_a_part_that_was_killed_after_its_record_is_completed_by_a_rerun_and_by_serving(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    data = signed_elsewhere(home, made.agreement, parts=[f"claim:{gone.id}"])
    with home.hub.db.write() as c:  # the first transaction alone
        accept(c, Bundle.of(data), now=LATER)
        follow(c, home.hub, Bundle.of(data).record, now=LATER)
    assert asked(home).text == GAP
    assert desk.residue(home).unfinished == 1
    desk.mend(home.hub, now=LATER)
    assert desk.residue(home).found == ()
    (again,) = part(home, claims=[gone.id]).again
    assert again.release is not None
    in_order(home, again.release, made.agreement)


def test_the_deletion_receipt_of_a_part_names_claims_and_releases_and_no_word(
    home: desk.Home,
) -> None:
    made, gone = scene.released(home), scene.one(desk.ranked(home), scene.QUILLBACK)
    done = part(home, claims=[gone.id])
    with home.hub.db.read() as c:
        said = record(c, done.erased[0].receipt).envelope.statement.predicate
        stood = standing(c, made.agreement)
        first = releases(c, agreements=[made.agreement])[0]
    assert (said["scope"], said["claims"]) == ("part", [gone.id])
    assert said["releases"] == [first.digest]
    assert said["withdrawal"] == done.erased[0].withdrawal
    assert said["lastKeyBackupDiesBy"] == ""
    assert stood is not None
    assert stood.withdrawn == {f"claim:{gone.id}"}


def test_after_taking_back_all_no_part_is_left(home: desk.Home) -> None:
    made = scene.released(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    with pytest.raises(Conflict):
        desk.take_back_part(home, made.agreement, desk.Parts(persona=True), signer=None, now=LATER)


def test_a_claim_whose_row_came_back_is_not_served_all_the_same(home: desk.Home) -> None:
    made = scene.released(home)
    gone = scene.one(desk.ranked(home), scene.QUILLBACK)
    data = signed_elsewhere(home, made.agreement, parts=[f"claim:{gone.id}"])
    with home.hub.db.write() as c:  # the record alone, as if its effects had been undone
        accept(c, Bundle.of(data), now=LATER)
    assert gone.id in served(home, made.agreement)
    assert asked(home).text == GAP
