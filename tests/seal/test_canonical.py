# SPDX-License-Identifier: Apache-2.0
"""Canonical bytes are RFC 8785's, and no other bytes are read."""

from __future__ import annotations

import json
import shutil
import subprocess
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import Internal, NotVerified
from countersign.seal import b64, canonical, commitment, read_b64, read_canonical

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


def test_keys_are_sorted_by_utf_16_code_units_as_in_rfc_8785_section_3_2_3() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical(value)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_strings_and_literals_are_written_as_in_rfc_8785_section_3_2_4() -> None:
    value = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    assert canonical(value) == bytes.fromhex(
        "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c22737472696e67223a22"
        "e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
    )


def test_the_house_s_own_examples() -> None:
    assert canonical({"b": [1, 2], "a": "会签"}) == '{"a":"会签","b":[1,2]}'.encode()
    assert canonical({}) == b"{}"
    assert canonical([]) == b"[]"
    assert canonical("") == b'""'


@given(JSON)
def test_canonical_bytes_are_read_back_and_are_plain_json(value: Any) -> None:
    data = canonical(value)
    assert read_canonical(data) == value == json.loads(data)
    assert canonical(read_canonical(data)) == data


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        {"a": [0.5]},
        float("nan"),
        2**53,
        -(2**53),
        {1: 2},
        object(),
        b"x",
        "\ud800",
        {"\udfff"},
    ],
)
def test_what_has_no_canonical_form_is_a_defect(value: Any) -> None:
    with pytest.raises(Internal):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" {}",
        b"{}\n",
        b"{ }",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b"1.0",
        b"1e2",
        b"-0",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u00e9"',
        b'"\\ud800"',
        b'"\\u000F"',
        b'"\xff"',
        b'"\xc0\x80"',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"[" * 100_000,
        b"{",
    ],
)
def test_bytes_that_differ_from_their_canonical_form_are_refused(data: bytes) -> None:
    with pytest.raises(NotVerified):
        read_canonical(data)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_node_writes_the_same_bytes_for_sorted_ascii_keys() -> None:
    value = {
        "a": ["会签", "\U0001f600", '\u0007\b\f\n\r\t"\\/\u007f\u2028'],
        "b": {"c": -7, "d": None},
    }
    script = (
        "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0,'utf8'))))"
    )
    done = subprocess.run(
        ["node", "-e", script], input=json.dumps(value).encode(), capture_output=True, check=True
    )
    assert done.stdout == canonical(value)


@given(st.binary(max_size=40))
def test_base64_gives_its_bytes_back(data: bytes) -> None:
    assert read_b64(b64(data)) == data


@given(st.binary(min_size=1, max_size=20), st.data())
def test_no_second_text_stands_for_the_same_bytes(data: bytes, more: st.DataObject) -> None:
    text = b64(data)
    at = more.draw(st.integers(0, len(text)))
    sign = more.draw(st.sampled_from("ABab09+/=-_ \n"))
    for other in (text[:at] + sign + text[at:], text[:at] + sign + text[at + 1 :], text[:at]):
        try:
            assert b64(read_b64(other)) == other
        except NotVerified:
            continue


@pytest.mark.parametrize(
    "text", ["A", "AA", "AA=", "AB==", "AAB=", "A===", "QQ==\n", " QQ==", "_-8=", "é"]
)
def test_lax_base64_is_refused(text: str) -> None:
    with pytest.raises(NotVerified):
        read_b64(text)


def test_a_commitment_is_salt_then_canonical_bytes() -> None:
    salt = bytes(range(16))
    assert commitment(salt, {"a": 1}) == sha256(salt + b'{"a":1}').hexdigest()
    for bad in (b"", salt[:15], salt + b"x"):
        with pytest.raises(Internal):
            commitment(bad, {"a": 1})
