"""The reply kit and the verbs of asking at the command line, as somebody at a terminal sees them."""

from __future__ import annotations

import os
import pty
import re
from pathlib import Path

from tests.doors.command import Done, run

LINK = "countersign:terms/1/Gy0MRguD0cJgtDAAFwYA.bench-chain-olive"
PRESSURE = re.compile(
    r"\b(due|deadline|remind\w*|overdue|pending|waiting|not (yet )?answered|seen at|viewed|read at"
    r"|declined by|refused by|last look)\b|已读|未读|催|截止|待回复|提醒",
    re.IGNORECASE,
)


def test_replying_needs_no_home_and_leaves_none(tmp_path: Path) -> None:
    done = run("reply", "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.json["link"] == LINK
    names = {"1-yes-on-these-terms.txt", "2-a-page-or-an-hour.txt", "3-who-approved-this.txt"}
    names |= {"card.md", "card.html", "card.svg"}
    assert {p.name for p in (tmp_path / "reply").iterdir()} - {"card.png"} == names
    assert {p.name for p in tmp_path.iterdir()} == {"reply"}


def test_replying_shows_the_three_texts_in_both_languages(tmp_path: Path) -> None:
    done = run("reply", "--out", "kit", "--topic", "payments", cwd=tmp_path)
    assert "Happy to help." in done.text
    assert "可以配合，条件见附卡" in done.text
    assert "I'd rather not make a skill." in done.text
    assert "who approved this" in done.text
    assert "Nothing was recorded or sent" in done.err


def test_flags_tick_what_is_fine_and_the_link_carries_it(tmp_path: Path) -> None:
    flags = ["--purpose", "onboard", "--pay", "2 h a month", "--name", "none", "--months", "6"]
    link = run("reply", *flags, "--json", cwd=tmp_path).json["link"]
    terms = run("terms", "show", link, "--json", cwd=tmp_path).json
    assert terms["purposes"] == ["onboard"]
    assert (terms["attribution"], terms["termDays"]) == ("none", 180)
    assert "满180天到期" in run("terms", "show", link, "--lang", "zh", cwd=tmp_path).text


def _at_a_terminal(typed: str, cwd: Path) -> Done:
    """Run `reply` with a terminal as its stdin, on which all of `typed` was typed already."""
    master, slave = pty.openpty()
    name = os.ttyname(slave)

    def sit_down() -> None:
        os.dup2(os.open(name, os.O_RDWR), 0)

    os.write(master, typed.encode())
    try:
        return run("reply", cwd=cwd, first=sit_down)
    finally:
        os.close(master)
        os.close(slave)


def test_at_a_terminal_each_use_name_pay_place_and_leaving_is_asked(tmp_path: Path) -> None:
    done = _at_a_terminal("\nn\ny\n\nGrey Heron\n2 h a month\n\n\n", tmp_path)
    assert done.code == 0, done.err
    assert "my alias Grey Heron stands on it" in done.text
    assert "In return: paid hours to review: 2 h a month." in done.text
    link = re.search(r"countersign:terms/\S+", done.text)
    assert link is not None
    terms = run("terms", "show", link[0], "--json", cwd=tmp_path).json
    assert terms["purposes"] == ["answer-questions", "onboard"]


def test_at_a_terminal_no_to_every_use_is_an_answer_too(tmp_path: Path) -> None:
    done = _at_a_terminal("n\nn\nn\nn\n", tmp_path)
    assert done.code == 3
    assert "answer-with page" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_tick_that_cannot_be_is_told_with_its_remedy(tmp_path: Path) -> None:
    done = run("reply", "--pay", "a lot", cwd=tmp_path)
    assert done.code == 3
    assert "2 h a month" in done.err
    done = run("reply", "--purpose", "evaluate-person", cwd=tmp_path)
    assert done.code == 3
    assert "never be granted" in done.err


def test_an_offer_of_the_home_is_replied_to_with_its_own_dates(
    reviewed: Path, tmp_path: Path
) -> None:
    offer = run("ask-for", "lin", "--as", "Acme", "--json", home=reviewed).json["offer"]
    run("reply", "--offer", offer, "--out", tmp_path / "kit", home=reviewed)
    shown = (tmp_path / "kit" / "card.md").read_text(encoding="utf-8")
    assert re.search(r"Ends on 20\d\d-\d\d-\d\d, no auto-renewal", shown)


def test_a_page_or_an_hour_is_a_text_and_nothing_else(tmp_path: Path) -> None:
    done = run("answer-with", "page", "--topic", "支付", cwd=tmp_path)
    assert "我可以写一页关于“支付”的说明" in done.text
    assert list(tmp_path.iterdir()) == []
    assert run("answer-with", "poem", cwd=tmp_path).code == 3


def test_naming_one_person_warns_the_asker_and_a_topic_does_not(reviewed: Path) -> None:
    named = run("ask-for", "lin", "--as", "Acme", home=reviewed)
    assert "They may feel they cannot say no; ask the team instead?" in named.err
    assert "Acme has signed that saying no costs nothing" in named.text
    topic = run("ask-for", "--topic", "payments", "--as", "Acme", home=reviewed)
    assert topic.code == 0
    assert "may feel" not in topic.err
    assert "Next: countersign terms --as acme" in topic.text
    both = run("ask-for", "lin", "--topic", "payments", "--as", "Acme", home=reviewed)
    assert both.code == 3
    assert run("ask-for", "--as", "Acme", home=reviewed).code == 3


def test_from_a_request_to_an_agreement_at_the_command_line(reviewed: Path) -> None:
    request = run("ask-for", "--topic", "payments", "--as", "Acme", "--json", home=reviewed).json
    asked = run("asked", "--json", home=reviewed).json
    assert [one["id"] for one in asked["open"]] == [request["request"]]
    made = run("counter", request["request"], "--rung", "ask-me", home=reviewed)
    assert "▽ Purposes: without reviewing changes, onboarding  (narrower)" in made.text
    draft = re.search(r"countersign sign (f\w+) --as lin", made.text)
    assert draft is not None
    assert run("terms", "--as", "acme", "--json", home=reviewed).json["offers"] == []
    assert "Agreement on a skill" in run("terms", "show", draft[1], "--text", home=reviewed).text
    assert run("sign", draft[1], "--as", "lin", home=reviewed).code == 0
    (seen,) = run("terms", "--as", "acme", "--json", home=reviewed).json["offers"]
    assert (seen["offer"], seen["missing"]) == (draft[1], ["party acme"])
    assert run("sign", draft[1], "--as", "acme", home=reviewed).code == 0
    assert "signed by both" in run("terms", "--as", "acme", home=reviewed).text
    assert run("asked", "--json", home=reviewed).json == {"open": [], "drafts": []}


def test_declining_says_what_it_did_and_what_one_may_say(reviewed: Path) -> None:
    request = run("ask-for", "--topic", "payments", "--as", "Acme", "--json", home=reviewed).json
    before = run("terms", "--as", "acme", "--json", home=reviewed).out
    hub = {n: (reviewed / n).read_bytes() for n in ("hub.db", "keys.db")}
    done = run("decline", request["request"], home=reviewed)
    assert "Noted in your vault alone" in done.text
    assert "I'd rather not" in done.text
    assert run("terms", "--as", "acme", "--json", home=reviewed).out == before
    assert {n: (reviewed / n).read_bytes() for n in hub} == hub
    assert run("asked", "--json", home=reviewed).json["open"] == []


def test_clause_12_no_output_of_asking_presses(reviewed: Path) -> None:
    request = run("ask-for", "--topic", "payments", "--as", "Acme", "--json", home=reviewed).json
    named = run("ask-for", "lin", "--as", "Acme", home=reviewed)
    texts = [named.text, named.err]
    runs = [
        ["ask-for", "--topic", "retries", "--as", "Acme", "--lang", "zh"],
        ["asked"],
        ["asked", "--lang", "zh"],
        ["terms", "--lang", "zh"],
        ["terms", "--as", "acme"],
        ["answer", request["request"]],
        ["decline", request["request"], "--lang", "zh"],
        ["ask-for", "--help"],
    ]
    for words in runs:
        done = run(*words, home=reviewed)
        assert done.code == 0, done.err
        texts += [done.text, done.err]
    assert [m for text in texts for m in PRESSURE.finditer(text)] == []


def test_a_circle_goes_round_at_the_command_line(reviewed: Path, tmp_path: Path) -> None:
    run("ask-for", "--topic", "payments", "--as", "Acme", home=reviewed)
    file = tmp_path / "c.circle"
    made = run(
        "together", "start", "acme", "--terms", "my-team", "--out", file, "--json", home=reviewed
    )
    code = made.json["code"]
    shown = run("together", "sign", file, "--code", code, "--json", home=reviewed).json
    assert [m["signed"] for m in shown["members"]] == [True]
    assert (
        "1 signed; three or more can send it"
        in run("together", "show", file, "--code", code, home=reviewed).text
    )
    few = run("together", "send", file, "--code", code, home=reviewed)
    assert few.code == 1
    assert "1 of at least 3 have signed" in few.err
    assert run("together", "show", file, home=reviewed).code == 3


def test_who_is_asked_sees_every_way_to_answer_below_the_card(reviewed: Path) -> None:
    run("ask-for", "lin", "--as", "Acme", home=reviewed)
    offer = run("asked", "--json", home=reviewed).json["open"][0]["id"]
    shown = run("terms", "show", offer, home=reviewed)
    for verb in ("terms show", "sign", "counter", "decline"):
        assert f"countersign {verb} {offer}" in shown.err
    assert "No answer is fine too." in shown.err
    assert "不回复也可以" in run("--lang", "zh", "terms", "show", offer, home=reviewed).err
    assert "decline" not in run("terms", "show", "my-team", home=reviewed).err


def test_an_item_of_its_own_is_named_before_and_after_signing(
    reviewed: Path, tmp_path: Path
) -> None:
    run("ask-for", "lin", "--as", "Acme", home=reviewed)
    offer = run("asked", "--json", home=reviewed).json["open"][0]["id"]
    mine = tmp_path / "mine.toml"
    text = run("terms", "show", "my-team", "--file", home=reviewed).text
    short = "cooling_off_hours = 0\ncooling_off_chosen_by_person = true"
    mine.write_text(text.replace("cooling_off_hours = 48", short), encoding="utf-8")
    made = run("counter", offer, "--terms", mine, home=reviewed)
    assert "add --item short-cooling-off" in made.text
    answer = re.findall(r"sign (f[a-z2-7]{26})", made.text)[0]
    signed = run("sign", answer, "--as", "lin", home=reviewed)
    assert f"countersign sign {answer} --as lin --item short-cooling-off" in signed.text
    waiting = run("--lang", "zh", "terms", "--as", "acme", home=reviewed)
    assert "对方已签署；签不签由你" in waiting.text
    assert f"countersign terms show {answer}" in waiting.text


def test_a_refusal_in_chinese_has_no_english_sentence(reviewed: Path) -> None:
    run("ask-for", "lin", "--as", "Acme", home=reviewed)
    offer = run("asked", "--json", home=reviewed).json["open"][0]["id"]
    refused = run("--lang", "zh", "publish", "x", "--agreement", offer, home=reviewed)
    assert refused.code == 1
    assert "会签未完成" in refused.err
    assert "binds nobody" not in refused.err
    assert "countersign sign OFFER --as ID" in refused.err


def test_a_circle_says_what_is_next_and_who_is_strange_to_the_hub(tmp_path: Path) -> None:
    homes = [tmp_path / name / "home" for name in ("lin", "kim", "ana")]
    for home in homes:
        home.parent.mkdir()
        run("init", home=home)
        name = home.parent.name
        run("people", "add", name, "--me", "--handle", f"mail:{name}@example.com", home=home)
    topic = run("ask-for", "--topic", "payments", "--as", "acme", "--json", home=homes[0]).json
    card = run("terms", "show", topic["request"], home=homes[0]).err
    assert f"countersign together start {topic['request']}" in card
    assert "--text" not in card  # a request has no contract yet
    file = tmp_path / "c.circle"
    start = ("together", "start", topic["request"], "--terms", "my-team", "--out", file, "--json")
    code = run(*start, home=homes[0]).json["code"]
    shown = [run("together", "sign", file, "--code", code, home=home).text for home in homes]
    assert [f"together send {file}" in text for text in shown] == [False, False, True]
    sent = run("together", "send", file, "--code", code, home=homes[0])
    assert sent.code == 2
    assert "not known to this hub" in sent.err
