"""Clauses 21 to 25: said to be AI, named as chosen, paid as stated, accounted for, taken along."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput, NotAllowed, NotVerified, Stale
from countersign.seal import require
from countersign.terms import record
from tests.desk import scene
from tests.desk.clauses.acts import answers, ask, paid_by_use, publish, sign, terms
from tests.desk.scene import LIN, NOW, SKILL

AI_EN, AI_ZH = (
    "AI from Lin Wei 林伟's reviewed notes, not Lin Wei 林伟",
    "AI，据Lin Wei 林伟审阅过的笔记",
)


def test_clause_21_allows_answers_that_say_they_are_ai_and_not_the_person(
    live: desk.Home,
) -> None:
    assert "AI from Lin's reviewed notes, not Lin" in ask(live).text
    claim = ask(live).claims[0]
    shown = desk.evidence_text(
        live.hub, scene.caller(live), claim, purpose="answer-questions", now=NOW
    )
    assert AI_EN in shown
    text = (live.path / "skills" / SKILL / "SKILL.md").read_text(encoding="utf-8")
    assert text.count(AI_EN) >= 2
    assert AI_ZH in text
    assert "ai-disclosure:" in text.split("---")[1], "a label that machines read"


def test_clause_21_refuses_a_package_without_its_disclosure(live: desk.Home) -> None:
    folder = live.path / "skills" / SKILL
    path = folder / "SKILL.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(AI_EN, "Lin Wei 林伟's own words"), encoding="utf-8")
    steps = desk.verify(None, folder, trust=live.path / "trust.json", now=NOW)
    assert not all(s.passed for s in steps)


@pytest.mark.parametrize(
    ("attribution", "alias", "named"),
    [("name", "", "Lin Wei 林伟"), ("pseudonym", "Grey Heron", "Grey Heron"), ("none", "", "")],
)
def test_clause_22_allows_name_pseudonym_or_none_as_the_person_chose(
    home: desk.Home, attribution: str, alias: str, named: str
) -> None:
    changes = {"attribution": f'"{attribution}"'} | ({"alias": f'"{alias}"'} if alias else {})
    made = publish(home, sign(home, terms(home, hours=0, **changes), "short-cooling-off"))
    text = (made.folder / "SKILL.md").read_text(encoding="utf-8")
    answer = ask(home)
    if named:
        assert named in text
        assert named.split(" ")[0] in answer.text
    assert answer.claims
    assert answer.claims[0][:6] in answer.text


@pytest.mark.parametrize("attribution", ["pseudonym", "none"])
def test_clause_22_refuses_to_name_a_person_who_did_not_choose_it(
    home: desk.Home, tmp_path: Path, attribution: str
) -> None:
    changes = {"attribution": f'"{attribution}"'}
    changes |= {"alias": '"Grey Heron"'} if attribution == "pseudonym" else {}
    made = publish(home, sign(home, terms(home, hours=0, **changes), "short-cooling-off"))
    shown = [(made.folder / "SKILL.md").read_text(encoding="utf-8"), ask(home).text]
    shown.append(desk.skills_text(home.hub, scene.caller(home), purpose="onboard", now=NOW))
    for text in shown:
        assert "Lin Wei" not in text
        assert "林伟" not in text


def _nothing(home: desk.Home, *, chosen: bool = True) -> str:
    path = Path(terms(home))
    head = path.read_text(encoding="utf-8").split("# In return")[0]
    zero = '[[benefits]]\nkind = "zero"\namount = 0\ncurrency = ""\nperiod = "once"\n'
    said = "zero_chosen_by_person = true\n" if chosen else ""
    path.write_text(head.replace("version = 1\n", f"version = 1\n{said}", 1) + zero, "utf-8")
    return str(path)


def test_clause_23_allows_stated_pay_and_a_zero_that_the_person_signed_on_its_own(
    home: desk.Home,
) -> None:
    plain = scene.offer(home)
    assert "2 h a month" in desk.contract_of(home, plain.id, lang="en")
    publish(home, sign(home, _nothing(home), "short-cooling-off", "zero-benefit"))
    assert answers(home)


def test_clause_23_refuses_silence_about_pay_and_a_zero_by_the_way(home: desk.Home) -> None:
    with pytest.raises(NotAllowed, match="its own choice"):
        sign(home, _nothing(home), "short-cooling-off")
    with pytest.raises(BadInput, match="zero_chosen_by_person"):
        scene.offer(home, terms=_nothing(home, chosen=False))
    silent = Path(terms(home))
    silent.write_text(silent.read_text("utf-8").split("[[benefits]]")[0], encoding="utf-8")
    with pytest.raises(BadInput, match="benefits"):
        scene.offer(home, terms=str(silent))


def test_clause_25_allows_taking_everything_along_and_into_another_home(
    live: desk.Home, tmp_path: Path
) -> None:
    ask(live)
    made = desk.export(live, tmp_path / "all", plain=True, now=NOW)
    names = {p.name for p in (tmp_path / "all").rglob("*") if p.is_file()}
    assert made
    assert any("claim" in n for n in names)
    assert any("trace" in n for n in names)
    assert any("receipt" in n for n in names)
    text = "".join(
        p.read_text("utf-8", errors="ignore") for p in (tmp_path / "all").rglob("*") if p.is_file()
    )
    assert "quillback" in text
    fresh = desk.Home(tmp_path / "elsewhere")
    fresh.create()
    try:
        desk.import_export(fresh, tmp_path / "all", now=NOW)
        before = {(v.text, v.status, v.final) for v in desk.ranked(live)}
        assert {(v.text, v.status, v.final) for v in desk.ranked(fresh)} == before
    finally:
        fresh.close()


def test_clause_25_refuses_an_export_that_was_changed_on_its_way(
    live: desk.Home, tmp_path: Path
) -> None:
    desk.export(live, tmp_path / "all", plain=True, now=NOW)
    path = next(p for p in sorted((tmp_path / "all").rglob("claims*.jsonl")))
    lines = path.read_text(encoding="utf-8").replace("quillback", "quillfront")
    path.write_text(lines, encoding="utf-8")
    fresh = desk.Home(tmp_path / "elsewhere")
    fresh.create()
    try:
        with pytest.raises(NotVerified):
            desk.import_export(fresh, tmp_path / "all", now=NOW)
        assert not desk.has_owner(fresh)
    finally:
        fresh.close()


OVER = datetime(2026, 12, 1, tzinfo=UTC)


def test_clause_24_allows_a_signed_statement_of_each_month_that_reconciles_with_the_log(
    live: desk.Home,
) -> None:
    for purpose in ("answer-questions", "answer-questions", "onboard"):
        ask(live, purpose=purpose)
    with pytest.raises(NotAllowed):
        ask(live, purpose="evaluate-person")
    made = desk.usage_statement(live, LIN, "2026-11", now=OVER)
    (line,) = made.lines
    assert (line.answers, dict(line.purposes)) == (3, {"answer-questions": 2, "onboard": 1})
    assert (dict(line.audiences), dict(line.refused)) == ({"team": 3}, {"never": 1})
    require(made.envelope, "usage-statement", [live.hub.online_key.public])
    with live.hub.db.read() as c:
        assert record(c, made.envelope.digest).leaf_index is not None
    assert all(s.passed for s in desk.verify_log(live.path / "log", desk.log_keys(live, None)))
    again = desk.usage_statement(live, LIN, "2026-11", now=OVER)
    assert again == made
    assert len(desk.uses(live)) == line.answers


def test_clause_24_allows_the_money_of_a_statement_to_be_the_sum_of_its_receipts(
    home: desk.Home,
) -> None:
    publish(home, sign(home, paid_by_use(home), "short-cooling-off"))
    for _ in range(4):
        ask(home)
    (line,) = desk.usage_statement(home, LIN, "2026-11", now=OVER).lines
    assert dict(line.owed) == {"CNY": 80} == {"CNY": sum(u.amount for u in desk.uses(home))}


def test_clause_24_refuses_a_month_that_runs_and_one_that_no_longer_reconciles(
    live: desk.Home,
) -> None:
    ask(live)
    ask(live)
    with pytest.raises(Stale, match="not over"):
        desk.usage_statement(live, LIN, "2026-11", now=OVER - timedelta(seconds=1))
    for wrong in ("november", "2026-13", "2026-1"):
        with pytest.raises(BadInput):
            desk.usage_statement(live, LIN, wrong, now=OVER)
    desk.usage_statement(live, LIN, "2026-11", now=OVER)
    with live.hub.db.write() as c:
        c.execute(sa.text("DELETE FROM receipt WHERE number = 2"))
    with pytest.raises(NotVerified, match="not those that were stated"):
        desk.usage_statement(live, LIN, "2026-11", now=OVER)
