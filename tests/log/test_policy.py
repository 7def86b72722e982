# SPDX-License-Identifier: Apache-2.0
"""A policy is read strictly and its quorum counts each witness once (C2SP tlog-policy)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput, NotVerified
from countersign.log import (
    Note,
    Policy,
    PolicyGroup,
    PolicyWitness,
    VerifierKey,
    append,
    cosign,
    inclusion,
    verify_folder,
    verify_logged,
    verify_proof,
)
from countersign.seal import SigningKey
from tests.log.scene import NOW, SALT, SIGNER, dice, envelope, grow, hub, published, real_leaf

KEYS = {name: SigningKey(sha256(name.encode()).digest()) for name in "ABCDE"}


def _key(name: str) -> VerifierKey:
    return VerifierKey(f"{name}.example.org", 4, KEYS[name].public)


W = {name: f"witness {name} {_key(name).text}" for name in KEYS}
LOG = f"log {SIGNER.vkey}"
TWO_LEVELS = "\n".join(
    [
        "# who must have seen it",
        f"\t{LOG} \t https://log.example.org/",
        "",
        f"{W['A']} https://a.example.org/prefix",
        W["B"],
        W["C"],
        "group council 2 A B C",
        W["D"],
        f"witness 工会 {_key('E').text}",
        "group unions any D 工会",
        "group both all council unions",
        "  quorum both  ",
        "",
    ]
)


def _policy(*lines: str) -> Policy:
    return Policy.of("".join(f"{line}\n" for line in lines))


def test_the_example_of_the_specification_reads_as_it_says() -> None:
    read = Policy.of(TWO_LEVELS)
    assert [log.key.text for log in read.logs] == [SIGNER.vkey]
    assert read.logs[0].url == "https://log.example.org/"
    assert read.witnesses[0] == PolicyWitness("A", _key("A"), "https://a.example.org/prefix")
    assert [w.name for w in read.witnesses] == ["A", "B", "C", "D", "工会"]
    assert read.groups == (
        PolicyGroup("council", 2, ("A", "B", "C")),
        PolicyGroup("unions", 1, ("D", "工会")),
        PolicyGroup("both", 2, ("council", "unions")),
    )
    assert read.quorum == "both"


def test_what_is_written_reads_as_the_same_policy() -> None:
    read = Policy.of(TWO_LEVELS)
    assert Policy.of(read.to_text()) == read
    assert read.to_text() == Policy.of(read.to_text()).to_text()


@pytest.mark.parametrize(
    ("there", "enough"),
    [
        ("", False),
        ("AB", False),
        ("DE", False),
        ("AD", False),
        ("ABD", True),
        ("BCE", True),
        ("ABCDE", True),
    ],
)
def test_the_quorum_of_two_levels_is_met_by_two_and_one(there: str, enough: bool) -> None:
    read = Policy.of(TWO_LEVELS)
    assert read.satisfied([_key(name) for name in there]) is enough
    assert bool(read.unmet([_key(name) for name in there])) is not enough


def test_what_is_lacking_is_said_by_the_policy_s_own_names() -> None:
    read = Policy.of(TWO_LEVELS)
    assert (
        read.unmet([_key("A"), _key("B")]) == "both needs 2 of council, unions; cosigned: council"
    )
    assert _policy(W["A"], "quorum A").unmet([]) == "A has not cosigned"


def test_one_witness_given_often_counts_once() -> None:
    read = _policy(W["A"], W["B"], "group both 2 A B", "quorum both")
    assert not read.satisfied([_key("A")] * 5)


def test_a_key_of_the_log_s_type_or_another_name_is_no_witness() -> None:
    read = _policy(W["A"], "quorum A")
    assert not read.satisfied([VerifierKey("A.example.org", 1, KEYS["A"].public)])
    assert not read.satisfied([VerifierKey("A", 4, KEYS["A"].public)])
    assert read.satisfied([_key("A")])


def test_a_quorum_of_none_asks_for_nobody() -> None:
    assert _policy("quorum none").satisfied([])
    assert _policy(LOG, W["A"], "quorum none").satisfied([])


BAD = {
    "no quorum at all": ([LOG], 1),
    "an empty file": ([], 0),
    "an unknown line": ([LOG, "monitor A", "quorum none"], 2),
    "a line in capitals": (["Quorum none"], 1),
    "two quorum lines": (["quorum none", "quorum none"], 2),
    "a quorum of two names": ([W["A"], W["B"], "quorum A B"], 3),
    "a quorum without a name": (["quorum"], 1),
    "an undefined quorum": ([W["A"], "quorum B"], 2),
    "a quorum defined below it": (["quorum A", W["A"]], 1),
    "a duplicate name": ([W["A"], f"witness A {_key('B').text}", "quorum A"], 2),
    "a group named as a witness": ([W["A"], W["B"], "group A any B", "quorum A"], 3),
    "a name that is predefined": ([f"witness none {_key('A').text}", "quorum none"], 1),
    "a group with the predefined name": ([W["A"], "group none any A", "quorum none"], 2),
    "none as a member": ([W["A"], "group g any A none", "quorum g"], 2),
    "an undefined member": ([W["A"], "group g 1 A B", "quorum g"], 2),
    "a member defined below": ([W["A"], "group g 1 A h", W["B"], "group h 1 B", "quorum g"], 2),
    "a group within itself": ([W["A"], "group g any A g", "quorum g"], 2),
    "a member twice in a group": ([W["A"], "group g any A A", "quorum g"], 2),
    "a member of two groups": ([W["A"], "group g any A", "group h any A", "quorum h"], 3),
    "more than all": ([W["A"], W["B"], "group g 3 A B", "quorum g"], 3),
    "zero of two": ([W["A"], W["B"], "group g 0 A B", "quorum g"], 3),
    "less than zero": ([W["A"], "group g -1 A", "quorum g"], 2),
    "a leading zero": ([W["A"], "group g 01 A", "quorum g"], 2),
    "a number in other digits": ([W["A"], "group g １ A", "quorum g"], 2),
    "a number beyond all sizes": ([W["A"], f"group g {10**30} A", "quorum g"], 2),
    "a threshold in words": ([W["A"], "group g most A", "quorum g"], 2),
    "a group without members": ([W["A"], "group g any", "quorum g"], 2),
    "a log without a key": (["log", "quorum none"], 1),
    "a log with a word too many": ([f"{LOG} https://x.example.org y", "quorum none"], 1),
    "a log with a witness's key": ([f"log {_key('A').text}", "quorum none"], 1),
    "a log twice": ([LOG, f"{LOG} https://x.example.org", "quorum none"], 2),
    "a witness with a log's key": ([f"witness A {SIGNER.vkey}", "quorum A"], 1),
    "a witness without a name": ([f"witness {_key('A').text}", "quorum none"], 1),
    "a broken key": ([W["A"].replace("+", "-", 1), "quorum none"], 1),
    "one key under two witness names": ([W["A"], f"witness B {_key('A').text}", "quorum A"], 2),
    "a comment behind a key": ([f"{LOG} #ours", "quorum none"], 1),
    "a comment behind the quorum": ([W["A"], "quorum A # ours"], 2),
    "a carriage return": (["quorum none\r"], 1),
    "a zero byte": (["# \0", "quorum none"], 1),
    "a delete sign": (["# \x7f", "quorum none"], 1),
    "a no-break space as a space": (["quorum\u00a0none"], 1),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_doubtful_is_refused_with_its_line(name: str) -> None:
    lines, number = BAD[name]
    with pytest.raises(BadInput, match=f"line {number}\\.") as caught:
        _policy(*lines)
    assert caught.value.why
    assert caught.value.remedy


def test_a_key_under_two_names_is_one_witness_although_the_vkeys_differ() -> None:
    renamed = VerifierKey("other.example.org", 4, KEYS["A"].public).text
    with pytest.raises(BadInput, match=r"line 2\."):
        _policy(W["A"], f"witness B {renamed}", "group g 2 A B", "quorum g")


def test_a_file_cut_short_is_not_a_weaker_policy() -> None:
    whole = _policy(f"witness none-but-us {_key('A').text}", "quorum none-but-us").to_text()
    cut = whole[: whole.index("quorum none") + len("quorum none")]
    with pytest.raises(BadInput, match=r"line 2\."):
        Policy.of(cut)


def test_names_are_bytes_and_not_what_looks_alike() -> None:
    kelvin = _policy(f"witness K {_key('A').text}", "quorum K")
    assert kelvin.satisfied([_key("A")])
    with pytest.raises(BadInput):
        _policy(f"witness \u212a {_key('A').text}", "quorum K")
    with pytest.raises(BadInput):
        _policy(f"witness e\u0301 {_key('A').text}", "quorum \u00e9")


def test_bytes_that_are_no_utf_8_may_stand_in_a_comment() -> None:
    assert Policy.of(b"# \xff\xfe\nquorum none\n".decode("utf-8", "surrogateescape"))


def test_a_policy_of_a_thousand_nested_groups_is_judged() -> None:
    lines = [W["A"], "group g0 any A"] + [f"group g{i} all g{i - 1}" for i in range(1, 1500)]
    read = _policy(*lines, "quorum g1499")
    assert read.satisfied([_key("A")])
    assert not read.satisfied([_key("B")])


@given(st.text(alphabet="logwitnesgrupqumABC+ \t\n#12any/", max_size=200))
def test_any_text_is_a_policy_or_bad_input(text: str) -> None:
    try:
        read = Policy.of(text)
    except BadInput:
        return
    assert Policy.of(read.to_text()) == read


@given(
    st.lists(st.sets(st.sampled_from("ABCDE"), min_size=1), min_size=1, max_size=3),
    st.integers(1, 5),
    st.sets(st.sampled_from("ABCDE")),
    st.sets(st.sampled_from("ABCDE")),
)
def test_more_cosignatures_never_unmeet_a_quorum(
    wanted: list[set[str]], k: int, there: set[str], more: set[str]
) -> None:
    free, lines, groups = set("ABCDE"), list(W.values()), list[str]()
    for number, members in enumerate(wanted):
        taken = sorted(members & free)
        if taken:
            free -= set(taken)
            lines.append(f"group g{number} {min(k, len(taken))} {' '.join(taken)}")
            groups.append(f"g{number}")
    read = _policy(*lines, f"group top {min(k, len(groups))} {' '.join(groups)}", "quorum top")
    if read.satisfied([_key(n) for n in there]):
        assert read.satisfied([_key(n) for n in there | more])
    assert read.satisfied([_key(n) for n in "ABCDE"])
    assert not read.satisfied([])


def _cosigned(folder: Path, *names: str) -> bytes:
    note = Note.of((folder / "checkpoint").read_bytes())
    for name in names:
        note = cosign(note, f"{name}.example.org", KEYS[name], seconds=1795435200)
    (folder / "checkpoint").write_bytes(note.to_bytes())
    return note.to_bytes()


def test_an_unmet_quorum_fails_a_step_of_its_own(tmp_path: Path) -> None:
    policy = _policy(LOG, W["A"], W["B"], "group both all A B", "quorum both")
    with hub(tmp_path) as db:
        grow(db, 8)
        published(db, tmp_path / "log")
    for names, passed in (((), False), (("A",), False), (("B",), True)):
        _cosigned(tmp_path / "log", *names)
        steps = verify_folder(tmp_path / "log", vkeys=[], policy=policy)
        assert [s.number for s in steps] == list(range(1, 8))
        assert all(s.passed for s in steps[:6])
        assert steps[6].passed is passed
    assert steps[6].detail == "quorum both; cosigned by A, B"
    assert len(verify_folder(tmp_path / "log", vkeys=[SIGNER.vkey])) == 6


def test_without_the_log_s_key_the_quorum_is_not_tried(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        grow(db, 8)
        published(db, tmp_path / "log")
    _cosigned(tmp_path / "log", "A")
    steps = verify_folder(tmp_path / "log", vkeys=[], policy=_policy(W["A"], "quorum A"))
    assert [s.passed for s in steps] == [False] * 7
    assert steps[6].detail == "Not tried: step 1 failed."


def test_a_broken_line_of_a_policy_s_witness_voids_the_checkpoint(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        grow(db, 8)
        published(db, tmp_path / "log")
    forged = Note.of(_cosigned(tmp_path / "log"))
    forged = cosign(forged, "A.example.org", KEYS["A"], seconds=1)
    other = cosign(Note("another\n", ()), "A.example.org", KEYS["A"], seconds=1)
    swapped = Note(forged.text, (forged.signatures[0], other.signatures[0]))
    (tmp_path / "log" / "checkpoint").write_bytes(swapped.to_bytes())
    policy = _policy(LOG, W["A"], "quorum none")
    assert not verify_folder(tmp_path / "log", vkeys=[], policy=policy)[0].passed


def test_a_proof_file_needs_the_quorum_too(tmp_path: Path) -> None:
    policy = _policy(LOG, W["A"], "quorum A")
    with hub(tmp_path) as db:
        with db.write() as c:
            index = append(c, [real_leaf()], at=NOW, random=dice(b"policy"))[0]
        bare = published(db, tmp_path / "log")
        seen = _cosigned(tmp_path / "log", "A")
        with db.read() as c:
            without, with_it = (inclusion(c, index, signed, SALT) for signed in (bare, seen))
    assert verify_proof(without, real_leaf(), [SIGNER.vkey]).index == index
    with pytest.raises(NotVerified, match="Too few witnesses"):
        verify_proof(without, real_leaf(), [], policy=policy)
    with pytest.raises(NotVerified, match="Too few witnesses"):
        verify_logged(without, envelope(), [SIGNER.vkey], policy=policy)
    found = verify_logged(with_it, envelope(), [], policy=policy)
    assert found.witnesses == (("A.example.org", 1795435200),)
