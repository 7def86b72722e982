"""trust.json is read strictly, and a key changes only when somebody confirmed it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from countersign.errors import BadInput, Conflict
from countersign.log import LogSigner
from countersign.skill import Seen, Trust, TrustedKey, pin, pin_log, verify_files
from countersign.skill.trust import remember
from tests.skill.scene import KEY, NOW, OTHER, PERSON, SIGNER, finished, trust


def test_what_was_written_is_read_back() -> None:
    made = remember(trust(), f"{PERSON}/x", Seen(3, 1_700_000_000, 42))
    assert Trust.of(made.to_bytes()) == made
    assert Trust.of(Trust().to_bytes()) == Trust()


def test_a_file_of_the_first_version_is_still_read() -> None:
    key = {"subject": PERSON, "public": KEY.public.text, "identityLevel": "self-asserted"}
    value = {"v": 1, "logs": [SIGNER.vkey], "keys": [key], "seen": {}}
    assert Trust.of(json.dumps(value).encode()).keys_of(PERSON) == trust().keys_of(PERSON)


def test_a_key_is_believed_only_for_the_time_in_which_it_counted() -> None:
    key = TrustedKey(PERSON, KEY.public, "self-asserted", since=100, until=200)
    made = pin(Trust(), key)
    assert [bool(made.keys_of(PERSON, at=at)) for at in (99, 100, 200, 201)] == [
        *(False, True, True, False)
    ]
    assert Trust.of(made.to_bytes()) == made


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{}", b"[]", b"null", b"\xff", b'{"v":2,"logs":[],"keys":[],"seen":{}}'),
        b'{"v":1,"logs":["x"],"keys":[],"seen":{}}',
        b'{"v":1,"logs":[],"keys":[{"subject":"p"}],"seen":{}}',
        b'{"v":1,"logs":[],"keys":[{"subject":"p","public":"AA==","identityLevel":"x"}],"seen":{}}',
        b'{"v":1,"logs":[],"keys":[],"seen":{"a":{"version":"x","at":0,"size":0}}}',
        b'{"v":1,"logs":[],"keys":[],"seen":{},"more":1}',
        b'{"v":1,"logs":[],"keys":[],"seen":{},"chains":{}}',
        b'{"v":2,"logs":[],"keys":[],"seen":{},"chains":{"p":{"number":"x","digest":""}}}',
        b'{"v":3,"logs":[],"keys":[],"seen":{},"chains":{}}',
    ],
)
def test_a_damaged_file_is_never_half_believed(data: bytes) -> None:
    with pytest.raises(BadInput):
        Trust.of(data)


def test_a_changed_key_is_shown_in_words_and_refused_until_confirmed() -> None:
    changed = TrustedKey(PERSON, OTHER.public, "self-asserted")
    with pytest.raises(Conflict) as refused:
        pin(trust(), changed)
    assert refused.value.why.count("-") >= 14  # two digests of eight words each
    assert pin(trust(), changed, confirmed=True).keys_of(PERSON) == (changed,)


def test_pinning_the_same_key_again_only_updates_its_level() -> None:
    better = TrustedKey(PERSON, KEY.public, "platform-sign-in")
    made = pin(trust(), better)
    assert made.keys_of(PERSON) == (better,)
    assert len(made.keys) == len(trust().keys)


def test_a_log_has_one_key_and_another_log_another() -> None:
    forged = LogSigner(SIGNER.origin, OTHER)
    with pytest.raises(Conflict):
        pin_log(trust(), forged.vkey)
    assert pin_log(trust(), forged.vkey, confirmed=True).logs == (forged.vkey,)
    assert pin_log(trust(), SIGNER.vkey) == trust()
    elsewhere = LogSigner("elsewhere.example/log", OTHER)
    assert len(pin_log(trust(), elsewhere.vkey).logs) == 2


def test_what_was_seen_only_grows() -> None:
    made = remember(trust(), "p/x", Seen(3, 300, 30))
    made = remember(made, "p/x", Seen(2, 400, 20))
    assert made.seen["p/x"] == Seen(3, 400, 30)


@pytest.mark.parametrize(("ends", "step"), [(-1, 3), (0, 0), (1, 0)])
def test_a_release_dated_after_the_end_of_its_key_does_not_verify(ends: int, step: int) -> None:
    until = int((NOW + timedelta(hours=ends)).timestamp())
    key = TrustedKey(PERSON, KEY.public, "self-asserted", until=until)
    steps = verify_files(finished().files, pin(trust(), key), now=NOW + timedelta(days=1))
    assert next((s.number for s in steps if not s.passed), 0) == step
