"""Floors, policies, notices, pauses and riders at the command line, as a council and a party type them."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest

from tests.desk.council import filled_in, floor_file
from tests.desk.scene import ASK_EN, LIN, SKILL, TEAM
from tests.doors.command import Done, run


def asked(home: Path) -> Done:
    """Ask the team's skill."""
    return run("ask", ASK_EN, "--skill", SKILL, "--json", home=home)


def agreement(home: Path) -> str:
    """Return the id of the one agreement."""
    (offer,) = run("terms", "--json", home=home).json["offers"]
    return str(offer["agreement"])


def council(home: Path) -> None:
    """Make the works council known."""
    run("people", "representative", "Works Council", "--label", "council", home=home)


def agreed(home: Path, *lines: str) -> Done:
    """Let the council propose a floor and the team sign it."""
    council(home)
    path = floor_file(home.parent, *lines)
    made = run("floor", "propose", path, "--party", TEAM, "--as", "council", "--json", home=home)
    assert made.json["missing"] == [TEAM]
    return run("floor", "sign", made.json["digest"][:12], "--as", TEAM, "--json", home=home)


def test_a_council_sets_a_floor_and_what_is_below_it_is_told_and_stopped(released: Path) -> None:
    assert asked(released).code == 0
    seen = agreed(released, "[at_most]", "term_days = 180")
    assert (seen.code, seen.json["missing"], seen.json["version"]) == (0, [], 1)
    refused = asked(released)
    assert (refused.code, refused.out) == (1, b"")
    assert "term_days" in refused.err
    check = run("floor", "check", agreement(released), home=released)
    assert check.code == 1
    assert "180 days. Lower it." in check.text
    zh = run("--lang", "zh", "floor", "check", "my-team", "--party", TEAM, home=released)
    assert (zh.code, "不超过 180 天" in zh.text) == (1, True)
    (found,) = run("floor", "check", "my-team", "--party", TEAM, "--json", home=released).json
    assert (found["field"], found["by"]) == ("term_days", "floor")
    offer = run("ask-for", LIN, "--as", TEAM, home=released)
    assert offer.code == 1
    assert "below what was agreed together" in offer.err


def test_floors_are_listed_and_read_in_german(released: Path) -> None:
    agreed(released, 'never = ["training"]')
    listed = run("floor", "show", home=released)
    assert "Never: training of models." in listed.text
    assert "in force" in listed.text
    german = run("floor", "show", "council", "--de", home=released)
    assert "Niemals: Training von Modellen." in german.text
    assert run("floor", "show", "--text", home=released).code == 3
    (value,) = run("floor", "show", "--json", home=released).json
    assert value["limits"] == {"never": ["training"]}


def test_an_example_can_be_proposed_as_it_is(released: Path, tmp_path: Path) -> None:
    council(released)
    path = tmp_path / "floor.toml"
    path.write_bytes(run("floor", "example").out)
    made = run("floor", "propose", path, "--party", TEAM, "--as", "council", home=released)
    assert made.code == 0
    assert f"--as {TEAM}" in made.text


def test_a_company_signs_a_policy_and_its_promise_is_checked_with_other_tools(
    released: Path, tmp_path: Path
) -> None:
    path, out = tmp_path / "policy.toml", tmp_path / "PROMISE.md"
    path.write_bytes(run("policy", "example").out)
    assert run("policy", "sign", path, "--as", TEAM, home=released).code == 0
    assert "Never: a persona." in run("policy", "show", TEAM, home=released).text
    assert run("policy", "page", "--as", TEAM, "--out", out, home=released).code == 0
    text = out.read_text(encoding="utf-8")
    assert "We never distill a colleague without their signature." in text
    record = json.loads((tmp_path / "PROMISE.md.dsse.json").read_bytes())
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert digest in base64.b64decode(record["payload"]).decode()
    shown = run("--lang", "zh", "policy", "page", "--as", TEAM, home=released)
    assert "未经本人签署，我们不炼化任何同事。" in shown.text


def test_the_person_suspends_and_resumes_with_as_few_words_as_taking_back(released: Path) -> None:
    assert run("suspend", SKILL, home=released).code == 0
    assert "suspended" in asked(released).err
    assert run("resume", SKILL, home=released).code == 0
    assert asked(released).code == 0
    (value,) = run("suspend", SKILL, "--json", home=released).json
    assert value["state"] == "suspended"


def test_a_council_suspends_and_one_side_alone_does_not_lift_it(released: Path) -> None:
    agreed(released, "always = []")
    notice = ("notice", "to-representatives", agreement(released), "--as", TEAM)
    assert "kept until" in run(*notice, home=released).text
    assert asked(released).code == 0
    council_says = ("--floor", "council", "--as", "council")
    assert run("suspend", *council_says, home=released).code == 0
    assert asked(released).code == 1
    party = run("resume", "--floor", "council", "--as", TEAM, home=released)
    assert "Still missing: council" in party.text
    assert run("resume", SKILL, home=released).code == 1
    assert asked(released).code == 1
    assert run("resume", *council_says, home=released).code == 0
    assert asked(released).code == 0


@pytest.mark.parametrize(
    "words", [(), (SKILL, "--floor", "council"), ("--floor", "council")], ids=str
)
def test_what_to_suspend_must_be_clear(standing: Path, words: tuple[str, ...]) -> None:
    assert run("suspend", *words, home=standing).code == 3


def test_a_full_assessment_is_printed_filled_in_and_signed(released: Path, tmp_path: Path) -> None:
    under = agreement(released)
    path = tmp_path / "assessment.md"
    blank = run("notice", "assessment", under, "--blank", home=released)
    path.write_bytes(blank.out)
    sign = ("notice", "assessment", under, "--file", path, "--as", TEAM)
    assert run(*sign, home=released).code == 3
    path.write_text(filled_in(blank.text), encoding="utf-8")
    assert run(*sign, home=released).code == 0
    assert run("notice", "assessment", under, home=released).code == 3


def test_leaving_transfer_and_incapacity_stop_the_skill(released: Path, tmp_path: Path) -> None:
    later = ("notice", "leaving", LIN, "--party", TEAM, "--as", LIN, "--on", "2999-01-01")
    assert run(*later, home=released).code == 0
    assert asked(released).code == 0
    assert run(*later[:-1], "tomorrow", home=released).code == 3
    assert run("notice", "incapacity", LIN, "--as", TEAM, home=released).code == 1
    assert asked(released).code == 0
    assert run(*later[:-2], home=released).code == 0
    assert "The person left" in asked(released).err


def test_processing_is_declared_from_a_file(released: Path, tmp_path: Path) -> None:
    path = tmp_path / "processing.toml"
    lists = 'purposes = ["onboard"]\nmethods = ["remote-model"]\nkinds = []\naudience = []\n'
    path.write_text(lists + "models = []\n", encoding="utf-8")
    assert run("notice", "processing", path, "--as", TEAM, home=released).code == 0
    assert "no longer what was signed" in asked(released).err


def test_a_persona_is_not_offered_beside_terms_without_one(released: Path) -> None:
    offer = ("persona", "offer", agreement(released), "--as", TEAM, "--pay", "300 CNY a month")
    refused = run(*offer, home=released)
    assert (refused.code, "no persona" in refused.err) == (1, True)
    shown = run("persona", "show", agreement(released), home=released)
    assert "does not speak as the person" in shown.text
    assert run("persona", "show", agreement(released), "--json", home=released).json == []
