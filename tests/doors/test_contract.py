"""The contract of the commands, which other programs script against: exact keys, exact exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.desk import scene
from tests.desk.scene import ASK_EN, EXAMPLES, SKILL
from tests.doors.command import run

_ME = [w for h in scene.HANDLES for w in ("--handle", h)]


def test_a_new_home_reads_its_owners_mail_and_adds_nothing_twice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = run("init", "--json", home=home)
    assert made.json == {"home": str(home), "created": True, "protected": False}
    assert "unprotected" in made.err
    person = run("people", "add", "Lin Wei 林伟", *_ME, "--me", "--json", home=home).json
    assert set(person) == {"id", "label", "name", "me", "handles"}
    assert sorted(person["handles"]) == sorted(scene.HANDLES)
    added = run("add", EXAMPLES / "mail.mbox", "--json", home=home)
    assert (added.code, set(added.json)) == (
        0,
        {"read", "own", "context", "skipped", "rejected", "rejects", "seconds", "handles"},
    )
    total = added.json
    assert total["read"] == (
        total["own"] + total["context"] + sum(total["skipped"].values()) + total["rejected"]
    )
    assert total["own"] > 15
    again = run("add", EXAMPLES / "mail.mbox", "--json", home=home).json
    assert (again["own"], again["context"]) == (0, 0)
    assert again["skipped"]["duplicate"] == total["own"] + total["context"] + total["skipped"].get(
        "duplicate", 0
    )
    traces = run("traces", "--json", home=home).json
    assert len(traces) == total["own"]
    keys = {"id", "at", "text", "author", "reply_to", "conversation", "locator"}
    assert {frozenset(t) for t in traces} == {frozenset(keys)}
    assert {t["author"] for t in traces} <= set(scene.HANDLES)


def test_claims_carry_the_keys_that_were_promised_and_quotes_of_the_traces(reviewed: Path) -> None:
    traces = {t["id"]: t for t in run("traces", "--json", home=reviewed).json}
    claims = run("claims", "--ranked", "--json", home=reviewed).json
    keys = {"id", "kind", "topic", "text", "score", "status", "first_at", "last_at", "support"}
    cited = {"trace", "locator", "start", "end", "quote", "author", "at"}
    assert len(claims) > 100
    for claim in claims:
        assert set(claim) == keys | {"flags", "citations"}
        assert claim["citations"]
        for citation in claim["citations"]:
            assert set(citation) == cited
            assert citation["trace"] in traces
            assert len(citation["quote"]) == citation["end"] - citation["start"]
    scores = [c["score"] for c in claims]
    assert scores == sorted(scores, reverse=True)
    mailed = [x for c in claims for x in c["citations"] if "@mail.example.com" in x["locator"]]
    assert mailed


def test_a_mails_locator_holds_its_full_message_id(reviewed: Path) -> None:
    located = {t["locator"] for t in run("traces", "--json", home=reviewed).json}
    text = (EXAMPLES / "mail.mbox").read_text("utf-8")
    ids = {line.split(": ")[1] for line in text.splitlines() if line.startswith("Message-ID: ")}
    assert len([1 for x in located if any(id.strip("<>") in x for id in ids)]) > 15


def test_the_whole_way_from_an_offer_to_its_end(reviewed: Path, tmp_path: Path) -> None:
    terms = scene.write_terms(tmp_path)
    made = run("ask-for", "lin", "--as", "Payments Team", "--terms", terms, "--json", home=reviewed)
    offer = made.json["offer"]
    assert made.json["missing"] == ["person lin", "party payments-team"]
    early = run("publish", SKILL, "--agreement", offer, "--json", home=reviewed)
    assert (early.code, early.out) == (1, b"")
    assert "person lin, party payments-team has not signed" in early.err
    first = run("sign", offer, "--as", "payments-team", "--json", home=reviewed)
    assert first.json["missing"] == ["person lin"]
    both = run("sign", offer, "--as", "lin", "--item", "short-cooling-off", "--json", home=reviewed)
    assert (both.json["complete"], both.json["items_signed"]) == (True, ["short-cooling-off"])
    published = run("publish", SKILL, "--agreement", offer, "--json", home=reviewed).json
    assert published["claims"] == 15
    verified = run("verify", published["folder"], "--json", home=reviewed)
    assert (verified.code, verified.json["verified"]) == (0, True)
    assert [s["number"] for s in verified.json["steps"]] == list(range(1, 13))
    installed = run("install", SKILL, "--project", tmp_path, "--json", home=reviewed).json
    assert Path(installed["path"], "SKILL.md").is_file()
    answer = run("ask", ASK_EN, "--skill", SKILL, "--json", home=reviewed).json
    assert set(answer) == {"text", "skill", "claims", "receipt"}
    assert answer["receipt"]["number"] == 1
    (use,) = run("uses", "--json", home=reviewed).json
    assert (use["skill"], use["number"], use["claims"]) == (SKILL, 1, answer["claims"])
    ended = run("withdraw", SKILL, "--json", home=reviewed).json
    assert {c["status"] for c in ended[0]["copies"]} == {"removed"}
    assert not Path(installed["path"]).exists()
    refused = run("ask", ASK_EN, "--skill", SKILL, "--json", home=reviewed)
    assert (refused.code, refused.out) == (1, b"")
    assert "took this back" in refused.err
    residue = run("residue", "--json", home=reviewed)
    assert (residue.code, residue.json["found"], residue.json["unfinished"]) == (0, [], 0)
    assert residue.json["texts"] > 10
    log = run("log", "verify", reviewed / "log", "--json", home=reviewed)
    assert (log.code, log.json["verified"]) == (0, True)


def test_a_gap_is_the_neutral_line_with_no_receipt(standing: Path) -> None:
    gap = run("ask", "What is the capital of France?", "--json", home=standing)
    assert gap.code == 0
    assert gap.json == {"text": scene.GAP, "skill": None, "claims": [], "receipt": None}


_READING: list[list[str]] = [
    ["people"],
    ["traces"],
    ["claims"],
    ["terms"],
    ["terms", "show", "my-team"],
    ["terms", "diff", "my-team", "handover"],
    ["uses"],
    ["residue"],
    ["ask", ASK_EN],
    ["ask", "客户证件号能不能贴到群里？", "--skill", SKILL],
    ["review", "--print"],
    ["publish", "doc", "--as", "document", "--agreement", "AGREEMENT"],
    ["distill"],
    ["verify", "HOME/skills/payments-lin"],
    ["log", "verify", "HOME/log"],
    ["init"],
]


@pytest.mark.parametrize("verb", _READING, ids=" ".join)
def test_json_stands_alone_on_stdout(standing: Path, verb: list[str]) -> None:
    under = run("terms", "--json", home=standing).json["offers"][0]["agreement"]
    words = [w.replace("HOME", str(standing)).replace("AGREEMENT", under) for w in verb]
    done = run(*words, "--json", "--lang", "zh", home=standing)
    assert done.code == 0, done.err
    assert done.out.endswith(b"\n")
    done.out.decode("utf-8")
    _no_float_times(json.loads(done.out))


def _no_float_times(value: Any) -> None:
    """Check that every time is RFC 3339 in UTC."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("at", "first_at", "last_at", "starts", "expires") and inner:
                assert isinstance(inner, str)
                assert inner.endswith("Z")
                assert len(inner) == 20
            _no_float_times(inner)
    elif isinstance(value, list):
        for inner in value:
            _no_float_times(inner)


