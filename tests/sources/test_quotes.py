# SPDX-License-Identifier: Apache-2.0
"""Own ranges of a mail: nothing of another's, and the author's own words all the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.sources.html import read_html
from countersign.sources.quotes import written

OLD = "The queue comes first."
OWN = "No, the lock comes first, because the queue may block."


def words(text: str, name: str = "Ann Lee") -> list[str]:
    return [text[start:end] for start, end in written(text, name=name)]


ABOVE = {
    "gmail": f"On Wed, May 1, 2024 at 9:00 AM Bo Chen <bo@example.org> wrote:\n\n> {OLD}\n",
    "attribution over two lines": "On Wed, May 1, 2024 at 9:00 AM Bo Xavier Chen the Elder of Examples <\n"
    f"bo.chen@example.org> wrote:\n\n> {OLD}\n",
    "mailman address": f"On Mon, 2005-01-03 at 12:42 +0800, bo at example.org wrote:\n> {OLD}\n",
    "german": f"Am 01.05.24 um 09:00 schrieb Bo Chen:\n> {OLD}\n",
    "french with lost letters": f"Le mercredi 02 mars 2005 ? 19:39, Bo Chen a ?crit :\n> {OLD}\n",
    "italian": f"Bo Chen ha scritto:\n> {OLD}\n",
    "name only": f"Bo Chen wrote:\n|{OLD}\n",
    "no sign at all": f"On Wed, May 1, 2024 at 9:00 AM Bo Chen <bo@example.org> wrote:\n\n{OLD}\n\nBo\n",
    "same line": f"Bo Chen <bo@example.org> wrote: {OLD}\nAnd more.\n",
    "indented": f"On 2024-05-01, Bo wrote:\n\n    {OLD}\n",
    "initials": f"BC> {OLD}\nBC> And more.\n",
    "chinese": f"在 2024年5月1日 09:00，博 <bo@example.cn> 写道：\n> {OLD}\n",
    "chinese over two lines": f"在 2024年5月1日，09:00，博 <bo@example.cn>\n写道：\n\n{OLD}\n",
    "chinese 163": f'在 2024-05-01 09:00:00，"博" <bo@example.cn> 写道：\n\n{OLD}\n',
    "chinese gmail": f"博 <bo@example.cn> 于2024年5月1日周三 09:00写道：\n\n> {OLD}\n",
    "outlook": "-----Original Message-----\nFrom: Bo Chen [mailto:bo@example.org] On Behalf Of\nBo\n"
    f"Sent: Wednesday\nTo: Ann\nSubject: RE: Lock\n\n{OLD}\n",
    "outlook new": "________________________________\nFrom: Bo <bo@example.org>\nSent: Wednesday\nTo: Ann\n"
    f"Subject: RE: Lock\n\nmy salary is secret\n{OLD}\n",
    "outlook bold": f"*From:* Bo\n*Sent:* Wednesday\n*To:* Ann\n*Subject:* Lock\n\n{OLD}\n",
    "outlook chinese": "________________________________\n发件人: 博 <bo@example.cn>\n发送时间: 2024年5月1日 9:00\n"
    f"收件人: 安\n主题: 回复: 锁\n\n{OLD}\n",
    "foxmail": f"发件人： 博\n发送时间： 2024-05-01 09:00\n收件人： 安\n主题： Re: 锁\n{OLD}\n",
    "qq": '------------------ 原始邮件 ------------------\n发件人: "博" <bo@example.cn>;\n'
    f"发送时间: 2024年5月1日(星期三) 上午9:00\n收件人: 安\n主题: 回复：锁\n\n{OLD}\n",
    "dingtalk": "------------------------------------------------------------------\n发件人：博 <bo@example.cn>\n"
    f"发送时间：2024年5月1日(星期三) 09:00\n收件人：安 <an@example.cn>\n主　题：回复：锁\n{OLD}\n",
    "unknown language": f"Qaz: Bo <bo@example.org>\nWsx: 1.5.\nEdc: Ann\nRfv: Re: Lock\n\n{OLD}\n",
    "forward gmail": "---------- Forwarded message ---------\nFrom: Bo <bo@example.org>\nDate: Wed\n"
    f"Subject: Lock\nTo: Ann\n\n{OLD}\n",
    "forward apple": f"Begin forwarded message:\n\n> From: Bo <bo@example.org>\n> Subject: Lock\n>\n> {OLD}\n",
    "forward chinese": f"转发邮件信息：\n发件人: 博\n日期: 5月1日\n主题: 锁\n\n{OLD}\n",
    "older quotation inside an unsigned copy": "-----Original Message-----\nFrom: Bo <bo@example.org>\n"
    f"Sent: Wednesday\nTo: Ann\nSubject: Lock\n\nOn Tue, 30 Apr 2024, Cy wrote:\n> what first?\n\n{OLD}\n",
    "mailman attachment": f"-------------- next part --------------\n{OLD}\n",
    "signature": "-- \nAnn Lee\nExample Ltd\nhttps://example.org\n",
    "signature without blank": "--\nAnn Lee\nExample Ltd\n",
    "closing": "Best regards,\n\nAnn Lee\nExample Ltd\n",
    "closing chinese": "此致\n敬礼\n\nAnn Lee\n技术部\n",
    "name in a line": "-Ann\n",
    "device": "Sent from my iPhone\n",
    "device chinese": "发自我的iPhone\n",
    "list footer": "_______________________________________________\nDev mailing list\nDev@example.org\n"
    "https://lists.example.org/listinfo/dev\n",
    "notice": "This e-mail and any attachment are confidential and may be privileged. If you are not\n"
    "the intended recipient, delete it.\n",
    "pgp": "-----BEGIN PGP SIGNATURE-----\nVersion: 1\n\niD8DBQFERDpQ\n-----END PGP SIGNATURE-----\n",
    "chat log": f"[20:22] <bo> {OLD}\nand a line broken off\n[20:23] <cy> yes\n",
    "cited paragraph": f'"{OLD} And more of it."\n',
}


@pytest.mark.parametrize("kind", ABOVE)
def test_what_stands_below_the_answer_is_not_own(kind: str) -> None:
    assert words(f"{OWN}\n\n{ABOVE[kind]}") == [OWN]


SIGNED = [kind for kind, text in ABOVE.items() if f"> {OLD}" in text and "forward" not in kind]


@pytest.mark.parametrize("kind", SIGNED)
def test_an_answer_below_a_signed_quotation_is_own(kind: str) -> None:
    assert words(f"{ABOVE[kind]}\n{OWN}\n") == [OWN]


def test_every_own_range_of_an_interleaved_answer_is_kept() -> None:
    text = "Hi,\n\nOn Mon Jan 3 2005, Bo wrote:\n> one?\nYes, one.\n> two?\n\nNo, two breaks the lock.\n\n> three\n"
    assert words(text) == ["Hi,", "Yes, one.", "No, two breaks the lock."]


def test_a_copy_that_begins_the_mail_and_bears_signs_is_answered_piece_by_piece() -> None:
    head = "----- Original Message ----- \nFrom: Bo <bo@example.org>\nTo: Ann\nSent: Wed\nSubject: a title\nthat wraps\n\n"
    assert words(f"{head}> {OLD}\n\n{OWN}\n") == [OWN]


def test_a_cut_quotation_does_not_take_the_answer_with_it() -> None:
    for cut in ("[...]", "(...)", "[snip everything for brevity]", "<snip>"):
        text = f"On Tue, 4 Jan 2005 at 11:04, Bo Chen wrote:\n{cut}\n{OWN}\n"
        assert words(text) == [OWN], cut


def test_a_sentence_that_ends_in_a_word_of_saying_is_no_attribution() -> None:
    text = f"Month end is the moment at which they read while\n   we write.\n\n> {OLD}\n\n{OWN}\n"
    assert words(text) == [text.partition("\n\n>")[0], OWN]


@pytest.mark.parametrize(
    "line",
    [
        "Bo Chen wrote.",
        "On Monday, the elder of Examples wrote.",
        "at 12:30 bo said.",
        "bo said...",
    ],
)
def test_an_attribution_may_end_in_a_full_stop(line: str) -> None:
    assert words(f"{OWN}\n\n{line}\n> {OLD}\n") == [OWN]


def test_text_below_a_rule_is_kept() -> None:
    text = f"We decided:\n____\n{OWN}\n\n______________________\nThe second decision stands too."
    assert words(text) == [text]


def test_the_end_of_a_quoted_line_that_a_mailer_broke_off_is_not_own() -> None:
    quoted = "> this is a quoted line that was too long for the mailer that sent it to the"
    assert words(f"{quoted}\nlist.\n> and on\n\n{OWN}\n") == [OWN]
    assert words(f"{quoted}\nlist of things\n\n{OWN}\n") == [OWN]


def test_lines_that_only_look_like_quotations_stay_own() -> None:
    for text in (
        "As Bo wrote yesterday: never lock twice. I disagree, because it deadlocks.",
        "There are three rules:\n\n1. never lock twice\n2. write tests first:\n   like so",
        "From my point of view we should wait.\nFrom: the field is missing, add it.",
        "Note: the lock is held.\nSee: the manual.",
        "Compare:\n\n    a > b",
        "锁的规则：\n\n先拿锁，再写队列。",
    ):
        assert words(text) == [text], text


def test_a_dialogue_told_again_leaves_others_lines_out() -> None:
    text = f"To sum up:\n\nme:\nWhy?\n\nbo:\n{OLD}\n\nme:\n{OWN}\n\nbo:\nNever.\n"
    assert OLD not in " ".join(words(text))
    assert OWN in " ".join(words(text))


def test_a_greeting_by_name_is_not_mistaken_for_the_own_signature() -> None:
    assert words("Bo,\n\nTake the lock.\n") == ["Bo,\n\nTake the lock."]


@pytest.mark.parametrize(
    ("source", "own"),
    [
        (
            "<p>First &amp; last.</p><blockquote>old</blockquote><p>Then <b>more</b>.</p>",
            "First & last.|Then more.",
        ),
        (
            '<div>Yes<br>and no</div><div class="gmail_quote">On x<blockquote>old</blockquote></div>',
            "Yes\nand no",
        ),
        ('Yes<div id="divRplyFwdMsg">old</div>', "Yes"),
        ("Yes<hr><div>发件人: 博</div><div>发送时间: 1</div><div>主题: 2</div><p>old</p>", "Yes"),
        ('<p>Yes</p><div class="moz-signature">old</div>', "Yes"),
        ("<title>old</title><script>old</script><p>Yes", "Yes"),
        ("<blockquote>old<p>old</blockquote>Yes</p></div>", "Yes"),
    ],
)
def test_html_marks_its_quotations(source: str, own: str) -> None:
    text, outside = read_html(source)
    found = [text[a:b] for a, b in written(text, name="Ann Lee", outside=outside)]
    assert "|".join(found) == own


BIG = 200_000


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a" * BIG + " wrote:\n> x",
            "-" * BIG + "x",
            "." * BIG + "x",
            " " * BIG + "x",
            "1 " * BIG + "\nx",
        ),
        *(
            '"' + "a\n" * BIG,
            "me:\nx\n\n" * 20_000,
            "<bo> x\n" * 20_000,
            "a: b\n" * 40_000,
            "> x\ny\n" * 40_000,
        ),
        *(
            "This " + "is " * BIG,
            "a@" * BIG + " wrote: x",
            "(" * BIG,
            "From: a\n" * 40_000,
            "\n" * BIG,
        ),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_texts_made_to_be_slow_are_read(text: str) -> None:
    """Each would take minutes if any step were quadratic in it."""
    written(text, name="Ann Lee")


def test_html_made_to_be_slow_is_read() -> None:
    for source in ("<b>x" * 100_000, "<b>" * 100_000 + "</i>" * 100_000, "<blockquote>" * 50_000):
        read_html(source)


@given(st.text(max_size=200))
def test_any_html_is_read_with_ranges_inside_the_text(source: str) -> None:
    text, outside = read_html(source)
    assert all(0 <= a < b <= len(text) for a, b in outside)


LINES = st.sampled_from(
    [
        *(
            OWN,
            OLD,
            "",
            " ",
            "> q",
            ">> q",
            "On 2024-05-01, Bo <b@example.org> wrote:",
            "写道：",
            "me:",
            "bo:",
        ),
        *(
            "-- ",
            "____________",
            "From: a",
            "Sent: b",
            "Subject: Re: c",
            "-----Original Message-----",
            "    > x",
        ),
        *(
            "Thanks,",
            "Ann",
            "-----BEGIN PGP SIGNED MESSAGE-----",
            "-----BEGIN PGP SIGNATURE-----",
            "<bo> x",
            '"""',
        ),
        *(
            "-----End of forwarded message",
            "[...]",
            "#> x",
            "# y",
            "http://example.org",
            "bo at example.org",
        ),
    ]
)


@given(st.lists(LINES | st.text(max_size=20), max_size=30))
def test_own_ranges_are_sorted_disjoint_and_hold_no_signed_line(lines: list[str]) -> None:
    text = "\n".join(lines)
    last = 0
    for start, end in written(text, name="Ann Lee"):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip("\n")
        assert not any(line.startswith(">") for line in text[start:end].split("\n"))
        last = end + 1
