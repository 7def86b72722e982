# SPDX-License-Identifier: Apache-2.0
"""Templates: the same parts in every language, blanks that stay visible, values that cannot act."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput, NotFound
from countersign.terms import TEMPLATES, blanks, preset, render, term_values
from countersign.terms.text.page import parse
from countersign.terms.text.templates import MOST, _labels

EACH = [(name, lang) for name, langs in TEMPLATES.items() for lang in langs]
MARKS = {
    "en": "have a lawyer check it",
    "zh": "请律师审阅",
    "de": "von einem Anwalt prüfen lassen",
}
GIVEN = {
    "party": "Acme",
    "person": "Lin Wei 林伟",
    "representative": "Betriebsrat Acme",
    "contact": "privacy@example.org",
    "date": "2026-11-23",
}


def _ids(markdown: str) -> list[str]:
    return re.findall(r"^## .*\[([a-z-]+)\]$", markdown, re.MULTILINE)


@pytest.mark.parametrize(("name", "lang"), EACH)
def test_templates_stay_the_same(
    golden: Callable[[str, bytes], None], name: str, lang: str
) -> None:
    golden(f"terms/templates/{name}.{lang}.md", render(name, {}, lang).encode())


@pytest.mark.parametrize(("name", "lang"), EACH)
def test_templates_filled_from_terms_stay_the_same(
    golden: Callable[[str, bytes], None], name: str, lang: str
) -> None:
    known = blanks(name, lang)
    values = {**term_values(preset("my-team"), lang), **GIVEN}
    shown = render(name, {k: v for k, v in values.items() if k in known}, lang)
    golden(f"terms/templates/{name}.filled.{lang}.md", shown.encode())


@pytest.mark.parametrize("name", TEMPLATES)
def test_clause_10_every_language_has_the_same_parts_and_the_same_blanks(name: str) -> None:
    ids = [_ids(render(name, {}, lang)) for lang in TEMPLATES[name]]
    assert ids[0]
    assert all(other == ids[0] for other in ids)
    assert len({frozenset(blanks(name, lang)) for lang in TEMPLATES[name]}) == 1


@pytest.mark.parametrize(("name", "lang"), EACH)
def test_every_template_says_that_a_lawyer_must_check_it(name: str, lang: str) -> None:
    assert MARKS[lang] in render(name, {}, lang).splitlines()[2]


@pytest.mark.parametrize(("name", "lang"), EACH)
def test_a_blank_that_is_not_filled_in_shows_its_label(name: str, lang: str) -> None:
    shown = render(name, {}, lang)
    assert "{{" not in shown
    assert all(label in shown for label in blanks(name, lang).values())


def test_clause_15_a_persona_rider_is_no_part_of_an_employment_contract_and_ends_by_itself() -> (
    None
):
    en, zh = render("persona-rider", {}, "en"), render("persona-rider", {}, "zh")
    assert "It is no part of that agreement, of an employment contract" in en
    assert "不是该协议、劳动合同" in zh
    assert "It does not renew itself" in en
    assert "不自动续期" in zh


def test_clause_16_a_floor_says_that_it_permits_no_use() -> None:
    assert "This agreement permits no use." in render("floor", {}, "en")
    assert "本合同不构成任何使用许可" in render("floor", {}, "zh")
    assert "erlaubt für sich allein keine Nutzung" in render("floor", {}, "de")


def test_clause_30_an_assessment_is_kept_for_three_years() -> None:
    for name in ("impact-assessment", "impact-assessment-short"):
        assert "at least three years" in render(name, {}, "en")
        assert "至少保存三年" in render(name, {}, "zh")


def test_clause_30_the_five_questions_are_filled_in_from_the_terms() -> None:
    known = blanks("impact-assessment-short", "en")
    values = term_values(preset("my-team"), "en")
    shown = render("impact-assessment-short", {k: v for k, v in values.items() if k in known}, "en")
    assert _ids(shown)[:5] == ["what", "why", "who", "risks", "measures"]
    assert "reviewing changes:" in shown
    assert "No use for 48 hours" in shown
    # What terms cannot know stays for a human being to say.
    assert "[reasons]" in shown
    assert "[who decides, and in which function]" in shown


@pytest.mark.parametrize("lang", ["en", "zh", "de"])
def test_a_list_of_values_becomes_a_list(lang: str) -> None:
    shown = render("floor", {"limits": ["A.", "B."]}, lang)
    assert "\n- A.\n- B.\n" in shown


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("#-+=*_`~|<>[](){}!&;:\\\n\r\t \u202e\u200b\u2066\x1b1."), st.characters()
    ),
    max_size=80,
)


def _kind(line: str) -> str:
    """Return what Markdown reads a line as: heading, item, quote, row, rule, text, or nothing."""
    found = re.match(
        r"#+ |[-+*] *[-+*]|[-+*] +\d+[.)]( |$)|[-+*] |> |\||[-=_*]{2,}$|\d+[.)]( |$)", line
    )
    return found[0] if found else "text" if line else ""


@given(st.sampled_from(EACH), st.data())
def test_no_value_adds_or_hides_a_part_of_a_template(
    each: tuple[str, str], data: st.DataObject
) -> None:
    name, lang = each
    names = sorted(blanks(name, lang))
    chosen = data.draw(st.sets(st.sampled_from(names), max_size=4))
    shown = render(name, {n: data.draw(HOSTILE) for n in chosen}, lang)
    plain = render(name, dict.fromkeys(chosen, "x"), lang)
    assert _ids(shown) == _ids(plain)
    assert [_kind(line) for line in shown.split("\n")] == [_kind(x) for x in plain.split("\n")]
    assert not set(shown) & set("\u202e\u200b\u2066\x1b\r\t")


@pytest.mark.parametrize("value", ["1", "1.", "2) x", "- x", "+ x", "= =", "---", "-", "10. Mai"])
@pytest.mark.parametrize(("name", "lang"), EACH)
def test_a_value_that_stands_first_in_a_line_opens_no_list_heading_or_rule(
    name: str, lang: str, value: str
) -> None:
    known = blanks(name, lang)
    plain = render(name, dict.fromkeys(known, "x"), lang)
    shown = render(name, dict.fromkeys(known, value), lang)
    assert [t.type for t in parse(shown)] == [t.type for t in parse(plain)]


def test_a_value_cannot_name_another_blank() -> None:
    values = {"party": "{{representative}}", "representative": "R", "limits": ["{{party}}"]}
    shown = render("floor", values, "en")
    assert "Between {{representative}} and R" in shown
    assert "- { {party}}" in shown


def test_an_unknown_template_language_or_blank_is_refused() -> None:
    with pytest.raises(NotFound, match="no template"):
        render("employment-contract", {}, "en")
    with pytest.raises(BadInput, match="not written in 'de'"):
        render("promise", {}, "de")
    with pytest.raises(BadInput, match="no blank called 'salary'"):
        render("promise", {"salary": "1"}, "en")


def test_a_value_is_refused_rather_than_cut() -> None:
    with pytest.raises(BadInput, match="longer than"):
        render("promise", {"party": "x" * (MOST + 1)}, "en")
    assert "y" * 300 in render("promise", {"party": "y" * 300}, "en")


def test_every_label_of_a_blank_is_used() -> None:
    used = {b for name, langs in TEMPLATES.items() for lang in langs for b in blanks(name, lang)}
    assert set(_labels()) == used
