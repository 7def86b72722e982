# SPDX-License-Identifier: Apache-2.0
"""Key files: private, never overwritten, and each way of being wrong has its own clear answer."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput, Conflict, CountersignError, Unavailable
from countersign.seal import (
    SigningKey,
    b64,
    fresh_key,
    is_protected,
    read_key,
    read_secret,
    write_key,
    write_secret,
)
from countersign.seal.keys import SCRYPT_N, derive

KEY = SigningKey(bytes(range(32)))


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "ann.key"
    write_key(path, KEY, "正确 horse battery")
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "keys" / "ann.key"
    write_key(path, KEY, None)
    return path


def test_signatures_are_rfc_8032_s() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = SigningKey(seed)
    assert key.public.raw.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert key.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e397"
        "01cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert key.public.verify(key.sign(b"m"), b"m")
    assert not key.public.verify(key.sign(b"m"), b"n")


def test_the_passphrase_is_stretched_by_scrypt_with_the_agreed_cost() -> None:
    assert SCRYPT_N == 2**17
    assert derive("NaCl", b"x" * 16, n=2**10) != derive("NaCl", b"y" * 16, n=2**10)


def test_a_protected_key_opens_with_its_passphrase_only(locked: Path) -> None:
    assert is_protected(locked)
    assert read_key(locked, "正确 horse battery").public == KEY.public
    with pytest.raises(Unavailable, match="not the right one"):
        read_key(locked, "正确 horse")
    with pytest.raises(Unavailable, match="locked"):
        read_key(locked, None)


def test_a_protected_file_holds_no_seed_in_any_form(locked: Path) -> None:
    data = locked.read_bytes()
    for form in (bytes(range(32)), b64(bytes(range(32))).encode(), bytes(range(32)).hex().encode()):
        assert form not in data
    assert json.loads(data)["n"] == SCRYPT_N


def test_an_unprotected_key_says_so_and_holds_its_seed(plain: Path) -> None:
    assert not is_protected(plain)
    assert json.loads(plain.read_text())["kdf"] == "none"
    assert b64(bytes(range(32))).encode() in plain.read_bytes()
    assert read_key(plain, None).public == read_key(plain, "any").public == KEY.public


def test_only_the_owner_may_read_a_key_file(plain: Path) -> None:
    assert stat.S_IMODE(plain.stat().st_mode) == 0o600
    assert stat.S_IMODE(plain.parent.stat().st_mode) == 0o700
    assert os.listdir(plain.parent) == ["ann.key"]


def test_a_key_file_is_never_overwritten(plain: Path) -> None:
    before = plain.read_bytes()
    with pytest.raises(Conflict):
        write_key(plain, SigningKey.generate(), None)
    assert plain.read_bytes() == before
    assert os.listdir(plain.parent) == ["ann.key"]


def test_a_left_over_of_a_killed_writer_does_not_disturb(tmp_path: Path) -> None:
    path = tmp_path / "ann.key"
    (tmp_path / f".ann.key.{os.getpid()}").write_text("half a fi")
    write_key(path, KEY, None)
    assert read_key(path, None).public == KEY.public
    assert os.listdir(tmp_path) == ["ann.key"]


def test_a_missing_key_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        read_key(tmp_path / "ann.key", None)
    assert "countersign init" in caught.value.remedy
    assert not is_protected(tmp_path / "ann.key")


def test_a_folder_that_cannot_hold_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        write_key(tmp_path / "file" / "ann.key", KEY, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"kdf"',
        "{}",
        '{"kdf":"none"}',
        '{"kdf":"none","public":"","secret":7}',
        '{"kdf":"none","public":"","secret":"AAAA"}',
        '{"kdf":"argon","public":"","secret":"' + b64(bytes(32)) + '"}',
        '{"kdf":"scrypt","public":"","secret":"' + b64(bytes(48)) + '"}',
        '{"kdf":"scrypt","n":3,"nonce":"AAAA","salt":"AAAA","public":"","secret":"AAAA"}',
        '{"kdf":"scrypt","n":"x","nonce":"AAAA","salt":"AAAA","public":"","secret":"AAAA"}',
        '{"kdf":"scrypt","n":1024,"nonce":"","salt":"AAAA","public":"","secret":"AAAA"}',
        "\ufeff{}",
    ],
)
def test_a_damaged_key_file_is_bad_input(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ann.key"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="damaged"):
        read_key(path, "passphrase")
    assert is_protected(path) in (True, False)


def test_a_binary_or_foreign_file_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "ann.key"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput):
        read_key(path, None)
    path.unlink()
    path.mkdir()
    with pytest.raises(BadInput):
        read_key(path, None)


@given(st.data())
def test_an_unprotected_key_with_any_byte_changed_never_becomes_another_key(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("key") / "ann.key"
    write_key(path, KEY, None)
    changed = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(changed)
    try:
        assert read_key(path, None).public == KEY.public
    except CountersignError:
        return


def test_a_key_of_another_file_s_public_half_does_not_open(locked: Path, tmp_path: Path) -> None:
    record = json.loads(locked.read_text())
    record["public"] = SigningKey(b"x" * 32).public.text
    path = tmp_path / "ann.key"
    path.write_text(json.dumps(record))
    with pytest.raises(Unavailable):
        read_key(path, "正确 horse battery")


def test_a_secret_without_a_public_half_is_kept_alike(tmp_path: Path) -> None:
    secret = fresh_key()
    write_secret(tmp_path / "data.key", secret, None)
    assert read_secret(tmp_path / "data.key", None) == secret


def test_no_private_half_is_ever_printed() -> None:
    assert repr(KEY) == f"SigningKey({KEY.public.keyid[:8]})"
    assert bytes(range(32)).hex() not in f"{KEY} {KEY!r} {KEY.public}"
