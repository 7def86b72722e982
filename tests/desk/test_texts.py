# SPDX-License-Identifier: Apache-2.0
"""Contracts and templates as files: the signed bytes as they are, pages and forms made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign import desk
from countersign.errors import BadInput, NotFound
from countersign.seal import sha256_hex
from countersign.terms import offer_state, record
from tests.desk import scene
from tests.desk.scene import NOW


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[desk.Home]:
    """Return a home that does not exist: a template needs none."""
    with scene.opened(tmp_path / "none") as home:
        yield home


def _template(home: desk.Home, name: str, **more: str) -> str:
    lang, terms = more.pop("lang", "en"), more.pop("terms", "")
    return desk.template_file(
        home, name, lang=lang, form="md", now=NOW, terms=terms, given=more
    ).decode()


def test_clause_10_the_contract_that_is_printed_is_the_text_whose_digest_is_signed(
    home: desk.Home,
) -> None:
    agreement = scene.agree(home)
    with home.hub.db.read() as c:
        grant = record(c, offer_state(c, agreement).grant_digest)
    signed = grant.envelope.statement.predicate["texts"]
    for lang in ("en", "zh"):
        data = desk.contract_file(home, agreement, lang=lang, form="md", now=NOW)
        assert sha256_hex(data) == signed[f"contract.{lang}.md"]


def test_a_contract_page_holds_every_clause_of_the_contract(home: desk.Home) -> None:
    state = scene.offer(home)
    page = desk.contract_file(home, state.agreement_id, lang="zh", form="html", now=NOW).decode()
    assert page.count("<h2 id=") == state.text_zh.count("\n## ")
    assert "本技能不得作为解除、变更或不续签劳动关系的理由" in page


def test_a_contract_in_a_language_that_nobody_signed_is_refused(home: desk.Home) -> None:
    with pytest.raises(BadInput, match="signed in en and zh"):
        desk.contract_file(home, scene.offer(home).id, lang="de", form="md", now=NOW)
    with pytest.raises(NotFound):
        desk.contract_file(home, "f" + "a" * 26, lang="en", form="md", now=NOW)


@pytest.mark.parametrize("name", desk.TEXTS)
def test_every_template_is_printed_without_any_home(nowhere: desk.Home, name: str) -> None:
    for lang in desk.TEXTS[name]:
        assert _template(nowhere, name, lang=lang).startswith("# ")
    assert not nowhere.path.exists()


def test_the_agreement_can_be_read_before_anybody_is_asked(nowhere: desk.Home) -> None:
    shown = _template(nowhere, "agreement", terms="handover", lang="zh")
    assert "本人离职后继续使用至到期" in shown
    assert "本人：……" in shown


def test_clause_30_an_offer_fills_the_five_questions_and_its_own_names(home: desk.Home) -> None:
    state = scene.offer(home)
    shown = _template(home, "impact-assessment-short", terms=state.id)
    assert f"agreement {state.agreement_id}, Payments Team" in shown
    assert "reviewing changes:" in shown
    assert "[who decides, and in which function]" in shown


def test_what_is_given_stands_before_what_terms_say(nowhere: desk.Home) -> None:
    shown = _template(nowhere, "privacy-notice", terms="my-team", region="Leipzig", party="Acme")
    assert "Kept at: Leipzig." in shown
    assert "Acme, [contact]" in shown


def test_an_unknown_form_template_or_blank_is_refused(nowhere: desk.Home) -> None:
    with pytest.raises(BadInput, match="md, html or pdf"):
        desk.as_file("# T", lang="en", form="docx", now=NOW)
    with pytest.raises(NotFound, match="no template"):
        _template(nowhere, "warrant")
    with pytest.raises(BadInput, match="no blank"):
        _template(nowhere, "promise", salary="1")


def test_the_agreement_has_no_blanks_of_its_own() -> None:
    assert desk.template_blanks("agreement", lang="en") == {}
    assert "limits" in desk.template_blanks("floor", lang="de")
