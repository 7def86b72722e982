# SPDX-License-Identifier: Apache-2.0
"""The PDF: same input, same bytes; never with empty boxes in place of words."""

from __future__ import annotations

import builtins
from datetime import timedelta
from typing import Any

import pytest

from countersign.errors import BadInput, Unavailable
from countersign.terms import TEMPLATES, pdf, preset, render
from countersign.terms.text.paper import CJK, check_characters, typeset
from tests.terms.scene import NOW
from tests.terms.test_contract import text

typst = pytest.importorskip("typst", reason="the extra `contract` is not installed")
EASTERN = [family for family in CJK if family in typst.Fonts().families()]
needs_cjk = pytest.mark.skipif(not EASTERN, reason="no font with Chinese characters is installed")


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=needs_cjk)])
def test_the_same_text_and_time_give_the_same_bytes(lang: str) -> None:
    markdown = text(preset("handover"), lang).replace("林伟", "" if lang == "en" else "林伟")
    made = pdf(markdown, lang=lang, now=NOW)
    assert made.startswith(b"%PDF-")
    assert pdf(markdown, lang=lang, now=NOW) == made
    assert pdf(markdown, lang=lang, now=NOW + timedelta(days=1)) != made


@needs_cjk
@pytest.mark.parametrize(
    ("name", "lang"), [(n, x) for n, langs in TEMPLATES.items() for x in langs]
)
def test_every_template_can_be_printed(name: str, lang: str) -> None:
    assert pdf(render(name, {}, lang), lang=lang, now=NOW).startswith(b"%PDF-")


def test_without_a_chinese_font_no_pdf_with_empty_boxes_is_made() -> None:
    with pytest.raises(Unavailable, match="Chinese characters") as caught:
        check_characters("本技能", eastern=False)
    assert "fonts-noto-cjk" in caught.value.remedy
    check_characters("本技能，请律师审阅。", eastern=True)


@pytest.mark.parametrize("ch", ["ش", "ก", "\U0001f600", "\ue000"])
def test_a_character_that_no_declared_font_shows_is_an_error_that_names_it(ch: str) -> None:
    with pytest.raises(BadInput, match=f"U\\+{ord(ch):04X}"):
        check_characters(f"name {ch}", eastern=True)


def test_every_character_of_our_own_texts_can_be_set() -> None:
    for name, langs in TEMPLATES.items():
        for lang in langs:
            check_characters(render(name, {}, lang), eastern=True)


def test_the_source_is_markup_of_ours_with_texts_in_literals() -> None:
    source = typeset('# T [t]\n\n- a "b" \\c\n\n~~x~~ #eval("y")\n', lang="en")
    assert '#heading(level: 1)[#"T";' in source
    assert '#list([#"a \\"b\\" \\\\c";])' in source
    assert '#strike[#"x";]#" #eval(\\"y\\")";' in source


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Unavailable, match="typst") as caught:
        pdf("# T", lang="en", now=NOW)
    assert "countersign[contract]" in caught.value.remedy
