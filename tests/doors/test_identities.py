# SPDX-License-Identifier: Apache-2.0
"""Keys and identity from the command line: shown, rotated, proven for a handle, replaced, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.desk.scene import LIN
from tests.doors.command import run

MAIL = "mail:lin.wei@example.com"


def said(*words: str, home: Path) -> Any:
    done = run(*words, "--json", home=home)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_handle_is_shown_in_three_commands(reviewed: Path) -> None:
    asked = said("people", "challenge", LIN, MAIL, home=reviewed)
    assert set(asked["texts"]) == {"en", "zh"}
    answer = said("people", "answer", MAIL, asked["line"], home=reviewed)["answer"]
    assert said("people", "accept", answer, home=reviewed)["reason"] == "attested"
    seen = said("people", "keys", home=reviewed)
    assert seen["identity_level"] == "handle-challenge"
    again = run("people", "accept", answer, home=reviewed)
    assert again.code == 1
    assert "answered already" in again.err


def test_a_wrong_handle_or_half_a_line_is_refused_plainly(reviewed: Path) -> None:
    asked = said("people", "challenge", LIN, MAIL, home=reviewed)
    other = run("people", "answer", "mail:kim@example.org", asked["line"], home=reviewed)
    assert other.code == 1
    assert "not for this handle" in other.err
    assert "kim" not in other.err
    half = run("people", "answer", MAIL, asked["line"][:-20], home=reviewed)
    assert half.code == 3
    assert "line of a challenge" in half.err


def test_a_rotation_shows_in_the_chain_and_in_both_languages(reviewed: Path) -> None:
    made = said("people", "rotate", home=reviewed)
    assert made["reason"] == "rotated"
    seen = said("people", "keys", LIN, home=reviewed)
    assert [b["reason"] for b in seen["chain"]] == ["first", "rotated"]
    assert seen["in_use"] == [made["keyid"]]
    for lang, words in (("en", "in place of another"), ("zh", "由在用密钥更换")):
        shown = run("people", "keys", "--lang", lang, home=reviewed)
        assert shown.code == 0
        assert words in shown.text


def test_a_lost_key_is_announced_told_and_cancelled(reviewed: Path) -> None:
    assert run("people", "representative", "Works Council", home=reviewed).code == 0
    made = said("people", "rebind", LIN, "--by", "works-council", home=reviewed)
    (notice,) = made["notices"]
    told = run("people", "told", notice["rebinding"], notice["address"], home=reviewed)
    assert told.code == 0, told.err
    shown = run("people", "keys", LIN, home=reviewed)
    assert "countersign people cancel-rebind" in shown.text
    assert "to be told" not in shown.text
    assert run("people", "cancel-rebind", home=reviewed).code == 0
    seen = said("people", "keys", LIN, home=reviewed)
    assert seen["announced"] is None
    assert [b["reason"] for b in seen["chain"]] == ["first", "rebound", "cancelled"]


def test_nobody_but_a_representative_announces(released: Path) -> None:
    done = run("people", "rebind", LIN, "--by", "payments-team", home=released)
    assert done.code == 1
    assert "Only a representative" in done.err
