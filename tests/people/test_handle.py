# SPDX-License-Identifier: Apache-2.0
"""Handles are exact identifiers (DESIGN 2). Own rules, save where a platform's rule is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.people import SCHEMES, Handle

_VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="<>"), min_size=1
)


def test_mail_and_forge_logins_are_compared_without_case_and_all_others_with_it() -> None:
    assert Handle.parse("mail:Ann@Example.ORG") == Handle.parse("MAIL:ann@example.org")
    assert Handle.parse("github:AnnLee") == Handle.parse("github:annlee")
    assert Handle.parse("slack:U012AB") != Handle.parse("slack:u012ab")
    assert Handle.parse("matrix:@Ann:example.org") != Handle.parse("matrix:@ann:example.org")


def test_a_part_of_a_handle_is_another_handle() -> None:
    whole = Handle.parse("mail:ann@example.org")
    for near in ("ann@example.or", "nn@example.org", "ann@example.org.cn", "ann+x@example.org"):
        assert Handle.parse(f"mail:{near}") != whole


def test_mailmans_user_at_host_is_the_same_mailbox() -> None:
    assert Handle.parse("mail:Ann.Lee at Example.org") == Handle.parse("mail:ann.lee@example.org")
    assert Handle.of("mail", " ann  at  example.org ") == Handle.parse("mail:ann@example.org")


def test_the_same_value_on_two_platforms_is_two_handles() -> None:
    assert Handle.parse("discord:ann") != Handle.parse("telegram:ann")


@pytest.mark.parametrize(
    "text",
    [
        "zoe@example.org",
        "mail:",
        "mail: ",
        ":zoe",
        "",
        "myspace:zoe",
        "http://example.org",
        "mail:Zoe Lee",
        "mail:Zoe <zoe@example.org>",
        "mail:zoe@example.org\u200b",
        "slack:U1\x00",
        "slack:\ud800",
    ],
)
def test_what_could_never_meet_a_trace_is_no_handle_and_is_not_repeated_in_the_error(
    text: str,
) -> None:
    with pytest.raises(BadInput) as caught:
        Handle.parse(text)
    assert "zoe" not in str(caught.value).lower()


@given(st.sampled_from(sorted(SCHEMES)), _VALUES)
def test_a_printed_handle_reads_back_as_itself(scheme: str, value: str) -> None:
    handle = Handle.of(scheme, value)
    assert Handle.parse(str(handle)) == handle


@given(st.sampled_from(sorted(SCHEMES)), st.text())
def test_the_normal_form_is_its_own_normal_form(scheme: str, value: str) -> None:
    once = Handle.of(scheme, value)
    assert Handle.of(once.scheme, once.value) == once
