"""The page of the 36 clauses is whole: code that can be imported, both tests, nothing extra."""

from __future__ import annotations

import pytest

from tools.clauses import PAGE, clause_tests, gaps, rows

PAGE_TEXT = PAGE.read_text(encoding="utf-8")


def test_every_clause_has_code_and_a_test_in_both_directions() -> None:
    assert list(gaps(PAGE_TEXT, clause_tests())) == []
    assert len(rows(PAGE_TEXT)) == 36


ROW = next(line for line in PAGE_TEXT.splitlines() if line.startswith("| 13 |"))


@pytest.mark.parametrize(
    ("instead", "gap"),
    [
        ("", "clause 13: 0 rows"),
        (f"{ROW}\n{ROW}", "clause 13: 2 rows"),
        (ROW.replace("| 13 |", "| 37 |"), "clause 37: there is no such clause"),
        (ROW.replace("terms.gates:_in_time", "terms.gates:_on_time"), "cannot be imported"),
        (ROW.replace("_allows_", "_permits_"), "no test allows"),
        (ROW.replace("_refuses_", "_stops_"), "no test refuses"),
        (ROW.replace("until_the_last_second", "until_noon"), "does not exist"),
        (ROW.replace("test_clause_13_allows_use_until_the_last_second",
                     "test_clause_12_allows_use_when_the_cooling_off_time_is_over"), "another number"),
        (ROW.replace(ROW.split("|")[3], " English again "), "missing in one language"),
    ],
)  # fmt: skip
def test_a_gap_in_the_page_is_found(instead: str, gap: str) -> None:
    assert any(gap in line for line in gaps(PAGE_TEXT.replace(ROW, instead), clause_tests()))


def test_a_test_that_is_gone_skipped_or_beside_desk_is_found() -> None:
    name = "test_clause_13_allows_use_until_the_last_second"
    known = clause_tests()
    assert any(
        name in line for line in gaps(PAGE_TEXT, {k: v for k, v in known.items() if k != name})
    )
    for wrong in ("is skipped", "does not go through desk"):
        assert any(f"{name} {wrong}" in line for line in gaps(PAGE_TEXT, known | {name: wrong}))
