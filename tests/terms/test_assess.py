"""Clause 30: nothing goes live before somebody signed what could go wrong, all of it filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, NotAllowed, NotFound
from countersign.seal import sign
from countersign.terms import (
    Always,
    Limits,
    Refusal,
    Standing,
    assess,
    blank_assessment,
    check_filled,
    decide,
    keep_record,
    keep_texts,
    kept_text,
    kept_until,
    preset,
    standing,
    tell_representatives,
)
from countersign.terms.notices import (
    assessment_statement,
)
from tests.terms.council import COUNCIL, agreed, floor, works
from tests.terms.scene import (
    ACME,
    KEYS,
    LATER,
    LIN,
    NOW,
    ask,
    signed,
)

TEAM = preset("my-team")
TEXT = {"en": "What is planned."}


def stand(c: sa.Connection, under: str) -> Standing:
    """Return how an agreement stands."""
    found = standing(c, under)
    assert found is not None
    return found


def code(c: sa.Connection, under: str, now: datetime = LATER) -> str:
    """Return the code of a refused question, empty for a permit."""
    answer = decide(ask(), standing(c, under), now=now)
    return answer.code if isinstance(answer, Refusal) else ""


def told(c: sa.Connection, under: str) -> None:
    """Sign the notice to representatives."""
    tell_representatives(c, stand(c, under), to=[COUNCIL], texts=TEXT, key=KEYS[ACME], now=NOW)


def test_clause_30_the_light_profile_signs_its_five_answers_with_the_agreement(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        assert stand(c, under).assessment == "prefilled"
        assert code(c, under) == ""
        texts = [text for (text,) in c.execute(sa.text("SELECT text FROM kept_text"))]
        assert len(texts) == 2
        assert any("five questions" in text for text in texts)


def test_clause_30_where_a_floor_wants_the_full_one_the_short_one_is_not_enough(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(Limits(always=frozenset({Always.FULL_ASSESSMENT}))))
        under = signed(c)
        told(c, under)
        assert code(c, under) == "assessment"
        with pytest.raises(NotAllowed):
            assess(c, stand(c, under), TEXT, full=True, key=KEYS[LIN], now=NOW)
        assess(c, stand(c, under), TEXT, full=True, key=KEYS[ACME], now=NOW)
        assert code(c, under) == ""


def test_clause_30_an_assessment_that_the_party_did_not_sign_counts_for_nothing(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        grant = stand(c, under).grant
        forged = assessment_statement(
            grant=grant, party=ACME, texts={}, full=True, at=NOW, keep_until=NOW
        )
        keep_record(c, sign(forged, KEYS[LIN]), grant=grant, now=NOW)
        assert stand(c, under).assessment == "prefilled"


def test_clause_30_the_text_is_kept_three_years_beyond_the_end(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        envelope = assess(c, stand(c, under), TEXT, full=True, key=KEYS[ACME], now=NOW)
        digest = envelope.statement.predicate["texts"]["en"]
        assert kept_text(c, digest) == TEXT["en"]
        assert kept_until(c, digest) >= stand(c, under).expires + timedelta(days=3 * 365)
        keep_texts(c, TEXT, keep_until=NOW)  # an earlier end does not shorten it
        assert kept_until(c, digest) > stand(c, under).expires
        with pytest.raises(NotFound):
            kept_text(c, "00" * 32)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_clause_30_a_full_assessment_with_a_blank_left_is_not_signed(lang: str) -> None:
    form = blank_assessment(TEAM, party="Acme", agreement="a1", at=NOW, lang=lang)
    with pytest.raises(BadInput, match="A blank is not filled in"):
        check_filled(form, lang)
    marks = ("〔", "〕") if lang == "zh" else ("[", "]")
    done = "\n".join(_filled(line, marks) for line in form.splitlines())
    with pytest.raises(BadInput, match="A risk is not judged"):
        check_filled(done, lang)
    done = done.replace("| |", "| low, grave |").replace("| |", "| low, grave |")
    with pytest.raises(BadInput, match="Nothing is decided"):
        check_filled(done, lang)
    check_filled(done.replace("☐", "☑", 1), lang)
    with pytest.raises(BadInput, match="A part is missing: risks"):
        check_filled(done.replace("[risks]", ""), lang)


def _filled(line: str, marks: tuple[str, str]) -> str:
    """Fill in every blank of a line, leaving the names of parts."""
    if line.startswith("## "):
        return line
    while marks[0] in line:
        before, _, rest = line.partition(marks[0])
        line = f"{before}done{rest.partition(marks[1])[2]}"
    return line