def test_review_with_nothing_left_or_from_stdin_is_json_too(reviewed: Path) -> None:
    waiting = run("claims", "--json", home=reviewed).json
    lines = "\n".join(f"reject {c['id']}" for c in waiting if c["status"] == "proposed")
    done = run("review", "--from", "-", "--json", home=reviewed, stdin=lines.encode()).json
    assert set(done) == {"decided", "sheet", "left"}
    assert done["left"] == 0
    empty = run("review", "--json", home=reviewed)
    assert empty.json == {"decided": {}, "sheet": None, "left": 0}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["ask", ASK_EN, "--purpose", "evaluate-person"], 1),
        (["publish", "x", "--to-self"], 1),
        (["ask", ASK_EN, "--skill", "unknown"], 2),
        (["withdraw", "unknown"], 2),
        (["terms", "show", "unknown"], 2),
        (["no-such-verb"], 2),
        (["ask"], 2),
        (["claims", "--no-such-option"], 2),
        (["--lang", "fr", "claims"], 2),
        (["claims", "--home"], 2),
        (["verify", "/nowhere"], 3),
        (["log", "verify", "/nowhere"], 3),
        (["add", "/nowhere/at/all.mbox"], 3),
        (["add"], 3),
        (["review", "--from", "/nowhere"], 3),
        (["install", SKILL, "--host", "emacs"], 3),
        (["install", SKILL, "--scope", "world"], 3),
        (["people", "add", "Ann", "--handle", "ann"], 3),
        (["publish", "Not A Name", "--to-self"], 3),
        (["residue", "--place", "/nowhere"], 3),
        (["terms", "show", "/nowhere/at/all.toml"], 2),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_exit_codes_say_whose_fault_it_was(standing: Path, words: list[str], code: int) -> None:
    done = run(*words, home=standing)
    assert (done.code, done.out) == (code, b""), done.err
    assert done.err.strip()
    assert "Traceback" not in done.err
    assert "Something broke" not in done.err


def test_home_may_stand_before_or_after_the_verb_or_in_the_environment(released: Path) -> None:
    wanted = run("terms", "--json", home=released).json
    env = {"COUNTERSIGN_HOME": str(released)}
    for words, how in (
        (["terms", "--json", "--home", str(released)], {}),
        (["terms", f"--home={released}", "--json"], {}),
        (["terms", "--json"], {"env": env}),
    ):
        assert run(*words, **how).json == wanted
    shutil_home = released.parent / ".countersign"
    released.rename(shutil_home)
    assert run("terms", "--json", cwd=shutil_home.parent).json == wanted


def test_what_follows_two_hyphens_is_no_option(standing: Path) -> None:
    done = run("ask", "--json", "--", "--home", home=standing)
    assert done.json["text"] == scene.GAP
