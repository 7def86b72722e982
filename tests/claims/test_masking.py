"""Names, contacts and secrets of others become placeholders; the person's own words stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.claims import find_flags, mask

OTHERS = ["Ines Quintero", "王小明", "u-marek", "Jo"]
OWN = ["Lin Wei 林伟", "lin"]


def masked(text: str) -> str:
    return mask(text, others=OTHERS, own=OWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask Ines Quintero before the deploy.", "Ask [person] before the deploy."),
        ("Ask INES before the deploy.", "Ask [person] before the deploy."),
        ("Quintero's rule holds.", "[person]'s rule holds."),
        ("先问王小明，再上线。", "先问[person]，再上线。"),
        ("小明说先备份。", "[person]说先备份。"),
        ("ping @someone-new about it", "ping [person] about it"),
        ("<@U0ABC123> owns it", "[person] owns it"),
        ("Write to ops@example.org first.", "Write to [mail] first."),
        ("Call +1 555-010-9999 at night.", "Call [phone] at night."),
        ("See https://wiki.example.org/x?y=1 for it.", "See [url] for it."),
        ("看 https://wiki.example.org/x。再做。", "看 [url]。再做。"),
        ("The password is hunter2!x", "The [secret]"),
        ("id 110101199003074258 stays out", "id [secret] stays out"),
    ],
)
def test_others_and_secrets_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Never open the safe without a second person.",
        "Lin Wei restarts the importer, 林伟 checks.",
        "Business lines are joined; the injection fails.",  # "Ines" and "Jo" are no parts of words
        "灰度发布之前必须先备份。",
    ],
)
def test_what_is_nobody_elses_stays_as_it_is(text: str) -> None:
    assert masked(text) == text


@given(st.text(max_size=200))
def test_masking_again_changes_nothing_and_nothing_private_is_left(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
    assert "mail" not in find_flags(once)
    assert "Quintero" not in once


def test_without_known_names_only_patterns_are_masked() -> None:
    assert mask("Ask Ines at a@b.cd", others=[]) == "Ask Ines at [mail]"
