"""Clauses 16 to 20: floors, information before use, review, private talk, no grading of people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from countersign import desk
from countersign.errors import BadInput, NotAllowed
from countersign.terms import BelowFloor
from tests.desk import scene
from tests.desk.clauses.acts import agreement, answers, ask, floor, publish, sign, tell, terms
from tests.desk.council import COUNCIL, council, floor_file
from tests.desk.scene import LIN, NOW, TEAM

DAYS = ("[at_most]", "term_days = 180")


def test_clause_16_allows_terms_that_keep_the_floor(home: desk.Home) -> None:
    scene.offer(home)
    floor(home, *DAYS)
    under = sign(home, terms(home, term_days="180"), "short-cooling-off")
    tell(home, under)
    publish(home, under)
    assert answers(home)


def test_clause_16_refuses_terms_below_the_floor_at_offer_signature_and_use(
    live: desk.Home,
) -> None:
    under, open_ = agreement(live), scene.offer(live)
    floor(live, *DAYS)
    tell(live, under)
    with pytest.raises(BelowFloor, match="term_days"):
        scene.offer(live)
    for signer in (LIN, TEAM):
        with pytest.raises(BelowFloor, match="term_days"):
            desk.sign(live, open_.id, signer=signer, now=NOW)
    with pytest.raises(NotAllowed, match="below a floor"):
        ask(live)


def test_clause_16_refuses_to_let_a_floor_alone_permit_anything(home: desk.Home) -> None:
    made = scene.offer(home)
    floor(home, "always = []")
    with pytest.raises(NotAllowed, match="not fully signed"):
        publish(home, made.id)


def test_clause_17_allows_use_once_the_representatives_were_told(live: desk.Home) -> None:
    floor(live, "always = []")
    noticed = tell(live, agreement(live))
    assert noticed.digest
    assert answers(live)


def test_clause_17_refuses_the_first_use_before_they_were_told(
    live: desk.Home, tmp_path: Path
) -> None:
    floor(live, "always = []")
    with pytest.raises(NotAllowed, match="were not told"):
        ask(live)
    desk.add_representative(live, "Friends of the Boss", label="friends", now=NOW)
    desk.notice_representatives(live, agreement(live), to=["friends"], signer=TEAM, now=NOW)
    with pytest.raises(NotAllowed, match="were not told"):
        ask(live)
    with pytest.raises(BadInput, match="goes to representatives"):
        desk.notice_representatives(live, agreement(live), to=[TEAM], signer=TEAM, now=NOW)


def test_clause_18_allows_what_was_accepted_as_it_stands_and_what_was_edited_as_edited(
    live: desk.Home,
) -> None:
    assert "quillback" in ask(live).text
    assert scene.EDITED in ask(live, "May I open the safe without a second person?").text
    view = scene.one(desk.ranked(live), scene.WOMBATKEY)
    assert (view.final, view.text != view.final) == (scene.EDITED, True)
    desk.apply_round(
        live,
        desk.read_round(live, f"edit {view.id} Never open the safe alone."),
        now=scene.hours(1),
    )
    publish(live, agreement(live), now=scene.hours(1))
    again = ask(live, "May I open the safe alone?")
    assert "Never open the safe alone." in again.text
    assert scene.EDITED not in again.text


def test_clause_18_refuses_what_was_rejected_held_back_or_never_decided(live: desk.Home) -> None:
    for word in scene.NOT_RELEASED:
        assert (
            ask(live, f"What about {word}?").receipt is None
            or word not in ask(live, f"What about {word}?").text
        )
        assert not live.hub.index.holds(word)
    live.close()
    for path, data in scene.all_bytes(live.path):
        assert not [w for w in scene.NOT_RELEASED if w.encode() in data.lower()], path


HOSPITAL = "in hospital since Tuesday"  # said in a private chat of the example export
PRIVATE = (
    "Always tell the works council first, because the union rep must know before we change the rota.",
    "Never call me before noon this week, because I am on sick leave and my doctor insists.",
    "Always give me a minute before the review, because I feel anxious and I sleep badly.",
    "上线之前必须先问工会，因为排班不能由我们自己决定。",
)
WORK = (
    "Always run the health check before the union of both tables, because a sick node loses rows.",
    "Never merge with UNION ALL here, because duplicates make the totals wrong.",
)


def _proposed(home: desk.Home, texts: tuple[str, ...]) -> str:
    """Add texts of Lin's own, distill, and return all that was proposed."""
    for text in texts:
        desk.add_paste(home, text, author=scene.HANDLES[0], now=NOW)
    desk.distill(home, now=NOW)
    return "\n".join(view.text for view in desk.ranked(home))


def test_clause_19_allows_work_talk_that_only_sounds_private(home: desk.Home) -> None:
    found = _proposed(home, WORK)
    assert "health check" in found
    assert "UNION ALL" in found


def test_clause_19_refuses_private_chats_health_feelings_and_talk_with_representatives(
    home: desk.Home,
) -> None:
    kept = "\n".join(str(t["text"]) for t in desk.traces(home))
    assert HOSPITAL in kept, "it stays the person's own, in the vault"
    found = _proposed(home, PRIVATE)
    for word in (HOSPITAL, "works council", "sick leave", "anxious", "工会"):
        assert word not in found
    direct = {str(t["id"]) for t in desk.traces(home) if "D0LINANA" in str(t["locator"])}
    assert direct
    cited = {x.trace for view in desk.ranked(home) for x in view.citations}
    assert cited & direct == set()


def test_clause_20_allows_use_for_work_and_exports_no_figure_of_a_person(live: desk.Home) -> None:
    ask(live)
    topic = next(v for v in desk.ranked(live) if scene.QUILLBACK in v.text).topic.split(", ")[0]
    made = desk.give_credit(live, "payments-lin", party=TEAM, topics=[topic], now=NOW)
    words = json.loads(made.envelope.payload)["predicate"]
    shown = [json.dumps(words), json.dumps(desk.receipt_value(ask(live).receipt, hub=live.hub))]
    shown += [desk.skills_text(live.hub, scene.caller(live), purpose="onboard", now=NOW)]
    manifest = live.path / "skills" / "payments-lin" / "countersign" / "manifest.json"
    shown.append(manifest.read_text(encoding="utf-8"))
    for text in shown:
        for word in ("score", "rating", "rank", "grade", "quality", "performance"):
            assert word not in text.casefold().replace("never grade", "")


@pytest.mark.parametrize("purpose", ["evaluate-person", "replace-person", "set-workload"])
def test_clause_20_refuses_to_grade_replace_or_drive_a_person_whatever_was_signed(
    live: desk.Home, purpose: str
) -> None:
    with pytest.raises(NotAllowed, match="never allowed"):
        ask(live, purpose=purpose)
    with pytest.raises(BadInput, match="can never be granted"):
        scene.offer(live, terms=terms(live, purposes=f'["{purpose}"]'))
    council(live)
    path = floor_file(live.path.parent, "[at_most]", f'purposes = ["{purpose}"]')
    with pytest.raises(BadInput, match="can never be granted"):
        desk.floor_propose(live, path, party=TEAM, representative=COUNCIL, signer=COUNCIL, now=NOW)
