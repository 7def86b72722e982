# SPDX-License-Identifier: Apache-2.0
"""A code on paper: the same key each time, every slip named, and nothing else that it can do."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.errors import BadInput, NotVerified
from countersign.people import fresh_code, read_chain, read_revoke, revoke_key, revoke_statement
from countersign.seal import SigningKey, Statement, sign

LIN, KIM = SigningKey(b"l" * 32), SigningKey(b"k" * 32)
GRANT = "ab" * 32
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code_of(seed: int) -> str:
    return fresh_code(Random(seed).randbytes)  # noqa: S311 -- the same codes in every run


def test_a_code_is_seven_groups_of_five_and_never_the_same() -> None:
    codes = {code_of(seed) for seed in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert [len(group) for group in code.split("-")] == [5] * 7
        assert not set("ILOU") & set(code)


def test_the_key_of_a_code_is_for_ever_the_same() -> None:
    # Pinned: paper printed years ago must still open. Never change this line.
    code = fresh_code(lambda n: bytes(range(n)))
    assert code == "000GC-40R4Y-0M301-E209M-185G2-R38EE-1W768"
    assert revoke_key(code).public.keyid[:16] == "9667524e8e45ae50"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["{}", " {} ", "\t{}\n"]), st.booleans())
def test_case_separators_and_lookalikes_do_not_matter(seed: int, frame: str, lower: bool) -> None:
    code = code_of(seed)
    typed = code.replace("1", "l").replace("0", "O")
    forms = (code, code.replace("-", " "), code.replace("-", ""), code.replace("-", " – "), typed)
    keys = {revoke_key(frame.format(f.lower() if lower else f)).public for f in forms}
    assert keys == {revoke_key(code).public}


def test_every_single_wrong_symbol_is_found_and_its_group_named() -> None:
    code = code_of(7)
    for place, right in enumerate(code):
        if right == "-":
            continue
        for wrong in SYMBOLS.replace(right, "") + "U*é":
            with pytest.raises(BadInput) as found:
                revoke_key(code[:place] + wrong + code[place + 1 :])
            assert found.value.why.startswith(f"Group {place // 6 + 1} of 7 "), (place, wrong)


def test_two_swapped_symbols_of_a_group_are_found_and_the_group_named() -> None:
    for seed in range(20):
        code = code_of(seed)
        for at in (n for n in range(len(code)) if n % 6 < 4):
            a, b = code[at], code[at + 1]
            if a != b:
                with pytest.raises(BadInput, match=f"Group {at // 6 + 1} of 7"):
                    revoke_key(code[:at] + b + a + code[at + 2 :])


def test_swapped_groups_a_missing_group_and_a_short_one_are_found() -> None:
    groups = code_of(3).split("-")
    swapped = [groups[1], groups[0], *groups[2:]]
    for typed, named in (
        (swapped, "Group 1 of 7"),
        (groups[:6], "7 groups; 6"),
        ([*groups, groups[0]], "7 groups; 8"),
        ([*groups[:3], groups[3][:4], *groups[4:]], "Group 4 of 7"),
        ([], "7 groups; 0"),
    ):
        with pytest.raises(BadInput, match=named):
            revoke_key("-".join(typed))


def test_a_code_that_passes_every_group_but_was_never_printed_is_found() -> None:
    a, b = code_of(1).split("-"), code_of(2).split("-")
    with pytest.raises(BadInput, match="none can be named"):
        revoke_key("-".join([*a[:3], *b[3:]]))


def test_an_error_never_repeats_what_was_typed() -> None:
    code = code_of(5)
    with pytest.raises(BadInput) as found:
        revoke_key(code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert not any(group in str(found.value) for group in code.split("-"))


def test_the_person_says_which_code_may_stop_which_grant() -> None:
    public = revoke_key(code_of(1)).public
    record = sign(revoke_statement(GRANT, public), LIN)
    assert read_revoke(record, grant=GRANT, keys=[KIM.public, LIN.public]) == public


def test_a_code_for_another_grant_or_by_another_signer_stops_nothing() -> None:
    public = revoke_key(code_of(1)).public
    by_kim = sign(revoke_statement(GRANT, public), KIM)
    twice = sign(revoke_statement(GRANT, public), LIN, KIM)
    for record, grant in (
        (sign(revoke_statement(GRANT, public), LIN), "cd" * 32),
        (by_kim, GRANT),
        (twice, GRANT),
        (
            sign(Statement("withdrawal", (("grant", GRANT),), {"publicKey": public.text}), LIN),
            GRANT,
        ),
        (sign(Statement("key-binding", (("grant", GRANT),), {"publicKey": 7}), LIN), GRANT),
        (sign(Statement("key-binding", (("grant", GRANT),), {"role": "revoke"}), LIN), GRANT),
    ):
        with pytest.raises(NotVerified):
            read_revoke(record, grant=grant, keys=[LIN.public])


def test_the_record_of_a_code_binds_no_key_to_anybody() -> None:
    record = sign(revoke_statement(GRANT, revoke_key(code_of(1)).public), LIN)
    with pytest.raises(NotVerified):
        read_chain((record.to_bytes(),), "plin")
