"""Spotting finds what trying each pattern finds, for any sentence that one can think of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.distill import spotting
from countersign.distill.cues import CHINESE, ENGLISH, try_all
from countersign.distill.spotting import find_cues

# Every word and sign that stands in some pattern, so that salads of them come close to matching.
_PIECES = sorted({w for p in ENGLISH.values() for w in re.findall(r"[a-z]+", p.pattern)})
_HAN = sorted({sign for p in CHINESE.values() for sign in re.findall("[\u3400-\u9fff]", p.pattern)})
_SIGNS = [
    *",.;:!?()'\"`*_#-",
    "...",
    "://",
    "r123",
    "3.10",
    "a.b.c",
    "fooBar",
    "f()",
    "ABCD",
    "\u2026",
    "#7",
]

_word = st.sampled_from(_PIECES)
_english = st.lists(
    st.one_of(_word, _word.map(str.capitalize), st.sampled_from(_SIGNS)), max_size=14
)
_spaced = st.sampled_from([" ", " ", " ", " ", "", ", ", "'", "-"])


@st.composite
def _salads(draw: st.DrawFn) -> str:
    pieces = draw(_english)
    return "".join(p + draw(_spaced) for p in pieces).strip()


@given(_salads())
def test_a_salad_of_the_patterns_words_shows_the_same_cues(words: str) -> None:
    assert find_cues(words) == try_all(words)


@given(
    st.lists(
        st.sampled_from([*_HAN, "，", "。", "？", " ", "API", "的", "不要", "如果", "必须先"]),
        max_size=24,
    )
)
def test_a_salad_of_chinese_signs_shows_the_same_cues(pieces: list[str]) -> None:
    words = "".join(pieces)
    assert find_cues(words) == try_all(words)


@given(st.text(max_size=60))
def test_any_text_shows_the_same_cues(words: str) -> None:
    assert find_cues(words) == try_all(words)


@pytest.mark.parametrize("name", [*ENGLISH, *CHINESE])
def test_each_cue_can_be_spotted(name: str) -> None:
    assert name in find_cues(SHOWING[name])


def test_words_whose_letters_fold_oddly_are_not_missed() -> None:
    for words in ("We \u017fhould do it.", "Thin\u212a first: \u017fo that it works."):
        assert find_cues(words) == try_all(words)


def test_what_is_remembered_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spotting, "_MOST", 10)
    for n in range(100):
        assert find_cues(f"never word{n}") == try_all(f"never word{n}")
    assert len(spotting._known) <= 12


SHOWING = {
    "must": "It has to hold.",
    "should": "It shouldn't.",
    "never": "You don't.",
    "always": "Double-check it, at all times.",
    "beware": "Keep in mind the rain.",
    "prefer": "It is no good idea.",
    "policy": "That is so by default.",
    "you_can": "Then you might.",
    "if_start": "But when it rains, stay.",
    "if": "Stay in case it rains.",
    "because": "Stay so that you rest.",
    "harm": "It won't work.",
    "contrast": "It is not red but blue.",
    "correct": "Not really.",
    "only": "Wait at least a day.",
    "decided": "From now on it is blue.",
    "steps": "Do it before you leave.",
    "imperative": "So, always check it.",
    "then_imperative": "If it rains hard, then close it.",
    "clause_imperative": "It rains: close it.",
    "way": "This works by luck.",
    "general": "No one knows.",
    "a_subject": "A red door should hold.",
    "is_subject": "The door must hold.",
    "i": "So I'll see.",
    "i_start": "Well, I saw it.",
    "me": "Tell me.",
    "opinion": "I don't think it is.",
    "we": "Ask us.",
    "your": "It was what you said.",
    "past": "It used to hold.",
    "now": "Not at the moment.",
    "hedge": "It could be red.",
    "greeting": "Hope this helps.",
    "thanks": "Please let me know.",
    "chat": "Great, do it.",
    "deictic": "And the patch holds.",
    "pointing": "Take that one.",
    "question": "Is it?",
    "ask_you": "Have you any news",
    "colon_end": "As so:",
    "link": "See http://example.org now.",
    "number_ref": "See issue 7 there.",
    "version": "Take 3.10 there.",
    "identifier": "Call fooBar there.",
    "quoted": 'Say "so be it" there.',
    "shout": "DONT DOIT ever.",
    "exclaim": "Do!",
    "smile": "Do it :-)",
    "fragment": "do it",
    "ellipsis": "Do...",
    "zh_must": "必须先备份",
    "zh_never": "千万小心",
    "zh_if": "如果下雨",
    "zh_because": "因为下雨",
    "zh_harm": "会报错",
    "zh_decided": "我们决定走",
    "zh_steps": "先吃饭再走",
    "zh_prefer": "而不是走",
    "zh_general": "所有人",
    "zh_i": "我走",
    "zh_we": "我们走",
    "zh_you": "你走",
    "zh_past": "昨天走",
    "zh_thanks": "谢谢",
    "zh_question": "走吗？",
    "zh_hedge": "可能走",
    "zh_deictic": "这样走",
    "zh_speech": "就是说走",
}
